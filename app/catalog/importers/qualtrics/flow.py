"""Qualtrics's survey flow as blocks in blocks: branches, groups, randomizers, embedded data, ends, quotas."""

from collections.abc import Callable

from app.catalog.importers.qualtrics.blocks import Block, exit_page, members
from app.catalog.importers.qualtrics.declare import declare
from app.catalog.importers.qualtrics.form import Form, Node
from app.catalog.importers.qualtrics.logic import Logic
from app.catalog.importers.qualtrics.loops import looping
from app.catalog.importers.qualtrics.piping import calculation
from app.catalog.importers.qualtrics.questions import reported
from app.catalog.importers.qualtrics.raw import Raw, below, in_flow, items, objects
from app.catalog.importers.surveyjs.terms import Lost, same_value
from app.catalog.importers.writing import all_of
from app.core.problems import N_

STEP = 100
END = 10**9
MOST_PEOPLE = 100_000_000
WHYS = {
    "WebService": N_("Other programs are not called while people answer."),
    "Authenticator": N_("People are told apart by their links."),
    "ReferenceSurvey": N_("The block is kept in Qualtrics's library, not in the file."),
    "TableOfContents": N_("There is no table of contents; people go back page by page."),
    "SupplementalData": N_("Supplemental data are kept by Qualtrics, not in the file."),
    "Quota": N_("Quotas are counted where people screen in."),
}
STATUS = {
    "quotamet": "quota_full",
    "screened": "screened_out",
    "screenedout": "screened_out",
    "screenout": "screened_out",
}


