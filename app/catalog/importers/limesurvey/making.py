"""What one of LimeSurvey's questions becomes, and the pieces that it is put together of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.catalog.importers.limesurvey.survey import Option, Question, Texts
from app.catalog.importers.limesurvey.terms import Untranslatable, numeric
from app.catalog.importers.limesurvey.texts import Writer
from app.catalog.importers.limesurvey.variables import Variable
from app.catalog.importers.names import Names
from app.core.problems import N_

Entry = dict[str, Any]
OTHER = "-oth-"


@dataclass
class Made:
    """What a question became: ``entries`` in their order; ``rows`` and ``choices``: our name of each part and answer by their
    code, for what hangs on them (filters, conditions, exclusive choices). ``notes``: in what it is only nearly the same;
    ``layout``: in what it looks otherwise."""

    entries: list[Entry]
    rows: dict[str, list[Entry]] = field(default_factory=dict)
    choices: dict[str, Entry] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    layout: list[str] = field(default_factory=list)


def row_texts(option: Option) -> Texts:
    """The text of a subquestion; bars part it from the words at the ends of its scale."""
    return {language: " – ".join(filter(None, map(str.strip, t.split("|")))) for language, t in option.texts.items()}


def total(question: Question) -> float | None:
    """What the numbers of a question have to add up to, where that is written as a number."""
    whole = re.fullmatch(
        r"[\s(]*sum\(\s*self(?:\.NAOK)?\s*\)\s*==\s*([0-9.]+)[\s)]*", question.attribute("em_validation_q")
    )
    return numeric(whole[1]) if whole else numeric(question.attribute("equals_num_value"))


def checked_as_a_whole(question: Question) -> bool:
    """Whether more is asked of its parts together than that all of them add up to a number."""
    attributes = ["min_answers", "max_answers"]
    filtered = question.attribute("array_filter") or question.attribute("array_filter_exclude")
    if total(question) is None or filtered or any(part.relevance not in ("", "1") for part in question.subquestions):
        attributes += [
            "em_validation_q",
            *(f"{key}_num_value" for key in ("min", "max", "equals") if question.type == "K"),
        ]
    return any(question.attribute(attribute) not in ("", "0") for attribute in attributes)


class Making:
    """What all types need to make one question."""

    def __init__(self, question: Question, name: str, writer: Writer) -> None:
        self.question, self.name, self.writer = question, name, writer
        self.made = Made([])

    def add(self, type_: str, name: str = "", label: Texts | None = None, **keys: Any) -> Entry:
        texts = self.question.texts if label is None else label
        entry = {
            "name": name or self.name,
            "type": type_,
            "label": self.writer.needed(texts, self.question, self.question.code),
        }
        entry |= {key: value for key, value in keys.items() if value is not None}
        self.made.entries.append(entry)
        return entry

    def declare(self, kind: str, name: str = "", part: str = "", **keys: Any) -> None:
        self.writer.variables.declare(self.question, Variable(name or self.name, kind, **keys), part)

    def choices(self, options: Sequence[Option], other: bool = False, codes: Names | None = None) -> list[Entry]:
        """The answers as choices, filed by their code."""
        codes = codes or Names({"dk", "refused"})
        made = []
        for option in options:
            if option.code in self.made.choices:
                continue
            name = codes.take_code(option.code)
            if name != option.code:
                why = N_("Its code is {ours} here.")
                place = self.writer.place(self.question)
                self.writer.report.approximated("choice", place, self.question.code, option.code, why, ours=name)
            entry = {"name": name, "label": self.writer.needed(option.texts, self.question, option.code)}
            self.made.choices[option.code] = entry
            made.append(entry)
        if other:
            label = self.question.attributes.get("other_replace_text", {})
            label = label if any(text.strip() for text in label.values()) else self.writer.built_in("other")
            entry = {"name": codes.take_code("other"), "label": self.writer.text(label, self.question), "specify": True}
            self.made.choices[OTHER] = entry
            made.insert(0 if self.question.attribute("other_position") == "beginning" else len(made), entry)
        if not made:
            raise Untranslatable(N_("It has no answers."))
        return made

    def rows(self, options: Sequence[Option]) -> list[Entry]:
        """The subquestions as rows, filed by their code."""
        names, made = Names(), []
        for option in options:
            entry = {
                "name": names.take_code(re.sub(r"[^A-Za-z0-9]+", "_", option.code), "r"),
                "label": self.writer.needed(row_texts(option), self.question, option.code),
            }
            self.made.rows.setdefault(option.code, []).append(entry)
            made.append(entry)
        if not made:
            raise Untranslatable(N_("It has no subquestions."))
        return made

    def built_in(self, **words: str) -> list[Option]:
        return [Option(code, self.writer.built_in(word)) for code, word in words.items()]

    def codes(self) -> dict[str, Any]:
        """What a variable says of the choices."""
        names = {code: entry["name"] for code, entry in self.made.choices.items()}
        options = {option.code: option for option in self.question.answers}
        values = {code: options[code].value for code in names if code in options and options[code].value}
        return {"codes": names, "values": values}
