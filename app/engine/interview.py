"""One interview: what to show next, what an answer does, what the service may tell it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.core.problems import N_, Problem
from app.engine.faults import hard_faults, soft_faults
from app.engine.model import DK, LATE, REFUSED, Env, Question, Questionnaire, Value
from app.engine.outcome import Accepted, Invalid, Outcome, Warned
from app.engine.reading import read, read_outside
from app.engine.repeats import placed
from app.engine.route import Route, Visit
from app.engine.routing import PAGED, Shot, positions, shots
from app.engine.screen import End, Raw, Screen
from app.engine.showing import end, show
from app.engine.state import Answer, Event, Fact, State, answered, answering, apply, event, place_of
from app.engine.walking import walk
from app.engine.wording import narrowed, offered, wording


def new_state(q: Questionnaire, seed: str, language: str, outside: Mapping[str, Value | str] | None = None) -> State:
    """A fresh interview. A language that the questionnaire has not becomes its default. Of ``outside``, values that are
    not declared or not of the declared type are left out; ``read_outside`` says which."""
    known, _ = read_outside(q, outside or {})
    return State(seed, language if language in q.languages else q.languages[0], known)


def next_screen(q: Questionnaire, state: State, channel: str, at: str | None = None) -> Screen | End:
    """The screen ``at`` (back, jump) where that is on the route, else the first with anything still to answer.

    ``channel``: web or field (a page a screen), sms or phone (a question a screen). ``at`` may be the name of a page or of a
    question on any channel, so that an interview can go on elsewhere where it was."""
    if state.status != "open":
        return End(state.status, state.language)
    route = walk(q, state)
    screens = shots(route, state, channel)
    index = find(screens, at) if at else None
    if index is None:
        index = next((i for i, shot in enumerate(screens) if shot.waiting), None)
    if index is None:
        return end(q, state, route, channel)
    return show(q, state, route, screens, index, channel)


def find(screens: Sequence[Shot], at: str) -> int | None:
    """The index of the screen called ``at``, else of the one that holds that question, else of that page's first."""
    exactly = next((i for i, shot in enumerate(screens) if shot.at == at), None)
    if exactly is not None:
        return exactly
    return next((i for i, shot in enumerate(screens) if shot.holds(at) or shot.visit.name == at), None)


def redisplay(screen: Screen, problems: Sequence[Problem] = (), raw: Raw | None = None) -> Screen:
    """The same screen with what was typed in its fields and each problem at its item."""
    items = []
    for item in screen.items:
        mine = tuple(problem for problem in problems if problem.name == item.name)
        typed = (raw or {}).get(item.name)
        special = (raw or {}).get(f"{item.name}__special")
        if typed is not None:
            chosen = [typed] if isinstance(typed, str) else list(typed)
            choices = tuple(replace(choice, selected=choice.name in chosen) for choice in item.choices)
            several = isinstance(item.raw, list)
            item = replace(item, raw=chosen if several else (chosen or [""])[-1], choices=choices)
        if special is not None:
            item = replace(item, special=str(special) or None)
        if mine or special:
            item = replace(item, dk=item.probes.get(DK, item.dk), refused=item.probes.get(REFUSED, item.refused))
        items.append(replace(item, problems=mine) if mine else item)
    names = {item.name for item in items}
    general = tuple(problem for problem in problems if problem.name not in names)
    return replace(screen, items=tuple(items), problems=general)


def answer(
    q: Questionnaire,
    state: State,
    at: str,
    raw: Raw,
    channel: str,
    now: datetime,
    overrides: Mapping[str, str] | Collection[str] = (),
    late: bool = False,
) -> Outcome:
    """Take a screen, all or nothing. ``overrides``: names of the questions whose warnings are overridden, or name -> note.
    ``late``: its time is over (see app.engine.timing): what is wrong on it counts as left empty, and nothing is required.

    What was typed for a question of the page that is (or just went) off the route is kept, masked, if it can be read.
    ValueError when consent is not in the state: inform first."""
    if state.consent is None or not state.consent.given:
        raise ValueError("consent must be recorded before an answer")
    if state.status != "open":
        return Invalid((Problem("interview_closed", N_("This interview is finished; nothing was changed.")),), raw)
    route = walk(q, state)
    screens = shots(route, state, channel)
    index = find(screens, at)
    if index is None:
        return Invalid((Problem("not_on_route", N_("This question is no longer asked; nothing was changed.")),), raw)
    given, problems = _read_screen(q, state, route, screens[index], raw, channel, now, late)
    changed = {name: new for name, new in given.items() if _differs(state.answers.get(name), new)}
    trial = answering(state, changed, now.isoformat())
    after = walk(q, trial)
    here = after.visit(screens[index].visit.name)
    hard = hard_faults(q, state, after, here, given, problems)
    if hard:
        rest = _without(raw, hard)
        if late and len(rest) < len(raw):
            return answer(q, state, at, rest, channel, now, overrides, late)
        return Invalid(tuple(hard), raw)
    soft = soft_faults(q, trial, after, here, given)
    left = [problem for problem in soft if problem.name not in overrides]
    if left:
        return Warned(tuple(left), raw)
    return _accepted(state, trial, here, changed, soft, overrides)


