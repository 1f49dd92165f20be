"""The phone channel: a person is called by an interviewer."""

from datetime import datetime

from app.contacts.service import Contact
from app.fieldwork import service as fieldwork
from app.interviews import channel
from app.interviews.channel import Message


class PhoneChannel:
    name = "phone"
    mode = "phone"
    sends = False
    assisted = True

    def reachable(self, contact: Contact) -> str | None:
        return contact.phone

    def open(self, workspace_id: str, interview_id: str, now: datetime) -> None:
        """The person asks to be called: now, or as soon as calls are allowed where they are."""
        fieldwork.call_me(workspace_id, interview_id, "phone", now)

    def compose(
        self, workspace_id: str, interview_id: str, purpose: str, now: datetime, wave: int | None = None
    ) -> Message | None:
        """Nothing is sent by phone."""
        return None

    def release(self, workspace_id: str, interview_id: str, now: datetime) -> None:
        """A call asked for is called off."""
        fieldwork.went_elsewhere(workspace_id, interview_id, "phone", now)


channel.register(PhoneChannel())
