"""A study with answers: interviews made through the write path, as people make them."""

import csv
import io

import pytest

from app import engine
from app.catalog import service as catalog
from app.interviews import holder
from app.interviews import service as interviews
from tests.insights.household import HOUSEHOLD
from tests.interviews.conftest import open_study as open_study
from tests.interviews.conftest import person, workspace  # noqa: F401
from tests.interviews.conftest import study as study

CONSENT = engine.Consent(True, "v1", "en")


@pytest.fixture
def answer(clock):
    """answer(study, {"score": "9", …}, mode="web"): an interview with these answers, screen by screen, as far as they go."""

    def made(within, typed, mode="web", contact_id=None, occasion="", language=None, is_test=False, interview=None):
        if interview is None:
            interview, _ = interviews.create(
                within.workspace_id, within, contact_id=contact_id, occasion=occasion, language=language,
                is_test=is_test, now=clock.now(),
            )  # fmt: skip
        held = holder.claim(within.workspace_id, interview.id, mode, "ann", clock.now()) if mode == "phone" else None
        while isinstance(screen := interviews.screen(interview, mode), engine.Screen):
            names = {item.name for item in screen.items}
            raw = {key: value for key, value in typed.items() if key.removesuffix("__special") in names}
            if not raw:
                break
            submission = interviews.Submission(
                mode=mode, entry="link", at=screen.at, raw=raw, revision=interview.revision, consent=CONSENT,
                token=held.token if held else None,
            )  # fmt: skip
            taken = interviews.submit(within.workspace_id, interview.id, submission, clock.now())
            assert isinstance(taken, interviews.Accepted), taken
            interview = taken.interview
        return interview

    return made


@pytest.fixture
def household(workspace, clock):
    """household(basis="confidential"): an open study of it."""

    def opened(basis="confidential"):
        text = HOUSEHOLD.replace("confidential", basis)
        published = catalog.publish_source(workspace, text, now=clock.now())
        assert isinstance(published, catalog.Version), [str(problem) for problem in published]
        return open_study(workspace, clock, "household", "household")

    return opened


# --- an export, read back -------------------------------------------------------------------------


def read_back(survey: bytes, codebook: bytes):
    """The rows of an export: (facts, answers). An answer is a value, a set of codes, or ("dk" | "refused" | "skipped",);
    a question that was not asked is missing."""
    columns = {row["name"]: row for row in table(codebook)}
    return [_row(row, columns) for row in table(survey)]


def table(content: bytes):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _row(row, columns):
    facts, answers = {}, {}
    for name, cell in row.items():
        column = columns[name]
        if not column["question"]:
            facts[name.removeprefix("interview__")] = _unguarded(cell)
        elif cell != "":
            _put(answers, column, name, cell)
    return facts, answers


def _put(answers, column, name, cell):
    missing = {code: why for why, _, code in (part.partition(" = ") for part in column["missing"].split(" | "))}
    question = column["question"]
    if cell in missing:
        answers[question] = (missing[cell],)
    elif name != question:  # a choice of a multiple choice
        chosen = answers.setdefault(question, set())
        if cell == "1":
            chosen.add(name.removeprefix(f"{question}__"))
    else:
        answers[question] = float(cell) if column["type"] == "number" else _unguarded(cell)


def _unguarded(cell):
    return cell[1:] if cell.startswith("'") else cell
