"""What a questionnaire and a study say about texting: how often it asks again, the alphabet, words that must not be sent."""

import pytest
import yaml

from app.catalog import service as catalog
from app.channels.sms import conversations
from app.core.segments import encoding
from app.interviews import channel, service
from app.rendering import sms
from tests.sms.test_conversation import interview, phone  # noqa: F401

DEFINITION = """
questionnaire: visit
title: {en: Visit, ru: Визит}
languages: [en, ru]
basis: confidential
purpose: {en: to learn how it went, ru: "чтобы узнать, как всё прошло"}
minutes: 1
pages:
  - name: main
    questions:
      - {name: people, type: integer, min: 0, max: 20, label: {en: "How many were you?", ru: "Сколько вас было?"}}
      - {name: children, type: integer, min: 0, max: 9, label: {en: "How many children?", ru: "Сколько детей?"}}
      - {name: again, type: yes_no, required: true, label: {en: "Will you come again?", ru: "Придёте ещё?"}}
"""
ENGLISH = {"languages": ["en"], "title": "Visit", "purpose": "to learn how it went"}


@pytest.fixture
def opened(workspace, clock):
    """A study of the definition with these keys changed, and these settings."""

    def make(settings=None, **changes):
        tree = yaml.safe_load(DEFINITION) | changes
        published = catalog.publish_source(workspace, yaml.safe_dump(tree), now=clock.now())
        assert isinstance(published, catalog.Version), published
        known = {"channels": ["sms"], "now": clock.now(), "texting": settings or {}}
        return catalog.open_study(workspace, "visit", questionnaire="visit", **known)

    return make


@pytest.fixture
def asked(opened, phone, workspace, person, clock):
    """Open the study, ask its first question; returns the interview and the text."""

    def make(settings=None, **changes):
        study = opened(settings, **changes)
        assert isinstance(study, catalog.Study), [str(problem) for problem in study]
        made, _ = service.create(workspace, study, contact_id=person.id, language="en", now=clock.now())
        phone.interview = made
        return made, channel.get("sms").compose(workspace, made.id, "invitation", clock.now()).text

    return make


def test_at_the_last_try_a_question_is_skipped_where_it_may_be(phone, asked):
    made, text = asked(sms={"tries": 2, "then": "skip"})
    assert "0 to 20" in text
    phone.reply("many")
    assert "http://localhost/i/" in phone.reply("very many"), "nobody agrees to take part by what cannot be read"
    assert phone.stored.state.consent is None
    phone.reply("3")
    assert "0 to 9" in phone.reply("a few")
    assert "come again" in phone.reply("quite a few")
    assert phone.stored.state.answers["children"].blank
    phone.reply("perhaps")
    assert "http://localhost/i/" in phone.reply("who knows"), "it must be answered"
    assert "Thank you" in phone.reply("yes")
    assert service.load(made.workspace_id, made.id).status == "complete"


def test_at_the_last_try_it_ends_where_the_questionnaire_says_so(phone, asked):
    made, _ = asked(sms={"tries": 2, "then": "end"})
    phone.reply("many")
    assert "ask no more" in phone.reply("very many")
    assert conversations.of(made).state == "closed"
    assert phone.reply("3") is None, "no interview, no answer"
    assert phone.stored.status == "sampled"


@pytest.mark.parametrize(
    ("how", "sent"),
    [
        ("downgrade", "Zolc - 'yes'"),
        ("allow", "Żółć – ‘yes’"),
        ("block", "Zolc - 'yes'"),
    ],
)
def test_accents_and_marks_by_the_study_s_choice(how, sent):
    assert sms.encoded("Żółć – ‘yes’" + "x" * 100, how) == sent + "x" * 100


def test_one_segment_is_not_made_plainer_for_nothing():
    assert sms.encoded("Żółć", "downgrade") == "Żółć"
    assert sms.encoded("Żółć, Анна", "block") == "Zolc, ????"


def test_a_study_that_sends_no_unicode_is_not_opened_with_what_needs_it(opened):
    refused = opened({"encoding": "block"})
    assert [problem.code for problem in refused] == ["needs_unicode"]
    assert refused[0].params["language"] == "ru"


def test_what_it_sends_is_in_the_one_alphabet(asked, phone):
    _, text = asked({"encoding": "block"}, pages=[
        {"name": "p", "questions": [{"name": "people", "type": "integer", "label": "Ilu było gości – razem?"}]}
    ], **ENGLISH)  # fmt: skip
    assert encoding(text) == "GSM-7"
    assert "Ilu bylo gosci - razem?" in text


@pytest.mark.parametrize("label", ["End", "Стоп", "cancel!"])
def test_a_choice_that_would_stop_all_messages_is_refused_at_publish_and_opening(opened, workspace, clock, label):
    choices = [{"name": "a", "label": {"en": "Go on", "ru": label}}, {"name": "b", "label": {"en": "B", "ru": "Б"}}]
    question = {"name": "q", "type": "single_choice", "label": {"en": "Q", "ru": "В"}, "choices": choices}
    pages = [{"name": "p", "questions": [question]}]
    refused = opened(pages=pages)
    assert [problem.code for problem in refused] == ["stop_word"], "nobody was asked by SMS when it was published"
    choices[0] |= {"label": {"en": "Go on", "ru": "Дальше"}}
    assert isinstance(opened(pages=pages), catalog.Study)
    choices[0]["synonyms"] = [label]
    tree = yaml.safe_load(catalog.working(workspace, catalog.by_name(workspace, "visit").id).source)
    again = catalog.publish_source(workspace, yaml.safe_dump(tree | {"pages": pages}), now=clock.now())
    assert [problem.code for problem in again] == ["stop_word"], "now it is"
