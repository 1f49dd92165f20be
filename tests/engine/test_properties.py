"""What must hold of any questionnaire and any interview (docs/decisions/0008)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import example, given, note, settings
from hypothesis import strategies as st

from app import engine
from app.engine.route import Route
from app.engine.types import TYPES
from app.engine.walking import Walk, walk
from app.insights import table
from app.rendering import html, sms
from app.rendering.item_fields import sent_as
from app.rendering.script import script
from tests.engine.authoring import Author
from tests.engine.helpers import NOW
from tests.engine.people import Person, finish, say_all_again
from tests.rendering.samples import context

ANY = settings(deadline=None, max_examples=300)
NUMBERS = st.integers(0, 2**32)
CHANNELS = st.sampled_from(engine.CHANNELS)
STRANGE = ("", "0", "-1", "1e9", "a", "1 2", "a b c", "yes", "99999999999999999999", "skip", "12:61", "x" * 500)


def definition(number: int) -> engine.Questionnaire:
    """The random definition of that number; a failing test can be looked into with its tree."""
    tree = Author(Random(number)).definition()
    note(json.dumps(tree))
    q = engine.compile(tree)
    assert isinstance(q, engine.Questionnaire), [str(problem) for problem in q]
    return q


def begin(q: engine.Questionnaire, channel: str = "web") -> tuple[engine.State, list[engine.Event]]:
    state, events = engine.new_state(q, q.name, q.languages[-1]), []
    for fact in (engine.Session(channel, "link"), engine.Consent(True, "1", "en")):
        state, made = engine.inform(q, state, fact, NOW)
        events += made
    return state, events


@dataclass
class Journey:
    """An interview under way: ``states`` after each step, and all its ``events``."""

    q: engine.Questionnaire
    states: list[engine.State]
    events: list[engine.Event]

    @property
    def state(self) -> engine.State:
        return self.states[-1]


def journey(number: int) -> Journey:
    """Some screens of a random definition, on changing channels, back and forth, in changing languages, sensible and not."""
    q, chance = definition(number), Random(number)
    state, events = begin(q)
    states = [state]
    for _ in range(chance.randint(0, 14)):
        channel = chance.choice(engine.CHANNELS)
        names = [node.name for node in engine.path(q, state)]
        screen = engine.next_screen(q, state, channel, chance.choice([None, None, *names]))
        if isinstance(screen, engine.End):
            continue
        if chance.random() < 0.1:
            state, made = engine.inform(q, state, engine.Language(chance.choice(q.languages)), NOW)
        else:
            outcome = engine.answer(q, state, screen.at, said(q, screen, channel, chance), channel, NOW)
            if not isinstance(outcome, engine.Accepted):
                continue
            state, made = outcome.state, outcome.events
        events += made
        states.append(state)
    return Journey(q, states, events)


def said(q: engine.Questionnaire, screen: engine.Screen, channel: str, chance: Random) -> dict[str, Any]:
    who, raw = Person(chance.randint(0, 99)), dict[str, Any]()
    for item in screen.items:
        raw |= who.says(q, item, channel) if chance.random() < 0.9 else {item.name: chance.choice(STRANGE)}
    return raw


def facts(route: Route) -> Any:
    """What a route says; "." is only the last answer that was checked."""
    env = {key: value for key, value in route.env.items() if key != "."}
    visits = [
        (v.name, [n.name for n in v.nodes], [n.name for n in v.shown], v.faults, v.waiting, [b.name for b in v.beside])
        for v in route.visits
    ]
    return env, visits, route.exit


def results(q: engine.Questionnaire, state: engine.State, channel: str) -> Any:
    """What comes of an interview: values outside repeats, their rows, and how it ended."""
    end = engine.next_screen(q, state, channel)
    assert isinstance(end, engine.End), end
    return engine.values(q, state), list(engine.rows(q, state)), end.status


@given(NUMBERS)
@ANY
def test_the_route_is_a_function_of_the_answers(number):
    """Walked again after each screen, whole, from what was stored, and by a questionnaire compiled anew: it is the same."""
    went = journey(number)
    again = engine.compile(json.loads(json.dumps(went.q.tree)))
    for state in went.states:
        route = facts(walk(went.q, state))
        fresh = engine.from_json(engine.to_json(state))
        assert route == facts(Walk(went.q, fresh).whole())
        other = facts(walk(again, fresh))
        assert route[:2] == other[:2]
        assert engine.values(again, fresh) == engine.values(went.q, state)


@given(NUMBERS)
@ANY
def test_saved_and_loaded_is_the_same(number):
    state = journey(number).state
    text = engine.to_json(state)
    assert engine.from_json(text) == state
    assert engine.to_json(engine.from_json(text)) == text
    main = engine.main_document(state)
    rows = {place: engine.row_document(answers) for place, answers in state.answers.rows.items()}
    assert engine.from_json(main, rows) == state
    assert engine.from_json(engine.joined(main, rows)) == state


@given(NUMBERS)
@ANY
def test_replaying_the_events_gives_the_state(number):
    went = journey(number)
    replayed = engine.new_state(went.q, went.q.name, went.q.languages[-1])
    for event in json.loads(json.dumps(went.events)):
        replayed = engine.apply(went.q, replayed, event)
    assert replayed == went.state
    assert engine.to_json(replayed) == engine.to_json(went.state)
    assert facts(walk(went.q, replayed)) == facts(walk(went.q, went.state))


@given(NUMBERS, CHANNELS)
@ANY
def test_every_screen_can_be_shown_and_leads_back_to_the_first(number, channel):
    went = journey(number)
    screen, steps = engine.next_screen(went.q, went.state, channel), 0
    if isinstance(screen, engine.End):
        assert sms.ending(screen, str, "Acme")
        names = [node.name for node in engine.path(went.q, went.state) if node.asked]
        screen = engine.next_screen(went.q, went.state, channel, names[-1]) if names else screen
    while isinstance(screen, engine.Screen):
        rendered(screen, channel)
        if screen.can_go_back is None:
            assert screen.first
            return
        back = engine.next_screen(went.q, went.state, channel, screen.can_go_back)
        assert isinstance(back, engine.Screen)
        assert back.at == screen.can_go_back
        assert 0 <= back.progress < screen.progress < 1
        screen, steps = back, steps + 1
        assert steps < 400


def nothing_to_choose(item: engine.Item) -> bool:
    """Whether its filter or the question its choices are carried from leaves none: then it is a heading without a field."""
    return item.type not in ("lookup", "note") and TYPES[item.type].choices == "own" and not item.choices


def rendered(screen: engine.Screen, channel: str) -> None:
    """It can be put into words, and nothing that is asked is missing from them."""
    if channel in ("web", "field"):
        page = html.page(screen, context(mode=channel), str)
        fields = [item for item in screen.items if item.type != "note" and not nothing_to_choose(item)]
        assert all(f'name="{sent_as(item.name)}' in page for item in fields)
    elif channel == "sms":
        assert all(item.label in sms.text(screen, str) for item in screen.items)
    else:
        assert [line.name for line in script(screen, str).lines] == [item.name for item in screen.items]


@given(NUMBERS, NUMBERS)
@ANY
@example(273637, 0)  # a condition over a repeat inside a row that is not there yet
def test_channels_agree(number, person):
    """The same things said page by page or question by question, on any channel, are the same answers and the same end."""
    q, who = definition(number), Person(person)
    ends = [results(q, finish(q, begin(q, channel)[0], who, channel), channel) for channel in engine.CHANNELS]
    assert all(end == ends[0] for end in ends)


@given(NUMBERS, NUMBERS, CHANNELS)
@ANY
def test_back_change_and_forward_in_any_order_end_in_the_same_answers(number, person, channel):
    """Whatever was said meanwhile, saying the final things ends as saying them at once."""
    q, who, chance = definition(number), Person(person), Random(person)
    straight = finish(q, begin(q, channel)[0], who, channel)
    state = finish(q, begin(q, channel)[0], Person(person + 1), channel)
    for _ in range(5):
        names = [node.name for node in engine.path(q, state)]
        screen = engine.next_screen(q, state, channel, chance.choice([None, *names]))
        if isinstance(screen, engine.Screen):
            outcome = engine.answer(q, state, screen.at, said(q, screen, channel, chance), channel, NOW)
            state = outcome.state if isinstance(outcome, engine.Accepted) else state
    state = say_all_again(q, state, who, channel)
    assert results(q, state, channel) == results(q, straight, channel)


@given(NUMBERS)
@ANY
def test_what_is_off_the_route_is_in_no_result(number):
    went = journey(number)
    on_route = {node.name for node in engine.path(went.q, went.state)}
    first, *others = table.sheets([(1, went.q)])
    values = engine.values(went.q, went.state)
    assert values.keys() <= on_route
    check_cells(first, table.cells(went.q, went.state, table.plan(went.q, first)), "", on_route)
    for row in engine.rows(went.q, went.state):
        assert {f"{name}{row.place}" for name in row.values} <= on_route
        for sheet in (each for each in others if each.repeats == row.repeats):
            check_cells(sheet, table.row_cells(row, went.state, table.plan(went.q, sheet)), row.place, on_route)


def check_cells(sheet: table.Sheet, cells: Sequence[table.Cell], place: str, on_route: set[str]) -> None:
    """Only what is on the route has a cell that is not empty."""
    for field, cell in zip(sheet.fields, cells, strict=True):
        assert cell is None or f"{field.question.name}{place}" in on_route, (field.name, cell)


@given(NUMBERS)
@settings(ANY, max_examples=30)
def test_random_definitions_are_in_a_language_beyond_ours(number):
    """A text without a translation is the first language's."""
    q = definition(number)
    spoken = [engine.next_screen(q, engine.new_state(q, "s", language), "web") for language in q.languages]
    labels = [[item.label for item in screen.items] for screen in spoken if isinstance(screen, engine.Screen)]
    assert all(each == labels[0] for each in labels)
