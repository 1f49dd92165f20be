"""Scripts: what is read aloud, what is not, and what each key does."""

from app import engine
from app.rendering.consent import statement
from app.rendering.script import read_keys, script
from tests.engine.helpers import begin, compiled, typed
from tests.rendering.samples import NOW, TERMS, Q, grids, refused, screen, state


def test_the_introduction_stands_before_the_first_question_only():
    said = statement(TERMS, "script", "en", str)
    assert script(screen("score", "phone", consent=False), str, said).introduction == said.parts
    assert script(screen("score", "phone"), str, said).introduction == ()


def test_of_a_scale_the_ends_are_read():
    (line,) = script(screen("score", "phone"), str).lines
    assert [option.label for option in line.options if option.read] == ["Not at all likely", "Extremely likely"]
    assert line.instructions == ("Read the ends of the scale only.",)
    assert line.entry == "code"


def test_dont_know_and_refused_have_keys_and_are_never_read():
    line = script(screen("reasons", "phone"), str).lines[-1]
    assert [(o.key, o.special, o.read) for o in line.options if o.special] == [
        ("d", "dk", False),
        ("r", "refused", False),
    ]
    assert [(o.key, o.read) for o in line.options if not o.special] == [("1", True), ("2", True), ("3", True)]


def test_instructions_are_apart_from_the_words_to_read():
    (words,) = script(screen("words", "phone"), str).lines
    assert (words.read, words.instructions, words.entry) == ("Anything else?", ("Probe once.",), "long_text")
    note, reasons = script(screen("reasons", "phone"), str).lines
    assert (note.entry, note.instructions) == ("none", ("Read aloud, then go on.",))
    assert reasons.instructions[0] == "Hand over showcard A."
    (age,) = script(screen("age", "phone"), str).lines
    assert age.instructions == ("Enter a number between 0 and 120 and read it back.",)


def test_hard_and_soft_checks_are_told_apart():
    (hard,) = script(refused("age", {"age": "121"}, "phone"), str).lines
    assert (len(hard.faults), len(hard.doubts), hard.typed) == (1, 0, "121")
    (soft,) = script(refused("age", {"age": "104"}, "phone"), str).lines
    assert (len(soft.faults), len(soft.doubts), soft.typed) == (0, 1, "104")


def test_keys_become_answers():
    typed = {"reasons": "1 2", "age": "d", "day": "3.2.2026", "words": "d", "line": "r", "amount": "R", "again": "2"}
    here = screen("answers", "field")
    raw = read_keys(here, typed | {"line__special": "refused"})
    outcome = engine.answer(Q, state(first=True), "answers", raw, "field", NOW)
    assert isinstance(outcome, engine.Accepted), outcome
    given = {name: answer.special or answer.value for name, answer in outcome.state.answers.items()}
    assert given["reasons"] == ("price", "speed")
    assert (given["age"], given["amount"], given["line"]) == ("dk", "refused", "refused")
    assert (given["words"], given["day"], given["again"]) == ("d", "2026-02-03", "no")


def test_an_answer_stands_in_its_field_as_it_would_be_typed():
    outcome = engine.answer(Q, state(first=True), "reasons", {"reasons": "2"}, "phone", NOW)
    assert isinstance(outcome, engine.Accepted)
    back = engine.next_screen(Q, outcome.state, "phone", "reasons")
    assert isinstance(back, engine.Screen)
    assert script(back, str).lines[-1].typed == "2"


def test_what_is_said_and_keyed_for_the_other_types():
    lines = {
        name: script(screen(name, "phone"), str).lines[-1]
        for name in ("warm", "clock", "agree", "order", "pet", "town")
    }
    assert {name: line.entry for name, line in lines.items()} == {
        "warm": "number", "clock": "time", "agree": "code", "order": "order", "pet": "code", "town": "lookup",
    }  # fmt: skip
    assert lines["agree"].instructions == ("Read word for word, then record what the person says.",)
    assert lines["pet"].instructions == ("Describe the pictures: read the options.",)
    assert [option.label for option in lines["order"].options if option.read] == ["Price", "Speed", "Staff"]
    assert (lines["town"].suggestions, [o.special for o in lines["town"].options]) == (
        ("Warsaw", "Cracow"),
        ["dk", "refused"],
    )
    assert isinstance(engine.next_screen(Q, state(first=True), "phone", "number"), engine.Screen)


def test_a_row_of_a_grid_says_where_it_stands():
    (line,) = script(grids("phone", "service__staff"), str).lines
    assert line.read == "How was … – the staff"
    assert line.instructions == ("Row 2 of 3.", "Read the options.")


def test_a_ranking_and_a_name_stand_in_their_fields_as_they_would_be_typed():
    typed = {"order": "3 1", "town": "crac"}
    given = state(first=True)
    for name, text in typed.items():
        outcome = engine.answer(Q, given, name, {name: text}, "phone", NOW)
        assert isinstance(outcome, engine.Accepted)
        given = outcome.state
    shown = {name: engine.next_screen(Q, given, "phone", name) for name in typed}
    assert {name: script(there, str).lines[-1].typed for name, there in shown.items()} == {
        "order": "3 1",
        "town": "Cracow",
    }


def test_the_keys_are_those_that_the_policy_takes():
    q = compiled("""
dont_know: {phone: hidden}
refused: {phone: probed}
pages: [{name: p, questions: [{name: age, type: integer, label: Age}]}]
""")
    assert script(engine.next_screen(q, begin(q, "phone"), "phone"), str).specials == ("refused",)
    assert script(screen("reasons", "phone"), str).specials == ("dk", "refused")


def test_how_a_thing_is_typed_is_said_beside_the_authors_instruction():
    q = compiled("pages: [{name: p, questions: [{name: day, type: date, label: When, interviewer: Probe once.}]}]")
    (day,) = script(engine.next_screen(q, begin(q, "phone"), "phone"), str).lines
    assert day.instructions == ("Probe once.", "Enter the date as day.month.year and read it back.")


def test_words_asked_beside_a_choice_say_of_which_one_they_are():
    q = compiled("""
pages:
  - name: p
    questions:
      - {name: from, type: single_choice, label: Whence,
         choices: [{name: x, label: Radio}, {name: y, label: Other, specify: Which}]}
""")
    on_a_visit = script(engine.next_screen(q, begin(q, "field"), "field"), str).lines
    assert on_a_visit[1].instructions[0] == "Only with the answer: Other."
    on_the_phone = script(engine.next_screen(q, typed(q, {"from": "2"}, channel="phone"), "phone"), str).lines
    assert [line.instructions for line in on_the_phone] == [("Type the answer word for word.",)]
