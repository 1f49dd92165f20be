"""The same draft as YAML, with each problem at its line."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.catalog import service as catalog
from app.core.problems import Problem
from app.core.text import normalise
from app.studio.blueprint import (
    Desk,
    Judged,
    actor,
    bp,
    desk_of,
    flash_problems,
    judge,
    may_read,
    may_write,
    workspace_id,
)
from app.ui.edge import now


@bp.get("/questionnaires/<questionnaire_id>/source")
@may_read
def source(questionnaire_id: str) -> ResponseReturnValue:
    """The draft as text."""
    desk = desk_of(questionnaire_id)
    return _page(desk, desk.working.source, desk.judged)


@bp.post("/questionnaires/<questionnaire_id>/source")
@may_write
def save_source(questionnaire_id: str) -> ResponseReturnValue:
    """Save the text as it is, whatever is wrong with it."""
    desk = desk_of(questionnaire_id)
    text = _typed()
    saved = catalog.save_draft(
        workspace_id(),
        questionnaire_id,
        text,
        stamp=request.form.get("stamp", ""),
        what=_("Changed the source"),
        now=now(),
        actor=actor(),
    )
    if isinstance(saved, catalog.Conflict):
        # saving again from this page replaces what stands now: the person has been told
        return _page(Desk(desk.entry, saved.current), text, judge(_checked(desk, text)), clash=True), 409
    flash(_("Saved."), "success")
    return redirect(url_for("studio.source", questionnaire_id=questionnaire_id))


@bp.post("/questionnaires/<questionnaire_id>/source/check")
@may_write
def check_source(questionnaire_id: str) -> ResponseReturnValue:
    """What would be wrong with this text; saves nothing."""
    desk = desk_of(questionnaire_id)
    text = _typed()
    return render_template("studio/lines.html", judged=judge(_checked(desk, text)), lines=text.splitlines())


@bp.post("/questionnaires/<questionnaire_id>/source/list")
@may_write
def fill_list(questionnaire_id: str) -> ResponseReturnValue:
    """Take the CSV file that a list of the draft names."""
    file, given, stamp = request.form.get("name", ""), request.files.get("rows"), request.form.get("stamp", "")
    desk_of(questionnaire_id)
    rows = catalog.rows_in(given.stream.read() if given else b"", file)
    if isinstance(rows, Problem):
        flash_problems([rows])
    elif isinstance(
        catalog.fill_list(workspace_id(), questionnaire_id, file, rows, stamp=stamp, now=now()), catalog.Conflict
    ):
        flash(_("Somebody changed the draft meanwhile. Look at it again."), "danger")
    else:
        flash(_("%(file)s: %(n)s rows.", file=file, n=len(rows)), "success")
    return redirect(url_for("studio.source", questionnaire_id=questionnaire_id))


def _checked(desk: Desk, text: str) -> catalog.Definition:
    """The text with the rows of the files that the questionnaire's versions hold."""
    return catalog.check(text, lists=catalog.rows_of(desk.working))


def _typed() -> str:
    """Browsers send line ends as CR LF."""
    text = normalise(request.form.get("source", "").replace("\r\n", "\n"))
    return "" if isinstance(text, Problem) else text


def _page(desk: Desk, text: str, judged: Judged, clash: bool = False) -> str:
    return render_template(
        "studio/source.html",
        desk=desk,
        text=text,
        judged=judged,
        lines=text.splitlines(),
        clash=clash,
        lists=catalog.list_sizes(desk.tree),
        total=len(judged.problems),
    )