class Flow:
    """First ``declare`` gives every question and field its place, then ``nodes`` writes them."""

    def __init__(self, form: Form) -> None:
        self.form, self.at = form, 0
        self.places: dict[int, int] = {}
        """Where a node of the flow stands, by its identity."""
        self.set: dict[int, list[tuple[str, Raw]]] = {}
        """Our names of the embedded data that a node sets."""

    def declare(self) -> None:
        done: set[str] = set()
        for node in in_flow(self.form.survey.flow):
            self.at += STEP
            self.places[id(node)] = self.at
            if node.get("Type") == "EmbeddedData":
                self._declare_fields(node)
            elif node.get("Type") in ("Block", "Standard", "Default") and str(node.get("ID")) not in done:
                done.add(str(node.get("ID")))
                self._declare_block(below({"b": self.form.survey.blocks.get(str(node.get("ID")))}, "b"))

    def _declare_block(self, block: Raw) -> None:
        repeat = self.form.names.take(str(block.get("Description") or "loop"), "loop") if looping(block) else ""
        if repeat:
            self.form.pages.take(repeat)  # it stands among the pages: none of them may be called so
        for qid in members(block):
            raw = self.form.survey.questions.get(qid)
            if raw is not None and qid not in self.form.questions:
                self.at += STEP
                declare(self.form, qid, raw, self.at, repeat)

    def _declare_fields(self, node: Raw) -> None:
        for entry in objects(node.get("EmbeddedData")):
            name = str(entry.get("Field") or entry.get("Description") or "")
            if not name:
                continue
            if entry.get("Value") in (None, ""):
                self.form.outsider(name)
            else:
                ours = self.form.names.take(name, "field")
                self.form.fields.setdefault(name.casefold(), []).append((self.at, ours))
                self.set.setdefault(id(node), []).append((ours, entry))

    def nodes(self, flow: list[Raw]) -> list[Node]:
        return [made for node in flow for made in self._node(node)]

    def _node(self, node: Raw) -> list[Node]:
        kind = str(node.get("Type"))
        if kind in ("Block", "Standard", "Default"):
            return self._block(node)
        if kind == "EmbeddedData":
            return self._fields(node)
        if kind == "EndSurvey":
            flag = str(below(node, "Options").get("ResponseFlag") or "").lower().replace(" ", "")
            return [exit_page(self.form, "", STATUS.get(flag, "complete"))]
        if kind in ("Branch", "Group", "Root"):
            return self._inside(node, self._branch(node) if kind == "Branch" else "")
        if kind in ("BlockRandomizer", "Randomizer"):
            return self._randomizer(node)
        why = WHYS.get(kind, N_("It has no like here."))
        self.form.report.left_out("setting", str(node.get("FlowID", "flow")), "", kind, why)
        return self.nodes(objects(node.get("Flow")))

    def _block(self, node: Raw) -> list[Node]:
        id_ = str(node.get("ID"))
        raw = self.form.survey.blocks.pop(id_, None)
        if raw is None:
            why = N_("The block is not in the file, or is asked already: no question is asked twice.")
            self.form.report.left_out("setting", str(node.get("FlowID", "flow")), "", id_, why)
            return []
        made = Block(self.form, raw).node()
        return [made] if made else []

    def _inside(self, node: Raw, relevant: str | None) -> list[Node]:
        pages = self.nodes(objects(node.get("Flow")))
        if not pages:
            return []
        block: Node = {"block": self.form.pages.take(str(node.get("Description") or "part"), "part"), "pages": pages}
        return [{**block, "relevant": relevant} if relevant else block]

    def _branch(self, node: Raw) -> str | None:
        logic, where = node.get("BranchLogic"), str(node.get("FlowID", "flow"))
        if not isinstance(logic, dict):
            return None
        return reported(
            self.form, where, "Branch", lambda run: run.whole(logic), Logic(self.form, self.places[id(node)])
        )

    def _randomizer(self, node: Raw) -> list[Node]:
        """All in a random order, or only some: which is drawn once for each person."""
        children = [self.nodes([child]) for child in objects(node.get("Flow"))]
        children = [made for made in children if made]
        shown = same_value(str(node.get("SubSet") or node.get("SubSetCount") or len(children)))
        where = str(node.get("FlowID", "flow"))
        if not children:
            return []
        pages = [self._one(made) for made in children]
        name = self.form.pages.take(str(node.get("Description") or "order"), "order")
        if not isinstance(shown, int) or not 0 < shown < len(pages):
            return [{"block": name, "randomize": True, "pages": pages}]
        drawn = self.form.names.take(f"{name}_drawn")
        computed = {"name": drawn, "type": "computed", "calculation": f"int(random() * {len(pages)})"}
        for index, page in enumerate(pages):
            starts = [(index - back) % len(pages) for back in range(shown)]
            among = " or ".join(f"${{{drawn}}} = {start}" for start in sorted(starts))
            page["relevant"] = all_of((among, page.get("relevant", "true")))
        why = N_("Which are shown is drawn for each person; Qualtrics evens the numbers out.")
        self.form.report.approximated("setting", where, "", f"SubSet: {shown}", why)
        block: Node = {"block": name, "pages": pages}
        return [
            {"name": self.form.pages.take(drawn), "questions": [computed]},
            {**block, "randomize": True} if shown > 1 else block,
        ]

    def _one(self, made: list[Node]) -> Node:
        return made[0] if len(made) == 1 else {"block": self.form.pages.take("part"), "pages": made}

    def _fields(self, node: Raw) -> list[Node]:
        computed = []
        for ours, entry in self.set.get(id(node), []):
            value, where = str(entry.get("Value")), str(node.get("FlowID", "flow"))
            try:
                text = calculation(self.form, value, self.places[id(node)])
            except Lost as lost:
                self.form.report.left_out("setting", where, str(entry.get("Field")), value, lost.why, **lost.params)
                text = "''"
            computed.append({"name": ours, "type": "computed", "calculation": text})
        return [{"name": self.form.pages.take(f"set_{computed[0]['name']}"), "questions": computed}] if computed else []


def _whole(logic: Raw) -> Callable[[Logic], str]:
    return lambda run: run.whole(logic)


def quotas(form: Form) -> list[Node]:
    """Each quota as one of a single cell; hard where it ends the survey."""
    made, names = [], form.pages
    for raw in form.survey.quotas:
        name, target = str(raw.get("Name") or raw.get("ID") or "quota"), same_value(str(raw.get("Occurrences") or ""))
        where, logic = str(raw.get("ID", "quota")), raw.get("Logic")
        logic = logic if isinstance(logic, dict) else {}
        cells = items(logic)
        if (
            not cells
            or not isinstance(target, int)
            or not 0 <= target <= MOST_PEOPLE
            or raw.get("LogicType") == "CrossLogic"
        ):
            why = N_("A quota needs a condition and a number.")
            form.report.left_out("condition", where, name, str(raw.get("LogicType", "")), why)
            continue
        relevant = reported(form, where, name, _whole(logic), Logic(form, END))
        if relevant:
            ours = names.take(name, "quota")
            kind = "hard" if raw.get("QuotaAction") == "EndCurrentSurvey" else "soft"
            made.append(
                {"name": ours, "kind": kind, "cells": [{"name": "met", "relevant": relevant, "target": target}]}
            )
    return made
