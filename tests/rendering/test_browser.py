"""Pages in a real browser: no accessibility violation, no sideways scrolling at 320 px, whole by keyboard."""

from collections.abc import Callable
from pathlib import Path

import pytest
from markupsafe import Markup
from playwright.sync_api import Page

from app.delivery import mail_html
from app.rendering import html
from tests.browser import AXE
from tests.rendering.samples import CHANGE, context, grids, refused, screen
from tests.rendering.test_mail import message

STYLES = Path(__file__).resolve().parents[2] / "app/static/vendor/canvass/respondent.css"


def pages() -> dict[str, Markup]:
    typed = {"age": "forty", "day": "2026-2-31"}
    made = {
        "consent": html.page(screen("scales", consent=False), context(), str),
        "scales": html.page(screen("scales"), context(), str),
        "answers": html.page(screen("answers", "field"), context(mode="field"), str),
        "more": html.page(screen("more"), context(), str),
        "more errors": html.page(
            refused("more", {"warm": "x", "clock": "x", "order": ["price", "price"]}), context(), str
        ),
        "grids": html.page(grids(), context(), str),
        "grids errors": html.page(
            grids(raw={"service__price": "bad", "spent__price": "4", "spent__speed": "5"}), context(), str
        ),
        "errors": html.page(refused("answers", typed), context(), str),
        "doubt": html.page(refused("answers", {"reasons": ["price"], "age": "104"}), context(), str),
        "stale": html.page(screen("answers"), context(changes=(CHANGE,)), str),
        "wrong choice": html.choice("decline", context(), str, error="Choose an answer."),
    }
    made |= {kind: html.ending(kind, context(), str) for kind in html.ENDINGS}
    return made | {kind: html.choice(kind, context(), str, name="J…") for kind in html.CHOICES}


PAGES = pages()


def show(page: Page, content: Markup, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    document = html.document(content, html.Shell("A page", "en", "Acme & Co", "respondent.css"), str)
    page.set_content(document)
    page.add_style_tag(path=STYLES)


@pytest.mark.parametrize("name", PAGES)
def test_accessible_and_no_wider_than_the_screen(page: Page, axe: Callable[[Page], None], name: str):
    for width in (1200, 320):
        show(page, PAGES[name], width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)


def test_points_of_a_scale_are_large_enough_to_touch(page: Page):
    show(page, PAGES["scales"], 320)
    for label in page.locator(".cv-scale__label").all():
        box = label.bounding_box()
        assert box
        assert box["width"] >= 32
        assert box["height"] >= 40


def test_a_scale_is_answered_by_keyboard(page: Page):
    show(page, PAGES["scales"], 320)
    page.focus("#q-score")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.locator("input[name=score]:checked").input_value() == "2"


def scripted(page: Page, name: str) -> None:
    show(page, PAGES[name], 1000)
    page.add_script_tag(path=STYLES.parents[2] / "canvass/respondent.js")


def test_a_slider_answers_nothing_until_it_is_touched(page: Page):
    scripted(page, "more")
    line = page.locator(".cv-slider__line")
    number = page.locator("#q-warm")
    assert number.input_value() == ""
    line.click(position={"x": 1, "y": 20})
    assert float(number.input_value()) < -9
    number.fill("2,5")
    assert line.input_value() == "2.5"


def test_the_middle_of_a_slider_is_an_answer_once_it_is_clicked(page: Page):
    scripted(page, "more")
    box = page.locator(".cv-slider__line").bounding_box()
    assert box
    page.locator(".cv-slider__line").click(position={"x": box["width"] / 2, "y": 20})
    assert page.locator("#q-warm").input_value() == "0"


def test_a_constant_sum_says_what_it_comes_to(page: Page):
    scripted(page, "grids")
    page.fill("#q-spent__price", "3,5")
    page.fill("#q-spent__speed", "4")
    assert page.locator(".cv-lines__sum").inner_text() == "Together so far: 7.5 / 10"


def test_a_text_beside_a_choice_shows_with_it_and_without_a_script(page: Page):
    show(page, PAGES["grids"], 320)
    text = page.locator("#q-where__other__text")
    assert not text.is_visible()
    page.check("input[name=where][value=other]")
    assert text.is_visible()


def test_a_row_and_its_choices_stay_together_on_a_phone(page: Page):
    show(page, PAGES["grids"], 320)
    labels = page.locator("label[for^='q-service__price']")
    assert [label.inner_text() for label in labels.all()] == [
        "Very unsatisfactory",
        "Neither good nor bad",
        "Good",
        "Don’t know",
    ]
    show(page, PAGES["grids"], 1000)
    head, first = (page.locator(f".cv-grid {part} tr").first.bounding_box() for part in ("thead", "tbody"))
    assert head
    assert first
    assert head["y"] < first["y"]


def test_a_page_from_right_to_left(page: Page, axe: Callable[[Page], None]):
    for name in ("more errors", "grids"):
        for width in (1200, 320):
            page.set_viewport_size({"width": width, "height": 700})
            page.set_content(html.document(PAGES[name], html.Shell("A page", "ar", "Acme", "respondent.css"), str))
            page.add_style_tag(path=STYLES)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)
    button, label = page.locator("#q-where").bounding_box(), page.locator("label[for=q-where]").bounding_box()
    assert button
    assert label
    assert button["x"] > label["x"]


def test_the_mail_fits_a_phone_in_light_and_dark(page: Page):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": 320, "height": 700})
        page.set_content(mail_html.html(message()))
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.evaluate(AXE.read_text())  # not its best practices: landmarks are the mail program's
        found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
        assert not found["violations"]
