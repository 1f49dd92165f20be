"""A questionnaire with every type, and screens made of it."""

from datetime import UTC, datetime
from typing import Any

import yaml

from app import engine
from app.rendering.consent import Terms, statement
from app.rendering.html import Change, Context, Offer

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DEFINITION = """
questionnaire: sample
title: {en: Sample, pl: Próbka}
languages: [en, pl]
basis: attributable
purpose: {en: to learn, pl: aby wiedzieć}
minutes: 2
pages:
  - name: scales
    questions:
      - {name: score, type: nps, required: true, dont_know: true, label: {en: "Recommend?", pl: "Poleci Pan/Pani?"}}
      - {name: face, type: csat_binary, label: {en: "Satisfied?", pl: "Zadowolenie?"}}
      - {name: stars, type: rating, max: 20, label: {en: Rate it, pl: Proszę ocenić},
         low: {en: bad, pl: źle}, high: {en: good, pl: dobrze}}
      - {name: ease, type: ces_7, label: {en: "Easy?", pl: "Łatwo?"}}
      - {name: csat, type: csat_5, label: {en: "How satisfied?", pl: "Jakie zadowolenie?"}}
  - name: answers
    title: {en: Some answers, pl: Odpowiedzi}
    questions:
      - {name: notice, type: note, label: {en: Read this first., pl: Proszę przeczytać.}}
      - name: reasons
        type: multiple_choice
        label: {en: "Why <now>?", pl: "Dlaczego?"}
        hint: {en: Choose all that apply., pl: Można kilka.}
        required: true
        dont_know: true
        showcard: {en: A, pl: A}
        choices:
          - {name: price, label: {en: Price, pl: Cena}}
          - {name: speed, label: {en: Speed, pl: Czas}}
          - {name: none, exclusive: true, label: {en: None of these, pl: Żadne}}
      - {name: age, type: integer, min: 0, max: 120, warning: "${age} < 100", label: {en: "Age?", pl: "Wiek?"},
         warning_message: {en: Over 99. Check it., pl: Ponad 99.}, refused: true}
      - {name: day, type: date, label: {en: "Which day?", pl: "Który dzień?"}}
      - {name: words, type: long_text, label: {en: "Anything else?", pl: "Coś jeszcze?"},
         interviewer: {en: Probe once., pl: Dopytać raz.}}
      - {name: line, type: text, label: {en: "One line?", pl: "Wiersz?"}}
      - {name: amount, type: decimal, label: {en: "How much?", pl: "Ile?"}}
      - {name: again, type: yes_no, label: {en: "Again?", pl: "Znowu?"}}
"""


def questionnaire() -> engine.Questionnaire:
    compiled = engine.compile(yaml.safe_load(DEFINITION))
    assert isinstance(compiled, engine.Questionnaire), "\n".join(map(str, compiled))
    return compiled


Q = questionnaire()
FIRST = {"score": "3", "face": "satisfied", "stars": "4", "ease": "5", "csat": "2"}
TERMS = Terms("Acme & Co", "to learn", 2, "attributable", "help@acme.example", "Anna")


def state(language: str = "en", consent: bool = True, first: bool = False) -> engine.State:
    made = engine.new_state(Q, "seed", language)
    if consent:
        made, _ = engine.inform(Q, made, engine.Consent(True, "v", language), NOW)
    if first:
        outcome = engine.answer(Q, made, "scales", FIRST, "web", NOW)
        assert isinstance(outcome, engine.Accepted), outcome
        made = outcome.state
    return made


def screen(at: str, channel: str = "web", language: str = "en", consent: bool = True) -> engine.Screen:
    shown = engine.next_screen(Q, state(language, consent, first=at not in ("scales", "score")), channel, at)
    assert isinstance(shown, engine.Screen)
    return shown


def refused(at: str, raw: dict[str, Any], channel: str = "web") -> engine.Screen:
    """The screen as it is shown again after an answer that was not taken."""
    outcome = engine.answer(Q, state(first=True), at, raw, channel, NOW)
    assert isinstance(outcome, engine.Invalid | engine.Warned), outcome
    return engine.redisplay(screen(at, channel), outcome.problems, outcome.raw)


def context(**changes: Any) -> Context:
    values: dict[str, Any] = {
        "action": "/i/abc",
        "title": "Sample",
        "organisation": "Acme & Co",
        "contact": "help@acme.example",
        "hidden": {"version": "3"},
        "statement": statement(TERMS, "web", "en", str),
        "languages": ("en", "pl"),
        "offers": (Offer("send_link", "j…@example.org"), Offer("text_me"), Offer("call_me")),
        "personal": True,
    }
    return Context(**values | changes)


CHANGE = Change("Age?", "41", "42")
