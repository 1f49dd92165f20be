"""Pictures, sounds and videos beside questions and choices, on each channel."""

import re

import pytest

from app import engine, proofs
from app.catalog.definition import check
from app.rendering import html, script
from tests.engine.helpers import begin

DEFINITION = """
questionnaire: seen
title: {en: Seen, pl: Widziane}
languages: [en, pl]
untranslated: default
basis: anonymous
purpose: to see
minutes: 1
lists:
  - {name: pets, choices: [{name: cat, label: Cat, media: {image: cat.png, audio: meow.mp3}}, {name: dog, label: Dog}]}
pages:
  - name: p
    questions:
      - {name: n, type: note, label: Look, media: {video: film.mp4}}
      - {name: where, type: text, label: Where, media: {image: a map.png, audio: {en: en.mp3, pl: pl.mp3}}}
      - {name: pet, type: single_choice, label: Which, choices: pets}
      - {name: pets_, type: multiple_choice, label: Which ones, choices: pets}
      - {name: best, type: ranking, label: Best, choices: pets}
      - {name: g, type: matrix_single, label: Grid, media: {image: grid.png}, rows: [{name: a, label: A}, {name: b, label: B}],
         choices: pets}
""".replace("pets_", "many")
FILES = {"cat.png", "meow.mp3", "film.mp4", "a map.png", "en.mp3", "pl.mp3", "grid.png"}


@pytest.fixture(scope="module")
def q():
    definition = check(DEFINITION)
    assert definition.questionnaire, [str(problem) for problem in definition.problems]
    return definition.questionnaire


def shown(q, language):
    screen = engine.next_screen(q, begin(q, "web", language), "web")
    return str(html.page(screen, html.Context("/i/x", "Seen", "We", images="/i/x/images/"), str))


def test_the_page_shows_each_with_words_for_it_and_in_its_language(q):
    page = shown(q, "en")
    assert '<img class="cv-media" src="/i/x/images/a%20map.png" alt="Where" loading="lazy">' in page
    assert '<audio class="cv-media" controls preload="none" src="/i/x/images/en.mp3" aria-label="Where">' in page
    assert (
        '<video class="cv-media" controls preload="none" playsinline src="/i/x/images/film.mp4" aria-label="Look">'
        in page
    )
    assert page.count("cat.png") == page.count("meow.mp3") == 4, "radios, boxes, a ranking and once for the grid"
    assert page.count("grid.png") == 1
    assert not re.search(r"<label[^>]*>(?:(?!</label>).)*<audio", page, re.S), "no button inside a label"
    assert "pl.mp3" in shown(q, "pl")
    assert "en.mp3" not in shown(q, "pl")


def test_the_link_opens_what_the_questionnaire_names_and_no_more(q):
    assert engine.files_of(q) == FILES


def test_the_interviewer_has_them_as_a_reference(q):
    screen = engine.next_screen(q, begin(q, "phone", "pl"), "phone")
    note, where = script.script(screen, str).lines
    assert (note.media, where.media) == ({"video": "film.mp4"}, {"image": "a map.png", "audio": "pl.mp3"})
    assert script.INSTRUCTIONS["media"] in where.instructions


def test_what_a_channel_leaves_out_is_told(q):
    found = {name: {cell.channel: cell.level for cell in row} for name, row in proofs.compatibility(q).items()}
    everything, degraded = dict.fromkeys(engine.CHANNELS, "full"), {"sms": "degraded", "phone": "degraded"}
    assert found["where"] == found["n"] == found["pet"] == found["g__a"] == {**everything, **degraded}


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("{name: a, type: text, label: A, media: {picture: a.png}}", "unknown_key"),
        ("{name: a, type: text, label: A, media: a.png}", "wrong_type"),
        ("{name: a, type: text, label: A, media: {image: {de: a.png}}}", "unknown_language"),
        ("{name: a, type: text, label: A, media: {image: ''}}", "empty_text"),
        ("{name: a, type: yes_no, label: A, choices: [{name: yes, media: {image: a.png}}]}", "not_allowed"),
        ("{name: a, type: hidden, media: {image: a.png}}", "unknown_key"),
    ],
)
def test_what_cannot_be_shown_is_a_problem(question, code):
    head = DEFINITION.partition("    questions:")[0]
    definition = check(f"{head}    questions:\n      - {question}\n")
    assert code in {problem.code for problem in definition.problems}, definition.problems


def test_a_live_study_takes_another_picture(q):
    other = check(DEFINITION.replace("grid.png", "a better grid.png").replace("pl: pl.mp3", "pl: inny.mp3"))
    assert engine.compatible(q, other.questionnaire) == []
