"""Expressions of LimeSurvey's as ours."""

from collections.abc import Mapping

from app.catalog.importers.limesurvey import expressionscript
from app.catalog.importers.limesurvey.expressionscript import Syntax
from app.catalog.importers.limesurvey.functions import FUNCTIONS
from app.catalog.importers.limesurvey.survey import Question
from app.catalog.importers.limesurvey.terms import (
    COMPARED,
    FALSE,
    TRUE,
    Notes,
    Term,
    Untranslatable,
    answered,
    as_bool,
    as_number,
    as_text,
    compare,
    exact,
    infix,
    joined,
    lenient,
    literal,
    negated,
    numeric,
    quoted,
)
from app.catalog.importers.limesurvey.variables import Variable, Variables
from app.catalog.importers.text import plain
from app.core.problems import N_

FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
OURS = {"==": "="}
MOST_CODES = 6
"""So many codes are written out, rather than compared as numbers."""
CONSTANTS = ("qid", "type", "mandatory", "question")
MOST_WRITTEN = 200
MOST_COMPARED = 3000
"""Of more codes than these, the one alone that is written is looked for."""
PLAIN = ("", "NAOK", "code", "value", "nocomments", "sgqa_NAOK", "valueNAOK", "rowdivid")


class Translator:
    """Expressions of one question. ``own``: the code of the question itself, for ``self``; ``this``: what a check of each part
    reads; ``system``: constants such as the survey's name; ``assessed``: whether answers have values beside their codes."""

    def __init__(
        self,
        variables: Variables,
        own: str = "",
        this: Variable | None = None,
        system: Mapping[str, str] | None = None,
        assessed: bool = False,
    ) -> None:
        self.variables, self.own, self.this, self.system = variables, own, this, system or {}
        self.assessed = assessed
        self.notes = Notes()

    def condition(self, source: str) -> str:
        """Shown if: may be unknown where it is false in LimeSurvey. "true" and "false" where it always is."""
        return lenient(as_bool(self.term(self.parsed(source)))).source

    def check(self, source: str) -> str:
        """Must hold: is never unknown."""
        return exact(as_bool(self.term(self.parsed(source)))).source

    def parsed(self, source: str) -> Syntax:
        if not self.variables.spend(source):
            raise Untranslatable(N_("The expressions of the survey are too long together."))
        syntax = expressionscript.read(source)
        if syntax is None:
            raise Untranslatable(N_("It is not well-formed."))
        return syntax

    def term(self, syntax: Syntax) -> Term:
        op, operands = syntax.op, syntax.operands
        if op == "const":
            return literal(operands[0])
        if op == "variable":
            return self._variable(*operands)
        if op in ("and", "or"):
            return joined(op, [as_bool(self.term(operand)) for operand in operands])
        if op == "not":
            return negated(as_bool(self.term(operands[0])))
        if op == "minus":
            operand = as_number(self.term(operands[0]))
            return (
                literal(-operand.value) if isinstance(operand.value, (int, float)) else infix("-", literal(0), operand)
            )
        if op == "call":
            function = FUNCTIONS.get(operands[0])
            if function is None:
                raise Untranslatable(N_("There is no function {function}() here."), function=operands[0])
            return function(self, operands[1:])
        left, right = self.term(operands[0]), self.term(operands[1])
        return self.compared(op, left, right) if op in COMPARISONS else self._calculated(op, left, right)

    def terms(self, syntaxes: tuple[Syntax, ...]) -> list[Term]:
        """Of arguments, ``self`` and ``that.Q1`` opened."""
        found: list[Term] = []
        for syntax in syntaxes:
            if syntax.op == "variable" and syntax.operands[0] in ("self", "that"):
                found += self._several(*syntax.operands)
            else:
                found.append(self.term(syntax))
        return found

    def _several(self, word: str, rest: str) -> list[Term]:
        """The parts of a question, those alone that have ``sq_…`` in their code."""
        words = [part for part in rest.split(".") if part not in PLAIN]
        code = self.own if word == "self" else words.pop(0) if words else ""
        wanted = [part.removeprefix("sq_") for part in words if part.startswith("sq_")]
        if code not in self.variables.of:
            raise Untranslatable(N_("It reads {variable}, which is not asked before."), variable=code or word)
        parts = [(part, variable) for part, variable in self.variables.parts(code) if all(w in part for w in wanted)]
        return [self.answer(variable) for part, variable in parts if "comment" not in part or "comments" in words]

    def _variable(self, name: str, rest: str) -> Term:
        attribute = rest.rpartition(".")[2]
        if name in ("self", "that"):
            several = self._several(name, rest)
            if len(several) != 1:
                raise Untranslatable(N_("It reads all the parts of a question as one value."))
            return several[0]
        if name == "this" and self.this:
            return self.answer(self.this)
        if name in self.system:
            return literal(self.system[name])
        contact = self.variables.contact_value(name)
        if contact:
            return Term(f"${{{contact}}}", "text", known=False, variable=Variable(contact, "text"))
        variable = self.variables.find(name)
        if variable is None:
            return self._unknown(name, attribute)
        return self._attribute(name, variable, attribute)

    def _unknown(self, name: str, attribute: str) -> Term:
        question = self.variables.qid_of(name)
        if question and attribute in CONSTANTS:
            return self._constant(question, attribute)
        if self.variables.comes_later(name) and (question is None or question.code not in self.variables.of):
            raise Untranslatable(N_("It reads {variable}, which is not asked before."), variable=name)
        raise Untranslatable(N_("There is no {variable}."), variable=name)

    def _constant(self, question: Question, attribute: str) -> Term:
        if attribute == "question":
            return literal(plain(next(iter(question.texts.values()), "")))
        return literal(getattr(question, attribute))

    def _attribute(self, name: str, variable: Variable, attribute: str) -> Term:
        if attribute == "shown":
            if variable.kind == "chosen":
                shown = next(iter(next(iter(variable.labels.values()), {}).values()), "")
                return Term(f"if({variable.source}, {quoted(shown)}, '')", "text", known=False)
            if variable.kind == "code":
                return Term(f"label({variable.source})", "text", known=False)
        if attribute in ("value", "valueNAOK") and self.assessed and variable.values:
            return self._valued(variable)
        if attribute == "relevanceStatus":
            return Term(f"asked(${{{variable.name}}})", "bool")
        if attribute in ("shown", *PLAIN):
            return self.answer(variable)
        if attribute in CONSTANTS and (question := self.variables.qid_of(name)):
            return self._constant(question, attribute)
        raise Untranslatable(N_("There is no {variable}.{attribute} here."), variable=name, attribute=attribute)

    def answer(self, variable: Variable) -> Term:
        """The answer itself."""
        if variable.kind == "chosen":
            return Term(variable.source, "bool", known=False, missing=False, variable=variable)
        # a check is only made of an answer, so that the question's own is there
        own = self.variables.of.get(self.own, {})
        known = variable.source == "." or (variable in own.values() and len(own) == 1)
        return Term(variable.source, variable.kind, known=known, variable=variable)

    def _valued(self, variable: Variable) -> Term:
        """The assessment value of the answer."""
        source = "0"
        for code, value in reversed(list(variable.values.items())):
            picked = Term(f"{variable.source} = {quoted(variable.codes[code])}", "bool", COMPARED, False, False)
            source = f"if({exact(picked).source}, {int(numeric(value) or 0)}, {source})"
        return Term(source, "number")

    def _calculated(self, op: str, left: Term, right: Term) -> Term:
        if op == "+" and any(
            term.kind == "text" and numeric(term.value or term.source) is None for term in (left, right)
        ):
            return Term(f"concat({as_text(left).source}, {as_text(right).source})", "text")
        return infix(op, as_number(left), as_number(right))

    def compared(self, op: str, left: Term, right: Term) -> Term:
        """The comparison, never true where LimeSurvey's is false nor the other way round."""
        if left.value is not None and right.value is not None:
            return TRUE if compare(left.value, op, right.value) else FALSE
        if left.value is not None:
            return self.compared(FLIPPED.get(op, op), right, left)
        if right.value == "" and left.kind != "bool":
            return {"==": negated(answered(left)), "!=": answered(left), ">": answered(left)}.get(op, FALSE)
        if left.kind == "bool" or right.kind == "bool":
            return self._bools(op, left, right)
        if left.kind == "code" and right.value is not None:
            return self._codes(op, left, right.value)
        return self._values(op, left, right)

    def _bools(self, op: str, left: Term, right: Term) -> Term:
        """A choice that was picked is Y in LimeSurvey, any other truth is 1."""
        if op not in ("==", "!="):
            return self._values(op, as_number(left), as_number(right))
        if right.value is None:
            return self._values(op, as_number(left), as_number(as_bool(right)))
        chosen = left.variable is not None and left.variable.kind == "chosen"
        if right.value == "" or (not chosen and numeric(right.value) == 0):
            return left if op == "!=" else negated(left)
        if left.variable and chosen and str(right.value) not in left.variable.codes:
            return FALSE if op == "==" else TRUE
        return left if op == "==" else negated(left)

    def _codes(self, op: str, left: Term, value: str | float) -> Term:
        """The codes of which the comparison holds, written out."""
        codes = left.variable.codes if left.variable else {}
        missing = op == "!="
        wanted = "==" if missing else op
        if len(codes) > MOST_COMPARED:
            codes = {code: codes[code] for code in (str(value),) if code in codes}
        fitting = [ours for theirs, ours in codes.items() if compare(theirs, wanted, value)]
        if len(fitting) == len(codes) and op not in ("==", "!="):
            return answered(left)
        if len(fitting) > MOST_CODES and all(numeric(code) is not None for code in fitting):
            return self._values(op, Term(f"number({left.source})", "number", known=False), literal(value))
        if len(fitting) > MOST_WRITTEN:
            raise Untranslatable(N_("It holds for more than {most} codes."), most=MOST_WRITTEN)
        word, sign = ("and", "!=") if missing else ("or", "=")
        terms = [Term(f"{left.source} {sign} {quoted(code)}", "bool", COMPARED, False, False) for code in fitting]
        if not terms:
            return TRUE if missing else FALSE
        whole = joined(word, terms)
        return Term(whole.source, "bool", whole.level, left.known, None if left.known else missing)

    def _values(self, op: str, left: Term, right: Term) -> Term:
        first, second = self._alike(left, right)
        known = first.known and second.known
        source = infix(OURS.get(op, op), first, second, "bool").source
        missing: bool | None = op == "!="
        if left.variable and right.variable and op in ("==", "!=") and not known:
            # two answers that are both missing are equal there
            either = joined("or", [answered(left), answered(right)])
            otherwise = negated(either) if op == "==" else either
            return Term(f"coalesce({source}, {otherwise.source})", "bool")
        return Term(source, "bool", COMPARED, known, None if known else missing)

    def _alike(self, left: Term, right: Term) -> tuple[Term, Term]:
        """Both sides of one type."""
        kinds = {left.kind, right.kind}
        if kinds == {"moment"} or kinds == {"code"} or kinds == {"date"}:
            return left, right
        if kinds & {"date", "moment", "datetime"}:
            return self._day(left), self._day(right)
        if "number" in kinds or (kinds == {"code", "text"} and numeric(left.value or right.value) is not None):
            if any(isinstance(term.value, str) and numeric(term.value) is None for term in (left, right)):
                raise Untranslatable(N_("It compares a number with a text."))
            return self._bare_number(left), self._bare_number(right)
        return self._bare_text(left), self._bare_text(right)

    def _bare_number(self, term: Term) -> Term:
        """A number to compare: unknown for what is none, so that it equals nothing."""
        if term.kind in ("text", "code") and term.value is None:
            return Term(f"number({term.source})", "number", known=False)
        return term if term.kind == "number" and term.value is None else as_number(term)

    def _bare_text(self, term: Term) -> Term:
        return term if term.kind == "text" else as_text(term)

    def _day(self, term: Term) -> Term:
        if isinstance(term.value, str):
            day = term.value.strip()[:10]
            if len(day) == 10 and day[4] == day[7] == "-" and day.replace("-", "").isdecimal():
                return Term(quoted(day), "text", value=day)
        if term.kind in ("date", "moment"):
            return term
        if term.kind == "datetime":
            return Term(f"date-of({term.source})", "date", known=term.known)
        raise Untranslatable(N_("It compares a date with what is none."))


COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
