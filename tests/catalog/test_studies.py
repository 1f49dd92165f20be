"""A study's settings, opening and closing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.catalog import service as catalog
from app.core.clock import FixedClock
from app.db import reading, scoped
from app.events import Event
from tests.catalog.conftest import SMALL


@pytest.fixture
def now(clock: FixedClock) -> datetime:
    return clock.now()


@pytest.fixture
def visit(ws: str, now: datetime) -> str:
    assert isinstance(catalog.publish_source(ws, SMALL, now=now), catalog.Version)
    return "visit"


def opened(ws: str, now: datetime, **settings: Any) -> catalog.Study:
    done = catalog.open_study(
        ws, "autumn", **{"questionnaire": "visit", "channels": ["web", "sms"], **settings}, now=now
    )
    assert isinstance(done, catalog.Study), [str(problem) for problem in done]
    return done


def kinds(ws: str) -> list[str]:
    with reading() as conn:
        return list(conn.scalars(select(Event.kind).where(scoped(Event, ws)).order_by(Event.at, Event.id)))


def test_what_is_not_said_comes_from_the_questionnaire_and_the_workspace(ws: str, visit: str, now: datetime) -> None:
    study = opened(ws, now)
    assert (study.status, study.title, study.basis) == ("open", "Your visit", "attributable")
    assert (study.organisation, study.contact_line) == ("Acme Ltd", "Ann Lee, ann@acme.example")
    assert study.channels == ("web", "sms")
    assert catalog.study(ws, study.id) == catalog.study_by_name(ws, "autumn") == study
    assert catalog.studies(ws) == [study]


def test_opening_and_closing_again_change_nothing(ws: str, visit: str, now: datetime) -> None:
    study = opened(ws, now)
    assert opened(ws, now) == study
    closed = catalog.close_study(ws, study.id, now)
    assert closed.status == "closed"
    assert catalog.close_study(ws, study.id, now) == closed
    assert opened(ws, now).status == "open"
    assert kinds(ws) == ["questionnaire.published", "study.opened", "study.closed", "study.opened"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"channels": ["fax"]}, "channels"),
        ({"channels": []}, "channels"),
        ({"basis": "secret"}, "basis"),
        ({"sites": ["www.example.com"]}, "sites"),
        ({"sites": ["https://example.com/page"]}, "sites"),
        ({"sites": ["http://example.com"]}, "sites"),
        ({"sample_one_in": 0}, "sample_one_in"),
        ({"reshow_days": -1}, "reshow_days"),
        ({"link_days": 0}, "link_days"),
        ({"reminders": [7, 3]}, "reminders"),
        ({"reminders": [0]}, "reminders"),
        ({"max_interviews": 0}, "max_interviews"),
        ({"partial": {"answered": ["nothing"]}}, "partial"),
        ({"wording": {"en": {"subject": "Hello\nBcc: x@example.com"}}}, "wording"),
        ({"senders": {"email": "a@example.com\r\nBcc: x"}}, "senders"),
    ],
)
def test_bad_settings_are_problems_of_their_field(
    ws: str, visit: str, now: datetime, given: dict[str, Any], field: str
) -> None:
    done = catalog.open_study(ws, "autumn", **{"questionnaire": "visit", "channels": ["web"], **given}, now=now)
    assert isinstance(done, list)
    assert {problem.name for problem in done} == {field}
    assert all(problem.text() for problem in done)
    assert catalog.studies(ws) == []


def test_all_problems_are_told_at_once(ws: str, visit: str, now: datetime) -> None:
    settings: dict[str, Any] = {"basis": "x", "sites": ("y",), "link_days": 0, "channels": ("z",)}
    done = catalog.create_study(ws, "Bad name", questionnaire="visit", now=now, **settings)
    assert isinstance(done, list)
    assert {problem.name for problem in done} == {"name", "basis", "sites", "link_days", "channels"}


def test_dates(ws: str, visit: str, now: datetime) -> None:
    day = timedelta(days=1)
    done = catalog.open_study(
        ws, "autumn", questionnaire="visit", channels=["web"], now=now, opens_at=now + day, closes_at=now
    )
    assert isinstance(done, list)
    assert done[0].code == "closes_before_opening"
    study = opened(ws, now, opens_at=now + day, closes_at=now + 3 * day)
    assert [study.accepts(now + n * day) for n in range(5)] == [False, True, True, False, False]
    assert catalog.close_due(now + 2 * day) == 0
    assert catalog.close_due(now + 3 * day) == 1
    assert catalog.study(ws, study.id).status == "closed"  # type: ignore[union-attr]
    again = catalog.open_study(ws, "autumn", now=now + 4 * day)
    assert isinstance(again, list)
    assert again[0].code == "closes_in_the_past"


def test_settings_change_while_it_is_open_but_the_basis(ws: str, visit: str, now: datetime) -> None:
    study = opened(ws, now)
    changed = catalog.change_study(ws, study.id, {"reminders": (3, 7), "sites": ("https://example.com",)}, now=now)
    assert isinstance(changed, catalog.Study)
    assert (changed.reminders, changed.sites, changed.status) == ((3, 7), ("https://example.com",), "open")
    refused = catalog.change_study(ws, study.id, {"basis": "anonymous"}, now=now)
    assert isinstance(refused, list)
    assert refused[0].code == "basis_fixed"
    with pytest.raises(TypeError):
        catalog.change_study(ws, study.id, {"colour": "red"}, now=now)


def test_a_name_belongs_to_one_questionnaire(ws: str, visit: str, now: datetime) -> None:
    opened(ws, now)
    other = catalog.open_study(ws, "autumn", questionnaire="nps", channels=["web"], now=now)
    assert isinstance(other, list)
    assert other[0].code == "study_name_taken"
    twice = catalog.create_study(ws, "autumn", questionnaire="visit", now=now)
    assert isinstance(twice, list)
    assert twice[0].code == "study_name_taken"


def test_an_unknown_questionnaire(ws: str, now: datetime) -> None:
    done = catalog.open_study(ws, "autumn", questionnaire="nothing", channels=["web"], now=now)
    assert isinstance(done, list)
    assert done[0].code == "unknown_questionnaire"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://Example.com", "https://example.com"),
        ("https://example.com:443/", "https://example.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("https://żółw.example/a?b", "https://xn--w-uga1v8h.example"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://example.com", None),
        ("https://user@example.com", None),
        ("https://", None),
        ("https://a b.example", None),
        ("https://example.com:port", None),
        ("javascript:alert(1)", None),
        ("*", None),
        ("", None),
    ],
)
def test_origin(address: str, expected: str | None) -> None:
    assert catalog.origin(address) == expected
