"""What Qualtrics pipes into texts (``${q://…}``, ``${e://…}``, ``${m://…}``, ``${lm://…}``) as pipes or values of ours."""

import re

from app.catalog.importers.qualtrics.form import Form, Question
from app.catalog.importers.qualtrics.raw import items
from app.catalog.importers.qualtrics.texts import PIPED, Pipe
from app.catalog.importers.surveyjs.terms import Lost
from app.catalog.importers.text import pipe, plain
from app.catalog.importers.writing import quoted, reference
from app.core.problems import N_

UNSAID = N_("It is not known where the text stands.")
QUESTION = re.compile(r"(?:\d+_)?(QID\d+(?:#\d+)?)/(\w+)(?:/([^?]*))?(?:\?.*)?")
CONTACT = ("FirstName", "LastName", "Email", "Language", "ExternalDataReference", "PhoneNumber")


def piper(form: Form, at: int, where: str, name: str) -> Pipe:
    """How texts that stand at the place read answers."""

    def piped(scheme: str, rest: str, whole: str) -> str:
        try:
            return _said(form, scheme, rest, at)
        except Lost as lost:
            form.report.left_out("text", where, name, whole, lost.why, **lost.params)
            return ""

    return piped


def _said(form: Form, scheme: str, rest: str, at: int) -> str:
    if scheme == "lm" and rest in ("CurrentLoopNumber", "TotalLoops"):
        if rest == "TotalLoops" or not form.repeat:
            raise Lost(UNSAID)
        return "${position|}"
    if scheme == "q" and (match := QUESTION.fullmatch(rest)):
        question = form.questions.get(match[1])
        if question and match[2] in ("QuestionText", "ChoiceDescription"):
            return _written(question, match[2], match[3] or "")
    return "".join(pipe(name) for name in reversed(_names(form, scheme, rest, at)))


def _written(question: Question, what: str, key: str) -> str:
    """Words of another question, which no answer changes."""
    text = question.raw.get("QuestionText") if what == "QuestionText" else None
    if what == "ChoiceDescription":
        choice = dict(items(question.raw.get("Choices"))).get(key)
        text = choice.get("Display") if isinstance(choice, dict) else None
    return plain(PIPED.sub("", str(text or "")))


def _names(form: Form, scheme: str, rest: str, at: int) -> list[str]:
    """Our names of what is piped, that which counts first."""
    if scheme == "e":
        return form.field(rest.removeprefix("Field/"), at)
    if scheme == "m":
        return [form.outsider(rest, "contact" if rest in CONTACT else "link")]
    if scheme == "lm":
        field = rest.removeprefix("Field/")
        if field in form.loop:
            return [form.loop[field]]
        raise Lost(UNSAID)
    match = QUESTION.fullmatch(rest) if scheme == "q" else None
    question = form.questions.get(match[1]) if match else None
    if match is None or question is None or question.kind in ("note", "lost", "columns") or question.at >= at:
        raise Lost(UNSAID)
    if question.repeat and question.repeat != form.repeat:
        raise Lost(UNSAID)
    path = (match[3] or "").strip("/")
    if match[2] == "ChoiceTextEntryValue" and path and question.choices and not question.cells:
        return [name] if (name := question.specified(path)) else []
    if question.cells:
        cell = question.cells.get(path) or question.cells.get(path.partition("/")[0])
        if cell is None:
            raise Lost(UNSAID)
        return [cell]
    return [question.name]


def calculation(form: Form, value: str, at: int) -> str:
    """A value of embedded data as a text of ours: plain, or put together of answers and fields."""
    if "$e{" in value:
        raise Lost(N_("It calculates, which is not known here."))
    parts, end = list[str](), 0
    for match in PIPED.finditer(value):
        if match.start() > end:
            parts.append(quoted(value[end : match.start()]))
        end = match.end()
        parts.append(_value(form, match[1], match[2], at))
    if end < len(value) or not parts:
        parts.append(quoted(value[end:]))
    if len(parts) == 1:
        return parts[0]
    known = (part if part.startswith(("'", '"')) else f"coalesce({part}, '')" for part in parts)
    return f"concat({', '.join(known)})"


def _value(form: Form, scheme: str, rest: str, at: int) -> str:
    random = re.fullmatch(r"int/(\d{1,9}):(\d{1,9})", rest) if scheme == "rand" else None
    if random:
        low, high = int(random[1]), int(random[2])
        return f"string(int(random() * {max(high - low, 0) + 1}) + {low})"
    if scheme == "q" and (match := QUESTION.fullmatch(rest)):
        question = form.questions.get(match[1])
        (name,) = _names(form, scheme, rest, at)[:1] or [""]
        if not name or question is None:
            raise Lost(UNSAID)
        if name.endswith("__text") or question.type == "text":
            return reference(name)
        return f"{'label' if question.type in ('code', 'set') else 'string'}({reference(name)})"
    return reference(_names(form, scheme, rest, at)[0])
