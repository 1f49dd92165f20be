"""Pages of segments: the list, one with its people, and the expression with its count before it is saved."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from app.accounts.forms import show_problems
from app.contacts import definitions, segment_reading, segments
from app.contacts.blueprint import STAFF, bp
from app.contacts.segment_names import MEANINGS, symbols
from app.core.problems import Problem
from app.engine.model import Expression
from app.ui.access import role
from app.ui.edge import now
from app.ui.paging import asked_page


class SegmentForm(FlaskForm):
    name = StringField(_l("Name"), [InputRequired(_l("Give it a name."))])
    source = TextAreaField(_l("Who is in it"), [InputRequired(_l("Write a condition."))])


@bp.get("/segments/")
@role(*STAFF)
def segments_index() -> ResponseReturnValue:
    return render_template("contacts/segments.html", segments=segments.segments(current_user.workspace_id))


@bp.route("/segments/new", methods=["GET", "POST"])
@role(*STAFF)
def new_segment() -> ResponseReturnValue:
    return _written(SegmentForm(), None)


@bp.route("/segments/<segment_id>/edit", methods=["GET", "POST"])
@role(*STAFF)
def edit_segment(segment_id: str) -> ResponseReturnValue:
    one = _found(segment_id)
    return _written(SegmentForm(data={"name": one.name, "source": one.source}), one)


@bp.get("/segments/<segment_id>")
@role(*STAFF)
def segment(segment_id: str) -> ResponseReturnValue:
    """The people in it; what keeps it from being read, such as an attribute that was taken away."""
    one, page, problems = _found(segment_id), None, list[Problem]()
    expression = segments.understood(one.workspace_id, one.source)
    if isinstance(expression, Expression):
        page = segment_reading.page(one.workspace_id, expression, now(), asked_page())
    else:
        problems = [_placed(each) for each in expression]
    return render_template("contacts/segment.html", segment=one, page=page, problems=problems, translate=_)


@bp.post("/segments/<segment_id>/delete")
@role(*STAFF)
def delete_segment(segment_id: str) -> ResponseReturnValue:
    one = _found(segment_id)
    segments.remove(one.workspace_id, one.id, current_user.id, now())
    flash(_("Deleted: %(name)s.", name=one.name), "success")
    return redirect(url_for(".segments_index"))


def _found(segment_id: str) -> segments.Segment:
    return segments.segment(current_user.workspace_id, segment_id) or abort(404)


def _written(form: SegmentForm, one: segments.Segment | None) -> ResponseReturnValue:
    """The form; `do=count` says how many the expression finds and stores nothing."""
    home, counted = current_user.workspace_id, None
    if form.validate_on_submit():
        name, source = (form.name.data or "").strip(), form.source.data or ""
        if request.form.get("do") == "count":
            found = segments.understood(home, source)
            problems = found if isinstance(found, list) else []
            counted = segment_reading.count(home, found, now()) if isinstance(found, Expression) else None
        else:
            saved = segments.save(home, name, source, current_user.id, now(), one.id if one else None)
            if isinstance(saved, segments.Segment):
                return redirect(url_for(".segment", segment_id=saved.id))
            problems = saved
        show_problems(form, [_placed(each) for each in problems])
    names = [(name, symbol, MEANINGS.get(name)) for name, symbol in symbols(definitions.declared(home)).items()]
    page = render_template("contacts/segment_form.html", form=form, segment=one, counted=counted, names=names)
    return page, 422 if form.errors or form.form_errors else 200


def _placed(problem: Problem) -> Problem:
    """At the expression's field, with its place in words."""
    if problem.column is None:
        return problem
    params = {"at": problem.column, "what": problem.text(_)}
    remedy = problem.remedy_text(_).replace("{", "{{").replace("}", "}}")
    return Problem(problem.code, _("Column {at}: {what}"), params, "source", remedy)
