"""The HTML of mails: it says what the text says, stays small and legible, and nothing of a contact becomes part of it."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery import mail_html
from app.rendering import mail
from tests.rendering.test_mail import message

MARKUP = '<b onclick="x">&amp;{{ 7*7 }}{% raw %}-->]]></td></table><script>'
TAP = "https://x.example/tap"


class Tags(HTMLParser):
    """The tags of a page with the names of their attributes, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[str]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, sorted(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.mark.parametrize("purpose", mail.PURPOSES)
def test_html_and_text_say_the_same(purpose: str) -> None:
    made = message(purpose, name="Jan <J>", intro="As you know.")
    html, text = mail_html.html(made), mail.text(made, str)
    words = Tags(html).text
    for said in (made.greeting, made.intro, made.button, *(part.text for part in made.statement.parts)):
        assert said in words
        assert said in text
    links = [unescape(link) for link in re.findall(r'<a[^>]* href="([^"]+)"', html)]
    assert sorted(links) == sorted(re.findall(r"https://\S+", text))
    assert len(html.encode()) < 102_000


def test_nothing_is_fetched() -> None:
    html = mail_html.html(message())
    assert not re.search(r"<(img|link)|@import|url\(|\bsrc=", html)


def test_every_style_stands_on_its_element() -> None:
    """Where a mail program drops the style sheet (Gmail in a long thread), the cells still look like cells."""
    html = mail_html.html(message())
    cells = re.findall(r'<a class="cell point"[^>]* style="([^"]*)"', html)
    assert len(cells) == 11
    assert all("border: 2px solid" in style and "width: 36px" in style for style in cells)
    (sheet,) = re.findall(r"<style>(.*?)</style>", html, re.S)
    assert re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", sheet).strip() == "", "only rules for some screens"


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definitions)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_a_scale_cell_is_legible_in_light_and_dark() -> None:
    html = mail_html.html(message())
    light = re.search(r'class="cell point"[^>]*style="([^"]*)"', html)
    dark = re.search(r"@media \(prefers-color-scheme: dark\).*?\.cell \{([^}]*)\}", html, re.S)
    assert light
    assert dark
    for style in (light[1], dark[1]):
        text = re.search(r"(?<!-)color: (#\w{6})", style)
        ground = re.search(r"background-color: (#\w{6})", style)
        border = re.search(r"border(?:-color)?: (?:2px solid )?(#\w{6})", style)
        assert text and ground and border, style  # noqa: PT018
        assert contrast(text[1], ground[1]) >= 4.5
        assert contrast(border[1], ground[1]) >= 3


def test_the_trap_is_there_for_programs_alone() -> None:
    made = message(trap=TAP)
    (trap,) = re.findall(rf'<a[^>]*href="{TAP}"[^>]*>[^<]*</a>', mail_html.html(made))
    assert 'aria-hidden="true"' in trap
    assert 'tabindex="-1"' in trap
    assert "display: none" in trap
    assert TAP not in mail.text(made, str)


PLAIN = Tags(mail_html.html(message(name="x", subject="x", intro="x")))


@given(name=st.text() | st.just(MARKUP), subject=st.text(min_size=1) | st.just(MARKUP), intro=st.text(min_size=1))
def test_nothing_of_a_person_or_a_study_becomes_markup(name: str, subject: str, intro: str) -> None:
    made = message(name=name, subject=subject, intro=intro)
    found = Tags(mail_html.html(made))
    assert found.tags == PLAIN.tags
    shown = " ".join(made.greeting.split())
    assert shown in found.text
