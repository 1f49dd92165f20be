"""SMS by Twilio's REST API (https://www.twilio.com/docs/messaging/api/message-resource), through Twilio's own client.

Create Message has no idempotency key, so whatever breaks after the request may have left is Lost, and the message log tells later.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.delivery.content import content_hash
from app.delivery.gateways import Gateway
from app.delivery.outcome import Accepted, Commit, Fate, Found, Lost, Outcome, Outgoing, Refused

if TYPE_CHECKING:
    from twilio.base.exceptions import TwilioRestException
    from twilio.rest import Client
    from twilio.rest.api.v2010.account.message import MessageInstance

TIMEOUT = 15.0  # seconds
VALIDITY = (
    timedelta(seconds=10),
    timedelta(hours=10),
)  # what ValidityPeriod takes (1 to 36000 s; more than 5 s is advised)
LOOKED_AT = 100  # messages to one number in the log

# https://www.twilio.com/docs/api/errors; a code that is not here is permanent
FATES = {
    20003: Fate.CONFIGURATION,  # wrong credentials
    20429: Fate.THROTTLED,  # too many requests
    20503: Fate.UNAVAILABLE,
    21211: Fate.BAD_ENDPOINT,  # not a phone number
    21212: Fate.CONFIGURATION,  # not a sender
    21606: Fate.CONFIGURATION,  # not a sender of this account
    21610: Fate.SUPPRESSED,  # the person replied STOP
    21614: Fate.WRONG_CHANNEL,  # not a mobile number
    21635: Fate.WRONG_CHANNEL,  # a landline
    30001: Fate.THROTTLED,  # queue overflow
    30002: Fate.CONFIGURATION,  # account suspended
    30003: Fate.RETRY,  # handset off or out of reach
    30005: Fate.BAD_ENDPOINT,  # unknown handset
    30006: Fate.WRONG_CHANNEL,  # a landline, or a carrier out of reach
    30007: Fate.PERMANENT,  # filtered by the carrier: sending it again makes it worse
    30008: Fate.RETRY,  # unknown error
    30034: Fate.CONFIGURATION,  # the number is not registered with the carriers (US A2P 10DLC)
}


class TwilioSession:
    """Twilio's client, made at the first message (importing it takes 0.2 s); its HTTP connection is kept meanwhile."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    @cached_property
    def client(self) -> "Client":
        return make_client(self.gateway)

    def send(self, message: Outgoing, commit: Commit) -> Outcome:
        from twilio.base.exceptions import TwilioRestException
        from urllib3.exceptions import HTTPError

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
        except HTTPError as fault:
            name = type(fault).__name__
            return Refused(name, "", Fate.UNAVAILABLE) if never_connected(fault) else Lost(name)
        return taken(made)


def taken(message: "MessageInstance") -> Accepted:
    """Twilio's price is negative, and there only once the text was delivered."""
    known = message.price is not None and message.price_unit
    price = abs(int(Decimal(str(message.price)) * 1_000_000)) if known else None
    return Accepted(str(message.sid), int(message.num_segments or 1), price, message.price_unit if known else None)


def refused(refusal: "TwilioRestException") -> Outcome:
    """A 4xx and a 503 say that nothing was made; another 5xx says nothing at all."""
    code, status = refusal.code or refusal.status, refusal.status
    if status >= 500 and status != 503:
        return Lost(str(code))
    by_status = {401: Fate.CONFIGURATION, 429: Fate.THROTTLED, 503: Fate.UNAVAILABLE}
    fate = FATES.get(code) or by_status.get(status, Fate.PERMANENT)
    return Refused(str(code), "", fate)  # Twilio's words repeat the number


def never_connected(fault: BaseException) -> bool:
    """Whether the request cannot have left: no connection, no name, no TLS."""
    from urllib3.exceptions import ConnectTimeoutError, SSLError

    return isinstance(fault, (ConnectTimeoutError, SSLError))  # the first covers NewConnectionError and an unknown name


def make_client(gateway: Gateway) -> "Client":
    """Twilio's client for a gateway's account."""
    from twilio.rest import Client

    from app.delivery.providers.twilio_http import PooledHttpClient

    silent = logging.getLogger("twilio.silent")  # its log lines carry numbers and texts
    silent.disabled = True
    http = PooledHttpClient(gateway.api_base or "https://api.twilio.com", TIMEOUT, silent)
    client = Client(gateway.account_sid, gateway.auth_token, http_client=http)
    if gateway.api_base:
        client.api.base_url = gateway.api_base
    return client


class Twilio:
    name = "twilio"
    channel = "sms"
    keeps_log = True

    @contextmanager
    def session(self, gateway: Gateway, settings: Mapping[str, Any]) -> Iterator[TwilioSession]:
        yield TwilioSession(gateway)

    def find(self, gateway: Gateway, to: str, since: datetime) -> list[Found]:
        from twilio.base.exceptions import TwilioException
        from urllib3.exceptions import HTTPError

        try:
            # not asked by DateSent: a text that still waits in Twilio's queue has none
            made = make_client(gateway).messages.list(to=to, limit=LOOKED_AT)
        except (TwilioException, HTTPError) as fault:
            raise OSError(type(fault).__name__) from None
        return [
            Found(taken(message), content_hash(message.body or ""), str(message.status), str(message.error_code or ""))
            for message in made
            if str(message.direction).startswith("outbound") and message.date_created >= since
        ]


provider = Twilio()
