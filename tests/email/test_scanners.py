"""Programs that open what a mail links to: nothing they do is an answer, and the person is not shut out."""

import re
from datetime import timedelta
from html import unescape

import pytest

from app.interviews import channel, service
from tests.web.test_pages import open_page


@pytest.fixture
def interview(workspace, study, person, clock):
    return service.create(workspace, study, contact_id=person.id, occasion="d1", language="en", now=clock.now())[0]


@pytest.fixture
def invitation(workspace, interview, clock):
    return channel.get("email").compose(workspace, interview.id, "invitation", clock.now())


@pytest.fixture
def taps(invitation):
    """The addresses of the scale's points, in order."""
    return [url.removeprefix("http://localhost") for url in re.findall(r"^\d+: (\S+)$", invitation.text, re.M)]


@pytest.fixture
def trap(invitation):
    return hidden_link(invitation.html)


def hidden_link(html):
    (link,) = re.findall(r'<a[^>]*class="trap"[^>]*>', html)
    return unescape(re.search(r'href="http://localhost([^"]+)"', link)[1])


def stored(workspace, interview):
    return service.load(workspace, interview.id).revision


def test_a_person_taps_and_sends(client, taps, workspace, interview):
    open_page(client, taps[9])
    open_page(client, taps[10])
    before = stored(workspace, interview)
    assert open_page(client, taps[9]).send(score="9").status == 200
    assert stored(workspace, interview) > before


def test_opening_every_link_stores_nothing_and_holds_off_what_is_sent_next(client, taps, workspace, interview, clock):
    before = stored(workspace, interview)
    pages = [open_page(client, tap) for tap in taps]
    assert all(page.status == 200 for page in pages)
    refused = pages[0].send(score="0")
    assert refused.status == 429
    assert "wait a minute" in refused.html
    assert refused.checked("score") == ["0"], "what was typed is still there"
    assert stored(workspace, interview) == before
    clock.advance(timedelta(minutes=1, seconds=1))
    assert refused.send(score="8").status == 200
    assert stored(workspace, interview) > before


def test_the_hidden_link_is_enough(client, trap, taps, workspace, interview, clock):
    page = open_page(client, trap)
    assert page.status == 200
    assert page.checked("score") == []
    assert page.send(score="3").status == 429
    clock.advance(timedelta(minutes=1, seconds=1))
    assert open_page(client, taps[3]).send(score="3").status == 200


def test_tapping_the_same_point_again_is_no_scan(client, taps):
    for _ in range(9):
        page = open_page(client, taps[5])
    assert page.send(score="5").status == 200


def test_another_mails_trap_marks_nothing(client, trap, taps, workspace, interview, clock):
    other = channel.get("email").compose(workspace, interview.id, "reminder", clock.now())
    open_page(client, f"{hidden_link(other.html).partition('?')[0]}?{trap.partition('?')[2]}")
    assert open_page(client, taps[5]).send(score="5").status == 200


def test_whoever_has_begun_is_not_held_up(client, trap, taps, interview):
    page = open_page(client, taps[5]).send(score="5")
    open_page(client, trap)
    assert page.send(do="next", **{}).status != 429
