"""Regular expressions of XLSForm (Java's or a browser's) in our subset, which always matches the whole text."""

import re

from app.catalog.importers.xlsform.terms import Untranslatable
from app.core.problems import N_
from app.engine.expressions.patterns import Pattern, compile_pattern

TOKEN = re.compile(r"\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\.|\[\^?\]?|\{,|.", re.DOTALL)


def pattern(source: str) -> tuple[str, bool]:
    """The pattern as ours and whether the empty text fits it. Untranslatable where it needs what ours do not have."""
    ours = _anchors_dropped(source)
    compiled = compile_pattern(ours)
    if not isinstance(compiled, Pattern):
        raise Untranslatable(N_("the pattern cannot be used: {reason}"), reason=compiled)
    return ours, compiled.matches("")


def _anchors_dropped(source: str) -> str:
    """``^`` and ``$`` at the ends of branches say what is so anyway; characters given by their number are written out."""
    symbols = TOKEN.findall(source.strip())
    kept: list[str] = []
    in_class = False
    for index, symbol in enumerate(symbols):
        starts = not kept or kept[-1] in ("|", "(", "?:")
        ends = index + 1 == len(symbols) or symbols[index + 1] in ("|", ")")
        if not in_class and ((symbol == "^" and starts) or (symbol == "$" and ends)):
            continue
        if re.fullmatch(r"\\[ux][0-9A-Fa-f]+", symbol):
            symbol = re.sub(r"([\\\]\[^$.|?*+(){}-])", r"\\\1", chr(int(symbol[2:], 16)))
        elif symbol == "{,":
            symbol = "{0,"
        in_class = (in_class or symbol.startswith("[")) and symbol != "]"
        kept.append(symbol)
    return "".join(kept)
