"""Forms with files beside them: lists of choices, tables that calculations read, pictures and sounds."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import engine
from app.catalog import importers, list_files, source
from app.catalog.definition import check
from app.catalog.exporters import xlsform as exporter
from app.catalog.importers.companions import among
from app.catalog.importers.report import Imported
from app.files import service as files
from tests.catalog.importers.workbooks import workbook
from tests.engine.helpers import NOW, begin

HEADING = ("type", "name", "label", "choice_filter", "parameters", "calculation", "appearance", "constraint")
PNG, MP3 = b"\x89PNG\r\n\x1a\n" + bytes(64), b"ID3\x03" + bytes(60)
TOWNS = b"name,label,region\nwaw,Warszawa,mz\nrad,Radom,mz\nkrk,Krakow,mp\n"
CODES = b"code;nom;region;type\n1 a;Varsovie;mz;big\n2;Cracovie;mp;big\n"
REGION = ("select_one region", "region", "Region")
CHOICES = [("list_name", "name", "label"), ("region", "mz", "Mazowsze"), ("region", "mp", "Malopolska")]


def read(*rows: tuple[Any, ...], choices: Any = CHOICES, heading: Any = HEADING, **along: bytes) -> Imported:
    data = workbook(survey=[heading, *rows], choices=choices)
    done = importers.read(
        data, "form.xlsx", among({name.replace("__", "."): content for name, content in along.items()})
    )
    assert isinstance(done, Imported), done
    return done


def compiled(done: Imported) -> engine.Questionnaire:
    tree = done.tree
    text = source.write(tree)
    definition = check(text, lists=list_files.held_by(lambda: [tree]))
    assert definition.questionnaire, [str(problem) for problem in definition.problems]
    return definition.questionnaire


def outcomes(done: Imported, kind: str) -> list[tuple[str, str, str]]:
    """(name, outcome, reason)"""
    return [(line.name, line.outcome, line.reason()) for line in done.report.lines if line.kind == kind]


def only(done: Imported, name: str) -> dict[str, Any]:
    """The question of that name in the definition."""
    pages = done.tree["pages"]
    return next(question for page in pages for question in page["questions"] if question["name"] == name)


def test_a_list_in_a_file_is_carried_and_filtered() -> None:
    done = read(REGION, ("select_one_from_file towns.csv", "town", "Town", "region = ${region}"), towns__csv=TOWNS)
    assert outcomes(done, "question") == [("region", "carried", ""), ("town", "carried", "")]
    assert outcomes(done, "condition") == [("town", "carried", "")]
    (towns,) = done.tree["lists"]
    assert (towns["name"], towns["file"]) == ("towns", "towns.csv")
    assert towns["choices"] == list_files.parsed(TOWNS.decode(), "towns.csv")
    q = compiled(done)
    outcome = engine.answer(q, begin(q, "phone"), "region", {"region": "mp"}, "phone", NOW)
    assert isinstance(outcome, engine.Accepted)
    screen = engine.next_screen(q, outcome.state, "phone")
    assert isinstance(screen, engine.Screen)
    assert [(choice.name, choice.label) for choice in screen.items[0].choices] == [("krk", "Krakow")]


def test_parameters_name_the_columns_and_names_become_ours() -> None:
    row = (
        "select_multiple_from_file c.csv",
        "town",
        "Town",
        "region = ${region} and code != '2'",
        "value=code label=nom",
    )
    done = read(REGION, row, c__csv=CODES)
    assert outcomes(done, "question")[1] == ("town", "carried", "")
    (list_,) = done.tree["lists"]
    first = {"name": "1_a", "label": "Varsovie", "values": {"region": "mz", "type": "big"}}
    assert (list_["file"], list_["choices"][0]) == ("c_choices.csv", first), "the file has to be another one here"
    assert only(done, "town")["choice_filter"] == "region = ${region} and coalesce(name != '2', true)"
    assert ("town", "approximated", "1 of its choices have other names here") in outcomes(done, "setting")
    compiled(done)
    assert list_files.parsed(list_files.written(list_["choices"]), "c_choices.csv") == list_["choices"]


def test_what_is_no_csv_may_be_a_table_too() -> None:
    geo = b'{"features": [{"id": "f1", "geometry": {}, "properties": {"title": "Tree", "kind": "oak"}}]}'
    xml = b"<root><item><name>x</name><label>Ex</label></item></root>"
    done = read(
        ("select_one_from_file t.geojson", "a", "A"),
        ("select_one_from_file u.xml", "b", "B"),
        t__geojson=geo,
        u__xml=xml,
    )
    assert [list_["choices"] for list_ in done.tree["lists"]] == [
        [{"name": "f1", "label": "Tree", "values": {"kind": "oak"}}],
        [{"name": "x", "label": "Ex"}],
    ]
    compiled(done)


@pytest.mark.parametrize(
    ("along", "said"),
    [
        ({}, ""),
        ({"towns__csv": b"\xff\xfe"}, "it cannot be read: towns.csv is not UTF-8."),
        ({"towns__csv": b"a,b\n1,2\n"}, "the file has no column name"),
        ({"towns__csv": b"name,name\n1,2\n"}, "it cannot be read: towns.csv has two columns of one name."),
    ],
)
def test_without_its_file_the_answer_is_written_and_the_report_says_how_to_mend_it(
    along: dict[str, bytes], said: str
) -> None:
    done = read(("select_one_from_file towns.csv", "town", "Town", "region = 'mz'"), **along)
    ((name, outcome, reason),) = outcomes(done, "question")
    assert (name, outcome) == ("town", "approximated")
    assert "towns.csv, which is not here or cannot be read" in reason
    assert "Put it beside the form" in reason
    assert only(done, "town")["type"] == "text"
    assert not said or ("town", "left_out", said) in outcomes(done, "setting")
    compiled(done)


def test_an_xml_bomb_is_no_list() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY e "ha"><!ENTITY f "&e;&e;">]><root><item><name>&f;</name></item></root>'
    assert only(read(("select_one_from_file u.xml", "b", "B"), u__xml=bomb), "b")["type"] == "text"


def test_search_takes_the_choices_of_a_file() -> None:
    appearance = "minimal search('towns', 'matches', 'region', ${region})"
    row = ("select_one s", "town", "Town", "", "", "", appearance)
    done = read(REGION, row, choices=[*CHOICES, ("s", "name", "label")], towns__csv=TOWNS)
    assert done.tree["lists"][0]["file"] == "towns.csv"
    assert only(done, "town")["choice_filter"] == "region = ${region}"
    assert "search" not in str(outcomes(done, "setting"))
    missing = read(REGION, row, choices=[*CHOICES, ("s", "name", "label")])
    assert only(missing, "town")["type"] == "text"


@pytest.mark.parametrize(
    ("calculation", "expected"),
    [
        ("pulldata('c', 'nom', 'code', ${n})", {"2": "Cracovie", "7": ""}),
        ("instance('c')/root/item[code = ${n}]/nom", {"2": "Cracovie", "": ""}),
        ("pulldata('c', 'type', 'region', 'mp')", {"2": "big"}),
    ],
)
def test_a_calculation_reads_a_file(calculation: str, expected: dict[str, str]) -> None:
    done = read(
        ("integer", "n", "N"), ("calculate", "found", "", "", "", calculation), ("text", "t", "T"), c__csv=CODES
    )
    assert ("found", "carried", "") in outcomes(done, "question")
    q = compiled(done)
    for typed, value in expected.items():
        outcome = engine.answer(q, begin(q, "phone"), "n", {"n": typed}, "phone", NOW)
        assert isinstance(outcome, engine.Accepted)
        assert engine.values(q, outcome.state)["found"] == value


def test_what_a_file_says_of_the_town_that_was_picked() -> None:
    rows = (
        ("select_one_from_file towns.csv", "town", "Town"),
        ("calculate", "found", "", "", "", "instance('towns')/root/item[name = ${town}]/region"),
    )
    q = compiled(read(*rows, ("text", "t", "T"), towns__csv=TOWNS))
    outcome = engine.answer(q, begin(q, "phone"), "town", {"town": "krk"}, "phone", NOW)
    assert isinstance(outcome, engine.Accepted)
    assert engine.values(q, outcome.state)["found"] == "mp"


def test_fifteen_thousand_rows_are_read_and_found_by_typing() -> None:
    lines = "".join(f"c{number},Town {number},r{number % 50}\n" for number in range(15_000))
    done = read(("select_one_from_file t.csv", "town", "Town"), t__csv=f"name,label,region\n{lines}".encode())
    assert only(done, "town")["type"] == "lookup"
    assert len(done.tree["lists"][0]["choices"]) == 15_000


MEDIA = ("type", "name", "label::English (en)", "label::Polish (pl)", "media::image", "audio::English (en)", "audio::Polish (pl)",
         "big-image", "video")  # fmt: skip
SHOWN = [
    ("note", "n", "Look", "Patrz", "map.png", "", "", "", "film.mp4"),
    ("select_one leaf", "q", "Which", "Jaki", "", "en.mp3", "pl.mp3", "large.png", ""),
]
LEAVES = [("list_name", "name", "label::English (en)", "label::Polish (pl)", "image"),
          ("leaf", "oak", "Oak", "Dab", "oak.png"), ("leaf", "elm", "Elm", "Wiaz", "")]  # fmt: skip
ALONG = {"map__png": PNG, "en__mp3": MP3, "pl__mp3": MP3, "oak__png": PNG, "large__png": PNG}


def test_pictures_and_sounds_are_carried_and_come_back_from_a_round_trip() -> None:
    done = read(*SHOWN, choices=LEAVES, heading=MEDIA, **ALONG)
    assert only(done, "n")["media"] == {"image": "map.png", "video": "film.mp4"}
    assert only(done, "q")["media"] == {"audio": {"en": "en.mp3", "pl": "pl.mp3"}, "image": "large.png"}
    assert only(done, "q")["choices"][0]["media"] == {"image": "oak.png"}
    assert set(done.files) == {"map.png", "en.mp3", "pl.mp3", "oak.png", "large.png"}
    ((name, outcome, why),) = outcomes(done, "text")
    assert (name, outcome) == ("n", "approximated")
    assert "the file is not here" in why
    q = compiled(done)
    assert engine.files_of(q) == {*done.files, "film.mp4"}
    again = importers.read(exporter.write(q).data, "form.xlsx")
    assert isinstance(again, Imported)
    before, after = (
        {node.name: (node.media, [choice.media for choice in node.choices]) for node in each.questions.values()}
        for each in (q, compiled(again))
    )
    assert before == after


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("a.png", b"<html><script>", "it is no image that can be shown here (text/html)"),
        ("a.png", MP3, "it is no image that can be shown here (audio/mpeg)"),
        ("https://example.org/a.png", PNG, "only files that belong to the form are shown"),
        ("${x}.png", PNG, "only files that belong to the form are shown"),
    ],
)
def test_what_cannot_be_shown_is_left_out(file: str, content: bytes, said: str) -> None:
    done = read(("text", "t", "T", file), heading=("type", "name", "label", "image"), a__png=content)
    assert "media" not in only(done, "t")
    assert ("t", "left_out", said) in outcomes(done, "text")


def test_the_commands_take_the_files_along(app: Flask, workspace: str, tmp_path: Path) -> None:
    folder = tmp_path / "form-media"
    folder.mkdir()
    form, out = tmp_path / "form.xlsx", tmp_path / "out" / "form.yaml"
    out.parent.mkdir()
    heading, row = ("type", "name", "label", "parameters", "image"), ("value=code label=nom", "map.png")
    form.write_bytes(workbook(survey=[heading, ("select_one_from_file c.csv", "town", "Town", *row)]))
    (folder / "c.csv").write_bytes(CODES)
    (folder / "map.png").write_bytes(PNG)
    run = app.test_cli_runner().invoke
    done = run(args=["canvass", "import", str(form), "--out", str(out)])
    assert (done.exit_code, done.stderr) == (0, "")
    assert {path.name for path in out.parent.iterdir()} == {"form.yaml", "c_choices.csv", "map.png"}
    published = run(args=["canvass", "publish", str(out)])
    assert published.exit_code == 0, published.output
    kept = files.named(workspace, "map.png")
    assert kept is not None
    assert kept.path.read_bytes() == PNG
    elsewhere = run(args=["canvass", "import", str(form), "--out", str(out), "--media", str(tmp_path)])
    assert "c.csv, which is not here" in elsewhere.output
