"""The email channel: a mail with the first question in it, from one source as HTML and as text."""

from datetime import datetime

from flask import current_app
from flask_babel import force_locale, gettext

from app import engine
from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import service as contacts
from app.contacts.service import Contact
from app.delivery import service as delivery
from app.interviews import links, service, wording
from app.interviews.channel import Message
from app.interviews.repository import Interview
from app.rendering import mail
from app.ui.edge import signer

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

    def compose(self, workspace_id: str, interview_id: str, purpose: str, now: datetime) -> Message | None:
        interview = service.load(workspace_id, interview_id)
        study = catalog.study(workspace_id, interview.study_id) if interview else None
        contact = contacts.contact(workspace_id, interview.contact_id) if interview and interview.contact_id else None
        if interview is None or study is None or contact is None or not contact.email:
            return None
        with force_locale(interview.language):
            return _message(interview, study, contact, purpose, now)


def _message(interview: Interview, study: Study, contact: Contact, purpose: str, now: datetime) -> Message:
    questionnaire = catalog.questionnaire(interview.version_id)
    token = links.mint_for(interview, study.link_days, "email", now)
    begun = interview.started_at is not None
    kind = "resume" if begun and purpose != "reminder" else purpose if purpose in mail.PURPOSES else "resume"
    own = study.wording.get(interview.language, {})
    first = None if begun else _first_question(interview)
    stop = f"{current_app.config['PUBLIC_URL']}/u/{token}"
    content = mail.content(
        kind,
        gettext,
        statement=wording.statement(study, questionnaire, "mail", interview.language, gettext),
        organisation=study.organisation,
        contact=study.contact_line,
        link=links.url(token),
        unsubscribe=stop,
        name=contact.name,
        subject=own.get("subject", "") if kind == "invitation" else "",
        intro=own.get("intro", "") if kind == "invitation" else "",
        item=first,
        option_links=_option_links(token, first) if first else None,
    )
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": ONE_CLICK}
    return Message(
        contact.email or "", mail.text(content, gettext), content.subject, mail.html(content, gettext), headers
    )


def _first_question(interview: Interview) -> engine.Item | None:
    """The only question of the first page, where it can be answered by one tap."""
    screen = service.screen(interview, "web")
    if not isinstance(screen, engine.Screen) or len(screen.items) != 1 or not screen.items[0].choices:
        return None
    return screen.items[0]


def _option_links(token: str, item: engine.Item) -> dict[str, str]:
    return {
        choice.name: links.url(token, c=links.scale_code(signer(), token, item.name, choice.name))
        for choice in item.choices
    }
