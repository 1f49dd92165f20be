"""Delivery's pages: the receipts' webhook and the outbox."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.delivery import receipts
from app.delivery.signatures import twilio_webhook
from app.ui.edge import now

bp = Blueprint("delivery", __name__)


@bp.post("/webhooks/twilio/status/<message_id>/<int:attempt>")
@twilio_webhook
def twilio_status(message_id: str, attempt: int) -> ResponseReturnValue:
    """A receipt. Always 200: Twilio has nothing to mend when the message is not ours."""
    form = request.form
    receipts.receive(
        message_id, attempt, form.get("MessageSid", ""), form.get("MessageStatus", ""), form.get("ErrorCode", ""), now()
    )
    return ""
