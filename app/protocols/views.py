"""Staff pages: a study's protocol, and the dry run of what each person would get."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from app.accounts import service as accounts
from app.catalog import service as catalog
from app.catalog.protocol import protocol
from app.contacts import service as contacts
from app.core.problems import Problem
from app.protocols import declaring, service, words
from app.ui.access import role
from app.ui.edge import now
from app.ui.paging import asked_page

bp = Blueprint("protocols", __name__, url_prefix="/protocols")

may_read = role("researcher", "manager")
may_write = role("researcher")


class ProtocolForm(FlaskForm):  # type: ignore[misc]
    source = TextAreaField(_l("Protocol (YAML)"), [Length(max=100_000)])


@bp.get("/<study_id>")
@may_read
def show(study_id: str) -> Any:
    """The protocol in words, and who would get what, now or at a moment."""
    study, zone = _study(study_id), accounts.workspace(current_user.workspace_id).time_zone
    typed = request.args.get("at", "").strip()
    at: datetime | Problem = service.read_moment(typed, zone) if typed else now()
    page = contacts.page(current_user.workspace_id, number=asked_page(), size=25)
    rows = [] if isinstance(at, Problem) else list(service.foresee(study, page.items, at))
    return render_template(
        "protocols/show.html", study=study, made=protocol(study.protocol), rows=rows, page=page, typed=typed, words=words,
        translate=_, problem=at if isinstance(at, Problem) else None, zone=zone, may_write=_may_write(),
    ), 422 if isinstance(at, Problem) else 200  # fmt: skip


@bp.route("/<study_id>/edit", methods=["GET", "POST"])
@may_write
def edit(study_id: str) -> Any:
    """Write the protocol; problems stand beside it, each with its line."""
    study = _study(study_id)
    form = ProtocolForm(data={"source": declaring.written(study) or declaring.EXAMPLE})
    problems: list[Problem] = []
    if form.validate_on_submit():
        done = declaring.declare(study, form.source.data or "", now(), current_user.id)
        if not isinstance(done, list):
            flash(_("Saved."), "success")
            return redirect(url_for("protocols.show", study_id=study_id), 303)
        problems = done
    failed = problems or form.errors
    return render_template(
        "protocols/edit.html", study=study, form=form, problems=problems, translate=_
    ), 422 if failed else 200


def _may_write() -> bool:
    return "researcher" in current_user.roles


def _study(study_id: str) -> catalog.Study:
    found = catalog.study(current_user.workspace_id, study_id)
    if found is None or found.trial:
        abort(404)
    return found
