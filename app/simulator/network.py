"""What Twilio and the carriers do with a text: take it, deliver it, report it, and bring replies back."""

import re
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from app.core.segments import segments
from app.simulator.behaviour import TWILIO_CODES, Behaviour
from app.simulator.message import API_VERSION, Message
from app.simulator.opt_out import ANSWERS, opt_out_type
from app.simulator.settings import Settings
from app.simulator.store import Store
from app.simulator.twilio_errors import DELIVERY_ERRORS, TEST_NUMBERS, TwilioError, is_delivery_error
from app.simulator.twiml import TwimlError, read_twiml
from app.simulator.webhook import Answer, post_signed

E164 = re.compile(r"\+[1-9]\d{6,14}")
MAX_BODY = 1600  # characters of one Create Message request
UNFINISHED = ("accepted", "queued", "sending", "sent")


@dataclass(frozen=True)
class Accepted:
    """A request that Twilio did not refuse, and what is scripted to happen to its HTTP answer. No `message`: it got lost."""

    message: Message | None
    delay: float = 0
    drop: bool = False


@dataclass(frozen=True)
class Received:
    """What became of a text sent from a phone: its message, the product's answer, the texts that came back."""

    message: Message
    answer: Answer
    replies: list[Message]
    error: TwimlError | None


