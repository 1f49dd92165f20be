"""Staff's home page, the search, and the events that could not be handled."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app import events
from app.accounts import service as accounts
from app.catalog import service as catalog
from app.contacts import service as contacts
from app.core.clock import SystemClock
from app.db import writing
from app.desk import overview
from app.insights import words
from app.interviews import service as interviews
from app.ui.access import role
from app.ui.edge import now
from app.ui.navigation import navigate_to

bp = Blueprint("desk", __name__)
navigate_to("desk.home", _l("Home"), 0)

READERS = ("researcher", "supervisor", "manager", "admin")
KEEPERS = ("manager", "admin")


@bp.get("/")
@role()
def home() -> ResponseReturnValue:
    """What each of one's roles has to do today."""
    home_id, me, roles = current_user.workspace_id, current_user.id, set(current_user.roles)
    keeper = bool(roles & set(KEEPERS))
    reader = bool(roles & set(READERS))
    interviewer = "interviewer" in roles
    return render_template(
        "desk/home.html", words=words, reader=reader, interviewer=interviewer,
        studies=overview.in_the_field(home_id) if reader else [],
        warnings=overview.warnings(home_id, SystemClock().now()) if keeper else None,
        day=overview.calls(home_id, me, now()) if interviewer else None,
        visits=overview.visits(home_id, me) if interviewer else 0,
    )  # fmt: skip


@bp.get("/search")
@role(*READERS)
def search() -> ResponseReturnValue:
    """People, studies and interviews; an interview by its whole id."""
    home_id, wanted = current_user.workspace_id, request.args.get("q", "").strip()[:200]
    people = contacts.page(home_id, wanted, size=20) if wanted else None
    studies = overview.find_studies(home_id, wanted) if wanted else []
    interview = interviews.load(home_id, wanted.lower()) if len(wanted) == 36 else None
    study = catalog.study(home_id, interview.study_id) if interview else None
    return render_template(
        "desk/search.html", wanted=wanted, people=people, studies=studies, interview=interview, study=study, words=words
    )


@bp.get("/deliveries")
@role(*KEEPERS)
def deliveries() -> ResponseReturnValue:
    """News that a part of the product could not handle, after all its tries."""
    return render_template("desk/deliveries.html", dead=events.dead_deliveries(current_user.workspace_id))


@bp.post("/deliveries/<event_id>/<subscriber>/retry")
@role(*KEEPERS)
def retry(event_id: str, subscriber: str) -> ResponseReturnValue:
    """Try a dead delivery again."""
    home_id, at = current_user.workspace_id, now()
    if not any((row.event_id, row.subscriber) == (event_id, subscriber) for row in events.dead_deliveries(home_id)):
        abort(404)
    with writing() as conn:
        events.revive(conn, home_id, event_id, subscriber, at)
        after = {"subscriber": subscriber}
        accounts.audit(conn, home_id, current_user.id, "event.retried", "event", event_id, None, after, at)
    flash(_("It is tried again within seconds."), "success")
    return redirect(url_for(".deliveries"))
