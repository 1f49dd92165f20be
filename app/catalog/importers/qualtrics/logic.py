"""Qualtrics's logic (display, branch, skip, quota, custom validation) as conditions of ours.

A logic is groups of expressions. An unanswered question equals nothing and holds nothing, and what is negated is true for it.
Of the expressions in a group those joined by "and" are taken together first; texts are compared without regard to case.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from app.catalog.importers.qualtrics.form import Form, Item, Question
from app.catalog.importers.qualtrics.raw import Raw, flag, items
from app.catalog.importers.surveyjs.checks import whole_pattern
from app.catalog.importers.surveyjs.terms import Lost, same_value
from app.catalog.importers.writing import FALSE, TRUE, all_of, answered, any_of, negated, number, quoted, reference
from app.core.problems import N_
from app.engine.expressions.functions import pattern_problem

LOCATOR = re.compile(r"q://(?:(\d+)_)?(QID\d+(?:#\d+)?)/(\w+)(?:/([^?]*))?(?:\?.*)?")
COMPARED = {
    "EqualTo": "=", "GreaterThan": ">", "GreaterThanOrEqual": ">=", "LessThan": "<", "LessThanOrEqual": "<=",
}  # fmt: skip
OPPOSITE = {
    "NotSelected": "Selected", "NotEqualTo": "EqualTo", "NotEmpty": "Empty", "DoesNotContain": "Contains",
    "NotDisplayed": "Displayed", "DoesNotMatchRegex": "MatchesRegex", "IsNot": "Is",
}  # fmt: skip
LATER = N_("It reads what is asked later, which counts as not answered.")
GONE = N_("It reads what is left out, which counts as not answered.")


@dataclass(slots=True)
class Logic:
    """One condition. ``at``: it may read what is asked before that place; ``own``: the question that it checks; ``notes``: why
    it is only nearly the same."""

    form: Form
    at: int
    own: Question | None = None
    notes: list[str] = field(default_factory=list)

    def whole(self, raw: Raw) -> str:
        """All groups of a BooleanExpression."""
        found, parts = "", list[str]()
        for _, group in items(raw):
            if isinstance(group, dict) and (text := self.group(group)):
                if parts and str(group.get("Type", "")).startswith("And"):
                    parts[-1] = all_of((parts[-1], text))
                else:
                    parts.append(text)
        found = any_of(parts)
        return found if parts else ""

    def group(self, raw: Raw) -> str:
        """The expressions of one group: those joined by "or" apart, the others together."""
        runs: list[list[str]] = []
        for _, each in items(raw):
            if not isinstance(each, dict):
                continue
            text = self.whole(each) if each.get("Type") == "BooleanExpression" else self.expression(each)
            if runs and str(each.get("Conjuction") or each.get("Conjunction") or "And").lower() != "or":
                runs[-1].append(text)
            else:
                runs.append([text])
        return any_of(all_of(run) for run in runs)

    def expression(self, raw: Raw) -> str:
        """One expression; ``Condition`` is what skip logic calls its operator."""
        operator = str(raw.get("Operator") or raw.get("Condition") or "").replace("Is ", "").replace(" ", "")
        if operator in OPPOSITE:
            return negated(self.expression({**raw, "Operator": OPPOSITE[operator]}))
        kind = str(raw.get("LogicType") or "Question")
        right = raw.get("RightOperand", raw.get("Value"))
        if kind == "EmbeddedField":
            field = str(raw.get("LeftOperand", "")).removeprefix("e://Field/")
            return self._field(field, operator, right)
        if kind != "Question":
            raise Lost(N_("Conditions on {subject} are not known here."), subject=kind)
        left = raw.get("LeftOperand") or raw.get("ChoiceLocator") or raw.get("Locator") or ""
        match = LOCATOR.fullmatch(unquote(str(left)).replace("\\", ""))
        if match is None:
            raise Lost(N_("It is not finished: no question is named."))
        return self.question(match, operator, right)

    def question(self, match: re.Match[str], operator: str, right: Any) -> str:
        row, qid, what, rest = match.groups()
        question = self.form.questions.get(qid)
        if question is None or question.kind == "lost":
            self.notes.append(GONE)
            return FALSE
        if question.at >= self.at and question is not self.own:
            if flag(self.form.survey.options.get("BackButton")):  # else nobody could have answered it before
                self.notes.append(LATER)
            return FALSE
        path = [part for part in (rest or "").split("/") if part]
        if what == "QuestionDisplayed" or operator == "Displayed":
            self._here(question, row)
            return any_of(f"asked({reference(name)})" for name in question.names[:1] or [question.name])
        if what in ("SelectableChoice", "SelectableAnswer") and operator in ("Selected", "Is"):
            return self._picked(question, path, row)
        if what in ("SelectedChoicesCount", "SelectedAnswerCount"):
            name = self._name(question, path[0] if path else "", row)
            return _compared(f"coalesce(count-selected({name}), 0)", "number", operator, right)
        if what in ("SelectedChoicesRecode", "SelectedAnswerRecode"):
            return self._worth(question, self._name(question, path[0] if path else "", row), operator, right)
        return self._entry(question, path, row, operator, right)

    def _name(self, question: Question, cell: str, row: str | None) -> str:
        """Ours for the question or one of its cells."""
        if question is self.own and cell in ("", *question.cells):
            return "."
        name = question.cells.get(cell) or (question.name if not question.cells else "")
        if not name:
            raise Lost(N_("It reads a part of a question that is not there."))
        if row and question.repeat and question.repeat != self.form.repeat:
            keys = self.form.rows.get(question.repeat) or []
            return f"at({reference(name)}, {keys.index(row) + 1 if row in keys else int(row)})"
        self._here(question, row)
        return reference(name)

    def _here(self, question: Question, row: str | None) -> None:
        """A loop's answers are read one by one, or in the loop itself."""
        if question.repeat and question.repeat != self.form.repeat and not row:
            raise Lost(N_("It reads the answers of all rows at once."))

    def _picked(self, question: Question, path: list[str], row: str | None) -> str:
        """That a choice is picked, in a table the answer of a row."""
        if not path:
            self._here(question, row)
            return any_of(answered(name) for name in question.names)
        choice = _item(question.choices, path[-1])
        name = self._name(question, path[0] if len(path) > 1 else "", row)
        if question.kind == "nps":
            return f"{name} = {number(same_value(path[-1]))}" if path[-1].isdigit() else FALSE
        if question.kind == "profile":
            answer = next((code for code, raw in profile(question, path[0]) if raw == path[-1]), None)
            return f"{name} = {quoted(answer)}" if answer else FALSE
        if choice is None:
            return FALSE
        if question.type == "set":
            return f"selected({name}, {quoted(choice.code)})"
        if question.type == "code":
            return f"{name} = {quoted(choice.code)}"
        raise Lost(N_("It asks what is picked in a question without choices."))

    def _worth(self, question: Question, name: str, operator: str, right: Any) -> str:
        """The numbers that stand for choices, written out over the choices."""
        if question.type != "code":
            return self._scalar(name, question.type, operator, right)
        wanted, op = same_value(str(right)), COMPARED.get(operator)
        if op is None:
            return negated(f"{name} = {name}") if operator == "Empty" else FALSE
        fits = [c for c in question.choices if _true(op, same_value(c.worth), wanted)]
        return any_of(f"{name} = {quoted(choice.code)}" for choice in fits)

    def _entry(self, question: Question, path: list[str], row: str | None, operator: str, right: Any) -> str:
        """What was written into the question, one of its fields, or beside a choice."""
        cell = "/".join(path)
        if question.choices and not question.cells and path:
            written = question.specified(path[0])
            if not written:
                return TRUE if operator == "Empty" else FALSE
            return self._scalar(reference(written), "text", operator, right)
        if cell and cell not in question.cells and path[0] in question.cells:
            cell = path[0]
        if not cell and operator == "Empty" and question is not self.own:
            self._here(question, row)
            return negated(any_of(answered(name) for name in question.names))
        if not question.cells:
            cell = ""
        elif not cell and len(question.cells) == 1:
            cell = next(iter(question.cells))
        return self._scalar(self._name(question, cell, row), question.type_of(cell), operator, right)

    def _scalar(self, name: str, type_: str, operator: str, right: Any) -> str:
        if operator == "Empty":
            return (
                FALSE if name == "." else negated(f"answered({name})" if name.startswith("${") else f"{name} = {name}")
            )
        if type_ in ("code", "set"):
            raise Lost(N_("It reads a choice as a text."))
        return _compared(name, type_, operator, right)

    def _field(self, field: str, operator: str, right: Any) -> str:
        """Embedded data; what was set last counts."""
        names = [reference(name) for name in self.form.field(field, self.at)]
        name = names[0] if len(names) == 1 else f"coalesce({', '.join(names)})"
        if operator == "Empty":
            return negated(any_of(f"{each} != ''" for each in names))
        return _compared(name, "text", operator, right)


