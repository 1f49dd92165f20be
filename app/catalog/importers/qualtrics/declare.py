"""Every question of a Qualtrics survey by name, kind and choices, before any condition is read."""

from typing import Any

from app.catalog.importers.names import Names
from app.catalog.importers.qualtrics.form import Form, Item, Question
from app.catalog.importers.qualtrics.raw import Raw, below, items, ordered
from app.core.problems import N_

SINGLE = ("SAVR", "SAHR", "SACOL", "DL", "SB", "SAHC", "SAVC")
CONTENT = {"ValidNumber": "decimal", "ValidEmail": "email", "ValidDate": "date"}
LOST = {
    "Timing": N_("Times are kept of every screen anyway."),
    "Meta": N_("Browsers are not asked what they are."),
    "Captcha": N_("Links to people need no riddle against robots."),
    "HeatMap": N_("Places clicked on a picture are not taken here."),
    "HotSpot": N_("Regions of a picture are not clicked here."),
    "HL": N_("Words of a text are not marked here."),
    "GAP": N_("Gap analysis has no like here."),
    "TreeSelect": N_("The tree of an organisation is kept by Qualtrics, not in the file."),
    "FileUpload": N_("Screens and videos are not recorded here."),
}
CHOSEN = ("matrix_single", "matrix_multiple", "texts", "sums", "ranks", "groups", "drill")
"""Tables with columns or choices."""
ROWED = (*CHOSEN, "constant_sum", "form", "sliders", "stars", "profile")
UNKNOWN = N_("There is no question type {type} here.")


def declare(form: Form, qid: str, raw: Raw, at: int, repeat: str) -> Question:
    """The question, known to the form from now on. ``at``: its place in the order of asking."""
    name = form.names.take(str(raw.get("DataExportTag") or qid), "q")
    question = Question(qid, raw, name, kind_of(raw), at, repeat)
    if question.kind == "lost":
        question.why = LOST.get(str(raw.get("QuestionType")), UNKNOWN)
    form.questions[qid] = question
    if raw.get("QuestionType") == "SBS":
        _columns(form, question)
    else:
        _cells(form, question)
    if question.kind != "lost" and _empty(question):
        question.kind, question.why = "lost", N_("It has no choices, rows or columns.")
    return question


def _empty(question: Question) -> bool:
    """Whether there is nothing to answer."""
    if question.kind in ("single_choice", "multiple_choice", "ranking"):
        return not question.choices and not question.raw.get("DynamicChoices")
    if question.kind == "columns":
        return not any(part.rows and part.kind in ROWED for part in question.parts.values())
    return question.kind in ROWED and not (question.rows and (question.choices or question.kind not in CHOSEN))


def kind_of(raw: Raw) -> str:
    """Our type, or the shape, of a question."""
    type_, selector, sub = (str(raw.get(key) or "") for key in ("QuestionType", "Selector", "SubSelector"))
    if raw.get("QuestionTypePluginProperties"):
        return "lost"
    if type_ == "MC":
        if selector == "NPS":
            return "nps"
        return "single_choice" if selector in SINGLE or selector.startswith("SA") else "multiple_choice"
    if type_ == "TE":
        return _text_kind(raw, selector)
    if type_ == "Matrix":
        return _matrix_kind(selector, sub)
    if type_ == "Slider":
        return "sliders" if selector != "STAR" else "stars"
    if type_ == "DB":
        return "note"
    if type_ == "FileUpload":
        return "file" if selector == "FileUpload" else "lost"
    kinds = {
        "RO": "ranking",
        "CS": "constant_sum",
        "SBS": "columns",
        "DD": "drill",
        "Draw": "signature",
        "PGR": "groups",
        "SS": "graphic",
    }
    return kinds.get(type_, "lost")


def _text_kind(raw: Raw, selector: str) -> str:
    if selector == "FORM":
        return "form"
    settings = below(raw, "Validation", "Settings")
    content = CONTENT.get(str(settings.get("ContentType"))) if settings.get("Type") == "ContentType" else None
    return content or ("long_text" if selector in ("ML", "ESTB") else "text")


def _matrix_kind(selector: str, sub: str) -> str:
    if selector in ("TE", "CS", "RO"):
        return {"TE": "texts", "CS": "sums", "RO": "ranks"}[selector]
    if selector == "Profile":
        return "profile"
    if selector == "MaxDiff":
        return "best_worst"
    if selector not in ("Likert", "Bipolar"):
        return "lost"
    return "matrix_multiple" if sub == "MultipleAnswer" else "matrix_single"


