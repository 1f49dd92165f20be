"""Taking a questionnaire over from another system, through HTTP."""

import io
from typing import Any

from app.catalog import service as catalog
from app.files import service as files
from tests.catalog.importers.workbooks import workbook
from tests.studio.conftest import Studio

HEADINGS = ("type", "name", "label", "relevant")
ROWS = [
    ("select_one yn", "smokes", "Do you smoke?", ""),
    ("integer", "daily", "How many a day?", "${smokes} = 'y'"),
    ("text", "odd", "Odd one", "unknown-function(${daily})"),
]
CHOICES = [("list_name", "name", "label"), ("yn", "y", "Yes"), ("yn", "n", "No")]


def send(studio: Studio, data: bytes, name: str, status: int, **beside: bytes) -> str:
    address = "/studio/questionnaires/import"
    sent: dict[str, Any] = {"csrf_token": studio.token(address), "file": (io.BytesIO(data), name)}
    sent["beside"] = [(io.BytesIO(content), name.replace("__", ".")) for name, content in beside.items()]
    response = studio.client.post(address, data=sent, content_type="multipart/form-data")
    assert response.status_code == status, response.text
    return str(response.text)


def test_a_workbook_becomes_a_draft_and_what_was_not_carried_is_told(studio: Studio) -> None:
    data = workbook(survey=[HEADINGS, *ROWS], choices=CHOICES)
    page = send(studio, data, "smoking.xlsx", 200)
    (entry,) = catalog.questionnaires(studio.workspace_id)
    tree = studio.working(entry.id).tree
    assert tree is not None
    assert entry.name in page
    assert "unknown-function" in page
    assert "daily" in str(tree)
    send(studio, data, "smoking.xlsx", 200)
    assert len({each.name for each in catalog.questionnaires(studio.workspace_id)}) == 2, "a name that is free is found"


def test_the_files_of_a_form_are_sent_along(studio: Studio) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(64)
    row = ("select_one_from_file towns.csv", "town", "Town", "map.png")
    data = workbook(survey=[("type", "name", "label", "image"), row])
    send(studio, data, "towns.xlsx", 200, towns__csv=b"name,label\nwaw,Warszawa\n", map__png=png)
    (entry,) = catalog.questionnaires(studio.workspace_id)
    tree = studio.working(entry.id).tree
    assert tree is not None
    assert tree["lists"] == [{"name": "towns", "file": "towns.csv", "choices": [{"name": "waw", "label": "Warszawa"}]}]
    kept = files.named(studio.workspace_id, "map.png")
    assert kept is not None
    assert kept.path.read_bytes() == png
    address = f"/studio/questionnaires/{entry.id}/publish"
    assert "map.png" not in studio.get(address)
    files.remove(studio.workspace_id, kept.id)
    assert "do not see or hear them: map.png." in studio.get(address)
    files.keep(studio.workspace_id, "map.png", png, studio.now())
    assert "called map.png already" in send(studio, data, "towns.xlsx", 200, map__png=png + b"2")


def test_a_file_that_is_no_questionnaire_is_refused_with_a_reason(studio: Studio) -> None:
    assert "no questionnaire that can be imported" in send(studio, b"hello", "hello.txt", 422)
    assert catalog.questionnaires(studio.workspace_id) == []
