"""The parts of a Qualtrics survey file (.qsf): elements with payloads; its lists may be objects and its objects lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Raw = Mapping[str, Any]
EMPTY: Raw = {}


def items(node: Any) -> list[tuple[str, Any]]:
    """Entries of an object, or of a list by position."""
    if isinstance(node, Mapping):
        return [(str(key), value) for key, value in node.items()]
    return [(str(index), value) for index, value in enumerate(node)] if isinstance(node, list) else []


def objects(node: Any) -> list[Raw]:
    """The objects in a list, or in an object."""
    return [value for _, value in items(node) if isinstance(value, Mapping)]


def below(node: Any, *keys: str) -> Raw:
    """The object at the end of the keys; an empty one where there is none (an empty list often stands for one)."""
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node if isinstance(node, Mapping) else EMPTY


def ordered(raw: Raw, what: str, order: str) -> list[tuple[str, Raw]]:
    """Choices or answers by id, in the order in which they are shown."""
    entries = {key: value for key, value in items(raw.get(what)) if isinstance(value, Mapping)}
    wanted = [str(key) for _, key in items(raw.get(order))]
    ids = [key for key in dict.fromkeys(wanted) if key in entries]
    return [(key, entries[key]) for key in (*ids, *(key for key in entries if key not in ids))]


def flag(value: Any) -> bool:
    """Qualtrics writes true, "true", 1, "on" or "Yes"."""
    return str(value).lower() in ("true", "1", "on", "yes")


@dataclass(slots=True)
class Survey:
    """``questions`` by id; ``blocks`` by id, the bin left out; ``unused``: ids of questions in the bin."""

    entry: Raw
    options: Raw = field(default_factory=dict)
    flow: list[Raw] = field(default_factory=list)
    blocks: dict[str, Raw] = field(default_factory=dict)
    questions: dict[str, Raw] = field(default_factory=dict)
    quotas: list[Raw] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    others: list[tuple[str, Raw]] = field(default_factory=list)


def survey(raw: Raw) -> Survey:
    """The file's parts. What no flow leads to is asked in the order of the blocks, as in files that have no flow."""
    found = Survey(below(raw, "SurveyEntry"))
    for element in objects(raw.get("SurveyElements")):
        payload, kind = element.get("Payload"), element.get("Element")
        if kind == "SQ" or (kind is None and "QuestionType" in below(element, "Payload")):
            question = below(element, "Payload")
            found.questions[str(question.get("QuestionID") or element.get("PrimaryAttribute"))] = question
        elif kind == "BL":
            for block in [payload] if isinstance(payload, Mapping) and "BlockElements" in payload else objects(payload):
                _block(found, block)
        elif kind == "FL":
            found.flow = objects(below(element, "Payload").get("Flow"))
        elif kind == "SO":
            found.options = below(element, "Payload")
        elif kind == "QO":
            found.quotas.append(below(element, "Payload"))
        else:
            found.others.append((str(kind), element))
    if not found.blocks and found.questions:
        members = [{"Type": "Question", "QuestionID": qid} for qid in found.questions if qid not in found.unused]
        found.blocks["all"] = {"ID": "all", "Type": "Default", "Description": "Questions", "BlockElements": members}
    if not found.flow:
        found.flow = [{"Type": "Block", "ID": key} for key in found.blocks]
    return found


def _block(found: Survey, block: Raw) -> None:
    if block.get("Type") == "Trash":
        found.unused += [str(member.get("QuestionID")) for member in objects(block.get("BlockElements"))]
    else:
        found.blocks[str(block.get("ID"))] = block


def in_flow(flow: list[Raw]) -> Iterator[Raw]:
    """Every node of the flow, from outside to inside."""
    for node in flow:
        yield node
        yield from in_flow(objects(node.get("Flow")))
