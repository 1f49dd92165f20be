"""Qualtrics's blocks as blocks of ours: pages, conditions, skips, order, loops."""

from app.catalog.importers.qualtrics.form import Form, Node, Question
from app.catalog.importers.qualtrics.logic import Logic
from app.catalog.importers.qualtrics.loops import loop
from app.catalog.importers.qualtrics.questions import SCRIPT, condition, reported
from app.catalog.importers.qualtrics.raw import Raw, below, objects
from app.catalog.importers.qualtrics.tables import BUILDERS
from app.catalog.importers.writing import all_of, negated, reference
from app.core.problems import N_

UNASKED = ("Timing", "Meta", "Captcha")
"""What Qualtrics keeps among the questions but asks nobody."""
THANKS = {"en": "Thank you.", "pl": "Dziękujemy.", "ru": "Спасибо.", "ro": "Vă mulțumim.", "it": "Grazie."}
PARTLY = N_("All of its questions are asked, in a random order.")
APPROXIMATED = {
    "groups": N_("Which group each item goes into is asked; the order within the groups is not."),
    "ranks": N_("The ranks of a row are numbers."),
}


def build(form: Form, question: Question) -> list[Node]:
    """The questions of ours, each with the condition of the whole; one line of the report says what became of it."""
    what, here = str(question.raw.get("QuestionType")), (form.where(question), question.name)
    relevant = condition(form, question, question.raw.get("DisplayLogic"), question.at)
    made = BUILDERS[question.kind](form, question) if question.kind in BUILDERS else []
    if question.kind == "lost":
        kind = "setting" if what in UNASKED else "question"
        form.report.left_out(kind, *here, what, question.why, type=what)
    elif not made:
        form.report.left_out("question", *here, what, N_("It has no choices, rows or words."))
    elif question.why or question.kind in APPROXIMATED:
        form.report.approximated("question", *here, what, question.why or APPROXIMATED[question.kind])
    else:
        form.report.carried("question", *here, what)
    if question.raw.get("QuestionJS"):
        form.report.left_out("setting", *here, "QuestionJS", SCRIPT)
    for node in made:
        together = all_of(filter(None, (relevant, node.get("relevant"))))
        if relevant or "relevant" in node:
            node["relevant"] = together
    return made


class Block:
    """One block of the survey, written each time that the flow leads to it."""

    def __init__(self, form: Form, raw: Raw) -> None:
        self.form, self.raw = form, raw
        self.title = str(raw.get("Description") or raw.get("ID") or "block")
        self.options = below(raw, "Options")

    def node(self) -> Node | None:
        """Nothing where no question of the block is carried."""
        first = next((q for q in map(self.form.questions.get, members(self.raw)) if q), None)
        self.form.repeat = first.repeat if first else ""
        made = self._made()
        self.form.repeat = ""
        return made

    def _made(self) -> Node | None:
        ask_loop = loop(self.form, self.raw)
        shuffle = str(self.options.get("RandomizeQuestions") or "").lower() not in ("", "false", "none")
        pages = self._pages(one_each=shuffle and self._breaks())
        if not pages:
            return None
        if shuffle:
            self._shuffle(pages)
        if ask_loop is not None:
            return ask_loop.around(pages)
        node: Node = {"block": self.form.pages.take(self.title, "block"), "pages": pages}
        return {**node, "randomize": True} if shuffle and len(pages) > 1 else node

    def _breaks(self) -> bool:
        kinds = [str(member.get("Type")) for member in objects(self.raw.get("BlockElements"))]
        return "Page Break" in kinds or str(self.options.get("RandomizeQuestions")) == "RandomWithXPerPage"

    def _shuffle(self, pages: list[Node]) -> None:
        how = str(self.options.get("RandomizeQuestions"))
        if how in ("RandomWithOnlyX", "Advanced"):
            self.form.report.approximated("setting", self.title, "", f"RandomizeQuestions: {how}", PARTLY)
        if len(pages) == 1:
            pages[0]["randomize"] = True

    def _pages(self, one_each: bool) -> list[Node]:
        """Pages cut at page breaks and after questions with skips; what a skip passes over is not asked."""
        pages: list[Node] = []
        open_skips: list[tuple[str, str]] = []
        """(question that it leads to, "" for the block's end; condition under which what stands here is asked)"""
        fresh = True
        for member in objects(self.raw.get("BlockElements")):
            if member.get("Type") == "Page Break":
                fresh = True
                continue
            question = self.form.questions.get(str(member.get("QuestionID")))
            if member.get("Type") != "Question" or question is None or question.asked:
                continue
            question.asked = True
            if any(target == question.qid for target, _ in open_skips):
                open_skips, fresh = [skip for skip in open_skips if skip[0] != question.qid], True
            made = build(self.form, question)
            if made and (fresh or one_each or not pages):
                pages.append(self._page(question, open_skips))
                fresh = False
            if made:
                pages[-1]["questions"] += made
            skips = objects(member.get("SkipLogic")) + objects(question.raw.get("SkipLogic"))
            for skip in skips:
                fresh = self._skip(question, skip, pages, open_skips) or fresh
        return pages

    def _page(self, question: Question, skips: list[tuple[str, str]]) -> Node:
        page: Node = {"name": self.form.pages.take(question.name, "page")}
        passed = all_of(asked for _, asked in skips)
        return {**page, **({"relevant": passed} if skips else {}), "questions": []}

    def _skip(self, question: Question, skip: Raw, pages: list[Node], open_skips: list[tuple[str, str]]) -> bool:
        """Whether the skip is carried, and so ends the page."""
        logic = Logic(self.form, question.at + 1)
        where = f"{question.qid} SkipLogic"
        condition = reported(self.form, where, question.name, lambda run: run.expression(skip), logic)
        if condition is None or not pages:
            return False
        if "not(" in condition and question.names:
            condition = all_of((f"asked({reference(question.names[0])})", condition))
        target = str(skip.get("SkipToDestination", "")).upper().replace("_", "")
        if target in ("ENDOFSURVEY", "SURVEYEND"):
            pages.append(exit_page(self.form, condition, "complete", self._page(question, open_skips)))
        else:
            open_skips.append(
                ("" if target == "ENDOFBLOCK" else str(skip.get("SkipToDestination")), negated(condition))
            )
        return True


def exit_page(form: Form, relevant: str, status: str, page: Node | None = None) -> Node:
    """A page on which the interview ends."""
    name = form.names.take("finish")
    node: Node = {"name": name, "type": "exit", "status": status, "label": form.texts.standard(THANKS)}
    if relevant:
        node["relevant"] = relevant
    return {**(page or {}), "name": form.pages.take(name), "questions": [node]}


def members(raw: Raw) -> list[str]:
    """The ids of a block's questions."""
    asked = (member for member in objects(raw.get("BlockElements")) if member.get("Type") == "Question")
    return [str(member.get("QuestionID")) for member in asked]
