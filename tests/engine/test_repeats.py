"""Repeats: pages asked once a row (docs/decisions/0008)."""

from app import engine
from tests.engine.helpers import begin, compiled, take, typed

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


def test_a_question_says_of_which_row_it_asks():
    q = compiled("""
pages:
  - repeat: member
    title: Person ${position|}
    most: 2
    pages:
      - {name: who, questions: [{name: first, type: text, label: First name}]}
      - repeat: visit
        title: Visit ${position|} of ${first|them}
        count: 2
        pages: [{name: cost, title: Money, questions: [{name: cost, type: integer, label: Cost}]}]
""")
    state = begin(q)
    screen = engine.next_screen(q, state, "web")
    assert (screen.at, screen.row) == ("member__more[0]", "Person 1")  # it asks whether there is a first one
    state = typed(q, {"member__more[0]": "yes"}, {"first[1]": "Ala"}, {"cost[1][1]": "5"})
    screens = [engine.next_screen(q, state, channel) for channel in ("web", "sms")]
    assert [screen.row for screen in screens] == ["Person 1 · Visit 2 of Ala"] * 2
    assert screens[0].title == "Person 1 · Visit 2 of Ala · Money"
    assert engine.row_titles(q, state)["cost[1][2]"] == "Person 1 · Visit 2 of Ala"