def _compared(name: str, type_: str, operator: str, right: Any) -> str:
    """A value and what stands on the right: as numbers where that is one."""
    op, const = COMPARED.get(operator), same_value(right) if isinstance(right, str) else right
    if isinstance(const, str) and "://" in const:
        raise Lost(N_("It compares with an answer or field that is piped in."))
    if op and isinstance(const, int | float) and type_ in ("number", "text"):
        return f"{name if type_ == 'number' else f'number({name})'} {op} {number(const)}"
    text = str(right or "").lower()
    if type_ == "date" and op and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{name} {op} {quoted(text)}"
    if type_ != "text":
        raise Lost(N_("It compares a value of type {type} with a text."), type=type_)
    if operator in ("EqualTo", "Is"):
        return f"lower-case({name}) = {quoted(text)}"
    if operator == "Contains":
        return f"contains(lower-case({name}), {quoted(text)})"
    if operator == "MatchesRegex":
        return _matched(name, str(right or ""))
    raise Lost(N_("The comparison {operator} is not known here."), operator=operator)


def _matched(name: str, pattern: str) -> str:
    bare = re.fullmatch(r"/(.*)/[a-z]*", pattern)
    whole = whole_pattern(bare[1] if bare else pattern)
    if whole is None or pattern_problem(whole):
        raise Lost(N_("The pattern needs more than patterns can say here."))
    return f"regex({name}, {quoted(whole)})"


def _item(found: list[Item], key: str) -> Item | None:
    """The choice of that number; "x" marks one carried forward."""
    return next((item for item in found if item.id in (key, key.removeprefix("x"))), None)


def _true(op: str, left: Any, right: Any) -> bool:
    if isinstance(left, str) or isinstance(right, str):
        return op == "=" and str(left).casefold() == str(right).casefold()
    return bool(
        {"=": left == right, "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[op]
    )


def profile(question: Question, row: str) -> list[tuple[str, str]]:
    """(code, id) of the scale that a row of a profile has of its own."""
    scale = dict(items(question.raw.get("Answers"))).get(row)
    return [(key, key) for key, _ in items(scale)]
