"""What a name stands for, and which known one a misspelt word may mean."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a name stands for: ``type``, its ``choices`` for code and set, whether it comes ``later`` than here, the
    ``repeats`` it stands in (outermost first), and its choices' ``labels``: choice -> language -> words."""

    type: str | None
    choices: tuple[str, ...] = ()
    later: bool = False
    repeats: tuple[str, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The closest known word, "" when none is close."""
    close = difflib.get_close_matches(word, list(known), 1, 0.6)
    return close[0] if close else ""
