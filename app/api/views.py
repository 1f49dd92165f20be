"""`POST /api/v1/events`: a program tells what customers did."""

from typing import Any

from flask import Blueprint, abort, jsonify, request

from app.accounts import service as accounts
from app.accounts.signed_in import calling_key
from app.core.problems import Problem
from app.journeys import intake
from app.journeys.service import Received
from app.ui.access import api_key
from app.ui.edge import now

bp = Blueprint("api", __name__, url_prefix="/api/v1")

MOST = 1000  # events in one request


@bp.post("/events")
@api_key("events:write")
def events() -> Any:
    """One event or a list of them under `events`. 200: each was taken or known; 422: some were not, each with its reasons.

    The good ones of a list are taken whatever the others are; sending a list again changes nothing that was taken."""
    body = request.get_json()
    given = body.get("events", [body]) if isinstance(body, dict) else None
    if not isinstance(given, list) or not all(isinstance(event, dict) for event in given):
        abort(400, description='Send one event as an object, or several as {"events": [...]}.')
    if len(given) > MOST:
        abort(413, description=f"At most {MOST} events in one request.")
    workspace = accounts.workspace(calling_key().workspace_id)
    moment = now()
    results = [_result(intake.take(workspace.id, event, workspace.time_zone, moment)) for event in given]
    taken = all("problems" not in result for result in results)
    return jsonify({"results": results}), 200 if taken else 422


def _result(taken: Received | list[Problem]) -> dict[str, Any]:
    if isinstance(taken, Received):
        return {"id": taken.id, "new": taken.new}
    return {
        "problems": [{"code": p.code, "field": p.name, "message": p.text(), "remedy": p.remedy_text()} for p in taken]
    }
