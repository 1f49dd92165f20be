"""How long the checks take: ``python -m bench.check [questions]``.

A generated questionnaire: pages of ten questions, two in three with a condition over earlier answers, a third of them over two; one
check in ten reads another answer, and a few questions add numbers up. CPU seconds of one process: compiling, the checks
that need no solver, and those that do.
"""

import random
import sys
import time
from typing import Any

from app import engine, proofs

LANGUAGES = ("en", "pl")
TYPES = ("single_choice", "single_choice", "multiple_choice", "nps", "rating", "yes_no", "integer", "text")
CODES = "abcde"


def text(words: str) -> dict[str, str]:
    return {language: f"{words} ({language})" for language in LANGUAGES}


def generated(count: int, seed: int = 1) -> dict[str, Any]:
    """The tree of a questionnaire of that many questions."""
    chance = random.Random(seed)
    questions: list[dict[str, Any]] = []
    for number in range(count):
        questions.append(question(number, questions, chance))
    pages = [{"name": f"page_{n}", "questions": questions[n : n + 10]} for n in range(0, count, 10)]
    return {
        "questionnaire": "generated", "title": text("Generated"), "languages": list(LANGUAGES), "basis": "anonymous",
        "purpose": text("to measure"), "minutes": 120, "pages": pages,
    }  # fmt: skip


def question(number: int, earlier: list[dict[str, Any]], chance: random.Random) -> dict[str, Any]:
    type_ = chance.choice(TYPES)
    made: dict[str, Any] = {"name": f"q{number}", "type": type_, "label": text(f"Question number {number}")}
    if type_ in ("single_choice", "multiple_choice"):
        made["choices"] = [{"name": code, "label": text(f"Choice {code}")} for code in CODES]
    if type_ == "integer":
        made |= {"min": 0, "max": 120}
    made["required"] = chance.random() < 0.7
    if earlier and chance.random() < 0.67:
        made["relevant"] = " or ".join(
            condition(chance.choice(earlier[-60:]), chance) for _ in range(chance.choice((1, 1, 2)))
        )
    numbers = [q["name"] for q in earlier[-60:] if q["type"] == "integer"]
    if type_ == "integer" and numbers and chance.random() < 0.5:
        made["warning"] = made["constraint"] = f". + ${{{chance.choice(numbers)}}} <= 200"
    return made


def condition(question: dict[str, Any], chance: random.Random) -> str:
    """A condition that some meet and some do not."""
    name, code = f"${{{question['name']}}}", chance.choice(CODES)
    return {
        "single_choice": f"{name} = '{code}'",
        "multiple_choice": f"selected({name}, '{code}')",
        "nps": f"{name} <= {chance.randint(2, 8)}",
        "rating": f"{name} > {chance.randint(1, 4)}",
        "yes_no": f"{name} = 'yes'",
        "integer": f"{name} >= {chance.randint(5, 100)}",
        "text": f"answered({name})",
    }[question["type"]]


def main(count: int) -> None:
    tree = generated(count)
    start = time.process_time()
    q = engine.compile(tree)
    assert isinstance(q, engine.Questionnaire), [str(problem) for problem in q][:5]
    compiled = time.process_time()
    quick = proofs.check(q, solver=False)
    looked = time.process_time()
    everything = proofs.check(q)
    proved = time.process_time()
    print(f"{count} questions, {len(everything)} findings ({len(quick)} without the solver)")
    print(f"compiled in {compiled - start:.2f} s, checked without the solver in {looked - compiled:.2f} s")
    print(f"checked with the solver in {proved - looked:.2f} s of CPU (one process)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
