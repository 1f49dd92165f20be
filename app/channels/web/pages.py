"""The pages a visit can show, assembled from the portable renderer and what only the server knows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil
from urllib.parse import urlencode

from flask import make_response, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from app import engine
from app.channels.web import actions, form_token, kept, panel
from app.channels.web.form_token import FormToken
from app.channels.web.visit import Visit
from app.interviews import service, timing, wording
from app.rendering import consent, html
from app.rendering.html import Change, Context, Shell, Timer
from app.ui.assets import asset
from app.ui.edge import signer
from app.ui.languages import translator

# the page of a visit that cannot answer, by reason, and its status
BLOCKED = {
    "expired": ("expired", 410),
    "revoked": ("expired", 410),
    "not_open": ("not_open", 200),
    "closed": ("closed", 200),
    "complete": ("already_done", 200),
    "declined": ("declined", 200),
    "screened_out": ("screened_out", 200),
    "quota_full": ("full", 200),
    "unsigned": ("invalid", 403),
    "begun": ("begun", 409),
}
ENDED = {
    "complete": "thanks",
    "declined": "declined",
    "screened_out": "screened_out",
    "quota_full": "full",
    "closed": "closed",
}
STUDY = {"scope": "study"}  # how far a refusal goes, unless told
SCRIPT, FRAME, TIMER = "canvass/respondent.js", "canvass/frame.js", "canvass/timer.js"
THANKS = "thanks"  # ?s=thanks after the last page: the same link then says thank you instead of "already answered"


def question(
    visit: Visit,
    screen: engine.Screen,
    now: datetime,
    changes: tuple[Change, ...] = (),
    hidden: Mapping[str, str] | None = None,
    shown: datetime | None = None,
    again: str = "",
) -> Response:
    """A screen's form. `shown`: when its page was first, where it is shown again. `again`: why it was not taken (see Context)."""
    timer = _timer(visit, screen, shown or now, now)
    here = replace(context(visit, now, changes, hidden, shown if timer else None, timer), again=again)
    page = html.page(screen, here, translator())
    wanted = {SCRIPT: html.needs_script(screen), TIMER: timer is not None}
    error, scripts = html.has_errors(screen), tuple(script for script, needed in wanted.items() if needed)
    return _respond(visit, page, 422 if error else 429 if again == "scanned" else 200, error, scripts)


def _timer(visit: Visit, screen: engine.Screen, shown: datetime, now: datetime) -> Timer | None:
    """The clock of a page whose time is limited."""
    page = visit.questionnaire.page(screen.at)
    left = timing.left(visit.questionnaire, visit.state, visit.interview, screen.at, shown, now)
    return Timer(max(ceil(left.total_seconds()), 0), page.more_time) if page and left is not None else None


def blocked(visit: Visit) -> Response:
    """Why nothing can be answered."""
    kind, status = BLOCKED[visit.blocked or ""]
    if kind == "already_done" and request.args.get("s") == THANKS:
        kind = "thanks"
    own = visit.interview if visit.link.interview_id else None  # its answers may be in the words
    words = engine.last_words(visit.questionnaire, own.state) if own else ""
    return _closing(visit, kind, status, (words,) if words else ())


def ended(visit: Visit, end: engine.End) -> Response:
    """Nothing is left to ask."""
    notes = tuple(note.label for note in end.notes)
    return _closing(visit, ENDED.get(end.status, "closed"), notes=notes)


def ending(visit: Visit, kind: str, **details: str) -> Response:
    """What was done: link_sent, text_sent, call_booked, not_me_done, declined."""
    return _closing(visit, kind, details=details)


def _closing(
    visit: Visit, kind: str, status: int = 200, notes: tuple[str, ...] = (), details: Mapping[str, str] = STUDY
) -> Response:
    """A page with nothing to fill in, and the way back to the panel that sent the person, once their interview is over."""
    known = visit.link.interview_id or (visit.arrival and visit.arrival.signed)
    back = panel.way_back(visit.study, visit.questionnaire, visit.interview) if known else ""
    page = html.ending(kind, _bare(visit), translator(), notes=notes, back=back, **details)
    return _respond(visit, page, status)


def choice(visit: Visit, kind: str, now: datetime, error: str = "", typed: str = "", **details: str) -> Response:
    """A question about going on: decline, not_me, confirm_identity, continue_here. `typed`: what goes along (see `packed`)."""
    shown = context(visit, now, hidden={"typed": typed, "at": request.form.get("at", "")} if typed else {})
    return _respond(
        visit, html.choice(kind, shown, translator(), error=error, **details), 422 if error else 200, error=bool(error)
    )


