"""Pages, blocks, repeats and questions as rows of the sheets survey and choices."""

from typing import Any

from app.catalog.exporters.unwritable import Unwritable
from app.catalog.exporters.xpath import Writer, quoted
from app.catalog.importers.names import Names
from app.catalog.importers.report import Report
from app.core.problems import N_
from app.engine.model import Block, Choice, Expression, Media, Page, Part, Question, Questionnaire, Repeat, Text

Row = dict[str, Any]
TYPES = {
    "text": "text", "long_text": "text", "integer": "integer", "decimal": "decimal", "date": "date", "time": "time",
    "datetime": "dateTime", "slider": "range", "note": "note", "file": "file", "photo": "image", "signature": "image",
    "audio": "audio", "video": "video", "location": "geopoint", "barcode": "barcode", "phone_number": "text", "email": "text",
    "multiple_choice": "select_multiple", "ranking": "rank", "exit": "note",
}  # fmt: skip
APPEARANCES = {"long_text": "multiline", "signature": "signature", "lookup": "autocomplete", "phone_number": "numbers"}
MEDIA = ("media::image", "media::audio", "media::video")
NUMBERS = ("integer", "decimal")
MOMENTS = ("date", "time", "datetime")


class Rows:
    """``survey`` and ``choices``: rows as mappings of columns; a text is a mapping of languages."""

    def __init__(self, q: Questionnaire, report: Report) -> None:
        self.q, self.report = q, report
        self.survey: list[Row] = []
        self.choices: list[Row] = []
        self.lists: dict[Any, str] = {}
        self.names = Names(set(q.questions))
        self.writer = Writer(q, {})
        self.ended: list[str] = []
        self.left: dict[str, list[str]] = {}

    def write(self) -> None:
        for question in self.q.outside:
            self.survey.append({"type": "hidden", "name": question.name})
        for part in self.q.parts:
            self._part(part)

    def _part(self, part: Part) -> None:
        self.left.pop(part.name, None)
        row: Row = {"type": "begin_group", "name": self.names.take(part.name), "relevant": self._section(part)}
        if isinstance(part, Page):
            row |= {"label": self._text(part.title), "appearance": "field-list"}
            self._lost(part.name, bool(part.randomize), "randomize")
        elif isinstance(part, Repeat):
            row |= {"type": "begin_repeat", "label": self._text(part.title), "repeat_count": self._count(part)}
            self.writer.named[part.name] = row["name"]
        else:
            self._lost(part.name, bool(part.randomize), "randomize")
        self.survey.append(row)
        for question in part.questions if isinstance(part, Page) else ():
            self._question(question)
        for inner in part.parts if isinstance(part, (Block, Repeat)) else ():
            self._part(inner)
        self.survey.append({"type": "end_repeat" if isinstance(part, Repeat) else "end_group", "name": row["name"]})

    def _section(self, part: Part) -> str:
        """The condition of a page, block or repeat: also that nothing before has ended the interview or led past it."""
        own = self._condition(part.name, "relevant", part.relevant)
        return " and ".join(
            [*self._passed(), *([f"({own})" if " or " in own and self._passed() else own] if own else [])]
        )

    def _passed(self) -> list[str]:
        marks = [*self.ended, *(mark for found in self.left.values() for mark in found)]
        return [f"${{{mark}}} != '1'" for mark in marks]

    def _question(self, question: Question) -> None:
        relevant = self._condition(question.name, "relevant", question.relevant)
        passed = self._passed()
        if passed:
            relevant = " and ".join([*passed, *([f"({relevant})"] if relevant else [])])
        if question.type in ("exit", "jump"):
            self._leave(question, relevant)
            return
        row: Row = {"name": question.name, "relevant": relevant}
        if question.type == "computed":
            row |= {"type": "calculate", "calculation": self._calculation(question)}
        elif question.type == "hidden":
            row |= {"type": "hidden"}
        else:
            row |= self._shown(question)
        self.survey.append(row)

    def _leave(self, question: Question, relevant: str) -> None:
        """Neither exits nor jumps are there: a calculation remembers that one was reached, and what follows looks at it."""
        label = question.parameters.get("label")
        mark = self.names.take(f"{question.name}_reached")
        self.survey.append({"type": "calculate", "name": mark, "calculation": f"if({relevant or 'true()'}, '1', '0')"})
        if isinstance(label, Text):
            row = {"type": "note", "name": question.name, "label": self._text(label), "relevant": f"${{{mark}}} = '1'"}
            self.survey.append(row)
        if question.type == "exit":
            self.ended.append(mark)
        else:
            self.left.setdefault(str(question.parameters["to"]), []).append(mark)
        why = N_("the form goes on, without a question")
        self.report.approximated("setting", question.page, question.name, question.type, why)

    def _shown(self, question: Question) -> Row:
        row: Row = {
            "type": self._type(question), "label": self._text(question.label), "hint": self._text(question.hint),
            "guidance_hint": self._text(question.interviewer), "appearance": APPEARANCES.get(question.type, ""),
            "constraint": " and ".join(self._checks(question)), "constraint_message": self._text(question.constraint_message),
            "required_message": self._text(question.required_message), "required": self._required(question),
            "parameters": self._parameters(question), **_media(question.media),
        }  # fmt: skip
        if question.grid and question.name == question.grid.rows[0]:
            row |= _media(question.grid.media)
        if question.choices:
            row["choice_filter"] = self._filter(question)
        if question.default is not None:
            row["default"] = self._written(question.name, "default", question.default, self.writer.value)
        self._lost(question.name, question.warning is not None, "warning")
        self._lost(question.name, not question.choices and bool(question.dont_know), "dont_know")
        self._lost(question.name, not question.choices and bool(question.refused), "refused")
        return row

    def _type(self, question: Question) -> str:
        if not question.choices:
            return TYPES.get(question.type, "text")
        return f"{TYPES.get(question.type, 'select_one')} {self._list(question)}"

    def _list(self, question: Question) -> str:
        """The name of the list of the question's choices; questions with the same choices share one."""
        choices = list(question.choices)
        conditions = [choice.name for choice in choices if choice.relevant]
        specials = [(code, self._special(question, code)) for code in ("dk", "refused")]
        shown = tuple((c.name, str(c.label.parts), str(c.columns), str(c.media), c.image) for c in choices)
        key = (shown, str(specials), tuple(conditions))
        if key not in self.lists:
            self.lists[key] = self.names.take(question.name)
            for choice in choices:
                self.choices.append(self._choice(self.lists[key], choice, "yes" if conditions else ""))
            for code, label in specials:
                if label is not None:
                    self.choices.append({"list_name": self.lists[key], "name": code, "label": label})
        return self.lists[key]

    def _choice(self, list_name: str, choice: Choice, conditional: str) -> Row:
        columns = {column.removeprefix("|"): value or "" for column, value in choice.columns.items()}
        row: Row = {"list_name": list_name, "name": choice.name, "label": self._text(choice.label), **columns}
        row |= _media(choice.media)
        if choice.image:
            row["media::image"] = choice.image
        return row

    def _special(self, question: Question, code: str) -> Any:
        given = question.dont_know if code == "dk" else question.refused
        if isinstance(given, Text):
            return self._text(given)
        return dict.fromkeys(self.q.languages, "Don't know" if code == "dk" else "Refused") if given else None

    def _filter(self, question: Question) -> str:
        """The choice_filter, and the conditions of single choices."""
        parts = []
        if question.choice_filter is not None:
            parts.append(self._condition(question.name, "choice_filter", question.choice_filter))
        for choice in question.choices:
            if choice.relevant is not None:
                condition = self._condition(question.name, "relevant", choice.relevant)
                parts.append(f"name != {quoted(choice.name)} or {condition or 'true()'}")
        return " and ".join(f"({part})" if len(parts) > 1 else part for part in parts if part)

    def _checks(self, question: Question) -> list[str]:
        parts = []
        if question.type in (*NUMBERS, *MOMENTS):
            limits = ((">=", question.parameters.get("min")), ("<=", question.parameters.get("max")))
            for sign, limit in limits:
                if limit is not None:
                    parts.append(
                        f". {sign} {limit if question.type in NUMBERS else self._moment(question.type, limit)}"
                    )
        for choice in question.choices:
            if choice.exclusive:
                parts.append(f"not(selected(., {quoted(choice.name)}) and count-selected(.) > 1)")
        if question.constraint is not None:
            own = self._written(
                question.name, "constraint", question.constraint, lambda tree: self.writer.condition(tree, True)
            )
            parts.append(f"({own})" if " or " in own and parts else own)
        return [part for part in parts if part]

    def _moment(self, type_: str, limit: str) -> str:
        return f"date('{limit}')" if type_ == "date" else quoted(limit)

    def _required(self, question: Question) -> str:
        if isinstance(question.required, Expression):
            return self._condition(question.name, "required", question.required)
        return "yes" if question.required else ""

    def _parameters(self, question: Question) -> str:
        given = question.parameters
        if question.type == "slider":
            return f"start={given['min']} end={given['max']} step={given['step']}"
        return "randomize=true" if question.choices and given.get("randomize") else ""

    def _calculation(self, question: Question) -> str:
        if question.calculation is None:
            return ""
        return self._written(question.name, "calculation", question.calculation, self.writer.value)

    def _count(self, repeat: Repeat) -> str:
        if repeat.count is None:
            return ""
        return self._written(repeat.name, "count", repeat.count, self.writer.value)

    def _condition(self, name: str, column: str, expression: Expression | None) -> str:
        return self._written(name, column, expression, self.writer.condition) if expression is not None else ""

    def _written(self, name: str, column: str, expression: Expression, write: Any) -> str:
        try:
            written: str = write(expression.tree)
        except Unwritable as reason:
            self.report.left_out("condition", name, column, expression.source, reason.why, **reason.params)
            return ""
        self.report.carried("condition", name, column, expression.source)
        return written

    def _lost(self, name: str, there: bool, what: str) -> None:
        if there:
            self.report.left_out("setting", name, name, what, N_("there is nothing like it there"))

    def _text(self, text: Text | None) -> dict[str, str] | None:
        """By language; a pipe has no fallback there."""
        if text is None:
            return None
        return {
            language: "".join(part if isinstance(part, str) else f"${{{part.name}}}" for part in text.parts[language])
            for language in text.parts
        }


def _media(media: Media) -> Row:
    """What is shown beside a text: one file, or one for each language."""
    found = {f"media::{kind}": files for kind, files in media.items()}
    return {
        column: dict(files) if len(set(files.values())) > 1 else next(iter(files.values()))
        for column, files in found.items()
    }
