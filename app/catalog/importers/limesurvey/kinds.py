"""LimeSurvey's question types, each by its letter, as questions of ours.

https://www.limesurvey.org/manual/Question_types. A question may become several of ours (a comment, a second scale, a grid for
each column); what an expression may read of it is declared here as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from mimetypes import guess_type
from typing import Any

from app.catalog.importers.limesurvey.survey import Option, Question, Texts
from app.catalog.importers.limesurvey.terms import Untranslatable
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


class Maker:
    """Makes one question."""

    def __init__(self, question: Question, name: str, writer: Writer) -> None:
        self.question, self.name, self.writer = question, name, writer
        self.made = Made([])

    def make(self) -> Made:
        make = MAKERS.get(self.question.type)
        if make is None:
            raise Untranslatable(N_("There is no question of type {type} here."), type=self.question.type)
        make(self)
        return self.made

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
            texts = {
                language: " – ".join(filter(None, map(str.strip, t.split("|")))) for language, t in option.texts.items()
            }
            entry = {
                "name": names.take(option.code, "r"),
                "label": self.writer.needed(texts, self.question, option.code),
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

    def list_(self) -> None:
        options = self.question.answers
        if self.question.on("alphasort"):
            options = sorted(options, key=lambda option: next(iter(option.texts.values()), "").casefold())
        self.add("single_choice", choices=self.choices(options, self.question.other))
        self.declare("code", **self.codes())
        if OTHER in self.made.choices:
            self.declare("text", f"{self.name}__{self.made.choices[OTHER]['name']}__text", "other")

    def list_with_comment(self) -> None:
        self.list_()
        name = self.writer.names.take(f"{self.name}_comment")
        self.add("long_text", name, self.writer.built_in("comment"))
        self.declare("text", name, "comment")

    def yes_no(self) -> None:
        languages = {tag.split("-")[0] for tag in self.writer.tags.values()}
        entry = self.add("yes_no")
        if not languages <= {"en", "pl", "ru", "ro", "it"}:
            entry["choices"] = self.choices(self.built_in(yes="yes", no="no"))
        self.declare("code", codes={"Y": "yes", "N": "no"})

    def gender(self) -> None:
        self.add("single_choice", choices=self.choices(self.built_in(F="female", M="male")))
        self.declare("code", **self.codes())

    def five_points(self) -> None:
        self.add("rating", min=1, max=5)
        self.declare("number")

    def number(self) -> None:
        self.add("integer") if self.question.on("num_value_int_only") else self.add("decimal", decimals=10)
        self.declare("number")

    def text(self) -> None:
        if self.question.on("numbers_only"):
            return self.number()
        long = self.question.type != "S"
        most = self.question.attribute("maximum_chars")
        limit = min(int(most), 20_000 if long else 1000) if most.isdecimal() and len(most) < 9 and int(most) else None
        self.add("long_text" if long else "text", max_length=limit)
        self.declare("text")

    def date(self) -> None:
        form = self.question.attribute("date_format").replace("MM", "!")
        clock, day = "H" in form, any(letter in form.lower() for letter in "dmy")
        if form and day and not all(letter in form.lower() for letter in "dmy"):
            self.made.notes.append(N_("A whole date is asked instead of a part of one."))
        type_ = "date" if not clock else "datetime" if day else "time"
        self.add(type_)
        self.declare(type_)

    def file(self) -> None:
        """The kinds of files by their extensions; the size in kilobytes."""
        names = [part.strip(" .") for part in self.question.attribute("allowed_filetypes").split(",")]
        accept = sorted({kind for name in names if name and (kind := guess_type(f"x.{name}")[0])})
        size = self.question.attribute("max_filesize")
        megabytes = min(15, max(0.01, int(size) / 1000)) if size.isdecimal() and len(size) < 9 else None
        self.add("file", accept=accept or None, max_size=megabytes)
        if self.question.attribute("max_num_of_files") not in ("", "0", "1"):
            self.made.notes.append(N_("One file can be sent, not several."))

    def note(self) -> None:
        self.add("note")

    def multiple(self) -> None:
        with_comments = self.question.type == "P"
        self.add("multiple_choice", choices=self.choices(self.question.subquestions, self.question.other))
        for code, entry in self.made.choices.items():
            part = "other" if code == OTHER else code
            if part != "other":
                keys = {"choice": entry["name"], "codes": {"Y": ""}, "labels": {"Y": self._label(code)}}
                self.declare("chosen", part=part, **keys)
            text = f"{self.name}__{entry['name']}__text"
            if part == "other":
                self.declare("text", text, "other")
            if with_comments:
                entry["specify"] = self.writer.text(self.writer.built_in("comment"), self.question)
                if part != "other":
                    self.declare("text", text, f"{part}comment")

    def _label(self, code: str) -> Texts:
        return next((option.texts for option in self.question.subquestions if option.code == code), {})

    def ranking(self) -> None:
        options = self.question.answers or self.question.subquestions
        self.add("ranking", choices=self.choices(options))
        for place in range(1, len(options) + 1):
            self.declare("code", part=str(place), choice=str(place - 1), **self.codes())

    def _grid(
        self, type_: str, kind: str, name: str = "", label: Texts | None = None, part: str = "{}", **keys: Any
    ) -> None:
        """A grid whose cells an expression calls by ``part``, in which ``{}`` stands for the row."""
        options = self.question.part(0)
        rows = self.rows(options)
        self.add(type_, name, label, rows=rows, **keys)
        about = self.codes() if kind == "code" else {}
        for option in options:
            row = self.made.rows[option.code][-1]["name"]
            self.declare(kind, f"{name or self.name}__{row}", part.format(option.code), **about)

    def _matrix(self, options: list[Option]) -> None:
        self._grid("matrix_single", "code", choices=self.choices(options))

    def points(self) -> None:
        most = 5 if self.question.type == "A" else 10
        self._matrix([Option(str(point), dict.fromkeys(self.writer.tags, str(point))) for point in range(1, most + 1)])

    def yes_no_uncertain(self) -> None:
        self._matrix(self.built_in(Y="yes", U="uncertain", N="no"))

    def increase(self) -> None:
        self._matrix(self.built_in(I="increase", S="same", D="decrease"))

    def array(self) -> None:
        self._matrix(self.question.answers)

    def dual(self) -> None:
        for scale, header in enumerate(("dualscale_headerA", "dualscale_headerB")):
            self.made.choices = {}
            name = self.writer.names.take(f"{self.name}_{scale}")
            choices = self.choices(self.question.scale(scale))
            label = self._with(self.question.attributes.get(header, {}))
            self._grid("matrix_single", "code", name, label, f"{{}}#{scale}", choices=choices)

    def _with(self, more: Texts) -> Texts:
        """The question's text with a column's after it."""
        return {
            language: f"{self.question.texts.get(language, '')} – {more.get(language) or next(iter(more.values()), '')}".strip(
                " –"
            )
            for language in self.writer.tags
        }

    def numbers(self) -> None:
        self._grid("matrix_number", "number", decimals=self._decimals())

    def _decimals(self) -> int:
        return 0 if self.question.on("num_value_int_only") else 10

    def texts(self) -> None:
        if self.question.on("numbers_only"):
            return self.numbers()
        self._grid("matrix_text", "text")

    def columns(self) -> None:
        """A grid for each column; a grid of checkboxes asks for several columns a row."""
        question = self.question
        if question.on("multiflexible_checkbox"):
            return self._checkboxes()
        number = question.type == ":" or question.on("numbers_only")
        keys = {"decimals": 10, **self._bounds()} if number else {}
        if not question.part(1):
            raise Untranslatable(N_("It has no columns."))
        for column in question.part(1):
            name = self.writer.names.take(f"{self.name}_{column.code}")
            type_, kind = ("matrix_number", "number") if number else ("matrix_text", "text")
            label = self._with(column.texts)
            self._grid(type_, kind, name, label, f"{{}}_{column.code}", **keys)
        if len(question.part(1)) > 1:
            self.made.layout.append(N_("Each column is a grid of its own."))

    def _bounds(self) -> dict[str, float]:
        """Of the numbers of a grid; a list to pick from has 1 to 10 unless told."""
        picked = self.question.type == ":" and not self.question.on("input_boxes")
        found: dict[str, float] = {}
        for key, usual in (("min", 1.0), ("max", 10.0)):
            written = self.question.attribute(f"multiflexible_{key}")
            try:
                found[key] = float(written)
            except ValueError:
                if picked:
                    found[key] = usual
        return {key: int(value) if value.is_integer() else value for key, value in found.items()}

    def _checkboxes(self) -> None:
        rows = self.rows(self.question.part(0))
        self.add("matrix_multiple", rows=rows, choices=self.choices(self.question.part(1)))
        for option in self.question.part(0):
            row = self.made.rows[option.code][-1]["name"]
            for code, entry in self.made.choices.items():
                part = f"{option.code}_{code}"
                self.declare("chosen", f"{self.name}__{row}", part, choice=entry["name"], codes={"1": ""})


MAKERS: dict[str, Callable[[Maker], None]] = {
    "L": Maker.list_, "!": Maker.list_, "Z": Maker.list_, "W": Maker.list_, "O": Maker.list_with_comment, "M": Maker.multiple,
    "P": Maker.multiple, "N": Maker.number, "K": Maker.numbers, "S": Maker.text, "T": Maker.text, "U": Maker.text,
    "Q": Maker.texts, "D": Maker.date, "Y": Maker.yes_no, "G": Maker.gender, "5": Maker.five_points, "A": Maker.points,
    "B": Maker.points, "C": Maker.yes_no_uncertain, "E": Maker.increase, "F": Maker.array, "H": Maker.array, "1": Maker.dual,
    ":": Maker.columns, ";": Maker.columns, "R": Maker.ranking, "X": Maker.note, "|": Maker.file,
}  # fmt: skip
