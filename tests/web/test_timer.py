"""A page whose time is limited, over HTTP without JavaScript; the countdown itself is in test_timer_browser."""

import re
from datetime import timedelta

import pytest

from app.catalog import service as catalog
from app.db import reading
from app.interviews import repository, service, timing
from tests.web.test_pages import _link, open_page

DEFINITION = """
questionnaire: quick
title: {en: Quick}
languages: [en]
basis: confidential
purpose: {en: to see how fast you are}
minutes: 1
pages:
  - {name: hello, time_limit: 5, questions: [{name: name, type: text, label: Name}]}
  - name: sum
    time_limit: 60
    questions:
      - {name: a, type: integer, label: 7 times 8, required: yes}
      - {name: b, type: integer, label: 6 times 9, required: yes}
  - {name: end, questions: [{name: word, type: text, label: A last word}]}
"""


@pytest.fixture
def timed(workspace, clock, client):
    """`timed()`: the page called sum, just reached."""

    def make(text=DEFINITION):
        assert isinstance(
            catalog.publish_source(workspace, text, file="", now=clock.now(), actor="test"), catalog.Version
        )
        made = catalog.open_study(workspace, "quick", channels=["web"], now=clock.now())
        assert isinstance(made, catalog.Study), made
        first = open_page(client, f"/i/{_link(workspace, made, clock)}")
        assert left(first) is None  # nobody agrees by waiting
        return first.send(name="Anna")

    return make


def left(page):
    """The seconds that the page counts down from; None: it has no clock."""
    found = re.search(r'data-seconds="(\d+)"', page.html)
    return int(found[1]) if found else None


def stored(workspace):
    return service.interviews_of(workspace)[-1]


def kinds(workspace):
    interview = stored(workspace)
    with reading() as conn:
        return [event["kind"] for event in repository.events_of(conn, workspace, interview.id)]


def again(page):
    return open_page(page.client, page.address)


def test_the_clock_begins_with_the_page_before_and_looking_does_not_move_it(timed, clock, workspace):
    page = timed()
    assert left(page) == 60
    revision = stored(workspace).revision
    clock.advance(timedelta(seconds=20))
    assert left(again(page)) == 40
    assert stored(workspace).revision == revision
    assert kinds(workspace).count("shown") == 1


def test_in_time_the_page_is_as_any_other(timed, clock, workspace):
    page = timed()
    clock.advance(timedelta(seconds=60) + timing.GRACE)
    wrong = page.send(a="56")
    assert wrong.status == 422
    assert "Answer this question." in wrong.html
    assert "timeout" not in kinds(workspace)


def test_after_the_time_it_is_taken_as_it_is(timed, clock, workspace):
    page = timed()
    clock.advance(timedelta(seconds=61) + timing.GRACE)
    following = page.send(a="56", b="many")
    assert "A last word" in following.html
    answers = stored(workspace).state.answers
    assert (answers["a"].value, answers["b"].value, answers["b"].override) == (56, None, "time limit")
    assert kinds(workspace).count("timeout") == 1
    following.send(word="")
    interview = stored(workspace)
    assert interview.status == "complete"
    assert service.replayed(workspace, interview.id) == interview.state


def test_what_the_browser_sends_at_the_last_second_is_late_and_not_before(timed, clock):
    page = timed()
    clock.advance(timedelta(seconds=59))
    assert page.send(a="", b="", time_over="1").status == 422
    clock.advance(timedelta(seconds=1))
    assert "A last word" in page.send(a="", b="", time_over="1").html


def test_who_comes_back_late_is_told_and_sends_what_there_is(timed, clock):
    page = timed()
    clock.advance(timedelta(hours=2))
    late = again(page)
    assert left(late) is None
    assert "The time for this page is over." in late.html
    assert "A last word" in late.send(a="56").html


def test_people_may_ask_for_more_time_ten_times(timed, clock, workspace):
    page = timed()
    for _ in range(timing.MOST - 1):
        clock.advance(timedelta(seconds=50))
        page = page.send("more_time", a="56")
        assert left(page) == 60
        assert 'value="56"' in page.html
    clock.advance(timedelta(seconds=50))
    assert left(page.send("more_time", a="56")) == 10
    assert kinds(workspace).count("shown") == timing.MOST


def test_a_page_may_forbid_it(timed, clock):
    page = timed(DEFINITION.replace("time_limit: 60", "time_limit: 60\n    more_time: no"))
    assert "I need more time" not in page.html
    clock.advance(timedelta(seconds=50))
    assert left(page.send("more_time", a="56")) == 10


def test_an_anonymous_study_keeps_no_minutes_and_counts_by_the_form(timed, clock, workspace):
    page = timed(DEFINITION.replace("basis: confidential", "basis: anonymous"))
    assert left(page) == 60
    clock.advance(timedelta(seconds=30))
    wrong = page.send(a="56")
    assert (wrong.status, left(wrong)) == (422, 30)
    clock.advance(timedelta(seconds=31) + timing.GRACE)
    assert "A last word" in wrong.send(a="56").html
    assert "shown" not in kinds(workspace)


def test_the_other_channels_know_no_limit(timed, clock, workspace):
    timed()
    clock.advance(timedelta(hours=2))
    interview = stored(workspace)
    sent = service.Submission("sms", "sms", "a", {"a": ""}, interview.revision)
    assert isinstance(service.submit(workspace, interview.id, sent, clock.now()), service.Refused)
