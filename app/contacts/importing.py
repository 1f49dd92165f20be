"""Importing contacts from CSV: the good rows are stored, the bad ones returned with reasons; again changes nothing.

Constant memory. Rows are cleaned outside any transaction. SQLite has one writer: there a commit comes every 200 rows or 20 ms,
with a pause after it, so that the people who answer meanwhile are not held up. PostgreSQL stores thousands at a time,
and the rows of a large file are cleaned by a process of its own meanwhile.
"""

import csv
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from os import SEEK_END
from typing import Any, BinaryIO, TextIO

import psycopg
from sqlalchemy.exc import IntegrityError, OperationalError

from app.contacts import definitions, store
from app.contacts.addresses import known_region
from app.contacts.batch import IMPORTED
from app.contacts.cleaner import apart
from app.contacts.cleaning import Clean
from app.contacts.csvfile import LINE, REASON, CsvFile, mapping_problems, open_csv, suggest_mapping
from app.contacts.rows import BadRow, Cleaned, Reading, batches
from app.core.problems import N_, Problem
from app.db import db, reading, writing

BATCH = {"sqlite": 200, "postgresql": 4000}  # rows
LARGE = 4 << 20  # bytes from which a process of its own cleans the rows
SLICE = 20
HOLD = 0.02  # seconds a transaction may last
PAUSE = 0.02  # seconds given to others after it
KEPT = 200  # bad rows and warnings a report keeps; all bad rows go to the file given for them
Translate = Callable[[str], str]


@dataclass(slots=True)
class ImportReport:
    """What became of a file. problems: why it could not be used at all. bad, warned: the first KEPT rows.

    kept_withdrawn: consents of the file that were not recorded since the person had withdrawn by themselves.
    """

    problems: list[Problem] = field(default_factory=list)
    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    bad_count: int = 0
    warned_count: int = 0
    kept_withdrawn: int = 0
    bad: list[BadRow] = field(default_factory=list)
    warned: list[BadRow] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""
    mapping: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.imported + self.updated + self.unchanged + self.bad_count


def import_csv(
    workspace_id: str,
    stream: BinaryIO,
    now: datetime,
    progress: Callable[[int], object] | None = None,
    *,
    mapping: Mapping[str, str] | None = None,
    region: str | None = None,
    encoding: str | None = None,
    source: str = "file",
    dry_run: bool = False,
    bad_file: TextIO | None = None,
    translate: Translate = str,
) -> ImportReport:
    """Import a seekable binary CSV file.

    mapping: header -> field, for headers whose meaning is not evident (`csvfile.suggest_mapping` knows the rest). region: the
    country (ISO 3166) of numbers written without +. progress: told the bytes read so far, after each batch. dry_run: nothing is
    stored; two rows for one new person may then count twice. bad_file: gets every bad row with its line and reasons, as CSV.
    """
    run = _Run(workspace_id, now, f"{IMPORTED}: {source}", dry_run, region, translate)
    opened = _open(stream, mapping, region, encoding)
    if isinstance(opened, list):
        run.report.problems = opened
        return run.report
    file, run.report.mapping = opened
    run.report.encoding, run.report.delimiter = file.encoding, file.delimiter
    run.fields = [run.report.mapping.get(header, "") for header in file.headers]
    if bad_file:
        run.bad_file = csv.writer(bad_file, delimiter=file.delimiter)
        run.bad_file.writerow([*file.headers, LINE, REASON])
    try:
        run.all(file, stream, progress)
    finally:
        file.close()
    return run.report


def _open(
    stream: BinaryIO, mapping: Mapping[str, str] | None, region: str | None, encoding: str | None
) -> tuple[CsvFile, dict[str, str]] | list[Problem]:
    file = open_csv(stream, encoding)
    if isinstance(file, Problem):
        return [file]
    full = {**suggest_mapping(file.headers), **(mapping or {})}
    problems = mapping_problems(file.headers, full)
    if region and not known_region(region):
        message = N_("{region} is not a country code.")
        remedy = N_("Write two letters of ISO 3166 such as PL or GB.")
        problems.append(Problem("bad_region", message, {"region": region}, "region", remedy))
    if problems:
        file.close()
    return problems or (file, full)


