"""The rows of a repeat are documents of their own: a screen writes the ones it changed."""

from sqlalchemy import select

from app import engine
from app.catalog import service as catalog
from app.db import reading, scoped
from app.interviews import service
from app.interviews.looking import replayed
from app.interviews.models import RowDocument
from app.interviews.scan import scan
from tests.interviews.conftest import open_study
from tests.interviews.test_write_path import CONSENT

DEFINITION = """
questionnaire: household
title: {en: Household}
languages: [en]
basis: confidential
purpose: {en: to count}
minutes: 2
pages:
  - name: start
    questions: [{name: size, type: integer, label: How many}]
  - repeat: member
    count: ${size}
    pages: [{name: who, questions: [{name: age, type: integer, label: Age}]}]
  - name: end
    questions: [{name: total, type: computed, calculation: "sum(${age})"}, {name: last, type: text, label: Last}]
"""


def test_a_screen_writes_the_rows_it_changed(workspace, clock):
    published = catalog.publish_source(workspace, DEFINITION, file="household.yaml", now=clock.now(), actor="test")
    assert not isinstance(published, list), published
    study = open_study(workspace, clock, "household", "household")
    interview, _ = service.create(workspace, study, now=clock.now())
    screens = [("start", {"size": "3"}), *((f"who[{n}]", {f"age[{n}]": str(n)}) for n in (1, 2, 3))]
    for at, raw in screens:
        before = service.load(workspace, interview.id)
        sent = service.Submission("web", "link", at, raw, before.revision, consent=CONSENT)
        outcome = service.submit(workspace, interview.id, sent, clock.now())
        assert isinstance(outcome, service.Accepted), outcome
    stored = service.load(workspace, interview.id)
    assert stored.state == outcome.interview.state == replayed(workspace, interview.id)
    assert engine.values(catalog.questionnaire(study.version_id), stored.state)["total"] == 6
    with reading() as conn:
        rows = conn.execute(select(RowDocument.__table__).where(scoped(RowDocument, workspace))).all()
    assert sorted(row.place for row in rows) == ["[1]", "[2]", "[3]"]
    assert all("age[1]" not in row.document for row in rows if row.place != "[1]")
    (batch,) = scan(workspace, study.id)
    assert engine.from_json(batch[0].document) == stored.state
