"""The countdown in a real browser, whose clock the test moves."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from app.catalog import service as catalog
from app.interviews import service
from tests.web.test_pages import _link
from tests.web.test_timer import timed  # noqa: F401

START = datetime(2026, 11, 4, 12, tzinfo=UTC)


def wait(page, seconds):
    """The browser's clock stands still, so many seconds after the page came."""
    page.clock.set_fixed_time(START + timedelta(seconds=seconds))


@pytest.fixture
def sums(timed, page, served, workspace, clock):
    """The page with the limit, open in the browser, with a minute to go."""
    timed()
    interview = service.interviews_of(workspace)[-1]
    page.clock.set_fixed_time(START)
    study = catalog.study(workspace, interview.study_id)
    page.goto(f"{served}/i/{_link(workspace, study, clock, interview.id)}")
    expect(page.locator("[data-left]")).to_have_text("1:00")
    return page


def test_it_counts_down_warns_and_sends_the_page_as_it_is(sums, workspace, clock, axe):
    sums.get_by_label("7 times 8").fill("56")
    wait(sums, 25)
    expect(sums.locator("[data-left]")).to_have_text("0:35")
    expect(sums.get_by_role("alert")).to_be_empty()
    wait(sums, 31)
    expect(sums.get_by_role("alert")).to_have_text("The time for this page is almost over.")
    for width in (1280, 320):
        sums.set_viewport_size({"width": width, "height": 800})
        axe(sums)
        assert sums.evaluate("document.documentElement.scrollWidth") <= width
    clock.advance(timedelta(seconds=60))
    wait(sums, 61)
    expect(sums.get_by_label("A last word")).to_be_visible()
    answers = service.interviews_of(workspace)[-1].state.answers
    assert (answers["a"].value, answers["b"].override) == (56, "time limit")


def test_more_time_keeps_what_was_typed(sums):
    sums.get_by_label("7 times 8").fill("56")
    wait(sums, 50)
    expect(sums.locator("[data-left]")).to_have_text("0:10")
    sums.get_by_role("button", name="I need more time").click()
    expect(sums.locator("[data-left]")).to_have_text("1:00")
    expect(sums.get_by_label("7 times 8")).to_have_value("56")
