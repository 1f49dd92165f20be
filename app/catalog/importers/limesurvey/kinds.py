"""LimeSurvey's question types, each by its letter, as questions of ours.

https://www.limesurvey.org/manual/Question_types. A question may become several of ours (a comment, a second scale, a grid for
each column); what an expression may read of it is declared here as well.
"""

from collections.abc import Callable
from mimetypes import guess_type

from app.catalog.importers.limesurvey.grids import Grids
from app.catalog.importers.limesurvey.making import OTHER, Made
from app.catalog.importers.limesurvey.survey import Texts
from app.catalog.importers.limesurvey.terms import Untranslatable
from app.core.problems import N_


class Maker(Grids):
    """Makes one question."""

    def make(self) -> Made:
        make = MAKERS.get(self.question.type)
        if make is None:
            raise Untranslatable(N_("There is no question of type {type} here."), type=self.question.type)
        make(self)
        return self.made

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


MAKERS: dict[str, Callable[[Maker], None]] = {
    "L": Maker.list_, "!": Maker.list_, "Z": Maker.list_, "W": Maker.list_, "O": Maker.list_with_comment, "M": Maker.multiple,
    "P": Maker.multiple, "N": Maker.number, "K": Maker.numbers, "S": Maker.text, "T": Maker.text, "U": Maker.text,
    "Q": Maker.texts, "D": Maker.date, "Y": Maker.yes_no, "G": Maker.gender, "5": Maker.five_points, "A": Maker.points,
    "B": Maker.points, "C": Maker.yes_no_uncertain, "E": Maker.increase, "F": Maker.array, "H": Maker.array, "1": Maker.dual,
    ":": Maker.columns, ";": Maker.columns, "R": Maker.ranking, "X": Maker.note, "|": Maker.file,
}  # fmt: skip
