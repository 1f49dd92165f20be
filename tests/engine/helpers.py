"""Building small definitions and interviews for tests."""

from datetime import UTC, datetime
from typing import Any

from app import engine
from app.catalog import source

NOW = datetime(2026, 4, 5, 10, 20, 30, tzinfo=UTC)

HEAD = """
questionnaire: example
title: {en: Example}
languages: [en]
basis: confidential
purpose: {en: to test}
minutes: 1
"""


def compiled(text: str, head: str = HEAD) -> engine.Questionnaire:
    """The questionnaire of a definition that must be right."""
    result = problems_or_questionnaire(text, head)
    assert isinstance(result, engine.Questionnaire), [str(problem) for problem in result]
    return result


def problems(text: str, head: str = HEAD) -> list[str]:
    """The codes of what is wrong."""
    result = problems_or_questionnaire(text, head)
    assert isinstance(result, list)
    return [problem.code for problem in result]


def problems_or_questionnaire(text: str, head: str = HEAD) -> Any:
    read = source.read(head + text)
    return read if isinstance(read, list) else engine.compile(*read)


def begin(q: engine.Questionnaire, mode: str = "web", language: str = "en", **outside: Any) -> engine.State:
    """A new interview with its consent."""
    state = engine.new_state(q, "seed", language, outside)
    state, _ = engine.inform(q, state, engine.Session(mode, "link"), NOW)
    state, _ = engine.inform(q, state, engine.Consent(True, "1", language), NOW)
    return state


def take(
    q: engine.Questionnaire, state: engine.State, channel: str = "web", at: str | None = None, **raw: Any
) -> engine.State:
    """Answer the screen; it must be accepted."""
    screen = engine.next_screen(q, state, channel, at)
    assert isinstance(screen, engine.Screen)
    outcome = engine.answer(q, state, screen.at, raw, channel, NOW)
    assert isinstance(outcome, engine.Accepted), outcome
    return outcome.state


def refused(q: engine.Questionnaire, state: engine.State, channel: str = "web", **raw: Any) -> dict[str, str]:
    """Answer the screen; the codes of the problems by question."""
    screen = engine.next_screen(q, state, channel)
    assert isinstance(screen, engine.Screen)
    outcome = engine.answer(q, state, screen.at, raw, channel, NOW)
    assert isinstance(outcome, (engine.Invalid, engine.Warned)), outcome
    assert outcome.raw == raw
    return {problem.name: problem.code for problem in outcome.problems}


def names(q: engine.Questionnaire, state: engine.State) -> list[str]:
    """The names on the route, in the order shown."""
    return [node.name for node in engine.path(q, state)]


def typed(q: engine.Questionnaire, *screens: dict[str, Any], channel: str = "web") -> engine.State:
    """The state after these screens."""
    state = begin(q)
    for raw in screens:
        state = take(q, state, channel, None, **raw)
    return state