class _Run:
    """One import under way."""

    def __init__(
        self, workspace_id: str, now: datetime, source: str, dry_run: bool, region: str | None, translate: Translate
    ) -> None:
        self.workspace_id, self.now, self.source, self.dry_run, self.region = workspace_id, now, source, dry_run, region
        self.translate = translate
        self.declared = definitions.declared(workspace_id)
        self.report = ImportReport()
        self.fields: list[str] = []
        self.bad_file: Any = None

    def all(self, file: CsvFile, stream: BinaryIO, progress: Callable[[int], object] | None) -> None:
        """Clean and store batch after batch."""
        kind = db.engine.dialect.name
        how = Reading(self.fields, self.region, self.declared, BATCH[kind])
        here, size = stream.tell(), stream.seek(0, SEEK_END)
        stream.seek(here)
        large = kind == "postgresql" and size > LARGE
        for cleaned in apart(stream, file.encoding, how) if large else batches(file, stream.tell, how):
            self.keep(cleaned)
            if progress:
                progress(cleaned.read)

    def keep(self, cleaned: Cleaned) -> None:
        """Store the good rows and report on all."""
        for row in cleaned.bad:
            self.bad(row)
        self.report.warned_count += len(cleaned.warned)
        self.report.warned += cleaned.warned[: KEPT - len(self.report.warned)]
        good, done = cleaned.good, 0
        while done < len(good):
            answers = self.put([person for _, _, person in good[done:]])
            for (line, cells, _), answer in zip(good[done:], answers, strict=False):
                self.count(line, cells, answer)
            done += len(answers)

    def put(self, people: Sequence[Clean]) -> list[store.Stored | Problem]:
        """Store the first people, as many as one transaction may; answers for those."""
        if self.dry_run:
            with reading() as conn:
                return store.save(conn, self.workspace_id, people, self.source, self.now, dry_run=True)
        try:
            return self.commit(people)
        except (IntegrityError, OperationalError, psycopg.errors.IntegrityError):
            return self.commit(people)  # another import stored one of them just now, or the two wait for each other

    def commit(self, people: Sequence[Clean]) -> list[store.Stored | Problem]:
        if db.engine.dialect.name == "postgresql":
            with writing() as conn:
                return store.save(conn, self.workspace_id, people, self.source, self.now)
        answers: list[store.Stored | Problem] = []
        with writing() as conn:
            began = time.monotonic()
            while len(answers) < len(people) and time.monotonic() - began < HOLD:
                some = people[len(answers) : len(answers) + SLICE]
                answers += store.save(conn, self.workspace_id, some, self.source, self.now)
        time.sleep(PAUSE)
        return answers

    def count(self, line: int, cells: list[str], answer: store.Stored | Problem) -> None:
        if isinstance(answer, Problem):
            self.bad(BadRow(line, cells, [answer]))
            return
        self.report.imported += answer.outcome == "created"
        self.report.updated += answer.outcome == "updated"
        self.report.unchanged += answer.outcome == "unchanged"
        self.report.kept_withdrawn += len(answer.kept_withdrawn)

    def bad(self, row: BadRow) -> None:
        self.report.bad_count += 1
        if len(self.report.bad) < KEPT:
            self.report.bad.append(row)
        if self.bad_file:
            cells = (row.row + [""] * len(self.fields))[: len(self.fields)]
            reasons = " ".join(explain(problem, self.translate) for problem in row.problems)
            self.bad_file.writerow([*(_storable(cell) for cell in cells), row.line, reasons])


def explain(problem: Problem, translate: Translate = str) -> str:
    """What is wrong and how to mend it, in one text."""
    return _storable(" ".join(filter(None, (problem.text(translate), problem.remedy_text(translate)))))


def _storable(text: str) -> str:
    """Without what UTF-8 cannot write: lone surrogates stand for bytes that could not be read."""
    return text.encode("utf-8", "replace").decode()
