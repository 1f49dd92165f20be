"""The respondent's pages. GET shows and never writes; a POST does one thing and redirects, or shows again what was typed."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from app import engine
from app.channels.web import actions, form_token, pages
from app.channels.web.form_token import FormToken
from app.channels.web.visit import Visit, open_visit
from app.interviews import links, service
from app.rate_limit import allowed
from app.rendering import consent
from app.ui.access import public
from app.ui.csrf import csrf
from app.ui.edge import now, signer
from app.ui.guards import allow_frames
from app.ui.languages import browser_language, use_language

bp = Blueprint("web", __name__)

STARTS = 30  # anonymous starts from one address, an hour


@bp.get("/i/<token>")
@public
def show(token: str) -> Any:
    """The page the interview is at, or `?at=` (back, jump); `?c=` preselects the option tapped in a mail and stores nothing."""
    visit = _visit(token, now())
    if visit.blocked:
        return pages.blocked(visit)
    if visit.unconfirmed:
        return pages.confirm(visit, now())
    screen = visit.screen(request.args.get("at"))
    if isinstance(screen, engine.End):
        return pages.ended(visit, screen)
    return pages.question(visit, _preselected(visit, screen), now())


@bp.post("/i/<token>")
@csrf.exempt
@public
def act(token: str) -> Any:
    """What a respondent's form asks for; its HMAC stands in for a session."""
    moment = now()
    text = request.form.get("form", "")
    given = form_token.read(signer(), token, text, moment)
    visit = _visit(token, moment, nonce=given.subject if given else None)
    if visit.blocked:
        return pages.blocked(visit)
    if given is None or given.subject != visit.subject:
        return pages.expired_form(visit, _typed(), moment)
    name, _, argument = request.form.get("action", "next").partition(":")
    if visit.unconfirmed and name not in ("confirm", "not_me", "language", "decline"):
        return pages.confirm(visit, moment)
    handler = ACTIONS.get(name)
    return handler(visit, given, argument, moment) if handler else abort(400)


# --- answering ------------------------------------------------------------------------------------


def _answer(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    """Take the page; `back` goes to the page before whether or not this one could be taken."""
    if visit.interview is None:
        visit = _start(visit, moment)
    assert visit.interview is not None
    statement = consent.version(visit.questionnaire, visit.study.organisation, visit.language)
    outcome = service.submit(
        visit.link.workspace_id,
        visit.interview.id,
        service.Submission(
            mode="web",
            entry=visit.entry,
            at=request.form.get("at", ""),
            raw=_typed(),
            revision=given.revision,
            overrides=request.form.getlist("override"),
            consent=engine.Consent(True, statement, visit.language),
            take_over=argument == "here",
        ),
        moment,
    )
    if isinstance(outcome, service.Accepted):
        return _onwards(visit)
    return pages.not_taken(visit, outcome, moment)


def _back(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    """Keep what was typed where it is valid, then show the page before."""
    if visit.interview is not None and visit.state.consent is not None:
        submission = service.Submission(
            mode="web", entry=visit.entry, at=request.form.get("at", ""), raw=_typed(), revision=given.revision
        )
        service.submit(visit.link.workspace_id, visit.interview.id, submission, moment)
    return _onwards(visit, at=argument or None)


def _start(visit: Visit, moment: datetime) -> Visit:
    """The anonymous start's row and its own link, made by its first POST; the same POST again finds the same row."""
    address = request.remote_addr or ""
    if not allowed(f"start:{visit.study.id}:{address}", STARTS, timedelta(hours=1), moment):
        abort(429)
    interview, _ = service.create(
        visit.link.workspace_id,
        visit.study,
        now=moment,
        is_test=visit.link.is_test,
        language=visit.language,
        interview_id=form_token.interview_id(visit.link.token, visit.subject),
    )
    token = links.mint(
        visit.link.workspace_id,
        visit.study.id,
        purpose="embed" if visit.entry == "embed" else "resume",
        interview_id=interview.id,
        is_test=interview.is_test,
        now=moment,
        expires_at=moment + timedelta(days=visit.study.link_days),
    )
    started = open_visit(token, moment, entry=visit.entry)
    assert started is not None
    return started


def _onwards(visit: Visit, at: str | None = None) -> Response:
    return redirect(url_for("web.show", token=visit.link.token, at=at, e=request.args.get("e")), 303)


# --- the other buttons ----------------------------------------------------------------------------


def _language(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    """The same page in another language, with what was typed."""
    actions.change_language(visit, argument, moment)
    visit = _visit(visit.link.token, moment, language=argument, nonce=given.subject)
    use_language(visit.language)
    if visit.unconfirmed:
        return pages.confirm(visit, moment)
    screen = visit.screen(request.form.get("at") or None)
    if isinstance(screen, engine.End):
        return _onwards(visit)
    typed = _typed()
    return pages.question(visit, engine.redisplay(screen, (), typed) if typed else screen, moment)


def _later(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    if actions.send_link(visit, moment):
        return pages.notice(visit, "link_sent")
    return pages.notice(visit, "keep_link", link=actions.link_to_keep(visit, moment))


def _hand_over(action: str) -> Any:
    def handle(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
        return pages.notice(visit, action if actions.hand_over(visit, action, moment) else "cannot_reach")

    return handle


def _confirm(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    if visit.interview is not None:
        service.record(visit.link.workspace_id, visit.interview.id, [], moment, confirmed="web")
    return _onwards(visit)


def _not_me(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    if argument != "sure":
        return pages.ask(visit, "not_me", moment)
    actions.not_me(visit, moment)
    return pages.notice(visit, "not_me")


def _decline(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    """Ask how far the refusal goes, then end the interview; who has not started leaves no trace."""
    if argument not in ("study", "everything"):
        return pages.ask(visit, "decline", moment)
    if visit.interview is not None:
        service.decline(visit.link.workspace_id, visit.interview.id, argument, "web", moment)
    return pages.notice(visit, "declined")


ACTIONS = {
    "next": _answer,
    "back": _back,
    "language": _language,
    "later": _later,
    "call_me": _hand_over("call_me"),
    "text_me": _hand_over("text_me"),
    "confirm": _confirm,
    "not_me": _not_me,
    "decline": _decline,
}


# --- the request ----------------------------------------------------------------------------------


def _visit(token: str, moment: datetime, language: str | None = None, nonce: str | None = None) -> Visit:
    asked = language or request.values.get("lang") or browser_language()
    visit = open_visit(token, moment, language=asked, entry=request.values.get("e"), nonce=nonce)
    if visit is None:
        abort(404)
    use_language(visit.language)
    if visit.entry == "embed" and visit.study.sites:
        allow_frames(*visit.study.sites)
    return visit


def _typed() -> dict[str, Any]:
    """The answers in the form: a list where a name came several times. Names that begin with `_` are the page's own."""
    own = {"form", "at", "action", "override", "lang", "e"}
    return {
        name: values if len(values) > 1 else values[0]
        for name, values in request.form.lists()
        if name not in own and not name.startswith("_")
    }


def _preselected(visit: Visit, screen: engine.Screen) -> engine.Screen:
    """The option tapped in a mail, selected and not stored; a code of another link selects nothing."""
    code = request.args.get("c")
    item = next((item for item in screen.items if item.choices), None)
    if not code or item is None:
        return screen
    names = tuple(choice.name for choice in item.choices)
    value = links.scale_value(signer(), visit.link.token, item.name, names, code)
    return engine.redisplay(screen, (), {item.name: value}) if value is not None else screen
