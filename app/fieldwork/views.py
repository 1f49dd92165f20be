"""The pages of one case: who it is, the call (or visit) and its end; `asking` has its questions. The phone and field channels put
them on their blueprints; an address with `?t=` is the tab that holds the case, any other one only reads."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app import engine
from app.accounts import service as accounts
from app.core.problems import Problem
from app.fieldwork import service
from app.fieldwork.answers import read as read_answers
from app.fieldwork.asking import answer, question
from app.fieldwork.desk import Desk
from app.fieldwork.tab import case_of, desk_of, held, interviewing, lost, say, to_case
from app.fieldwork.words import helpers
from app.interviews import channel
from app.ui.access import role
from app.ui.edge import now

# --- the case -------------------------------------------------------------------------------------


@interviewing
def show(case_id: str) -> Any:
    """The case at its stage: before the call, introduction, question (`?at=`), or how it ended."""
    moment = now()
    desk = desk_of(case_id, moment)
    if desk.stage == "over":
        return redirect(url_for(".end", case_id=case_id, t=desk.token), 303)
    if desk.stage == "question":
        screen = desk.screen(request.args.get("at"))
        if isinstance(screen, engine.End):
            return redirect(url_for(".end", case_id=case_id, t=desk.token), 303)
        return question(desk, screen)
    return render_template("fieldwork/case.html", desk=desk, people=_people() if _supervises() else ())


def _supervises() -> bool:
    return "supervisor" in current_user.roles


def _people() -> list[tuple[str, str]]:
    return [(each.id, each.name) for each in accounts.people(current_user.workspace_id, "interviewer")]


@interviewing
def take(case_id: str) -> Any:
    """Take the case, or take it again in this tab; an answer that came back from a lost tab is shown once more."""
    case_of(case_id)
    moment = now()
    got = service.take(current_user.workspace_id, case_id, current_user.id, moment, _supervises())
    if isinstance(got, Problem):
        say(got)
        return to_case(case_id, None)
    if isinstance(got, service.UnderWay):
        flash(_("You have this case open already: finish it first."), "error")
        return to_case(got.case.id, None)
    at = request.form.get("at")
    desk = Desk(got.case, got.token, moment, current_user.name)
    if at and desk.stage == "question":
        screen = desk.screen(at)
        if isinstance(screen, engine.Screen) and screen.at == at:
            typed = read_answers(screen, request.form)
            return question(desk, engine.redisplay(screen, (), typed))
    return to_case(case_id, got.token)


@interviewing
def put_back(case_id: str) -> Any:
    """Not called: back into the queue."""
    desk = held(case_id, now())
    if not isinstance(desk, Desk):
        return desk
    assert desk.token is not None
    service.put_back(desk.case.workspace_id, case_id, current_user.id, desk.token, now())
    return redirect(url_for(".index"), 303)


@interviewing
def dial(case_id: str) -> Any:
    """The call begins (the interviewer knocks): consent and suppression are asked once more."""
    moment = now()
    desk = held(case_id, moment)
    if not isinstance(desk, Desk):
        return desk
    assert desk.token is not None
    begun = service.dial(desk.case.workspace_id, case_id, current_user.id, desk.token, moment)
    if isinstance(begun, Problem):
        say(begun)
    return to_case(case_id, desk.token)


@interviewing
def begin(case_id: str) -> Any:
    """The person said who they are, and (where it was not recorded before) agrees to take part."""
    moment = now()
    desk = held(case_id, moment)
    if not isinstance(desk, Desk):
        return desk
    assert desk.token is not None
    consent = engine.Consent(True, desk.statement.version, desk.statement.language)
    service.begin(desk.case.workspace_id, case_id, current_user.id, desk.token, consent, moment)
    return to_case(case_id, desk.token)


@interviewing
def write_note(case_id: str) -> Any:
    moment = now()
    desk = held(case_id, moment)
    if not isinstance(desk, Desk):
        return desk
    text, at = request.form.get("note", "").strip(), request.form.get("question", "")[:60]
    if text and desk.token is not None:
        service.note(desk.case.workspace_id, case_id, current_user.id, desk.token, text, moment, at)
        flash(_("Noted."))
    return to_case(case_id, desk.token, at=at or None)


@interviewing
def heartbeat(case_id: str) -> Any:
    """Every 15 s from the page's script: is the case, is the interview still held?"""
    case_of(case_id)
    token = request.form.get("t", -1, type=int)
    case, interview = service.renew(current_user.workspace_id, case_id, current_user.id, token, now())
    texts = len(desk_of(case_id, now()).texts) if case else 0
    return {"case": case, "interview": interview, "texts": texts}, 200 if case else 409


