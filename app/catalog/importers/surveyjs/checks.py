"""What a SurveyJS question demands of its answer: required, validators, ranges, defaults."""

import re
from collections.abc import Mapping
from typing import Any

from app.catalog.importers.surveyjs.form import Element, Form
from app.catalog.importers.surveyjs.kinds import validators
from app.catalog.importers.surveyjs.terms import MOMENTS, same_value
from app.catalog.importers.surveyjs.texts import Words
from app.catalog.importers.surveyjs.values import Value
from app.catalog.importers.writing import TRUE, all_of, number, quoted
from app.core.problems import N_
from app.engine.expressions.functions import pattern_problem

Raw = Mapping[str, Any]


def required(form: Form, element: Element) -> bool | str:
    """Always, or under a condition."""
    if element.raw.get("isRequired") is True:
        return True
    source = element.raw.get("requiredIf")
    needed = form.condition(source, element) if isinstance(source, str) and source.strip() else None
    return True if needed == TRUE else needed or False


def checks(form: Form, element: Element) -> dict[str, Any]:
    """The keys ``required`` and ``constraint`` with their messages, and the limits that our type takes itself."""
    node: dict[str, Any] = {}
    needed = required(form, element)
    if needed:
        node["required"] = needed
        message = form.words(element, "requiredErrorText")
        if message:
            node["required_message"] = message
    own = Value(element.type, element.name, element.at, repeats=element.scope.repeats)
    found = [(_message(form, element, raw), _validator(form, element, own, raw)) for raw in validators(element.raw)]
    found += [("", check) for check in _ranges(form, element, own)]
    constraint = all_of(check for _, check in found if check)
    if constraint != TRUE:
        node["constraint"] = constraint
        messages: Words = ""
        for message, check in found:
            if message and check:
                messages = form.texts.together(messages, message, " ")
        if messages:
            node["constraint_message"] = messages
    return node


def _message(form: Form, element: Element, validator: Raw) -> Words:
    return form.texts.words(validator.get("text"), element.scope, element.where, element.key)


def _validator(form: Form, element: Element, own: Value, raw: Raw) -> str | None:
    kind = str(raw.get("type", "")).removesuffix("validator")
    if kind == "expression" and isinstance(raw.get("expression"), str):
        return form.condition(raw["expression"], element, own=own)
    if kind == "numeric" and own.type == "number":
        return _between(".", raw.get("minValue"), raw.get("maxValue"))
    if kind == "answercount" and own.type == "set":
        return _between("count-selected(.)", raw.get("minCount"), raw.get("maxCount"))
    if kind == "text" and own.type == "text":
        letters = None if raw.get("allowDigits", True) else "regex(., '[^0-9]*')"
        return (
            all_of(filter(None, (_between("string-length(.)", raw.get("minLength"), raw.get("maxLength")), letters)))
            or None
        )
    if kind == "regex" and own.type == "text" and isinstance(raw.get("regex"), str):
        return _pattern(form, element, raw)
    if kind == "email" and element.kind == "email":
        return None
    why = N_("A check of the kind {check} is not known for this question.")
    form.report.left_out("condition", element.where, element.key, str(raw), why, check=kind)
    return None


def _between(what: str, least: Any, most: Any) -> str | None:
    """Limits that are 0 or missing are none, as in SurveyJS."""
    limits = [(">=", same_value(least)), ("<=", same_value(most))]
    parts = [
        f"{what} {op} {number(limit)}"
        for op, limit in limits
        if isinstance(limit, int | float) and (limit or op == ">=")
    ]
    return all_of(parts) if parts else None


def _pattern(form: Form, element: Element, raw: Raw) -> str | None:
    """JavaScript finds a pattern anywhere in the text, ours is the whole text."""
    pattern = raw["regex"]
    whole = whole_pattern(pattern)
    if whole is None or pattern_problem(whole) is not None or raw.get("caseInsensitive"):
        why = N_("The pattern needs more than patterns can say here.")
        form.report.left_out("condition", element.where, element.key, pattern, why)
        return None
    form.report.carried("condition", element.where, element.key, pattern)
    return f"regex(., {quoted(whole)})"


