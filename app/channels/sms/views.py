"""The webhook that Twilio calls for each message that comes in."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from app.channels.sms.inbound import QUEUE, store_once
from app.channels.sms.turn import Text
from app.core.wake import wake
from app.delivery.signatures import twilio_webhook
from app.ui.edge import now

bp = Blueprint("sms", __name__)

NOTHING = "<Response/>"  # what we say goes out through the outbox


@bp.post("/webhooks/twilio/sms")
@twilio_webhook
def inbound() -> ResponseReturnValue:
    """Write a message down (https://www.twilio.com/docs/messaging/guides/webhook-request). The scheduler takes it within a second:
    Twilio waits for 15, and many may write at once."""
    form = request.form
    sid, sender, number = form.get("MessageSid", ""), form.get("From", ""), form.get("To", "")
    if not (sender and number):
        abort(400, description="From and To are needed.")
    account, opt_out_type = form.get("AccountSid", ""), form.get("OptOutType", "")
    store_once(Text(account[:40], sid[:40], number[:40], sender[:20], form.get("Body", ""), opt_out_type), now())
    wake(QUEUE)
    return Response(NOTHING, mimetype="text/xml")
