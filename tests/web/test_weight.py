"""A respondent's page is light: at most 60 kB compressed in 5 requests, all from us."""

import gzip
import re

import pytest

from app.interviews import service
from tests.web.test_pages import _link, open_page

BUDGET, REQUESTS = 60_000, 5


@pytest.fixture
def address(workspace, study, person, clock):
    interview, _ = service.create(workspace, study, contact_id=person.id, now=clock.now())
    return f"/i/{_link(workspace, study, clock, interview.id)}"


@pytest.mark.parametrize("embedded", [False, True])
def test_a_page_and_all_it_loads(client, address, embedded):
    page = open_page(client, address + ("?e=embed" if embedded else ""))
    parts = re.findall(r'<(?:link|script|img|iframe)[^>]*? (?:href|src)="([^"]+)"', page.html)
    assert parts
    assert all(part.startswith("/static/") for part in parts), "no third party"
    loaded = [client.get(part, headers={"Accept-Encoding": "gzip"}) for part in parts]
    assert {answer.status_code for answer in loaded} == {200}
    weight = len(gzip.compress(page.html.encode())) + sum(
        len(a.data if a.headers.get("Content-Encoding") == "gzip" else gzip.compress(a.data)) for a in loaded
    )
    assert weight <= BUDGET
    assert 1 + len(parts) <= REQUESTS
