"""A whole interview on the portable floors alone: run by CPython with the rest blocked, and by Pyodide in a browser's place.

Reads a definition's tree as JSON; prints the end of the interview, so that both can be compared.
"""

import json
import sys
from datetime import UTC, datetime

from app import engine
from app.rendering import html, script

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def typed(item: engine.Item) -> str | list[str]:
    if item.type == "multiple_choice":
        return [item.choices[0].name, item.choices[1].name]
    if item.choices:
        return item.choices[3 % len(item.choices)].name
    return {"integer": "20", "decimal": "1.5", "date": "1.2.2026"}.get(item.type, "Zażółć gęślą jaźń")


def interview(tree: dict[str, object]) -> dict[str, object]:
    q = engine.compile(tree)
    assert isinstance(q, engine.Questionnaire), q
    state = engine.new_state(q, "seed", "pl", {"product": "Lampa"})
    state, _ = engine.inform(q, state, engine.Session("field", "visit"), NOW)
    state, _ = engine.inform(q, state, engine.Consent(True, "1", "pl"), NOW)
    pages = []
    while isinstance(screen := engine.next_screen(q, state, "field"), engine.Screen):
        context = html.Context(action="/", title=screen.title, organisation="Example", mode="field")
        pages.append([str(html.page(screen, context, str)), repr(script.script(screen, str))])
        raw = {item.name: typed(item) for item in screen.items if item.type != "note"}
        outcome = engine.answer(q, state, screen.at, raw, "field", NOW)
        assert isinstance(outcome, engine.Accepted), outcome
        state = outcome.state
    return {"state": engine.to_json(state), "pages": pages}


def run(tree: str) -> str:
    return json.dumps(interview(json.loads(tree)))


def main() -> None:
    sys.stdout.write(run(sys.stdin.read()))
