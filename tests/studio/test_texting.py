"""How a study texts, set by a researcher, and what it costs."""

import re

import pytest

from app.catalog import service as catalog
from app.studio.preview import Frame, whole_preview
from app.studio.texting_form import costs
from tests.studio.conftest import fields_of
from tests.studio.test_editor import REASONS, save, tree


def test_how_a_study_texts_is_set_and_what_it_costs_is_shown(studio, clock):
    study = catalog.open_study(studio.workspace_id, "visits", questionnaire="nps", channels=["sms"], now=clock.now())
    address = f"/studio/studies/{study.id}"
    form = studio.client.get(address + "/settings").text.split('<form class="cv-form"', 1)[1].split("</form>")[0]
    said = {
        "texting-several": "choose",
        "texting-encoding": "allow",
        "texting-price": "0,05",
        "texting-reply_hours": "24",
        "texting-keywords": "Shop\r\nVISIT number=+15005550006 with=vip without=asked",
    }
    studio.post(address + "/settings", fields_of(form) | said)
    kept = catalog.study(studio.workspace_id, study.id).texting
    assert kept == {
        "several": "choose",
        "encoding": "allow",
        "price": 0.05,
        "reply_hours": 24,
        "keywords": [
            {"word": "Shop"},
            {"word": "VISIT", "number": "+15005550006", "include": "vip", "exclude": "asked"},
        ],
    }
    again = studio.client.get(address + "/settings").text.split('<form class="cv-form"', 1)[1].split("</form>")[0]
    studio.post(address + "/settings", fields_of(again))
    assert catalog.study(studio.workspace_id, study.id).texting == kept
    for wrong in ({"texting-price": "much"}, {"texting-reply_hours": "soon"}, {"texting-keywords": "STOP"}):
        studio.post(address + "/settings", fields_of(again) | wrong, 422)
    found = {cost.language: cost for cost in costs(catalog.questionnaire(study.version_id), kept)}
    assert found["ru"].segments > found["en"].segments, "Cyrillic takes 70 a segment, and has no accents to drop"
    assert found["en"].unicode == 0 < found["ru"].unicode == found["ru"].questions
    assert found["ru"].price == pytest.approx(0.05 * found["ru"].segments)
    page = studio.client.get(address).text
    for cost in found.values():
        row = re.search(rf"<code>{cost.dearest}</code>: {cost.most}</td>", page)
        assert row, cost
        assert f'<td class="text-end">{cost.price:.2f}</td>' in page


def test_the_preview_says_what_a_text_takes_once_answers_are_filled_in(app):
    choices = [{"name": "a", "label": "A"}, {"name": "b", "label": "x" * 200}]
    first = {"name": "why", "type": "single_choice", "label": "Why?", "choices": choices}
    then = {"name": "more", "type": "text", "label": "You said ${why|so}. What else?"}
    tree = {
        "questionnaire": "q", "title": "Q", "languages": ["en"], "basis": "confidential", "purpose": "p", "minutes": 1,
        "pages": [{"name": "one", "questions": [first]}, {"name": "two", "questions": [then]}],
    }  # fmt: skip
    with app.test_request_context():
        shown, _ = whole_preview(tree, "en", Frame("The Shop", "help@shop.example"), 0, 5)
    (message,) = shown[1].sms
    assert (message.segments, message.most) == (1, 2)


def test_other_words_for_a_choice_are_written_beside_it(studio, visit):
    save(studio, visit, REASONS, **{"choices-0-synonyms": "cost, tanio ,, "})
    choices = tree(studio, visit)["pages"][1]["questions"][0]["choices"]
    assert choices[0]["synonyms"] == ["cost", "tanio"]
    assert "synonyms" not in choices[1]
    save(studio, visit, REASONS, **{"choices-0-synonyms": ""})
    assert "synonyms" not in tree(studio, visit)["pages"][1]["questions"][0]["choices"][0]
