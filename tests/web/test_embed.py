"""The script line, the frame and the customers a host vouches for, over HTTP (the browser's part is driven elsewhere)."""

from datetime import timedelta

import pytest

from app.channels.web import customers
from app.interviews import links, service
from tests.interviews.conftest import open_study
from tests.web.test_pages import _link, open_page

HOST = "https://shop.example"


@pytest.fixture
def study(workspace, clock):
    return open_study(workspace, clock, "onsite", "nps", sites=(HOST,), sample_one_in=4, reshow_days=30)


@pytest.fixture
def token(workspace, study, clock):
    expires_at = clock.now() + timedelta(days=400)
    return links.mint(workspace, study.id, purpose="embed", now=clock.now(), expires_at=expires_at)


def vouch(app, study, clock, customer="c1", key=None, minutes=5):
    expires = int((clock.now() + timedelta(minutes=minutes)).timestamp())
    key = key or links.embed_secret(app.extensions["signer"], study.id)
    return {"customer": customer, "expires": expires, "signature": customers.signature(key, customer, expires)}


def test_the_script_carries_the_sampling_and_may_stand_on_any_page(client, token):
    answer = client.get(f"/embed/{token}.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    text = answer.get_data(as_text=True)
    for part in ('"oneIn": 4', '"reshowDays": 30', f'"frame": "http://localhost/embed/{token}"', '"open": true'):
        assert part in text


def test_a_closed_study_shows_nothing(client, token, workspace, study, clock):
    from app.catalog import service as catalog

    catalog.close_study(workspace, study.id, clock.now())
    assert '"open": false' in client.get(f"/embed/{token}.js").get_data(as_text=True)


def test_the_frame_may_stand_on_the_studys_sites_alone(client, token, workspace, study, clock):
    page = client.get(f"/embed/{token}", follow_redirects=True)
    assert f"frame-ancestors {HOST}" in page.headers["Content-Security-Policy"]
    plain = client.get(f"/i/{_link(workspace, study, clock)}")
    assert "frame-ancestors 'none'" in plain.headers["Content-Security-Policy"]


def test_a_known_customer_answers_as_themselves_and_once_a_period(app, client, token, study, person, clock, workspace):
    first = _first(client, token, vouch(app, study, clock))
    first.send(score="9")
    assert _first(client, token, vouch(app, study, clock)).status == 200
    rows = service.interviews_of(workspace, study_id=study.id)
    assert [(row.contact_id, row.language, row.entry) for row in rows] == [(person.id, "pl", "embed")]
    clock.advance(timedelta(days=31))
    later = _first(client, token, vouch(app, study, clock))
    later.send(score="2")
    assert len(service.interviews_of(workspace, study_id=study.id)) == 2


@pytest.mark.parametrize("fault", ["key", "minutes", "swapped"])
def test_a_forged_or_old_signature_is_refused(app, client, token, study, clock, fault):
    query = vouch(app, study, clock, **{"key": {"key": "guess"}, "minutes": {"minutes": -1}}.get(fault, {}))
    if fault == "swapped":
        query["customer"] = "c2"
    assert client.get(f"/embed/{token}", query_string=query).status_code == 403


def test_a_forged_customer_in_the_pages_own_address_is_nobody(client, token, workspace, study, person):
    page = open_page(client, f"/i/{token}?e=embed&k=c1~9999999999~{'0' * 64}")
    page.send(score="9")
    assert [row.contact_id for row in service.interviews_of(workspace, study_id=study.id)] == [None]


def _first(client, token, query):
    answer = client.get(f"/embed/{token}", query_string=query)
    assert answer.status_code == 303
    return open_page(client, answer.location)
