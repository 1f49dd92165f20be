"""Export formats, one file each, found by name. To add one, add a file that exposes ``EXPORT``."""

from collections.abc import Callable, Iterator
from typing import Protocol

from app.core.registry import Registry
from app.insights.bundle import Bundle

Progress = Callable[[int], object]


class Export(Protocol):
    """`name`: the word after `--format`. `bom`: whether it can begin its text files with a byte order mark."""

    name: str

    def files(self, bundle: Bundle, bom: bool, progress: Progress) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The files by name; the content in pieces, made while it is read."""


EXPORTS: Registry[Export] = Registry("export", __name__, "EXPORT")
