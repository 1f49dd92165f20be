"""The consent statement has every element on every channel, and a version that follows its wording."""

from dataclasses import replace

import pytest

from app.rendering import consent
from app.rendering.consent import BASIS, FORMS, statement
from tests.rendering.samples import TERMS


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("basis", BASIS)
def test_every_element_is_there(form, basis):
    made = statement(replace(TERMS, basis=basis), form, "en", str)
    names = [part.name for part in made.parts]
    assert {"who", "why", "voluntary", "basis", "contact", "stop"} <= set(names)
    for said in (
        "Acme & Co",
        "to learn",
        "2 min",
        "oluntary",
        "help@acme.example",
        basis[:7] if basis != "attributable" else "customer record",
    ):
        assert said in made.text
    assert "{" not in made.text


def test_the_script_ends_with_the_question():
    assert statement(TERMS, "script", "en", str).parts[-1].name == "question"


def test_nobody_to_ask_leaves_that_sentence_out():
    assert statement(replace(TERMS, contact=""), "web", "en", str).part("contact") == ""


def test_the_version_follows_wording_language_and_form_but_not_the_interviewer():
    base = statement(TERMS, "script", "en", str).version
    assert statement(TERMS, "script", "en", str).version == base
    assert statement(replace(TERMS, interviewer="Ewa"), "script", "en", str).version == base
    others = [
        statement(replace(TERMS, basis="anonymous"), "script", "en", str),
        statement(replace(TERMS, minutes=3), "script", "en", str),
        statement(TERMS, "script", "pl", str),
        statement(TERMS, "web", "en", str),
    ]
    assert len({base, *(other.version for other in others)}) == 5


def test_the_version_is_a_stable_hash():
    assert consent.consent_version("web", "en", ["a", "b"]) == "15bd9b7bde2590af"
