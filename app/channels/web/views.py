"""The respondent's pages. GET shows and never writes; a POST does one thing and redirects, or shows again what was typed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import engine
from app.catalog import service as catalog
from app.channels.web import actions, customers, files, form_token, kept, pages, panel, scanners
from app.channels.web.form_token import FormToken
from app.channels.web.visit import Visit, open_visit
from app.contacts.service import Contact
from app.db import reading
from app.interviews import links, service, timing
from app.interviews.repository import Interview
from app.rate_limit import allowed
from app.rendering.fields import read_form
from app.ui.access import public
from app.ui.csrf import csrf
from app.ui.edge import now, signer
from app.ui.guards import allow_forms, allow_frames
from app.ui.languages import browser_language, use_language

bp = Blueprint("web", __name__)

STARTS = 30  # anonymous starts from one address, an hour


@bp.get("/i/<token>")
@public
def show(token: str) -> Any:
    """The page the interview is at, or `?at=` (back, jump); `?c=` preselects the option tapped in a mail and stores nothing."""
    moment = now()
    visit = _visit(token, moment)
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
    visit = _visit(token, moment, nonce=given.subject if given else None)
    if visit.blocked:
        return _onwards(visit, s=pages.THANKS) if given and _pressed_twice(visit.interview) else pages.blocked(visit)
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


# --- answering ------------------------------------------------------------------------------------


def _next(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    return _submit(visit, given, _typed(visit), moment)


def _continue_here(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    """The person insists on the web while the interview is under way elsewhere; what they typed went along."""
    answer = request.form.get("answer")
    packed = request.form.get("typed", "")
    if answer == "yes":
        typed = {name: texts if len(texts) > 1 else texts[0] for name, texts in parse_qs(packed).items()}
        return _submit(visit, given, typed, moment, take_over=True)
    if answer == "no":
        return _onwards(visit)
    return pages.choice(visit, "continue_here", moment, _("Choose one."), typed=packed)


def _submit(visit: Visit, given: FormToken, typed: engine.Raw, moment: datetime, take_over: bool = False) -> Any:
    """Take the page; a start on a study's link becomes an interview with a link of its own first."""
    if visit.link.interview_id is None:
        visit = _start(visit, moment)
    assert visit.interview is not None
    submission = service.Submission(
        mode="web",
        entry=visit.entry,
        at=request.form.get("at", ""),
        raw=typed,
        revision=max(given.revision, 1),
        overrides=request.form.getlist("override"),
        consent=engine.Consent(True, pages.statement(visit).version, visit.language),
        take_over=take_over,
        shown=given.shown,
        time_over="time_over" in request.form,
    )
    outcome = service.submit(visit.link.workspace_id, visit.interview.id, submission, moment)
    if isinstance(outcome, service.Accepted):
        if isinstance(outcome.next, engine.End):
            return _sent_back(visit, outcome.interview) or _onwards(visit, s=pages.THANKS)
        following = _following(outcome.interview, submission.at, outcome.next)
        packed = request.form.get(kept.FIELD)
        return _carry(visit, following, moment, packed) if packed else _onwards(visit, at=following)
    if isinstance(outcome, service.Finished):
        if back := _sent_back(visit, outcome.interview):
            return back
        if _pressed_twice(outcome.interview):
            return _onwards(visit, s=pages.THANKS)
    return pages.not_taken(visit, outcome, typed, moment, given.shown)


def _pressed_twice(interview: Interview | None) -> bool:
    """A page of a complete interview that comes again as it is stored: nothing to refuse."""
    sent = request.form.to_dict(flat=False)
    return request.form.get("do", "next") == "next" and kept.is_stored(interview, request.form.get("at", ""), sent)


def _sent_back(visit: Visit, interview: Interview) -> Response | None:
    """Straight to the panel, where the study wants that."""
    address = panel.way_back(visit.study, visit.questionnaire, interview)
    return redirect(address, 303) if address and visit.study.panel.get("at_once") else None


