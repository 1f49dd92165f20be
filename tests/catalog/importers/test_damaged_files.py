"""SurveyJS forms and Qualtrics surveys that somebody has damaged: still read, and what comes out compiles."""

import copy
import json
from random import Random
from typing import Any

import pytest

from app.catalog.importers import Importer
from app.catalog.importers.qualtrics import IMPORTER as QUALTRICS
from app.catalog.importers.surveyjs import IMPORTER as SURVEYJS
from app.engine import Questionnaire, compile
from tests.catalog.importers import large

JUNK: list[Any] = [
    None, 3, -1, "x", [], {}, [1, "a", None], {"a": {"b": 1}}, True, 1.5, "{a} = ", "<b>", {"1": {"Display": "z"}}, 10**12,
    "${q://QID1/x}", "{panel.x} > 1",
]  # fmt: skip


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every (list or object, position or key) of the file."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    return [place for key in keys for place in ((node, key), *places(node[key]))]


def damage(node: Any, chance: Random) -> None:
    """Replaces, takes away, moves or repeats one part."""
    found = places(node)
    if not found:
        return
    (holder, key), (other, from_) = chance.choice(found), chance.choice(found)
    kind = chance.random()
    if kind < 0.3:
        holder[key] = copy.deepcopy(chance.choice(JUNK))
    elif kind < 0.5:
        del holder[key]
    elif kind < 0.8 or isinstance(holder, dict):
        holder[key] = copy.deepcopy(other[from_])
    else:
        holder.append(copy.deepcopy(holder[key]))


@pytest.mark.parametrize(("importer", "whole"), [(SURVEYJS, large.SURVEYJS), (QUALTRICS, large.QUALTRICS)])
@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_is_read_as_far_as_it_goes(importer: Importer, whole: dict[str, Any], seed: int) -> None:
    chance, node = Random(seed), copy.deepcopy(whole)
    for _ in range(chance.choice((0, 1, 3, 10))):
        damage(node, chance)
    done = importer.read(json.dumps(node).encode(), "damaged.json")
    if isinstance(done, list):
        assert done[0].text()
        return
    questionnaire = compile(done.tree)
    assert isinstance(questionnaire, Questionnaire), [str(problem) for problem in questionnaire]
    assert all(line.reason() for line in done.report.lines if line.outcome != "carried")
