"""SMS by Twilio's REST API (https://www.twilio.com/docs/messaging/api/message-resource), through Twilio's own client.

Create Message has no idempotency key, so whatever breaks after the request may have left is Lost, and the message log tells later.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.delivery.content import content_hash
from app.delivery.outcome import Accepted, Commit, Fate, Found, Lost, Outcome, Outgoing, Refused

if TYPE_CHECKING:
    from twilio.base.exceptions import TwilioRestException
    from twilio.rest import Client

TIMEOUT = 15.0  # seconds
VALIDITY = (
    timedelta(seconds=10),
    timedelta(hours=10),
)  # what ValidityPeriod takes (1 to 36000 s; more than 5 s is advised)
FAILED = ("failed", "undelivered", "canceled")
LOOKED_AT = 100  # messages to one number in the log

# https://www.twilio.com/docs/api/errors; a code that is not here is permanent
FATES = {
    20003: Fate.RETRY,  # wrong credentials: ours to mend, not the message's fault
    20429: Fate.RETRY,  # too many requests
    21211: Fate.BAD_ENDPOINT,  # not a phone number
    21610: Fate.SUPPRESSED,  # the person replied STOP
    21614: Fate.WRONG_CHANNEL,  # not a mobile number
    21635: Fate.WRONG_CHANNEL,  # a landline
    30001: Fate.RETRY,  # queue overflow
    30002: Fate.RETRY,  # account suspended
    30003: Fate.RETRY,  # handset off or out of reach
    30005: Fate.BAD_ENDPOINT,  # unknown handset
    30006: Fate.WRONG_CHANNEL,  # a landline, or a carrier out of reach
    30007: Fate.PERMANENT,  # filtered by the carrier: sending it again makes it worse
    30008: Fate.RETRY,  # unknown error
}


class TwilioSession:
    """Twilio's client, made at the first message (importing it takes 0.2 s); its HTTP connection is kept meanwhile."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings

    @cached_property
    def client(self) -> "Client":
        return make_client(self.settings)

    def send(self, message: Outgoing, commit: Commit) -> Outcome:
        from requests import RequestException
        from twilio.base.exceptions import TwilioRestException

        sender = "messaging_service_sid" if message.sender.startswith("MG") else "from_"
        optional: dict[str, Any] = {sender: message.sender}
        if message.receipts:
            optional["status_callback"] = message.receipts
        if message.valid_for is not None:
            optional["validity_period"] = int(min(max(message.valid_for, VALIDITY[0]), VALIDITY[1]).total_seconds())
        commit()
        try:
            made = self.client.messages.create(to=message.to, body=message.text, **optional)
        except TwilioRestException as refusal:
            return refused(refusal)
        except RequestException as fault:
            name = type(fault).__name__
            return Refused(name, "", Fate.RETRY) if never_connected(fault) else Lost(name)
        return Accepted(str(made.sid), int(made.num_segments or 1))


def refused(refusal: "TwilioRestException") -> Outcome:
    """A 4xx and a 503 say that nothing was made; another 5xx says nothing at all."""
    code, status = refusal.code or refusal.status, refusal.status
    if status >= 500 and status != 503:
        return Lost(str(code))
    fate = Fate.RETRY if status in (429, 503) else FATES.get(code, Fate.PERMANENT)
    return Refused(str(code), "", fate)  # Twilio's words repeat the number


def never_connected(fault: BaseException) -> bool:
    """Whether the request cannot have left: no connection, no name, no TLS."""
    from requests.exceptions import ConnectTimeout, SSLError
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    if isinstance(fault, (ConnectTimeout, SSLError)):
        return True
    cause = fault.args[0] if fault.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def make_client(settings: Mapping[str, Any]) -> "Client":
    """Twilio's client for the account in the settings; TWILIO_API_BASE sends its requests to another address."""
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    silent = logging.getLogger("twilio.silent")  # its log lines carry numbers and texts
    silent.disabled = True
    http = TwilioHttpClient(timeout=TIMEOUT, logger=silent)
    client = Client(settings["TWILIO_ACCOUNT_SID"], settings["TWILIO_AUTH_TOKEN"], http_client=http)
    if settings["TWILIO_API_BASE"]:
        client.api.base_url = settings["TWILIO_API_BASE"]
    return client


class Twilio:
    name = "twilio"
    channel = "sms"
    keeps_log = True

    @contextmanager
    def session(self, settings: Mapping[str, Any]) -> Iterator[TwilioSession]:
        yield TwilioSession(settings)

    def find(self, settings: Mapping[str, Any], to: str) -> list[Found]:
        from requests import RequestException
        from twilio.base.exceptions import TwilioException

        try:
            made = make_client(settings).messages.list(to=to, limit=LOOKED_AT)
        except (TwilioException, RequestException) as fault:
            raise OSError(type(fault).__name__) from None
        return [
            Found(str(message.sid), content_hash(message.body or ""), int(message.num_segments or 1))
            for message in made
            if str(message.direction).startswith("outbound") and message.status not in FAILED
        ]


provider = Twilio()