def _without(raw: Raw, problems: Sequence[Problem]) -> Raw:
    """What was typed, but for the questions with problems."""
    wrong = {problem.name for problem in problems}
    return {name: typed for name, typed in raw.items() if name.removesuffix("__special") not in wrong}


def _accepted(
    state: State,
    trial: State,
    here: Visit | None,
    changed: dict[str, Answer],
    soft: Sequence[Problem],
    overrides: Mapping[str, str] | Collection[str],
) -> Accepted:
    """The new state and its events. What was left empty off the route was not seen, so it is no answer."""
    asked = {node.name for node in here.nodes} if here else set()
    kept = {name: new for name, new in changed.items() if not new.blank or name in asked}
    notes = overrides if isinstance(overrides, Mapping) else {}
    for name in (problem.name for problem in soft):
        kept[name] = replace(trial.answers[name], override=notes.get(name, ""))
    if soft or len(kept) < len(changed):
        trial = answering(state, kept, trial.started)
    return Accepted(trial if kept else state, tuple([answered(name, new) for name, new in kept.items()]))


def _differs(old: Answer | None, new: Answer) -> bool:
    """Whether an answer says anything new; if not, the first stays as it was given."""
    excused = new.override is not None and new.override != (old.override if old else None)
    return old is None or old.value != new.value or old.special != new.special or excused


def _read_screen(
    q: Questionnaire, state: State, route: Route, shot: Shot, raw: Raw, channel: str, now: datetime, late: bool
) -> tuple[dict[str, Answer], dict[str, Problem]]:
    """The answers read from a screen, by name, and what could not be read."""
    given: dict[str, Answer] = {}
    problems: dict[str, Problem] = {}
    at, language = now.isoformat(), state.language
    place = positions(q, route, shot)
    for question, env, here in _fields(q, route, shot, channel):
        name = question.name
        if not here and not (question.shown and (name in raw or f"{name}__special" in raw)):
            continue
        value = special = None
        choices = offered(question, state.seed, env)
        if question.asked:
            result = read(narrowed(question, choices), raw, channel, language)
            if isinstance(result, Problem) and late:
                result = None, None
            if isinstance(result, Problem):
                problems[name] = replace(result, name=name)
                continue
            value, special = result
        said = wording(q, question, channel, language, env)
        order = tuple([choice.name for choice in choices])
        note = LATE if late and question.asked and value is None and special is None else None
        given[name] = Answer(value, special, channel, state.entry, at, said, order, note, place.get(name, 0))
    return given, problems


def _fields(q: Questionnaire, route: Route, shot: Shot, channel: str) -> Iterator[tuple[Question, Env, bool]]:
    """(question, env, whether it is on the screen): what may be in the form. A page's form has all of the page's questions,
    also those that an answer on the same page takes off the route or brings onto it."""
    if channel not in PAGED:
        yield from ((question, route.env_of(visit), True) for question, visit in shot)
        return
    visit, shown, env = shot.visit, {node.name for node in shot.nodes}, route.env_of(shot.visit)
    place = place_of(visit.name)
    for question in placed(q, visit.page, place) if place else visit.page.questions:
        yield question, env, question.name in shown


def inform(q: Questionnaire, state: State, fact: Fact, now: datetime) -> tuple[State, tuple[Event, ...]]:
    """What the service knows becomes part of the interview. An Outside value that was not declared is a ValueError."""
    new = event(fact, state, now)
    if new["kind"] == "outside":
        known, problems = read_outside(q, {new["name"]: new["value"]})
        if problems:
            raise ValueError(problems[0].text())
        new["value"] = known[new["name"]]
    return apply(q, state, new), (new,)
