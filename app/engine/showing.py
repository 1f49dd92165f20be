"""Putting a screen into words."""

from app.engine.model import DK, HIDDEN, PROBED, REFUSED, SPECIALS, Env, Question, Questionnaire, Text
from app.engine.reading import special_policy
from app.engine.replies import SPECIAL_LABELS
from app.engine.routing import Route, is_required
from app.engine.screen import End, Item, Screen, ShownChoice
from app.engine.state import Answer, State
from app.engine.wording import offered, realise


def show(
    q: Questionnaire,
    state: State,
    route: Route,
    channel: str,
    screens: list[tuple[str, list[Question]]],
    index: int,
) -> Screen:
    """The screen at an index of the route."""
    at, nodes = screens[index]
    page = q.page(nodes[0].page)
    return Screen(
        at,
        tuple([item(q, state, route.env, channel, node) for node in nodes]),
        state.language,
        realise(q, page.title if page else None, state.language, route.env),
        index / len(screens),
        screens[index - 1][0] if index else None,
        state.consent is None or not state.consent.given,
        index == 0,
        index == len(screens) - 1,
    )


def end(q: Questionnaire, state: State, route: Route, channel: str) -> End:
    """Nothing is left to ask."""
    notes = route.closing_notes(channel) if channel in ("sms", "phone") else []
    return End("complete", state.language, tuple(item(q, state, route.env, channel, node) for node in notes))


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
    several = question.value_type == "set"
    typed = ([] if several else "") if value is None else question.kind.typed(value)
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
                    choice.name, say(choice.label), choice.number, choice.name in chosen, choice.exclusive, choice.image
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
        probes=probed,
    )


def _special_label(q: Questionnaire, question: Question, special: str, channel: str, language: str, env: Env) -> str:
    """The option's label where it is offered or probed, else ""."""
    if not question.asked or special_policy(question, special, channel) == HIDDEN:
        return ""
    own = question.dont_know if special == DK else question.refused
    if isinstance(own, Text):
        return realise(q, own, language, env)
    labels = SPECIAL_LABELS[special]
    return labels.get(language, labels["en"])
