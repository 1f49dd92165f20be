"""Blocks, repeats, grids, lists, exits and jumps: what a definition says beyond questions on pages (docs/decisions/0008)."""

import random
from dataclasses import replace

import pytest

from app import engine
from app.engine.walking import walk
from tests.engine.helpers import HEAD, NOW, begin, compiled, problems, refused, take

YES = "{type: yes_no, label: L, required: yes, name: "


def names(q, state):
    """The names on the route, in the order shown."""
    return [node.name for node in engine.path(q, state)]


def typed(q, *screens, seed="seed", channel="web"):
    """The state after these screens."""
    state = begin(q)
    for raw in screens:
        state = take(q, state, channel, None, **raw)
    return state


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


# --- repeats --------------------------------------------------------------------------------------

HOUSEHOLD = """
pages:
  - name: start
    questions: [{name: size, type: integer, label: How many, required: yes, max: 9}]
  - repeat: member
    title: Person ${position|}
    count: ${size}
    pages:
      - name: who
        questions:
          - {name: first, type: text, label: First name}
          - {name: age, type: integer, label: "How old is ${first|this person}?"}
          - {name: job, type: text, label: Job, relevant: "${age} >= 15"}
  - name: after
    relevant: max(${age}) < 15
    questions: [{name: alone, type: text, label: "Who looks after them?"}]
  - name: end
    questions:
      - {name: total, type: computed, calculation: "sum(${age})"}
      - {name: people, type: computed, calculation: "${member}"}
      - {name: bye, type: note, label: Thank you}
"""


def test_a_repeat_asks_a_page_for_each_row():
    q = compiled(HOUSEHOLD)
    state = typed(q, {"size": "2"})
    screen = engine.next_screen(q, state, "web")
    assert (screen.at, [item.name for item in screen.items]) == ("who[1]", ["first[1]", "age[1]"])
    assert screen.title == "Person 1"
    state = take(q, state, **{"first[1]": "Ala", "age[1]": "40"})
    screen = engine.next_screen(q, state, "web", "who[1]")
    assert [item.label for item in screen.items][1:] == ["How old is Ala?", "Job"]
    state = take(
        q,
        take(q, state, **{"first[1]": "Ala", "age[1]": "40", "job[1]": "smith"}),
        **{"first[2]": "Jan", "age[2]": "3"},
    )
    values = engine.values(q, state)
    assert (values["total"], values["people"], "alone" in values) == (43, 2, False)
    assert {row.place: row.values for row in engine.rows(q, state)} == {
        "[1]": {"first": "Ala", "age": 40, "job": "smith"},
        "[2]": {"first": "Jan", "age": 3},
    }


def test_a_text_may_say_how_many_rows_there_are():
    q = compiled(HOUSEHOLD.replace("label: Thank you", 'label: "${member|none} of ${size|many}"'))
    state = typed(q, {"size": "1"}, {"first[1]": "A", "age[1]": "40"}, {"first[1]": "A", "age[1]": "40", "job[1]": ""})
    assert [item.label for item in engine.next_screen(q, state, "web").items] == ["1 of 1"]


def test_fewer_rows_mask_answers_and_more_bring_them_back():
    q = compiled(HOUSEHOLD)
    state = typed(q, {"size": "2"}, {"first[1]": "A", "age[1]": "1"}, {"first[2]": "B", "age[2]": "2"})
    less = take(q, state, at="start", size="1")
    assert engine.values(q, less)["total"] == 1
    assert engine.values(q, take(q, less, at="start", size="2"))["total"] == 3


def test_on_the_phone_a_row_is_asked_question_by_question():
    q = compiled(HOUSEHOLD)
    state = take(q, begin(q, "phone"), "phone", size="1")
    asked = []
    while isinstance(screen := engine.next_screen(q, state, "phone"), engine.Screen):
        asked.append(screen.at)
        state = take(q, state, "phone", **{screen.at: "20"})
    assert asked == ["first[1]", "age[1]", "job[1]"]


def test_without_a_count_the_person_says_whether_there_is_another():
    q = compiled(
        """
pages:
  - repeat: trip
    most: 3
    pages: [{name: t, questions: [{name: where, type: text, label: Where}]}]
  - {name: z, questions: [{name: n, type: computed, calculation: "${trip}"}, {name: bye, type: note, label: Bye}]}
"""
    )
    state, asked = begin(q), []
    for raw in ({"trip__more[0]": "yes"}, {"where[1]": "Oslo"}, {"trip__more[1]": "yes"}, {"where[2]": "Rome"}):
        asked.append(engine.next_screen(q, state, "web").at)
        state = take(q, state, **raw)
    assert asked == ["trip__more[0]", "t[1]", "trip__more[1]", "t[2]"]
    state = take(q, state, **{"trip__more[2]": "no"})
    assert (engine.next_screen(q, state, "web").at, engine.values(q, state)["n"]) == ("z", 2)
    full = take(q, take(q, state, at="trip__more[2]", **{"trip__more[2]": "yes"}), **{"where[3]": "Bonn"})
    assert engine.next_screen(q, full, "web").at == "z", "the most is three: nobody is asked about a fourth"
    assert engine.values(q, take(q, state, at="trip__more[0]", **{"trip__more[0]": "no"}))["n"] == 0


