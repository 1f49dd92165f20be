"""What can be told of conditions without a solver: those over answers that may be missing, or that come too late."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.core.problems import N_
from app.engine.expressions.evaluate import closure
from app.engine.model import Env, Expression, Question, Questionnaire
from app.proofs.finding import Finding, found

EXAMPLES: Mapping[str, object] = {
    "number": 0,
    "text": "",
    "bool": True,
    "date": "2000-01-01",
    "time": "00:00",
    "datetime": "2000-01-01T00:00",
}


def advise(q: Questionnaire) -> Iterator[Finding]:
    """Findings about conditions. Each has the ``name`` of the page or question and the key in ``path``."""
    certain = {question.name for question in q.questions.values() if question.calculation is not None}
    for page in q.pages:
        if page.relevant is not None:
            yield from _unknown(q, page.relevant, certain, page.name)
        for question in page.questions:
            if question.relevant is not None:
                yield from _unknown(q, question.relevant, certain, question.name)
            yield from _same_page(q, question)
            if question.required is True and page.relevant is None and question.relevant is None:
                certain.add(question.name)


def _unknown(q: Questionnaire, condition: Expression, certain: set[str], name: str) -> Iterator[Finding]:
    """A condition that is unknown, and so false, when a question it reads was not answered."""
    reads = [other for other in sorted(condition.references) if other in q.questions and not q.questions[other].repeats]
    for missing in reads if len(reads) == len(condition.references) else ():
        env: Env = {other: None if other == missing else _example(q.questions[other]) for other in reads}
        if missing in certain or condition.evaluate(env) is not None:
            continue
        params = {"source": condition.source, "question": missing}
        remedy = N_(
            "If that is not meant, say what then holds: answered(${{{question}}}) or coalesce(${{{question}}}, …)."
        )
        if _holds_elsewhere(condition.tree, env):
            message = N_(
                "“{source}” is unknown, and so not shown, when {question} has no answer; in other programs it would be true."
            )
            yield found("surprising_unknown", message, params, remedy, name, path="relevant")
        else:
            message = N_("“{source}” is unknown, and so not shown, when {question} has no answer.")
            yield found("may_be_unknown", message, params, remedy, name, path="relevant")


def _example(question: Question) -> object:
    """A value of the question's type."""
    first = question.choices[0].name if question.choices else ""
    return {**EXAMPLES, "code": first, "set": (first,)}.get(question.value_type, "")


def _holds_elsewhere(tree: Any, env: Env) -> bool:
    """What most programs make of a condition over a missing answer: what is missing differs from everything."""
    op, *operands = tree
    match op:
        case "and":
            return all(_holds_elsewhere(operand, env) for operand in operands)
        case "or":
            return any(_holds_elsewhere(operand, env) for operand in operands)
        case "not":
            return not _holds_elsewhere(operands[0], env)
    value = closure(tree)(env)
    return op == "!=" if value is None else value is True


def _same_page(q: Questionnaire, question: Question) -> Iterator[Finding]:
    """Choices that an answer of their own page decides about: a page is shown and taken as a whole."""
    late = [choice.name for choice in question.choices if _reads_page(q, question, choice.relevant)]
    if question.choices and (_reads_page(q, question, question.choice_filter) or len(late) == len(question.choices)):
        params = {"name": question.name}
        remedy = N_("Move the question to a later page.")
        if question.required is True and not question.dont_know and not question.refused:
            message = N_(
                "All choices of {name} depend on an answer of its own page, so none can be chosen, and it must be answered."
            )
            yield found("same_page_dead_end", message, params, remedy, question.name, path="choices")
        else:
            message = N_("All choices of {name} depend on an answer of its own page, so none is shown there.")
            yield found("same_page_choice", message, params, remedy, question.name, path="choices")
        return
    for name in late:
        message = N_(
            "The choice {choice} depends on an answer of its own page, which is not known yet when the page is shown."
        )
        remedy = N_("Move the question to a later page.")
        yield found("same_page_choice", message, {"choice": name}, remedy, question.name, path=f"choices.{name}")


def _reads_page(q: Questionnaire, question: Question, condition: Expression | None) -> bool:
    reads = condition.references if condition else ()
    return any(
        q.questions[name].page == question.page and q.questions[name].asked for name in reads if name in q.questions
    )
