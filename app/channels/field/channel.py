"""The field channel: a person is visited by an interviewer."""

from datetime import datetime

from app.contacts.service import Contact
from app.fieldwork import service as fieldwork
from app.interviews import channel
from app.interviews.channel import Message


class FieldChannel:
    name = "field"
    mode = "field"
    sends = False
    assisted = True

    def reachable(self, contact: Contact) -> str | None:
        """Where to go: the address among the contact's attributes."""
        address = contact.attributes.get("address")
        return str(address) if address else None

    def open(self, workspace_id: str, interview_id: str, now: datetime) -> None:
        """The person is to be visited: a supervisor assigns the visit."""
        fieldwork.call_me(workspace_id, interview_id, "visit", now)

    def compose(
        self, workspace_id: str, interview_id: str, purpose: str, now: datetime, wave: int | None = None
    ) -> Message | None:
        """Nothing is sent."""
        return None

    def release(self, workspace_id: str, interview_id: str, now: datetime) -> None:
        """A visit asked for is called off."""
        fieldwork.went_elsewhere(workspace_id, interview_id, "visit", now)


channel.register(FieldChannel())
