"""Random definitions with everything the language has, for the properties of test_properties.py and test_fuzz.py."""

from random import Random
from typing import Any

PLAIN = ("nps", "integer", "decimal", "slider", "rating", "text", "long_text", "time", "datetime", "date", "email",
         "phone_number", "yes_no", "ces_7")  # fmt: skip
CHOSEN = ("single_choice", "multiple_choice", "ranking", "lookup")
GRIDS = ("matrix_single", "matrix_multiple", "matrix_number", "matrix_text", "constant_sum")
OF_ROWS = {"matrix_single": "code", "matrix_multiple": "set", "matrix_text": "text"}
VALUES = {
    **dict.fromkeys(("text", "long_text", "email", "phone_number"), "text"),
    **dict.fromkeys(("single_choice", "lookup"), "code"),
    "yes_no": "answer",
    **dict.fromkeys(("multiple_choice", "ranking"), "set"),
    **dict.fromkeys(("time", "datetime", "date"), "moment"),
}
CONDITIONS = {
    "number": ("{} <= 6", "{} > 8", "answered({})", "{} % 2 = 0", "asked({})", "refused({})"),
    "code": ("{} = 'a'", "{} != 'c'", "dont-know({})", "selected({}, 'b')"),
    "answer": ("{} = 'yes'", "{} != 'no'", "asked({})"),
    "set": ("selected({}, 'a')", "count-selected({}) > 1", "not(selected({}, 'c'))"),
    "text": ("string-length({}) > 6", "contains({}, 'x')", "answered({})"),
    "moment": ("answered({})", "not(asked({}))"),
    "bool": ("{}", "not({})", "coalesce({}, true)"),
    "list": ("count({}) > 1", "answered({})"),
    "numbers": ("sum({}) > 9", "max({}) > 5", "count({}) = 0"),
}
LABELS = {"a": "Apple", "b": "Bread", "c": "Cake"}


