"""Who can get where: the checks that need a solver."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import z3

from app.core.problems import N_
from app.engine.model import SPECIALS, Expression, Question, Questionnaire
from app.engine.reading import special_taken
from app.proofs.encode import Encoding
from app.proofs.finding import Finding, found
from app.proofs.logic import Guard
from app.proofs.quotas import unfillable
from app.proofs.steps import Condition, Step, deciding
from app.proofs.values import known
from app.proofs.witness import Person, fails, person, replay

PATIENCE = 2_000
"""Milliseconds for one question to the solver; what takes longer is not reported."""


@dataclass
class Proof:
    """``findings``: with ``path`` holding only the key (relevant, constraint, choices.<name>) of the thing called ``name``.
    ``people``: for each question somebody who is asked it. ``unreachable``: the pages and questions that nobody gets to."""

    findings: list[Finding] = field(default_factory=list)
    unreachable: set[str] = field(default_factory=set)
    people: dict[str, Person] = field(default_factory=dict)


def prove(q: Questionnaire, people: bool = False) -> Proof:
    """Everything the solver finds. ``people``: also find somebody for each question."""
    run = _Run(q, people)
    for position in range(len(run.encoding.steps)):
        run.take(position)
    run.proof.findings += unfillable(q, run.encoding.cells, run.solver, run.logic)
    return run.proof


class _Run:
    """One walk over the steps, with a solver that knows who can have come this far."""

    def __init__(self, q: Questionnaire, people: bool) -> None:
        self.q, self.wants_people = q, people
        self.encoding = Encoding(q)
        self.logic = self.encoding.logic
        self.solver = self._solver()
        self.proof = Proof()
        self.lost: str | None = None
        self.reached: Step | None = None

    def _solver(self) -> z3.Solver:
        """The one for finite domains where nothing is added up: it is far quicker."""
        context = self.logic.context
        solver = z3.Solver(ctx=context) if self.encoding.arithmetic else z3.SolverFor("QF_FD", context)
        solver.set("timeout", PATIENCE)
        return solver

    def never(self, *guards: Guard) -> bool:
        """Whether there can be no such person. What the solver does not know, we do not claim."""
        if any(guard is False for guard in guards):
            return True
        return self._ask(guards) == z3.unsat

    def example(self, position: int, *guards: Guard) -> Person | None:
        """Such a person, as far as the step before ``position``; None where there is none or the solver does not know."""
        if any(guard is False for guard in guards):
            return None
        return self._ask(guards, lambda model: person(self.encoding, model, self.encoding.steps[:position]))

    def _ask(self, guards: Sequence[Guard], read: Any = None) -> Any:
        self.solver.push()
        self.solver.add(*(guard for guard in guards if guard is not True))
        answer = self.solver.check()
        if read is not None:
            answer = read(self.solver.model()) if answer == z3.sat else None
        self.solver.pop()
        return answer

    def tell(self, guards: Sequence[Guard]) -> None:
        self.solver.add(*(guard for guard in guards if guard is not True))

    def take(self, position: int) -> None:
        step = self.encoding.steps[position]
        self.tell(step.possible)
        self.tell(step.links)
        if step.parent in self.proof.unreachable:
            self.proof.unreachable.add(step.name)
            return
        if not self._as_before(step) and self.never(step.asked):
            self.proof.unreachable.add(step.name)
            self._unreachable(step)
            return
        if self.wants_people and step.question and step.question.asked:
            somebody = self.example(position + 1, step.asked)
            self.proof.people |= {step.name: somebody} if somebody else {}
        self._conditions(step)
        if step.question is not None and step.question.asked:
            self._answers(step, step.question, position)
        else:
            self.tell(step.passed)
        self.reached = step

    def _as_before(self, step: Step) -> bool:
        """Whether it is plainly asked of everybody who was asked the question before it."""
        before = self.reached
        if before is None or before.question is None or before.question.type == "exit":
            return False
        return not step.conditions and step.asked is before.here

    # --- what is found ----------------------------------------------------------------------------

    def _unreachable(self, step: Step) -> None:
        if self.never(step.here):
            if self.lost == step.parent:
                return  # what stands before it in the same place says so already
            self.lost = step.parent
            message = N_("Nobody gets as far as {name}: everybody has left or jumped over it.")
            remedy = N_("Give the exit, jump or check before it a condition that some do not meet.")
            self._report(_kind(step), message, step, remedy)
            return
        for condition in step.conditions:
            if condition.role == "relevant":
                self._impossible(step, condition, _kind(step))

    def _impossible(self, step: Step, condition: Condition, code: str) -> None:
        """A condition that is never true: by itself, or for those who come to it."""
        source, key = condition.expression.source, _key(condition)
        if _plain(condition.expression):
            message = N_("“{source}” switches it off for everybody.")
            self._report("switched_off", message, step, N_("Delete it if it is not wanted."), key, source=source)
            return
        if self._impossible_anywhere(condition.truth.true):
            message, remedy = N_("“{source}” can never be true."), N_("One part of it rules out another: correct it.")
            self._report("contradiction", message, step, remedy, key, source=source)
            return
        message = N_("{thing} is never shown: “{source}” is true for nobody who gets here.")
        remedy = N_("What it needs was ruled out by an earlier condition or check: correct one of them.")
        self._report(code, message, step, remedy, key, source=source, thing=condition.choice or step.name)

    def _impossible_anywhere(self, guard: Guard) -> bool:
        """Whether no answers at all, wherever they were given, meet it."""
        solver = z3.Solver(ctx=self.logic.context)
        solver.set("timeout", PATIENCE)
        for step in self.encoding.steps:
            solver.add(*(guard for guard in step.possible if guard is not True))
        return guard is False or (guard is not True and solver.check(guard) == z3.unsat)

    def _conditions(self, step: Step) -> None:
        for condition in step.conditions:
            if condition.role == "choice" and self.never(condition.base, condition.truth.true):
                self._impossible(step, condition, "unreachable_choice")
            elif not _plain(condition.expression) and self.never(condition.base, self.logic.no(condition.truth.true)):
                self._always(step, condition)

    def _always(self, step: Step, condition: Condition) -> None:
        """A condition that decides nothing: because it can never be false, or only after what comes before it."""
        source, remedy = condition.expression.source, N_("Delete it, or correct what it compares.")
        if self._impossible_anywhere(condition.truth.false):
            message = N_("“{source}” is never false, so it decides nothing.")
            self._report("always_true", message, step, remedy, _key(condition), source=source)
        else:
            message = N_("“{source}” is true for everybody who gets here.")
            self._report("always_met", message, step, remedy, _key(condition), source=source)

    def _answers(self, step: Step, question: Question, position: int) -> None:
        """The checks of a question that somebody is asked."""
        if self._impossible_constraint(step, question, position):
            return
        self._dead_end(step, question, position)
        self.tell(step.passed)
        for answer, guard in step.answers.items() if step.offered or step.constraint else ():
            condition = next((c for c in step.conditions if c.choice == str(answer)), None)
            told = condition is not None and self.never(condition.base, condition.truth.true)
            if question.choices and not told and self.never(guard):
                message = N_("Nobody can choose {choice} of {name}.")
                remedy = N_("Its condition, the filter or the check of the question rules it out: correct one of them.")
                self._report("unreachable_choice", message, step, remedy, f"choices.{answer}", choice=answer)

    def _impossible_constraint(self, step: Step, question: Question, position: int) -> bool:
        """Whether no answer ever passes the question's check; also whether it is never true, or never false."""
        check = step.constraint
        if check is None or question.constraint is None:
            return False
        source = question.constraint.source
        if self.never(step.asked, step.known):
            return False
        if self.never(step.asked, step.known, self.logic.no(check.false)):
            message, remedy = N_("No answer passes the check “{source}”."), N_("Correct the check or the limits.")
            witness = self._refused(step, position)
            self._report("impossible_constraint", message, step, remedy, "constraint", witness, source=source)
            return True
        if self._never_true(step, question.constraint, check.true):
            message, remedy = N_("“{source}” can never be true."), N_("One part of it rules out another: correct it.")
            self._report("contradiction", message, step, remedy, "constraint", source=source)
        elif self.never(step.asked, step.known, check.false):
            message, remedy = N_("The check “{source}” refuses no answer."), N_("Delete it, or correct it.")
            self._report("idle_check", message, step, remedy, "constraint", source=source)
        return False

    def _never_true(self, step: Step, constraint: Expression, true: Guard) -> bool:
        """Whether a check is never true, although all that it reads can be known at once; what is unknown passes."""
        names = self.encoding.translator.names
        read = [known(self.logic, names[name].value) for name in constraint.references if name in names]
        there = (step.asked, step.known, *read)
        return self.never(*there, true) and not self.never(*there)

    def _refused(self, step: Step, position: int) -> dict[str, object]:
        """The answers of somebody whom the engine refuses; {} where it does not."""
        somebody = self.example(position + 1, step.asked, step.known)
        if somebody is None or step.name not in somebody.answers:
            return {}
        arrival = replay(self.q, somebody, step.name)
        if not arrival or not fails(self.q, arrival, [somebody.answers[step.name]], somebody.day):
            return {}
        return somebody.said([*deciding(self.encoding.steps, step), step.name])

    def _dead_end(self, step: Step, question: Question, position: int) -> None:
        """Somebody who must answer, and cannot."""
        if step.needed is False or any(special_taken(question, special, "web") for special in SPECIALS):
            return
        nothing = [self.logic.no(guard) for guard in step.offered.values()]
        if nothing:
            message = N_("Who says this must answer {name}, but is offered nothing to choose.")
            remedy = N_("Add a choice for them, or ask it only of those who have one.")
            if self._stuck("dead_end", message, remedy, step, "choices", [step.needed, *nothing], position):
                return
        elsewhere = question.constraint is not None and not self._on_its_page(question, question.constraint)
        if step.failing and elsewhere:
            none_fits = [
                self.logic.any((failing, self.logic.no(step.offered.get(str(answer), True))))
                for answer, failing in step.failing.items()
            ]
            message = N_("Who says this must answer {name}, but every answer fails its check.")
            remedy = N_("Loosen the check, or tighten the one of the earlier question.")
            self._stuck("narrow_constraint", message, remedy, step, "constraint", [step.needed, *none_fits], position)

    def _on_its_page(self, question: Question, constraint: Expression) -> bool:
        """Whether the check reads another answer of the same page, which can still be changed."""
        return any(
            self.q.questions[name].page == question.page
            for name in constraint.references - {question.bare}
            if name in self.q.questions
        )

    def _stuck(
        self, code: str, message: str, remedy: str, step: Step, key: str, guards: list[Guard], position: int
    ) -> bool:
        """Report somebody who is stuck at the step, if the engine agrees."""
        guards = [step.asked, *guards, *self._own_answers()]
        somebody = self.example(position, *guards)
        somebody = somebody and (self.example(position, *guards, *self._plain_answers()) or somebody)
        if somebody is None:
            return False
        arrival = replay(self.q, somebody, step.name)
        offered = [choice.name for choice in arrival.item.choices] if arrival else []
        if arrival is None or not fails(self.q, arrival, ["", *step.answers, *offered], somebody.day):
            return False
        self._report(code, message, step, remedy, key, somebody.said(deciding(self.encoding.steps, step)))
        return True

    def _own_answers(self) -> list[Guard]:
        """Nobody says what only an interviewer could: who is interviewed is never stuck."""
        known = self.encoding.translator.names
        asked = [step for step in self.encoding.steps if step.question and step.question.asked and step.name in known]
        return [
            self.logic.no(guard)
            for step in asked
            for code, guard in known[step.name].specials.items()
            if step.question and not special_taken(step.question, code, "web")
        ]

    def _plain_answers(self) -> list[Guard]:
        """Nobody says don't know or refuses: the better example."""
        known = self.encoding.translator.names.values()
        return [self.logic.no(guard) for name in known for guard in name.specials.values()]

    def _report(
        self, code: str, message: str, step: Step, remedy: str, key: str = "", witness: object = None, **params: object
    ) -> None:
        self.proof.findings.append(
            found(code, message, {"name": step.name, **params}, remedy, step.name, path=key, witness=witness or {})
        )


def _kind(step: Step) -> str:
    return "unreachable_page" if step.question is None else "unreachable_question"


def _key(condition: Condition) -> str:
    return f"choices.{condition.choice}" if condition.role == "choice" else condition.role


def _plain(expression: Expression) -> bool:
    """Whether the author plainly wrote true."""
    return not expression.references
