"""Staff pages: triggers, the turns they made and why some were skipped, and events from a file."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.accounts import service as accounts
from app.accounts.audit import audit
from app.catalog import service as catalog
from app.contacts import service as contacts
from app.core.problems import Problem
from app.db import writing
from app.journeys import intake, service
from app.journeys.triggers import KINDS
from app.journeys.words import why
from app.ui.access import role
from app.ui.edge import now
from app.ui.navigation import navigate_to

bp = Blueprint("journeys", __name__, url_prefix="/triggers")

navigate_to("journeys.index", lazy_gettext("Triggers"), 50)

EXAMPLE = """trigger: after_delivery
study: post_delivery
kind: event_delay
event: delivered
delay: 2h
channels: [email, sms]
window: {from: "08:00", to: "21:00"}
"""


class TriggerForm(FlaskForm):  # type: ignore[misc]
    source = TextAreaField(validators=[DataRequired(), Length(max=20_000)])


class EventsForm(FlaskForm):  # type: ignore[misc]
    file = FileField(validators=[FileRequired()])
    source = StringField(default="csv", validators=[DataRequired(), Length(max=60)])


@bp.get("/")
@role("researcher", "manager", "admin")
def index() -> Any:
    rows = service.triggers(current_user.workspace_id)
    studies = {study.id: study for study in catalog.studies(current_user.workspace_id)}
    return render_template("journeys/index.html", triggers=rows, studies=studies)


@bp.route("/new", methods=["GET", "POST"])
@role("researcher", "admin")
def new() -> Any:
    """Add a trigger file, or the next version of the one it names; problems stand beside it, each with its line."""
    form = TriggerForm(data={"source": EXAMPLE})
    form.source.label.text = _("Trigger file (YAML)")
    problems: list[Problem] = []
    if form.validate_on_submit():
        made = _add(form.source.data, now())
        if not isinstance(made, list):
            flash(_("%(name)s, version %(version)s, is active.", name=made.name, version=made.version))
            return redirect(url_for("journeys.show", trigger_id=made.id), 303)
        problems = made
    page = render_template("journeys/new.html", form=form, problems=problems, kinds=KINDS, translate=_)
    return page, 422 if problems or form.errors else 200


def _add(source: str, moment: datetime) -> Any:
    with writing() as conn:
        made = service.add_trigger(current_user.workspace_id, source, moment)
        if not isinstance(made, list):
            after = {"name": made.name, "version": made.version, "source": source}
            audit(
                conn, current_user.workspace_id, current_user.id, "trigger.add", "trigger", made.id, None, after, moment
            )
    return made


@bp.get("/<trigger_id>")
@role("researcher", "manager", "admin")
def show(trigger_id: str) -> Any:
    trigger = _trigger(trigger_id)
    rows = service.turns(current_user.workspace_id, trigger_id)
    people = {row.contact_id: contacts.contact(current_user.workspace_id, row.contact_id) for row in rows}
    study = catalog.study(current_user.workspace_id, trigger["study_id"])
    return render_template(
        "journeys/show.html", trigger=trigger, turns=rows, people=people, study=study, why=lambda reason: why(reason, _)
    )


@bp.post("/<trigger_id>/active")
@role("researcher", "manager", "admin")
def pause(trigger_id: str) -> Any:
    """Pause an active trigger, resume a paused one."""
    trigger, moment = _trigger(trigger_id), now()
    active = not trigger["active"]
    with writing() as conn:
        service.set_active(current_user.workspace_id, trigger_id, active, moment)
        audit(
            conn,
            current_user.workspace_id,
            current_user.id,
            "trigger.resume" if active else "trigger.pause",
            "trigger",
            trigger_id,
            {"active": trigger["active"]},
            {"active": active},
            moment,
        )
    return redirect(url_for("journeys.show", trigger_id=trigger_id), 303)


@bp.post("/<trigger_id>/retry")
@role("researcher", "manager", "admin")
def retry(trigger_id: str) -> Any:
    """Give the turns that failed another try."""
    _trigger(trigger_id)
    moment = now()
    with writing() as conn:
        count = service.retry(current_user.workspace_id, trigger_id, moment)
        after = {"turns": count}
        audit(
            conn,
            current_user.workspace_id,
            current_user.id,
            "trigger.retry",
            "trigger",
            trigger_id,
            None,
            after,
            moment,
        )
    return redirect(url_for("journeys.show", trigger_id=trigger_id), 303)


@bp.route("/events", methods=["GET", "POST"])
@role("researcher", "manager", "admin")
def events() -> Any:
    """What customers did, from a CSV: good rows are taken, bad ones are listed with their reasons."""
    form = EventsForm()
    form.file.label.text, form.source.label.text = _("CSV file"), _("Source (event ids are unique within it)")
    report = None
    if form.validate_on_submit():
        report = _import(form)
    page = render_template("journeys/events.html", form=form, report=report, translate=_)
    return page, 422 if form.errors else 200


def _import(form: EventsForm) -> intake.Report | None:
    zone = accounts.workspace(current_user.workspace_id).time_zone
    report = intake.import_csv(current_user.workspace_id, form.file.data.stream, zone, now(), form.source.data)
    if isinstance(report, Problem):
        form.file.errors = [f"{report.text(_)} {report.remedy_text(_)}"]
        return None
    return report


def _trigger(trigger_id: str) -> dict[str, Any]:
    found = next((row for row in service.triggers(current_user.workspace_id) if row["id"] == trigger_id), None)
    return found or abort(404)
