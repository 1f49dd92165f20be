"""The face-to-face interviewers' list of visits. The pages of a visit are those of a call."""

from typing import Any

from flask import Blueprint, render_template
from flask_babel import lazy_gettext
from flask_login import current_user

from app.catalog import service as catalog
from app.channels.field import channel as channel
from app.contacts import service as contacts
from app.fieldwork import service
from app.fieldwork.views import add_case_pages
from app.ui.access import role
from app.ui.edge import now
from app.ui.navigation import navigate_to

bp = Blueprint("field", __name__, url_prefix="/visits")

navigate_to("field.index", lazy_gettext("Visits"), 21)


@bp.get("/")
@role("interviewer", "supervisor")
def index() -> Any:
    """The visits assigned to the interviewer; for a supervisor all that wait for somebody, too."""
    workspace_id = current_user.workspace_id
    cases = service.visits_of(workspace_id, current_user.id)
    unassigned = service.visits_of(workspace_id, None) if "supervisor" in current_user.roles else []
    everyone = [*cases, *unassigned]
    return render_template(
        "fieldwork/visits.html", cases=cases, unassigned=unassigned, now=now(),
        studies={study.id: study for study in catalog.studies(workspace_id)},
        people={case.contact_id: contacts.contact(workspace_id, case.contact_id) for case in everyone},
        appointments={case.id: service.appointment_of(case) for case in everyone},
        address=channel.FieldChannel().reachable,
    )  # fmt: skip


add_case_pages(bp)
