"""Whether the cells of quotas can be filled: each by itself, and all hard ones together."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import z3

from app.core.problems import N_
from app.engine.model import Questionnaire
from app.engine.quotas import Quota
from app.proofs.finding import Finding, found
from app.proofs.logic import Guard, Logic
from app.proofs.translate import Translator

MOST_CELLS = 400
"""Cells of a quota that are looked at one by one."""
MOST_KINDS = 300
"""Kinds of people (by the cells they count in) that are told apart."""
Cells = Mapping[str, Guard]


def encode(q: Questionnaire, translator: Translator) -> dict[str, Cells]:
    """Who falls into each cell: the first of each side that holds, as the engine counts (app.engine.quotas)."""
    return {quota.name: _cells(quota, translator) for quota in q.quotas}


def _cells(quota: Quota, translator: Translator) -> Cells:
    logic = translator.logic
    sides: list[dict[str, Guard]] = []
    for side in quota.sides:
        guards, before = dict[str, Guard](), list[Guard]()
        for cell in side:
            truth = translator.truth(cell.relevant.tree)
            guards[cell.name] = logic.all((*before, truth.true))
            before.append(truth.false)
        sides.append(guards)
    cells = {}
    for names in product(*sides):
        cells[".".join(names)] = logic.all(side[name] for side, name in zip(sides, names, strict=True))
    return cells


def unfillable(q: Questionnaire, cells: Mapping[str, Cells], solver: z3.Solver, logic: Logic) -> Iterator[Finding]:
    """``solver``: knows who can have come to the end."""
    if solver.check() != z3.sat:
        return  # nobody comes to the end: other findings say so
    possible = True
    for quota in q.quotas:
        wanted = [cell for cell in cells[quota.name] if quota.targets.get(cell)]
        for cell in wanted[:MOST_CELLS]:
            if _never(solver, cells[quota.name][cell]):
                possible = False
                message, remedy = (
                    N_("Nobody can fall into the cell {cell} of {name}."),
                    N_("Correct it, or want 0 of it."),
                )
                yield found(
                    "impossible_cell", message, {"cell": cell, "name": quota.name}, remedy, f"quota {quota.name}"
                )
    hard = [quota for quota in q.quotas if quota.kind == "hard"]
    if possible and len(hard) > 1 and _together(hard, cells, solver, logic) is False:
        message = N_("The quotas {names} cannot all be filled: no set of people reaches every target at once.")
        params = {"names": ", ".join(quota.name for quota in hard)}
        yield found("unfillable_quotas", message, params, N_("Make their targets fit."), f"quota {hard[0].name}")


def _never(solver: z3.Solver, guard: Guard) -> bool:
    if isinstance(guard, bool):
        return not guard
    solver.push()
    solver.add(guard)
    answer = solver.check()
    solver.pop()
    return bool(answer == z3.unsat)


def _together(hard: Sequence[Quota], cells: Mapping[str, Cells], solver: z3.Solver, logic: Logic) -> bool | None:
    """Whether numbers of each kind of people add up to every target; None where there are too many kinds to tell."""
    kinds = _kinds([(quota.name, cell, guard) for quota in hard for cell, guard in cells[quota.name].items()], solver)
    if kinds is None:
        return None
    sums = z3.Solver(ctx=logic.context)
    numbers = [logic.integer(logic.name("people")) for _ in kinds]
    sums.add(*(number >= 0 for number in numbers))
    for quota in hard:
        for cell, target in quota.targets.items():
            inside = [number for number, kind in zip(numbers, kinds, strict=True) if (quota.name, cell) in kind]
            sums.add(z3.Sum(inside) == target if inside else z3.BoolVal(target == 0, logic.context))
    sums.set("timeout", 2000)
    answer = sums.check()
    return None if answer == z3.unknown else bool(answer == z3.sat)


def _kinds(cells: Sequence[tuple[str, str, Guard]], solver: z3.Solver) -> list[frozenset[tuple[str, str]]] | None:
    """The sets of cells in which somebody can count at once; None where they are too many or the solver does not know."""
    solver.push()
    kinds: list[frozenset[tuple[str, str]]] = []
    while (answer := solver.check()) == z3.sat and len(kinds) <= MOST_KINDS:
        model = solver.model()
        held = [guard if isinstance(guard, bool) else z3.is_true(model.eval(guard, True)) for _, _, guard in cells]
        kinds.append(frozenset((quota, cell) for (quota, cell, _), holds in zip(cells, held, strict=True) if holds))
        terms = [
            (guard, holds) for (_, _, guard), holds in zip(cells, held, strict=True) if not isinstance(guard, bool)
        ]
        if not terms:
            break
        solver.add(z3.Or([z3.Not(guard) if holds else guard for guard, holds in terms]))
    solver.pop()
    return kinds if answer == z3.unsat or len(kinds) == 1 else None
