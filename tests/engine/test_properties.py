"""What must hold of any questionnaire and any interview."""

import json
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from app import engine
from tests.engine.helpers import NOW

NAMES = [f"q{n}" for n in range(9)]
TYPES = ["nps", "yes_no", "multiple_choice", "integer", "text", "note", "computed", "single_choice"]
CHOICES = [{"name": name, "label": name.upper()} for name in "abc"]
settings.register_profile("engine", deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
ANY = settings.get_profile("engine")


@st.composite
def conditions(draw: st.DrawFn, earlier: list[tuple[str, str]]) -> str:
    """A condition over earlier questions of known types."""
    name, type_ = draw(st.sampled_from(earlier))
    simple = {
        "nps": ["{} <= 6", "{} > 8", "answered({})", "{} % 2 = 0"],
        "integer": ["{} > 3", "{} = 1", "asked({})", "refused({})"],
        "yes_no": ["{} = 'yes'", "{} != 'no'", "dont-know({})"],
        "single_choice": ["{} = 'a'", "selected({}, 'b')"],
        "multiple_choice": ["selected({}, 'a')", "count-selected({}) > 1", "not(selected({}, 'c'))"],
        "text": ["string-length({}) > 2", "contains({}, 'x')", "{} = 'x'"],
        "computed": ["{}", "not({})", "coalesce({}, true)"],
    }[type_]
    condition = draw(st.sampled_from(simple)).format(f"${{{name}}}")
    if draw(st.booleans()):
        return condition
    return f"{condition} {draw(st.sampled_from(['and', 'or']))} {draw(conditions(earlier))}"


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """A definition whose conditions refer to anything earlier."""
    earlier: list[tuple[str, str]] = []
    before: list[tuple[str, str]] = []  # of earlier pages: options shown cannot depend on answers of the same page
    pages: list[dict[str, Any]] = []
    for index, name in enumerate(NAMES[: draw(st.integers(1, len(NAMES)))]):
        type_ = draw(st.sampled_from(TYPES if earlier else [t for t in TYPES if t != "computed"]))
        question: dict[str, Any] = {"name": name, "type": type_, "label": f"Q {name}"}
        starts_page = not pages or draw(st.booleans())
        if starts_page:
            before = list(earlier)
            pages.append({"name": f"p{index}", "questions": []})
            if earlier and draw(st.booleans()):
                pages[-1]["relevant"] = draw(conditions(earlier))
        if type_ == "computed":
            question = {"name": name, "type": type_, "calculation": draw(conditions(earlier))}
        elif earlier and draw(st.booleans()):
            question["relevant"] = draw(conditions(earlier))
        if type_ in ("multiple_choice", "single_choice"):
            question["choices"] = [dict(choice) for choice in CHOICES]
            if before and draw(st.booleans()):
                question["choices"][0]["relevant"] = draw(conditions(before))
        if type_ not in ("note", "computed"):
            question["required"] = draw(st.booleans())
            question["dont_know"] = draw(st.booleans())
        if type_ == "integer" and draw(st.booleans()):
            question["constraint"] = ". < 5"
        pages[-1]["questions"].append(question)
        if type_ != "note":
            earlier.append((name, type_))
    return {
        "questionnaire": "any", "title": "Any", "languages": ["en"], "basis": "anonymous", "purpose": "p", "minutes": 1,
        "pages": pages,
    }  # fmt: skip


TYPED = {
    "nps": ["0", "3", "6", "9", "10"],
    "yes_no": ["1", "2"],
    "single_choice": ["1", "2", "3"],
    "multiple_choice": ["1", "2", "1 3", "1 2 3"],
    "integer": ["0", "1", "4", "9"],
    "text": ["x", "hello", "skip"],
}


def compiled(tree: dict[str, Any]) -> engine.Questionnaire:
    q = engine.compile(tree)
    assert isinstance(q, engine.Questionnaire), [str(problem) for problem in q]
    return q


def begin(q: engine.Questionnaire) -> tuple[engine.State, list[engine.Event]]:
    state, events = engine.new_state(q, "seed", "en"), []
    for fact in (engine.Session("web", "link"), engine.Consent(True, "1", "en")):
        state, made = engine.inform(q, state, fact, NOW)
        events += made
    return state, events


def typed(item: engine.Item, wish: str, channel: str) -> Any:
    """Numbers of options as a form sends them on the web: their names."""
    names = {str(choice.number): choice.name for choice in item.choices}
    if channel != "web" or not names:
        return wish
    return [names.get(part, "gone") for part in wish.split()]


@st.composite
def walks(draw: st.DrawFn) -> tuple[engine.Questionnaire, engine.State, list[engine.Event]]:
    """An interview after some screens on changing channels, with jumps back."""
    q = compiled(draw(definitions()))
    state, events = begin(q)
    for _ in range(draw(st.integers(0, 12))):
        channel = draw(st.sampled_from(engine.CHANNELS))
        names = [question.name for question in engine.path(q, state)]
        at = draw(st.none() | st.sampled_from(names)) if names else None
        screen = engine.next_screen(q, state, channel, at)
        if isinstance(screen, engine.End):
            continue
        raw = {
            item.name: typed(item, draw(st.sampled_from(TYPED[item.type])), channel)
            for item in screen.items
            if item.type in TYPED
        }
        outcome = engine.answer(q, state, screen.at, raw, channel, NOW)
        if isinstance(outcome, engine.Accepted):
            state = outcome.state
            events += outcome.events
    return q, state, events


def finish(q: engine.Questionnaire, state: engine.State, channel: str, said: dict[str, str]) -> engine.State:
    """Answer every screen to the end, each question always the same."""
    for _ in range(60):
        screen = engine.next_screen(q, state, channel)
        if isinstance(screen, engine.End):
            return state
        raw: dict[str, Any] = {}
        for item in screen.items:
            options = [choice.number for choice in item.choices]
            if item.type in TYPED:
                wish = said[item.name]
                raw[item.name] = typed(item, wish if not options or int(wish) in options else str(options[-1]), channel)
        outcome = engine.answer(q, state, screen.at, raw, channel, NOW)
        assert isinstance(outcome, engine.Accepted), (screen, raw, outcome)
        state = outcome.state
    raise AssertionError("the interview does not end")


def answers(state: engine.State) -> dict[str, Any]:
    return {name: (answer.value, answer.special) for name, answer in state.answers.items()}


@given(walks())
@ANY
def test_saved_and_loaded_is_the_same(walked):
    _, state, _ = walked
    text = engine.to_json(state)
    assert engine.from_json(text) == state
    assert engine.to_json(engine.from_json(text)) == text


@given(walks())
@ANY
def test_replaying_the_events_gives_the_state(walked):
    q, state, events = walked
    replayed = engine.new_state(q, "seed", "en")
    for event in json.loads(json.dumps(events)):
        replayed = engine.apply(q, replayed, event)
    assert replayed == state
    assert engine.to_json(replayed) == engine.to_json(state)


@given(walks())
@ANY
def test_the_route_is_a_function_of_the_answers(walked):
    q, state, _ = walked
    fresh = engine.from_json(engine.to_json(state))
    assert engine.path(q, fresh) == engine.path(q, state)
    assert engine.values(q, fresh) == engine.values(q, state)
    again = compiled(json.loads(json.dumps(q.tree)))
    assert [node.name for node in engine.path(again, fresh)] == [node.name for node in engine.path(q, state)]


@given(walks(), st.sampled_from(engine.CHANNELS))
@ANY
def test_every_screen_can_be_shown_and_leads_back_to_the_first(walked, channel):
    q, state, _ = walked
    screen = engine.next_screen(q, state, channel)
    steps = 0
    while isinstance(screen, engine.Screen) and screen.can_go_back:
        assert 0 <= screen.progress <= 1
        back = engine.next_screen(q, state, channel, screen.can_go_back)
        assert isinstance(back, engine.Screen)
        assert back.progress < screen.progress
        screen, steps = back, steps + 1
        assert steps < 20
    assert isinstance(screen, engine.End) or screen.first


SAID = st.fixed_dictionaries({name: st.sampled_from(["1", "2", "3"]) for name in NAMES})


@given(definitions(), SAID)
@ANY
def test_channels_agree(tree, said):
    """The same things said on any channel are the same answers."""
    q = compiled(tree)
    states = [finish(q, begin(q)[0], channel, said) for channel in engine.CHANNELS]
    assert all(engine.values(q, state) == engine.values(q, states[0]) for state in states)
    assert {engine.completeness(q, state) for state in states} == {"complete"}


@given(definitions(), SAID, st.data())
@ANY
def test_back_change_and_forward_in_any_order_end_in_the_same_answers(tree, said, data):
    """Whatever was said meanwhile, saying the final things wherever they are not yet said ends as saying them at once."""
    q = compiled(tree)
    straight = finish(q, begin(q)[0], "phone", said)
    state = finish(q, begin(q)[0], "phone", data.draw(SAID))
    for _ in range(60):
        wrong = next((n for n in engine.path(q, state) if n.asked and _said(q, state, n, straight) is False), None)
        if wrong is None:
            break
        screen = engine.next_screen(q, state, "phone", wrong.name)
        asked = screen.items[-1]
        offered = {choice.number for choice in asked.choices}
        wish = said[wrong.name]
        raw = {wrong.name: wish if not offered or int(wish) in offered else str(asked.choices[-1].number)}
        outcome = engine.answer(q, state, wrong.name, raw, "phone", NOW)
        assert isinstance(outcome, engine.Accepted), outcome
        state = finish(q, outcome.state, "phone", said)
    note(f"{answers(straight)} {answers(state)}")
    assert engine.values(q, state) == engine.values(q, straight)


def _said(q: engine.Questionnaire, state: engine.State, node: engine.Node, straight: engine.State) -> bool:
    """Whether the answer is already the final one."""
    wanted = engine.values(q, straight)
    return node.name in wanted and engine.values(q, state).get(node.name) == wanted[node.name]
