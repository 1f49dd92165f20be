"""Which columns, appearances and parameters say something of which kind of row; what says nothing here is told, once a kind."""

import re
from collections.abc import Iterator

from app.catalog.importers.report import Report
from app.catalog.importers.xlsform.conditions import FLAGS
from app.catalog.importers.xlsform.form import Form, Item
from app.catalog.importers.xlsform.media import COLUMNS as MEDIA
from app.catalog.importers.xlsform.reading import KOBO
from app.catalog.importers.xlsform.types import METADATA
from app.core.problems import N_

SHOWN = {"label", "hint", "guidance_hint", "relevant", *MEDIA}
ASKED = SHOWN | {
    "required", "required_message", "constraint", "constraint_message", "default", "calculation", "trigger",
}  # fmt: skip
PICKED = ASKED | {"choice_filter", "parameters"}
SENT = ASKED - {"default", "calculation"}
WORKED_OUT = {"relevant", "calculation", "default", "trigger"}
MEANT = {
    "group": {"label", "relevant", *KOBO.values()}, "repeat": {"label", "relevant", "repeat_count"},
    "note": SHOWN | {"readonly"}, "calculate": WORKED_OUT, "hidden": WORKED_OUT, "text": ASKED | {"readonly", "rows"},
    "select_one": PICKED, "select_multiple": PICKED, "rank": PICKED, "range": ASKED | {"parameters"},
    **dict.fromkeys(("image", "audio", "video", "file", "geopoint", "geotrace", "geoshape"), SENT),
    **{name: set[str]() for name in METADATA},
}  # fmt: skip
"""Of kinds that are not here: ASKED."""
ALWAYS = {"type", "name", "disabled"}
TABLES = {"label", "list-nolabel"}
LOOKS = {
    "group": {"field-list", "table-list"}, "text": {"multiline"}, "image": {"signature", "draw"}, "select_one": TABLES,
    "select_multiple": TABLES,
}  # fmt: skip
CHOSEN = {"randomize", "value", "label"}
PARAMETERS = {
    "range": {"start", "end", "step"}, "select_one": CHOSEN, "select_multiple": CHOSEN, "rank": {"randomize"},
}  # fmt: skip
WHY = N_("it has no meaning here")


def tell_the_meaningless(form: Form, report: Report) -> None:
    """Each where it stands first: what means nothing for this kind of row, and what means nothing for any."""
    seen: set[tuple[str, str]] = set()
    somewhere = {*ALWAYS, *(column for columns in MEANT.values() for column in columns)}
    for item in form.root.walk():
        kind = item.type.word if item.kind == "question" else item.kind
        for what in _meaningless(item, kind):
            key = (kind if what in somewhere else "", what)
            if key not in seen:
                seen.add(key)
                report.left_out("setting", item.row.where, item.name, what, WHY)


def _meaningless(item: Item, kind: str) -> Iterator[str]:
    row = item.row
    meant = MEANT.get(kind, ASKED) | ALWAYS | {"appearance"} | ({"readonly"} if row.get("calculation") else set())
    for column in (*row.cells, *row.texts):
        off = (
            FLAGS.get(row.get(column).lower().replace(" ", "")) is False
        )  # a flag that is not set says nothing anywhere
        if column == "parameters" and column in meant:
            given = re.findall(r"([\w-]+)\s*=", row.get(column))
            yield from (f"parameters {name}" for name in given if name not in PARAMETERS[kind])
        elif column not in meant and not off:
            yield column
    looks = row.get("appearance").lower().split()
    yield from (f"appearance {word}" for word in looks if word not in LOOKS.get(kind, ()))
