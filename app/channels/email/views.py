"""The unsubscribe address of our mails, a page for people and one POST for mail programs (RFC 8058); and the webhook for mails that
come in."""

import hmac
import re
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, make_response, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.catalog import service as catalog
from app.channels.email.channel import ONE_CLICK
from app.channels.email.inbound import receive
from app.contacts import service as contacts
from app.db import writing
from app.interviews import links, service
from app.interviews.links import Link
from app.interviews.repository import Interview
from app.rendering import html
from app.rendering.html import Context, Shell
from app.ui.access import accepts, public, webhook
from app.ui.assets import asset
from app.ui.csrf import csrf
from app.ui.edge import now
from app.ui.languages import use_language

bp = Blueprint("email", __name__)

TOLERATED = timedelta(minutes=5)  # how old a signature may be


@bp.get("/u/<token>")
@public
def ask(token: str) -> Any:
    """What should we stop sending? Nothing is done before the button is pressed: mail scanners follow links."""
    link, interview = _recipient(token)
    return _page(link, interview, "choice")


@bp.post("/u/<token>")
@csrf.exempt
@public
def unsubscribe(token: str) -> Any:
    """A mail program's one-click POST, or the page's form with `scope`; the token is all it takes, and repeating it is 200."""
    link, interview = _recipient(token)
    name, _, value = ONE_CLICK.partition("=")
    one_click = request.form.get(name) == value
    scope = "everything" if one_click else request.form.get("scope")
    if scope not in ("study", "everything"):
        return _page(link, interview, "choice", 422)
    moment = now()
    contact = contacts.contact(link.workspace_id, interview.contact_id or "")
    with writing():
        if contact is not None and contact.email:
            contacts.suppress(
                link.workspace_id,
                channel="email",
                address=contact.email,
                study_id=link.study_id if scope == "study" else None,
                reason="opt_out",
                now=moment,
            )
        service.decline(link.workspace_id, interview.id, "study", "web", moment)
    return _page(link, interview, "ending", scope=scope)


@bp.post("/webhooks/mail")
@accepts("message/rfc822", "application/json")  # JSON is refused for its signature, as at every webhook
@webhook(lambda: signed(request.headers.get("Canvass-Signature", ""), request.get_data(), now()))
def mail_in() -> Any:
    """A mail as it came to the mail server. 200 whatever it was: who posts it has nothing to mend."""
    receive(request.get_data(), now())
    return ""


def signed(header: str, body: bytes, moment: datetime) -> bool:
    """Whether `header` is `t=UNIX-SECONDS,v1=HEX`: an HMAC-SHA-256 of "SECONDS." and the body under MAIL_IN_SECRET, not old."""
    secret = current_app.config["MAIL_IN_SECRET"]
    found = re.fullmatch(r"t=(\d{1,12}),v1=([0-9a-f]{64})", header)
    if not secret or found is None or abs(moment.timestamp() - int(found[1])) > TOLERATED.total_seconds():
        return False
    return hmac.compare_digest(found[2], hmac.digest(secret.encode(), f"{found[1]}.".encode() + body, "sha256").hex())


def _recipient(token: str) -> tuple[Link, Interview]:
    """Who got the mail; an expired link still unsubscribes. A test mail's shows the page and stops nothing."""
    link = links.resolve(token, now())
    interview = service.load(link.workspace_id, link.interview_id) if link and link.interview_id else None
    if link is None or interview is None or (interview.contact_id is None and not link.is_test):
        abort(404)
    use_language(interview.language)
    return link, interview


def _page(link: Link, interview: Interview, kind: str, status: int = 200, **details: str) -> Response:
    study = catalog.study(link.workspace_id, link.study_id)
    if study is None:
        abort(404)
    context = Context(
        url_for("email.unsubscribe", token=link.token), study.title, study.organisation, study.contact_line
    )
    if kind == "choice":
        error = gettext("Choose one.") if status == 422 else ""
        content = html.choice("unsubscribe", context, gettext, error=error)
    else:
        content = html.ending("unsubscribed", context, gettext, notes=(), **details)
    shell = Shell(
        study.title, interview.language, study.organisation, asset("vendor/canvass/respondent.css"), error=status == 422
    )
    return make_response(html.document(content, shell, gettext), status)
