"""Whatever is sent to an address that anybody can reach: a clear 4xx (or an ordinary page), never a 500, never a trace."""

import itertools
import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import Headers

from app.accounts.keys import SCOPES, create_key
from app.core.clock import SystemClock
from app.db import db, reading
from app.heartbeat import beat
from app.interviews import links, service
from app.ui.access import access_of
from tests.house.routes import methods
from tests.interviews.conftest import open_study, person  # noqa: F401

FORM = "application/x-www-form-urlencoded"
TOKENS = ["x", "A" * 12, "A" * 5000, "%00", "%ed%a0%80", "%ff%fe", "..%2f..%2fetc%2fpasswd", "'--", "<script>", "ż"]
BODIES = [
    (FORM, b""),
    (FORM, b"do=next&form=a~1~b.c&at=score&score=%00"),
    (FORM, b"do=next&at=score&score=%ed%a0%80"),
    (FORM, b"do=next&at=score&score=\xff\xfe"),
    (FORM, b"do=%00&at=%00&form=%00&lang=%00&e=%00&k=%00"),
    (FORM, b"&".join(b"a%d=1" % n for n in range(3000))),
    (FORM, b"score=" + b"x" * 3_000_000),
    (FORM + "; charset=utf-16", "do=next".encode("utf-16")),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"\0\"\r\n\r\n\0\r\n--x--"),
    ("application/json", b"{"),
    ("application/json", b"[" * 100_000),
    ("application/json", b'{"kind": "\\ud800", "event_id": "\\u0000", "at": "9999-99-99", "external_id": 1e400}'),
    ("application/json", b'{"kind": ["delivered"], "event_id": {"a": 1}, "email": true}'),
    ("application/json", b"null"),
    ("application/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"),
    ("text/plain; charset=nonsense", b"\xff"),
]  # fmt: skip
QUERIES = [
    "",
    "?at=%00&c=%00&lang=%00&e=%00&k=%00~1~x",
    "?at=%ed%a0%80&k=a~9~b&lang=xx",
    "?number=-1&page=99999999999999999999",
]


@pytest.fixture
def targets(app, workspace, clock, person):
    """Every method of every rule that needs no sign-in, with addresses that exist and ones that do not."""
    study = open_study(workspace, clock, "delivery", "post_delivery")
    later = clock.now().replace(year=2030)
    beat("scheduler", SystemClock().now())  # so that /readyz has nothing to complain of
    good = links.mint(workspace, study.id, purpose="link", now=clock.now(), expires_at=later)
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access is None or access.kind == "role":
            continue
        for method in methods(rule):
            for token in [good, *TOKENS]:
                found.append((method, re.sub("<[^>]*>", lambda _, token=token: token, rule.rule)))
                if not rule.arguments:
                    break
    return found


@pytest.fixture
def headers(app, workspace, clock):
    """As a stranger, with a signature that is not Twilio's, and with an API key that is good."""
    secret = create_key(workspace, "hostile", SCOPES, None, "system", clock.now())
    strange = [
        ("X-Twilio-Signature", "bm90IGl0cw=="),
        ("Accept-Language", "\u00ff;q=x,*"),
        ("Cookie", "session=\u00ff.x.y"),
    ]
    return [
        Headers(strange),
        Headers([("Authorization", f"Bearer {secret}")]),
        Headers([("Authorization", "Bearer \u00ff")]),
    ]


def test_no_request_to_a_public_address_is_our_fault(client, targets, headers):
    app = client.application
    app.config["PROPAGATE_EXCEPTIONS"] = False
    faults = []
    for method, address in targets:
        bodies = BODIES if method not in ("GET", "HEAD") else [(FORM, b"")]
        for (content_type, body), query, sent in itertools.chain(
            itertools.product(bodies, QUERIES[:1], headers), itertools.product(bodies[:1], QUERIES[1:], headers[:1])
        ):
            answer = client.open(
                address + query, method=method, data=body or None, content_type=content_type, headers=sent
            )
            text = answer.get_data(as_text=True)
            if answer.status_code >= 500 or "Traceback" in text or "site-packages" in text:
                faults.append((method, address[:60], query, content_type, body[:60], answer.status_code))
            if answer.mimetype == "application/problem+json":
                assert json.loads(text)["status"] == answer.status_code
    assert faults == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "PROPFIND", "GET", "POST"])
def test_a_wrong_method_is_said(client, targets, method):
    for address in {address for _, address in targets}:
        answer = client.open(address, method=method)
        assert answer.status_code < 500, (method, address)


def test_a_thousand_visits_add_no_row(client, workspace, clock, person):
    study = open_study(workspace, clock, "delivery", "post_delivery")
    later = clock.now() + timedelta(days=30)
    made, _ = service.create(workspace, study, contact_id=person.id, now=clock.now())
    own = links.mint_for(made, 30, "invitation", clock.now())
    anonymous = links.mint(workspace, study.id, purpose="link", now=clock.now(), expires_at=later)
    before = rows()
    addresses = (
        f"/i/{anonymous}",
        f"/i/{own}?at=why&c=x",
        f"/u/{own}",
        f"/embed/{anonymous}",
        f"/embed/{anonymous}.js",
    )
    for _ in range(200):
        assert {client.get(address).status_code for address in addresses} <= {200, 303}
    assert rows() == before


def rows() -> dict[str, int]:
    """How many rows each table has."""
    with reading() as conn:
        every = {"every_workspace": True}
        return {
            table.name: conn.scalar(select(func.count()).select_from(table).execution_options(**every))
            for table in db.metadata.sorted_tables
        }
