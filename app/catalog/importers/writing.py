"""Pieces of expressions of ours, for the importers whose systems know two truth values only.

There an unanswered question makes a comparison false; here it makes it unknown, which shows nothing either. So conditions
are written as they are and only what is negated is made known first.
"""

import re
from collections.abc import Iterable

TRUE, FALSE = "true", "false"
IN_BRACKETS = re.compile(r"\([^()]*\)")


def reference(name: str) -> str:
    return f"${{{name}}}"


def quoted(text: str) -> str:
    """A text literal; one with both kinds of quotes is put together of several."""
    flat = " ".join(text.split())
    if "'" not in flat:
        return f"'{flat}'"
    if '"' not in flat:
        return f'"{flat}"'
    return "concat(" + ', "\'", '.join(f"'{part}'" for part in flat.split("'")) + ")"


def number(value: float) -> str:
    """A number literal, without an exponent."""
    written = str(value) if isinstance(value, int) else f"{value:.15f}".rstrip("0").rstrip(".")
    return written if value >= 0 else f"({written})"


def all_of(conditions: Iterable[str]) -> str:
    """Each of them, every one once; ``true`` where there is none."""
    parts = [part for part in dict.fromkeys(conditions) if part != TRUE]
    if FALSE in parts:
        return FALSE
    return " and ".join(f"({p})" if len(parts) > 1 and _outside(p, " or ") else p for p in parts) or TRUE


def any_of(conditions: Iterable[str]) -> str:
    """One of them; ``false`` where there is none."""
    parts = [part for part in dict.fromkeys(conditions) if part != FALSE]
    return TRUE if TRUE in parts else " or ".join(parts) or FALSE


def known(condition: str) -> str:
    """The condition, false where it would be unknown."""
    if condition in (TRUE, FALSE) or re.fullmatch(r"(answered|asked)\([^()]*\)", condition):
        return condition
    return f"coalesce({condition}, false)"


def negated(condition: str) -> str:
    """True where the condition is false or unknown."""
    if condition in (TRUE, FALSE):
        return FALSE if condition == TRUE else TRUE
    if condition.startswith("not(") and _bare(condition) == "not":
        return condition.removeprefix("not(")[:-1]  # what stands there is known
    return f"not({known(condition)})"


def answered(name: str) -> str:
    return f"answered({reference(name)})"


def _outside(text: str, word: str) -> bool:
    """Whether the word stands outside all brackets and quotes."""
    return word in _bare(text)


def _bare(text: str) -> str:
    """What stands outside brackets and quotes."""
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "", text)
    while (shorter := IN_BRACKETS.sub("", text)) != text:
        text = shorter
    return text
