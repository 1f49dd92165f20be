"""The JSON interface that tests and scripts use: /sim/api."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from app.simulator.behaviour import parse_behaviour, parse_chaos
from app.simulator.mail import Mail
from app.simulator.message import Message
from app.simulator.network import E164, Network
from app.simulator.postman import NoWayBack, Postman
from app.simulator.store import Store
from app.simulator.webhook import Answer, post_form


def api_blueprint(store: Store, network: Network, postman: Postman) -> Blueprint:
    bp = Blueprint("api", __name__, url_prefix="/sim/api")

    @bp.before_request
    def json_only() -> ResponseReturnValue | None:
        # a page of another site can make a browser post a form here, but not JSON
        if request.method == "POST" and not request.is_json:
            return problem("Send JSON (Content-Type: application/json).", 415)
        return None

    @bp.get("/mails")
    def list_mails() -> ResponseReturnValue:
        return jsonify([mail.summary() for mail in store.mails(request.args.get("to"))])

    @bp.get("/mails/<int:mail_id>")
    def one_mail(mail_id: int) -> ResponseReturnValue:
        mail = store.mail(mail_id)
        return jsonify({**mail.summary(), "raw": mail.source}) if mail else problem("No such mail.", 404)

    @bp.post("/mails/<int:mail_id>/unsubscribe")
    def one_click(mail_id: int) -> ResponseReturnValue:
        mail = store.mail(mail_id)
        if not mail or not mail.one_click_url:
            return problem("No such mail, or it offers no one-click unsubscribe.", 404)
        return jsonify(asdict(unsubscribe(store, mail, mail.one_click_url)))

    @bp.post("/mails/<int:mail_id>/reply")
    @bp.post("/mails/<int:mail_id>/complaint")
    def send_back(mail_id: int) -> ResponseReturnValue:
        mail, body = store.mail(mail_id), request.get_json(silent=True)
        text = body.get("text", "") if isinstance(body, dict) else None
        if not mail or not isinstance(text, str):
            return (
                problem("No such mail.", 404) if not mail else problem('Give an object with "text": what is written.')
            )
        try:
            answer(store, postman, mail, mail.recipients[0], text if request.path.endswith("reply") else None)
        except NoWayBack as refusal:
            return problem(str(refusal), 502)
        return "", 204

    @bp.get("/messages")
    def list_messages() -> ResponseReturnValue:
        to, sender = request.args.get("to"), request.args.get("from")
        found = store.messages(lambda message: to in (None, message.to) and sender in (None, message.sender))
        return jsonify([view(message) for message in found])

    @bp.post("/phones/<phone>/messages")
    def reply(phone: str) -> ResponseReturnValue:
        body: Any = request.get_json(silent=True)
        error = _reply_problem(phone, body)
        if error:
            return problem(error)
        received = network.receive(phone, body["body"], body.get("message_sid"), body.get("to"))
        return jsonify(
            message=view(received.message),
            webhook=asdict(received.answer),
            replies=[view(message) for message in received.replies],
            error=asdict(received.error) if received.error else None,
        )

    @bp.get("/behaviour")
    def behaviours() -> ResponseReturnValue:
        return jsonify([asdict(behaviour) for behaviour in store.behaviours()])

    @bp.post("/behaviour")
    def script() -> ResponseReturnValue:
        behaviour = parse_behaviour(request.get_json(silent=True))
        if isinstance(behaviour, str):
            return problem(behaviour)
        store.record("behaviour", behaviour=asdict(behaviour))
        return jsonify(asdict(behaviour))

    @bp.post("/chaos")
    def disorder() -> ResponseReturnValue:
        chaos = parse_chaos(request.get_json(silent=True))
        if isinstance(chaos, str):
            return problem(chaos)
        store.record("chaos", **asdict(chaos))
        return jsonify(asdict(chaos))

    @bp.get("/log")
    def log() -> ResponseReturnValue:
        after = request.args.get("after", 0, type=int)
        return jsonify(store.log(request.args.get("kind"), after, everything=request.args.get("everything") == "1"))

    @bp.post("/reset")
    def reset() -> ResponseReturnValue:
        store.record("reset")
        return "", 204

    return bp


def view(message: Message) -> dict[str, Any]:
    """Twilio's resource and what only the simulator knows."""
    return {**message.resource(), "automatic": message.automatic, "status_callback": message.status_callback}


def unsubscribe(store: Store, mail: Mail, url: str) -> Answer:
    """The one-click POST of RFC 8058, logged."""
    answer = post_form(url, {"List-Unsubscribe": "One-Click"})
    store.record("one_click", mail=mail.id, url=url, answer=asdict(answer))
    return answer


def answer(store: Store, postman: Postman, mail: Mail, reader: str, text: str | None) -> None:
    """What a reader writes back, or (None) that they call it spam; logged. NoWayBack: the product does not take mail."""
    if text is None:
        postman.complain(mail, reader)
        store.record("complaint", mail=mail.id, reader=reader)
    else:
        postman.reply(mail, reader, text)
        store.record("mail_reply", mail=mail.id, reader=reader, text=text)


def problem(text: str, status: int = 400) -> tuple[dict[str, str], int]:
    return {"error": text}, status


def _reply_problem(phone: str, body: Any) -> str:
    if not E164.fullmatch(phone):
        return f"{phone} is not a number in the form +48500100200."
    if not isinstance(body, dict) or not isinstance(body.get("body"), str):
        return 'Give an object with "body": the text to send.'
    for name in ("message_sid", "to"):
        if not isinstance(body.get(name), str | None):
            return f'"{name}" is a text.'
    if any("\ud800" <= char <= "\udfff" for char in body["body"]):
        return "The text holds half a character (a lone surrogate)."
    return ""
