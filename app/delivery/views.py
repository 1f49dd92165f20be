"""Delivery's pages: the outbox for staff, and the webhook that takes receipts."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.catalog import service as catalog
from app.core.problems import N_
from app.delivery import news as news  # subscribes to events
from app.delivery import receipts, service
from app.delivery.reasons import explain
from app.delivery.signatures import twilio_webhook
from app.delivery.states import AGAIN, DROP, STATES
from app.ui.access import role
from app.ui.edge import now
from app.ui.navigation import navigate_to
from app.ui.paging import asked_page

bp = Blueprint("delivery", __name__)
navigate_to("delivery.outbox", _l("Outbox"), 60)

STAFF = ("manager", "admin")
STATE_NAMES = {
    "queued": N_("Waiting"),
    "held": N_("Paused"),
    "claimed": N_("Being sent"),
    "sending": N_("Being handed over"),
    "sent": N_("Sent"),
    "delivered": N_("Delivered"),
    "failed": N_("Failed"),
    "unknown": N_("Unknown"),
    "blocked": N_("Blocked"),
    "cancelled": N_("Cancelled"),
}
BADGES = {"sent": "success", "delivered": "success", "failed": "danger", "unknown": "warning", "blocked": "warning"}
PURPOSE_NAMES = {
    "invitation": N_("Invitation"),
    "reminder": N_("Reminder"),
    "resume": N_("Link to go on later"),
    "handover": N_("Change of channel"),
    "nudge": N_("Question once more"),
    "turn": N_("Next question"),
    "confirmation": N_("Confirmation"),
    "staff": N_("To staff"),
}


@bp.get("/outbox")
@role(*STAFF)
def outbox() -> ResponseReturnValue:
    """Every mail and text with its outcome, newest first."""
    home = current_user.workspace_id
    state, study_id = request.args.get("state", ""), request.args.get("study", "")
    studies = {study.id: study for study in catalog.studies(home)}
    state, study_id = state if state in STATES else "", study_id if study_id in studies else ""
    page = service.outbox(home, state=state, study_id=study_id, number=asked_page())
    names = {"state_names": STATE_NAMES, "purpose_names": PURPOSE_NAMES, "badges": BADGES}
    return render_template(
        "delivery/outbox.html", page=page, studies=studies, state=state, study_id=study_id, again_from=AGAIN,
        drop_from=DROP, explain=lambda code: explain(code, _), **names,
    )  # fmt: skip


@bp.post("/outbox/<message_id>/again")
@role(*STAFF)
def again(message_id: str) -> ResponseReturnValue:
    """Queue a message once more."""
    done = service.again(current_user.workspace_id, _known(message_id), current_user.id, now())
    return _back(done, _("It is queued again."))


@bp.post("/outbox/<message_id>/cancel")
@role(*STAFF)
def cancel(message_id: str) -> ResponseReturnValue:
    """Cancel a message that was not sent yet."""
    done = service.drop(current_user.workspace_id, _known(message_id), current_user.id, now())
    return _back(done, _("It is cancelled."))


def _known(message_id: str) -> str:
    return message_id if service.attempt(current_user.workspace_id, message_id) else abort(404)


def _back(done: bool, text: str) -> ResponseReturnValue:
    flash(text, "success") if done else flash(_("Meanwhile its state has changed, so nothing was done."), "info")
    return redirect(url_for(".outbox", state=request.args.get("state"), study=request.args.get("study")))


@bp.post("/webhooks/twilio/status/<message_id>/<int:attempt>")
@twilio_webhook
def twilio_status(message_id: str, attempt: int) -> ResponseReturnValue:
    """A receipt. Always 200: when the message is not ours, Twilio has nothing to mend."""
    sid, status, code = (request.form.get(name, "") for name in ("MessageSid", "MessageStatus", "ErrorCode"))
    receipts.receive(message_id, attempt, sid, status, code, now())
    return ""
