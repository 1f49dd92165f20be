"""Staff's pages of importing contacts: choose a file, say what its columns mean, read what became of it."""

from collections.abc import Collection
from itertools import islice
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from app.contacts import definitions, uploads
from app.contacts.attributes import ATTRIBUTE_TYPES, attribute_name
from app.contacts.blueprint import STAFF, bp
from app.contacts.csvfile import PREFIXES, CsvFile, open_csv, suggest_mapping
from app.contacts.forms import ColumnsForm, UploadForm
from app.contacts.importing import explain
from app.contacts.workbook import as_table
from app.core.problems import Problem
from app.ui.access import role
from app.ui.edge import now

SHOWN = 3  # rows of the preview


@bp.route("/import/", methods=["GET", "POST"])
@role(*STAFF)
def import_file() -> ResponseReturnValue:
    """Choose a file."""
    form = UploadForm()
    if form.validate_on_submit():
        table = as_table(form.file.data.stream)
        file = table if isinstance(table, Problem) else open_csv(table, form.encoding.data or None)
        if not isinstance(table, Problem) and isinstance(file, CsvFile):
            file.close()
            table.seek(0)
            options: dict[str, Any] = {"mapping": {}, "region": form.region.data or None, "encoding": form.encoding.data or None,
                       "language": str(get_locale())}  # fmt: skip
            kept = uploads.keep(
                current_user.workspace_id, form.file.data.filename or "file.csv", table.read(), options,
                current_user.id, now(),
            )  # fmt: skip
            return redirect(url_for(".upload", upload_id=kept))
        form.file.errors = [explain(each, _) for each in (file,) if isinstance(each, Problem)]
    return render_template("contacts/import.html", form=form), 422 if form.is_submitted() else 200


@bp.route("/import/<upload_id>", methods=["GET", "POST"])
@role(*STAFF)
def upload(upload_id: str) -> ResponseReturnValue:
    """Say what the columns mean, try or import; then the report."""
    one = _found(upload_id)
    if one.state in ("queued", "running", "done"):
        return render_template("contacts/report.html", upload=one, form=None)
    file = uploads.opened(one)
    if isinstance(file, Problem):
        abort(404)
    declared = definitions.declared(one.workspace_id)
    meanings = _meanings(file.headers, one.options["mapping"], declared)
    form = ColumnsForm(data={"region": one.options["region"], "columns": meanings}).offer(declared)
    if form.validate_on_submit() and len(form.columns) == len(file.headers):
        options = {**one.options, "region": form.region.data or None, "language": str(get_locale()),
                   "mapping": _mapping(file.headers, [column.data for column in form.columns])}  # fmt: skip
        if not uploads.start(one, options, "check" in request.form, now()):
            flash(_("This file is being imported already."), "info")
        return redirect(url_for(".upload", upload_id=upload_id))
    rows = [cells for _line, cells in islice(file, SHOWN) if isinstance(cells, list)]
    page = render_template("contacts/report.html", upload=one, form=form, file=file, rows=rows)
    return page, 422 if form.is_submitted() else 200


@bp.get("/import/<upload_id>/bad.csv")
@role(*STAFF)
def bad_rows(upload_id: str) -> ResponseReturnValue:
    """The rows that were not stored, with the reasons, to be mended and imported."""
    rows = uploads.bad_rows(_found(upload_id))
    if rows is None:
        abort(404)
    headers = {"Content-Disposition": 'attachment; filename="bad-rows.csv"', "Cache-Control": "no-store"}
    return Response(rows.encode("utf-8-sig"), mimetype="text/csv", headers=headers)


def _found(upload_id: str) -> uploads.Upload:
    return uploads.upload(current_user.workspace_id, upload_id) or abort(404)


def _meanings(headers: list[str], mapping: dict[str, str], declared: Collection[str]) -> list[str]:
    """The choice of each column: a field's name, a declared attribute, or the type of another one."""
    meant = {**suggest_mapping(headers), **mapping}
    return [_choice(meant[header], declared) for header in headers]


def _choice(field: str, declared: Collection[str]) -> str:
    kind, _colon, name = field.partition(":")
    if kind in ATTRIBUTE_TYPES and name in declared:
        return f"attr:{name}"
    return ("attr" if kind == "text" else kind) if kind in PREFIXES else field


def _mapping(headers: list[str], chosen: list[str]) -> dict[str, str]:
    return {header: _field(header, choice) for header, choice in zip(headers, chosen, strict=True)}


def _field(header: str, choice: str) -> str:
    if choice not in PREFIXES:
        return choice
    prefix, colon, rest = header.partition(":")
    name = rest if colon and prefix.strip().lower() in PREFIXES else header
    return f"{choice}:{attribute_name(name) or 'column'}"
