"""The commands, as a person types them."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.catalog import service as catalog
from tests.catalog.conftest import SMALL


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["canvass", *words])


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "visit.yaml"
    path.write_text(SMALL, "utf-8")
    return str(path)


def test_check_says_file_line_and_remedy(app: Flask, file: str, tmp_path: Path) -> None:
    good = run(app, "check", file)
    assert (good.exit_code, good.output) == (0, f"{file}: good, 3 questions in en, pl\n")
    bad = tmp_path / "bad.yaml"
    bad.write_text(SMALL.replace("type: nps", "type: npss").replace("minutes: 1", "minutes: one"), "utf-8")
    both = run(app, "check", file, str(bad))
    assert both.exit_code == 1
    lines = SMALL.splitlines()
    for words in ("minutes", "type: nps"):
        number = next(n for n, line in enumerate(lines, 1) if words in line)
        assert f"{bad}:{number}:" in both.output
    assert "Did you mean nps?" in both.output
    assert run(app, "check", str(tmp_path / "nothing.yaml")).exit_code == 2
    assert run(app, "check").exit_code == 2
    (tmp_path / "latin.yaml").write_bytes(b"title: \xe9")
    assert "not UTF-8" in run(app, "check", str(tmp_path / "latin.yaml")).output


def test_from_file_to_closed_study(app: Flask, ws: str, file: str) -> None:
    assert run(app, "publish", file).output == "Published visit, version 1.\n"
    app.extensions["clock"].advance(timedelta(minutes=1))
    assert run(app, "publish", file).output == "visit, version 1, says the same already.\n"
    opened = run(
        app, "study", "open", "autumn", "--questionnaire", "visit", "--channels", "web,sms", "--reminders", "3,7"
    )
    assert (opened.exit_code, opened.output) == (0, "autumn is open on web, sms.\n")
    assert catalog.study_by_name(ws, "autumn").reminders == (3, 7)  # type: ignore[union-attr]
    assert "autumn\topen\tweb,sms\tYour visit" in run(app, "study", "list").output
    link = run(app, "study", "test-link", "autumn")
    assert (link.exit_code, link.output.startswith("http://localhost/i/")) == (0, True)
    assert run(app, "study", "close", "autumn").output == "autumn is closed.\n"
    assert run(app, "study", "test-link", "autumn").exit_code == 1


def test_what_is_wrong_ends_with_1(app: Flask, ws: str, file: str) -> None:
    assert run(app, "study", "close", "nothing").exit_code == 1
    unknown = run(app, "study", "open", "autumn", "--questionnaire", "nothing", "--channels", "web")
    assert (unknown.exit_code, "Publish it first" in unknown.output) == (1, True)
    assert run(app, "study", "open", "autumn", "--questionnaire", "nps", "--channels", "fax").exit_code == 1
    assert run(app, "study", "open", "autumn", "--reminders", "soon").exit_code == 2
    assert run(app, "publish", file, "--workspace", "Other").exit_code == 2


def test_a_shipped_questionnaire_needs_no_publishing(app: Flask, ws: str) -> None:
    assert run(app, "study", "open", "first", "--questionnaire", "nps", "--channels", "web").exit_code == 0


def test_a_warning_is_said_with_its_line_and_ends_with_0(app: Flask, ws: str, tmp_path: Path) -> None:
    path = tmp_path / "visit.yaml"
    path.write_text(SMALL.replace("en: Price", "en: Stop"), "utf-8")
    line = next(n for n, text in enumerate(SMALL.splitlines(), 1) if "en: Price" in text)
    checked = run(app, "check", str(path))
    assert (checked.exit_code, f"{path}:{line}:" in checked.output) == (0, True)
    assert "warning: Who replies" in checked.output
    published = run(app, "publish", str(path))
    assert (published.exit_code, "warning: Who replies" in published.stderr) == (0, True)


def test_a_panel_is_set_from_the_command_line(app: Flask, ws: str, file: str) -> None:
    run(app, "publish", file)
    opening = ("study", "open", "autumn", "--questionnaire", "visit", "--channels", "web")
    back = "https://panel.example/end?st=c"
    made = run(app, *opening, "--redirect", f"complete={back}", "--signed-links", "--send-back", "--signature", "hash")
    assert made.exit_code == 0, made.output
    panel = {"redirects": {"complete": back}, "signed": True, "at_once": True, "signature": "hash"}
    assert catalog.study_by_name(ws, "autumn").panel == panel  # type: ignore[union-attr]
    assert "[bad_redirect]" in run(app, *opening, "--redirect", "complete=http://panel.example").output
    assert run(app, *opening, "--redirect", back.partition("?")[0]).exit_code == 2
