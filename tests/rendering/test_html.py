"""Pages: what a person sees, what the form sends, and that the engine reads it back."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from app import engine
from app.engine import Accepted
from app.engine.question_type import NONE
from app.engine.types import TYPES
from app.rendering import html
from app.rendering.consent import statement
from app.rendering.fields import FIELDS, read_form
from tests.rendering.samples import CHANGE, NOW, TERMS, Q, context, grids, refused, screen, state

STATIC = Path(__file__).resolve().parents[2] / "app/static"
TYPED = {
    "reasons": ["price"],
    "age": "100",
    "day": "2026-2-3",
    "words": "<b>",
    "line": "x",
    "amount": "1,5",
    "again": "yes",
}
MORE = {
    "warm": "-2.5",
    "clock": "14:30",
    "visit": "2026-2-3T9:05",
    "phone": "601 234 567",
    "mail": "anna@example.org",
    "agree": "yes",
    "order": ["staff", "price"],
    "pet": "dog",
    "town": "krk",
    "receipt": "01234567-89ab-4def-8123-456789abcdef",
    "number": "21",
}


class Inputs(HTMLParser):
    """The tags of a page, and what its form would send if it were submitted as it stands."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.area = self.select = ""
        self.sent: dict[str, list[str]] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        self.area = attributes["name"] if tag == "textarea" else ""
        self.select = attributes["name"] if tag == "select" else self.select
        if tag == "select":
            self.sent.setdefault(self.select, []).append("")
        elif tag == "option" and "selected" in attributes:
            self.sent[self.select][-1] = attributes["value"]
        ticks = attributes.get("type") in ("radio", "checkbox")
        if tag == "input" and "name" in attributes and (not ticks or "checked" in attributes):
            self.sent.setdefault(attributes["name"], []).append(attributes.get("value", "on"))

    def handle_data(self, data):
        if self.area:
            self.sent.setdefault(self.area, []).append(data.removeprefix("\n"))
            self.area = ""

    def of(self, tag: str, **wanted: str) -> Iterator[dict[str, str]]:
        return (a for t, a in self.tags if t == tag and all(a.get(k) == v for k, v in wanted.items()))


def seen(attributes: dict[str, str]) -> bool:
    return attributes.get("type") != "hidden" and "aria-hidden" not in attributes


def shown(page_screen: engine.Screen, **changes: object) -> Inputs:
    return Inputs(html.page(page_screen, context(**changes), str))


def test_a_form_sent_back_as_shown_gives_the_answers_it_showed():
    outcome = engine.answer(Q, state(first=True), "answers", TYPED, "web", NOW, overrides=["age"])
    assert isinstance(outcome, Accepted)
    outcome = engine.answer(Q, outcome.state, "more", MORE, "web", NOW)
    assert isinstance(outcome, Accepted), outcome
    for at in ("scales", "answers", "more"):
        there = engine.next_screen(Q, outcome.state, "web", at)
        assert isinstance(there, engine.Screen)
        again = engine.answer(Q, outcome.state, at, read_form(there, shown(there).sent), "web", NOW, overrides=["age"])
        assert isinstance(again, Accepted)
        assert {n: a.value for n, a in again.state.answers.items()} == {
            n: a.value for n, a in outcome.state.answers.items()
        }


@pytest.mark.parametrize(
    ("sent", "raw"),
    [
        ({"score": ["special:dk"]}, {"score": "", "score__special": "dk"}),
        ({"score": ["7"]}, {"score": "7"}),
        ({}, {"score": ""}),
    ],
)
def test_dont_know_is_a_radio_among_the_others(sent, raw):
    read = read_form(screen("scales"), sent)
    assert {name: value for name, value in read.items() if name.startswith("score")} == raw


def test_boxes_numbers_and_dates_are_read():
    sent = {
        "reasons": ["price", "speed"],
        "reasons__special": ["dk"],
        "day__day": [" 3"],
        "day__month": ["2"],
        "day__year": ["2026"],
        "age": ["41"],
    }
    read = read_form(screen("answers"), sent)
    assert (read["reasons"], read["reasons__special"]) == (["price", "speed"], "dk")
    assert (read["day"], read["age"], read["words"]) == ("2026-2-3", "41", "")


