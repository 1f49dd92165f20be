"""What all importers share: names, languages, texts, the report, the choice of a format."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.catalog import importers
from app.catalog.importers import languages, text
from app.catalog.importers.names import Names
from app.catalog.importers.report import Report
from app.engine.schema import NAME


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("Polski (pl)", "pl"), ("pl", "pl"), ("Polish", "pl"), ("polski", "pl"), ("Français", "fr"), ("Anglais", "en"),
        ("العربية", "ar"), ("Arabic (ar)", "ar"), ("pt_BR", "pt-BR"), ("eng", "en"), ("English (UK)", "en"),
        ("Kiswahili", "sw"), ("hindi", "hi"), ("xx local", None), ("default", None), ("", None),
    ],
)  # fmt: skip
def test_languages_are_known_however_they_are_written(written: str, tag: str | None) -> None:
    assert languages.tag(written) == tag


def test_each_language_has_a_tag_of_its_own() -> None:
    assert languages.tags(["English", "English (UK)", "Wolof of here"]) == {
        "English": "en", "English (UK)": "qaa", "Wolof of here": "qab",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("<p>Hello <b>you</b></p><p>and you</p>", "Hello you\nand you"),
        ("one<br/>two &amp; three", "one\ntwo & three"),
        ("a<script>alert(1)</script>b", "ab"),
        ("a&lt;script&gt;alert(1)&lt;/script&gt;b", "ab"),
        ("x<img src=x onerror=alert(1) ", "x"),
        ("Age <5 years, a<b", "Age <5 years, a<b"),
        ("bell\x07 nul\0 tab\tend ", "bell nul tab end"),
    ],
)
def test_a_text_is_what_a_person_sees(html: str, plain: str) -> None:
    assert text.plain(html) == plain


@given(st.lists(st.text(max_size=80), max_size=30))
def test_names_are_valid_and_unique(wanted: list[str]) -> None:
    names = Names()
    given_ = [names.take(name) for name in wanted]
    assert len({name.casefold() for name in given_}) == len(given_)
    for name in given_:
        assert re.search(NAME["pattern"], name)
        assert len(name) <= 60


def test_a_report_counts_and_explains() -> None:
    report = Report()
    report.carried("question", "survey row 2", "age")
    report.left_out("condition", "survey row 3", "why", "pulldata(…)", "There is no {function}().", function="pulldata")
    assert report.counts()["question"] == {"carried": 1, "approximated": 0, "left_out": 0}
    assert report.as_json()["lines"][1] == {
        "kind": "condition", "where": "survey row 3", "name": "why", "outcome": "left_out", "what": "pulldata(…)",
        "why": "There is no pulldata().",
    }  # fmt: skip
    assert json.dumps(report.as_json())


def test_what_is_no_questionnaire_is_refused() -> None:
    for data in (b"", b"hello", bytes(range(256)) * 10):
        refused = importers.read(data, "x.bin")
        assert isinstance(refused, list)
        assert refused[0].code == "import_unknown_format"


def test_the_command_says_what_it_cannot_read(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(b"nothing")
    done = app.test_cli_runner().invoke(args=["canvass", "import", str(file), "--out", str(tmp_path / "x.yaml")])
    assert done.exit_code == 1
    assert "import_unknown_format" in done.stderr
    assert not (tmp_path / "x.yaml").exists()
