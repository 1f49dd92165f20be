"""Files: kept whole, named by what they hold, fetched by those who may, and never run in a browser."""

import io

import pytest
from flask.testing import FlaskCliRunner

from app.accounts import service as accounts
from app.core.problems import Problem
from app.files import service
from app.files.service import StoredFile

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
PDF = b"%PDF-1.7\n" + b"x" * 64
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def keep(workspace, clock):
    def made(content, name="a.bin", **options):
        return service.store(workspace, name, io.BytesIO(content), clock.now(), **options)

    return made


def test_what_was_stored_is_read_back(workspace, keep):
    content = bytes(range(256)) * 1000
    stored = keep(content, "C:\\my\\.. plan\x00\u202e.bin ")
    assert isinstance(stored, StoredFile), stored
    assert stored.path.read_bytes() == content
    assert (stored.size, stored.media_type, len(stored.sha256)) == (256_000, "application/octet-stream", 64)
    assert service.find(workspace, stored.id) == stored
    assert stored.path.name == stored.id


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.png", "a.png"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\x y.png", "x y.png"),
        ("…", "…"),
        ("..", "file"),
        ("a\nb", "ab"),
    ],
)
def test_a_name_is_no_path(keep, given, kept):
    assert keep(PNG, given).name == kept


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PNG, "a.txt", "image/png"),
        (PDF, "a.png", "application/pdf"),
        (HTML, "a.png", "text/html"),
        (SVG, "a.png", "image/svg+xml"),
        (b"ID3\x03" + bytes(60), "a.png", "audio/mpeg"),
        (b"\0\0\0 ftypM4A " + bytes(60), "a", "audio/mp4"),
        (b"\0\0\0 ftypmp42" + bytes(60), "a", "video/mp4"),
        ("zażółć".encode() * 3000, "a.png", "text/plain"),
        (b"a\0b", "a.txt", "application/octet-stream"),
        (b"\xff\xff\xff", "a.txt", "application/octet-stream"),
    ],
)
def test_what_a_file_is_its_bytes_say(keep, content, name, media_type):
    assert keep(content, name).media_type == media_type


@pytest.mark.parametrize(
    ("content", "options", "code"),
    [
        (b"x" * 1001, {"limit": 1000}, "too_large"),
        (b"", {}, "empty_file"),
        (HTML, {"accept": ["image/*", "application/pdf"]}, "wrong_media"),
        (SVG, {"accept": ["image/png"]}, "wrong_media"),
    ],
)
def test_what_is_refused_leaves_nothing(app, workspace, keep, content, options, code):
    refused = keep(content, **options)
    assert isinstance(refused, Problem)
    assert refused.code == code
    assert list((app.config["VAR"] / "files" / workspace).iterdir()) == []
    assert service.of_workspace(workspace) == []


def test_a_stream_without_end_is_read_no_further_than_the_limit(workspace, clock):
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            return b"x" * size

    stream = Endless()
    refused = service.store(workspace, "x", stream, clock.now(), limit=1_000_000)
    assert isinstance(refused, Problem)
    assert stream.given < 1_100_000


def test_a_name_of_the_workspace_is_used_once(workspace, keep):
    first = keep(PNG, "cat.png")
    again = keep(PDF, "cat.png")
    assert isinstance(again, Problem)
    assert again.code == "name_taken"
    assert isinstance(keep(PNG, "cat.png", interview_id="i1"), StoredFile)
    assert isinstance(keep(PNG, "cat.png", interview_id="i1"), StoredFile)
    assert service.named(workspace, "cat.png") == first
    assert service.of_workspace(workspace) == [first]


def test_a_removed_file_is_gone_from_the_disk(workspace, keep):
    stored = keep(PNG)
    assert service.remove(workspace, stored.id)
    assert not stored.path.exists()
    assert service.find(workspace, stored.id) is None
    assert not service.remove(workspace, stored.id)


def test_a_file_is_its_workspace_s_alone(clock, keep):
    stored = keep(PNG, "cat.png")
    other = accounts.create_workspace("Southwind", clock.now()).id
    assert service.find(other, stored.id) is None
    assert service.named(other, "cat.png") is None
    assert not service.remove(other, stored.id)
    assert stored.path.exists()


@pytest.mark.parametrize(("content", "inline"), [(PNG, True), (PDF, False), (HTML, False), (SVG, False)])
def test_only_a_picture_is_shown_and_nothing_runs(signed_in, keep, content, inline):
    answer = signed_in("researcher").get(f"/files/{keep(content, 'a b.png').id}")
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("inline" if inline else "attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_backup_holds_files_with_their_rows(app, workspace, keep, tmp_path):
    run = FlaskCliRunner(app).invoke
    stored = keep(PNG, "cat.png")
    archive = str(tmp_path / "backup.tar")
    assert run(args=["canvass", "backup", archive]).exit_code == 0
    service.remove(workspace, stored.id)
    assert run(args=["canvass", "restore", archive, "--replace"]).exit_code == 0
    assert service.find(workspace, stored.id) == stored
    assert stored.path.read_bytes() == PNG


def test_a_researcher_keeps_and_deletes_pictures(signed_in, workspace, keep):
    researcher = signed_in("researcher")
    page = researcher.submit("/files/", {"file": (io.BytesIO(PNG), "cat.png")}, content_type="multipart/form-data")
    assert page.status_code == 303
    (stored,) = service.of_workspace(workspace)
    assert "cat.png" in researcher.get("/files/").text
    assert researcher.get("/files/named/cat.png").data == PNG
    for content, name, said in ((PNG, "cat.png", "called cat.png already"), (HTML, "b.png", "text/html is not taken")):
        again = researcher.submit("/files/", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")
        assert again.status_code == 422
        assert said in again.text
    assert researcher.submit(f"/files/{stored.id}/delete", page="/files/").status_code == 303
    assert service.of_workspace(workspace) == []
    sent = keep(PNG, interview_id="i1")
    assert researcher.submit(f"/files/{sent.id}/delete", page="/files/").status_code == 404