class Author:
    """Writes a definition. ``known``: (name, kind of value) that an expression may read here; ``known_before``: at the beginning
    of each page."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.known, self.numbers = chance, list[tuple[str, str]](), 0
        self.known_before: dict[str, list[tuple[str, str]]] = {}
        self.translated = chance.random() < 0.3

    def definition(self) -> dict[str, Any]:
        values = {"a": "x", "b": "y", "c": "x", "yes": "x", "no": "y"}
        entries = [{"name": n, "label": self.text(LABELS.get(n, n)), "values": {"k": v}} for n, v in values.items()]
        return {
            "questionnaire": "any", "title": self.text("Any"), "languages": ["en", "sw"] if self.translated else ["en"],
            **({"untranslated": "default"} if self.translated else {}),
            "basis": "anonymous", "purpose": self.text("p"), "minutes": 1,
            "lists": [{"name": "shared", "choices": entries}], "pages": self.parts(self.chance.randint(1, 5), 0),
        }  # fmt: skip

    def text(self, words: str) -> Any:
        return {"en": words} if self.translated else words

    def name(self, kind: str) -> str:
        self.numbers += 1
        return f"{kind}{self.numbers}"

    def maybe(self, likely: float = 0.3) -> bool:
        return self.chance.random() < likely

    def condition(self, known: list[tuple[str, str]]) -> str:
        name, kind = self.chance.choice(known)
        said = self.chance.choice(CONDITIONS[kind]).format(f"${{{name}}}")
        return f"{said} {self.chance.choice(('and', 'or'))} {self.condition(known)}" if self.maybe() else said

    def conditional(self, node: dict[str, Any], known: list[tuple[str, str]], likely: float = 0.35) -> dict[str, Any]:
        return node | {"relevant": self.condition(known)} if known and self.maybe(likely) else node

    # --- parts ------------------------------------------------------------------------------------

    def parts(self, count: int, depth: int, jumps: bool = True) -> list[dict[str, Any]]:
        """``jumps``: whether a page may lead to a later part."""
        made: list[dict[str, Any]] = []
        for index in range(count):
            kind = self.chance.random()
            if kind < 0.15 and depth < 3:
                made.append(self.repeat(depth))
            elif kind < 0.3 and depth < 3:
                made.append(self.block(depth))
            else:
                made.append(self.page())
            if jumps and index and index + 1 < count and self.maybe(0.15) and "questions" in made[index - 1]:
                self.jump_from(made[index - 1], made)
        return made

    def jump_from(self, source: dict[str, Any], made: list[dict[str, Any]]) -> None:
        """From a page over the part after it to a new one."""
        made.append(self.page())
        if self.known_before[source["name"]] and "randomize" not in source:
            jump = {"name": self.name("j"), "type": "jump", "to": made[-1]["name"]}
            source["questions"].append(self.conditional(jump, self.known_before[source["name"]], 1))

    def block(self, depth: int) -> dict[str, Any]:
        node: dict[str, Any] = self.conditional({"block": self.name("b")}, self.known)
        if not self.maybe(0.5):
            return node | {"pages": self.parts(self.chance.randint(1, 2), depth + 1)}
        before, learnt, pages = list(self.known), list[tuple[str, str]](), []
        for _ in range(self.chance.randint(2, 3)):
            self.known = list(before)
            pages += self.parts(1, depth + 1, jumps=False)
            learnt += self.known[len(before) :]
        self.known = before + learnt
        return node | {"randomize": self.chance.choice(("yes", "rotate")), "pages": pages}

    def repeat(self, depth: int) -> dict[str, Any]:
        node: dict[str, Any] = self.conditional({"repeat": self.name("r")}, self.known)
        numbers = [name for name, kind in self.known if kind == "number"]
        if self.maybe(0.7):
            node["count"] = f"${{{self.chance.choice(numbers)}}}" if numbers and self.maybe(0.7) else 2
        node |= {"least": self.chance.randint(0, 1), "most": self.chance.randint(2, 3)}
        before = list(self.known)
        node["pages"] = self.parts(self.chance.randint(1, 2), depth + 1)
        inside = self.known[len(before) :]
        listed = [(name, "numbers" if kind in ("number", "numbers") else "list") for name, kind in inside]
        self.known = [*before, *listed, (node["repeat"], "number")]
        return node

    def page(self) -> dict[str, Any]:
        node: dict[str, Any] = self.conditional({"name": self.name("p")}, self.known)
        self.known_before[node["name"]] = list(self.known)
        if self.maybe(0.2):
            node["randomize"] = self.chance.choice(("yes", "rotate"))
        before, learnt, questions = list(self.known), list[tuple[str, str]](), []
        for _ in range(self.chance.randint(1, 4)):
            questions.append(self.question(before, learnt if "randomize" not in node else []))
            learnt += self.known[len(before) :]
            self.known = list(before)
        if self.maybe(0.1) and learnt and "randomize" not in node:
            status = self.chance.choice(("screened_out", "complete"))
            exit_ = {"name": self.name("x"), "type": "exit", "status": status, "label": self.text("Bye")}
            questions.append(self.conditional(exit_, before + learnt, 1))
        self.known = before + learnt
        return node | {"questions": questions}

    # --- questions --------------------------------------------------------------------------------

    def note(self) -> dict[str, Any]:
        return {"name": self.name("n"), "type": "note", "label": self.text("Note")}

    def question(self, before: list[tuple[str, str]], learnt: list[tuple[str, str]]) -> dict[str, Any]:
        """``before``: known from earlier pages, on which alone what is shown may hang. ``learnt``: on this one."""
        here = before + learnt
        kind = self.chance.choice((*PLAIN, *CHOSEN, *CHOSEN, *GRIDS, "note", "computed"))
        if kind == "note":
            return self.conditional(self.note(), here)
        if kind == "computed" and here:
            name = self.name("c")
            self.known = [*before, (name, "bool")]
            return {"name": name, "type": "computed", "calculation": self.condition(here)}
        kind = "text" if kind == "computed" else kind
        name, piped = self.name("q"), [known for known, value in before if value in ("number", "text", "code")]
        label = f"Q ${{{self.chance.choice(piped)}|it}}" if piped and self.maybe() else "Q"
        node = self.conditional({"name": name, "type": kind, "label": self.text(label)}, here)
        node |= {"required": self.maybe(0.5), "dont_know": self.maybe()}
        if kind in GRIDS:
            self.known = [
                *before,
                *((f"{name}__{row}", OF_ROWS.get(kind, "number")) for row in "uvw"[: self.grid(node, here)]),
            ]
            return node
        if kind in CHOSEN:
            self.choices(node, before)
            if not isinstance(node["choices"], list):
                node["required"] = False  # nobody can answer where no choice is left, which app.proofs tells the author
        if kind == "integer":
            node |= {"default": "1 + 1"} if self.maybe() else {"constraint": ". < 5"} if self.maybe() else {}
        self.known = [*before, (name, VALUES.get(kind, "number"))]
        return node

    def grid(self, node: dict[str, Any], here: list[tuple[str, str]]) -> int:
        """Fills in a grid and gives the number of its rows."""
        sums = node["type"] == "constant_sum"
        count = self.chance.randint(2, 3)
        rows = [{"name": row, "label": self.text(row)} for row in "uvw"[:count]]
        node["rows"] = rows if sums else [self.conditional(row, here, 0.2) for row in rows]
        if node["type"] in ("matrix_single", "matrix_multiple"):
            node["choices"] = "shared" if self.maybe() else self.entries()
        if not sums and self.maybe():
            node["randomize_rows"] = self.chance.choice(("yes", "rotate"))
        if sums:
            node["dont_know"] = False
        return count

    def entries(self) -> list[dict[str, Any]]:
        return [{"name": name, "label": self.text(label)} for name, label in LABELS.items()]

    def choices(self, node: dict[str, Any], before: list[tuple[str, str]]) -> None:
        codes = [name for name, kind in before if kind in ("code", "set") and "__" not in name]
        if self.maybe(0.3):
            node["choices"] = "shared"
            texts = [name for name, kind in before if kind == "text"]
            if texts and self.maybe(0.3):
                node["choice_filter"] = f"k != ${{{self.chance.choice(texts)}}}"
            elif self.maybe(0.5):
                node["choice_filter"] = "k = 'x'"
        elif codes and self.maybe(0.5):
            node["choices"] = {
                "carry": self.chance.choice(codes),
                "which": self.chance.choice(("selected", "unselected", "all")),
            }
        else:
            node["choices"] = self.entries()
            node["choices"][0] = self.conditional(node["choices"][0], before)
            if self.maybe() and node["type"] != "ranking":
                node["choices"][-1]["specify"] = True
        if self.maybe():
            node["randomize"] = self.chance.choice(("yes", "rotate"))