# --- the end --------------------------------------------------------------------------------------


@interviewing
def end(case_id: str) -> Any:
    """How the call ended: choose an outcome; or, once it is coded, what became of the case."""
    desk = desk_of(case_id, now())
    chosen = {"outcome": request.args.get("outcome", ""), "send": request.args.get("send", "")}
    return _end(desk, chosen, [])


def _end(desk: Desk, typed: dict[str, str], problems: list[Problem]) -> Response:
    page = render_template(
        "fieldwork/end.html", desk=desk, typed=typed, outcomes=service.offered(desk.case.kind), translate=_,
        problems={problem.name: f"{problem.text(_)} {problem.remedy_text(_)}".strip() for problem in problems},
    )  # fmt: skip
    return make_response(page, 422 if problems else 200)


@interviewing
def finish(case_id: str) -> Any:
    """Code the call, and send the rest of the interview where that was promised."""
    moment = now()
    desk = held(case_id, moment)
    if not isinstance(desk, Desk):
        return desk
    assert desk.token is not None
    typed = request.form.to_dict()
    zone = typed.get("zone", "")
    name = "complete" if desk.interview.status == "complete" else typed.get("outcome", "")
    done = service.code(
        desk.case.workspace_id, case_id, current_user.id, desk.token, name, moment,
        note=typed.get("note", ""), wall=typed.get("wall", ""), zone=zone if zone in desk.zones else "",
    )  # fmt: skip
    if isinstance(done, service.Lost):
        return lost(desk, moment)
    if isinstance(done, list):
        return _end(desk, typed, done)
    if name == "continues":
        _hand_over(desk, typed.get("send", ""), moment)
        return to_case(case_id, None)
    _tell_appointment(desk)
    return redirect(url_for(".index"), 303)


def _hand_over(desk: Desk, way: str, moment: datetime) -> None:
    """Send the rest where that was promised; the case's page then shows how it goes on."""
    if way in desk.ways:
        channel.get(way).open(desk.case.workspace_id, desk.case.interview_id, moment)
        flash(_("The rest goes to %(address)s.", address=desk.ways[way]))


def _tell_appointment(desk: Desk) -> None:
    """Say the time of an appointment in both places."""
    made = Desk(case_of(desk.case.id), None, desk.now, desk.interviewer).appointment
    if made is not None:
        there = made.at.astimezone(ZoneInfo(made.zone))
        flash(
            _(
                "Appointment with %(name)s: %(there)s in %(zone)s, %(here)s here.",
                name=desk.name,
                there=format_datetime(there, "EEE d MMM HH:mm", rebase=False),
                zone=made.zone,
                here=format_datetime(made.at, "EEE d MMM HH:mm"),
            )
        )


# --- the supervisor -------------------------------------------------------------------------------


@role("supervisor")
def supervise(case_id: str) -> Any:
    """Assign, put first or reopen, with a reason."""
    case_of(case_id)
    verbs: dict[str, Callable[..., Any]] = {"assign": service.assign, "force": service.force}
    do, to = request.form.get("do", ""), request.form.get("to") or None
    reason, moment, me = request.form.get("reason", ""), now(), current_user.id
    if to and to not in dict(_people()):
        abort(400)
    if do == "reopen":
        done = service.reopen(current_user.workspace_id, case_id, reason, me, moment)
    elif do in verbs:
        done = verbs[do](current_user.workspace_id, case_id, to, reason, me, moment)
    else:
        abort(400)
    if isinstance(done, Problem):
        say(done)
    else:
        flash(_("Done; the reason is kept."))
    return to_case(case_id, None)


ROUTES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("GET", "/<case_id>", show),
    ("POST", "/<case_id>/take", take),
    ("POST", "/<case_id>/put-back", put_back),
    ("POST", "/<case_id>/dial", dial),
    ("POST", "/<case_id>/begin", begin),
    ("POST", "/<case_id>/answer", answer),
    ("POST", "/<case_id>/note", write_note),
    ("POST", "/<case_id>/heartbeat", heartbeat),
    ("GET", "/<case_id>/end", end),
    ("POST", "/<case_id>/end", finish),
    ("POST", "/<case_id>/supervise", supervise),
)


def add_case_pages(bp: Blueprint) -> None:
    """Put these pages on a channel's blueprint, whose own `index` is where an interviewer goes next."""
    for method, rule, view in ROUTES:
        bp.add_url_rule(rule, view.__name__, view, methods=[method])
    bp.context_processor(helpers)
