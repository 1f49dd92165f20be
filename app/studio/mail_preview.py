"""A study's mails before they are sent: as one of the contacts would read them, and as a test to the researcher's own mailbox."""

from dataclasses import dataclass

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from app import engine
from app.catalog import service as catalog
from app.catalog.protocol import protocol
from app.contacts import service as contacts
from app.core.tokens import LENGTH
from app.db import writing
from app.delivery import facts, letter, mail_html
from app.delivery import service as delivery
from app.delivery.purposes import PURPOSE_NAMES
from app.interviews import links
from app.interviews import service as interviews
from app.rendering import mail
from app.studio.blueprint import bp, may_write, workspace_id
from app.studio.viewing import mail_frame
from app.ui.edge import now

PURPOSES = ("invitation", "reminder", "resume")
NOWHERE = "x" * LENGTH
"""The token in a mail that is only looked at: its links open nothing."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail as it is looked at. `contact` None: somebody whose name is not known. `purpose`: one of `purposes`."""

    study: catalog.Study
    version_id: str
    contact: contacts.Contact | None
    purpose: str

    @property
    def language(self) -> str:
        """The contact's, where the questionnaire speaks it."""
        languages = catalog.questionnaire(self.version_id).languages
        return self.contact.language if self.contact and self.contact.language in languages else languages[0]

    def content(self, token: str, state: engine.State | None = None) -> mail.Content:
        """What it says; its language must be in force."""
        questionnaire = catalog.questionnaire(self.version_id)
        state = state or engine.new_state(questionnaire, "preview", self.language)
        name = self.contact.name if self.contact else ""
        purpose, _slash, wave = self.purpose.partition("/")
        begun = purpose in mail.GOING_ON
        return letter.write(self.study, self.version_id, state, name, purpose, token, begun, int(wave or 0))


def purposes(study: catalog.Study) -> dict[str, str]:
    """The mails of a study and what they are called; where it has a protocol, each of its waves (`reminder/2`)."""
    made = protocol(study.protocol)
    step = next((each for each in made.steps if each.channel == "email"), None) if made else None
    waves = {
        f"{purpose}/{number}": f"{_(PURPOSE_NAMES[purpose])} {number}"
        for purpose in ("reminder", "partial")
        for number in range(1, len(step.waves(purpose) if step else ()) + 1)
    }
    usual = {purpose: _(PURPOSE_NAMES[purpose]) for purpose in PURPOSES if purpose != "reminder" or made is None}
    return usual | waves


@bp.get("/studies/<study_id>/mail")
@may_write
def study_mail(study_id: str) -> ResponseReturnValue:
    """The mail as a person reads it: subject, both parts; and the people to choose from."""
    seen, search = _seen(study_id), request.args.get("search", "")
    with force_locale(seen.language):
        content = seen.content(NOWHERE)
        text = mail.text(content, _)
    people = contacts.page(workspace_id(), search, size=10).items if search else []
    return render_template(
        "studio/mail.html", seen=seen, content=content, text=text, search=search, people=people,
        purposes=purposes(seen.study),
        sender=facts.sender_of("email", seen.study), size=len(mail_html.html(content).encode()),
    )  # fmt: skip


@bp.get("/studies/<study_id>/mail/html")
@may_write
def study_mail_html(study_id: str) -> Response:
    """The HTML part alone."""
    seen = _seen(study_id)
    with force_locale(seen.language):
        return mail_frame(mail_html.html(seen.content(NOWHERE)))


@bp.post("/studies/<study_id>/mail/test")
@may_write
def send_test_mail(study_id: str) -> ResponseReturnValue:
    """Send it to the researcher who asks, with links to an interview that is counted nowhere."""
    seen = _seen(study_id)
    if seen.study.version_id is None:
        abort(400)
    moment = now()
    with writing(), force_locale(seen.language):
        interview, _made = interviews.create(
            workspace_id(), seen.study, now=moment, is_test=True, language=seen.language
        )
        token = links.mint_for(interview, seen.study.link_days, "test", moment)
        content = seen.content(token, interview.state)
        delivery.enqueue(
            workspace_id(), channel="email", purpose="staff", to=current_user.email, study_id=seen.study.id, now=moment,
            subject=f"[Test] {content.subject}", text=mail.text(content, _), html=mail_html.html(content),
        )  # fmt: skip
    flash(_("A test mail is on its way to %(address)s.", address=current_user.email), "success")
    contact_id = seen.contact.id if seen.contact else None
    return redirect(url_for("studio.study_mail", study_id=study_id, contact=contact_id, purpose=seen.purpose))


def _seen(study_id: str) -> Seen:
    study = catalog.study(workspace_id(), study_id)
    if study is None or study.trial:
        abort(404)
    published = catalog.newest_published(workspace_id(), study.questionnaire_id)
    version_id = study.version_id or (published.id if published else abort(404, _("Publish the questionnaire first.")))
    contact_id, purpose = request.args.get("contact", ""), request.args.get("purpose", "invitation")
    contact = contacts.contact(workspace_id(), contact_id) if contact_id and study.basis != "anonymous" else None
    return Seen(study, version_id, contact, purpose if purpose in purposes(study) else "invitation")
