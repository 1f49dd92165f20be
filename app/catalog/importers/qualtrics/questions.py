"""Qualtrics's questions as ours."""

from collections.abc import Callable, Mapping
from typing import Any

from app.catalog.importers.qualtrics.form import Form, Item, Node, Question
from app.catalog.importers.qualtrics.logic import Logic
from app.catalog.importers.qualtrics.piping import piper
from app.catalog.importers.qualtrics.raw import Raw, below, flag, items
from app.catalog.importers.qualtrics.texts import Words
from app.catalog.importers.surveyjs.terms import Lost, same_value
from app.catalog.importers.writing import TRUE, all_of, number, quoted
from app.core.problems import N_

ASKED_AGAIN = N_("It was asked once more when left empty; here it may stay empty.")
SCRIPT = N_("Its program in JavaScript is left out.")
SHUFFLED = N_("All are shown in a random order.")


def words(form: Form, question: Question, *path: str) -> Words:
    """A text of the question, with answers piped in."""
    return form.texts.words(question.raw, path, piper(form, question.at, form.where(question), question.name))


def label(form: Form, question: Question) -> Words:
    return words(form, question, "QuestionText") or question.name


def item_label(form: Form, question: Question, item: Item, what: str = "Choices") -> Words:
    return words(form, question, what, item.id, "Display") or item.id


def condition(form: Form, question: Question, logic: Any, at: int, own: Question | None = None) -> str | None:
    """A logic in our words; one line of the report. None where there is none or it is left out."""
    if not isinstance(logic, Mapping) or not logic:
        return None
    found = reported(form, form.where(question), question.name, lambda run: run.whole(logic), Logic(form, at, own))
    return None if found == TRUE else found


def reported(form: Form, where: str, name: str, write: Callable[[Logic], str], logic: Logic) -> str | None:
    """What ``write`` makes of a logic, with its line in the report."""
    try:
        text = write(logic)
    except Lost as lost:
        form.report.left_out("condition", where, name, "", lost.why, **lost.params)
        return None
    if logic.notes:
        form.report.approximated("condition", where, name, text, logic.notes[0])
    elif text:
        form.report.carried("condition", where, name, text)
    return text or None


def shown(form: Form, question: Question, type_: str) -> Node:
    return {"name": question.name, "type": type_, "label": label(form, question)}


def settings(question: Question) -> Raw:
    return below(question.raw, "Validation", "Settings")


def required(form: Form, question: Question) -> Node:
    """Whether it must be answered."""
    given = settings(question)
    if (
        "RequestResponse" in (given.get("ForceResponse"), given.get("ForceResponseType"))
        and given.get("ForceResponse") != "OFF"
    ):
        form.report.approximated("setting", form.where(question), question.name, "RequestResponse", ASKED_AGAIN)
        return {}
    return {"required": True} if given.get("ForceResponse") == "ON" else {}


def checks(form: Form, question: Question) -> Node:
    """Required, and what else Qualtrics checks."""
    given, node = settings(question), required(form, question)
    kind, parts = given.get("Type"), list[str | None]()
    if kind in ("MinChar", "MaxChar", "CharRange", "TotalChars") and question.type == "text":
        parts.append(_between("string-length(.)", given.get("MinChars"), given.get("TotalChars")))
    elif kind in ("ChoiceRange", "MinChoices", "MaxChoices") and question.type == "set":
        parts.append(_between("count-selected(.)", given.get("MinChoices"), given.get("MaxChoices")))
    elif kind == "CustomValidation" and question.names and not question.cells:
        logic = below(given, "CustomValidation", "Logic")
        parts.append(condition(form, question, logic, question.at + 1, question))
        message = below(given, "CustomValidation", "Message").get("description")
        if isinstance(message, str) and message:
            form.report.left_out(
                "text", form.where(question), question.name, message, N_("Its message is kept by Qualtrics.")
            )
    elif kind == "CustomValidation":
        why = N_("A check of several fields together is not known here.")
        form.report.left_out("condition", form.where(question), question.name, "CustomValidation", why)
    constraint = all_of(part for part in parts if part)
    return node if constraint == TRUE else {**node, "constraint": constraint}


def _between(what: str, least: Any, most: Any) -> str | None:
    limits = [(">=", same_value(least)), ("<=", same_value(most))]
    parts = [f"{what} {op} {number(limit)}" for op, limit in limits if isinstance(limit, int | float) and limit > 0]
    return all_of(parts) if parts else None


def choices(form: Form, question: Question, what: str = "Choices") -> list[Node]:
    made = []
    for item in question.choices:
        node: Node = {"name": item.code, "label": item_label(form, question, item, what)}
        relevant = condition(form, question, item.raw.get("DisplayLogic"), question.at)
        if relevant:
            node["relevant"] = relevant
        if flag(item.raw.get("ExclusiveAnswer")) and question.kind == "multiple_choice":
            node["exclusive"] = True
        if (
            flag(item.raw.get("TextEntry"))
            and what == "Choices"
            and question.kind in ("single_choice", "multiple_choice")
        ):
            node["specify"] = True
        made.append(node)
    return made


