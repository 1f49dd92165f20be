"""What a message is about: who wrote it, and the conversation it belongs to."""

from dataclasses import dataclass
from datetime import datetime

from app.catalog import service as catalog
from app.catalog.service import Study
from app.catalog.texting import texting
from app.channels.sms.conversations import Conversation
from app.contacts import service as contacts
from app.delivery import service as delivery
from app.interviews import links, service
from app.interviews.repository import Interview
from app.rendering import sms

BY_TWILIO = {"STOP": "stop", "START": "start", "HELP": "help"}  # OptOutType, whatever the words


@dataclass(frozen=True, slots=True)
class Text:
    """A message as Twilio posts it. `opt_out_type`: STOP, START or HELP where Advanced Opt-Out has answered it."""

    account_sid: str
    sid: str
    our_number: str
    their_number: str
    body: str
    opt_out_type: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A reply with its conversation, interview, study and person."""

    text: Text
    conversation: Conversation
    interview: Interview
    study: Study
    name: str
    now: datetime

    @property
    def workspace_id(self) -> str:
        return self.conversation.workspace_id

    def say(self, text: str, purpose: str = "turn") -> None:
        """Send the one text of this turn."""
        delivery.enqueue(
            self.workspace_id,
            channel="sms",
            purpose=purpose,
            interview_id=self.interview.id,
            to=self.conversation.their_number,
            text=sms.encoded(text, texting(self.study.texting).encoding),
            now=self.now,
        )

    def link(self) -> str:
        """A link to go on with on the web."""
        return links.url(links.mint_for(self.interview, self.study.link_days, "sms", self.now))


def turn(text: Text, conversation: Conversation | None, now: datetime) -> Turn | None:
    """What the message is about; None where there is no conversation, or nothing behind it any more."""
    if conversation is None:
        return None
    interview = service.load(conversation.workspace_id, conversation.interview_id)
    study = catalog.study(conversation.workspace_id, interview.study_id) if interview else None
    if interview is None or study is None:
        return None
    person = contacts.contact(conversation.workspace_id, interview.contact_id) if interview.contact_id else None
    return Turn(text, conversation, interview, study, person.name if person else "", now)
