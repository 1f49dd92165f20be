"""A queued message as it goes out: the caller's words, or what its channel says now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app

from app.delivery import facts, return_path
from app.delivery.outcome import Outgoing
from app.delivery.purposes import PURPOSES
from app.interviews import channel as channels
from app.ui.edge import signer


def outgoing(row: Mapping[str, Any], about: facts.Subject, sender: str, now: datetime) -> Outgoing | None:
    """The message for the next attempt of a row; None when there is nothing to say any more."""
    unsolicited = PURPOSES[row["purpose"]].unsolicited
    valid_for = facts.awake_for(about.contact, now) if about.contact and unsolicited else None
    receipts = f"{current_app.config['PUBLIC_URL']}/webhooks/twilio/status/{row['id']}/{row['attempts'] + 1}"
    rest: dict[str, Any] = {"at": now, "valid_for": valid_for, "receipts": receipts, **_ways_back(row)}
    if row["text"] is not None:
        return Outgoing(
            row["id"], sender, about.address or "", row["subject"] or "", row["text"], html=row["html"], **rest
        )
    channel = channels.get(row["channel"])
    made = channel.compose(row["workspace_id"], row["interview_id"], row["purpose"], now, row["wave"])
    if made is None:
        return None
    to = about.address or made.to  # contacts know which of a person's addresses is suppressed
    return Outgoing(
        row["id"], sender, to, made.subject, made.text, html=made.html or None, headers=made.headers, **rest
    )


def _ways_back(row: Mapping[str, Any]) -> dict[str, str]:
    """Where a mail's bounces and replies go, so that they tell which mail they are about."""
    box = current_app.config["MAIL_BOX"]
    if row["channel"] != "email" or not box:
        return {}
    replies = {"replies_to": return_path.address("reply", row["id"], box, signer())} if row["interview_id"] else {}
    return {"returns_to": return_path.address("bounce", row["id"], box, signer()), **replies}
