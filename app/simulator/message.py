"""A text message, as Twilio's REST API shows it: https://www.twilio.com/docs/messaging/api/message-resource"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from app.core.segments import segments

API_VERSION = "2010-04-01"


@dataclass
class Message:
    """Instants are ISO 8601 texts in UTC. `sender` and `to` are E.164. `automatic`: an answer that Twilio gives by itself."""

    sid: str
    account_sid: str
    direction: str
    sender: str
    to: str
    body: str
    status: str
    created: str = ""
    updated: str = ""
    sent: str | None = None
    messaging_service_sid: str | None = None
    status_callback: str | None = None
    error_code: int | None = None
    error_message: str | None = None
    automatic: bool = False

    @property
    def phone(self) -> str:
        """The customer's number, whichever way the message went."""
        return self.sender if self.direction == "inbound" else self.to

    @property
    def product_number(self) -> str:
        """Our number, whichever way the message went."""
        return self.to if self.direction == "inbound" else self.sender

    @property
    def uri(self) -> str:
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}.json"

    def resource(self) -> dict[str, Any]:
        """The resource's JSON."""
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": _rfc2822(self.created),
            "date_sent": _rfc2822(self.sent),
            "date_updated": _rfc2822(self.updated),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": self.error_message,
            "from": self.sender,
            "messaging_service_sid": self.messaging_service_sid,
            "num_media": "0",
            "num_segments": str(segments(self.body)),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": self.uri.replace(".json", "/Media.json")},
            "to": self.to,
            "uri": self.uri,
        }


def _rfc2822(instant: str | None) -> str | None:
    return format_datetime(datetime.fromisoformat(instant)) if instant else None
