"""Groups and repeats as pages, blocks and repeats.

A group that is one screen there (field-list, table-list) is one page. Of any other, a page holds what can be asked together:
it ends where a question depends on an answer of it.
"""

import re
from typing import Any

from app.catalog.importers.xlsform import grids
from app.catalog.importers.xlsform.form import Form, Item
from app.catalog.importers.xlsform.questions import Questions
from app.core.problems import N_

Node = dict[str, Any]
REFERENCE = re.compile(r"\$\{\s*([^{}]+?)\s*\}|/([\w.-]+)")
LONGEST = 12
"""Questions of a page that no group holds together."""
MOST_ROWS = 200
DEEPEST = 5
"""Blocks in one another; what is deeper has its conditions in its questions."""


class Pages:
    def __init__(self, form: Form, questions: Questions) -> None:
        self.form, self.questions = form, questions
        self.names = questions.choices.names
        self.named: set[Item] = set()

    def build(self, section: Item, title: Any = None) -> list[Node]:
        """The pages, blocks and repeats of what a section holds."""
        nodes: list[Node] = []
        page = _Page(self, section, title)
        for child in section.children:
            if child.kind == "question":
                page.add(child, nodes)
                continue
            page.close(nodes)
            nodes.extend(self._repeat(child) if child.kind == "repeat" else self._group(child, title))
        page.close(nodes)
        return nodes

    def _group(self, group: Item, title: Any) -> list[Node]:
        relevant = self._relevant(group)
        group.there = True
        own = self.questions.texts.text(group.row, "label", group)
        screen = {"field-list", "table-list"} & set(group.row.get("appearance").lower().split())
        if (screen or len(group.sections) > DEEPEST) and not any(item.kind == "repeat" for item in group.walk()):
            inner = self._screen(group, own or title)
        else:
            inner = self.build(group, own or title)
        return self._conditional(group, relevant, inner)

    def _conditional(self, section: Item, relevant: str | None, inner: list[Node]) -> list[Node]:
        if not inner or relevant is None:
            return inner
        if len(inner) == 1 and "relevant" not in inner[0] and "repeat" not in inner[0]:
            return [_with_condition(inner[0], relevant)]
        return [{"block": self.name(section), "relevant": relevant, "pages": inner}]

    def _relevant(self, section: Item) -> str | None:
        relevant = self.questions.conditions.condition(section, "relevant")
        return None if relevant in (None, True) else "false" if relevant is False else str(relevant)

    def _screen(self, group: Item, title: Any) -> list[Node]:
        """All that a group holds on one page; a page is sent as a whole, so choices that depend on an answer begin another."""
        questions: list[Node] = []
        self._flat(group, [], questions)
        screens: list[list[Node]] = [[]]
        for node in questions:
            here = {f"${{{before['name']}}}" for before in screens[-1]}
            if any(reference in node.get("choice_filter", "") for reference in here):
                why = N_("the screen is cut in two: these choices depend on an answer of it")
                self.questions.report.approximated("setting", group.row.where, group.name, node["name"], why)
                screens.append([])
            screens[-1].append(node)
        return [_clean({"name": self.name(group), "title": title, "questions": page}) for page in screens if page]

    def _flat(self, group: Item, within: list[str], questions: list[Node]) -> None:
        runs = grids.runs(group)
        for run in runs:
            if len(run) > 1 or run[0].kind == "question":
                grid = grids.build(group, run, self.questions, within, self.names)
                for item in [] if grid else run:
                    questions.extend(self.questions.build(item, within))
                questions.extend([grid] if grid else [])
                continue
            relevant = self._relevant(run[0])
            run[0].there = True
            self._flat(run[0], [*within, *([relevant] if relevant else [])], questions)

    def _repeat(self, repeat: Item) -> list[Node]:
        report = self.questions.report
        relevant = self._relevant(repeat)
        if len(repeat.repeats) >= 3:
            for item in repeat.walk():
                if item.kind == "question":
                    why = N_("repeats are at most three deep here")
                    report.left_out("question", item.row.where, item.name, item.row.get("type"), why)
            return []
        source = repeat.row.get("repeat_count")
        count = self.questions.conditions.number(repeat, "repeat_count") if source else None
        repeat.there = True
        inner = self.build(repeat)
        if not inner:
            return []
        most = min(max(int(count), 1), MOST_ROWS) if count and count.isdigit() else MOST_ROWS
        title = self.questions.texts.text(repeat.row, "label", repeat)
        node = {"repeat": repeat.ours, "title": title, "count": count, "most": most, "pages": inner}
        return self._conditional(repeat, relevant, [_clean(node)])

    def name(self, section: Item) -> str:
        """The section's own name for the first page or block that stands for it."""
        if not section.parent or section.kind == "repeat" or section in self.named:
            return self.names.take(section.ours or "page")
        self.named.add(section)
        return section.ours


class _Page:
    """The page that is being filled."""

    def __init__(self, pages: Pages, section: Item, title: Any) -> None:
        self.pages, self.section, self.title = pages, section, title
        self.questions: list[Node] = []
        self.answers: set[str] = set()

    def add(self, item: Item, nodes: list[Node]) -> None:
        depends = bool(references(item) & self.answers)
        hidden = item.type.word in ("calculate", "hidden")
        if not hidden and (depends or len(self.questions) >= LONGEST):
            self.close(nodes)
        self.questions.extend(self.pages.questions.build(item, []))
        if depends or not hidden:
            self.answers.add(item.name)

    def close(self, nodes: list[Node]) -> None:
        if self.questions:
            name = self.pages.name(self.section)
            nodes.append(_clean({"name": name, "title": self.title, "questions": self.questions}))
        self.questions, self.answers = [], set()


def references(item: Item) -> set[str]:
    """Names that a question's expressions and texts mention."""
    sources = [*item.row.cells.values(), *(text for texts in item.row.texts.values() for text in texts.values())]
    return {name for source in sources for match in REFERENCE.findall(source) for name in match if name}


def _with_condition(node: Node, relevant: str) -> Node:
    """The page or block with a condition, in the order in which people read."""
    heading = {key: value for key, value in node.items() if key in ("name", "block", "title")}
    return heading | {"relevant": relevant} | node


def _clean(node: Node) -> Node:
    return {key: value for key, value in node.items() if value is not None}
