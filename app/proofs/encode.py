"""A questionnaire as terms of z3: who is asked what, what they may answer, and when a screen lets them on.

The steps come in the order asked. Each has what must hold of everybody who gets past it, so that a solver that takes
them one after another knows at each step just the people who can be there. One row stands for all rows of a repeat.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.engine.model import SPECIALS, Choice, Expression, Page, Part, Question, Questionnaire, Repeat, Value
from app.proofs import quotas
from app.proofs.domains import MANY, Uses, alike, dates, days, expressions, filled, limits, numbers, uses, whole
from app.proofs.logic import Guard, Logic
from app.proofs.steps import Condition, Step
from app.proofs.translate import Known, Translator
from app.proofs.values import Cases, Finite, Measure, Opaque, Picked, Symbolic, Truth, Words, compare, known, where


class Encoding:
    """The steps of a questionnaire, in the order asked. ``arithmetic``: whether they need more than booleans."""

    def __init__(self, q: Questionnaire) -> None:
        self.logic = Logic()
        self.translator = Translator(self.logic)
        self.uses = uses(expressions(q))
        self.steps: list[Step] = []
        self.jumps: dict[str, list[Guard]] = {}
        for question in q.outside:
            self._outside(question, "", True)
        self._parts(q.parts, "", True)
        self.cells = quotas.encode(q, self.translator)

    @property
    def arithmetic(self) -> bool:
        return self.translator.arithmetic

    # --- parts ------------------------------------------------------------------------------------

    def _parts(self, parts: Sequence[Part], parent: str, around: Guard) -> None:
        for part in parts:
            self.jumps.pop(part.name, None)
            step = self._step(part.name, parent, None, self._there(around), part.relevant)
            if isinstance(part, Page):
                for question in part.questions:
                    self._question(question, part.name, step.asked, timed=part.time_limit is not None)
            elif isinstance(part, Repeat):
                self._repeat(part, step)
            else:
                self._parts(part.parts, part.name, step.asked)

    def _there(self, around: Guard) -> Guard:
        """Those inside something who have not jumped over what comes now."""
        jumping = self.logic.any(guard for guards in self.jumps.values() for guard in guards)
        return self.logic.all((around, self.logic.no(jumping)))

    def _repeat(self, repeat: Repeat, step: Step) -> None:
        """One row that stands for all. What the rows say is a list to those outside, which is not followed."""
        logic, some = self.logic, self.logic.bool(f"a row of {repeat.name}")
        rows = self._rows(repeat, step)
        least_one = compare(logic, ">=", rows, Finite({1: True}))
        step.links.append(logic.implies(some, least_one.true if least_one else True))
        before, self.jumps = self.jumps, {}
        self._parts(repeat.parts, repeat.name, logic.all((step.asked, some)))
        if repeat.more:
            self._parts((repeat.more,), repeat.name, logic.all((step.asked, some)))
        self.jumps = before
        self.translator.names[repeat.name] = Known(rows, step.asked)

    def _rows(self, repeat: Repeat, step: Step) -> Symbolic:
        """How many rows there are: as many as are counted, within the limits; none where that is unknown."""
        logic, least, most = self.logic, repeat.least, repeat.most
        count: Symbolic = Opaque(True)
        if repeat.count is not None:
            step.reads |= repeat.count.references
            count = self.translator.value(repeat.count.tree)
        if isinstance(count, Finite):
            cases: dict[int, list[Guard]] = {least: [logic.no(known(logic, count))]}
            for case, guard in count.cases.items():
                cases.setdefault(max(least, min(int(case), most)), []).append(guard)
            return where(logic, step.asked, Finite({rows: logic.any(guards) for rows, guards in cases.items()}))
        self.translator.arithmetic = True
        rows = logic.integer(f"rows of {repeat.name}")
        step.possible += [rows >= least, rows <= most]
        if isinstance(count, Measure):
            inside = logic.all((count.known, count.term >= least, count.term <= most))
            step.links += [logic.implies(inside, logic.all((rows <= count.term, rows > count.term - 1)))]
        return Measure(step.asked, rows)

    # --- questions --------------------------------------------------------------------------------

    def _question(self, question: Question, page: str, around: Guard, timed: bool) -> None:
        """``timed``: the page is taken as it is once its time is over, so that nothing must be answered to get past it."""
        if question.type == "hidden":
            self._outside(question, page, self._there(around))
            return
        step = self._step(question.bare, page, question, self._there(around), question.relevant)
        if question.asked:
            self._answers(step, question, timed)
        elif question.calculation is not None:
            step.reads |= question.calculation.references
            value = where(self.logic, step.asked, self.translator.value(question.calculation.tree))
            self.translator.names[step.name] = Known(value, step.asked)
        elif question.type == "exit":
            step.passed.append(self.logic.no(step.asked))
        elif question.type == "jump":
            self.jumps.setdefault(question.parameters["to"], []).append(step.asked)

    def _step(
        self, name: str, parent: str, question: Question | None, here: Guard, relevant: Expression | None
    ) -> Step:
        """The next step. Those whom a condition lets in get a name, so that terms do not grow."""
        step = Step(name, parent, question, here, here)
        if relevant is not None:
            truth = self.translator.truth(relevant.tree)
            step.conditions.append(Condition("relevant", relevant, truth, here))
            step.reads = relevant.references
            step.asked = self.logic.bool(f"asked {name}")
            step.links.append(self.logic.same(step.asked, self.logic.all((here, truth.true))))
        self.steps.append(step)
        return step

    def _answers(self, step: Step, question: Question, timed: bool) -> None:
        translator, logic = self.translator, self.logic
        specials = {code: logic.bool(f"{step.name}?{code}") for code in SPECIALS}
        value, step.answers = self._domain(step, question, specials)
        step.known = logic.all((known(logic, value), logic.no(logic.any(specials.values()))))
        step.links.append(logic.implies(logic.any((step.known, *specials.values())), step.asked))
        self._choices(step, question)
        translator.names[step.name] = Known(value, step.asked, specials)
        translator.own, translator.owner = translator.names[step.name], step.name
        if question.constraint is not None:
            step.constraint = translator.truth(question.constraint.tree)
            step.reads |= question.constraint.references
            step.passed.append(logic.no(logic.all((step.known, step.constraint.false))))
            step.failing = self._failing(step, question, question.constraint)
        translator.own, translator.owner = None, ""
        said = logic.any((step.known, *specials.values()))
        step.needed = self._needed(step, question)
        if not timed:
            step.passed.append(logic.implies(logic.all((step.asked, step.needed)), said))

    def _needed(self, step: Step, question: Question) -> Guard:
        if isinstance(question.required, bool):
            return question.required
        truth = self.translator.truth(question.required.tree)
        step.reads |= question.required.references
        step.conditions.append(Condition("required", question.required, truth, step.asked))
        return truth.true

    def _choices(self, step: Step, question: Question) -> None:
        """When each choice is offered; one that is not cannot be picked."""
        offered: dict[str, Guard] = {}
        choices = question.choices if len(question.choices) <= MANY else alike(question)
        for choice in choices if question.conditional and len(choices) <= MANY else ():
            shown: Guard = True
            if choice.relevant is not None:
                truth = self.translator.truth(choice.relevant.tree)
                step.reads |= choice.relevant.references
                step.conditions.append(Condition("choice", choice.relevant, truth, step.asked, choice.name))
                shown = truth.true
            offered[choice.name] = self.logic.all((shown, self._filter(step, question, choice)))
        for name, guard in offered.items():
            picked = step.answers.get(_value_of(question, name), False)
            step.links.append(self.logic.implies(picked, guard))
        step.offered = offered

    def _filter(self, step: Step, question: Question, choice: Choice) -> Guard:
        condition = question.choice_filter
        if condition is None:
            return True
        step.reads |= condition.references
        return self.translator.truth(filled(condition.tree, choice.columns)).true

    def _failing(self, step: Step, question: Question, constraint: Expression) -> dict[Value, Guard]:
        """Where each single answer would fail a constraint that reads other answers."""
        if question.value_type == "set" or len(step.answers) > MANY or constraint.references <= {step.name}:
            return {}
        names, failing = self.translator.names, {}
        mine = names[step.name]
        for answer in step.answers:
            names[step.name] = self.translator.own = Known(Finite({answer: True}), True)
            failing[answer] = self.translator.truth(constraint.tree).false
        names[step.name] = self.translator.own = mine
        return failing

    # --- what a question's value may be -----------------------------------------------------------

    def _domain(self, step: Step, question: Question, specials: Mapping[str, Guard]) -> tuple[Symbolic, Cases]:
        """The value, and its answers one by one where they can be told apart."""
        use = self.uses.get(step.name, Uses())
        few: Sequence[Value] | None = None
        many = len(question.choices) > MANY
        match question.value_type:
            case "code" if not many:
                few = [choice.name for choice in question.choices]
            case "set":
                return self._set(step, question, specials)
            case "number":
                few = numbers(question, use)
            case "date":
                few = dates(question, use)
            case "text" | "code":
                return self._words(step, use.constants, specials)
        if few is None:
            return self._measured(step, question, specials), {}
        answers: Cases = {case: self.logic.bool(f"{step.name}={case}") for case in few}
        step.possible.append(self.logic.at_most_one((*answers.values(), *specials.values())))
        return Finite({**answers, **(specials if question.value_type == "code" else {})}), answers

    def _set(self, step: Step, question: Question, specials: Mapping[str, Guard]) -> tuple[Symbolic, Cases]:
        """Any choices together, but an exclusive one, don't know and refused alone."""
        logic = self.logic
        answers = {choice.name: logic.bool(f"{step.name}:{choice.name}") for choice in question.choices}
        rest = logic.any(guard for choice, guard in answers.items())
        step.possible.append(logic.at_most_one((*specials.values(), rest)))
        for choice in question.choices:
            if choice.exclusive:
                others = [guard for other, guard in answers.items() if other != choice.name]
                step.possible.append(logic.implies(answers[choice.name], logic.no(logic.any(others))))
        picked = Picked({**answers, **specials}, logic.any((rest, *specials.values())))
        return picked, answers

    def _words(self, step: Step, mentioned: set[Any], specials: Mapping[str, Guard]) -> tuple[Symbolic, Cases]:
        """A text (or a code of a long list): one that a condition mentions, or another."""
        logic = self.logic
        cases: dict[Value, Guard] = {text: logic.bool(f"{step.name}={text}") for text in sorted(mentioned, key=str)}
        other = logic.bool(f"{step.name}=…")
        step.possible.append(logic.at_most_one((*cases.values(), other, *specials.values())))
        return Words(cases, other), cases

    def _measured(self, step: Step, question: Question, specials: Mapping[str, Guard]) -> Symbolic:
        """A number or a date that is calculated with; anything else is not followed."""
        logic, held = self.logic, self.logic.bool(f"{step.name}!")
        step.possible.append(logic.at_most_one((held, *specials.values())))
        if question.value_type not in ("number", "date"):
            return Opaque(held)
        self.translator.arithmetic = True
        make = logic.integer if question.value_type == "date" or whole(question) else logic.real
        term = make(step.name)
        least, most = limits(question) if question.value_type == "number" else days(question)
        step.possible += [term >= logic.number(least)] if least is not None else []
        step.possible += [term <= logic.number(most)] if most is not None else []
        return Measure(held, term)

    def _outside(self, question: Question, parent: str, asked: Guard) -> None:
        """A value from outside may always be missing."""
        step = Step(question.bare, parent, question, asked, asked)
        if question.value_type == "bool":
            true, false = (self.logic.bool(f"{step.name}={case}") for case in ("true", "false"))
            step.possible.append(self.logic.at_most_one((true, false)))
            step.answers = {True: true, False: false}
            value: Symbolic = Truth(true, false)
        else:
            value, step.answers = self._domain(step, question, {})
        step.links.append(self.logic.implies(known(self.logic, value), asked))
        self.translator.names[step.name] = Known(value, asked)
        self.steps.append(step)


def _value_of(question: Question, choice: str) -> Value:
    return int(choice) if question.value_type == "number" else choice
