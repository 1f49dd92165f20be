"""Delivery's pages: the outbox for staff, and the webhook that takes receipts."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from app.catalog import service as catalog
from app.core.problems import N_
from app.delivery import costs, health, holds, receipts, service
from app.delivery import news as news  # subscribes to events
from app.delivery.gateways import gateways
from app.delivery.purposes import PURPOSE_NAMES as PURPOSE_NAMES
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
VERBS = {"pause": holds.pause, "resume": holds.resume, "cancel": holds.cancel}
BADGES = {"sent": "success", "delivered": "success", "failed": "danger", "unknown": "warning", "blocked": "warning"}


@bp.get("/outbox")
@role(*STAFF)
def outbox() -> ResponseReturnValue:
    """Every mail and text with its outcome, newest first."""
    home = current_user.workspace_id
    state, study_id = request.args.get("state", ""), request.args.get("study", "")
    studies = {study.id: study for study in catalog.studies(home)}
    state, study_id = state if state in STATES else "", study_id if study_id in studies else ""
    page = service.outbox(home, state=state, study_id=study_id, number=asked_page())
    ways = [(each, known.get(each.name)) for known in [health.states()] for each in gateways(current_app.config)]
    names = {"state_names": STATE_NAMES, "purpose_names": PURPOSE_NAMES, "badges": BADGES}
    return render_template(
        "delivery/outbox.html", page=page, studies=studies, state=state, study_id=study_id, again_from=AGAIN,
        drop_from=DROP, explain=lambda code: explain(code, _), **names, holds=holds.holds(home), gateways=ways,
        costs=[each for each in costs.costs(home, study_id) if each.currency or each.channel == "sms"], counts=costs.states(home),
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


@bp.post("/outbox/<message_id>/arrived")
@role(*STAFF)
def arrived(message_id: str) -> ResponseReturnValue:
    """Take an unknown message as sent."""
    done = service.arrived(current_user.workspace_id, _known(message_id), current_user.id, now())
    return _back(done, _("It counts as sent."))


@bp.post("/outbox/flow")
@role(*STAFF)
def flow() -> ResponseReturnValue:
    """Pause, resume or cancel what goes out: of a study, on a channel, or all."""
    home, study_id, channel = current_user.workspace_id, request.form.get("study", ""), request.form.get("channel", "")
    verb = VERBS.get(request.form.get("do", ""))
    if verb is None or channel not in ("", "email", "sms") or (study_id and catalog.study(home, study_id) is None):
        abort(400)
    count = verb(home, holds.Scope(channel, study_id), current_user.id, now())
    told = {
        "pause": ngettext("Paused; %(num)s message waits.", "Paused; %(num)s messages wait.", count),
        "resume": ngettext("It goes on; %(num)s message is queued.", "It goes on; %(num)s messages are queued.", count),
        "cancel": ngettext("%(num)s message is cancelled.", "%(num)s messages are cancelled.", count),
    }
    flash(told[request.form["do"]], "success")
    return redirect(url_for(".outbox"))


@bp.post("/outbox/gateways/<name>/reopen")
@role("admin")
def reopen(name: str) -> ResponseReturnValue:
    """Try a gateway again that was closed for a fault of ours."""
    if name not in {each.name for each in gateways(current_app.config)}:
        abort(404)
    health.reopen(name, now())
    flash(_("It is tried again."), "success")
    return redirect(url_for(".outbox"))


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
