"""A list's CSV file, uploaded where the source is."""

import io

import pytest

from app.catalog import service as catalog
from tests.catalog.test_list_files import CSV, DEFINITION
from tests.studio.test_browser import desk as desk


@pytest.fixture
def towns(studio):
    return catalog.create(studio.workspace_id, "towns", DEFINITION, now=studio.now()).id


def upload(studio, address, content, **changed):
    stamp = studio.working(address.split("/")[3]).stamp
    sent = {"csrf_token": studio.token(address), "stamp": stamp, "name": "towns.csv", **changed}
    sent["rows"] = (io.BytesIO(content.encode()), "anything.csv")
    assert studio.client.post(f"{address}/list", data=sent).status_code == 302


def test_an_uploaded_file_fills_the_list(studio, towns):
    address = f"/studio/questionnaires/{towns}/source"
    page = studio.get(address)
    assert "Upload the file on the page of the source" in page
    assert "no rows yet" in page
    upload(studio, address, "region\nmz\n")
    assert "no column name" in studio.get(address)
    upload(studio, address, CSV, stamp="old")
    assert "Somebody changed the draft" in studio.get(address)
    upload(studio, address, CSV)
    assert "towns.csv: 3 rows." in studio.get(address)
    assert catalog.recheck(studio.working(towns)).problems == ()
    published = catalog.publish(studio.workspace_id, towns, now=studio.now())
    assert catalog.questionnaire(published.id).questions["town"].choice("krk")
    upload(studio, address, CSV + "ldz,Łódź,ld,\n")
    draft = studio.working(towns)
    assert (draft.status, catalog.list_sizes(draft.tree)) == ("draft", {"towns.csv": 4})
    assert catalog.list_sizes(catalog.newest_published(studio.workspace_id, towns).tree) == {"towns.csv": 3}


def test_the_page_is_accessible_and_fits(desk, served, axe, towns):
    for width in (1280, 320):
        desk.set_viewport_size({"width": width, "height": 900})
        desk.goto(f"{served}/studio/questionnaires/{towns}/source")
        assert desk.evaluate("document.documentElement.scrollWidth") <= width
        axe(desk)
