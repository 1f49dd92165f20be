"""Error values: what is wrong with an input, where, and how to mend it.

Functions return problems; exceptions are for bugs. A problem's texts are English message ids: the edge that shows
them passes its own ``translate`` (gettext), so that the portable floors need no translation machinery.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


def N_(msgid: str) -> str:
    """Mark a message id for extraction; it is translated where it is shown."""
    return msgid


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input.

    ``code``: stable identifier, documented in docs/problems.md. ``message`` and ``remedy``: message ids with
    ``{named}`` params. ``name``: the field or question it belongs to, "" for the whole. ``file``, ``line`` (1-based),
    ``column`` (1-based) and ``path`` (such as ``pages[0].questions[2].label.pl``): where it stands in a file.
    ``severity``: "error" or "warning" (may be overridden).
    """

    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    remedy: str = ""
    file: str = ""
    line: int | None = None
    column: int | None = None
    path: str = ""
    severity: str = "error"

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The message in the reader's language, params filled in."""
        return translate(self.message).format_map(self.params)

    def remedy_text(self, translate: Callable[[str], str] = str) -> str:
        """How to mend it, in the reader's language ("" when there is nothing to say)."""
        return translate(self.remedy).format_map(self.params) if self.remedy else ""

    @property
    def authored(self) -> bool:
        """Whether the message is an author's, in the language of the questionnaire, and nothing of ours."""
        return self.message == "{text}"

    def located(self, file: str = "", line: int | None = None, column: int | None = None, path: str = "") -> "Problem":
        """The same problem with its place in a file."""
        return replace(self, file=file, line=line, column=column, path=path)

    def __str__(self) -> str:
        """One line for a terminal: ``file:line:column: message remedy [code] (path)``; a warning says so before the message."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return " ".join(
            part
            for part in (
                f"{place}:" if place else "",
                "warning:" if self.severity == "warning" else "",
                self.text(),
                self.remedy_text(),
                f"[{self.code}]",
                f"({self.path})" if self.path else "",
            )
            if part
        )
