"""The pages an engineer looks at: mailboxes and phones."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from app.core.segments import segments
from app.simulator.api import answer, unsubscribe
from app.simulator.mail import Mail
from app.simulator.network import E164, Network
from app.simulator.postman import NoWayBack, Postman
from app.simulator.settings import Settings
from app.simulator.store import Store

T = TypeVar("T")
SHOWN = 100  # mailboxes, phones, mails or texts on one page, the latest
VIEWS = {"html": "Mail", "text": "Text part", "headers": "Headers", "source": "Source"}
# A mail runs no script and loads no frame; its links leave the sandbox in a new tab.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: http: https:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True)
class Row:
    """A mailbox or a phone in a list: `latest` is the subject or text that came last."""

    name: str
    count: int
    latest: str
    at: str
    blocked: bool = False


def pages_blueprint(settings: Settings, store: Store, network: Network, postman: Postman) -> Blueprint:
    bp = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
    bp.add_app_template_filter(clock_time)
    bp.add_app_template_filter(linkify)
    bp.add_app_template_global(segments)

    @bp.context_processor
    def common() -> dict[str, Any]:
        return {"settings": settings}

    @bp.before_request
    def own_forms_only() -> None:
        origin = request.headers.get("Origin")
        if request.method == "POST" and origin and urlsplit(origin).netloc != request.host:
            abort(403, "This form was sent from another site.")

    @bp.get("/")
    def home() -> str:
        query = request.args.get("q", "").strip().lower()
        boxes = tally((address, mail) for mail in store.mails() for address in {to.lower() for to in mail.recipients})
        phones = tally((message.phone, message) for message in store.messages())
        blocked = {phone for _, phone in store.opted_out}
        return render_template(
            "simulator/home.html",
            query=query,
            mailboxes=[Row(name, n, mail.subject, mail.received) for name, n, mail in latest(boxes, query)],
            phones=[Row(name, n, last.body, last.created, name in blocked) for name, n, last in latest(phones, query)],
            mailbox_count=len(boxes),
            phone_count=len(phones),
            mail_count=len(store.mails()),
            message_count=len(store.messages()),
            behaviours=store.behaviours(),
        )

    @bp.post("/reset")
    def reset() -> ResponseReturnValue:
        store.record("reset")
        return redirect(url_for(".home"))

    _mail_routes(bp, store)
    _answer_routes(bp, store, postman)
    _phone_routes(bp, store, network)
    return bp


def wanted(store: Store, mail_id: int) -> Mail:
    return store.mail(mail_id) or abort(404, "There is no such mail. It may have been cleared.")


def mailbox_page(store: Store, address: str, mail_id: int | None, **more: Any) -> str:
    mails = store.mails(address)[::-1]
    shown = wanted(store, mail_id) if mail_id else next(iter(mails), None)
    view = request.args.get("view", "html" if shown and shown.html else "text")
    return render_template(
        "simulator/mailbox.html",
        address=address,
        mails=mails[:SHOWN],
        total=len(mails),
        mail=shown,
        is_open=mail_id is not None,
        view=view if view in VIEWS else "text",
        views=VIEWS,
        one_click=store.one_clicks.get(shown.id) if shown else None,
        answers=store.answers.get(shown.id, []) if shown else [],
        **more,
    )


def _answer_routes(bp: Blueprint, store: Store, postman: Postman) -> None:
    def answered(address: str, mail_id: int, text: str | None) -> ResponseReturnValue:
        try:
            answer(store, postman, wanted(store, mail_id), address, text)
        except NoWayBack as problem:
            return mailbox_page(store, address, mail_id, error=str(problem), body=text), 502
        return redirect(url_for(".mailbox", address=address, mail_id=mail_id))

    @bp.post("/mailboxes/<address>/<int:mail_id>/reply")
    def answer_mail(address: str, mail_id: int) -> ResponseReturnValue:
        text = request.form.get("body", "")
        if not text.strip():
            return mailbox_page(store, address, mail_id, error="Write a reply first."), 422
        return answered(address, mail_id, text)

    @bp.post("/mailboxes/<address>/<int:mail_id>/spam")
    def press_spam(address: str, mail_id: int) -> ResponseReturnValue:
        return answered(address, mail_id, None)


def _mail_routes(bp: Blueprint, store: Store) -> None:
    @bp.get("/mailboxes/<address>")
    @bp.get("/mailboxes/<address>/<int:mail_id>")
    def mailbox(address: str, mail_id: int | None = None) -> str:
        return mailbox_page(store, address, mail_id)

    @bp.get("/mails/<int:mail_id>/html")
    def mail_html(mail_id: int) -> Response:
        html = re.sub(r"\bcid:([^\"'\s)>]+)", rf"/mails/{mail_id}/parts/\1", wanted(store, mail_id).html)
        base = '<base target="_blank">'
        html, found = re.subn(r"(<head\b[^>]*>)", rf"\1{base}", html, count=1, flags=re.IGNORECASE)
        answer = Response(html if found else base + html)
        answer.headers["Content-Security-Policy"] = MAIL_POLICY
        return answer

    @bp.get("/mails/<int:mail_id>/parts/<path:content_id>")
    def mail_part(mail_id: int, content_id: str) -> Response:
        part = wanted(store, mail_id).inline_part(content_id)
        if part is None or part.get_content_maintype() != "image":
            abort(404)
        answer = Response(part.get_payload(decode=True), mimetype=part.get_content_type())  # type: ignore[arg-type]
        answer.headers["Content-Security-Policy"] = MAIL_POLICY
        return answer

    @bp.post("/mailboxes/<address>/<int:mail_id>/unsubscribe")
    def press_unsubscribe(address: str, mail_id: int) -> ResponseReturnValue:
        mail = wanted(store, mail_id)
        unsubscribe(store, mail, mail.one_click_url or abort(404))
        return redirect(url_for(".mailbox", address=address, mail_id=mail_id))


def _phone_routes(bp: Blueprint, store: Store, network: Network) -> None:
    @bp.get("/phones")
    def open_phone() -> ResponseReturnValue:
        number = re.sub(r"[\s()./-]", "", request.args.get("number", ""))
        return redirect(url_for(".phone", number=number))

    @bp.get("/phones/<number>")
    def phone(number: str) -> ResponseReturnValue:
        if not E164.fullmatch(number):
            return _bad_number(number)
        return render_template("simulator/phone.html", **_conversation(store, network, number))

    @bp.post("/phones/<number>")
    def send(number: str) -> ResponseReturnValue:
        if not E164.fullmatch(number):
            return _bad_number(number)
        body = request.form.get("body", "")
        if not body.strip():
            page = _conversation(store, network, number)
            return render_template("simulator/phone.html", **page, error="Write a text first."), 422
        network.receive(number, body)
        return redirect(url_for(".phone", number=number))

    def _bad_number(number: str) -> tuple[str, int]:
        return render_template("simulator/bad_number.html", number=number), 422


def _conversation(store: Store, network: Network, number: str) -> dict[str, Any]:
    messages = store.conversation(number)
    ours = network.number_for(number)
    blocked = (ours, number) in store.opted_out
    page = {"number": number, "ours": ours, "blocked": blocked, "problems": store.problems}
    return {**page, "messages": messages[-SHOWN:], "total": len(messages)}


def tally(items: Iterable[tuple[str, T]]) -> dict[str, tuple[int, T]]:
    """How many items each name has and its last, in the order of the last ones."""
    found: dict[str, tuple[int, T]] = {}
    for name, item in items:
        count, _ = found.pop(name, (0, item))
        found[name] = (count + 1, item)
    return found


def latest(found: dict[str, tuple[int, T]], query: str) -> list[tuple[str, int, T]]:
    """The latest whose name holds `query`, the very latest first."""
    matching = (name for name in reversed(found) if query in name)
    return [(name, *found[name]) for name in islice(matching, SHOWN)]


def clock_time(instant: str) -> str:
    """Hours and minutes on this machine's clock, with the day when it is not today."""
    local = datetime.fromisoformat(instant).astimezone()
    return local.strftime("%H:%M" if local.date() == datetime.now().astimezone().date() else "%-d %b %H:%M")


def linkify(text: str) -> Markup:
    """Escaped text whose web addresses are links that open in a new tab."""
    pieces = re.split(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)])", text)
    link = Markup('<a href="{0}" target="_blank" rel="noopener">{0}</a>')
    return Markup("").join(link.format(piece) if index % 2 else escape(piece) for index, piece in enumerate(pieces))
