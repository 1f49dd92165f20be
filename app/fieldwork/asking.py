"""The pages of an interview's questions: what was answered is stored before anything else happens."""

from datetime import datetime
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app import engine
from app.fieldwork import service
from app.fieldwork.answers import overrides
from app.fieldwork.answers import read as read_answers
from app.fieldwork.calling import ENTRY
from app.fieldwork.desk import Desk
from app.fieldwork.tab import held, interviewing, lost, to_case
from app.interviews import service as interviews
from app.ui.edge import now


def question(desk: Desk, screen: engine.Screen) -> Response:
    faulty = any(item.problems for item in screen.items)
    page = render_template("fieldwork/question.html", desk=desk, screen=screen, script=desk.script(screen), translate=_)
    return make_response(page, 422 if faulty else 200)


@interviewing
def answer(case_id: str) -> Any:
    """Next, back, or another language; an answer is stored before anything else happens."""
    moment = now()
    desk = held(case_id, moment)
    if not isinstance(desk, Desk):
        return desk
    at = request.form.get("at", "")
    here = desk.screen(at)
    if desk.stage != "question" or isinstance(here, engine.End):
        return to_case(case_id, desk.token)
    do, _colon, argument = request.form.get("do", "next").partition(":")
    typed = read_answers(here, request.form) if here.at == at else {}
    if do == "language":
        return _other_language(desk, argument, at, typed, moment)
    if do == "back" and here.last:  # to store the last answer would end the interview
        return to_case(case_id, desk.token, at=here.can_go_back)
    outcome = interviews.submit(desk.case.workspace_id, desk.case.interview_id, _submission(desk, at, typed), moment)
    if do == "back":
        return to_case(case_id, desk.token, at=here.can_go_back)
    return _after(desk, outcome, moment)


def _submission(desk: Desk, at: str, typed: engine.Raw) -> interviews.Submission:
    return interviews.Submission(
        mode=desk.case.channel,
        entry=ENTRY[desk.case.kind],
        at=at,
        raw=typed,
        revision=request.form.get("revision", 1, type=int),
        token=desk.token,
        overrides=overrides(request.form),
    )


def _after(desk: Desk, outcome: interviews.Outcome, moment: datetime) -> Any:
    case = desk.case
    match outcome:
        case interviews.Accepted(next=engine.End()):
            assert desk.token is not None
            service.complete(case.workspace_id, case.id, current_user.id, desk.token, moment)
            return redirect(url_for(".end", case_id=case.id), 303)
        case interviews.Accepted():
            return to_case(case.id, desk.token)
        case interviews.Refused(screen=screen):
            return question(desk, screen)
        case interviews.HeldBy() | interviews.Stale(screen=None):
            return lost(desk, moment)
        case interviews.Stale(screen=screen):
            flash(_("This was answered elsewhere since you opened it. Ask again, then go on."), "error")
            assert screen is not None
            return question(Desk(case, desk.token, moment, desk.interviewer), screen)
    return redirect(url_for(".end", case_id=case.id, t=desk.token), 303)


def _other_language(desk: Desk, language: str, at: str, typed: engine.Raw, moment: datetime) -> Any:
    """The same question in another language, with what was typed."""
    if language in desk.questionnaire.languages:
        interviews.record(desk.case.workspace_id, desk.case.interview_id, [engine.Language(language)], moment)
    fresh = Desk(desk.case, desk.token, moment, desk.interviewer)
    screen = fresh.screen(at)
    if isinstance(screen, engine.End):
        return to_case(desk.case.id, desk.token)
    return question(fresh, engine.redisplay(screen, (), typed))
