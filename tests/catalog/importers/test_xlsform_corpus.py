"""Every form of the corpus imports, compiles and keeps nearly everything."""

import os
from pathlib import Path

import pytest
from flask import Flask

from app.catalog import importers, source
from app.catalog.definition import check
from app.catalog.importers.report import CARRIED, Imported

CORPUS = Path(os.environ.get("CORPUS_DIR", "nowhere")) / "xlsform"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="CORPUS_DIR names no corpus")
FILES = sorted(CORPUS.glob("*.xls*"))


def test_the_corpus_is_carried() -> None:
    total = {"question": [0, 0], "condition": [0, 0]}
    print(f"\n{'file':45} {'questions':>14} {'conditions':>14} {'choices':>14} {'texts':>14} problems")
    for file in FILES:
        done = importers.read(file.read_bytes(), str(file))
        assert isinstance(done, Imported), (file, done)
        definition = check(source.write(done.tree), file.name)
        counts = done.report.counts()
        cells = ["/".join(map(str, counts[kind].values())) for kind in ("question", "condition", "choice", "text")]
        print(f"{file.name:45} {' '.join(f'{cell:>14}' for cell in cells)} {len(definition.problems)}")
        assert [str(problem) for problem in definition.problems] == []
        for kind, numbers in total.items():
            numbers[0] += counts[kind][CARRIED]
            numbers[1] += sum(counts[kind].values())
    assert total["question"][0] >= 0.95 * total["question"][1]
    assert total["condition"][0] >= 0.9 * total["condition"][1]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_command_writes_a_definition_that_checks(app: Flask, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "form.yaml"
    done = app.test_cli_runner().invoke(args=["canvass", "import", str(file), "--out", str(out)])
    assert (done.exit_code, done.stderr) == (0, "")
    assert "questions: " in done.output
    assert app.test_cli_runner().invoke(args=["canvass", "check", str(out)]).exit_code == 0
