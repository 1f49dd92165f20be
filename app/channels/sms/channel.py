"""The SMS channel: it opens conversations and says what the next message is."""

from datetime import datetime

from flask_babel import force_locale, gettext

from app import engine
from app.catalog import service as catalog
from app.catalog.protocol import protocol
from app.catalog.service import Study
from app.catalog.texting import CHOOSE, IN_ORDER, texting
from app.channels.sms import conversations, several
from app.contacts import service as contacts
from app.contacts.service import Contact
from app.db import writing
from app.delivery import senders
from app.delivery import service as delivery
from app.delivery.purposes import PURPOSES
from app.interviews import holder, links, service, wording
from app.interviews.channel import Message
from app.interviews.repository import Interview
from app.rendering import sms
from app.rendering.consent import Statement


class SmsChannel:
    name = "sms"
    mode = "sms"
    sends = True
    assisted = False

    def reachable(self, contact: Contact) -> str | None:
        return contact.phone

    def open(self, workspace_id: str, interview_id: str, now: datetime) -> None:
        """The person goes on by text message: it has the interview, and the next question is sent."""
        with writing():
            holder.hand_to(workspace_id, interview_id, "sms", now)
            delivery.enqueue(workspace_id, channel="sms", purpose="handover", interview_id=interview_id, now=now)

    def release(self, workspace_id: str, interview_id: str, now: datetime) -> None:
        conversations.close(workspace_id, interview_id)

    def compose(
        self, workspace_id: str, interview_id: str, purpose: str, now: datetime, wave: int | None = None
    ) -> Message | None:
        """The question the interview is at; sending it opens the conversation. None also while another interview is to be over
        first, and for a nudge that came too late."""
        interview = service.load(workspace_id, interview_id)
        study = catalog.study(workspace_id, interview.study_id) if interview else None
        contact = contacts.contact(workspace_id, interview.contact_id) if interview and interview.contact_id else None
        if interview is None or study is None or contact is None or not contact.phone:
            return None
        with writing(), force_locale(interview.language):
            if purpose == "nudge":
                text = nudge(interview, study, contact.name, now)
            else:
                text = begin(interview, study, contact, senders.of("sms", study, contact.phone), now)
                text = text and asking(text, interview, study, purpose, wave)
        return Message(contact.phone, sms.encoded(text, texting(study.texting).encoding)) if text else None


def asking(text: str, interview: Interview, study: Study, purpose: str, wave: int | None) -> str:
    """The text with what the study's protocol says around it, where nobody asked for it."""
    made = protocol(study.protocol)
    if made is None or not PURPOSES[purpose].unsolicited:
        return text
    own = made.text("sms", purpose, wave or 0, interview.language).get("body", "")
    offers = [each for each in sms.OFFERS if each in made.offers]
    return sms.opened(text, gettext, study.organisation, purpose, own, offers)


def begin(interview: Interview, study: Study, contact: Contact, sender: str, now: datetime) -> str | None:
    """Open the interview's conversation between a number of ours and the contact's; its first text. None: another one is to be over
    first."""
    conversation = conversations.open_(interview, sender, contact.phone or "", study.link_days, now)
    under_way = [each for each in conversations.others(conversation, now) if each.state == conversations.WAITING]
    policy = texting(study.texting).several
    if under_way and policy == IN_ORDER:
        conversations.change(conversation, state=conversations.QUEUED)
        return None
    if under_way and policy == CHOOSE:
        return several.menu(conversation, interview, study, now)
    return next_text(conversation, interview, study, contact.name, now)


def nudge(interview: Interview, study: Study, name: str, now: datetime) -> str | None:
    """The question once more for somebody who has not replied; None where they have meanwhile, or it is over."""
    conversation = conversations.of(interview)
    if conversation is None or conversation.state != conversations.WAITING or conversation.reply_due_at is not None:
        return None
    return next_text(conversation, interview, study, name, now, again=True)


def next_text(
    conversation: conversations.Conversation,
    interview: Interview,
    study: Study,
    name: str,
    now: datetime,
    again: bool = False,
) -> str:
    """The one text of a turn: the introduction where it is the first, the question; or who they are, or the end.

    Notes in the conversation what was asked, and as of which revision; ``again``: because nobody replied."""
    ways = texting(study.texting)
    if service.needs_confirmation(interview, "sms"):
        conversations.asked(conversation, conversations.IDENTITY, interview.revision, now, ways, again)
        return sms.confirmation("identity", gettext, organisation=study.organisation, name=first_name(name))
    screen = service.screen(interview, "sms")
    if isinstance(screen, engine.End):
        conversations.close(interview.workspace_id, interview.id)
        return sms.ending(screen, gettext, study.organisation)
    conversations.asked(conversation, screen.at, interview.revision, now, ways, again)
    return question_text(screen, interview, study, now, statement(study, interview) if screen.consent else None)


def question_text(
    screen: engine.Screen, interview: Interview, study: Study, now: datetime, opening: Statement | None = None
) -> str:
    """A question; one that only a page can ask comes with a link, and whoever goes there needs not ask for the interview."""
    if not sms.needs_link(screen):
        return sms.text(screen, gettext, opening)
    token = links.mint_for(interview, study.link_days, "sms", now)
    held = interview.held_at(now)
    if held and held.channel == "sms":
        holder.release(interview.workspace_id, interview.id, held.token)
    return sms.text(screen, gettext, opening, links.url(token))


def statement(study: Study, interview: Interview) -> Statement:
    """The short statement; its version goes into the interview with the consent that the first reply gives."""
    questionnaire = catalog.questionnaire(interview.version_id)
    return wording.statement(study, questionnaire, "sms", interview.language, gettext)


def first_name(name: str) -> str:
    """How a text addresses somebody without telling a stranger who they are."""
    return name.split()[0] if name.split() else "…"
