"""Files on a respondent's page: what a question shows or plays, and what the person sends."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import Blueprint, Response, abort
from werkzeug.datastructures import FileStorage

from app import engine
from app.channels.web import form_token
from app.channels.web.visit import Visit, open_visit
from app.core.problems import Problem
from app.engine.types.file import REFUSED
from app.files import service
from app.files.views import send
from app.rate_limit import allowed
from app.rendering.item_fields import sent_as
from app.ui.access import public
from app.ui.edge import now

bp = Blueprint("pictures", __name__)

FILES = 60  # a start may send, an hour


@bp.get("/i/<token>/images/<name>")
@public
def show(token: str, name: str) -> Response:
    """A picture, sound or video of the questionnaire that the link opens; no other file of the workspace."""
    visit = open_visit(token, now())
    if visit is None or visit.blocked:
        abort(404)
    found = service.named(visit.link.workspace_id, name) if name in engine.files_of(visit.questionnaire) else None
    return send(found) if found else abort(404)


def put_in(
    visit: Visit,
    screen: engine.Screen,
    sent: Mapping[str, list[str]],
    files: Mapping[str, FileStorage],
    moment: datetime,
) -> Mapping[str, list[str]]:
    """A form as sent, with each file kept, and in its place the file's id, or why it was not kept (app/engine/types/file.py). A
    hidden id counts only where it is the interview's own."""
    items = [item for item in screen.items if item.type == "file"]
    return {
        **sent,
        **{sent_as(item.name): [_answer(visit, item, sent, files, moment)] for item in items},
    }


def _answer(
    visit: Visit,
    item: engine.Item,
    sent: Mapping[str, list[str]],
    files: Mapping[str, FileStorage],
    moment: datetime,
) -> str:
    name = sent_as(item.name)
    upload = files.get(f"{name}__file")
    owner = visit.interview.id if visit.interview else form_token.interview_id(visit.link.token, visit.subject)
    if upload is None or not upload.filename:
        given = (sent.get(name) or [""])[-1]
        before = service.find(visit.link.workspace_id, given) if given else None
        return given if given == item.raw or (before and before.interview_id == owner) else ""
    if not allowed(f"files:{owner}", FILES, timedelta(hours=1), moment):
        return "too_many_files"
    limit, accept = int(item.parameters["max_size"] * 1_000_000), item.parameters.get("accept", ())
    stored = service.store(
        visit.link.workspace_id, upload.filename, upload.stream, moment, limit=limit, accept=accept, interview_id=owner
    )
    if isinstance(stored, Problem):
        return stored.code if stored.code in REFUSED else ""
    return stored.id