def coded(raw: Raw, entries: list[tuple[str, Raw]], recodes: Any) -> list[Item]:
    """Each with a code: what it is exported as, where that makes a name for every one, else Qualtrics's own number."""
    worth = {key: str(value) for key, value in items(recodes) if isinstance(value, str | int)}
    wanted = [worth.get(key, key) for key, _ in entries]
    usable = len(set(wanted)) == len(wanted) and all(word[:1].isalnum() and word.isascii() for word in wanted)
    names = Names({"dk", "refused"})
    return [
        Item(key, names.take_code(worth.get(key, key) if usable else key), worth.get(key, key), each)
        for key, each in entries
    ]


def named(entries: list[tuple[str, Raw]], tags: Any) -> list[Item]:
    """Rows or fields with names of ours, after their own export tags where they have some."""
    given = {key: str(value) for key, value in items(tags) if isinstance(value, str)}
    names = Names()
    return [Item(key, names.take(given.get(key) or f"r{key}", "r"), key, each) for key, each in entries]


def _cells(form: Form, question: Question) -> None:
    """The choices, or the rows with a question of ours each."""
    raw, kind = question.raw, question.kind
    choices = ordered(raw, "Choices", "ChoiceOrder")
    answers = ordered(raw, "Answers", "AnswerOrder")
    if kind in ("single_choice", "multiple_choice", "ranking"):
        question.choices = coded(raw, choices, raw.get("RecodeValues"))
    elif kind in ("matrix_single", "matrix_multiple"):
        question.rows = named(choices, None)
        question.choices = coded(raw, answers, raw.get("RecodeValues"))
        question.cells = {row.id: f"{question.name}__{row.code}" for row in question.rows}
    elif kind == "constant_sum":
        question.rows = named(choices, None)
        question.cells = {row.id: f"{question.name}__{row.code}" for row in question.rows}
    elif kind in ("form", "sliders", "stars", "profile", "groups"):
        question.rows = named(choices, raw.get("ChoiceDataExportTags"))
        single = len(question.rows) == 1 and kind in ("sliders", "stars")
        for row in question.rows:
            question.cells[row.id] = (
                question.name if single else form.names.take(f"{question.name}_{row.code.removeprefix('r')}")
            )
            if kind == "form":
                question.kinds[row.id] = CONTENT.get(str(row.raw.get("TextEntryValidation", "")), "text")
        if kind == "groups":
            question.choices = coded(raw, [(key, {"Display": label}) for key, label in items(raw.get("Groups"))], None)
    elif kind in ("texts", "sums", "ranks"):
        question.rows = named(choices, None)
        question.choices = named(answers or [("1", {})], None)
        _by_column(form, question)
    elif kind == "best_worst":
        question.choices = coded(raw, choices, None)
        question.cells = {key: form.names.take(f"{question.name}_{key}") for key, _ in answers[:2]}
    elif kind == "drill":
        _levels(form, question)
    elif kind == "graphic":
        question.kind, question.why = "single_choice", N_("The pictures of the scale are left out.")
        question.choices = coded(raw, choices, raw.get("RecodeValues"))


def _by_column(form: Form, question: Question) -> None:
    """A grid for each column: ``1/2`` is row 1, column 2."""
    single = len(question.choices) == 1
    for column in question.choices:
        grid = question.name if single else form.names.take(f"{question.name}_{column.code.removeprefix('r')}")
        for row in question.rows:
            question.cells[f"{row.id}/{column.id}"] = f"{grid}__{row.code}"


def _columns(form: Form, question: Question) -> None:
    """Side by side: each column is a question of its own, with the rows of all."""
    for number, raw in items(question.raw.get("AdditionalQuestions")):
        if not isinstance(raw, dict):
            continue
        raw = {**raw, "Choices": question.raw.get("Choices"), "ChoiceOrder": question.raw.get("ChoiceOrder")}
        part = Question(f"{question.qid}#{number}", raw, "", kind_of(raw), question.at, question.repeat)
        part.name = form.names.take(str(raw.get("DataExportTag") or f"{question.name}_{number}"))
        _cells(form, part)
        question.parts[number] = part
        form.questions[part.qid] = part


def _levels(form: Form, question: Question) -> None:
    """Drill down: a question a level; an answer's parent is in the map of answers."""
    parents = {key: str(value) for key, value in items(question.raw.get("AnswerMap")) if value is not None}
    question.choices = coded(question.raw, ordered(question.raw, "Answers", "AnswerOrder"), None)
    known, depths = {choice.id for choice in question.choices}, dict[str, int]()
    for choice in question.choices:
        line = [choice.id]
        while (parent := parents.get(line[-1])) in known and parent not in line:
            line.append(parent)
        depths[choice.id] = len(line) - 1
    levels = max(depths.values(), default=0) + 1
    for level in range(levels):
        question.cells[str(level + 1)] = (
            question.name if levels == 1 else form.names.take(f"{question.name}_{level + 1}")
        )
    question.rows = [Item(c.id, parents.get(c.id, ""), str(depths[c.id]), c.raw) for c in question.choices]
