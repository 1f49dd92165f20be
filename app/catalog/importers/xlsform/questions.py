"""One row of the survey sheet as nodes of a page."""

import re
from typing import Any

from app.catalog.importers.report import Report
from app.catalog.importers.xlsform.choices import Choices
from app.catalog.importers.xlsform.conditions import Conditions
from app.catalog.importers.xlsform.form import Form, Item
from app.catalog.importers.xlsform.media import Media
from app.catalog.importers.xlsform.terms import ELSEWHERE, Untranslatable, numeral, quoted
from app.catalog.importers.xlsform.texts import Texts
from app.catalog.importers.xlsform.types import KINDS, METADATA
from app.core.problems import N_

Node = dict[str, Any]
COMPUTED = {"today": "today()", "start": "now()"}
DYNAMIC = re.compile(r"\$\{|[\w-]+\s*\(|\bdiv\b|\bmod\b")
TEXT_TYPES = ("text", "long_text")
NO_FILE = N_(
    "its choices are in {file}, which is not here or cannot be read; the answer is written. Put it beside the form and import again"
)


class Questions:
    """Builds nodes; ``outside``: entries for values that come from elsewhere."""

    def __init__(self, form: Form, texts: Texts, report: Report) -> None:
        self.form, self.texts, self.report = form, texts, report
        self.conditions = Conditions(form, report)
        self.media = Media(texts, form.beside.companions, report)
        self.choices = Choices(form, texts, self.media, report)
        self.outside: list[Node] = []

    def build(self, item: Item, within: list[str]) -> list[Node]:
        """The nodes of a question; none where it is left out. ``within``: conditions of groups that hold for it too."""
        word = item.type.word
        if word in METADATA:
            return self._metadata(item)
        relevant = self._relevant(item, within)
        if word not in KINDS:
            return self._as_text(item, relevant, N_("there is no such type; the answer is written"))
        if word in ("calculate", "hidden"):
            return self._computed(item, relevant)
        if item.type.source == "file" and not item.list:
            return self._as_text(item, relevant, NO_FILE, file=item.type.argument)
        if item.type.argument.startswith("${"):
            return self._as_text(item, relevant, N_("its choices are answers of a repeat; the answer is written"))
        if (
            KINDS[word].ours in ("single_choice", "multiple_choice", "ranking")
            and word != "acknowledge"
            and not item.list
        ):
            return self._left_out(item, N_("its list of choices is not there"))
        if item.row.get("calculation"):
            return self._shown_calculation(item, relevant)
        node = self._node(item, relevant)
        item.there = True
        loss = KINDS[word].loss
        if loss:
            self.report.approximated("question", item.row.where, item.name, word, loss)
        else:
            self.report.carried("question", item.row.where, item.name, word)
        return [node]

    def _left_out(self, item: Item, why: str, **params: Any) -> list[Node]:
        self.report.left_out("question", item.row.where, item.name, item.row.get("type"), why, **params)
        return []

    def _relevant(self, item: Item, within: list[str]) -> str | None:
        own = self.conditions.condition(item, "relevant")
        parts = [*within, *([] if own in (None, True) else ["false" if own is False else str(own)])]
        if len(parts) < 2:
            return parts[0] if parts else None
        return " and ".join(f"({part})" if " or " in part else part for part in parts)

    def _metadata(self, item: Item) -> list[Node]:
        """What the form records by itself: the day and hour of the start are worked out, the rest comes from outside."""
        word, where = item.type.word, item.row.where
        if word in COMPUTED:
            item.value, item.there = ("date" if word == "today" else "datetime"), True
            self.report.carried("setting", where, item.name, word)
            calculation = COMPUTED[word] if word == "today" else "date-time(now())"
            return [{"name": item.ours, "type": "computed", "calculation": calculation}]
        if word in ("deviceid", "username", "email", "phonenumber", "simserial", "subscriberid", "caseid"):
            return self._from_outside(item, "setting", word)
        if word in ("csv_external", "xml_external"):
            return self._table(item)
        self.report.left_out("setting", where, item.name, word, N_("interviews record what they can by themselves"))
        return []

    def _table(self, item: Item) -> list[Node]:
        """A file that calculations name. It is not asked; they hold what they read of it."""
        if self.form.beside.called(item.name):
            self.report.carried("setting", item.row.where, item.name, item.type.word)
        else:
            why = N_("the file is not here or cannot be read: put it beside the form and import again")
            self.report.left_out("setting", item.row.where, item.name, item.type.word, why)
        return []

    def _from_outside(self, item: Item, kind: str, what: str) -> list[Node]:
        item.value, item.there, item.place = "text", True, 0
        self.outside.append({"name": item.ours, "type": "text", "source": "host"})
        self.report.approximated(kind, item.row.where, item.name, what, N_("it is known where the host gives it"))
        return []

    def _computed(self, item: Item, relevant: str | None) -> list[Node]:
        source = item.row.get("calculation")
        default = item.row.get("default")
        if not source and not default:
            item.value, item.there, item.place = "text", True, 0
            self.outside.append({"name": item.ours, "type": "text", "source": "host"})
            self.report.approximated(
                "question", item.row.where, item.name, "", N_("it is known where the host gives it")
            )
            return []
        try:
            if source or DYNAMIC.search(default):
                term = self.conditions.calculation(item, source or default)
                text, item.value, item.values = term.text, term.type, term.values
            else:
                text, item.value, item.values = quoted(default), "text", ((default, default),)
        except Untranslatable as reason:
            if reason.why == ELSEWHERE:
                return self._from_outside(item, "question", source)
            return self._left_out(item, reason.why, **reason.params)
        item.there = True
        self.report.carried("question", item.row.where, item.name, item.type.word)
        self._unused(item, "trigger", N_("it is worked out anew whenever what it reads changes"))
        return [_clean({"name": item.ours, "type": "computed", "relevant": relevant, "calculation": text})]

    def _shown_calculation(self, item: Item, relevant: str | None) -> list[Node]:
        """A field that is filled by itself: read only it is worked out and shown, else it stands there to be changed."""
        source = item.row.get("calculation")
        read_only = self._read_only(item)
        try:
            term = self.conditions.calculation(item, source)
        except Untranslatable as reason:
            self.report.approximated("question", item.row.where, item.name, source, reason.why, **reason.params)
            item.there = True
            return [self._node(item, relevant)]
        item.there = True
        if not read_only:
            self.report.carried("question", item.row.where, item.name, item.type.word)
            node = self._node(item, relevant)
            if not _fits(item, term.type):
                why = N_("it cannot stand in the field at first")
                self.report.left_out("setting", item.row.where, item.name, source, why)
            return [node | ({"default": term.text} if _fits(item, term.type) else {})]
        item.value, item.values = term.type, term.values
        self.report.carried("question", item.row.where, item.name, item.type.word)
        computed = _clean({"name": item.ours, "type": "computed", "relevant": relevant, "calculation": term.text})
        label = self.texts.text(item.row, "label", item)
        if label is None:
            return [computed]
        shown = f"${{{item.ours}|}}"
        worded = (
            f"{label} {shown}" if isinstance(label, str) else {tag: f"{words} {shown}" for tag, words in label.items()}
        )
        note = {
            "name": self.choices.names.take(f"{item.ours}_shown"),
            "type": "note",
            "relevant": relevant,
            "label": worded,
            "media": self.media.of(item.row, item.name),
        }
        return [computed, _clean(note)]

    def _read_only(self, item: Item) -> bool:
        return item.row.get("readonly").lower() in ("yes", "true", "true()")

    def _as_text(self, item: Item, relevant: str | None, why: str, **params: Any) -> list[Node]:
        item.there, item.value, item.list = True, "text", None
        self.report.approximated("question", item.row.where, item.name, item.row.get("type"), why, **params)
        return [self._node(item, relevant, type_="text")]

    def _node(self, item: Item, relevant: str | None, type_: str = "") -> Node:
        row, appearance = item.row, item.row.get("appearance").lower().split()
        node: Node = {"name": item.ours, "type": type_ or self._type(item, appearance), "relevant": relevant}
        node["label"] = self.texts.text(row, "label", item, item.name)
        if "label" not in row.texts:
            why = N_("it has no label; its name is shown")
            self.report.approximated("text", row.where, item.name, "", why)
        for ours, column in (("hint", "hint"), ("interviewer", "guidance_hint")):
            node[ours] = self.texts.text(row, column, item)
        node["media"] = self.media.of(row, item.name)
        if node["type"] == "note":
            return _clean(node)
        self._checks(item, node)
        if type_ != "text":
            node |= self._parameters(item)
        if item.type.word == "acknowledge":
            node["choices"] = [{"name": "OK", "label": self.texts.words({}, "OK")}]
        elif item.list:
            node |= self.choices.of(item, self.conditions)
        node["default"] = self._default(item)
        return _clean(node)

    def _type(self, item: Item, appearance: list[str]) -> str:
        word, ours = item.type.word, KINDS[item.type.word].ours
        if word == "text" and ("multiline" in appearance or int(numeral(item.row.get("rows")) or 0) > 1):
            return "long_text"
        if word == "text" and self._read_only(item) and not item.row.get("default"):
            item.value = "none"
            return "note"
        if word == "image" and {"signature", "draw"} & set(appearance):
            return "signature"
        return ours

    def _checks(self, item: Item, node: Node) -> None:
        row = item.row
        node["required"] = self.conditions.condition(item, "required") or None
        if node["required"]:
            node["required_message"] = self.texts.text(row, "required_message", item)
        constraint = self.conditions.condition(item, "constraint", own=True, unknown=True)
        if constraint is not None and constraint is not True:
            node["constraint"] = "false" if constraint is False else constraint
            node["constraint_message"] = self.texts.text(row, "constraint_message", item)
        if node["type"] == "decimal":
            node["decimals"] = 10
        self._unused(item, "trigger", N_("it is worked out anew whenever what it reads changes"))

    def _parameters(self, item: Item) -> Node:
        """``start=0 end=10 step=1; randomize=true``"""
        given = dict(re.findall(r"([\w-]+)\s*=\s*([^\s;,]+)", item.row.get("parameters")))
        if item.type.word == "range":
            return _limits(given)
        return {"randomize": "yes"} if given.get("randomize", "").lower() == "true" and item.list else {}

    def _default(self, item: Item) -> str | None:
        """What stands in the field at first, as an expression."""
        source = item.row.get("default")
        if not source or item.value in ("none", "file"):
            return None
        try:
            if DYNAMIC.search(source) and item.value != "code":
                term = self.conditions.calculation(item, source)
                if _fits(item, term.type):
                    return term.text
            literal = self._literal(item, source)
        except Untranslatable as reason:
            self.report.left_out("setting", item.row.where, item.name, source, reason.why, **reason.params)
            return None
        if literal is None:
            why = N_("it cannot stand in the field at first")
            self.report.left_out("setting", item.row.where, item.name, source, why)
        return literal

    def _literal(self, item: Item, source: str) -> str | None:
        if item.value == "number":
            return source if numeral(source) is not None else None
        if item.value == "code":
            codes = item.list.codes(source) if item.list else []
            return quoted(codes[0]) if codes else None
        if item.value == "date":
            return quoted(source) if re.fullmatch(r"\d{4}-\d\d-\d\d", source) else None
        return quoted(source) if item.value == "text" else None

    def _unused(self, item: Item, column: str, why: str) -> None:
        if item.row.get(column):
            self.report.approximated("setting", item.row.where, item.name, item.row.get(column), why)


def _limits(given: dict[str, str]) -> Node:
    """Of a range, whichever way round they are written."""
    first, last, step = (numeral(given.get(key, "")) for key in ("start", "end", "step"))
    least, most = sorted((1.0 if first is None else first, 10.0 if last is None else last))
    step = step if step and 0 < step <= most - least else 1.0
    most = max(most, least + step)
    return {key: int(n) if n.is_integer() else n for key, n in (("min", least), ("max", most), ("step", step))}


def _fits(item: Item, type_: str) -> bool:
    return type_ == item.value or (type_ == "text" and item.value == "code")


def _clean(node: Node) -> Node:
    """Without what there is not."""
    return {key: value for key, value in node.items() if value is not None}
