"""Regular expressions of PHP, found anywhere in a text, as ours, which match the whole text."""

import re

from app.catalog.importers.limesurvey.terms import Untranslatable
from app.core.problems import N_
from app.engine.expressions.functions import pattern_problem


def pattern(written: str) -> str:
    """The pattern between its delimiters, as one of ours that matches the same texts."""
    delimited = re.fullmatch(r"\s*([/#~!@%])(.*)\1([a-zA-Z]*)\s*", written, re.DOTALL)
    body, flags = (delimited[2], delimited[3]) if delimited else (written, "")
    if set(flags) - set("imuUsSD"):
        raise Untranslatable(N_("Its pattern has the flag {flag}."), flag=flags)
    body = body.replace("\\/", "/").replace("(?i)", "")
    if "i" in flags or "(?i)" in written:
        body = _either_case(body)
    ours = _whole(body)
    problem = pattern_problem(ours)
    if problem:
        raise Untranslatable(N_("Its pattern cannot be used: {reason}."), reason=problem.params.get("reason", ""))
    return ours


def _whole(body: str) -> str:
    """What is not tied to the ends of the text may have anything before and after it."""
    branches = _branches(body)
    if len(branches) > 1 and any(_tied(branch) != (True, True) for branch in branches):
        return "|".join(_whole(branch) for branch in branches)
    start, end = _tied(body)
    inner = body[start : len(body) - end]
    inner = f"({inner})" if len(branches) > 1 and not (start or end) else inner
    any_text = r"(.|\n)*"
    return f"{'' if start else any_text}{inner}{'' if end else any_text}"


def _tied(body: str) -> tuple[bool, bool]:
    return body.startswith("^"), body.endswith("$") and not body.endswith("\\$")


def _branches(body: str) -> list[str]:
    """The body cut at the bars that stand in no group and no class."""
    branches, depth, in_class, start = [], 0, False, 0
    for match in re.finditer(r"\\.|[\[\]()|]", body, re.DOTALL):
        character = match[0]
        if in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and depth == 0:
            branches.append(body[start : match.start()])
            start = match.end()
    return [*branches, body[start:]]


def _either_case(body: str) -> str:
    """Letters as classes of both cases; a class gains the other case of its letters and of its ranges of letters."""

    def both(match: re.Match[str]) -> str:
        piece = match[0]
        if piece.startswith("\\"):
            return piece
        if piece.startswith("["):
            return piece[:-1] + re.sub(r"[^A-Za-z-]|(?<![A-Za-z])-|-(?![A-Za-z])", "", piece[1:-1]).swapcase() + "]"
        return f"[{piece.lower()}{piece.upper()}]"

    return re.sub(r"\\.|\[(?:\\.|[^\]\\])+\]|[A-Za-z]", both, body, flags=re.DOTALL)
