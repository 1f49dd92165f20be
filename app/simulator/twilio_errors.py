"""Error codes of Twilio's REST API and of delivery: https://www.twilio.com/docs/api/errors"""

from dataclasses import dataclass
from typing import Any

# code: (HTTP status, message); {value} is what was sent
REQUEST_ERRORS = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource {value} was not found"),
    20429: (429, "Too many requests"),
    20500: (500, "Internal server error"),
    20503: (503, "Service unavailable"),
    21211: (400, "Invalid 'To' Phone Number: {value}"),
    21212: (400, "Invalid 'From' Number: {value}"),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {value}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21609: (400, "The 'StatusCallback' URL {value} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21612: (400, "The 'To' phone number {value} is not currently reachable from this 'From' number."),
    21614: (400, "'To' number is not a valid mobile number: {value}"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21635: (400, "'To' number cannot be a landline: {value}"),
}
DELIVERY_ERRORS = {
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Carrier violation",
    30008: "Unknown error",
    30034: "Message from an unregistered number",
}
# Numbers that always fail, as with Twilio's test credentials: https://www.twilio.com/docs/iam/test-credentials
TEST_NUMBERS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}


def is_delivery_error(code: int) -> bool:
    """Whether it is reported by a delivery receipt, not by the answer to the request."""
    return 30_000 <= code < 31_000


@dataclass(frozen=True)
class TwilioError:
    code: int
    value: str = ""
    text: str | None = None

    @property
    def status(self) -> int:
        return REQUEST_ERRORS.get(self.code, (400, ""))[0]

    @property
    def message(self) -> str:
        template = self.text or REQUEST_ERRORS.get(self.code, (400, "The request was refused"))[1]
        return template.replace("{value}", self.value)

    def resource(self) -> dict[str, Any]:
        """The error's JSON."""
        more_info = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": self.message, "more_info": more_info, "status": self.status}
