"""Lists of choices that stand in a CSV file beside the definition.

Their rows are put into the tree when a definition is read from its folder. From then on the version holds them itself, and what
is edited later, where there is no folder, takes them from there.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from app.core.problems import N_, Problem
from app.core.text import normalise

Rows = Sequence[Mapping[str, Any]]
"""Choices as a definition writes them: name, label, values."""
Reader = Callable[[str], Rows | Problem]
"""The rows of a file by the name the definition gives it."""

LARGEST = 20_000_000
"""Bytes of a file."""
MOST = 100_000
"""Rows of a file."""
SHOWN = 10
"""Problems of a list that are told one by one."""


def beside(definition: Path) -> Reader:
    """Reads the files in the folder of a definition, or below."""
    folder = definition.resolve().parent

    def read(name: str) -> Rows | Problem:
        try:
            path = (folder / name).resolve()
            if not path.is_relative_to(folder):
                return _missing(N_("{file} is outside the definition's folder."), name)
            with path.open("rb") as stream:
                return rows_in(stream.read(LARGEST + 1), name)
        except OSError:
            return _missing(N_("There is no file {file} that can be read."), name)

    return read


def rows_in(content: bytes, file: str) -> Rows | Problem:
    """The rows of a CSV file in UTF-8."""
    text = text_in(content, file)
    return text if isinstance(text, Problem) else parsed(text, file)


def text_in(content: bytes, file: str) -> str | Problem:
    """The text of a file in UTF-8."""
    if len(content) > LARGEST:
        return _unfit(N_("{file} is too large."), file)
    try:
        return normalise(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _unfit(N_("{file} is not UTF-8."), file)


def held_by(trees: Callable[[], Iterable[Mapping[str, Any] | None]]) -> Reader:
    """Takes the rows from the first of some trees that holds them."""

    def read(name: str) -> Rows | Problem:
        for tree in trees():
            for _, entry in _from_files(tree):
                if entry["file"] == name and entry.get("choices"):
                    rows: Rows = entry["choices"]
                    return rows
        message = N_("The rows of {file} are not here.")
        remedy = N_("Upload the file on the page of the source, publish from its folder, or write the choices out.")
        return Problem("list_not_here", message, {"file": name}, remedy=remedy)

    return read


def filled(tree: Mapping[str, Any], read: Reader) -> tuple[Mapping[str, Any], Mapping[str, Problem]]:
    """The tree with the rows of its files, and what is wrong with a list by its path (``lists[0]``), which then has no choices."""
    made, problems = list(tree["lists"]) if isinstance(tree.get("lists"), list) else [], {}
    for index, entry in _from_files(tree):
        rows = _twice(entry["file"]) if "choices" in entry else read(entry["file"])
        made[index] = {key: value for key, value in entry.items() if key != "choices"}
        if isinstance(rows, Problem):
            problems[f"lists[{index}]"] = rows
        else:
            made[index]["choices"] = rows
    return ({**tree, "lists": made} if made else tree), problems


def bare(tree: Mapping[str, Any]) -> Mapping[str, Any]:
    """The tree as its author writes it: a list that has a file without the file's rows."""
    lists = {index: {k: v for k, v in entry.items() if k != "choices"} for index, entry in _from_files(tree)}
    if not lists:
        return tree
    return {**tree, "lists": [lists.get(index, entry) for index, entry in enumerate(tree["lists"])]}


def list_sizes(tree: Mapping[str, Any] | None) -> Mapping[str, int]:
    """The files that the lists of a tree name -> how many rows it holds of them."""
    return {entry["file"]: len(entry.get("choices", ())) for _, entry in _from_files(tree)}


def shortened(problems: Sequence[Problem], tree: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems; where thousands of rows of a file lack the same, the first few and how many more."""
    left = {f"lists[{index}].": SHOWN for index, _ in _from_files(tree)}
    cut: dict[str, list[Problem]] = {}
    for problem in problems:
        key = next((key for key in left if problem.path.startswith(key)), "")
        left[key] = left.get(key, 0) - 1
        if not key or left[key] >= 0:
            yield problem
        else:
            cut.setdefault(key, []).append(problem)
    for more in cut.values():
        message, where = N_("There are {count} more problems in the rows of this list."), more[0]
        more_of_them = Problem("more_in_list", message, {"count": len(more)})
        yield more_of_them.located(where.file, where.line, where.column, where.path.partition(".")[0])


def parsed(text: str, file: str) -> Rows | Problem:
    """The rows of a CSV text with the columns name, label (or label:en, label:pl, …) and any others, which become values."""
    lines = cells(text, file)
    if isinstance(lines, Problem):
        return lines
    headers = lines[0]
    if "name" not in headers or not any(header.partition(":")[0] == "label" for header in headers):
        return _unfit(N_("{file} has no column name, or none that is called label or label:en."), file)
    return [_row(headers, line) for line in lines[1:]]


def cells(text: str, file: str) -> Sequence[Sequence[str]] | Problem:
    """The lines of a CSV text that hold anything, the names of the columns first."""
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        headers = [header.strip() for header in next(reader, [])]
        if len(set(headers)) < len(headers):
            return _unfit(N_("{file} has two columns of one name."), file)
        lines = [line for line in islice(reader, MOST + 1) if any(line)]
    except csv.Error as error:
        message = N_("{file} cannot be read as CSV (line {line}: {reason}).")
        return _unfit(message, file, line=reader.line_num, reason=str(error))
    return [headers, *lines] if len(lines) <= MOST else _unfit(N_("{file} has more than {most} rows."), file, most=MOST)


def written(rows: Rows) -> str:
    """The rows as a CSV text that ``parsed`` reads back the same."""
    lines: list[dict[str, str]] = []
    for row in rows:
        label = row["label"]
        labels = (
            {f"label:{code}": text for code, text in label.items()} if isinstance(label, Mapping) else {"label": label}
        )
        lines.append({"name": row["name"], **labels, **row.get("values", {})})
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(dict.fromkeys(key for line in lines for key in line)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def _row(headers: Sequence[str], cells: Sequence[str]) -> Mapping[str, Any]:
    """A line as a choice. An empty cell says nothing."""
    row: dict[str, Any] = {}
    values: dict[str, str] = {}
    labels: dict[str, str] = {}
    for header, cell in zip(headers, map(str.strip, cells), strict=False):
        what, _, language = header.partition(":")
        if not cell:
            continue
        if header in ("name", "label"):
            row[header] = cell
        elif what == "label":
            labels[language] = cell
        elif header:
            values[header] = cell
    if labels:
        row["label"] = labels
    if values:
        row["values"] = values
    return row


def _from_files(tree: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The lists that have a file, with their place among the lists."""
    lists = tree.get("lists") if isinstance(tree, Mapping) else None
    for index, entry in enumerate(lists if isinstance(lists, list) else ()):
        if isinstance(entry, Mapping) and isinstance(entry.get("file"), str):
            yield index, entry


def _twice(file: str) -> Problem:
    message = N_("The list has choices and the file {file}.")
    return Problem("list_twice", message, {"file": file}, remedy=N_("Delete one of them."))


def _missing(message: str, file: str) -> Problem:
    remedy = N_("Put the file beside the definition, or write the choices out.")
    return Problem("no_list_file", message, {"file": file}, remedy=remedy)


def _unfit(message: str, file: str, **params: Any) -> Problem:
    remedy = N_("Save it as CSV in UTF-8 with the columns name and label, one row a choice.")
    return Problem("bad_list_file", message, {"file": file, **params}, remedy=remedy)
