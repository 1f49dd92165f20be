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
  - name: more
    title: {en: More answers, pl: Więcej odpowiedzi}
    questions:
      - {name: warm, type: slider, min: -10, max: 10, step: 0.5, label: {en: "How warm?", pl: "Jak ciepło?"},
         low: {en: cold, pl: zimno}, high: {en: hot, pl: gorąco}, dont_know: true}
      - {name: clock, type: time, label: {en: "What time?", pl: "O której?"}}
      - {name: visit, type: datetime, label: {en: "When was it?", pl: "Kiedy?"}, hint: {en: About., pl: Mniej więcej.}}
      - {name: phone, type: phone_number, country: "+48", label: {en: "Your number?", pl: "Numer?"}}
      - {name: mail, type: email, label: {en: "Your address?", pl: "Adres?"}}
      - {name: agree, type: consent, label: {en: "May we call you?", pl: "Czy możemy zadzwonić?"}}
      - name: order
        type: ranking
        most: 2
        label: {en: "What matters most?", pl: "Co jest najważniejsze?"}
        refused: true
        choices:
          - {name: price, label: {en: Price, pl: Cena}}
          - {name: speed, label: {en: Speed, pl: Czas}}
          - {name: staff, label: {en: Staff, pl: Obsługa}}
      - name: pet
        type: image_choice
        label: {en: "Which one?", pl: "Który?"}
        dont_know: true
        choices:
          - {name: cat, image: "a cat.png", label: {en: A cat, pl: Kot}}
          - {name: dog, image: dog.png, label: {en: A dog with a long description, pl: Pies}}
      - name: town
        type: lookup
        label: {en: "Which town?", pl: "Które miasto?"}
        choices:
          - {name: waw, label: {en: Warsaw, pl: Warszawa}}
          - {name: krk, label: {en: Cracow, pl: Kraków}}
      - {name: receipt, type: file, accept: [image/*, application/pdf], label: {en: "The receipt?", pl: "Paragon?"}}
      - name: number
        type: single_choice
        label: {en: "Which of many?", pl: "Który z wielu?"}
        refused: true
        choices: [{choices}]
"""


GRIDS = """
  - name: grids
    title: {en: Grids, pl: Siatki}
    questions:
      - name: service
        type: matrix_single
        label: {en: "How was …", pl: "Jak było …"}
        hint: {en: One answer a row., pl: Jedna odpowiedź w wierszu.}
        required: yes
        dont_know: true
        rows:
          - {name: price, label: {en: the price, pl: cena}}
          - {name: staff, label: {en: the staff, pl: obsługa}}
          - {name: place, label: {en: the opening hours and the way to the shop, pl: godziny}}
        choices:
          - {name: bad, label: {en: Very unsatisfactory, pl: Źle}}
          - {name: fair, label: {en: Neither good nor bad, pl: Średnio}}
          - {name: good, label: {en: Good, pl: Dobrze}}
      - name: used
        type: matrix_multiple
        label: {en: "What do you use …", pl: "Z czego …"}
        rows: [{name: home, label: {en: at home, pl: w domu}}, {name: work, label: {en: at work, pl: w pracy}}]
        choices: [{name: tea, label: {en: Tea, pl: Herbata}}, {name: none, exclusive: true, label: {en: None, pl: Nic}}]
      - name: spent
        type: constant_sum
        total: 10
        label: {en: Share out 10 points, pl: Proszę rozdzielić 10 punktów}
        rows: [{name: price, label: {en: Price, pl: Cena}}, {name: speed, label: {en: Speed, pl: Czas}}]
      - name: words
        type: matrix_text
        label: {en: In a word, pl: Jednym słowem}
        rows: [{name: shop, label: {en: the shop, pl: sklep}}, {name: web, label: {en: the web page, pl: strona}}]
      - name: where
        type: single_choice
        label: {en: Where from, pl: Skąd}
        choices:
          - {name: tv, label: {en: Television, pl: Telewizja}}
          - {name: other, label: {en: Elsewhere, pl: Skądinąd}, specify: {en: Where exactly, pl: Gdzie dokładnie}}
"""
G_HEAD = DEFINITION[: DEFINITION.index("  - name: scales")].replace("questionnaire: sample", "questionnaire: grids")
MANY = ", ".join(f"{{name: {n}, label: {{en: Number {n}, pl: Numer {n}}}}}" for n in range(1, 25))


def questionnaire(definition: str) -> engine.Questionnaire:
    compiled = engine.compile(yaml.safe_load(definition))
    assert isinstance(compiled, engine.Questionnaire), "\n".join(map(str, compiled))
    return compiled


Q = questionnaire(DEFINITION.replace("{choices}", MANY))
G = questionnaire(G_HEAD + GRIDS)
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


def grids(channel: str = "web", at: str = "grids", raw: dict[str, Any] | None = None) -> engine.Screen:
    """The page of grids; with ``raw``, as it is shown again after that was not taken."""
    made, _ = engine.inform(G, engine.new_state(G, "seed", "en"), engine.Consent(True, "v", "en"), NOW)
    shown = engine.next_screen(G, made, channel, at)
    assert isinstance(shown, engine.Screen)
    if raw is None:
        return shown
    outcome = engine.answer(G, made, at, raw, channel, NOW)
    assert isinstance(outcome, engine.Invalid | engine.Warned), outcome
    return engine.redisplay(shown, outcome.problems, outcome.raw)


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
