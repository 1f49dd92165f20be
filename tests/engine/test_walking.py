"""Walking again only what changed."""

import random

import pytest

from app import engine
from app.engine.walking import walk
from tests.engine.helpers import NOW, begin, compiled
from tests.engine.test_grids import CASCADE, MATRIX
from tests.engine.test_parts import SHUFFLED
from tests.engine.test_repeats import HOUSEHOLD, NESTED


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