def test_a_row_that_asks_nothing_is_a_row():
    q = compiled(
        """
pages:
  - {name: p, questions: [{name: n, type: integer, label: N}]}
  - repeat: a
    count: ${n}
    pages:
      - {name: q, relevant: position() = 2, questions: [{name: x, type: text, label: X}]}
      - {repeat: b, count: 2, pages: [{name: r, relevant: position() = 1, questions: [{name: y, type: text, label: Y}]}]}
"""
    )
    found = list(engine.rows(q, typed(q, {"n": "2"})))
    assert [(row.place, row.values) for row in found if row.repeats == ("a",)] == [("[1]", {}), ("[2]", {"x": None})]
    assert [row.place for row in found if row.repeats == ("a", "b")] == ["[1][1]", "[2][1]", "[2][2]"]


NESTED = """
pages:
  - {name: p, questions: [{name: floor, type: integer, label: L}]}
  - repeat: house
    count: 2
    pages:
      - {name: h, questions: [{name: rooms, type: integer, label: "Rooms of house ${position|}"}]}
      - repeat: room
        count: ${rooms}
        pages:
          - {name: r, questions: [{name: area, type: integer, label: L, constraint: ". >= ${floor}"}]}
      - {name: t, questions: [{name: sub, type: computed, calculation: "sum(${area})"}, {name: ok, type: note, label: ok}]}
  - {name: z, questions: [{name: all, type: computed, calculation: "sum(${area})"},
                          {name: big, type: computed, calculation: "max(${sub})"}, {name: bye, type: note, label: b}]}
"""


def test_repeats_in_repeats():
    q = compiled(NESTED)
    state, asked = typed(q, {"floor": "1"}), []
    answers = {"rooms[1]": "2", "area[1][1]": "10", "area[1][2]": "20", "rooms[2]": "1", "area[2][1]": "5"}
    while (screen := engine.next_screen(q, state, "web")).at != "z":
        asked.append(screen.at)
        state = take(q, state, **{item.name: answers[item.name] for item in screen.items if item.name in answers})
    assert asked == ["h[1]", "r[1][1]", "r[1][2]", "t[1]", "h[2]", "r[2][1]", "t[2]"]
    values = engine.values(q, state)
    assert (values["all"], values["big"]) == (35, 30)
    assert [(row.repeats[-1], row.place, row.values) for row in engine.rows(q, state)] == [
        ("house", "[1]", {"rooms": 2, "sub": 30, "ok": None}),
        *[("room", f"[1][{number}]", {"area": area}) for number, area in ((1, 10), (2, 20))],
        ("house", "[2]", {"rooms": 1, "sub": 5, "ok": None}),
        ("room", "[2][1]", {"area": 5}),
    ]
    changed = take(q, state, at="r[1][2]", **{"area[1][2]": "1"})
    assert engine.values(q, changed)["all"] == 16
    floor = take(q, changed, at="p", floor="6")
    assert engine.next_screen(q, floor, "web").at == "r[1][2]", "what rows read outside is looked at again"


def test_a_row_that_did_not_change_is_kept_as_it_is():
    q = compiled(HOUSEHOLD)
    state = typed(q, {"size": "3"}, {"first[1]": "A", "age[1]": "1"}, {"first[2]": "B", "age[2]": "2"})
    after = take(q, state, **{"first[3]": "C", "age[3]": "3"})
    same = [place for place in after.answers.rows if after.answers.rows[place] is state.answers.rows.get(place)]
    assert same == ["[1]", "[2]"]
    assert engine.from_json(engine.to_json(after)) == after
    rows = {place: engine.row_document(answers) for place, answers in after.answers.rows.items()}
    assert engine.from_json(engine.main_document(after), rows) == after


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


# --- walking again --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [MATRIX, CASCADE, HOUSEHOLD, NESTED, SHUFFLED.replace("HOW", "yes")])
def test_walking_again_what_changed_gives_the_route_that_walking_it_whole_gives(text):
    """Random people go back and forth; after each screen the route made from the one before is the one made from nothing."""
    q, dice = compiled(text), random.Random(text)
    for seed in range(12):
        state = begin(q)
        for _ in range(12):
            visits = [visit.name for visit in walk(q, state).visits]
            screen = engine.next_screen(q, state, "web", dice.choice([None, *visits]))
            if isinstance(screen, engine.End):
                break
            raw = {
                item.name: dice.choice(["", "1", "2", "5", *(c.name for c in item.choices)]) for item in screen.items
            }
            outcome = engine.answer(q, state, screen.at, raw, "web", NOW)
            state = outcome.state if isinstance(outcome, engine.Accepted) else state
            fresh = engine.from_json(engine.to_json(state))
            assert facts(walk(q, state)) == facts(walk(q, fresh)), (seed, screen.at, raw)


def facts(route):
    env = {key: value for key, value in route.env.items() if key != "."}
    visits = [
        (v.name, [n.name for n in v.nodes], v.faults, v.waiting, [b.name for b in v.beside]) for v in route.visits
    ]
    return env, visits, route.exit
