"""What a respondent sends and sees of files: kept for their interview alone, refused with a reason, no other file within reach."""

import io
import re

import pytest

from app.catalog import service as catalog
from app.files import service as files
from app.interviews import service
from tests.interviews.conftest import open_study
from tests.web.test_pages import _link, open_page

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
DEFINITION = """
questionnaire: receipts
title: Receipts
languages: [en]
basis: attributable
purpose: to learn
minutes: 1
pages:
  - name: first
    questions:
      - {name: doc, type: file, label: Your receipt, required: true, accept: [image/*], max_size: 0.1}
      - {name: pet, type: image_choice, label: Which one, choices: [{name: a, label: A cat, image: cat.png}],
         media: {audio: meow.mp3}}
  - name: second
    questions: [{name: words, type: text, label: Anything}]
"""
MP3 = b"ID3\x03" + bytes(60)


@pytest.fixture
def study(workspace, clock):
    for name, content in {"cat.png": PNG, "secret.png": PNG, "meow.mp3": MP3}.items():
        assert isinstance(files.store(workspace, name, io.BytesIO(content), clock.now()), files.StoredFile)
    assert isinstance(catalog.publish_source(workspace, DEFINITION, now=clock.now()), catalog.Version)
    return open_study(workspace, clock, "receipts", "receipts")


@pytest.fixture
def interview(workspace, study, person, clock):
    return service.create(workspace, study, contact_id=person.id, occasion="d1", language="en", now=clock.now())[0]


@pytest.fixture
def page(client, workspace, study, interview, clock):
    return open_page(client, f"/i/{_link(workspace, study, clock, interview.id)}")


def upload(content=PNG, name="me.png"):
    return {"doc__file": (io.BytesIO(content), name)}


def answer(workspace, interview):
    return service.load(workspace, interview.id).state.answers["doc"].value


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PNG + bytes(100_001), "too large; 0.1 MB are the most"),
        (b"<html><script>", "not taken; these are: image/*"),
        (b"", "The file is empty"),
    ],
)
def test_a_file_that_is_not_kept_is_refused_with_the_reason(workspace, interview, page, content, said):
    again = page.send(**upload(content))
    assert again.status == 422
    assert said in again.html
    assert "doc" not in service.load(workspace, interview.id).state.answers


def test_a_file_stays_when_the_page_is_sent_again_and_goes_when_it_is_removed(client, workspace, interview, page):
    again = page.send("language:en", **upload())
    assert "A file has been sent" in again.html
    assert again.send().status == 200
    first = answer(workspace, interview)
    shown = open_page(client, f"{page.address}?at=first")
    assert shown.hidden["doc"] == first
    assert shown.send(**upload(PNG + b"2")).status == 200
    second = answer(workspace, interview)
    assert second != first
    assert open_page(client, f"{page.address}?at=first").send(doc__remove="yes").status == 422, "it is required"


def test_somebody_else_s_file_is_no_answer(workspace, clock, interview, page):
    others = files.store(workspace, "x.png", io.BytesIO(PNG), clock.now(), interview_id="another")
    secret = files.named(workspace, "secret.png")
    for given in (others.id, secret.id, "0" * 36):
        assert page.send(doc=given).status == 422
    assert "doc" not in service.load(workspace, interview.id).state.answers


def test_who_starts_without_a_name_can_send_a_file(client, workspace, study, clock):
    page = open_page(client, f"/i/{_link(workspace, study, clock)}")
    refused = page.send(pet="b", **upload())
    assert refused.status == 422
    assert "A file has been sent" in refused.html
    refused.address = re.search(r'<form method="post" action="([^"]+)"', refused.html)[1]  # its own link by now
    after = refused.send(pet="a")
    assert "Anything" in after.html
    (made,) = service.interviews_of(workspace, study_id=study.id)
    assert files.find(workspace, answer(workspace, made)).interview_id == made.id


def test_pictures_come_with_the_link_and_no_other_file_does(client, page):
    addresses = re.findall(r'<img src="([^"]+)"', page.html)
    assert addresses == [f"{page.address}/images/cat.png"]
    picture = client.get(addresses[0])
    assert (picture.data, picture.headers["X-Content-Type-Options"]) == (PNG, "nosniff")
    assert f'src="{page.address}/images/meow.mp3"' in page.html
    part = client.get(f"{page.address}/images/meow.mp3", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data, part.mimetype) == (206, b"ID3\x03", "audio/mpeg")
    assert client.get(f"{page.address}/images/secret.png").status_code == 404
    assert client.get(f"{page.address}/images/..%2Fsecret.png").status_code == 404
    assert client.get("/i/AAAAAAAAAAAA/images/cat.png").status_code == 404


def test_so_many_files_and_no_more(page):
    for _ in range(60):
        again = page.send("language:en", **upload())
    assert "A file has been sent" in again.html
    assert "Too many files" in page.send(**upload()).html