def whole_pattern(pattern: str) -> str | None:
    """The pattern for the whole text that matches where JavaScript's finds something; None where anchors stand in branches."""
    bare = re.sub(r"\\.|\[[^\]]*\]", "", pattern)
    depth, branches = 0, False
    for character in bare:
        depth += (character == "(") - (character == ")")
        branches |= character == "|" and depth == 0
    start, end = pattern.startswith("^"), bool(re.search(r"(?<!\\)\$$", pattern))
    inner = pattern[start : len(pattern) - end]
    if (branches and (start or end)) or re.search(r"(?<!\\)(?<!\[)[\^$]", re.sub(r"\[[^\]]*\]", "", inner)):
        return None
    inner = f"(?:{inner})" if branches else inner
    return f"{'' if start else '.*'}{inner}{'' if end else '.*'}"


def _ranges(form: Form, element: Element, own: Value) -> list[str | None]:
    """Limits of a field that are calculated, and how many choices may be ticked."""
    found: list[str | None] = []
    for key, op in (("min", ">="), ("max", "<=")):
        limit = element.raw.get(key)
        source = element.raw.get(f"{key}ValueExpression")
        if isinstance(limit, str) and limit.startswith("="):
            source = limit[1:]
        if isinstance(source, str) and source and own.type in ("number", "date"):
            term = form.calculated(source, element.scope, element.where, element.key)
            found.append(f". {op} {term.text}" if term and term.type == own.type else None)
    least, most = (element.raw.get(key) for key in ("minSelectedChoices", "maxSelectedChoices"))
    if own.type == "set" and (least or most):
        found.append(_between("count-selected(.)", least, most))
    return found


def limits(form: Form, element: Element) -> dict[str, Any]:
    """``min`` and ``max`` that are plain values of the type."""
    node: dict[str, Any] = {}
    for key in ("min", "max"):
        given = element.raw.get(key)
        limit = same_value(given)
        if element.type == "number" and isinstance(limit, int | float) and not isinstance(limit, bool):
            node[key] = limit
        elif element.kind in MOMENTS and isinstance(given, str) and (found := re.match(MOMENTS[element.kind], given)):
            node[key] = found[0]
        elif given is not None and not (isinstance(given, str) and given.startswith("=")):
            why = N_("It is no limit of this question's type.")
            form.report.left_out("setting", element.where, element.key, f"{key}: {given}", why)
    if len(node) == 2 and node["min"] >= node["max"]:
        form.report.left_out("setting", element.where, element.key, f"{node}", N_("The least is above the most."))
        return {}
    return node


def default(form: Form, element: Element) -> dict[str, Any]:
    """What stands in the field at first."""
    for key in ("setValueExpression", "defaultValueExpression"):
        source = element.raw.get(key)
        if isinstance(source, str) and source.strip():
            term = form.calculated(source, element.scope, element.where, element.key)
            if term and element.type in (term.type, "text"):
                return {"default": term.text if term.type == element.type else f"string({term.text})"}
    given = element.raw.get("defaultValue")
    if given is None:
        return {}
    literal = _literal(element, given)
    if literal is None:
        why = N_("A value of this kind cannot stand in the field at first.")
        form.report.left_out("setting", element.where, element.key, f"defaultValue: {given}", why)
        return {}
    return {"default": literal}


def _literal(element: Element, given: Any) -> str | None:
    key = (str(given).lower() if isinstance(given, bool) else str(given)).strip().casefold()
    if element.type == "code":
        codes = (
            {"true": "yes", "false": "no"}
            if element.kind == "yes_no"
            else {i.value.casefold(): i.code for i in element.items}
        )
        return quoted(codes[key]) if key in codes else None
    plain = same_value(given)
    if element.type == "number":
        return number(plain) if isinstance(plain, int | float) else None
    if element.type == "date":
        return f"date({quoted(str(given)[:10])})" if re.fullmatch(r"\d{4}-\d\d-\d\d.*", str(given)) else None
    return quoted(str(given)) if element.type == "text" and isinstance(given, str | int | float) else None
