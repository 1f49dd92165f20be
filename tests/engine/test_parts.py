"""Blocks, exits, jumps and orders, and what cannot be (docs/decisions/0008)."""

from dataclasses import replace

import pytest

from app import engine
from tests.engine.helpers import HEAD, begin, compiled, names, problems, take, typed

YES = "{type: yes_no, label: L, required: yes, name: "


# --- exits and jumps ------------------------------------------------------------------------------


def test_an_exit_ends_the_interview_there():
    q = compiled(
        """
pages:
  - name: p
    questions:
      - {name: age, type: integer, label: Age}
      - {name: young, type: exit, relevant: "${age} < 18", status: screened_out, label: "Thank you for ${age|your} years."}
      - {name: more, type: text, label: More}
  - {name: q, questions: [{name: last, type: text, label: Last}]}
"""
    )
    out = engine.next_screen(q, typed(q, {"age": "17"}), "web")
    assert (out.status, [note.label for note in out.notes]) == ("screened_out", ["Thank you for 17 years."])
    assert engine.next_screen(q, typed(q, {"age": "18", "more": ""}), "web").at == "q"


def test_a_jump_leaves_out_what_lies_between():
    q = compiled(
        f"""
pages:
  - name: p
    questions:
      - {YES}owns}}
      - {{name: skip, type: jump, relevant: "${{owns}} = 'no'", to: close}}
      - {{name: brand, type: text, label: Brand}}
  - {{block: b, pages: [{{name: q, questions: [{{name: model, type: text, label: Model}}]}}]}}
  - {{name: close, questions: [{{name: last, type: text, label: Last}}]}}
"""
    )
    assert names(q, typed(q, {"owns": "no"})) == ["owns", "last"]
    assert names(q, typed(q, {"owns": "yes"})) == ["owns", "brand", "model", "last"]


# --- orders ---------------------------------------------------------------------------------------

SHUFFLED = """
pages:
  - block: b
    randomize: HOW
    pages:
      - {name: p, questions: [YESa}]}
      - {name: q, questions: [YESb}]}
      - {name: r, questions: [YESc}]}
  - name: s
    randomize: HOW
    questions:
      - {type: note, name: n, label: Before d}
      - YESd}
      - YESe}
      - YESf}
""".replace("YES", YES)


@pytest.mark.parametrize("how", ["yes", "rotate"])
def test_pages_and_questions_are_shown_in_an_order_of_the_seed(how):
    q = compiled(SHUFFLED.replace("HOW", how))
    seen = set()
    for seed in map(str, range(200)):
        state = engine.new_state(q, seed, "en")
        route = names(q, state)
        assert sorted(route) == sorted("abcdefn")
        assert set(route[:3]) == set("abc")
        assert route.index("n") == route.index("d") - 1, "a note goes with its question"
        assert route == names(q, engine.from_json(engine.to_json(state)))
        seen.add(tuple(route))
    assert len(seen) == (36 if how == "yes" else 9)


def test_an_answer_says_at_which_place_it_was_asked():
    q = compiled(SHUFFLED.replace("HOW", "yes"))
    state = replace(begin(q), seed="7")
    while isinstance(screen := engine.next_screen(q, state, "web"), engine.Screen):
        state = take(q, state, **{item.name: "yes" for item in screen.items if item.type == "yes_no"})
    asked = [node.name for node in engine.path(q, state) if node.asked]
    assert [state.answers[name].position for name in asked] == [1, 2, 3, 4, 5, 6]
    assert asked != sorted(asked)
    assert engine.from_json(engine.to_json(state)) == state


def test_the_rows_of_a_grid_change_places_together():
    rows = "[{name: a, label: A}, {name: b, label: B}, {name: c, label: C}]"
    q = compiled(
        f"pages: [{{name: p, questions: [{YES}x}}, {{name: m, type: matrix_text, label: L, rows: {rows},"
        f" randomize_rows: yes}}, {YES}y}}]}}]"
    )
    orders = {tuple(names(q, engine.new_state(q, seed, "en"))) for seed in map(str, range(60))}
    assert len(orders) == 6
    assert {(o[0], o[-1]) for o in orders} == {("x", "y")}


# --- what cannot be -------------------------------------------------------------------------------

A = "{name: a, type: integer, label: L}"
IN_REPEAT = f"pages: [{{repeat: r, count: 2, pages: [{{name: p, questions: [{A}]}}]}}, "

MISTAKES = [
    (f"pages: [{{name: p, questions: [{A}, {{name: j, type: jump, to: p}}]}}]", ["bad_jump"]),
    (f"pages: [{{name: p, questions: [{A}, {{name: j, type: jump, to: nowhere}}]}}]", ["bad_jump"]),
    (IN_REPEAT + "{name: q, questions: [{name: b, type: text, label: 'L ${a|}'}]}]", ["pipe_of_a_list"]),
    (IN_REPEAT + "{name: q, questions: [{name: b, type: text, label: L, relevant: '${a} > 1'}]}]", ["type_mismatch"]),
    ("pages: [{name: p, questions: [{name: b, type: single_choice, label: L, choices: no}]}]", ["unknown_list"]),
    (
        "pages: [{name: p, questions: [{name: b, type: single_choice, label: L, choices: {carry: nobody}}]}]",
        ["unknown_name"],
    ),
    (
        f"pages: [{{block: b, randomize: yes, pages: [{{name: p, questions: [{A}]}},"
        " {name: q, relevant: '${a} = 1', questions: [{name: c, type: text, label: L}]}]}]",
        ["forward_reference"],
    ),
    (f"pages: [{{block: b, pages: [{{name: p, questions: [{A}]}}]}}, {{repeat: b, pages: [{{name: q, questions: [{A}]}}]}}]",
     ["duplicate_name", "duplicate_name"]),
    (f"pages: [{{repeat: a, least: 5, most: 2, pages: [{{name: q, questions: [{A}]}}]}}]", ["bad_range", "duplicate_name"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "codes"), MISTAKES)
def test_mistakes(text, codes):
    assert sorted(problems(text)) == codes


def test_a_text_without_a_translation_shows_in_the_first_language_where_that_is_allowed():
    head = HEAD.replace("[en]", "[en, ar]")
    text = "pages: [{name: p, questions: [{name: q, type: nps, label: {en: How likely}}]}]"
    assert "missing_translation" in problems(text, head)
    q = compiled(text, head + "untranslated: default\n")
    assert engine.next_screen(q, engine.new_state(q, "s", "ar"), "web").items[0].label == "How likely"
