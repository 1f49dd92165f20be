"""Grids and choices: what a definition says beyond plain questions (docs/decisions/0008)."""

import pytest

from app import engine
from tests.engine.helpers import NOW, begin, compiled, names, refused, take, typed

# --- grids ----------------------------------------------------------------------------------------

MATRIX = """
pages:
  - name: p
    questions:
      - {name: seen, type: yes_no, label: Seen, required: yes}
  - name: g
    questions:
      - name: m
        type: matrix_single
        label: How was
        required: yes
        rows: [{name: price, label: the price}, {name: staff, label: the staff, relevant: "${seen} = 'yes'"}]
        choices: [{name: good, label: Good}, {name: bad, label: Bad}]
  - name: z
    relevant: ${m__price} = 'bad'
    questions: [{name: why, type: text, label: Why}]
"""


def test_a_row_of_a_grid_is_a_question():
    q = compiled(MATRIX)
    state = typed(q, {"seen": "no"})
    screen = engine.next_screen(q, state, "web")
    (row,) = screen.items
    assert (row.name, row.type, row.row, row.grid.name, row.grid.label) == (
        *("m__price", "single_choice", "the price", "m", "How was"),
    )
    assert row.label == "How was – the price"
    assert refused(q, state) == {"m__price": "required"}
    state = take(q, take(q, state, m__price="bad"), why="dear")
    assert engine.values(q, state) == {"seen": "no", "m__price": "bad", "why": "dear"}


def test_a_grid_is_asked_row_by_row_by_text_message():
    q = compiled(MATRIX)
    state = typed(q, {"seen": "1"}, channel="sms")
    for name in ("m__price", "m__staff"):
        screen = engine.next_screen(q, state, "sms")
        assert (screen.at, [item.name for item in screen.items]) == (name, [name])
        state = take(q, state, "sms", **{name: "1"})
    assert isinstance(engine.next_screen(q, state, "sms"), engine.End)


def test_what_adds_up_to_a_total():
    rows = "rows: [{name: a, label: A}, {name: b, label: B}, {name: c, label: C}]"
    q = compiled(f"pages: [{{name: p, questions: [{{name: s, type: constant_sum, label: Split, {rows}}}]}}]")
    state = begin(q)
    outcome = engine.answer(q, state, "p", {"s__a": "50", "s__b": "20", "s__c": "10"}, "web", NOW)
    assert [(p.code, p.name, p.params) for p in outcome.problems] == [
        ("constant_sum", "s__c", {"total": 100, "sum": 80})
    ]
    assert refused(q, state, s__a="100") == {"s__c": "required"}
    done = take(q, state, s__a="33.3", s__b="33.3", s__c="33.4")
    assert isinstance(engine.next_screen(q, done, "web"), engine.End)
    assert isinstance(engine.next_screen(q, take(q, state), "web"), engine.End), "left empty it may stay so"


@pytest.mark.parametrize(
    ("options", "said", "code"),
    [
        ("", {"s__a": "150"}, "constant_sum"),
        ("", {"s__a": "60", "s__b": "41"}, "constant_sum"),
        ("min: 20", {"s__a": "81"}, "constant_sum"),
        ("min: 20, required: yes", {"s__a": "61"}, "constant_sum"),
        ("max: 40", {"s__a": "10"}, "constant_sum"),
        ("max: 40", {"s__a": "30", "s__b": ""}, "required"),
        ("constraint: . <= 50", {"s__a": "60"}, "constraint"),
        ("constraint: . <= 50", {"s__a": "50", "s__b": "51"}, "constraint"),
        ("constraint: . <= 90", {"s__a": "60", "s__b": "41"}, "constant_sum"),
    ],
)
def test_asked_row_by_row_nobody_comes_to_a_last_row_that_cannot_be_right(options, said, code):
    rows = "rows: [{name: a, label: A}, {name: b, label: B}, {name: c, label: C}]"
    q = compiled(f"pages: [{{name: p, questions: [{{name: s, type: constant_sum, label: L, {rows}, {options}}}]}}]")
    *before, last = said
    state = typed(q, *({name: said[name]} for name in before), channel="sms")
    assert refused(q, state, "sms", **{last: said[last]}) == {last: code}


def test_the_row_that_makes_up_the_total_stays_last():
    rows = "rows: [{name: a, label: A}, {name: b, label: B}, {name: c, label: C}]"
    q = compiled(
        f"pages: [{{name: p, questions: [{{name: s, type: constant_sum, label: L, {rows}, randomize_rows: yes}}]}}]"
    )
    orders = {tuple(names(q, engine.new_state(q, seed, "en"))) for seed in map(str, range(40))}
    assert orders == {("s__a", "s__b", "s__c"), ("s__b", "s__a", "s__c")}


