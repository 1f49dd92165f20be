"""Names of other systems as names of ours: valid and unique."""

import re
import unicodedata

LONGEST = 60
WORDS = {"and", "or", "div", "true", "false", "position"}
"""What an expression would read as something else."""


def valid(name: str, otherwise: str = "q") -> str:
    """The nearest name of letters, digits and single underscores that begins with a letter; ``otherwise`` where nothing is left."""
    ascii_ = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", ascii_)
    if not words:
        return otherwise
    joined = "_".join(words) if words[0][0].isalpha() else "_".join((otherwise, *words))
    return joined[:LONGEST].rstrip("_")


def valid_code(name: str, otherwise: str = "c") -> str:
    """The nearest name of a choice: letters, digits, ``_``, ``.`` and ``-``, beginning with a letter or digit."""
    ascii_ = unicodedata.normalize("NFKD", name.strip()).encode("ascii", "ignore").decode()
    code = re.sub(r"[^A-Za-z0-9_.-]+", "_", ascii_)
    if not code.strip("_.-"):
        return otherwise
    return code[:LONGEST] if code[0].isalnum() else f"{otherwise}{code}"[:LONGEST]


class Names:
    """Names given out so far, told apart without regard to case."""

    def __init__(self, taken: set[str] | None = None) -> None:
        self.taken = {name.casefold() for name in taken or ()} | WORDS
        self.next: dict[str, int] = {}

    def take(self, name: str, otherwise: str = "q") -> str:
        """A valid name that nobody has, as near to ``name`` as can be."""
        return self._free(valid(name, otherwise))

    def take_code(self, name: str, otherwise: str = "c") -> str:
        """A valid name of a choice that nobody has."""
        return self._free(valid_code(name, otherwise))

    def _free(self, wanted: str) -> str:
        found, number = wanted, self.next.get(wanted.casefold(), 2)
        while found.casefold() in self.taken:
            suffix = f"_{number}"
            found, number = wanted[: LONGEST - len(suffix)].rstrip("_") + suffix, number + 1
        self.next[wanted.casefold()] = number  # so that ten thousand equal names take no square of it
        self.taken.add(found.casefold())
        return found