def _following(interview: Interview, at: str, waiting: engine.Screen) -> str | None:
    """After `at` comes the page behind it, though it may have been answered before the person went back; None: that is the first
    that waits for an answer, as ever."""
    page = waiting
    while page.can_go_back not in (None, at):
        before = service.screen(interview, "web", page.can_go_back)
        assert isinstance(before, engine.Screen)
        page = before
    return page.at if page.can_go_back and page is not waiting else None


def _back(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    """Show the page before; what was typed is stored where it is good, and else goes along in the form (see kept)."""
    at = request.form.get("at", "")
    here = visit.screen(at)
    if visit.interview is None or isinstance(here, engine.End) or here.at != at:
        return _onwards(visit)
    typed = _typed(visit)
    if kept.differs(here, typed):
        if not kept.storable(visit, at, typed, moment):
            return _carry(visit, here.can_go_back, moment, kept.pack(at, typed))
        submission = service.Submission("web", visit.entry, at, typed, given.revision, shown=given.shown)
        service.submit(visit.link.workspace_id, visit.interview.id, submission, moment)
    packed = request.form.get(kept.FIELD)
    return _carry(visit, here.can_go_back, moment, packed) if packed else _onwards(visit, at=here.can_go_back)


def _carry(visit: Visit, at: str | None, moment: datetime, packed: str) -> Any:
    """A page whose form carries what was typed on another one, or the very page with that on it."""
    visit = _visit(visit.link.token, moment)
    screen = visit.screen(at)
    if isinstance(screen, engine.End):
        return _onwards(visit)
    shown, left = kept.restore(screen, packed)
    return pages.question(visit, shown, moment, hidden={kept.FIELD: left})


def _start(visit: Visit, moment: datetime) -> Visit:
    """The start's row and its own link, made by its first POST; the same POST again finds the same row. With its own link the
    interview goes on when the host's word for a customer has expired."""
    if not allowed(f"start:{visit.study.id}:{request.remote_addr}", STARTS, timedelta(hours=1), moment):
        abort(429)
    customer, panelist = visit.customer, visit.arrival.interview_id if visit.arrival else ""
    interview, _made = service.create(
        visit.link.workspace_id,
        visit.study,
        now=moment,
        is_test=visit.link.is_test,
        language=visit.language,
        contact_id=customer.id if customer else None,
        occasion=customers.occasion(visit.study.reshow_days, moment) if customer else panelist and visit.subject,
        interview_id=None if customer else panelist or form_token.interview_id(visit.link.token, visit.subject),
        outside=visit.arrival.values if visit.arrival else {},
    )
    purpose = "embed" if visit.entry == "embed" else "resume"
    token = links.mint_for(interview, visit.study.link_days, purpose, moment)
    return _visit(token, moment)


def _onwards(visit: Visit, **query: str | None) -> Response:
    carried: dict[str, Any] = {**{name: request.values.get(name) for name in ("e", "k")}, **query}
    return redirect(url_for("web.show", token=visit.link.token, **carried), 303)


# --- the other buttons ----------------------------------------------------------------------------


def _language(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    """The same page in another language, with what was typed."""
    typed = _typed(visit)
    actions.change_language(visit, argument, moment)
    visit = _visit(visit.link.token, moment, language=argument, nonce=given.subject)
    screen = visit.screen(request.form.get("at") or None)
    if isinstance(screen, engine.End):
        return _onwards(visit)
    return pages.question(visit, engine.redisplay(screen, (), typed), moment, shown=given.shown)


def _more_time(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    """The same page with what was typed, and its time anew where the page lets people ask for that."""
    at, typed = request.form.get("at", ""), _typed(visit)
    page = visit.questionnaire.page(at)
    if visit.interview is not None:
        timing.more(visit.link.workspace_id, visit.interview.id, at, moment)
        visit = _visit(visit.link.token, moment)
    screen = visit.screen(at)
    if isinstance(screen, engine.End):
        return _onwards(visit)
    shown = moment if page and page.more_time else given.shown
    return pages.question(visit, engine.redisplay(screen, (), typed), moment, shown=shown)


def _go_on(button: str) -> Callable[..., Any]:
    def handle(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
        address = actions.go_on(visit, button, moment)
        return pages.ending(visit, actions.DONE[button], address=address) if address else _onwards(visit)

    return handle


def _confirm_identity(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    answer = request.form.get("answer")
    if answer == "yes" and visit.interview is not None:
        actions.confirm(visit, moment)
        return _onwards(visit)
    if answer == "no":
        return pages.choice(visit, "not_me", moment)
    return pages.choice(visit, "confirm_identity", moment, _("Choose one."), name=_masked_name(visit.contact()))


def _not_me(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    answer = request.form.get("answer")
    if answer == "no":
        return _onwards(visit)
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
        if back := _sent_back(visit, declined):
            return back
        visit = replace(visit, interview=declined)
    return pages.ending(visit, "declined", scope=scope)


BUTTONS: dict[str, Callable[..., Any]] = {
    "next": _next,
    "back": _back,
    "language": _language,
    "more_time": _more_time,
    "continue_here": _continue_here,
    "confirm_identity": _confirm_identity,
    "not_me": _not_me,
    "decline": _decline,
    **{button: _go_on(button) for button in actions.WAYS},
}


# --- the request ----------------------------------------------------------------------------------


def _visit(token: str, moment: datetime, language: str | None = None, nonce: str | None = None) -> Visit:
    asked = language or request.values.get("lang") or browser_language()
    given = request.values
    with reading():  # one snapshot for all that a visit is made of
        said = given.get("arrived", request.query_string.decode(errors="replace"))
        visit = open_visit(
            token, moment, language=asked, entry=given.get("e"), nonce=nonce, vouched=given.get("k"), query=said
        )
    if visit is None:
        abort(404)
    use_language(visit.language)
    if visit.entry == "embed" and visit.study.sites:
        allow_frames(*visit.study.sites)
    if visit.study.panel.get("at_once"):  # a browser asks this of redirects after a form, too
        addresses = visit.study.panel.get("redirects", {}).values()
        allow_forms(*sorted(filter(None, set(map(catalog.origin, addresses)))))
    return visit


def _typed(visit: Visit) -> engine.Raw:
    """What the form holds for its page, as the engine reads it; as it stands where the page is not on the route any more."""
    at, sent = request.form.get("at", ""), request.form.to_dict(flat=False)
    screen = visit.screen(at)
    if isinstance(screen, engine.Screen) and screen.at == at:
        return read_form(screen, files.put_in(visit, screen, sent, request.files, now()))
    known = visit.questionnaire.question
    return {name: texts if len(texts) > 1 else texts[0] for name, texts in sent.items() if known(name)}


def _too_soon(visit: Visit, moment: datetime) -> bool:
    """Whether a program may be at work here: it must not begin an interview."""
    begins = visit.entry == "email" and visit.interview is not None and visit.interview.started_at is None
    return begins and scanners.suspected(visit.link.token, moment)


def _show_again(visit: Visit, moment: datetime, why: str) -> Any:
    """A form that is too old, not ours, or sent by a program as it seems: nothing was stored; the page comes again with what was
    typed."""
    screen = visit.screen(request.form.get("at") or None)
    if isinstance(screen, engine.End) or visit.unconfirmed:
        return _onwards(visit)
    return pages.question(visit, engine.redisplay(screen, (), _typed(visit)), moment, again=why)


def _preselected(visit: Visit, screen: engine.Screen, moment: datetime) -> engine.Screen:
    """The option tapped in a mail, selected and not stored; a code of another link selects nothing."""
    code = request.args.get("c")
    if code:
        scanners.tapped(signer(), visit.link.token, code, moment)
    item = next((item for item in screen.items if item.choices), None)
    if not code or item is None:
        return screen
    names = tuple(choice.name for choice in item.choices)
    value = links.scale_value(signer(), visit.link.token, item.name, names, code)
    return engine.redisplay(screen, (), {item.name: value}) if value is not None else screen


def _masked_name(contact: Contact | None) -> str:
    """A name as its owner recognises it and nobody else learns it: A… K…"""
    return " ".join(f"{word[0]}…" for word in (contact.name if contact else "").split()) or "…"
