"""The browser's tab in which an interviewer has a case: an address with `?t=` holds it, any other one only reads."""

from datetime import datetime
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.problems import Problem
from app.fieldwork import service
from app.fieldwork.answers import typed_in_words
from app.fieldwork.desk import Desk
from app.ui.access import role

KINDS = {"phone": "phone", "field": "visit"}
"""The kind of case each blueprint shows."""
interviewing = role("interviewer", "supervisor")


def case_of(case_id: str) -> service.Case:
    case = service.case(current_user.workspace_id, case_id)
    if case is None or case.kind != KINDS[str(request.blueprint)]:
        abort(404)
    return case


def desk_of(case_id: str, moment: datetime) -> Desk:
    """The case as this tab sees it."""
    case, token = case_of(case_id), request.values.get("t", type=int)
    mine = case.leased_at(moment) and (case.actor, case.token) == (current_user.id, token)
    return Desk(case, token if mine else None, moment, current_user.name)


def held(case_id: str, moment: datetime) -> Desk | Response:
    """The case with its lease renewed, or the page that says who has it now and keeps what was typed."""
    case, token = case_of(case_id), request.form.get("t", -1, type=int)
    mine, interview = service.renew(current_user.workspace_id, case_id, current_user.id, token, moment)
    desk = desk_of(case_id, moment)
    if not mine:
        return lost(desk, moment)
    if not interview and case.attempt_id is None:
        return lost(desk, moment)
    return desk


def lost(desk: Desk, moment: datetime) -> Response:
    """409: this tab may not write any more. What was typed is shown and goes along where the interviewer takes the case again."""
    holder = desk.interview.held_at(moment)
    by_person = holder is not None and holder.actor == "respondent"
    kept = [(name, text) for name, text in request.form.items(multi=True) if name not in ("csrf_token", "t", "do")]
    words = typed_in_words(desk.questionnaire, request.form)
    page = render_template(
        "fieldwork/lost.html",
        desk=desk,
        by_person=by_person,
        by=holder.channel if holder else "",
        kept=kept,
        words=words,
    )
    return make_response(page, 409)


def to_case(case_id: str, token: int | None, **query: Any) -> Response:
    return redirect(url_for(".show", case_id=case_id, t=token, **query), 303)  # type: ignore[return-value]


def say(problem: Problem) -> None:
    flash(f"{problem.text(_)} {problem.remedy_text(_)}".strip(), "error")
