"""Random definitions with checks of every kind that somebody can pass whatever was said before, for rehearsals."""

from typing import Any

from tests.engine.authoring import Author

ALIKE = {
    "nps": ("nps", "csat_5", "rating"),
    "yes_no": ("yes_no", "consent"),
    "single_choice": ("single_choice", "image_choice"),
    "text": ("text", "file"),
}
"""Types that may stand in for one that Author knows: what is said of the one can be said of them."""
NUMBERS = (". > 1", ". != 3", ". >= 3 and . <= 4", ". % 2 = 0", ". != {n}", ". >= 2 or . > {n}")
UNLIMITED = (". > {n}", ". < {n} and . < 1000", ". >= 1200 and . <= 1210", "abs(. - {n}) <= 2")
DAYS = (
    ". <= today()",
    ". = today() - 3",
    "year-of(.) >= 2000",
    ". >= {d}",
    "today() - . > 6570 and today() - . < 6940",
)
WORDS = (
    "string-length(.) = 9",
    "regex(., '[A-Z]{{2}}-[0-9]{{3}}')",
    "contains(., 'zz') and string-length(.) > 30",
    "starts-with(., 'AB')",
    "number(.) >= 18",
    "number(.) > {n}",
    "normalize-space(.) = . and not(contains(., ' '))",
    ". = concat('a', 'b')",
)
ONE, SOME = (". != 'c'", ". = 'b' or . = 'c'"), ("count-selected(.) <= 1", "selected(., 'b')", "count-selected(.) >= 2")
CHECKS = {
    **dict.fromkeys(("nps", "rating", "csat_5", "ces_7"), NUMBERS),
    "integer": NUMBERS + UNLIMITED,
    "decimal": (*NUMBERS, *UNLIMITED, "round(. + {n}, 2) = 50"),
    "slider": (*NUMBERS, ". % 10 = 0", ". >= 97"),
    "date": DAYS,
    "time": (". >= '08:00' and . <= '08:05'", ". != '12:00'"),
    "datetime": (". < '2024-01-01T00:00'", "date-of(.) <= today()"),
    **dict.fromkeys(("text", "matrix_text"), WORDS),
    "long_text": ("string-length(.) >= 120", "not(contains(., '@'))"),
    "email": ("ends-with(., '.com')", "regex(., '[a-z0-9]+@example[.]com')"),
    "phone_number": ("regex(., '[+]48[0-9]{{9}}')", "starts-with(., '+')"),
    **dict.fromkeys(("single_choice", "image_choice", "lookup", "matrix_single"), ONE),
    **dict.fromkeys(("multiple_choice", "matrix_multiple"), SOME),
    "ranking": ("rank-of(., 'b') = 1",),
    "matrix_number": (*NUMBERS, ". >= 1200 and . <= 1210"),
}


class CheckingAuthor(Author):
    """Also values from outside, all types that a person answers without a device, and checks hard and soft."""

    def definition(self) -> dict[str, Any]:
        outside = [("region", "text"), ("visits", "number"), ("member", "bool")]
        self.known = list(outside)
        self.days: list[str] = []
        entries = [{"name": name, "type": kind, "source": "contact"} for name, kind in outside]
        return super().definition() | {"outside": entries}

    def question(self, before: list[tuple[str, str]], learnt: list[tuple[str, str]]) -> dict[str, Any]:
        node = super().question(before, learnt)
        node["type"] = kind = self.chance.choice(ALIKE.get(node["type"], (node["type"],)))
        if kind in ("multiple_choice", "image_choice"):
            node.pop("choice_filter", None)
            images = kind == "image_choice"
            node["choices"] = [
                {"name": name, "label": self.text(name.upper()), **({"image": "x.png"} if images else {})}
                for name in "abcdefghij"
            ]
        checks = CHECKS.get(kind, ())
        if kind in ("single_choice", "lookup", "ranking") and not isinstance(node["choices"], list):
            checks = ()  # what the check wants may not be offered
        if checks and self.maybe(0.6):
            node[self.chance.choice(("constraint", "constraint", "warning"))] = self.check(checks, before + learnt)
        elif kind == "multiple_choice" and self.maybe():
            node["constraint"] = "count-selected(.) >= 8"
        if kind == "date":
            self.days.append(node["name"])
        return node

    def check(self, checks: tuple[str, ...], here: list[tuple[str, str]]) -> str:
        """One of the checks about what is known here."""
        numbers = [f"${{{name}}}" for name, kind in here if kind == "number"] or ["7"]
        days = [f"${{{name}}}" for name, kind in here if kind == "moment" and name in self.days] or ["'2020-02-29'"]
        return self.chance.choice(checks).format(n=self.chance.choice(numbers), d=self.chance.choice(days))
