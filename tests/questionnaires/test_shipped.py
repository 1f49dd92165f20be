"""The shipped questionnaires: they compile, can be finished on every channel, and no label is a carrier's keyword."""

import csv
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import engine
from app.catalog import definition
from app.core.segments import measure
from app.engine import replies
from app.rendering import sms

FOLDER = Path(__file__).resolve().parents[2] / "questionnaires"
FILES = sorted(FOLDER.glob("*.yaml"))
ENGLISH_ONLY = {"anes96", "bench_five_pages"}
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
# Twilio's own keywords: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
KEYWORDS = {"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "CANCEL", "REVOKE", "OPTOUT", "START", "YES", "UNSTOP"} | {
    "HELP",
    "INFO",
}


def load(name: str) -> engine.Questionnaire:
    read = definition.check((FOLDER / f"{name}.yaml").read_text("utf-8"), f"{name}.yaml")
    assert not read.problems, "\n".join(map(str, read.problems))
    assert read.questionnaire
    return read.questionnaire


@pytest.fixture(params=[file.stem for file in FILES])
def questionnaire(request: pytest.FixtureRequest) -> engine.Questionnaire:
    return load(request.param)


def test_file_and_questionnaire_have_one_name():
    assert [load(file.stem).name for file in FILES] == [file.stem for file in FILES]


def test_five_languages(questionnaire: engine.Questionnaire):
    expected = ("en",) if questionnaire.name in ENGLISH_ONLY else engine.LANGUAGES
    assert questionnaire.languages == expected


def test_no_label_is_a_carriers_keyword(questionnaire: engine.Questionnaire):
    labels = {
        choice.label.source(language).upper()
        for question in questionnaire.questions.values()
        for choice in question.choices
        for language in questionnaire.languages
    }
    assert not labels & KEYWORDS


def begun(q: engine.Questionnaire, language: str) -> engine.State:
    state = engine.new_state(q, "seed", language)
    return engine.inform(q, state, engine.Consent(True, "v1", language), NOW)[0]


def reply(item: engine.Item, pick: int, channel: str) -> str | list[str]:
    """An answer to any question: the first (0) or last (-1) choice, the least number, or a word."""
    if item.choices:
        choice = item.choices[pick]
        typed = choice.name if channel in ("web", "field") else str(choice.number)
        return [typed] if item.type == "multiple_choice" else typed
    return str(item.parameters.get("min", 1)) if item.type == "integer" else "words"


@pytest.mark.parametrize("channel", engine.CHANNELS)
@pytest.mark.parametrize("pick", [0, -1])
def test_can_be_finished(questionnaire: engine.Questionnaire, channel: str, pick: int):
    for language in questionnaire.languages:
        state = begun(questionnaire, language)
        for _ in range(100):
            screen = engine.next_screen(questionnaire, state, channel)
            if isinstance(screen, engine.End):
                break
            raw = {item.name: reply(item, pick, channel) for item in screen.items}
            outcome = engine.answer(questionnaire, state, screen.at, raw, channel, NOW)
            assert isinstance(outcome, engine.Accepted), outcome
            state = outcome.state
        assert engine.completeness(questionnaire, state) == "complete"


@pytest.mark.parametrize("language", ["en", "pl", "ro", "it"])
def test_questions_by_sms_are_short(questionnaire: engine.Questionnaire, language: str):
    """At most three segments each, once accents are dropped where a sender wants that."""
    if language not in questionnaire.languages:
        return
    state, long = begun(questionnaire, language), []
    while not isinstance(screen := engine.next_screen(questionnaire, state, "sms"), engine.End):
        (item,) = screen.items
        message = sms.downgrade(sms.text(screen, str))
        encoding, _, count = measure(message)
        if item.name != "income" and (encoding, count > 3) != ("GSM-7", False):
            long.append((item.name, encoding, count))
        outcome = engine.answer(questionnaire, state, screen.at, {item.name: reply(item, 0, "sms")}, "sms", NOW)
        assert isinstance(outcome, engine.Accepted)
        state = outcome.state
    assert not long


def test_only_detractors_are_asked_what_to_improve():
    q = load("post_delivery")
    for score, asked in (("6", True), ("7", False)):
        outcome = engine.answer(q, begun(q, "en"), "score", {"score": score}, "web", NOW)
        assert isinstance(outcome, engine.Accepted)
        names = [node.name for node in engine.path(q, outcome.state)]
        assert ("improve" in names) is asked


def test_the_employee_is_rated_apart_from_the_setting():
    q = load("support_agent_rating")
    pages = {question.name: question.page for question in q.questions.values()}
    assert pages["employee"] != pages["setting"]
    assert {metric.question for metric in q.metrics} == {"employee", "setting"}


def test_the_fallback_stands_where_nothing_is_known():
    q = load("post_delivery")
    known, unknown = (engine.new_state(q, "s", "en", outside) for outside in ({"product": "Boots"}, {}))
    labels = [engine.next_screen(q, state, "web").items[0].label for state in (known, unknown)]
    assert "receiving Boots," in labels[0]
    assert "receiving your order," in labels[1]


def test_skip_words_shown_are_understood():
    assert all(replies.skips(word) for word in ("SKIP", "POMIŃ", "ПРОПУСТИТЬ", "OMITE", "SALTA"))


def test_every_real_respondent_of_anes96_can_answer():
    corpus = os.environ.get("CORPUS_DIR")
    if not corpus:
        pytest.skip("CORPUS_DIR is not set: the respondents of anes96.csv are elsewhere")
    q = load("anes96")
    with open(Path(corpus) / "respondents/anes96.csv", newline="") as file:
        respondents = list(csv.DictReader(file, delimiter="\t", quotechar="'"))
    assert len(respondents) == 944
    for respondent in respondents:
        state = begun(q, "en")
        for page in q.pages:
            raw = {question.name: respondent[question.name] for question in page.questions}
            outcome = engine.answer(q, state, page.name, raw, "web", NOW)
            assert isinstance(outcome, engine.Accepted), (respondent, outcome)
            state = outcome.state
        assert {name: str(state.answers[name].value) for name in respondent} == respondent
