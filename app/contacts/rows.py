"""The rows of a file, cleaned batch by batch. Pure but for reading the file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from app.contacts.attributes import Definition
from app.contacts.cleaning import Clean, clean
from app.contacts.csvfile import CsvFile
from app.core.problems import Problem


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not stored (or was, with a warning): the line it starts on (1-based), its cells, what is wrong."""

    line: int
    row: list[str]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Rows of a batch: those to be stored, those that cannot be, those worth a second look; `read`: bytes of the file so far."""

    good: list[tuple[int, list[str], Clean]] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    warned: list[BadRow] = field(default_factory=list)
    read: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read: the field of each column ("" for none), the country of numbers without +, the declared attributes, how
    many rows are a batch."""

    fields: Sequence[str]
    region: str | None
    declared: Mapping[str, Definition]
    size: int


def batches(file: CsvFile, tell: Callable[[], int], how: Reading) -> Iterator[Cleaned]:
    """The file's rows. tell: the position in the file."""
    rows = iter(file)
    while some := list(islice(rows, how.size)):
        yield _cleaned(some, how, tell())


def _cleaned(rows: Sequence[tuple[int, list[str] | Problem]], how: Reading, read: int) -> Cleaned:
    cleaned = Cleaned(read=read)
    for line, cells in rows:
        if isinstance(cells, Problem):
            cleaned.bad.append(BadRow(line, [], [cells]))
            continue
        raw = {name: cell for name, cell in zip(how.fields, cells, strict=True) if name}
        person, problems = clean(raw, how.region, how.declared)
        if any(problem.severity == "error" for problem in problems):
            cleaned.bad.append(BadRow(line, cells, problems))
            continue
        if problems:
            cleaned.warned.append(BadRow(line, cells, problems))
        cleaned.good.append((line, cells, person))
    return cleaned
