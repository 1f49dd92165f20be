"""Talks to a running simulator, for tests, benches and demo scripts. Standard library only."""

import json
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

Json = dict[str, Any]
T = TypeVar("T")


class SimulatorError(Exception):
    """The simulator refused a request; the text says why."""


class SimulatorClient:
    """`base_url` is the simulator's, for example http://127.0.0.1:8026."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")

    def mails(self, to: str | None = None) -> list[Json]:
        """Mails received, oldest first: id, from, to, received, subject, headers, text, html, links, one_click_url."""
        return self._get("mails", to=to)

    def mail(self, mail_id: int) -> Json:
        """One mail, with its raw source too."""
        return self._get(f"mails/{mail_id}")

    def unsubscribe(self, mail_id: int) -> Json:
        """Press the mailbox's one-click unsubscribe button (RFC 8058): the product's answer as status, body, problem."""
        return self._post(f"mails/{mail_id}/unsubscribe", {})

    def answer_mail(self, mail_id: int, text: str) -> None:
        """Write back to the mail's sender. SimulatorError: the product takes no mail."""
        self._post(f"mails/{mail_id}/reply", {"text": text})

    def complain(self, mail_id: int) -> None:
        """Press the mailbox's spam button: its provider reports that to the product (RFC 5965)."""
        self._post(f"mails/{mail_id}/complaint", {})

    def messages(self, to: str | None = None, sender: str | None = None) -> list[Json]:
        """Texts in both directions, oldest first, as Twilio's message resources."""
        return self._get("messages", to=to, **{"from": sender})

    def reply(self, from_number: str, body: str, sid: str | None = None, to: str | None = None) -> Json:
        """Text the product from a phone; the same `sid` again repeats the webhook. Returns message, webhook, replies, error."""
        return self._post(f"phones/{quote(from_number)}/messages", {"body": body, "message_sid": sid, "to": to})

    def behaviour(self, to: str, **scripted: Any) -> Json:
        """Script what happens to things sent `to` (see behaviour.Behaviour); with nothing else, forget the script."""
        return self._post("behaviour", {"to": to, **scripted})

    def chaos(self, *behaviours: Json, seed: int = 0) -> Json:
        """Let each of these (with its `share`, without `to`) happen to a part of all that no script names; none: order again."""
        return self._post("chaos", {"seed": seed, "behaviours": list(behaviours)})

    def log(self, kind: str | None = None, after: int = 0, everything: bool = False) -> list[Json]:
        """Records on the simulator's disk since the last reset (or ever), of one kind or all."""
        return self._get("log", kind=kind, after=after, everything=int(everything))

    def reset(self) -> None:
        """Forget mails, messages, opt-outs and scripts. The log keeps its lines."""
        self._post("reset", {})

    def until(self, probe: Callable[[], T], seconds: float = 120) -> T:
        """Ask again until the answer is true, then return it; TimeoutError after `seconds`."""
        deadline = time.monotonic() + seconds
        while not (answer := probe()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"still {answer!r} after {seconds} s")
            time.sleep(0.02)
        return answer

    def _get(self, path: str, **query: Any) -> Any:
        given = urlencode({name: value for name, value in query.items() if value is not None})
        return self._call(Request(f"{self.base_url}/sim/api/{path}?{given}"))  # noqa: S310  (the simulator's address)

    def _post(self, path: str, body: Json) -> Any:
        data, headers = json.dumps(body).encode(), {"Content-Type": "application/json"}
        return self._call(Request(f"{self.base_url}/sim/api/{path}", data, headers))  # noqa: S310

    def _call(self, request: Request) -> Any:
        try:
            with urlopen(request, timeout=60) as response:  # noqa: S310
                return json.loads(response.read() or "null")
        except HTTPError as error:
            with error:
                raise SimulatorError(f"{error.code}: {json.loads(error.read())['error']}") from None
