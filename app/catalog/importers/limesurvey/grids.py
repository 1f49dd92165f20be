"""LimeSurvey's arrays as grids of ours."""

import re
from typing import Any

from app.catalog.importers.limesurvey.making import Making, checked_as_a_whole, row_texts
from app.catalog.importers.limesurvey.survey import Option, Texts
from app.catalog.importers.limesurvey.terms import Untranslatable
from app.core.problems import N_

SEPARATE = {"matrix_single": "single_choice", "matrix_number": "decimal", "matrix_text": "text"}


class Grids(Making):
    """A row a subquestion."""

    def _grid(
        self, type_: str, kind: str, name: str = "", label: Texts | None = None, suffix: str = "", **keys: Any
    ) -> None:
        """A grid whose cells an expression calls by the code of the row and ``suffix``."""
        if checked_as_a_whole(self.question):
            return self._separate(type_, kind, name or self.name, label, suffix, **keys)
        options = self.question.part(0)
        rows = self.rows(options)
        self.add(type_, name, label, rows=rows, **keys)
        about = self.codes() if kind == "code" else {}
        for option in options:
            row = self.made.rows[option.code][-1]["name"]
            self.declare(kind, f"{name or self.name}__{row}", option.code + suffix, **about)

    def _separate(self, type_: str, kind: str, name: str, label: Texts | None, suffix: str, **keys: Any) -> None:
        """A question for each row, under a note, so that the last one can be checked with those before."""
        self.add("note", self.writer.names.take(f"{name}_text"), label)
        about = self.codes() if kind == "code" else {}
        for option in self.question.part(0):
            own = self.writer.names.take(f"{name}_{option.code}")
            entry = self.add(SEPARATE[type_], own, row_texts(option), **keys)
            self.made.rows.setdefault(option.code, []).append(entry)
            self.declare(kind, own, option.code + suffix, **about)
        if not self.made.rows:
            raise Untranslatable(N_("It has no subquestions."))
        self.made.layout.append(N_("Its rows are questions of their own, since they are checked together."))

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
            self._grid("matrix_single", "code", name, label, f"#{scale}", choices=choices)

    def _with(self, more: Texts) -> Texts:
        """The question's text with a column's after it."""
        other = next(iter(more.values()), "")
        return {
            language: " – ".join(filter(None, (self.question.texts.get(language, ""), more.get(language) or other)))
            for language in self.writer.tags
        }

    def numbers(self) -> None:
        slider = self.question.on("slider_layout")
        if slider and len(self.question.part(0)) == 1:
            return self._slider(self.question.part(0)[0])
        if slider:
            self.made.layout.append(N_("Several sliders are fields for numbers."))
        self._grid("matrix_number", "number", decimals=self._decimals())

    def _slider(self, option: Option) -> None:
        """One slider; the words at its ends follow its own in the subquestion, bars between."""
        words = {language: [*map(str.strip, text.split("|")), "", ""] for language, text in option.texts.items()}
        own, low, high = ({language: parts[at] for language, parts in words.items()} for at in range(3))
        ends = {key: self.writer.text(end, self.question) for key, end in (("low", low), ("high", high))}
        step = self.question.attribute("slider_accuracy")
        fit = float(step) if re.fullmatch(r"[0-9]{0,6}\.?[0-9]{1,6}", step) and float(step) else None
        self.add("slider", label=self._with(own), step=fit, **ends)
        self.declare("number", part=option.code)

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
        columns = question.part(1) or question.scale(0)  # before 1.90 they stood in a label set
        if not columns:
            raise Untranslatable(N_("It has no columns."))
        for column in columns:
            name = self.writer.names.take(f"{self.name}_{column.code}")
            type_, kind = ("matrix_number", "number") if number else ("matrix_text", "text")
            label = self._with(column.texts)
            self._grid(type_, kind, name, label, f"_{column.code}", **keys)
        if len(columns) > 1:
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
        self.add("matrix_multiple", rows=rows, choices=self.choices(self.question.part(1) or self.question.scale(0)))
        for option in self.question.part(0):
            row = self.made.rows[option.code][-1]["name"]
            for code, entry in self.made.choices.items():
                part = f"{option.code}_{code}"
                self.declare("chosen", f"{self.name}__{row}", part, choice=entry["name"], codes={"1": ""})
