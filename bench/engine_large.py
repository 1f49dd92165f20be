"""The engine on what is large: ``python -m bench.engine_large``.

A definition of 1,000 questions: how long it compiles, and its answers a second beside those of the five-page one in the same run. A
roster of 200 rows by 30 questions: CPU of a screen, with the documents it has to write.
"""

import random
import statistics
import time
from typing import Any

from app import engine
from bench.engine import NOW, begin, questionnaire, typed

HEAD = {
    "questionnaire": "large",
    "title": "T",
    "languages": ["en"],
    "basis": "confidential",
    "purpose": "p",
    "minutes": 60,
}


def compiled(**parts: Any) -> engine.Questionnaire:
    q = engine.compile({**HEAD, **parts})
    assert isinstance(q, engine.Questionnaire), q
    return q


def long_one(count: int) -> engine.Questionnaire:
    """Pages of five questions of five types; the last of each depends on two before it."""
    letters = [{"name": letter, "label": letter} for letter in "abcdef"]
    pages = []
    for n in range(count // 5):
        pages.append(
            {
                "name": f"p{n}",
                "questions": [
                    {"name": f"score{n}", "type": "nps", "label": "L"},
                    {"name": f"one{n}", "type": "single_choice", "label": "L", "choices": letters},
                    {"name": f"age{n}", "type": "integer", "label": "L", "min": 0, "max": 99},
                    {"name": f"many{n}", "type": "multiple_choice", "label": "L", "choices": letters},
                    {
                        "name": f"why{n}",
                        "type": "text",
                        "label": "L",
                        "relevant": f"${{score{n}}} <= 6 and selected(${{many{n}}}, 'a')",
                    },
                ],
            }
        )
    return compiled(pages=pages)


def roster(rows: int, questions: int) -> engine.Questionnaire:
    """Rows of three pages; a sum over all of them stands at the end."""
    numbers = [{"name": f"n{n}", "type": "integer", "label": "L"} for n in range(questions)]
    third = questions // 3
    pages = [{"name": f"p{n}", "questions": numbers[n * third : (n + 1) * third]} for n in range(3)]
    total = {"name": "total", "type": "computed", "calculation": "sum(${n1})"}
    last = {"name": "end", "questions": [total, {"name": "bye", "type": "note", "label": "L"}]}
    return compiled(pages=[{"repeat": "row", "count": rows, "pages": pages}, last])


def answers_a_second(q: engine.Questionnaire, people: int) -> float:
    count, chance, started = 0, random.Random(1), time.process_time()
    for number in range(people):
        state = begin(q, number)
        while isinstance(screen := engine.next_screen(q, state, "web"), engine.Screen):
            raw = {item.name: typed(item, chance) for item in screen.items}
            taken = engine.answer(q, state, screen.at, raw, "web", NOW)
            assert isinstance(taken, engine.Accepted), taken
            state, count = taken.state, count + len(raw)
    return count / (time.process_time() - started)


def roster_screens(q: engine.Questionnaire) -> list[float]:
    """CPU seconds of each screen: taking it, writing the documents that changed, putting the next one into words."""
    state, spent = begin(q, 1), []
    while (screen := engine.next_screen(q, state, "web")).at != "end":  # type: ignore[union-attr]
        assert isinstance(screen, engine.Screen)
        raw = {item.name: "5" for item in screen.items}
        started = time.process_time()
        taken = engine.answer(q, state, screen.at, raw, "web", NOW)
        assert isinstance(taken, engine.Accepted), taken
        old, new = state.answers.rows, taken.state.answers.rows
        for place, document in new.items():
            if old.get(place) is not document:
                engine.row_document(document)
        engine.main_document(taken.state)
        state = taken.state
        engine.next_screen(q, state, "web")
        spent.append(time.process_time() - started)
    return spent


def main() -> None:
    started = time.process_time()
    large = long_one(1000)
    print(f"1,000 questions compile in {time.process_time() - started:.3f} s of CPU")
    small = questionnaire()
    rates = [(answers_a_second(small, 200), answers_a_second(large, 1)) for _ in range(5)]
    few, many = (max(each) for each in zip(*rates, strict=True))
    print(f"best of 5: {few:,.0f} answers/s of five pages, {many:,.0f} of 1,000 questions: {many / few:.2f} of it")
    spent = sorted(roster_screens(roster(200, 30)))
    print(
        f"roster of 200 x 30: a screen of ten answers {statistics.median(spent) * 1000:.2f} ms of CPU, "
        f"p99 {spent[int(len(spent) * 0.99)] * 1000:.2f} ms"
    )


if __name__ == "__main__":
    main()
