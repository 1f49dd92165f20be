"""Taking a questionnaire over from another system: a file becomes a draft, and every part that was not carried is told."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from app.catalog import importers, source
from app.catalog import service as catalog
from app.catalog.importers.report import CARRIED, Imported
from app.core.problems import Problem
from app.studio.blueprint import actor, bp, free_name, may_write, workspace_id
from app.ui.edge import now

SHOWN = 500
"""Lines of the report on the page; the command has them all."""


class ImportForm(FlaskForm):
    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])


@bp.route("/questionnaires/import", methods=["GET", "POST"])
@may_write
def import_file() -> ResponseReturnValue:
    """Choose a file; then the draft that was made of it and what became of each part."""
    form = ImportForm()
    if form.validate_on_submit():
        name = form.file.data.filename or "file"
        done = importers.read(form.file.data.stream.read(), name)
        made = _draft(done) if isinstance(done, Imported) else done
        if isinstance(done, Imported) and isinstance(made, catalog.Entry):
            lines = [line for line in done.report.lines if line.outcome != CARRIED]
            return render_template(
                "studio/imported.html",
                entry=made,
                file=name,
                lines=lines,
                why=_,
                shown=SHOWN,
                counts=done.report.counts(),
            )
        assert not isinstance(made, catalog.Entry)
        form.file.errors = [" ".join((problem.text(_), problem.remedy_text(_))).strip() for problem in made]
    status = 422 if form.is_submitted() else 200
    return render_template("studio/import.html", form=form, formats=importers.formats()), status


def _draft(done: Imported) -> catalog.Entry | list[Problem]:
    """The draft, under the name in the file while that is free."""
    name = free_name(str(done.tree["questionnaire"]))
    text = source.write({**done.tree, "questionnaire": name})
    return catalog.create(workspace_id(), name, text, now=now(), actor=actor())
