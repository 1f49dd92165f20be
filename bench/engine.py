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


def interviews(q: engine.Questionnaire, count: int) -> tuple[int, int]:
    """(answers, pages) of that many interviews."""
    chance = random.Random(1)
    answers = pages = 0
    for number in range(count):
        state = engine.new_state(q, str(number), "en")
        state, _ = engine.inform(q, state, engine.Session("web", "link"), NOW)
        state, _ = engine.inform(q, state, engine.Consent(True, "1", "en"), NOW)
        screen = engine.next_screen(q, state, "web")
        while isinstance(screen, engine.Screen):
            raw = {item.name: typed(item, chance) for item in screen.items}
            taken = engine.answer(q, state, screen.at, raw, "web", NOW)
            assert isinstance(taken, engine.Accepted), taken
            state = taken.state
            screen = engine.next_screen(q, state, "web")
            answers += len(raw)
            pages += 1
    return answers, pages


def main(seconds: float) -> None:
    q = questionnaire()
    interviews(q, 200)
    best = total = 0.0
    count = 500
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        start = time.process_time()
        answers, pages = interviews(q, count)
        spent = time.process_time() - start
        best = max(best, answers / spent)
        total = pages / spent
    print(f"{best:,.0f} answers/s at best, {total:,.0f} pages/s, {1e6 / best:.1f} µs an answer (CPU, one process)")
    profile = cProfile.Profile()
    profile.runcall(interviews, q, 300)
    pstats.Stats(profile).sort_stats("tottime").print_stats(16)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5)
