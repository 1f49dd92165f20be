"""What is allowed but probably not meant: warnings for the author, shown before publishing."""

from collections.abc import Iterator

from app.core.problems import N_, Problem
from app.engine.model import Choice, Env, Expression, Question, Questionnaire
from app.engine.replies import fold

STOP_WORDS = ("stop", "unsubscribe", "end", "quit", "stopall", "cancel", "revoke", "optout")
"""Twilio's default opt-out words: a one-word reply by SMS that blocks the sender."""


def advise(q: Questionnaire) -> list[Problem]:
    """Warnings of a questionnaire that compiles; ``path`` names page, question and choice."""
    found: list[Problem] = []
    certain = {question.name for question in q.questions.values() if question.calculation is not None}
    for page in q.pages:
        if page.relevant is not None:
            found += _unknown(q, page.relevant, certain, page.name)
        for question in page.questions:
            path = f"{page.name}.{question.name}"
            if question.relevant is not None:
                found += _unknown(q, question.relevant, certain, path)
            for choice in question.choices:
                found += _choice(q, question, choice, f"{path}.{choice.name}")
            if question.required is True and page.relevant is None and question.relevant is None:
                certain.add(question.name)
    return found


def _unknown(q: Questionnaire, condition: Expression, certain: set[str], path: str) -> Iterator[Problem]:
    """A condition that is unknown, and so false, when a question it reads was not answered."""
    for name in sorted(condition.references - certain):
        others: Env = {other: _example(q.questions[other]) for other in condition.references if other != name}
        if condition.evaluate({**others, name: None}) is None:
            yield Problem(
                "may_be_unknown",
                N_("“{source}” is unknown, and so not shown, when {name} has no answer."),
                {"source": condition.source, "name": name},
                name=path,
                remedy=N_(
                    "If that is not meant, say what then holds: answered(${{{name}}}) or coalesce(${{{name}}}, …)."
                ),
                path=path,
                severity="warning",
            )


def _example(question: Question) -> object:
    """A value of the question's type."""
    first = question.choices[0].name if question.choices else ""
    day, time = "2000-01-01", "00:00"
    examples = {"number": 0, "text": "", "bool": True, "code": first, "set": (first,)}
    examples |= {"date": day, "time": time, "datetime": f"{day}T{time}"}
    return examples[question.value_type]


def _choice(q: Questionnaire, question: Question, choice: Choice, path: str) -> Iterator[Problem]:
    for language in q.languages:
        label = choice.label.plain(language)
        if fold(label) in STOP_WORDS:
            yield Problem(
                "stop_word",
                N_("Who replies “{label}” by SMS blocks all further messages ({language})."),
                {"label": label, "language": language},
                name=path,
                remedy=N_("Use other words for the choice."),
                path=path,
                severity="warning",
            )
    same = {q.questions[name].page for name in choice.relevant.references} if choice.relevant else set()
    if question.page in same:
        yield Problem(
            "same_page_choice",
            N_("The choice depends on an answer of its own page, which is not known yet when the page is shown."),
            name=path,
            remedy=N_("Move the question to a later page."),
            path=path,
            severity="warning",
        )