def not_taken(
    visit: Visit, outcome: service.Outcome, typed: engine.Raw, now: datetime, shown: datetime | None = None
) -> Response:
    """What `submit` said instead of taking the page, which was shown then; what was typed is on every one of these."""
    match outcome:
        case service.Refused(screen=screen):
            return question(visit, screen, now, shown=shown)
        case service.Stale(screen=None):
            here = visit.screen()
            if isinstance(here, engine.End):
                return ended(visit, here)
            return question(visit, here, now, _typed_elsewhere(visit, typed))
        case service.Stale(screen=engine.Screen() as stale, changed=changed):
            return question(visit, stale, now, _changes(visit, stale, changed))
        case service.HeldBy(held=held):
            return choice(visit, "continue_here", now, typed=packed(typed), by=held.channel)
        case service.Finished(status=status, interview=interview):
            kind, code = BLOCKED.get(status, ("closed", 200))
            return _closing(replace(visit, interview=interview), kind, code)
    raise AssertionError(outcome)


def packed(typed: engine.Raw) -> str:
    """What was typed, as one hidden field."""
    return urlencode(dict(typed), doseq=True)


def context(
    visit: Visit,
    now: datetime,
    changes: tuple[Change, ...] = (),
    hidden: Mapping[str, str] | None = None,
    shown: datetime | None = None,
    timer: Timer | None = None,
) -> Context:
    """What the form of a visit carries. `shown`: when its page was first, where that was before now."""
    token = FormToken(visit.subject, visit.revision, shown or now)
    own = {"form": form_token.issue(signer(), visit.link.token, token), "e": visit.entry, "lang": visit.language}
    if visit.arrival and visit.arrival.query:
        own["arrived"] = visit.arrival.query
    own |= {name: request.values[name] for name in ("k", kept.FIELD) if request.values.get(name)}
    action, agreed = url_for("web.act", token=visit.link.token), visit.state.consent and visit.state.consent.given
    return Context(
        action=action,
        title=engine_text(visit, visit.questionnaire.title),
        organisation=visit.study.organisation,
        contact=visit.study.contact_line,
        hidden={**own, **(hidden or {})},
        statement=None if agreed else statement(visit),
        languages=visit.questionnaire.languages,
        offers=actions.offers(visit),
        images=f"{action}/images/",
        language=visit.language,
        personal=visit.interview is not None and visit.interview.contact_id is not None,
        changes=changes,
        timer=timer,
    )


def statement(visit: Visit) -> consent.Statement:
    """The consent statement as this visit reads it; its version goes into the interview with the consent."""
    return wording.statement(visit.study, visit.questionnaire, "web", visit.language, translator())


def engine_text(visit: Visit, text: engine.Text) -> str:
    """A text of the questionnaire in the visit's language."""
    return text.source(visit.language)


def _bare(visit: Visit) -> Context:
    return Context(
        *("", engine_text(visit, visit.questionnaire.title), visit.study.organisation, visit.study.contact_line),
        language=visit.language,
    )


def _changes(visit: Visit, screen: engine.Screen, changed: frozenset[str]) -> tuple[Change, ...]:
    stored = visit.screen(screen.at)
    assert isinstance(stored, engine.Screen)
    saved = {item.name: item for item in stored.items}
    return tuple(
        Change(item.label, _words(saved[item.name], saved[item.name].raw), _words(item, item.raw))
        for item in screen.items
        if item.name in changed
    )


def _typed_elsewhere(visit: Visit, typed: engine.Raw) -> tuple[Change, ...]:
    """The page that was sent is not asked any more: say what was typed on it, nothing is lost."""
    asked = {name: visit.questionnaire.question(name) for name in typed}
    return tuple(
        Change(_asked(visit, question, name), "", _said(visit, question, value))
        for name, value in typed.items()
        if value and (question := asked[name]) and question.label
    )


def _asked(visit: Visit, question: engine.Question, name: str) -> str:
    """The question in words; of a row that is gone with the row's number, since its title went with it."""
    words = question.label.plain(visit.language) if question.label else ""
    row = name.removeprefix(question.name).strip("[]").replace("][", ".")
    return f"{words} ({row})" if row else words


def _said(visit: Visit, question: engine.Question, typed: str | Sequence[str]) -> str:
    """What was typed, choices by their labels."""
    picked = [(text, question.choice(text)) for text in ([typed] if isinstance(typed, str) else typed)]
    return ", ".join(choice.label.plain(visit.language) if choice else text for text, choice in picked)


def _words(item: engine.Item, raw: str | list[str]) -> str:
    """An answer in words: the labels of its choices."""
    labels = {shown.name: shown.label for shown in item.choices}
    return ", ".join(labels.get(value, value) for value in ([raw] if isinstance(raw, str) else raw))


def _respond(
    visit: Visit, page: Markup, status: int = 200, error: bool = False, scripts: tuple[str, ...] = ()
) -> Response:
    embedded = visit.entry == "embed"
    shell = Shell(
        title=engine_text(visit, visit.questionnaire.title),
        language=visit.language,
        organisation=visit.study.organisation,
        stylesheet=asset("vendor/canvass/respondent.css"),
        error=error,
        embedded=embedded,
        practice=visit.link.is_test or visit.study.practice,
        scripts=tuple(asset(script) for script in (*scripts, *((FRAME,) if embedded else ()))),
    )
    return make_response(html.document(page, shell, translator()), status)
