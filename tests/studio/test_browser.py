"""The studio in a real browser: accessible, whole at 320 px, and live while one types."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.catalog import service as catalog
from tests.browser import press_keys
from tests.conftest import Client
from tests.studio.conftest import Studio
from tests.studio.test_editor import REASONS, SCORE, WORDS


@pytest.fixture
def desk(context: BrowserContext, page: Page, served: str, studio: Studio, visit: str) -> Page:
    """A researcher's tab with the draft open."""
    client: Client = studio.client
    cookie = client.get_cookie("session")
    assert cookie
    context.add_cookies([{"name": "session", "value": cookie.value, "url": served}])
    page.goto(f"{served}/studio/questionnaires/{visit}?at={SCORE}")
    return page


def test_every_page_is_accessible_and_fits(
    served: str, desk: Page, studio: Studio, visit: str, axe: Callable[[Page], None]
) -> None:
    assert isinstance(catalog.publish(studio.workspace_id, visit, now=studio.now()), catalog.Version)
    study = catalog.open_study(
        studio.workspace_id, "autumn", questionnaire="visit", channels=["web", "sms"], now=studio.now()
    )
    assert isinstance(study, catalog.Study)
    draft = catalog.working(studio.workspace_id, visit)
    wrong = draft.source.replace("required: true", "required: true\n        constraint: '. >'").replace(
        "pl: Dlaczego?", ""
    )
    catalog.save_draft(studio.workspace_id, visit, wrong, stamp=draft.stamp, what="edit", now=studio.now())
    questionnaire = f"/studio/questionnaires/{visit}"
    for width in (1280, 320):
        desk.set_viewport_size({"width": width, "height": 800})
        for address in (
            *(f"{questionnaire}?at={place}" for place in ("", "pages.0", SCORE, REASONS, WORDS)),
            *(f"{questionnaire}/{tab}" for tab in ("translations", "preview", "source", "publish")),
            *("/studio/", "/studio/questionnaires/new", f"/studio/studies/{study.id}"),
            f"/studio/studies/{study.id}/settings",
        ):
            desk.goto(served + address)
            desk.wait_for_load_state("networkidle")
            axe(desk)
            assert desk.evaluate("document.documentElement.scrollWidth") <= width, address


def test_problems_and_preview_follow_what_is_typed(desk: Page, studio: Studio, visit: str) -> None:
    before = studio.working(visit)
    label = desk.locator("#label-en")
    label.fill("Would you recommend ${us}?")
    expect(desk.locator("#label-en-error")).to_contain_text("There is no us")
    expect(desk.locator("#total")).to_have_text("2 problems")
    expect(desk.locator(".st-item[aria-current] .st-mark")).to_contain_text("2")
    label.fill("Would you recommend us?")
    expect(desk.locator("#label-en-error")).to_be_hidden()
    expect(desk.locator("#total")).to_have_text("No problems")
    expect(desk.locator(".st-item[aria-current] .st-mark")).to_be_hidden()
    expect(desk.locator(".st-bubble")).to_contain_text("Would you recommend us?")
    expect(label).to_be_focused()
    assert studio.working(visit) == before
    press_keys(desk, "Control+s")
    expect(desk.locator(".st-item[aria-current]")).to_contain_text("Would you recommend us?")
    assert "Would you recommend us?" in studio.working(visit).source


def test_going_to_another_question_saves_this_one(desk: Page, studio: Studio, visit: str) -> None:
    desk.locator("#label-en").fill("Would you recommend us?")
    desk.locator(f"a[data-at='{WORDS}']").click()
    expect(desk.locator("#label-en")).to_have_value("In your own words")
    assert "Would you recommend us?" in studio.working(visit).source
    with desk.expect_navigation():
        press_keys(desk, "Alt+ArrowUp")
    expect(desk.locator(".cv-head")).to_contain_text("Undo")
    questions = studio.working(visit).tree["pages"][1]["questions"]  # type: ignore[index]
    assert [question["name"] for question in questions] == ["words", "reasons"]


def test_the_source_leads_to_the_line(served: str, desk: Page, visit: str) -> None:
    desk.goto(f"{served}/studio/questionnaires/{visit}/source")
    source = desk.locator("#source")
    source.fill(source.input_value().replace("type: nps", "type: npss"))
    expect(desk.locator("#lines")).to_contain_text("npss")
    desk.locator("[data-line]", has_text="npss").locator("[data-go]").click()
    selected = source.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert selected.strip() == "type: npss"
