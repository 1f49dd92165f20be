"""The researchers' page of files, and fetching one. A respondent's pictures come through the web channel."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.core.problems import Problem
from app.files import service
from app.files.service import INLINE, StoredFile
from app.ui.access import role
from app.ui.edge import now
from app.ui.navigation import navigate_to

bp = Blueprint("files", __name__, url_prefix="/files")
navigate_to("files.index", _l("Files"), 45)


@bp.get("/")
@role("researcher")
def index() -> ResponseReturnValue:
    """The files that questionnaires may show."""
    return render_template("files/index.html", files=service.of_workspace(current_user.workspace_id), error="")


@bp.post("/")
@role("researcher")
def add() -> ResponseReturnValue:
    """Keep a picture, sound or video for questionnaires."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return _again(_("Choose a file."))
    stored = service.store(current_user.workspace_id, given.filename, given.stream, now(), accept=sorted(INLINE))
    if isinstance(stored, Problem):
        return _again(f"{stored.text(_)} {stored.remedy_text(_)}".strip())
    flash(_("%(name)s is kept.", name=stored.name), "success")
    return redirect(url_for("files.index"), 303)


def _again(error: str) -> ResponseReturnValue:
    files = service.of_workspace(current_user.workspace_id)
    return render_template("files/index.html", files=files, error=error), 422


@bp.post("/<file_id>/delete")
@role("researcher")
def delete(file_id: str) -> ResponseReturnValue:
    """Delete a file of the workspace; what a respondent sent is not deleted here."""
    found = service.find(current_user.workspace_id, file_id)
    if found is None or found.interview_id is not None:
        abort(404)
    service.remove(current_user.workspace_id, file_id)
    flash(_("%(name)s was deleted.", name=found.name), "success")
    return redirect(url_for("files.index"), 303)


@bp.get("/<file_id>")
@role("researcher", "supervisor", "manager", "admin")
def fetch(file_id: str) -> ResponseReturnValue:
    """A file, by the id that an answer holds."""
    found = service.find(current_user.workspace_id, file_id)
    return send(found) if found else abort(404)


@bp.get("/named/<name>")
@role()
def fetch_named(name: str) -> ResponseReturnValue:
    """A picture of the workspace, as previews and interviewers see it."""
    found = service.named(current_user.workspace_id, name)
    return send(found) if found else abort(404)


def send(file: StoredFile) -> Response:
    """The content: a picture may be shown, all else is saved. No script in it runs here, and no browser guesses its type."""
    answer = send_file(file.path, file.media_type, as_attachment=file.media_type not in INLINE, download_name=file.name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
