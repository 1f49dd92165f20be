"""Answers a second of the pure engine in one process: ``python -m bench.engine [seconds]``.

Whole interviews of the five-page questionnaire over the web: each page is answered and the next one put into words.
Then where the time goes, by function.
"""

import cProfile
import pstats
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from app import engine
from app.catalog import source

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FILE = Path(__file__).parent.parent / "questionnaires" / "bench_five_pages.yaml"


def questionnaire() -> engine.Questionnaire:
    read = source.read(FILE.read_text(), FILE.name)
    assert isinstance(read, tuple), read
    compiled = engine.compile(*read)
    assert isinstance(compiled, engine.Questionnaire), compiled
    return compiled


def typed(item: engine.Item, chance: random.Random) -> str | list[str]:
    if item.type == "multiple_choice":
        return [choice.name for choice in chance.sample(item.choices, 2)]
    if item.choices:
        return chance.choice(item.choices).name
    return "42" if item.type == "integer" else "Quicker delivery, please."


Script = list[tuple[str, engine.Raw]]
"""What one person does: each screen's name and what they type on it."""


def begin(q: engine.Questionnaire, number: int) -> engine.State:
    state = engine.new_state(q, str(number), "en")
    state, _ = engine.inform(q, state, engine.Session("web", "link"), NOW)
    return engine.inform(q, state, engine.Consent(True, "1", "en"), NOW)[0]


def scripts(q: engine.Questionnaire, count: int) -> list[Script]:
    """What that many people do; a third or so also get the open question."""
    chance = random.Random(1)
    people: list[Script] = []
    for number in range(count):
        state, script = begin(q, number), []
        while isinstance(screen := engine.next_screen(q, state, "web"), engine.Screen):
            raw = {item.name: typed(item, chance) for item in screen.items}
            taken = engine.answer(q, state, screen.at, raw, "web", NOW)
            assert isinstance(taken, engine.Accepted), taken
            state = taken.state
            script.append((screen.at, raw))
        people.append(script)
    return people


def interviews(q: engine.Questionnaire, people: list[Script]) -> None:
    """Answer every screen and put the next one into words."""
    for number, script in enumerate(people):
        state = begin(q, number)
        for at, raw in script:
            taken = engine.answer(q, state, at, raw, "web", NOW)
            assert isinstance(taken, engine.Accepted)
            state = taken.state
            engine.next_screen(q, state, "web")


def main(seconds: float) -> None:
    q = questionnaire()
    people = scripts(q, 500)
    pages = sum(len(script) for script in people)
    answers = sum(len(raw) for script in people for _, raw in script)
    times = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        start = time.process_time()
        interviews(q, people)
        times.append(time.process_time() - start)
    for name, spent in (("best", min(times)), ("median", sorted(times)[len(times) // 2])):
        per = f"{1e6 * spent / answers:.1f} µs an answer, {1e6 * spent / pages:.1f} µs a page"
        print(f"{name}: {answers / spent:,.0f} answers/s, {pages / spent:,.0f} pages/s, {per} (CPU, one process)")
    profile = cProfile.Profile()
    profile.runcall(interviews, q, people)
    pstats.Stats(profile).sort_stats("tottime").print_stats(16)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5)
