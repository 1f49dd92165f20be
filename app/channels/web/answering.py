"""Taking a page that was sent: stored and onwards, back, or shown again with what was typed."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from flask import abort, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import engine
from app.channels.web import customers, form_token, kept, pages, panel
from app.channels.web.form_token import FormToken
from app.channels.web.requests import onwards, typed_in, visit_of
from app.channels.web.visit import Visit
from app.interviews import links, service
from app.interviews.repository import Interview
from app.rate_limit import allowed

STARTS = 30  # anonymous starts from one address, an hour


def go_next(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    return _submit(visit, given, typed_in(visit), moment)


def continue_here(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    """The person insists on the web while the interview is under way elsewhere; what they typed went along."""
    answer = request.form.get("answer")
    packed = request.form.get("typed", "")
    if answer == "yes":
        typed = {name: texts if len(texts) > 1 else texts[0] for name, texts in parse_qs(packed).items()}
        return _submit(visit, given, typed, moment, take_over=True)
    if answer == "no":
        return onwards(visit)
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
        consent=None if visit.state.consent else engine.Consent(True, pages.statement(visit).version, visit.language),
        take_over=take_over,
        shown=given.shown,
        time_over="time_over" in request.form,
    )
    outcome = service.submit(visit.link.workspace_id, visit.interview.id, submission, moment)
    if isinstance(outcome, service.Accepted):
        if isinstance(outcome.next, engine.End):
            return sent_back(visit, outcome.interview) or onwards(visit, s=pages.THANKS)
        following = _following(outcome.interview, submission.at, outcome.next)
        packed = request.form.get(kept.FIELD)
        return _carry(visit, following, moment, packed) if packed else onwards(visit, at=following)
    if isinstance(outcome, service.Finished):
        if back := sent_back(visit, outcome.interview):
            return back
        if pressed_twice(outcome.interview):
            return onwards(visit, s=pages.THANKS)
    return pages.not_taken(visit, outcome, typed, moment, given.shown)


def pressed_twice(interview: Interview | None) -> bool:
    """A page of a complete interview that comes again as it is stored: nothing to refuse."""
    sent = request.form.to_dict(flat=False)
    return request.form.get("do", "next") == "next" and kept.is_stored(interview, request.form.get("at", ""), sent)


def sent_back(visit: Visit, interview: Interview) -> Response | None:
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


def go_back(visit: Visit, given: FormToken, argument: str, moment: datetime) -> Any:
    """Show the page before; what was typed is stored where it is good, and else goes along in the form (see kept)."""
    at = request.form.get("at", "")
    here = visit.screen(at)
    if visit.interview is None or isinstance(here, engine.End) or here.at != at:
        return onwards(visit)
    typed = typed_in(visit)
    if kept.differs(here, typed):
        if not kept.storable(visit, at, typed, moment):
            return _carry(visit, here.can_go_back, moment, kept.pack(at, typed))
        submission = service.Submission("web", visit.entry, at, typed, given.revision, shown=given.shown)
        service.submit(visit.link.workspace_id, visit.interview.id, submission, moment)
    packed = request.form.get(kept.FIELD)
    return _carry(visit, here.can_go_back, moment, packed) if packed else onwards(visit, at=here.can_go_back)


def _carry(visit: Visit, at: str | None, moment: datetime, packed: str) -> Any:
    """A page whose form carries what was typed on another one, or the very page with that on it."""
    visit = visit_of(visit.link.token, moment)
    screen = visit.screen(at)
    if isinstance(screen, engine.End):
        return onwards(visit)
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
    return visit_of(token, moment)
