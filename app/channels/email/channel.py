"""The email channel: a mail with the first question in it, from one source as HTML and as text."""

from datetime import datetime

from flask_babel import force_locale, gettext

from app.catalog import service as catalog
from app.contacts import service as contacts
from app.contacts.service import Contact
from app.delivery import letter, mail_html
from app.delivery import service as delivery
from app.interviews import links, service
from app.interviews.channel import Message
from app.rendering import mail

ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058


class EmailChannel:
    name = "email"
    mode = "web"
    sends = True
    assisted = False

    def reachable(self, contact: Contact) -> str | None:
        return contact.email

    def open(self, workspace_id: str, interview_id: str, now: datetime) -> None:
        """Mail the person a link to go on with."""
        delivery.enqueue(workspace_id, channel="email", purpose="handover", interview_id=interview_id, now=now)

    def release(self, workspace_id: str, interview_id: str, now: datetime) -> None:
        """Nothing is under way here: a link is answered on the web."""

    def compose(
        self, workspace_id: str, interview_id: str, purpose: str, now: datetime, wave: int | None = None
    ) -> Message | None:
        interview = service.load(workspace_id, interview_id)
        study = catalog.study(workspace_id, interview.study_id) if interview else None
        contact = contacts.contact(workspace_id, interview.contact_id) if interview and interview.contact_id else None
        if interview is None or study is None or contact is None or not contact.email:
            return None
        with force_locale(interview.language):
            token = links.mint_for(interview, study.link_days, "email", now)
            begun = interview.started_at is not None
            content = letter.write(
                study, interview.version_id, interview.state, contact.name, purpose, token, begun, wave
            )
            headers = {"List-Unsubscribe": f"<{content.unsubscribe}>", "List-Unsubscribe-Post": ONE_CLICK}
            text, html = mail.text(content, gettext), mail_html.html(content)
            return Message(contact.email, text, content.subject, html, headers)
