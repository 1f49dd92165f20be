"""The telephone interviewers' pages: today's work and the next person; the supervisor's queue and team."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from app.accounts import service as accounts
from app.catalog import service as catalog
from app.channels.phone import channel as channel
from app.contacts import service as contacts
from app.fieldwork import service
from app.fieldwork.outcomes import OUTCOMES, STATES
from app.fieldwork.views import add_case_pages
from app.ui.access import role
from app.ui.edge import now
from app.ui.languages import LANGUAGES
from app.ui.navigation import navigate_to

bp = Blueprint("phone", __name__, url_prefix="/calls")

navigate_to("phone.index", lazy_gettext("Calls"), 20)
ATTENTION = ("SUPERVISOR", "WRAP", "IN_CALL", "LEASED", "BLOCKED")


@bp.get("/")
@role("interviewer", "supervisor")
def index() -> Any:
    """Today's work: appointments, what is under way, counts, and the button for the next person."""
    workspace_id, moment = current_user.workspace_id, now()
    open_studies = [s for s in catalog.studies(workspace_id) if s.accepts(moment) and "phone" in s.channels]
    real = [study for study in open_studies if not study.practice]
    day = service.days_work(workspace_id, current_user.id, [s.id for s in real], moment)
    cases = [*day.under_way, *day.due]
    return render_template(
        "phone/index.html", day=day, now=moment, studies={study.id: study for study in open_studies}, real=real,
        practice=[study for study in open_studies if study.practice],
        people={case.contact_id: contacts.contact(workspace_id, case.contact_id) for case in cases},
        appointments={case.id: service.appointment_of(case) for case in day.due},
        zones={case.id: service.zones_of(case)[0] for case in cases},
    )  # fmt: skip


@bp.post("/next")
@role("interviewer", "supervisor")
def next_one() -> Any:
    """Take the next person, of all studies or of the one named."""
    got = service.next_case(current_user.workspace_id, current_user.id, now(), request.form.get("study") or None)
    if got is None:
        flash(_("Nobody is due right now. Appointments and retries come by themselves."))
        return redirect(url_for("phone.index"), 303)
    if isinstance(got, service.UnderWay):
        return redirect(url_for("phone.show", case_id=got.case.id), 303)
    return redirect(url_for("phone.show", case_id=got.case.id, t=got.token), 303)


@bp.get("/queue")
@role("supervisor")
def queue() -> Any:
    """Every case by state; first those that need somebody."""
    workspace_id = current_user.workspace_id
    state = request.args.get("state", "")
    if state and state not in STATES:
        abort(404)
    cases = service.cases_in(workspace_id, [state] if state else ATTENTION)
    counts = service.counts(workspace_id)
    return render_template(
        "phone/queue.html", cases=cases, counts={name: counts[name] for name in STATES if name in counts}, state=state,
        studies={study.id: study for study in catalog.studies(workspace_id)},
        people={case.contact_id: contacts.contact(workspace_id, case.contact_id) for case in cases},
        staff={person.id: person.name for person in accounts.people(workspace_id, inactive=True)},
    )  # fmt: skip


@bp.get("/team")
@role("supervisor")
def team() -> Any:
    """What each interviewer did today, and what each can do."""
    workspace_id = current_user.workspace_id
    tally = service.tally(workspace_id, now() - timedelta(hours=12))
    names = [name for name in OUTCOMES if any(name in done for done in tally.values())]
    return render_template(
        "phone/team.html", people=accounts.people(workspace_id, "interviewer"), tally=tally,
        outcomes=[OUTCOMES[name] for name in names], skills=service.skills(workspace_id), translate=_,
    )  # fmt: skip


@bp.post("/team/<user_id>")
@role("supervisor")
def skills(user_id: str) -> Any:
    """Say what an interviewer can do."""
    who = accounts.person(current_user.workspace_id, user_id)
    if who is None or "interviewer" not in who.roles:
        abort(404)
    languages = tuple(code for code in LANGUAGES if code in request.form.getlist("language"))
    service.set_skills(
        current_user.workspace_id, user_id, "converter" in request.form, languages, current_user.id, now()
    )
    flash(_("Kept for %(name)s.", name=who.name))
    return redirect(url_for("phone.team"), 303)


add_case_pages(bp)
