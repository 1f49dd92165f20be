"""Taking a questionnaire over from another system: a file becomes a draft, and every part that was not carried is told."""

from collections.abc import Mapping

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, MultipleFileField

from app.catalog import importers, source
from app.catalog import service as catalog
from app.catalog.importers.companions import among
from app.catalog.importers.report import APPROXIMATED, LEFT_OUT, Imported, Line, Report
from app.core.problems import Problem
from app.files import service as files
from app.studio.blueprint import actor, bp, free_name, may_write, remedy, say, workspace_id
from app.ui.edge import now

SHOWN = 50
"""Places shown for one reason; the command has them all."""


class ImportForm(FlaskForm):
    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])
    beside = MultipleFileField(_l("Files that belong to it"))


@bp.route("/questionnaires/import", methods=["GET", "POST"])
@may_write
def import_file() -> ResponseReturnValue:
    """Choose a file; then the draft that was made of it and what became of each part."""
    form, problems = ImportForm(), list[Problem]()
    if form.validate_on_submit():
        name = form.file.data.filename or "file"
        along = {sent.filename: sent.stream.read() for sent in form.beside.data or () if sent and sent.filename}
        done = importers.read(form.file.data.stream.read(), name, among(along))
        made = _draft(done) if isinstance(done, Imported) else done
        if isinstance(done, Imported) and isinstance(made, catalog.Entry):
            return render_template(
                "studio/imported.html",
                entry=made,
                file=name,
                reasons=_reasons(done.report),
                shown=SHOWN,
                counts=done.report.counts(),
                not_kept=_not_kept({name: along[name] for name in done.files}),
            )
        assert not isinstance(made, catalog.Entry)
        problems = made
        form.file.errors = [" ".join((say(problem), remedy(problem))).strip() for problem in problems]
    status = 422 if form.is_submitted() else 200
    page = render_template("studio/import.html", form=form, formats=importers.formats(), problems=problems)
    return page, status


def _draft(done: Imported) -> catalog.Entry | list[Problem]:
    """The draft, under the name in the file while that is free."""
    name = free_name(str(done.tree["questionnaire"]))
    text = source.write({**done.tree, "questionnaire": name})
    lists = catalog.held_by(lambda: [done.tree])
    return catalog.create(workspace_id(), name, text, lists=lists, now=now(), actor=actor())


def _not_kept(shown: Mapping[str, bytes]) -> list[Problem]:
    """Keep what the draft shows; what is wrong with those that could not be kept."""
    problems = [files.keep(workspace_id(), name, content, now()) for name, content in shown.items()]
    return [problem for problem in problems if problem]


def _reasons(report: Report) -> dict[tuple[str, str], list[Line]]:
    """The lines of what was not carried by outcome and reason; what is missing first, and what is rare before what is frequent."""
    found: dict[tuple[str, str], list[Line]] = {}
    for line in report.lines:
        if line.outcome in (LEFT_OUT, APPROXIMATED):
            found.setdefault((line.outcome, line.reason(_)), []).append(line)
    return dict(sorted(found.items(), key=lambda item: (item[0][0] != LEFT_OUT, len(item[1]))))
