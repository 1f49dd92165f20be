"""Segments: saved, shown, counted; what is wrong with one is told with its place."""

from datetime import datetime

import pytest
from flask import Flask

from app.contacts import definitions, segment_reading, segments, service
from app.contacts.attributes import Definition
from app.core.problems import Problem
from app.engine.model import Expression


@pytest.fixture
def gold(workspace: str, anna: str, now: datetime) -> segments.Segment:
    """A segment that Anna alone is in."""
    plan = Definition("plan", "choice", "Plan", {"gold": "Gold", "free": "Free"})
    assert definitions.declare(workspace, [plan], "test", now) == []
    for external_id, value in (("A-1", "gold"), ("B-1", "free"), ("C-1", "")):
        service.upsert(workspace, {"external_id": external_id, "attr:plan": value}, "test", now)
    made = segments.save(workspace, "gold", " plan = 'gold' and consent_email ", "test", now)
    assert isinstance(made, segments.Segment), made
    return made


def test_who_is_in_a_segment(gold: segments.Segment, anna: str, now: datetime) -> None:
    assert segments.people(gold.workspace_id, "gold", now) == [anna]
    assert segments.contains(gold.workspace_id, "gold", anna, now)
    service.withdraw_consent(gold.workspace_id, anna, "email", "research", "a letter", now)
    assert segments.people(gold.workspace_id, "gold", now) == []
    assert not segments.contains(gold.workspace_id, "gold", anna, now)


def test_who_was_erased_is_in_none(gold: segments.Segment, anna: str, now: datetime) -> None:
    service.erase(gold.workspace_id, anna, now)
    everybody = segments.understood(gold.workspace_id, "true")
    assert isinstance(everybody, Expression)
    assert segment_reading.count(gold.workspace_id, everybody, now) == 2


@pytest.mark.parametrize(
    ("source", "code", "column"),
    [
        ("plna = 'gold'", "unknown_name", 1),
        ("plan = 'silver'", "unknown_choice", 8),
        ("consent_email and plan", "type_mismatch", 19),
        ("regex(plan, 'x')", "unknown_function", 1),
        ("count-events('a') % 2 = 0", "unknown_function", 1),
        ("plan = ", "bad_expression", 7),
        ("count-events('a')", "type_mismatch", 1),
    ],
)
def test_what_is_wrong_is_told_with_its_place(gold: segments.Segment, source: str, code: str, column: int) -> None:
    found = segments.understood(gold.workspace_id, source)
    assert isinstance(found, list)
    assert (found[0].code, found[0].column, bool(found[0].remedy)) == (code, column, True)


def test_a_segment_whose_attribute_is_gone_says_so(gold: segments.Segment, signed_in, anna: str, now: datetime) -> None:
    definitions.withdraw(gold.workspace_id, "plan", "test", now)
    assert isinstance(segments.people(gold.workspace_id, "gold", now), list)
    assert not segments.contains(gold.workspace_id, "gold", anna, now)
    assert "It cannot be read any more" in signed_in("researcher").get(f"/contacts/segments/{gold.id}").text


def test_a_workspace_sees_its_own(gold: segments.Segment) -> None:
    assert segments.segments("another") == []
    assert isinstance(segments.segment_named("another", "gold"), Problem)


def test_pages(gold: segments.Segment, signed_in) -> None:
    client = signed_in("researcher")
    new = "/contacts/segments/new"
    counted = client.submit(new, {"name": "free", "source": "plan = 'free'", "do": "count"})
    assert "1 person is in it now. Nothing was saved yet." in counted.text
    wrong = client.submit(new, {"name": "gold", "source": "plan = 'fre'"})
    assert wrong.status_code == 422
    assert "Column 8: There is no choice" in wrong.text
    assert "There is a segment gold already." in wrong.text
    saved = client.submit(new, {"name": "free", "source": "plan = 'free'"}, follow_redirects=True)
    assert "B-1" in saved.text
    assert "A-1" not in saved.text
    client.submit(f"/contacts/segments/{gold.id}/edit", {"name": "golden", "source": "plan = 'gold'"})
    assert [each.name for each in segments.segments(gold.workspace_id)] == ["free", "golden"]
    client.submit(f"/contacts/segments/{gold.id}/delete", page=f"/contacts/segments/{gold.id}")
    assert "golden" not in client.get("/contacts/segments/").text.split("Deleted")[1].split("</div>", 1)[1]


def test_commands(gold: segments.Segment, app: Flask) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["canvass", "segment", "add", "free", "plan = 'free'"]).exit_code == 0
    assert run(args=["canvass", "segment", "count", "free"]).output == "1\n"
    assert run(args=["canvass", "segment", "count", "not(plan = 'free')"]).output == "1\n"
    bad = run(args=["canvass", "segment", "add", "free", "plan = 'fre'"])
    assert (bad.exit_code, "8: There is no choice 'fre'." in bad.output) == (1, True)
    assert "There are: free, gold." in run(args=["canvass", "segment", "count", "nobody"]).output
    assert "gold  plan = 'gold' and consent_email" in run(args=["canvass", "segment", "list"]).output
    assert run(args=["canvass", "segment", "delete", "free"]).exit_code == 0