def test_a_matrix_of_several_choices_and_of_numbers():
    q = compiled(
        """
lists: [{name: days, choices: [{name: mon, label: Monday}, {name: tue, label: Tuesday}]}]
pages:
  - name: p
    questions:
      - {name: m, type: matrix_multiple, label: When, rows: [{name: a, label: A}], choices: days}
      - {name: n, type: matrix_number, label: How many, rows: [{name: a, label: A}], min: 0, max: 9}
      - {name: t, type: matrix_text, label: Who, rows: [{name: a, label: A}]}
"""
    )
    assert refused(q, begin(q), n__a="10") == {"n__a": "out_of_range"}
    state = typed(q, {"m__a": ["mon", "tue"], "n__a": "3", "t__a": "Jan"})
    assert engine.values(q, state) == {"m__a": ("mon", "tue"), "n__a": 3, "t__a": "Jan"}
    assert [c.name for c in q.questions["m__a"].kind.columns(q.questions["m__a"])] == ["m__a__mon", "m__a__tue"]


# --- choices --------------------------------------------------------------------------------------


def test_please_specify_follows_its_choice():
    other = "{name: other, label: Other, specify: yes}"
    q = compiled(
        f"pages: [{{name: p, questions: [{{name: k, type: single_choice, label: L, required: yes,"
        f" choices: [{{name: a, label: A}}, {other}]}}]}}]"
    )
    assert refused(q, begin(q), k="other", k__other__text="") == {"k__other__text": "required"}
    state = typed(q, {"k": "other", "k__other__text": "a friend"})
    assert engine.values(q, state) == {"k": "other", "k__other__text": "a friend"}
    screen = engine.next_screen(q, state, "web", "p")
    assert [(item.label, item.beside) for item in screen.items] == [("L", None), ("Please specify", ("k", "other"))]
    back = take(q, state, at="p", k="a", k__other__text="a friend")
    assert engine.values(q, back) == {"k": "a"}
    assert back.answers["k__other__text"].value == "a friend", "kept, masked"


CASCADE = """
lists:
  - name: town
    choices:
      - {name: t1, label: One, values: {region: north, size: 5}}
      - {name: t2, label: Two, values: {region: south, size: 50}}
      - {name: t3, label: Three, values: {region: north, size: 500}}
pages:
  - name: p
    questions:
      - {name: region, type: single_choice, label: L, choices: [{name: north, label: N}, {name: south, label: S}]}
  - name: q
    questions:
      - {name: town, type: single_choice, label: T, choices: town, choice_filter: "region = ${region} and size > 5"}
"""


def test_a_filter_leaves_the_choices_that_fit():
    q = compiled(CASCADE)
    state = typed(q, {"region": "north"})
    (town,) = engine.next_screen(q, state, "web").items
    assert [(c.name, c.number) for c in town.choices] == [("t3", 1)]
    assert refused(q, state, town="t2") == {"town": "not_an_option"}
    assert take(q, state, "sms", town="1").answers["town"].value == "t3"
    moved = take(q, take(q, state, town="t3"), at="p", region="south")
    assert engine.values(q, moved)["town"] is None, "what no longer fits is masked and asked again"
    assert engine.next_screen(q, moved, "web").at == "q"
    assert engine.next_screen(q, take(q, begin(q)), "web").items[0].choices == (), "nothing fits what is unknown"


def test_a_long_list_is_filtered_by_an_index_as_one_by_one():
    entries = ", ".join(f"{{name: c{n}, label: L, values: {{a: x{n % 7}, b: y{n % 3}}}}}" for n in range(400))
    q = compiled(
        f"lists: [{{name: big, choices: [{entries}]}}]\n"
        "pages:\n"
        "  - {name: p, questions: [{name: k, type: text, label: L}]}\n"
        "  - {name: r, questions: [{name: i, type: single_choice, label: L, choices: big, choice_filter: 'a = ${k}'}]}\n"
        "  - {name: s, questions: [{name: j, type: single_choice, label: L, choices: big, choice_filter: 'not(a != ${k})'}]}"
    )
    state = typed(q, {"k": "x5"})
    indexed, tried = (engine.next_screen(q, state, "web", at).items[0].choices for at in "rs")
    assert [c.name for c in indexed] == [c.name for c in tried] == [f"c{n}" for n in range(5, 400, 7)]


def test_choices_are_carried_forward():
    pick = "type: multiple_choice, label: L, choices: [{name: a, label: A}, {name: b, label: B}, {name: c, label: C}]"
    q = compiled(
        f"""
pages:
  - name: p
    questions: [{{name: liked, {pick}}}]
  - name: q
    questions:
      - {{name: best, type: single_choice, label: Best, choices: {{carry: liked, also: [{{name: z, label: Z}}]}}}}
      - {{name: rest, type: single_choice, label: Rest, choices: {{carry: liked, which: unselected}}}}
"""
    )
    best, rest = engine.next_screen(q, typed(q, {"liked": ["a", "c"]}), "web").items
    assert [c.name for c in best.choices] == ["a", "c", "z"]
    assert [c.name for c in rest.choices] == ["b"]


def test_a_default_stands_in_the_field_and_is_stored_when_sent():
    q = compiled("pages: [{name: p, questions: [{name: k, type: integer, label: L, default: 2 + 3}]}]")
    state = begin(q)
    assert engine.next_screen(q, state, "web").items[0].raw == "5"
    assert state.answers == engine.Answers()
    assert engine.next_screen(q, take(q, state, k=""), "web", "p").items[0].raw == "", "what was emptied stays empty"
