"""A study's quotas on its page: how each cell stands, and changing how many are wanted while it is live."""

import re
from collections.abc import Callable

import pytest

from app.accounts.audit import trail
from app.catalog import service as catalog
from app.core.clock import FixedClock
from app.interviews import service
from tests.conftest import Client
from tests.interviews.test_quotas import DEFINITION
from tests.interviews.test_write_path import send
from tests.studio.conftest import Studio
from tests.studio.test_studies_pages import press


@pytest.fixture
def study(studio: Studio, clock: FixedClock) -> catalog.Study:
    """Open, with one woman under way of one wanted."""
    text = DEFINITION.replace("WANTED", "1")
    assert isinstance(
        catalog.publish_source(studio.workspace_id, text, file="", now=clock.now(), actor="test"), catalog.Version
    )
    opened = catalog.open_study(studio.workspace_id, "drinks", channels=["web"], now=clock.now())
    assert isinstance(opened, catalog.Study)
    made, _ = service.create(studio.workspace_id, opened, now=clock.now())
    send(made, "who", {"sex": "f"}, clock)
    return opened


def rows(page: str) -> dict[str, list[str]]:
    """Cell -> complete, under way, and the target in its field."""
    found = re.findall(r'<th scope="row">(\w+)</th>.*?>(\d+)</td>.*?>(\d+)</td>.*?value="(\d+)"', page, re.S)
    return {name: counts for name, *counts in found}


def test_the_page_shows_each_cell_and_takes_new_targets(studio: Studio, study: catalog.Study) -> None:
    address = f"/studio/studies/{study.id}"
    assert rows(studio.get(address)) == {"f": ["0", "1", "1"], "m": ["0", "0", "5"], "tea": ["0", "0", "1"]}
    press(studio, address + "/targets", **{"sex/f": "7", "sex/m": "5"})
    page = studio.get(address)
    assert rows(page)["f"] == ["0", "1", "7"]
    assert "The targets are changed." in page
    entries = trail(studio.workspace_id, action="study.quota").items
    assert [entry.changes() for entry in entries] == [[("sex: f", 1, 7)]]


@pytest.mark.parametrize("typed", ["", "-3", "many", "9" * 40, "1.5"])
def test_a_target_that_is_no_number_changes_nothing(studio: Studio, study: catalog.Study, typed: str) -> None:
    address = f"/studio/studies/{study.id}"
    press(studio, address + "/targets", **{"sex/f": typed})
    page = studio.get(address)
    assert "is out of range" in page
    assert rows(page)["f"] == ["0", "1", "1"]


def test_only_researchers_change_targets_and_only_from_the_page(
    study: catalog.Study, signed_in: Callable[..., Client]
) -> None:
    address = f"/studio/studies/{study.id}"
    manager = signed_in("manager")
    page = manager.get(address).text
    assert "Quota sex" in page
    assert "Save targets" not in page
    researcher = signed_in("researcher")
    assert researcher.post(address + "/targets", data={"sex/f": "7"}).status_code == 400  # no CSRF token
    assert trail(study.workspace_id, action="study.quota").items == []
