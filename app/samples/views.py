"""Pages of samples: draw, look, release a replicate to a study."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.accounts.forms import show_problems
from app.catalog import service as catalog
from app.contacts import definitions, segments
from app.contacts.forms import CHANNEL_NAMES
from app.samples import drawing, service
from app.samples.frame import EXCLUSIONS
from app.ui.access import role
from app.ui.edge import now
from app.ui.forms import choices
from app.ui.navigation import navigate_to

bp = Blueprint("samples", __name__, url_prefix="/samples")
READERS, DRAWERS = ("researcher", "supervisor", "manager", "admin"), ("researcher", "manager", "admin")
FIELDS = {"kind": _l("Prospect or customer"), "language": _l("Language")}
PER = {"": _l("does not matter"), "account": _l("one of each account"), "household": _l("one of each household")}

navigate_to("samples.index", _l("Samples"), 35)


class DrawForm(FlaskForm):
    name = StringField(_l("Name"), [InputRequired(_l("Give it a name.")), Length(max=60)])
    universe = TextAreaField(_l("Whom is it to speak for?"), [InputRequired(_l("Say whom.")), Length(max=2000)])
    segment = SelectField(_l("Drawn from"))
    channel = SelectField(_l("Reachable by"), choices=choices(CHANNEL_NAMES))
    rest_days = IntegerField(
        _l("Leave out who was chosen for a study within so many days"), [Optional(), NumberRange(0)]
    )
    method = SelectField(_l("Method"), choices=lambda: choices({key: _(text) for key, text in drawing.METHODS.items()}))
    by = SelectField(_l("Strata, or the order of a systematic draw"))
    allocation = SelectField(_l("People of each stratum"))
    one_per = SelectField(_l("People of one account or household"), choices=choices(PER))
    size = IntegerField(_l("How many people"), [InputRequired(_l("Say how many.")), NumberRange(1)])
    replicates = IntegerField(_l("In how many replicates"), [NumberRange(1)], default=1)
    seed = StringField(_l("Seed"), [Length(max=60)])

    def offer(self, workspace_id: str) -> "DrawForm":
        """With what the workspace has to choose from. The numbers of each stratum can be given by the command alone."""
        everybody = {"": _("All contacts"), **{each.name: each.name for each in segments.segments(workspace_id)}}
        self.segment.choices = choices(everybody)
        attributes = {name: one.label for name, one in definitions.declared(workspace_id).items()}
        self.by.choices = choices({"": _("none"), **FIELDS, **attributes})
        self.allocation.choices = choices({key: _(drawing.ALLOCATIONS[key]) for key in ("proportional", "equal")})
        return self

    def wanted(self) -> service.Wanted:
        plan = drawing.Plan(
            self.method.data,
            self.size.data or 0,
            self.allocation.data,
            {},
            bool(self.one_per.data),
            self.replicates.data or 0,
        )
        return service.Wanted(
            (self.name.data or "").strip(), self.universe.data or "", self.channel.data, plan, self.segment.data, self.by.data,
            self.one_per.data, self.rest_days.data or 0, (self.seed.data or "").strip(),
        )  # fmt: skip


class ReleaseForm(FlaskForm):
    study = SelectField(_l("Study"))
    occasion = StringField(_l("Occasion"), [Length(max=80)])


@bp.get("/")
@role(*READERS)
def index() -> ResponseReturnValue:
    return render_template(
        "samples/index.html", draws=service.draws(current_user.workspace_id), methods=drawing.METHODS
    )


@bp.route("/new", methods=["GET", "POST"])
@role(*DRAWERS)
def new() -> ResponseReturnValue:
    """Draw a sample."""
    home, form = current_user.workspace_id, DrawForm().offer(current_user.workspace_id)
    if form.validate_on_submit():
        made = service.draw(home, form.wanted(), current_user.id, now())
        if not isinstance(made, list):
            return redirect(url_for(".show", draw_id=made.id))
        show_problems(form, made)
    return render_template("samples/new.html", form=form), 422 if form.is_submitted() else 200


@bp.get("/<draw_id>")
@role(*READERS)
def show(draw_id: str) -> ResponseReturnValue:
    """How it was drawn, and what was released."""
    return _page(_found(draw_id), _release_form(None))


@bp.post("/<draw_id>/release")
@role(*DRAWERS)
def release(draw_id: str) -> ResponseReturnValue:
    """Give the next replicate to a study."""
    draw, form = _found(draw_id), _release_form()
    study = catalog.study(draw.workspace_id, form.study.data or "") if form.validate_on_submit() else None
    if study is None:
        return _page(draw, form), 422
    done = service.release(
        draw.workspace_id, draw.id, study, (form.occasion.data or "").strip(), current_user.id, now()
    )
    if isinstance(done, list):
        show_problems(form, done)
        return _page(draw, form), 422
    said = _("Replicate %(number)s: %(made)s interviews; %(there)s people had one, %(gone)s are no contacts any more.")
    flash(said % {"number": done.replicate, "made": done.interviews, "there": done.there, "gone": done.gone}, "success")
    return redirect(url_for(".show", draw_id=draw.id))


def _found(draw_id: str) -> Any:
    return service.by_id(current_user.workspace_id, draw_id) or abort(404)


def _release_form(*formdata: None) -> ReleaseForm:
    form = ReleaseForm(*formdata)
    open_ones = [each for each in catalog.studies(current_user.workspace_id) if each.accepts(now())]
    form.study.choices = choices({each.id: each.name for each in open_ones if each.basis != "anonymous"})
    return form


def _page(draw: Any, form: ReleaseForm) -> str:
    replicates = service.replicates(draw.workspace_id, draw.id)
    left = [each.replicate for each in replicates if each.released_at is None]
    may = bool(set(DRAWERS) & set(current_user.roles)) and bool(left)
    return render_template(
        "samples/show.html", draw=draw, form=form, replicates=replicates, following=left[0] if may else None,
        methods=drawing.METHODS, allocations=drawing.ALLOCATIONS, exclusions=EXCLUSIONS, channels=CHANNEL_NAMES, per=PER,
    )  # fmt: skip
