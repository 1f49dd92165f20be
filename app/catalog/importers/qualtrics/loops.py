"""Loop and merge: a block asked once for each choice, each line of a list, or as often as a number says.

A loop over choices has a row for every choice of the question, as in Qualtrics's exports; the rows of those that were not
picked are empty."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.catalog.importers.qualtrics.form import Form, Node, Question
from app.catalog.importers.qualtrics.logic import Logic
from app.catalog.importers.qualtrics.piping import piper
from app.catalog.importers.qualtrics.questions import item_label
from app.catalog.importers.qualtrics.raw import Raw, below, items, objects
from app.catalog.importers.writing import all_of, any_of, negated, quoted, reference
from app.core.problems import N_

MOST_ROWS = 200
MODES: dict[str, Callable[[str], str]] = {"SelectedChoices": str, "UnselectedChoices": negated}
LANGUAGES = N_("The texts of the rows are in one language.")
UNKNOWN = N_("The loop is over something that is not known here: it is asked once.")
SHUFFLED = N_("The rows come in their own order.")


@dataclass(slots=True)
class Loop:
    """``count``: an expression; ``relevant``: when a row is asked; ``computed``: the texts of the row."""

    form: Form
    name: str
    count: str
    relevant: str
    computed: list[Node]

    def around(self, pages: list[Node]) -> Node:
        """The repeat of the pages."""
        if self.computed:
            pages = [{"name": self.form.pages.take(f"{self.name}_texts"), "questions": self.computed}, *pages]
        if self.relevant:
            pages = [{**page, "relevant": all_of((self.relevant, page.get("relevant", "true")))} for page in pages]
        self.form.loop = {}
        return {"repeat": self.name, "count": self.count, "pages": pages}


def looping(raw: Raw) -> bool:
    return str(below(raw, "Options").get("Looping") or "None") not in ("None", "false", "False", "")


def loop(form: Form, raw: Raw) -> Loop | None:
    """The block's loop; None where it has none or it is left out, which is reported."""
    if not looping(raw):
        return None
    given, where = below(raw, "Options", "LoopingOptions"), f"{raw.get('ID')} Looping"
    qids = [str(member.get("QuestionID")) for member in objects(raw.get("BlockElements"))]
    inside = [form.questions[qid] for qid in qids if qid in form.questions]
    if not inside:
        return None
    name, at = inside[0].repeat, inside[0].at
    source = form.questions.get(str(given.get("QID")))
    locator = str(given.get("Locator") or given.get("ChoiceGroupLocator") or "")
    if given.get("Randomization") not in (None, "", "None", "false"):
        form.report.left_out("setting", where, name, f"Randomization: {given['Randomization']}", SHUFFLED)
    lines = dict(items(given.get("Static")))
    if "MergeOnNumericResponse" in locator and source and source.names and source.at < at:
        number = reference(source.names[0])
        form.report.carried("condition", where, name, locator)
        count = number if source.type == "number" else f"number({number})"
        fields = _fields(form, inside, lines, {}, name, at)
        return Loop(form, name, f"min({count}, {MOST_ROWS})", "", fields)
    rows = _rows(form, source, locator, at, list(lines))
    if rows is None:
        form.report.left_out("condition", where, name, locator, UNKNOWN)
        rows = [("1", "", "true")]
    else:
        form.report.carried("condition", where, name, locator or "Static")
    rows = rows[:MOST_ROWS]
    form.rows[name] = [key for key, _, _ in rows]
    labels = {str(i): label for i, (_, label, _) in enumerate(rows, 1)}
    relevant = any_of(all_of((f"position() = {i}", picked)) for i, (_, _, picked) in enumerate(rows, 1))
    texts = {str(i): lines.get(key) for i, (key, _, _) in enumerate(rows, 1)}
    always = all(picked == "true" for _, _, picked in rows)
    return Loop(form, name, str(len(rows)), "" if always else relevant, _fields(form, inside, texts, labels, name, at))


def _rows(
    form: Form, source: Question | None, locator: str, at: int, lines: list[str]
) -> list[tuple[str, str, str]] | None:
    """(key of the line, label, when it is asked) of each row."""
    if source is None:
        return [(key, "", "true") for key in lines] if lines else None
    if source.cells or not source.choices or source.at >= at:
        return None
    mode = locator.partition("?")[0].rpartition("/")[2]
    logic = Logic(form, at)
    found = []
    for choice in source.choices:
        picked = logic.expression(
            {"LeftOperand": f"q://{source.qid}/SelectableChoice/{choice.id}", "Operator": "Selected"}
        )
        said = item_label(form, source, choice)
        label = said if isinstance(said, str) else said[form.texts.languages[0]]
        if mode in MODES:
            found.append((choice.id, label, MODES[mode](picked)))
        elif mode in ("AllChoices", "DisplayedChoices"):
            found.append((choice.id, label, "true"))
        else:
            return None
    return found


def _fields(
    form: Form, inside: list[Question], lines: dict[str, Any], labels: dict[str, str], name: str, at: int
) -> list[Node]:
    """What the row's texts are, where a question of the loop reads them."""
    written = json.dumps([question.raw for question in inside])
    wanted = sorted(set(re.findall(r"lm:\\?/\\?/Field\\?/(\w{1,40})", written)))
    made, form.loop = list[Node](), {}
    if wanted and len(form.texts.languages) > 1:
        form.report.approximated("text", name, name, "lm://Field", LANGUAGES)
    for field in wanted:
        texts = [_text(form, lines.get(key), field, labels.get(key, ""), name, at) for key in labels or lines]
        ours = form.names.take(f"{name}_{field}", "field")
        made.append({"name": ours, "type": "computed", "calculation": by_position(texts or [""])})
        form.loop[field] = ours
    return made


def _text(form: Form, line: Any, field: str, label: str, name: str, at: int) -> str:
    found = dict(items(line)).get(field)
    return form.texts.one(found, piper(form, at, name, name)) or (label if field == "1" else "")


def by_position(texts: list[str], first: int = 1) -> str:
    """The text of this row, found by halves so that no expression is deep."""
    if len(texts) == 1:
        return quoted(re.sub(r"\$\{[^}]*\}", "", texts[0]))
    half = len(texts) // 2
    low, high = by_position(texts[:half], first), by_position(texts[half:], first + half)
    return f"if(position() < {first + half}, {low}, {high})"
