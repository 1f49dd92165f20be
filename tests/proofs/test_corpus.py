"""Real files of other systems: what is found in them was looked at by hand, and random people complete them."""

import os
from collections import Counter
from pathlib import Path

import pytest

from app import engine, proofs
from app.catalog import importers
from app.proofs.rehearsal import rehearse

FOLDERS = ("limesurvey", "qualtrics", "surveyjs", "xlsform")
CORPUS = os.environ.get("CORPUS_DIR")
FILES = sorted(file for folder in FOLDERS for file in (Path(CORPUS) / folder).iterdir()) if CORPUS else []
GUESSED = "longer_than_said"
"""Forms do not say how long they take: importers guess, and say that they do."""
EXPECTED: dict[str, dict[str, int]] = {
    # a choice "Cancel", which by SMS would block all further messages
    "about-parenting-order.json": {"stop_word": 1},
    # asked if anyRestrictionOnChildContact, which only those without existing orders are asked, on a page for those with some
    "survey-parenting.json": {"unreachable_question": 1},
    # French is begun and not finished
    "socio-economic-survey-v20240515.xlsx": {"untranslated": 1},
    # "not A or not B or (A and B)", seven times; French has texts for a few questions
    "whova_form.xlsx": {"always_true": 7, "untranslated": 1},
    "xlsform_spec_test.xlsx": {"untranslated": 1},
}
STUCK = {
    # of a child whose age nobody knows it asks for how many years something lasted: "at most the age" refuses every number
    "whova_form.xlsx": {"breathdur_2"},
}


@pytest.mark.skipif(not CORPUS, reason="CORPUS_DIR is not set")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_is_found_was_looked_at_and_people_get_through(file: Path):
    done = importers.read(file.read_bytes(), file.name)
    assert isinstance(done, importers.Imported), [str(problem) for problem in done]
    q = engine.compile(done.tree)
    assert isinstance(q, engine.Questionnaire), [str(problem) for problem in q]
    alarms = [finding for finding in proofs.check(q) if finding.severity != "note" and finding.code != GUESSED]
    print(f"{file.name}: {len(q.questions)} questions, {dict(Counter(finding.code for finding in alarms))}")
    assert Counter(finding.code for finding in alarms) == EXPECTED.get(file.name, {}), "\n".join(map(str, alarms))
    tally = rehearse(q, range(25), 1, "web")
    assert tally.stuck.keys() <= STUCK.get(file.name, set()), tally.stuck