def test_nothing_typed_is_lost_when_the_page_is_refused():
    typed = {"day": "2026-2-31", "age": "forty", "words": "a & <b>", "amount": "x", "again": "no"}
    page = shown(refused("answers", typed))
    assert page.sent["age"] == ["forty"]
    assert [page.sent[f"day__{part}"][0] for part in ("day", "month", "year")] == ["31", "2", "2026"]
    assert page.sent["words"] == ["a & <b>"]
    assert page.sent["again"] == ["no"]


@given(words=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).map("\n{}".format))
def test_any_words_come_back_as_they_were_typed(words):
    """A leading line break too, which a browser drops once after <textarea>."""
    page = shown(engine.redisplay(screen("answers"), (), {"words": words, "line": words.strip()}))
    assert page.sent["words"] == [words]
    assert page.sent["line"] == [words.strip()]


def test_what_could_not_be_read_on_the_other_fields_stays_too():
    typed = {"warm": "0.3", "clock": "later", "visit": "2026-2-30T9:00", "phone": "12", "mail": "anna", "town": "x"}
    refusal = {"order": ["staff", "staff"], "receipt": "too_large", "number": "99"}
    page = shown(refused("more", typed | refusal))
    assert {name: page.sent[name] for name in ("warm", "clock", "phone", "mail", "town")} == {
        name: [typed[name]] for name in ("warm", "clock", "phone", "mail", "town")
    }
    assert [page.sent[f"visit__{part}"] for part in ("day", "month", "year", "time")] == [
        ["30"],
        ["2"],
        ["2026"],
        ["9:00"],
    ]
    assert page.sent["order"] == ["staff", "staff"]
    assert "receipt" not in page.sent
    assert len(list(page.of("p", **{"class": "govuk-error-message"}))) == 9


def test_every_type_that_is_asked_on_the_web_has_a_field():
    asked = {kind.name for kind in TYPES if kind.asked and not kind.rows_of and kind.channels["web"] != NONE}
    assert set(FIELDS) == asked
    assert {item.type for at in ("scales", "answers", "more") for item in screen(at).items} >= set(FIELDS)


def test_a_slider_is_empty_until_it_is_answered():
    page = shown(screen("more"))
    assert page.sent["warm"] == [""]
    line = next(page.of("input", type="range"))
    assert "name" not in line
    assert "hidden" in line


def test_a_file_that_was_sent_can_be_taken_back():
    there = engine.redisplay(screen("more"), (), {"receipt": MORE["receipt"]})
    sent = shown(there).sent
    assert read_form(there, sent)["receipt"] == MORE["receipt"]
    assert read_form(there, sent | {"receipt__remove": ["yes"]})["receipt"] == ""
    assert next(shown(there).of("form"))["enctype"] == "multipart/form-data"
    assert "enctype" not in next(shown(screen("answers")).of("form"))


def test_a_long_list_is_a_select_and_a_list_to_type_in_takes_labels():
    there = screen("more")
    page = shown(there)
    assert next(page.of("select", id="q-number"))["name"] == "number"
    assert read_form(there, {"number": ["special:refused"]})["number__special"] == "refused"
    assert [option["value"] for option in page.of("option") if option["value"] == "Warsaw"] == ["Warsaw"]
    assert read_form(there, {"town": [" Warsaw "]})["town"] == "waw"
    assert read_form(there, {"town": ["Wars"]})["town"] == "Wars"


def test_pictures_are_named_by_their_labels():
    page = shown(screen("more"), images="/i/abc/images/")
    assert [(picture["src"], picture["alt"]) for picture in page.of("img")] == [
        ("/i/abc/images/a%20cat.png", ""),
        ("/i/abc/images/dog.png", ""),
    ]


def test_a_grid_is_a_table_whose_buttons_say_row_and_choice():
    page = shown(grids())
    assert [table["aria-label"] for table in page.of("table")] == ["How was …", "What do you use …"]
    names = [button["aria-label"] for button in page.of("input", name="service__price")]
    assert names == [
        "the price: Very unsatisfactory",
        "the price: Neither good nor bad",
        "the price: Good",
        "the price: Don’t know",
    ]
    assert [box["aria-label"] for box in page.of("input", name="used__home")] == ["at home: Tea", "at home: None"]
    assert [next(page.of("label", **{"for": f"q-{name}"})) for name in ("spent__price", "words__shop")]
    assert "The numbers add up to 10." in html.page(grids(), context(), str)


