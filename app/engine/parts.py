"""Compiling what questions stand in: pages, blocks and repeats."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.core.problems import N_
from app.engine.dependence import names, pipes, reads
from app.engine.expressions import Symbol
from app.engine.expressions.check import did_you_mean
from app.engine.model import Block, Page, Part, Question, Repeat, every
from app.engine.question_type import NONE
from app.engine.questions import compile_question
from app.engine.schema import LONGEST_REPEAT
from app.engine.structure import Path

if TYPE_CHECKING:
    from app.engine.compiler import Compilation

Repeats = tuple[str, ...]
Names = frozenset[str]
DEEPEST = 3
"""Repeats inside one another."""
ADD = {
    "en": "Is there one (more) to add?",
    "pl": "Czy jest jeszcze jeden wpis do dodania?",
    "ru": "Есть ли что добавить ещё?",
    "ro": "Mai este ceva de adăugat?",
    "it": "C'è altro da aggiungere?",
}


def compile_parts(
    run: "Compilation", nodes: Sequence[Any], path: Path, within: Repeats, after: Names = frozenset()
) -> tuple[Part, ...]:
    """The parts of one level, in order. ``after``: where a jump may lead beyond them."""
    following = [_name(node) for node in nodes]
    return tuple(
        [
            _part(run, node, (*path, index), within, after.union(following[index + 1 :]))
            for index, node in enumerate(nodes)
            if node
        ]
    )


def _name(node: Any) -> str:
    return str(next((node[key] for key in ("block", "repeat", "name") if key in node), "")) if node else ""


def _part(run: "Compilation", node: Mapping[str, Any], path: Path, within: Repeats, after: Names) -> Part:
    if "block" in node:
        return _block(run, node, path, within, after)
    if "repeat" in node:
        return _repeat(run, node, path, within)
    return _page(run, node, path, within, after)


def _page(run: "Compilation", node: Mapping[str, Any], path: Path, within: Repeats, after: Names) -> Page:
    relevant = run.expression(node, "relevant", path, within=within)
    title = run.optional_text(node, "title", path, within)
    questions: list[Question] = []
    for index, entry in enumerate(node.get("questions", ())):
        if entry and "type" in entry:
            below = (*path, "questions", index)
            made = compile_question(run, {"name": "", **entry}, node.get("name", ""), below, within)
            run.questions |= {question.name: question for question in made}
            questions += made
            if entry["type"] == "jump":
                _check_jump(run, str(entry.get("to")), after, below)
        elif entry and "name" in entry:
            run.names[entry["name"]] = Symbol(None, repeats=within)
    randomize = randomized(node)
    shuffled = bool(randomize) or any(question.grid and question.grid.randomize for question in questions)
    limited = any(NONE in question.kind.channels.values() for question in questions)
    return Page(
        *(node.get("name", ""), tuple(questions), title, relevant, randomize, shuffled, within, limited),
        *(node.get("time_limit"), node.get("more_time", True)),
    )


def _check_jump(run: "Compilation", target: str, after: Names, path: Path) -> None:
    if target not in after:
        close = did_you_mean(target, after)
        remedy = (
            N_("Did you mean {close}?") if close else N_("Name a later page or block of this level or one around it.")
        )
        message = N_("A jump cannot lead to {target}: there is no such page or block after it.")
        run.report((*path, "to"), "bad_jump", message, remedy, target=target, close=close)


def randomized(node: Mapping[str, Any]) -> str:
    """ "", "yes" or "rotate"."""
    how = node.get("randomize") or ""
    return "yes" if how is True else str(how)


def _block(run: "Compilation", node: Mapping[str, Any], path: Path, within: Repeats, after: Names) -> Block:
    """A block. What is shown in any order cannot refer to one another, nor jump: each sees what was before the block."""
    relevant = run.expression(node, "relevant", path, within=within)
    how, entries, below = randomized(node), node.get("pages", ()), (*path, "pages")
    if not how:
        return Block(node["block"], compile_parts(run, entries, below, within, after), relevant)
    parts: list[Part] = []
    known, learnt = set(run.questions), dict[str, Symbol]()
    for index, entry in enumerate(entries):
        if entry:
            parts.append(_part(run, entry, (*below, index), within, frozenset()))
        for name in set(run.questions) - known - set(learnt):
            learnt[name] = run.names[name]
            run.names[name] = replace(learnt[name], later=True)
    run.names |= learnt
    return Block(node["block"], tuple(parts), relevant, how)


def _repeat(run: "Compilation", node: Mapping[str, Any], path: Path, within: Repeats) -> Repeat:
    name = node["repeat"]
    inside = (*within, name)
    if len(inside) > DEEPEST:
        message, remedy = (
            N_("{name} is a repeat in {depth} others; {most} levels are the most."),
            N_("Make it flatter."),
        )
        run.report((*path, "repeat"), "too_deep", message, remedy, name=name, depth=len(within), most=DEEPEST)
    relevant = run.expression(node, "relevant", path, within=within)
    count = run.expression(node, "count", path, "number", within=within)
    title = run.optional_text(node, "title", path, inside)
    least, most = node.get("least", 0), node.get("most", LONGEST_REPEAT)
    if least > most:
        message, remedy = N_("The minimum {min} is not below the maximum {max}."), N_("Swap or correct them.")
        run.report((*path, "least"), "bad_range", message, remedy, min=least, max=most)
    parts = compile_parts(run, node.get("pages", ()), (*path, "pages"), inside)
    more = None if "count" in node else _more(run, node, path, inside)
    run.names[name] = Symbol("number", repeats=within)
    return Repeat(name, parts, title, relevant, count, least, most, more)


def _more(run: "Compilation", node: Mapping[str, Any], path: Path, inside: Repeats) -> Page:
    """The question after each row whether there is another."""
    name = f"{node['repeat']}__more"
    entry = {"name": name, "type": "yes_no", "label": node.get("add", run.ours(ADD)), "required": True}
    made = compile_question(run, entry, name, (*path, "add"), inside)
    run.questions |= {question.name: question for question in made}
    return Page(name, tuple(made), repeats=inside)


# --- when all is compiled -------------------------------------------------------------------------


def settled(run: "Compilation", parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts, each repeat knowing what its rows depend on and what of them is read elsewhere."""
    return tuple(_settled(run, part) for part in parts)


def _settled(run: "Compilation", part: Part) -> Part:
    if isinstance(part, Page):
        return part
    inner = settled(run, part.parts)
    if isinstance(part, Block):
        return replace(part, parts=inner)
    own = names(inner)
    outside = [key for name in sorted((reads(inner) | pipes((part,))) - own) for key in (name, f"{name}?")]
    listed = tuple(name for name in run.questions if name in own and name in run.listed)
    nested = any(isinstance(each, Repeat) for each in every(inner))
    return replace(
        part, parts=inner, outer=("language()", "now()", "position()", *outside), listed=listed, nested=nested
    )
