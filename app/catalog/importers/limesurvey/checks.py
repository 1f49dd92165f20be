"""What LimeSurvey asks of an answer: bounds, patterns, expressions, how many."""

from app.catalog.importers.limesurvey.expressions import Translator
from app.catalog.importers.limesurvey.making import OTHER, Entry, Made, total
from app.catalog.importers.limesurvey.patterns import pattern
from app.catalog.importers.limesurvey.survey import EVERY, Question, Texts
from app.catalog.importers.limesurvey.terms import Term, Untranslatable, numeric, quoted
from app.catalog.importers.limesurvey.texts import Writer
from app.catalog.importers.limesurvey.variables import Variable
from app.core.problems import N_

GRIDS = ("matrix_single", "matrix_multiple", "matrix_number", "matrix_text", "constant_sum")
SEVERAL = ("multiple_choice", "ranking")


UNMET = {
    "other_numbers_only": N_("What is specified need not be a number."),
    "parent_order": N_("The order of another question is not followed."),
    "location_mapservice": N_("The place is typed: there is no map."),
    "commented_checkbox": N_("A comment can be given only to what is picked."),
}
"""Attributes that ask something of an answer, and for which there is nothing here."""


class Checks:
    """Adds to the entries of one question what its attributes say."""

    def __init__(self, question: Question, made: Made, writer: Writer, assessed: bool) -> None:
        self.question, self.made, self.writer, self.assessed = question, made, writer, assessed
        # the rows of a grid that are questions of their own stand under a note
        self.asked = [entry for entry in made.entries if entry["type"] != "note"] or made.entries
        self.separate = bool(made.rows) and self.asked[0]["type"] not in GRIDS
        self.main = self.asked[-1] if self.separate else self.asked[0]

    def add(self) -> None:
        for attribute, apply in (
            ("", self._required),
            ("exclude_all_others", self._exclusive),
            ("answers", self._number_of_answers),
            ("bounds", self._bounds),
            ("preg", self._pattern),
            ("em_validation_q", self._whole),
            ("em_validation_sq", self._each),
            ("order", self._order),
            ("affixes", self._affixes),
            ("slider_default", self._slider_default),
            ("min_num_of_files", self._files),
        ):
            try:
                apply()
            except Untranslatable as reason:
                self.lost(attribute, reason)

        for attribute, why in UNMET.items():
            if self.question.attribute(attribute) not in ("", "0", "N", "checked"):
                self.lost(attribute, Untranslatable(why))

    def lost(self, attribute: str, reason: Untranslatable) -> None:
        kind = "condition" if attribute in ("preg", "em_validation_q", "em_validation_sq") else "setting"
        what = self.question.preg if attribute == "preg" else self.question.attribute(attribute) or attribute
        self.writer.report.left_out(
            kind, self.writer.place(self.question), self.question.code, what, reason.why, **reason.params
        )

    def translator(self, this: Variable | None = None) -> Translator:
        return Translator(self.writer.variables, self.question.code, this, self.writer.system, self.assessed)

    def carried(self, what: str, translator: Translator) -> None:
        """Report a condition, which may have come over only nearly."""
        place, code = self.writer.place(self.question), self.question.code
        for why, params in translator.notes.said.items():
            self.writer.report.approximated("condition", place, code, what, why, **params)
            return
        self.writer.report.carried("condition", place, code, what)

    def constrain(self, expression: str, message: Texts | None = None) -> None:
        """Another thing that must hold of the main entry, with the author's words where there are any."""
        if expression == "true":
            return
        before = "constraint" in self.main
        also(self.main, expression)
        words = self.writer.text(message, self.question) if message else None
        if words is not None and not before:
            self.main["constraint_message"] = words
        elif before:
            self.main.pop("constraint_message", None)

    def _required(self) -> None:
        if self.question.type in ("X", "*", "I"):
            return
        if self.question.on("other_comment_mandatory") and self.question.mandatory not in ("Y", "1"):
            self.lost("other_comment_mandatory", Untranslatable(N_("What is specified may be left empty.")))
        if self.question.mandatory in ("Y", "1"):
            for entry in self.asked[: None if self.made.rows else 1]:
                self._require(entry)
        elif self.question.mandatory == "S":
            raise Untranslatable(N_("Whoever leaves it empty is not asked whether they mean to."))

    def _require(self, entry: Entry) -> None:
        """What is specified must be given only where a plain flag says that the question must be answered."""
        specified = any("specify" in choice for choice in self.made.choices.values())
        entry["required"] = "true()" if specified and not self.question.on("other_comment_mandatory") else True

    def _exclusive(self) -> None:
        for code in self.question.attribute("exclude_all_others").replace(",", ";").split(";"):
            choice = self.made.choices.get(OTHER if code.strip() == "other" else code.strip())
            if choice is not None and self.main["type"] == "multiple_choice":
                choice["exclusive"] = True

    def _number_of_answers(self) -> None:
        most = numeric(self.question.attribute("max_answers"))
        if (
            self.main["type"] == "ranking"
            and self.question.mandatory == "Y"
            and not self.question.attribute("array_filter")
        ):
            self.constrain(f"count-selected(.) >= {min(len(self.made.choices), most or len(self.made.choices))}")
        for key, sign in (("min_answers", ">="), ("max_answers", "<=")):
            written = self.question.attribute(key)
            if not written:
                continue
            bound = self._number(written)
            if self.main["type"] in SEVERAL:
                self.constrain(f"count-selected(.) {sign} {bound}")
                if key == "min_answers" and numeric(bound) != 0:
                    self._require(self.main)
            elif self.separate:
                rows = ", ".join(variable.source for _, variable in self.writer.variables.parts(self.question.code))
                self.together(f"count-non-empty({rows}) {sign} {bound}")

    def _number(self, written: str) -> str:
        """A bound: a number, or an expression for one (which may stand in braces)."""
        value = numeric(written)
        if value is not None:
            return str(value)
        translator = self.translator()
        term = translator.term(translator.parsed(written.strip().removeprefix("{").removesuffix("}")))
        if term.kind not in ("number", "code", "text"):
            raise Untranslatable(N_("It is no number."))
        return Term(term.source, "number", term.level).within(4) if term.kind == "number" else f"number({term.source})"

    def _bounds(self) -> None:
        if self.main["type"] in ("integer", "decimal", "slider", "matrix_number"):
            self._limits()
        if self.made.rows:
            self._sums()
        if self.main["type"] in ("date", "datetime", "time"):
            self._dates()

    def _limits(self) -> None:
        slider = self.question.on("slider_layout")
        for key, sign in (("min", ">="), ("max", "<=")):
            names = [
                f"{key}_num_value_n",
                *([] if self.made.rows else [f"{key}_num_value"]),
                *([f"slider_{key}"] if slider else []),
            ]
            usual = {"min": "0", "max": "100"}[key] if slider else ""
            written = next(filter(None, map(self.question.attribute, names)), usual)
            if not written:
                continue
            bound = self._number(written)
            for entry in self.asked:
                if numeric(bound) is not None:
                    entry[key] = numeric(bound)
                else:
                    also(entry, f". {sign} {bound}")

    def _sums(self) -> None:
        """The sum of a grid of numbers: one that is written out makes it a constant sum."""
        if not self.separate:
            whole = total(self.question)
            if whole is not None and self.main["type"] == "matrix_number":
                self.main["type"], self.main["total"] = "constant_sum", whole
            return
        for key, sign in (("equals", "="), ("min", ">="), ("max", "<=")):
            written = self.question.attribute(f"{key}_num_value")
            if written and self.question.type == "K":
                cells = [variable.source for _, variable in self.writer.variables.parts(self.question.code)]
                added = ", ".join(f"coalesce({cell}, 0)" for cell in cells)
                self.together(f"sum({added}) {sign} {self._number(written)}")

    def together(self, expression: str, message: Texts | None = None) -> None:
        """What must hold of all rows is checked at the last."""
        self.constrain(expression, message)
        if "required" not in self.main:
            why = N_("The rows are checked together when the last is answered.")
            self.writer.report.approximated(
                "setting", self.writer.place(self.question), self.question.code, expression, why
            )

    def _dates(self) -> None:
        for key, sign in (("min", ">="), ("max", "<=")):
            written = self.question.attribute(f"date_{key}")
            if not written:
                continue
            if len(written) == 4 and written.isdecimal():
                written = f"{written}-{'01-01' if key == 'min' else '12-31'}"
            if len(written) >= 10 and written[4] == written[7] == "-" and self.main["type"] == "date":
                self.main[key] = written[:10]
                continue
            translator = self.translator()
            term = translator.term(translator.parsed(written.removeprefix("{").removesuffix("}")))
            if term.kind not in ("date", "moment") or self.main["type"] != "date":
                raise Untranslatable(N_("It is no day."))
            self.constrain(f". {sign} {term.source}")

    def _pattern(self) -> None:
        if not self.question.preg.strip() or self.question.type not in "NKSTUQ;:":
            return
        ours = pattern(self.question.preg)
        number = self.main["type"] in ("integer", "decimal", "slider", "matrix_number", "constant_sum")
        for entry in self.asked:
            also(entry, f"regex({'string(.)' if number else '.'}, {quoted(ours)})")
        self.carried(self.question.preg, self.translator())

    def _whole(self) -> None:
        written = self.question.attribute("em_validation_q")
        if not written:
            return
        translator = self.translator()
        if self.main["type"] != "constant_sum":
            constrain = self.together if self.separate else self.constrain
            constrain(translator.check(bare(written)), self.question.attributes.get("em_validation_q_tip"))
        self.carried(written, translator)

    def _each(self) -> None:
        written = self.question.attribute("em_validation_sq")
        if not written:
            return
        kinds = {v.kind for _, v in self.writer.variables.parts(self.question.code)}
        translator = self.translator(Variable(".", kinds.pop() if len(kinds) == 1 else "text"))
        expression = translator.check(bare(written))
        for entry in self.asked:
            also(entry, expression)
        tip = self.writer.text(self.question.attributes.get("em_validation_sq_tip", {}), self.question)
        if tip is not None:
            self.main["constraint_message"] = tip
        self.carried(written, translator)

    def _affixes(self) -> None:
        """What stands before and behind the field is said in the hint."""
        texts = [self.question.attributes.get(name, {}) for name in ("prefix", "suffix")]
        written = [self.writer.text(text, self.question) for text in texts]
        if not any(written) or self.main["type"] == "note":
            return
        hints = {
            language: " ".join(
                filter(None, (*(t.get(language) or t.get(EVERY, "") for t in texts), self.question.help.get(language)))
            )
            for language in self.writer.tags
        }
        self.main["hint"] = self.writer.text(hints, self.question)

    def _slider_default(self) -> None:
        written = self.question.attribute("slider_default")
        if not written or not self.question.on("slider_layout"):
            return
        if self.main["type"] != "slider":
            raise Untranslatable(N_("The parts of a question have no default values here."))
        self.main["default"] = self._number(written)

    def _files(self) -> None:
        if self.main["type"] == "file" and self.question.attribute("min_num_of_files") not in ("", "0"):
            self.main["required"] = True

    def _order(self) -> None:
        question, grid = self.question, self.main["type"] in GRIDS
        random = question.attribute("random_order") in ("1", "2") or "random" in (
            question.attribute("answer_order"),
            question.attribute("subquestion_order"),
        )
        for entry in self.asked if random else ():
            if grid:
                entry["randomize_rows"] = True
            elif "choices" in entry:
                entry["randomize"] = True


def also(entry: Entry, expression: str) -> None:
    """Another thing that must hold of an answer."""
    before = entry.get("constraint")
    entry["constraint"] = f"({before}) and ({expression})" if before else expression


def bare(expression: str) -> str:
    """Without the braces that some write around it."""
    stripped = expression.strip()
    return stripped[1:-1] if stripped.startswith("{") and stripped.endswith("}") else stripped
