"""The questions of a LimeSurvey, in their groups, as pages of ours."""

from collections.abc import Iterator
from typing import Any

from app.catalog.importers.limesurvey.checks import Checks
from app.catalog.importers.limesurvey.conditions import TRIVIAL, one, relevance
from app.catalog.importers.limesurvey.expressions import Translator
from app.catalog.importers.limesurvey.expressionscript import pieces
from app.catalog.importers.limesurvey.filters import Filters
from app.catalog.importers.limesurvey.kinds import Maker
from app.catalog.importers.limesurvey.making import Entry, Made
from app.catalog.importers.limesurvey.segments import Segments
from app.catalog.importers.limesurvey.survey import Group, Question, Survey
from app.catalog.importers.limesurvey.terms import (
    EMPTY,
    Term,
    Untranslatable,
    as_number,
    as_text,
    literal,
    numeric,
    quoted,
)
from app.catalog.importers.limesurvey.texts import Writer
from app.catalog.importers.limesurvey.variables import Variable
from app.core.problems import N_

DEFAULTS = {
    "text": "text",
    "long_text": "text",
    "integer": "number",
    "decimal": "number",
    "rating": "number",
    "date": "date",
}
"""The types of questions that another answer of the same type can be the default value of, untouched."""
SINGLE = {"S": "text", "T": "text", "U": "text", "N": "number", "5": "number", "D": "date"}
CHOSEN = ("L", "!", "O", "Z", "W", "Y", "G")


