"""The expressions of a row, translated, each with its line in the report."""

from collections.abc import Callable

from app.catalog.importers.report import Report
from app.catalog.importers.xlsform.convert import as_number, as_text
from app.catalog.importers.xlsform.form import ChoiceList, Form, Item
from app.catalog.importers.xlsform.terms import OR, Term, Untranslatable, known
from app.catalog.importers.xlsform.translate import Translator
from app.core.problems import N_, Problem
from app.engine.expressions import grammar

FLAGS = {"yes": True, "true": True, "true()": True, "no": False, "false": False, "false()": False}


class Conditions:
    """What a cell of a form says, as an expression of ours."""

    def __init__(self, form: Form, report: Report) -> None:
        self.form, self.report = form, report

    def condition(
        self,
        item: Item,
        column: str,
        *,
        unknown: bool = False,
        own: bool = False,
        choices: ChoiceList | None = None,
    ) -> bool | str | None:
        """True, False or an expression; None where there is none or it could not be carried."""
        source = item.row.get(column)
        if not source:
            return None
        if source.lower().replace(" ", "") in FLAGS and column != "choice_filter":
            self.report.carried("condition", item.row.where, item.name, source)
            return FLAGS[source.lower().replace(" ", "")]
        run = Translator(self.form, item, own=own, choices=choices)
        term = self._term(run, source, lambda: run.condition(run.read(source), unknown))
        if term is None:
            return None
        return term.literal if term.literal is not None else term.at(OR)

    def number(self, item: Item, column: str) -> str | None:
        """A number, such as how many rows a repeat has."""
        run = Translator(self.form, item)
        source = item.row.get(column)
        term = self._term(run, source, lambda: known(as_number(run, run.value(run.read(source)))))
        return term.text if term else None

    def _term(self, run: Translator, source: str, translate: Callable[[], Term]) -> Term | None:
        where, name = run.item.row.where, run.item.name
        try:
            term = translate()
        except Untranslatable as reason:
            self.report.left_out("condition", where, name, source, reason.why, **reason.params)
            return None
        if isinstance(grammar.read(term.text), Problem):
            self.report.left_out("condition", where, name, source, N_("it is too deeply nested"))
            return None
        if run.notes:
            why, params = run.notes[0]
            self.report.approximated("condition", where, name, source, why, **params)
        else:
            self.report.carried("condition", where, name, source)
        return term

    def calculation(self, item: Item, source: str) -> Term:
        """The value of a calculation. Untranslatable where it cannot be carried."""
        run = Translator(self.form, item)
        term = run.value(run.read(source))
        if term.type in ("list", "file", "column", "none"):
            raise Untranslatable(N_("a question of a repeat has many answers here"))
        if term.type == "code":
            item.coded, term = term, as_text(run, term)
        if not (term.type == "text" and term.missing == ""):
            term = known(term)
        if isinstance(grammar.read(term.text), Problem):
            raise Untranslatable(N_("it is too deeply nested"))
        if run.notes:
            why, params = run.notes[0]
            self.report.approximated("setting", item.row.where, item.name, source, why, **params)
        return term