class Network:
    """`accept` is the REST side, `receive` the phone side; receipts are posted by a few threads, in order for each message."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._couriers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="courier")

    def resume(self) -> None:
        """Go on with the messages that a stop left undelivered."""
        for message in self._store.messages(lambda m: m.direction != "inbound" and m.status in UNFINISHED):
            self._couriers.submit(self._deliver, message, None)

    def stop(self) -> None:
        """Leave what is not yet delivered to the next start."""
        self._couriers.shutdown(wait=False, cancel_futures=True)

    def accept(self, form: Mapping[str, str]) -> Accepted | TwilioError:
        """Create Message. The request is in the log, whatever the outcome, before this returns."""
        to = form.get("To", "")
        sender = form.get("From") or (self._settings.number if form.get("MessagingServiceSid") else "")
        scripted = self._store.take_behaviour(to, lambda behaviour: behaviour.concerns(TWILIO_CODES))
        error = self._refusal(form, sender, scripted)
        if error:
            self._store.record("refused", code=error.code, request=dict(form))
            return error
        if scripted and scripted.lose:
            self._store.record("lost", request=dict(form))
            return Accepted(None, scripted.delay, drop=True)
        message = Message(
            sid=new_sid(),
            account_sid=self._settings.account_sid,
            direction="outbound-api",
            sender=sender,
            to=to,
            body=form["Body"],
            status="accepted" if form.get("MessagingServiceSid") else "queued",
            messaging_service_sid=form.get("MessagingServiceSid"),
            status_callback=form.get("StatusCallback"),
        )
        message = self._store.save(message, request=dict(form))
        as_taken = replace(message)  # a courier may be quicker than the HTTP answer
        self._couriers.submit(self._deliver, message, scripted)
        return Accepted(as_taken, scripted.delay, scripted.drop) if scripted else Accepted(as_taken)

    def receive(self, phone: str, body: str, sid: str | None = None, to: str | None = None) -> Received:
        """A text typed on `phone` reaches the product as a signed webhook. A known `sid` posts that webhook again."""
        known = self._store.message(sid) if sid else None
        message = known or Message(
            sid=sid or new_sid(),
            account_sid=self._settings.account_sid,
            direction="inbound",
            sender=phone,
            to=to or self.number_for(phone),
            body=body,
            status="received",
        )
        message = self._store.save(message, repeated=known is not None)
        kind = opt_out_type(message.body) if self._settings.opt_out != "off" else None
        replies = self._obey(kind, message) if kind and not known else []
        scripted = self._store.take_behaviour(phone, lambda behaviour: behaviour.repeat > 0)
        params = self._inbound_params(message, kind)
        answer = self._post(self._settings.webhook_url, message, params)
        for _ in range(scripted.repeat if scripted else 0):
            self._post(
                self._settings.webhook_url, message, params
            )  # Twilio throws away what a repeated one is answered
        texts = read_twiml(answer)
        if isinstance(texts, TwimlError):
            self._store.record("twiml_error", sid=message.sid, code=texts.code, message=texts.message)
            return Received(message, answer, replies, texts)
        for text in texts:
            callback = urljoin(self._settings.webhook_url, text.status_callback) if text.status_callback else None
            replies.append(self._answer(message, text.body, callback))
        return Received(message, answer, replies, None)

    def number_for(self, phone: str) -> str:
        """The product's number that last wrote to this phone: where a reply goes."""
        conversation = self._store.conversation(phone)
        return conversation[-1].product_number if conversation else self._settings.number

    def _refusal(self, form: Mapping[str, str], sender: str, scripted: Behaviour | None) -> TwilioError | None:
        to, body, callback = form.get("To", ""), form.get("Body", ""), form.get("StatusCallback")
        if not to:
            return TwilioError(21604)
        if not E164.fullmatch(to):
            return TwilioError(21211, to)
        if not sender:
            return TwilioError(21603)
        if not E164.fullmatch(sender):
            return TwilioError(21212, sender)
        if not body.strip():
            return TwilioError(21602)
        if len(body) > MAX_BODY:
            return TwilioError(21617)
        if callback and urlsplit(callback).scheme not in ("http", "https"):
            return TwilioError(21609, callback)
        if scripted and scripted.code and not is_delivery_error(scripted.code):
            return TwilioError(scripted.code, to, scripted.text)
        if to in TEST_NUMBERS:
            return TwilioError(TEST_NUMBERS[to], to)
        if (sender, to) in self._store.opted_out:
            return TwilioError(21610)
        return None

    def _obey(self, kind: str, message: Message) -> list[Message]:
        """Block or unblock the phone, and answer as Twilio does: not twice for the same wish, no help to who has opted out."""
        pair = (message.to, message.sender)
        blocked = pair in self._store.opted_out
        if blocked != (kind == "START"):
            return []
        if kind == "STOP":
            self._store.record("opt_out", number=message.to, phone=message.sender)
        elif kind == "START":
            self._store.record("opt_in", number=message.to, phone=message.sender)
        return [self._reply(message, ANSWERS[kind], automatic=True)]

    def _answer(self, to: Message, body: str, callback: str | None) -> Message:
        if (to.to, to.sender) not in self._store.opted_out:
            return self._reply(to, body, callback)
        error = TwilioError(21610)
        details = {"status": "failed", "error_code": error.code, "error_message": error.message}
        return self._store.save(self._reply_message(to, body, callback, **details))

    def _reply(self, to: Message, body: str, callback: str | None = None, automatic: bool = False) -> Message:
        message = self._store.save(self._reply_message(to, body, callback, status="queued", automatic=automatic))
        scripted = self._store.take_behaviour(message.to, lambda behaviour: behaviour.concerns(TWILIO_CODES))
        self._couriers.submit(self._deliver, message, scripted)
        return message

    def _reply_message(self, to: Message, body: str, callback: str | None, **details: Any) -> Message:
        return Message(
            sid=new_sid(),
            account_sid=to.account_sid,
            direction="outbound-reply",
            sender=to.to,
            to=to.sender,
            body=body,
            status_callback=callback,
            **details,
        )

    def _deliver(self, message: Message, scripted: Behaviour | None) -> None:
        late = scripted.late if scripted else 0
        for status in self._statuses(scripted):
            if status != "queued" or late:
                time.sleep(max(late, self._settings.receipt_delay))
            code = scripted.code if scripted and status in ("undelivered", "failed") else None
            text = DELIVERY_ERRORS.get(code, "Delivery failed") if code else None
            self._store.record("status", False, sid=message.sid, status=status, error_code=code, error_message=text)
            if message.status_callback:
                for _ in range(1 + (scripted.repeat if scripted else 0)):
                    self._post(message.status_callback, message, self._receipt_params(message, status, code))

    def _statuses(self, scripted: Behaviour | None) -> list[str]:
        if scripted and scripted.statuses is not None:
            return scripted.statuses
        failed = scripted is not None and scripted.code is not None
        return ["queued", "sent", "undelivered" if failed else "delivered"]

    def _post(self, url: str, message: Message, params: dict[str, str]) -> Answer:
        answer = post_signed(url, params, self._settings.auth_token)
        self._store.record("webhook", False, sid=message.sid, url=url, params=params, answer=asdict(answer))
        return answer

    def _receipt_params(self, message: Message, status: str, error_code: int | None) -> dict[str, str]:
        params = {
            "AccountSid": message.account_sid,
            "ApiVersion": API_VERSION,
            "From": message.sender,
            "To": message.to,
            "MessageSid": message.sid,
            "MessageStatus": status,
            "SmsSid": message.sid,
            "SmsStatus": status,
        }
        if message.messaging_service_sid:
            params["MessagingServiceSid"] = message.messaging_service_sid
        if error_code:
            params["ErrorCode"] = str(error_code)
        return params

    def _inbound_params(self, message: Message, opt_out: str | None) -> dict[str, str]:
        params = {
            "AccountSid": message.account_sid,
            "ApiVersion": API_VERSION,
            "Body": message.body,
            "From": message.sender,
            "To": message.to,
            "MessageSid": message.sid,
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsStatus": "received",
            "NumMedia": "0",
            "NumSegments": str(segments(message.body)),
        }
        places = ("City", "State", "Zip", "Country")  # Twilio sends them empty when it does not know
        params |= {f"{end}{place}": "" for end in ("From", "To") for place in places}
        if opt_out and self._settings.opt_out == "advanced":
            params["OptOutType"] = opt_out
        return params


def new_sid() -> str:
    """SM and 32 hexadecimal digits."""
    return "SM" + uuid.uuid4().hex
