"""Putting a screen into words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from app.engine.media import in_language
from app.engine.model import DK, HIDDEN, PROBED, REFUSED, SPECIALS, Env, Grid, Page, Question, Questionnaire, Text
from app.engine.progress import progress
from app.engine.reading import special_policy
from app.engine.replies import SPECIAL_LABELS
from app.engine.route import Route, Visit, is_required
from app.engine.routing import Shot, closing_notes
from app.engine.screen import End, Item, Screen, ShownChoice, ShownGrid
from app.engine.state import Answer, State, place_of
from app.engine.walking import walk
from app.engine.wording import offered, realise


def show(q: Questionnaire, state: State, route: Route, screens: Sequence[Shot], index: int, channel: str) -> Screen:
    """The screen at an index of the route."""
    shot = screens[index]
    page, env = shot.visit.page, route.env_of(shot.visit)
    row = row_title(q, page, shot.visit.name, state.language, env)
    return Screen(
        shot.at,
        tuple([_placed(item(q, state, route.env_of(visit), channel, node), node, visit) for node, visit in shot]),
        state.language,
        title(q, page, state.language, env, row),
        progress(q, state, screens, index, channel),
        screens[index - 1].at if index else None,
        state.consent is None or not state.consent.given,
        index == 0,
        index == len(screens) - 1,
        row=row,
    )


def title(q: Questionnaire, page: Page, language: str, env: Env, row: str) -> str:
    """A page's title; in a repeat after that of the row, so that it is clear of whom or what it asks: ``Person 2 · Work``."""
    own = realise(q, page.title, language, env)
    return " · ".join(text for text in dict.fromkeys((row, own)) if text)


def row_title(q: Questionnaire, page: Page, name: str, language: str, env: Env) -> str:
    """Of which row a page or question asks (``name``: in full): the titles of the repeats it stands in, the outer first. The
    question whether there is another row asks of the next one."""
    if not page.repeats:
        return ""
    repeats, numbers = {each.name: each for each in q.repeats()}, place_of(name)[1:-1].split("][")
    titles = [
        realise(q, repeat.title, language, {**env, "position()": int(number) + (page is repeat.more)})
        for repeat, number in zip(map(repeats.__getitem__, page.repeats), numbers, strict=True)
    ]
    return " · ".join(text for text in dict.fromkeys(titles) if text)


def row_titles(q: Questionnaire, state: State) -> Mapping[str, str]:
    """The questions on the route that stand in repeats, in full (``age[2]``) -> of which row they ask, "" where no title tells."""
    route = walk(q, state)
    return {
        node.name: row
        for visit in route.visits
        if visit.page.repeats
        for row in [row_title(q, visit.page, visit.name, state.language, route.env_of(visit))]
        for node in visit.nodes
    }


def _placed(shown: Item, node: Question, visit: Visit) -> Item:
    """The item with its place among the rows of its grid."""
    if node.grid is None:
        return shown
    rows = [other.name for other in visit.shown if other.grid and other.grid.name == node.grid.name]
    return replace(shown, place=(rows.index(node.name) + 1, len(rows)))


def end(q: Questionnaire, state: State, route: Route, channel: str) -> End:
    """Nothing is left to ask: the end, or the exit that the route comes to, with what is said there."""
    notes = closing_notes(route, channel) if channel in ("sms", "phone") else []
    said = [item(q, state, route.env_of(visit), channel, node) for node, visit in notes]
    if route.exit is None:
        return End("complete", state.language, tuple(said))
    words = route.exit.parameters.get("label")
    if words is not None:
        said.append(Item(route.exit.name, "note", realise(q, words, state.language, route.env)))
    return End(route.exit.parameters["status"], state.language, tuple(said))


def item(q: Questionnaire, state: State, env: Env, channel: str, question: Question) -> Item:
    """One question in the person's language; what depends on nothing is put into words once."""
    answer = state.answers.get(question.name)
    if not question.fixed:
        return _item(q, state, env, channel, question, answer)
    key = (question.name, state.language, channel)
    shown = q.items.get(key)
    if shown is None:
        shown = q.items[key] = _item(q, state, env, channel, question, None)
    if answer is None or (answer.blank and not shown.probes):
        return shown
    return _item(q, state, env, channel, question, answer)


def _item(q: Questionnaire, state: State, env: Env, channel: str, question: Question, answer: Answer | None) -> Item:
    language = state.language

    def say(text: Text | None) -> str:
        return realise(q, text, language, env)

    value, special = (answer.value, answer.special) if answer else (None, None)
    typed = _typed(question, answer, env)
    chosen = typed if isinstance(typed, list) else [typed]
    labels = {name: _special_label(q, question, name, channel, language, env) for name in SPECIALS}
    probed = {
        name: label for name, label in labels.items() if label and special_policy(question, name, channel) == PROBED
    }
    if answer is None or not (answer.blank or special):
        labels |= dict.fromkeys(probed, "")
    return Item(
        question.name,
        question.type,
        say(question.label),
        say(question.hint),
        is_required(question, env),
        value,
        special,
        typed,
        tuple(
            [
                ShownChoice(
                    *(choice.name, say(choice.label), choice.number, choice.name in chosen, choice.exclusive),
                    *(choice.image, in_language(choice.media, language)),
                )
                for choice in offered(question, state.seed, env)
            ]
        ),
        {name: say(p) if isinstance(p, Text) else p for name, p in question.parameters.items()},
        labels[DK],
        labels[REFUSED],
        (),
        say(question.sms),
        say(question.read_out),
        say(question.interviewer),
        say(question.showcard),
        _grid(question.grid, say, language) if question.grid else None,
        say(question.row),
        beside=question.beside,
        probes=probed,
        media=in_language(question.media, language),
    )


def _grid(grid: Grid, say: Callable[[Text | None], str], language: str) -> ShownGrid:
    media = in_language(grid.media, language)
    return ShownGrid(grid.name, grid.type, say(grid.label), say(grid.hint), grid.total, media)


def _typed(question: Question, answer: Answer | None, env: Env) -> str | list[str]:
    """What stands in the field: the answer as it would be typed, else the default."""
    several = question.value_type == "set"
    if answer is not None and answer.value is not None:
        return question.kind.typed(answer.value)
    if answer is None and question.default is not None:
        value = question.default.evaluate(env)
        if value is not None:
            text = "yes" if value is True else "no" if value is False else str(value)
            return (list(value) if isinstance(value, tuple) else text.split()) if several else text
    return [] if several else ""


def _special_label(q: Questionnaire, question: Question, special: str, channel: str, language: str, env: Env) -> str:
    """The option's label where it is offered or probed, else ""."""
    if not question.asked or special_policy(question, special, channel) == HIDDEN:
        return ""
    own = question.dont_know if special == DK else question.refused
    if isinstance(own, Text):
        return realise(q, own, language, env)
    labels = SPECIAL_LABELS[special]
    return labels.get(language, labels["en"])
