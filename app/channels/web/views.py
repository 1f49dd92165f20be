"""The respondent's pages. GET shows and never writes; a POST does one thing and redirects, or shows again what was typed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, request
from flask_babel import gettext as _

from app import engine
from app.channels.web import actions, form_token, pages, scanners
from app.channels.web.answering import continue_here, go_back, go_next, pressed_twice, sent_back
from app.channels.web.form_token import FormToken
from app.channels.web.requests import onwards, typed_in, visit_of
from app.channels.web.visit import Visit
from app.contacts.service import Contact
from app.interviews import links, service, timing
from app.ui.access import public
from app.ui.csrf import csrf
from app.ui.edge import now, signer

bp = Blueprint("web", __name__)


@bp.get("/i/<token>")
@public
def show(token: str) -> Any:
    """The page the interview is at, or `?at=` (back, jump); `?c=` preselects the option tapped in a mail and stores nothing."""
    moment = now()
    visit = visit_of(token, moment)
    if visit.blocked:
        return pages.blocked(visit)
    if visit.unconfirmed:
        return pages.choice(visit, "confirm_identity", moment, name=_masked_name(visit.contact()))
    screen = visit.screen(request.args.get("at"))
    if isinstance(screen, engine.End):
        return pages.ended(visit, screen)
    return pages.question(visit, _preselected(visit, screen, moment), moment)


@bp.post("/i/<token>")
@csrf.exempt
@public
def act(token: str) -> Any:
    """What a respondent's form asks for; its HMAC stands in for a session."""
    moment = now()
    given = form_token.read(signer(), token, request.form.get("form", ""), moment)
    visit = visit_of(token, moment, nonce=given.subject if given else None)
    if visit.blocked:
        return onwards(visit, s=pages.THANKS) if given and pressed_twice(visit.interview) else pages.blocked(visit)
    if given is None or given.subject != visit.subject:
        return _show_again(visit, moment, "expired")
    if _too_soon(visit, moment):
        return _show_again(visit, moment, "scanned")
    button, _colon, argument = request.form.get("do", "next").partition(":")
    handler = BUTTONS.get(button)
    if handler is None:
        abort(400)
    if visit.unconfirmed and button not in ("confirm_identity", "not_me", "decline"):
        return pages.choice(visit, "confirm_identity", moment, name=_masked_name(visit.contact()))
    return handler(visit, given, argument, moment)


# --- the other buttons ----------------------------------------------------------------------------


def _language(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    """The same page in another language, with what was typed."""
    typed = typed_in(visit)
    actions.change_language(visit, argument, moment)
    visit = visit_of(visit.link.token, moment, language=argument, nonce=given.subject)
    screen = visit.screen(request.form.get("at") or None)
    if isinstance(screen, engine.End):
        return onwards(visit)
    return pages.question(visit, engine.redisplay(screen, (), typed), moment, shown=given.shown)


def _more_time(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    """The same page with what was typed, and its time anew where the page lets people ask for that."""
    at, typed = request.form.get("at", ""), typed_in(visit)
    page = visit.questionnaire.page(at)
    if visit.interview is not None:
        timing.more(visit.link.workspace_id, visit.interview.id, at, moment)
        visit = visit_of(visit.link.token, moment)
    screen = visit.screen(at)
    if isinstance(screen, engine.End):
        return onwards(visit)
    shown = moment if page and page.more_time else given.shown
    return pages.question(visit, engine.redisplay(screen, (), typed), moment, shown=shown)


def _go_on(button: str) -> Callable[..., Any]:
    def handle(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
        address = actions.go_on(visit, button, moment)
        return pages.ending(visit, actions.DONE[button], address=address) if address else onwards(visit)

    return handle


def _confirm_identity(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    answer = request.form.get("answer")
    if answer == "yes" and visit.interview is not None:
        actions.confirm(visit, moment)
        return onwards(visit)
    if answer == "no":
        return pages.choice(visit, "not_me", moment)
    return pages.choice(visit, "confirm_identity", moment, _("Choose one."), name=_masked_name(visit.contact()))


def _not_me(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    answer = request.form.get("answer")
    if answer == "no":
        return onwards(visit)
    if answer != "yes":
        return pages.choice(visit, "not_me", moment)
    actions.not_me(visit, moment)
    return pages.ending(visit, "not_me_done")


def _decline(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    """Ask how far the refusal goes, then end the interview; who has not started leaves no trace."""
    scope = request.form.get("scope")
    if scope not in ("study", "everything"):
        return pages.choice(visit, "decline", moment)
    if visit.interview is not None:
        declined = service.decline(visit.link.workspace_id, visit.interview.id, scope, "web", moment)
        if back := sent_back(visit, declined):
            return back
        visit = replace(visit, interview=declined)
    return pages.ending(visit, "declined", scope=scope)


BUTTONS: dict[str, Callable[..., Any]] = {
    "next": go_next,
    "back": go_back,
    "language": _language,
    "more_time": _more_time,
    "continue_here": continue_here,
    "confirm_identity": _confirm_identity,
    "not_me": _not_me,
    "decline": _decline,
    **{button: _go_on(button) for button in actions.WAYS},
}


# --- showing a page anew ---------------------------------------------------------------------------


def _too_soon(visit: Visit, moment: datetime) -> bool:
    """Whether a program may be at work here: it must not begin an interview."""
    begins = visit.entry == "email" and visit.interview is not None and visit.interview.started_at is None
    return begins and scanners.suspected(visit.link.token, moment)


def _show_again(visit: Visit, moment: datetime, why: str) -> Any:
    """A form that is too old, not ours, or sent by a program as it seems: nothing was stored; the page comes again with what was
    typed."""
    screen = visit.screen(request.form.get("at") or None)
    if isinstance(screen, engine.End) or visit.unconfirmed:
        return onwards(visit)
    return pages.question(visit, engine.redisplay(screen, (), typed_in(visit)), moment, again=why)


def _preselected(visit: Visit, screen: engine.Screen, moment: datetime) -> engine.Screen:
    """The option tapped in a mail, selected and not stored; a code of another link selects nothing."""
    code, token = request.args.get("c", ""), visit.link.token
    item = next((item for item in screen.items if item.choices), None)
    names = tuple(choice.name for choice in item.choices) if item else ()
    value = links.scale_value(signer(), token, item.name, names, code) if item else None
    if value is not None or links.is_trap(signer(), token, code):
        scanners.tapped(signer(), token, code, moment)
    return engine.redisplay(screen, (), {item.name: value}) if item and value is not None else screen


def _masked_name(contact: Contact | None) -> str:
    """A name as its owner recognises it and nobody else learns it: A… K…"""
    return " ".join(f"{word[0]}…" for word in (contact.name if contact else "").split()) or "…"