def test_what_a_grid_sends_is_read_row_by_row():
    sent = {"service__price": ["special:dk"], "service__staff": ["good"], "used__home": ["tea"], "spent__price": ["4"]}
    read = read_form(grids(), sent)
    assert (read["service__price__special"], read["service__staff"], read["used__home"]) == ("dk", "good", ["tea"])
    assert (read["spent__price"], read["spent__speed"]) == ("4", "")


def test_an_error_in_a_grid_says_its_row():
    there = grids(raw={"service__price": "bad", "spent__price": "4", "spent__speed": "5"})
    text = html.page(there, context(), str)
    assert '<a href="#q-service__staff">the staff: Answer this question.</a>' in text
    page = shown(there)
    assert [button["aria-describedby"] for button in page.of("input", name="service__staff")] == [
        "q-service__staff-error"
    ] * 4
    assert page.sent["spent__price"] == ["4"]
    assert "they add up to 9" in text


def test_a_text_that_a_choice_asks_for_stands_under_it_before_it_is_picked():
    text = html.page(grids(), context(), str)
    assert text.index('value="other"') < text.index("govuk-radios__conditional") < text.index("Where exactly")
    assert text.count("where__other__text") == text.count("q-where__other__text") + 1


def test_a_page_of_one_grid_has_it_as_its_heading():
    one = replace(
        grids(), items=tuple(item for item in grids().items if item.grid and item.grid.name == "used"), title=""
    )
    assert re.search(r"<h1[^>]*>What do you use …", html.page(one, context(), str))


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("en", "ltr"),
        ("ar", "rtl"),
        ("fa-IR", "rtl"),
        ("he", "rtl"),
        ("ku-Arab", "rtl"),
        ("ku", "ltr"),
        ("fa-Latn", "ltr"),
        ("arn", "ltr"),
    ],
)
def test_which_way_a_language_is_written(language, direction):
    document = html.document(html.page(grids(), context(), str), html.Shell("T", language, "Acme", "/s.css"), str)
    assert f'<html lang="{language}" dir="{direction}"' in document


def test_errors_are_summed_up_with_links_that_lead_to_their_fields():
    page = shown(refused("answers", {"age": "forty"}))
    ids = {a["id"] for _, a in page.tags if "id" in a}
    links = [a["href"] for a in page.of("a") if a["href"].startswith("#q-")]
    assert links == ["#q-reasons", "#q-age"]
    assert all(link[1:] in ids for link in links)
    assert next(page.of("input", name="age"))["aria-describedby"] == "q-age-error"
    assert "autofocus" in next(page.of("div", id="problems"))


def test_a_doubt_can_be_overridden():
    page = shown(refused("answers", {"reasons": ["price"], "age": "104"}))
    assert list(page.of("input", name="override", value="age"))
    assert page.sent["age"] == ["104"]


def test_what_explains_a_field_exists():
    for there in (
        screen("scales"),
        screen("answers"),
        screen("more"),
        refused("answers", {}),
        refused("more", {"clock": "x"}),
    ):
        page = shown(there)
        ids = [a["id"] for _, a in page.tags if "id" in a]
        assert len(ids) == len(set(ids))
        told = " ".join(a["aria-describedby"] for _, a in page.tags if "aria-describedby" in a).split()
        assert set(told) <= set(ids)
        labels = {a["for"] for a in page.of("label")}
        named = {a["id"] for t, a in page.tags if t in ("input", "textarea", "select") and seen(a)}
        assert named <= labels


def test_enter_goes_on_whatever_stands_first():
    buttons = list(shown(screen("answers")).of("button"))
    assert buttons[0]["value"] == "next"
    assert [button["value"] for button in buttons] == [
        *("next", "back", "language:pl", "next"),
        *("send_link", "text_me", "call_me", "not_me", "decline"),
    ]


def test_consent_stands_above_the_first_screen_until_it_is_given():
    page = shown(screen("scales", consent=False))
    assert page.sent["consent"] == [context().statement.version]
    assert "consent" not in shown(screen("scales")).sent


def test_everything_from_outside_is_escaped():
    page = html.page(screen("answers"), context(title="<script>", organisation="<i>", hidden={"a": '"><i>'}), str)
    assert "<script" not in page
    assert "<i>" not in page
    assert "Why &lt;now&gt;?" in page


