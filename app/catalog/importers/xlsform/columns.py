"""The headings of a workbook's columns: which of xlsform.org's words is meant, and in which language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.catalog.importers.xlsform.workbook import Sheet

TRANSLATED = {
    "label", "hint", "guidance_hint", "constraint_message", "required_message", "image", "big_image", "audio", "video",
}  # fmt: skip
ALIASES = {
    "relevance": "relevant", "caption": "label", "command": "type", "tag": "name", "value": "name",
    "read_only": "readonly", "calculate": "calculation", "constraining_message": "constraint_message",
    "jr:constraintmsg": "constraint_message", "constraintmsg": "constraint_message", "jr:requiredmsg": "required_message",
    "requiredmsg": "required_message", "jr:count": "repeat_count", "count": "repeat_count", "listname": "list_name",
    "set_form_title": "form_title", "title": "form_title", "set_form_id": "form_id",
    "id_string": "form_id",
}  # fmt: skip
KNOWN = TRANSLATED | {
    "type", "name", "list_name", "relevant", "constraint", "required", "calculation", "default", "readonly", "appearance",
    "parameters", "choice_filter", "repeat_count", "trigger", "disabled", "save_to", "form_title", "form_id", "version",
    "default_language", "style", "instance_name", "public_key", "submission_url", "allow_choice_duplicates",
}  # fmt: skip
OF_CHOICES = TRANSLATED | {"list_name", "name", "disabled"}
"""The sheet of choices has no more of its own: any other column is one that a filter may name."""
OUTER = ("bind", "body", "control", "instance", "media")
"""Words before a column's own: ``bind::relevant``, ``media::image::English``."""


@dataclass(frozen=True, slots=True)
class Row:
    """``cells``: column -> text, of the columns without a language; ``texts``: column -> language as written ("" where
    none is) -> text. ``line``: its number in the sheet."""

    sheet: str
    line: int
    cells: dict[str, str] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def where(self) -> str:
        return f"{self.sheet} row {self.line}"

    def get(self, column: str) -> str:
        return self.cells.get(column, "")


def rows(sheet: Sheet | None) -> Iterator[Row]:
    """The sheet's rows under its heading, which a title may stand above; disabled ones left away."""
    if sheet is None or not sheet.rows:
        return
    known = OF_CHOICES if sheet.name.strip().lower() in ("choices", "external_choices") else KNOWN
    tops = [[_heading(cell, known) for cell in cells] for _, cells in sheet.rows[:5]]
    top = next((index for index, top in enumerate(tops) if {("type", ""), ("list_name", "")} & set(top)), 0)
    headings = tops[top]
    for line, cells in sheet.rows[top + 1 :]:
        row = Row(sheet.name.strip().lower(), line)
        for (column, language), cell in zip(headings, cells, strict=False):
            if not column or not cell:
                continue
            if column in TRANSLATED:
                row.texts.setdefault(column, {}).setdefault(language, cell)
            else:
                row.cells.setdefault(column, cell)
        if row.cells.get("disabled", "").lower() not in ("yes", "true", "true()") and (row.cells or row.texts):
            yield row


def _heading(cell: str, known: set[str]) -> tuple[str, str]:
    """``Media::Image::English (en)`` as (image, English (en)); ``label:English`` is an old way to write it."""
    flat = " ".join(cell.split())
    parts = [part.strip() for part in (flat.split("::") if "::" in flat else re.split(r"(?<!jr):", flat))]
    if (
        len(parts) > 1 and parts[0].lower() in OUTER and parts[1].lower() != "type"
    ):  # bind::type is not the question's type
        parts = parts[1:]
    column = re.sub(r"[ -]", "_", parts[0].lower())
    if ALIASES.get(column, column) in known:
        column = ALIASES.get(column, column)
    if column in TRANSLATED:
        return column, "::".join(parts[1:])
    # a column of choices keeps its letters: expressions name it
    return (column if len(parts) == 1 and column in known else flat), ""