def order(form: Form, question: Question, key: str) -> Node:
    """``randomize`` or ``randomize_rows``."""
    kind = below(question.raw, "Randomization").get("Type")
    if kind in (None, "", "None"):
        return {}
    if kind != "All":
        form.report.approximated("setting", form.where(question), question.name, f"Randomization: {kind}", SHUFFLED)
    return {key: True}


def single(form: Form, question: Question) -> list[Node]:
    node = shown(form, question, question.kind) | checks(form, question)
    carried = str(below(question.raw, "DynamicChoices").get("Locator", ""))
    node["choices"] = carry(form, question, carried) if carried else choices(form, question)
    if node["choices"]:
        return [node | order(form, question, "randomize") | default(form, question)]
    return [{"name": node["name"], "type": "text", "label": node["label"]}]


def carry(form: Form, question: Question, locator: str) -> Any:
    """The choices of an earlier question."""
    qid, _, rest = locator.removeprefix("q://").partition("/")
    origin = form.questions.get(qid)
    which = next((ours for theirs, ours in CARRIED.items() if rest.split("?")[0].endswith(theirs)), None)
    fits = (
        origin and not origin.cells and origin.kind in ("single_choice", "multiple_choice") and origin.at < question.at
    )
    if not fits or origin is None or which is None:
        why = N_("Choices cannot be carried forward from there.")
        form.report.left_out("choice", form.where(question), question.name, locator, why)
        return choices(form, question)
    if question.choices:
        why = N_("Choices of its own cannot stand beside those carried forward.")
        form.report.left_out("choice", form.where(question), question.name, "", why)
    return {"carry": origin.name, "which": which}


CARRIED = {
    "/SelectedChoices": "selected", "/UnselectedChoices": "unselected", "/AllChoices": "all", "/DisplayedChoices": "all",
}  # fmt: skip


def default(form: Form, question: Question) -> Node:
    """The choice that is picked at first."""
    picked = [
        key
        for key, value in items(question.raw.get("DefaultChoices"))
        if flag(below({"v": value}, "v").get("Selected"))
    ]
    codes = [item.code for item in question.choices if item.id in picked]
    if question.kind != "single_choice" or not codes:
        if picked:
            why = N_("A value of this kind cannot stand in the field at first.")
            form.report.left_out("setting", form.where(question), question.name, "DefaultChoices", why)
        return {}
    return {"default": quoted(codes[0])}


def nps(form: Form, question: Question) -> list[Node]:
    ends = [
        words(form, question, "ColumnLabels", str(i), "Display")
        for i in range(len(items(question.raw.get("ColumnLabels"))))
    ]
    node = shown(form, question, "nps") | required(form, question)
    if len(ends) > 1 and ends[0] and ends[-1]:
        node |= {"low": ends[0], "high": ends[-1]}
    return [node]


def text(form: Form, question: Question) -> list[Node]:
    node, given = shown(form, question, question.kind) | checks(form, question), settings(question)
    if question.kind in ("text", "long_text"):
        node["max_length"] = 1_000 if question.kind == "text" else 4_000
    if question.kind == "decimal":
        node |= numeric(below(given, "ValidNumber"))
    elif given.get("Type") == "ContentType" and question.kind == "text":
        _content(form, question, node, str(given.get("ContentType")))
    return [node]


def numeric(limits: Raw) -> Node:
    node: Node = {"decimals": 10}
    least, most, digits = (same_value(limits.get(key)) for key in ("Min", "Max", "NumDecimals"))
    node |= {"min": least} if isinstance(least, int | float) else {}
    node |= {"max": most} if isinstance(most, int | float) else {}
    return node | ({"decimals": digits} if isinstance(digits, int) and 0 <= digits <= 10 else {})


PATTERNS = {
    "ValidUSZipCode": r"\d{5}(-\d{4})?", "ValidZip": r"\d{5}(-\d{4})?", "ValidUSState": "[A-Za-z]{2}",
    "ValidTextOnly": "[^0-9]*", "ValidPhone": r"[0-9() .+-]{7,20}", "ValidUSPhone": r"[0-9() .+-]{7,20}",
}  # fmt: skip


def _content(form: Form, question: Question, node: Node, content: str) -> None:
    """What may be written, where no type of ours says it."""
    if content not in PATTERNS:
        why = N_("What may be written is not checked.")
        form.report.left_out("setting", form.where(question), question.name, content, why)
        return
    node["constraint"] = all_of(filter(None, (node.get("constraint"), f"regex(., {quoted(PATTERNS[content])})")))


def note(form: Form, question: Question) -> list[Node]:
    said = words(form, question, "QuestionText")
    return [{"name": question.name, "type": "note", "label": said}] if said else []


def plain(form: Form, question: Question) -> list[Node]:
    return [shown(form, question, question.kind) | required(form, question)]