def test_no_inline_script_or_style():
    pages = [html.page(screen(at), context(), str) for at in ("scales", "answers")]
    pages += [html.ending(kind, context(), str) for kind in html.ENDINGS]
    pages += [html.choice(kind, context(), str, name="J…", by="phone") for kind in html.CHOICES]
    assert not [page for page in pages if re.search(r"<script|<style|\sstyle=|\son\w+=", page)]


def test_a_stale_page_shows_both_answers():
    page = html.page(screen("answers"), context(changes=(CHANGE,)), str)
    assert "Saved there: 41" in page
    assert "Typed here: 42" in page


def test_the_interviewer_in_the_field_sees_instructions():
    page = html.page(screen("answers", "field"), context(mode="field"), str)
    assert "Probe once." in page
    assert "Showcard: A" in page
    assert "Probe once." not in html.page(screen("answers"), context(), str)


def test_the_title_says_that_there_are_errors():
    shell = html.Shell("Age?", "en", "Acme", "/s.css", error=True, scripts=("/a.js",))
    document = html.document(html.page(screen("answers"), context(), str), shell, str)
    assert "<title>Error: Age? – Acme</title>" in document
    assert '<html lang="en"' in document
    assert html.has_errors(refused("answers", {}))
    assert not html.has_errors(screen("answers"))


@pytest.mark.parametrize("name", ["more", "grids"])
def test_a_page_of_many_types_is_light(name):
    """With its style sheet and script, compressed; pictures are the author's."""
    there = grids() if name == "grids" else screen("more")
    document = html.document(html.page(there, context(), str), html.Shell("T", "en", "Acme", "/s.css"), str)
    static = [(STATIC / file).read_bytes() for file in ("vendor/canvass/respondent.css", "canvass/respondent.js")]
    assert sum(len(gzip.compress(part)) for part in (document.encode(), *static)) < 20_000
    assert html.needs_script(there)
    assert not html.needs_script(screen("answers"))


def test_texts_are_translated():
    page = html.page(screen("answers"), context(), lambda text: {"Back": "Wstecz"}.get(text, text))
    assert ">Wstecz<" in page


@pytest.mark.parametrize("kind", ["sideways", "thanks "])
def test_an_unknown_page_is_a_bug(kind):
    with pytest.raises(ValueError, match="there are"):
        html.ending(kind, context(), str)
    with pytest.raises(ValueError, match="there are"):
        html.choice(kind, context(), str)


ARABIC = """
questionnaire: example
title: مثال
languages: [ar]
basis: confidential
purpose: للتعلم
minutes: 1
pages:
  - name: p
    questions:
      - {name: happy, type: csat_5, label: هل أنت راض, required: yes, dont_know: yes}
      - {name: again, type: yes_no, label: مرة أخرى, required: yes, required_message: أجب من فضلك}
      - {name: town, type: single_choice, label: مدينة, choices: [{name: c, label: القاهرة}]}
"""


def test_our_words_are_marked_where_a_language_has_none_of_them():
    q = engine.compile(yaml.safe_load(ARABIC))
    fresh = engine.new_state(q, "seed", "ar")
    asked = engine.next_screen(q, fresh, "web")
    agreed, _ = engine.inform(q, fresh, engine.Consent(True, "1", "ar"), NOW)
    wrong = engine.redisplay(asked, engine.answer(q, agreed, asked.at, {}, "web", NOW).problems, {})
    terms = statement(TERMS, "web", "ar", str)
    around = html.Context("", "مثال", "شركة", statement=terms, personal=True, offers=(html.Offer("call_me"),))
    for asking in (asked, wrong):
        shown = html.page(asking, around, str)
        page = document_fromstring(html.document(shown, html.Shell("مثال", "ar", "شركة", "", practice=True), str))
        unmarked = page.xpath("//body//text()[not(ancestor::*[@lang='en'])]")
        assert [text.strip() for text in unmarked if re.search("[A-Za-z]{2}", text)] == [terms.part("why")]
        marked = page.xpath("//*[@lang='en']")
        assert len(marked) > 20
        assert not [part for part in marked if re.search("[\u0600-\u06ff]", part.text_content())]


def test_nothing_is_marked_where_our_words_are_in_the_language():
    assert 'lang="en"' not in html.page(screen("scales", "web"), html.Context("", "Sample", "Acme"), str)
