"""Real SurveyJS forms, read where they lie: nothing is lost silently, and nearly everything is carried exactly."""

import os
from collections import Counter
from pathlib import Path

import pytest

from app.catalog.importers.report import Imported
from app.catalog.importers.surveyjs import IMPORTER
from app.engine import Questionnaire, compile
from app.proofs.rehearsal import rehearse

CORPUS = os.environ.get("CORPUS_DIR")
pytestmark = pytest.mark.skipif(CORPUS is None, reason="CORPUS_DIR is not set: the real forms are elsewhere")
FOLDER = Path(CORPUS or "") / "surveyjs"


def test_real_forms_are_carried(capsys: pytest.CaptureFixture[str]) -> None:
    """The table shows carried / approximated / left out; every line that is not carried says why."""
    totals: Counter[tuple[str, str]] = Counter()
    rows, lines = [], []
    for path in sorted(FOLDER.glob("*.json")):
        done = IMPORTER.read(path.read_bytes(), path.name)
        assert isinstance(done, Imported), done
        questionnaire = compile(done.tree)
        assert isinstance(questionnaire, Questionnaire)
        rehearsed = rehearse(questionnaire, range(20), 1, "web")
        assert not rehearsed.stuck
        assert rehearsed.statuses == {"complete": 20}
        counts = done.report.counts()
        cells = ("/".join(map(str, counts[kind].values())) for kind in ("question", "condition", "setting"))
        rows.append(f"{path.name:45}" + "".join(f"{cell:>12}" for cell in cells))
        totals.update({(kind, outcome): number for kind in counts for outcome, number in counts[kind].items()})
        lines += [line for line in done.report.lines if line.outcome != "carried"]
        assert all(line.reason() for line in done.report.lines if line.outcome != "carried")
    with capsys.disabled():
        print(f"\n{'surveyjs':45}{'questions':>12}{'conditions':>12}{'settings':>12}", *rows, sep="\n")
        print(*(line for line in lines if line.kind != "setting"), sep="\n")
    for kind, least in (("question", 0.95), ("condition", 0.90)):
        whole = sum(number for (of, _), number in totals.items() if of == kind)
        assert totals[kind, "carried"] / whole >= least, (kind, totals)
