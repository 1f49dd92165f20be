"""A second reading of an XLSForm: pyxform makes XForms of it, lxml evaluates its XPath, with the functions that XForms adds.

Days are numbers of days since 1970, as they are to XForms when it calculates with them.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lxml import etree
from pyxform.xls2xform import convert

TODAY = date(2026, 11, 25)
ZERO = date(1970, 1, 1)
XF, H, JR = "http://www.w3.org/2002/xforms", "http://www.w3.org/1999/xhtml", "http://openrosa.org/javarosa"


def text(value: Any) -> str:
    """XPath's string()."""
    if isinstance(value, list):
        return text(value[0]) if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else str(int(value)) if value.is_integer() else repr(value)
    return value if isinstance(value, str) else (value.text or "")


def number(value: Any) -> float:
    """XPath's number()."""
    if isinstance(value, (bool, float)):
        return float(value)
    try:
        return float(text(value)) if re.fullmatch(r"\s*-?[0-9.]+\s*", text(value)) else math.nan
    except ValueError:
        return math.nan


def true(value: Any) -> bool:
    """boolean(), which of an answer asks for what it holds."""
    if isinstance(value, list):
        return text(value) != ""
    return bool(value) and not (isinstance(value, float) and math.isnan(value))


def days(value: Any) -> float:
    found = text(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d.*", found):
        return float((date.fromisoformat(found[:10]) - ZERO).days)
    return number(value)


def format_date(value: Any, form: Any) -> str:
    number_ = days(value)
    if math.isnan(number_):
        return ""
    day = ZERO + timedelta(days=math.floor(number_))
    words = {
        "%Y": f"{day.year}",
        "%m": f"{day.month:02}",
        "%d": f"{day.day:02}",
        "%n": f"{day.month}",
        "%e": f"{day.day}",
    }
    return re.sub("%.", lambda match: words[match[0]], text(form))


def rounded(value: Any, digits: Any = 0.0) -> float:
    scaled = number(value) * 10 ** number(digits)
    return scaled if math.isnan(scaled) else math.floor(scaled + 0.5) / 10 ** number(digits)


FUNCTIONS = {
    "selected": lambda _, chosen, code: text(code) in text(chosen).split(),
    "count-selected": lambda _, chosen: float(len(text(chosen).split())),
    "if": lambda _, condition, then, otherwise: then if true(condition) else otherwise,
    "coalesce": lambda _, *values: next((value for value in values if text(value)), ""),
    "regex": lambda _, value, pattern: re.fullmatch(text(pattern), text(value), re.ASCII) is not None,
    "int": lambda _, value: math.nan if math.isnan(number(value)) else float(math.trunc(number(value))),
    "round": lambda _, *values: rounded(*values),
    "pow": lambda _, base, exponent: number(base) ** number(exponent),
    "today": lambda _: float((TODAY - ZERO).days),
    "now": lambda _: float((TODAY - ZERO).days),
    "date": lambda _, value: days(value),
    "decimal-date-time": lambda _, value: days(value),
    "format-date": lambda _, value, form: format_date(value, form),
    "once": lambda _, value: value,
    "min": lambda _, *values: min((number(value) for value in values), default=math.nan),
    "max": lambda _, *values: max((number(value) for value in values), default=math.nan),
    "position": lambda _, *path: 1.0,
}
EXTENSIONS = {(None, name): function for name, function in FUNCTIONS.items()}


@dataclass(frozen=True)
class Bind:
    """``path``: of the node, with its name; the expressions are XPath."""

    path: str
    expressions: Mapping[str, str]


class XForm:
    """One form with one row in every repeat."""

    def __init__(self, file: str) -> None:
        self.document = etree.fromstring(convert(file, validate=False).xform.encode())
        model = self.document.find(f".//{{{XF}}}model")
        root = model.find(f"{{{XF}}}instance")[0]
        for template in root.xpath(".//*[@jr:template]", namespaces={"jr": JR}):
            template.getparent().remove(template)
        self.root = etree.ElementTree(etree.fromstring(re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", _plain(root))))
        self.compiled: dict[str, etree.XPath] = {}
        self.model = model

    def binds(self) -> Iterator[Bind]:
        for bind in self.model.iter(f"{{{XF}}}bind"):
            wanted = ("relevant", "constraint", "calculate", "required")
            found = {key: bind.get(key) for key in wanted if bind.get(key)}
            if found:
                yield Bind(bind.get("nodeset"), found)

    def node(self, path: str) -> Any:
        found = self.root.xpath(path)
        return found[0] if found else None

    def evaluate(self, expression: str, path: str) -> Any:
        """The value of an expression at a node."""
        if expression not in self.compiled:
            self.compiled[expression] = etree.XPath(expression, extensions=EXTENSIONS, namespaces={"jr": JR})
        return self.compiled[expression](self.node(path))


def _plain(root: Any) -> str:
    """The instance without namespaces, which its paths do not have."""
    for element in root.iter():
        element.tag = etree.QName(element).localname
        for key in list(element.attrib):
            del element.attrib[key]
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")