class Pages:
    """Builds the pages of a survey. ``names``: our name of each question, by its id."""

    def __init__(self, survey: Survey, writer: Writer, names: dict[str, str]) -> None:
        self.survey, self.writer, self.names = survey, writer, names
        self.report = writer.report
        self.assessed = survey.settings.get("assessments") == "Y"
        self.segments = Segments(survey, writer)

    def build(self) -> list[dict[str, Any]]:
        """Pages and blocks; groups that LimeSurvey shuffles together are a block."""
        built: list[dict[str, Any]] = []
        shuffled = ""
        for group in self.survey.groups:
            pages = self._group(group)
            together = group.randomization.strip()
            if together and together == shuffled and pages:
                built[-1]["pages"] += pages
            elif together and pages:
                built.append({"block": self.page_name(f"random_{together}"), "randomize": True, "pages": pages})
            else:
                built += pages
            shuffled = together if pages else shuffled
        return built

    def page_name(self, wanted: str) -> str:
        return self.writer.names.take(wanted, "page")

    def _group(self, group: Group) -> list[dict[str, Any]]:
        writer = self.writer
        pages: list[dict[str, Any]] = []
        writer.new_page()
        shown = self._relevant(group.relevance, f"group {group.gid}", next(iter(group.title.values()), ""))
        told = self.survey.settings.get("showgroupinfo", "B")
        title = writer.text(group.title) if told not in ("D", "X") else None
        description = writer.text(group.description) if told not in ("N", "X") else None
        for segment in self.segments.of(group):
            if pages:
                writer.new_page()
            questions = list(self.note(description)) if not pages and description is not None else []
            questions += [entry for question in segment.questions for entry in self._question(question)]
            if not questions:
                continue
            page: dict[str, Any] = {"name": self.page_name(f"group_{group.gid}")}
            page |= {"title": title} if title is not None else {}
            page |= {"relevant": shown} if shown else {}
            page |= {"time_limit": segment.seconds} if segment.seconds else {}
            page |= {"randomize": True} if segment.randomized else {}
            pages.append({**page, "questions": questions})
        return pages

    def note(self, text: Any) -> Iterator[Entry]:
        yield from self.pending()
        yield {"name": self.writer.names.take("about"), "type": "note", "label": text}

    def pending(self) -> list[Entry]:
        pending, self.writer.pending = self.writer.pending, []
        return pending

    def _setting(self, question: Question, what: str, why: str) -> None:
        self.report.left_out("setting", self.writer.place(question), question.code, what, why)

    def _question(self, question: Question) -> list[Entry]:
        """The entries of a question, those that its texts need before it; and its line in the report."""
        place = self.writer.place(question)
        try:
            made = self._made(question)
        except Untranslatable as reason:
            self.report.left_out("question", place, question.code, "", reason.why, **reason.params)
            self._lost_conditions(question)
            return []
        shown = self._shown(question)
        for entry in made.entries:
            if shown:
                own = entry.get("relevant")
                entry["relevant"] = f"({shown}) and ({own})" if own else shown
        if made.notes:
            self.report.approximated("question", place, question.code, "", made.notes[0])
        else:
            self.report.carried("question", place, question.code)
        for why in made.layout:
            self.report.approximated("setting", place, question.code, "", why)
        return [*self.pending(), *made.entries]

    def _made(self, question: Question) -> Made:
        name = self.names[question.qid]
        if question.type == "*":
            return self._equation(question, name)
        if question.type == "I":
            raise Untranslatable(N_("The language can be changed on every page."))
        if question.on("hidden"):
            return self._hidden(question, name)
        made = Maker(question, name, self.writer).make()
        hint = self.writer.text(question.help, question)
        if hint is not None and made.entries[0]["type"] in HINTED:
            made.entries[0]["hint"] = hint
        checks = Checks(question, made, self.writer, self.assessed)
        checks.add()
        Filters(checks).add()
        self._default(question, made)
        return made

    def _equation(self, question: Question, name: str) -> Made:
        written = question.attribute("equation") or next(iter(question.texts.values()), "")
        translator = self.translator(question)
        # "draw a number unless there is one": what is drawn stays here, so that there is none before
        translator.system = {**translator.system, question.code: ""}
        term = self._calculated(written, translator)
        self.writer.variables.declare(question, Variable(name, term.kind, computed=True))
        return Made([{"name": name, "type": "computed", "calculation": term.source}], notes=list(translator.notes.said))

    def _calculated(self, written: str, translator: Translator) -> Term:
        """The value of a text with expressions in it."""
        terms = [
            translator.term(translator.parsed(piece)) if expression else literal(self.writer.bare(piece))
            for piece, expression in pieces(written)
            if expression or self.writer.bare(piece)
        ]
        if len(terms) == 1:
            term = terms[0]
            number = numeric(term.value)
            term = literal(number) if number is not None else term
            return as_number(term) if term.kind == "bool" else term
        return Term(f"concat({', '.join(as_text(term).source for term in terms)})", "text") if terms else EMPTY

    def translator(self, question: Question | None = None) -> Translator:
        code = question.code if question else ""
        return Translator(self.writer.variables, code, None, self.writer.system, self.assessed)

    def _hidden(self, question: Question, name: str) -> Made:
        """A question that nobody sees: calculated from its default value, or a value that comes with the link."""
        kind = SINGLE.get(question.type, "text" if question.type in CHOSEN else "")
        if not kind:
            raise Untranslatable(N_("It is hidden, and takes more than one value."))
        default = self._default_of(question)
        if default:
            term = self._calculated(default, self.translator(question))
            self.writer.variables.declare(question, Variable(name, term.kind, computed=True))
            return Made([{"name": name, "type": "computed", "calculation": term.source}])
        self.writer.variables.declare(question, Variable(name, kind))
        entry = {"name": name, "type": "hidden", "value_type": kind, "source": "link"}
        return Made([entry], notes=[N_("It is hidden: its value can come with the link.")])

    def _default_of(self, question: Question) -> str:
        """The default value of the question itself, in the base language."""
        whole = [row for row in question.defaults if row.get("sqid", "0") in ("", "0") and not row.get("specialtype")]
        return next((row.get("defaultvalue", "").strip() for row in whole if row.get("defaultvalue")), "")

    def _default(self, question: Question, made: Made) -> None:
        entry = made.entries[0]
        written = self._default_of(question)
        parts = [row for row in question.defaults if row.get("sqid", "0") not in ("", "0") or row.get("specialtype")]
        if any(row.get("defaultvalue") for row in parts):
            self._setting(question, "default", N_("The parts of a question have no default values here."))
        if not written:
            return
        try:
            if question.type == "Y":
                entry["default"] = quoted({"Y": "yes", "N": "no"}.get(written, written))
            elif written in made.choices:
                entry["default"] = quoted(made.choices[written]["name"])
            elif question.type in ("S", "T", "U", "N", "5", "D"):
                entry["default"] = self._default_term(written, question, entry["type"]).source
            else:
                raise Untranslatable(N_("It is none of the answers."))
        except Untranslatable as reason:
            self.report.left_out(
                "setting", self.writer.place(question), question.code, written, reason.why, **reason.params
            )

    def _default_term(self, written: str, question: Question, type_: str) -> Term:
        term = self._calculated(written, self.translator(question))
        if term.variable and term.kind in ("text", "number", "date") and DEFAULTS.get(type_) == term.kind:
            return term
        if type_ in ("integer", "decimal", "rating"):
            return as_number(term)
        if type_ in ("text", "long_text"):
            return as_text(term)
        if isinstance(term.value, str) and type_ == "date":
            return Term(f"date({quoted(term.value[:10])})", "date")
        if term.kind == "date":
            return term
        raise Untranslatable(N_("A default value cannot be made of it."))

    # conditions

    def _shown(self, question: Question) -> str:
        written = relevance(question, self.writer.variables)
        if not question.conditions:
            return self._relevant(written, self.writer.place(question), question.code)
        whats = [
            f"{row.get('cfieldname', '')} {row.get('method', '')} {row.get('value', '')}" for row in question.conditions
        ]
        return self._relevant(written, self.writer.place(question), question.code, whats)

    def _relevant(self, written: str, place: str, name: str, whats: list[str] | None = None) -> str:
        """The condition as ours, "" for always; a line in the report for it, or for each of the rows it was made of."""
        bare = written.strip()
        bare = bare[1:-1].strip() if bare.startswith("{") and bare.endswith("}") else bare
        if bare in TRIVIAL:
            return ""
        translator = self.translator()
        for what in whats or [written]:
            try:
                source = translator.condition(bare)
            except Untranslatable as reason:
                self.report.left_out("condition", place, name, what, reason.why, **reason.params)
                source = "true"
                continue
            if translator.notes.said:
                why, params = next(iter(translator.notes.said.items()))
                self.report.approximated("condition", place, name, what, why, **params)
            else:
                self.report.carried("condition", place, name, what)
        return "" if source == "true" else source

    def _lost_conditions(self, question: Question) -> None:
        """The conditions of a question that is not there."""
        rows = [one(row, self.writer.variables) for row in question.conditions]
        written = question.relevance.strip()
        for what in rows or ([] if written in TRIVIAL else [written]):
            self.report.left_out(
                "condition", self.writer.place(question), question.code, what, N_("Its question was left out.")
            )


HINTED = {
    "single_choice", "multiple_choice", "yes_no", "rating", "integer", "decimal", "text", "long_text", "date", "time", "datetime",
    "file", "note", "ranking", "slider", "matrix_single", "matrix_multiple", "matrix_number", "matrix_text", "constant_sum",
}  # fmt: skip
