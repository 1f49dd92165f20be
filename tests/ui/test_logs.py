"""A log line is JSON with ids, and holds nothing that a person gave."""

import json
import logging
import sys

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.logs import JsonFormatter, bind, mask


def line(message: str, *args: object, **extra: object) -> dict[str, object]:
    record = logging.getLogger("x").makeRecord("x", logging.INFO, "f", 1, message, args, None, extra=extra)
    written: dict[str, object] = json.loads(JsonFormatter().format(record))
    return written


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail to anna.nowak+x@example.co.uk failed", "mail to [address] failed"),
        ("Recipient <a@b.pl>: 550", "Recipient <[address]>: 550"),
        ("called +48 601 234 567 twice", "called [number] twice"),
        ("(0044) 20-7946-0958", "([number]"),
        ("id 0192f0c4-7a3b-7c1d-8e2f-001122334455", "id 0192f0c4-7a3b-7c1d-8e2f-001122334455"),
        ("3 of 1000 rows", "3 of 1000 rows"),
    ],
)
def test_addresses_and_numbers_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_only_known_extra_fields_are_written() -> None:
    written = line("sent", interview_id="i1", status=200, answer="I hate it", email="a@b.pl", who="Anna")
    assert {key: written.get(key) for key in ("interview_id", "status")} == {"interview_id": "i1", "status": 200}
    assert not {"answer", "email", "who"} & set(written)


def test_a_trace_is_masked() -> None:
    try:
        raise ValueError("no such person: anna@example.com")
    except ValueError:
        record = logging.getLogger("x").makeRecord("x", logging.ERROR, "f", 1, "failed", (), sys.exc_info())
    assert "anna" not in JsonFormatter().format(record)


def test_bound_ids_are_in_every_line(app: Flask) -> None:
    bind(interview_id="i1")
    assert line("x")["interview_id"] == "i1"


def test_a_request_is_logged_by_its_route_not_its_address(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "canvass.request")
    answer = client.get("/static/secret-token.css?email=a@b.pl")
    record = next(record for record in caplog.records if record.name == "canvass.request")
    written = JsonFormatter().format(record)
    assert "secret-token" not in written
    assert "a@b.pl" not in written
    assert json.loads(written)["route"] == "/static/<path:name>"
    assert answer.headers["X-Request-Id"]
