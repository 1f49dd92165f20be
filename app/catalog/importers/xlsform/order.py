"""Calculations may read what is asked later there, not here: they move behind what they read."""

from app.catalog.importers.report import Report
from app.catalog.importers.xlsform.form import Form, Item
from app.catalog.importers.xlsform.pages import references
from app.core.problems import N_

PASSES = 20
"""How long a chain of calculations is followed that is written back to front."""
Key = tuple[int, int]


def put_in_order(form: Form, report: Report) -> None:
    """Move every calculation behind what it reads in its own section; places are counted anew."""
    ends: dict[Item, int] = {}
    for item in reversed(list(form.root.walk())):
        ends[item] = max((ends[child] for child in item.children), default=item.place)
    keys: dict[Item, Key] = {item: (item.place, 0) for item in ends}
    calculations = [item for item in form.root.walk() if item.type.word == "calculate"]
    for _ in range(PASSES):
        before = dict(keys)
        for item in calculations:
            keys[item] = max([keys[item], *(_after(form, item, name, keys, ends) for name in references(item))])
        if keys == before:
            break
    for item in calculations:
        if keys[item][1]:
            report.approximated("setting", item.row.where, item.name, "", N_("it was moved behind what it reads"))
    for section in [form.root, *(item for item in ends if item.children)]:
        section.children.sort(key=lambda child: keys[child])
    for place, item in enumerate(form.root.walk(), 1):
        item.place = place


def _after(form: Form, item: Item, name: str, keys: dict[Item, Key], ends: dict[Item, int]) -> Key:
    """The earliest place for the item at which an item of that name is known."""
    for read in form.named.get(name, []):
        around = [part for part in (read, *read.sections) if part.parent is item.parent and part is not item]
        if around and around[0].kind != "repeat":
            known = keys[read] if around[0] is read else (ends[around[0]], 0)
            if known > keys[item]:
                return known[0], known[1] + 1
    return keys[item]
