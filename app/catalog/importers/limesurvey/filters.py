"""Which rows and choices of a question are shown: filters by another question's answers, and conditions of their own."""

from collections.abc import Iterator

from app.catalog.importers.limesurvey.checks import Checks, bare
from app.catalog.importers.limesurvey.making import OTHER, Entry
from app.catalog.importers.limesurvey.terms import Term, Untranslatable, answered, joined, negated, quoted
from app.core.problems import N_

FILTERS = ("array_filter", "array_filter_exclude")


class Filters:
    """Adds to the parts of one question when they are shown."""

    def __init__(self, checks: Checks) -> None:
        self.checks, self.question, self.made, self.writer = checks, checks.question, checks.made, checks.writer

    def add(self) -> None:
        """Rows and choices that are shown when another question's are picked, and their own conditions."""
        wanted: dict[str, list[Term]] = {}
        for attribute in FILTERS:
            codes = [
                code.strip() for code in self.question.attribute(attribute).replace(",", ";").split(";") if code.strip()
            ]
            for code in codes:
                try:
                    for part, term in self._by_filter(code):
                        wanted.setdefault(part, []).append(negated(term) if attribute == FILTERS[1] else term)
                except Untranslatable as reason:
                    self.checks.lost(attribute, reason)
        for option in self.question.subquestions:
            if option.relevance.strip() not in ("", "1"):
                self._by_condition(option.code, option.relevance, wanted)
        for part, terms in wanted.items():
            expression = joined("and", terms).source
            for entry in self._parts(part):
                if expression != "true":
                    entry["relevant"] = expression

    def _by_filter(self, code: str) -> Iterator[tuple[str, Term]]:
        variables = self.writer.variables
        if code not in variables.of:
            raise Untranslatable(N_("It reads {variable}, which is not asked before."), variable=code)
        parts = variables.of[code]
        ranked = next((v for v in parts.values() if v.kind == "code" and v.choice), None)
        for part in (*self.made.rows, *self.made.choices):
            named = "other" if part == OTHER else part
            if ranked:
                if part in ranked.codes:
                    source = f"selected(${{{ranked.name}}}, {quoted(ranked.codes[part])})"
                    yield part, Term(source, "bool", known=False, missing=False)
                continue
            fitting = [v for p, v in parts.items() if p == named or p.startswith((f"{named}_", f"{named}#"))]
            if fitting:
                terms = [answered(self.checks.translator().answer(v)) for v in fitting]
                yield part, joined("or", terms)

    def _by_condition(self, part: str, relevance: str, wanted: dict[str, list[Term]]) -> None:
        translator = self.checks.translator()
        try:
            source = translator.condition(bare(relevance))
        except Untranslatable as reason:
            place, name = self.writer.place(self.question), f"{self.question.code}_{part}"
            self.writer.report.left_out("condition", place, name, relevance, reason.why, **reason.params)
            return
        self.checks.carried(relevance, translator)
        wanted.setdefault(part, []).append(Term(source, "bool", 1, known=False, missing=False))

    def _parts(self, part: str) -> list[Entry]:
        return [*self.made.rows.get(part, []), *([self.made.choices[part]] if part in self.made.choices else [])]
