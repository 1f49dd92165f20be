"""Files that belong to a questionnaire of another system: lists of choices, pictures, sounds, videos."""

from collections.abc import Callable, Mapping
from pathlib import Path

Companions = Callable[[str], bytes | None]
"""The content of a file by its name; None where it did not come along."""


def nothing(_name: str) -> bytes | None:
    """No file came along."""
    return None


def in_folders(*folders: Path) -> Companions:
    """The files that lie in one of some folders, not below."""

    def read(name: str) -> bytes | None:
        paths = (folder / Path(name).name for folder in folders if Path(name).name)
        found = next((path for path in paths if path.is_file()), None)
        return found.read_bytes() if found else None

    return read


def among(files: Mapping[str, bytes]) -> Companions:
    """The files that were sent along, by name."""
    return files.get
