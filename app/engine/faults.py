"""What is wrong with a screen that was sent: what stops it, and what is only unusual."""

from collections.abc import Mapping
from dataclasses import replace

from app.core.problems import N_, Problem
from app.engine.expressions.values import number
from app.engine.model import Env, Grid, Question, Questionnaire, Value
from app.engine.route import Route, Visit
from app.engine.state import Answer, State, place_of
from app.engine.wording import realise


def hard_faults(
    q: Questionnaire,
    state: State,
    after: Route,
    here: Visit | None,
    given: Mapping[str, Answer],
    unread: Mapping[str, Problem],
) -> list[Problem]:
    """What stops the screen from being taken: unreadable or missing answers of questions that are on the route."""
    if here is None or (not unread and here.faults.keys().isdisjoint(given)):
        return []
    problems, env, sums = [], after.env_of(here), set[str]()
    for question in here.nodes:
        name = question.name
        if name in unread:
            problems.append(unread[name])
        fault = here.faults.get(name) if name in given else None
        if fault == "required":
            problems.append(_worded(q, state, env, question, "required", N_("Answer this question."), None))
        elif fault == "choice":
            problems.append(
                Problem("not_an_option", N_("This option is no longer offered; choose another."), name=name)
            )
        elif fault == "constraint" and question.grid and _of_the_total(question, question.grid, env, given[name].value):
            if question.grid.name not in sums:
                sums.add(question.grid.name)
                problems.append(_not_the_total(question.grid, env, name, given))
        elif fault == "constraint":
            message = N_("This answer does not fit; check it.")
            problems.append(_worded(q, state, env, question, "constraint", message, given[name].value))
    return problems


def _of_the_total(question: Question, grid: Grid, env: Env, value: Value | None) -> bool:
    """Whether a check failed because of what the rows make together, not because of the author's own."""
    own = grid.constraint
    return grid.total is not None and (
        own is None or own.evaluate({**env, question.bare: value, ".": value}) is not False
    )


def _not_the_total(grid: Grid, env: Env, name: str, given: Mapping[str, Answer]) -> Problem:
    """The rows of a constant sum do not add up. What was just said counts: a value that does not fit is masked in the env."""
    place = place_of(name)
    rows = [given[f"{row}{place}"].value if f"{row}{place}" in given else env.get(row) for row in grid.rows]
    said = number(sum(value or 0 for value in rows))  # type: ignore[misc]
    message = N_("The numbers must add up to {total}; they add up to {sum}.")
    return Problem("constant_sum", message, {"total": grid.total, "sum": said}, name=name)


def soft_faults(
    q: Questionnaire, trial: State, after: Route, here: Visit | None, given: Mapping[str, Answer]
) -> list[Problem]:
    """Answers that are unusual but possible, and not overridden before."""
    if here is None:
        return []
    problems, env = [], after.env_of(here)
    for question in here.nodes:
        if question.warning is None or question.name not in given:
            continue
        answer = trial.answers[question.name]
        if answer.value is None or answer.override is not None:
            continue
        if question.warning.evaluate({**env, ".": answer.value}) is False:
            message = N_("This answer is unusual. Is it right?")
            problem = _worded(q, trial, env, question, "warning", message, answer.value)
            problems.append(replace(problem, severity="warning"))
    return problems


def _worded(
    q: Questionnaire, state: State, env: Env, question: Question, code: str, message: str, value: Value | None
) -> Problem:
    """A problem in the author's words where there are any (translated already; they may pipe the value in question)."""
    text = getattr(question, f"{code}_message")
    if text is None:
        return Problem(code, message, name=question.name)
    said = realise(q, text, state.language, {**env, question.bare: value})
    return Problem(code, "{text}", {"text": said}, name=question.name)
