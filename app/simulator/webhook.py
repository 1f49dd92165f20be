"""Signed requests to the product, as Twilio makes them: https://www.twilio.com/docs/usage/webhooks/webhooks-security"""

import http.client
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

CONNECT_SECONDS = 5
READ_SECONDS = 15
MAX_ANSWER = 64 * 1024  # bytes; Twilio reads no more TwiML than this
USER_AGENT = "TwilioProxy/1.1"


@dataclass(frozen=True)
class Answer:
    """`status` is None when nobody answered in time; `problem` then says why. `attempts` is 1 or 2; `seconds` is the whole wait."""

    status: int | None
    content_type: str
    body: str
    problem: str
    attempts: int
    seconds: float


def post_signed(url: str, params: dict[str, str], auth_token: str) -> Answer:
    """POST a form with X-Twilio-Signature; repeat once, with the same idempotency token, after a 5xx or no answer."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "User-Agent": USER_AGENT,
        "Accept": "*/*",
        "X-Twilio-Signature": RequestValidator(auth_token).compute_signature(url, params),
        "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
    }
    begun = time.monotonic()
    for attempt in (1, 2):
        answer = _post(url, urlencode(params), headers, attempt, begun)
        if answer.status is not None and answer.status < 500:
            break
    return answer


def post_form(url: str, params: dict[str, str]) -> Answer:
    """POST a form once, without cookies or signature (RFC 8058 one-click)."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return _post(url, urlencode(params), headers, 1, time.monotonic())


def _post(url: str, body: str, headers: dict[str, str], attempt: int, begun: float) -> Answer:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = connect(parts.hostname or "", parts.port, timeout=CONNECT_SECONDS)
        try:
            connection.connect()
            connection.sock.settimeout(READ_SECONDS)
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            text = response.read(MAX_ANSWER).decode("utf-8", "replace")
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        return Answer(None, "", "", str(error) or type(error).__name__, attempt, time.monotonic() - begun)
    kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    return Answer(response.status, kind, text, "", attempt, time.monotonic() - begun)
