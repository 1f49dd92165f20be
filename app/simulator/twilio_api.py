"""The part of Twilio's REST API that sends and looks up messages: https://www.twilio.com/docs/messaging/api"""

import hmac
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from app.simulator.message import API_VERSION, Message
from app.simulator.network import Accepted, Network
from app.simulator.settings import Settings
from app.simulator.store import Store
from app.simulator.twilio_errors import TwilioError

PAGE_SIZE = 50  # Twilio's default; the greatest is 1000


def twilio_blueprint(settings: Settings, store: Store, network: Network) -> Blueprint:
    """The routes below /2010-04-01/Accounts."""
    bp = Blueprint("twilio", __name__, url_prefix=f"/{API_VERSION}/Accounts")

    @bp.before_request
    def authenticate() -> ResponseReturnValue | None:
        given = request.authorization
        expected = (settings.account_sid, settings.auth_token)
        offered = ((given.username or ""), (given.password or "")) if given and given.type == "basic" else ("", "")
        same = [hmac.compare_digest(a.encode(), b.encode()) for a, b in zip(expected, offered, strict=True)]
        if not all(same) or (request.view_args or {}).get("account") != settings.account_sid:
            return refuse(TwilioError(20003))
        return None

    @bp.get("/<account>.json")
    def fetch_account(account: str) -> ResponseReturnValue:
        return {"sid": account, "friendly_name": "Simulator", "status": "active", "type": "Full", "uri": request.path}

    @bp.get("/<account>/Messages.json")
    def list_messages(account: str) -> ResponseReturnValue:
        wanted = _filters()
        if wanted is None:
            return {"code": 20001, "message": "A date is YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ", "status": 400}, 400
        found = store.messages(lambda message: all(test(message) for test in wanted))[::-1]
        return _page(found)

    @bp.post("/<account>/Messages.json")
    def create_message(account: str) -> ResponseReturnValue:
        outcome = network.accept(request.form.to_dict())
        if isinstance(outcome, TwilioError):
            return refuse(outcome)
        return _answer(outcome)

    @bp.get("/<account>/Messages/<sid>.json")
    def fetch_message(account: str, sid: str) -> ResponseReturnValue:
        message = store.message(sid)
        return jsonify(message.resource()) if message else refuse(TwilioError(20404, request.path))

    @bp.post("/<account>/Messages/<sid>.json")
    def redact_message(account: str, sid: str) -> ResponseReturnValue:
        message = store.message(sid)
        if not message:
            return refuse(TwilioError(20404, request.path))
        if request.form.get("Body") == "":
            store.record("redacted", sid=sid)
        return jsonify(message.resource())

    return bp


def refuse(error: TwilioError) -> tuple[Response, int]:
    return jsonify(error.resource()), error.status


def _answer(outcome: Accepted) -> ResponseReturnValue:
    time.sleep(outcome.delay)
    if outcome.drop or outcome.message is None:
        # the caller never learns whether the message was taken; the log knows
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return jsonify(outcome.message.resource() if outcome.message else None), 201


def _filters() -> list[Callable[[Message], bool]] | None:
    """The tests asked for by To, From and DateSent, DateSent<, DateSent>; None when a date cannot be read."""
    tests: list[Callable[[Message], bool]] = []
    if to := request.args.get("To"):
        tests.append(lambda message: message.to == to)
    if sender := request.args.get("From"):
        tests.append(lambda message: message.sender == sender)
    try:
        tests += [
            _date_test(name, request.args[name])
            for name in ("DateSent", "DateSent<", "DateSent>")
            if name in request.args
        ]
    except ValueError:
        return None
    return tests


def _date_test(name: str, text: str) -> Callable[[Message], bool]:
    """Bounds include themselves. DateSent alone means that day in UTC, whatever the time of day beside it."""
    bound = datetime.fromisoformat(text)
    bound = bound if bound.tzinfo else bound.replace(tzinfo=UTC)

    def matches(message: Message) -> bool:
        sent = datetime.fromisoformat(message.sent or message.created)
        if name == "DateSent":
            return sent.date() == bound.date()
        return sent <= bound if name == "DateSent<" else sent >= bound

    return matches


def _page(found: list[Message]) -> dict[str, Any]:
    size = min(max(request.args.get("PageSize", PAGE_SIZE, type=int), 1), 1000)
    page = max(request.args.get("Page", 0, type=int), 0)
    shown = found[page * size : (page + 1) * size]

    def uri(number: int) -> str:
        query = {**request.args.to_dict(), "PageSize": size, "Page": number}
        return f"{request.path}?{urlencode(query)}"

    return {
        "messages": [message.resource() for message in shown],
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": max(page * size + len(shown) - 1, 0),
        "uri": uri(page),
        "first_page_uri": uri(0),
        "next_page_uri": uri(page + 1) if (page + 1) * size < len(found) else None,
        "previous_page_uri": uri(page - 1) if page else None,
    }
