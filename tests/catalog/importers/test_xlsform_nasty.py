"""Workbooks as they really are, and workbooks that nobody should have made."""

import io
import os
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from app.catalog import importers, source
from app.catalog.definition import check
from app.catalog.importers.report import Imported
from app.catalog.importers.xlsform.workbook import sheets
from tests.catalog.importers.workbooks import workbook

GOOD = {"survey": [("type", "name", "label"), ("text", "a", "A")]}


def read(**parts: list[tuple[Any, ...]]) -> Imported:
    done = importers.read(workbook(**parts), "form.xlsx")
    assert isinstance(done, Imported), done
    return done


def survey(heading: tuple[str, ...], *rows: tuple[Any, ...], **others: list[tuple[Any, ...]]) -> Imported:
    return read(survey=[heading, *rows], **others)


def questions(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All nodes of all pages, in order."""
    found = []
    for node in nodes:
        found += node.get("questions", []) + questions(node.get("pages", []))
    return found


def named(done: Imported) -> dict[str, dict[str, Any]]:
    return {node["name"]: node for node in questions(done.tree["pages"])}


def reasons(done: Imported) -> str:
    return "\n".join(str(line) for line in done.report.lines if line.outcome != "carried")


# Bounded time: the runner ends whatever reads on and on. A statement on how quick it is would fail on a busy machine.
pytestmark = pytest.mark.timeout(120)


def refused(data: bytes) -> str:
    done = importers.read(data, "form.xlsx")
    assert isinstance(done, list)
    assert all(problem.remedy for problem in done)
    return done[0].code


def changed(data: bytes, member: str, content: bytes) -> bytes:
    """The workbook with one member replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, content if info.filename == member else old.read(info))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_broken_workbooks_are_refused() -> None:
    data = workbook(**GOOD)
    assert refused(data[: len(data) // 2]) == "import_broken"
    assert refused(b"PK\x03\x04" + bytes(1000)) == "import_broken"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)) == "import_broken"
    assert refused(changed(data, SHEET, b"<worksheet><sheetData><row")) == "import_broken"
    assert refused(workbook(other=[("type",), ("text",)])) == "import_broken"
    assert refused(workbook(survey=[])) == "import_broken"
    assert refused(workbook(survey=[("type", "name"), ("begin group", "g"), ("end group", "")])) == "import_broken"
    assert refused(bytes(21_000_000)) == "import_too_large"


def test_bombs_are_refused() -> None:
    data = workbook(**GOOD)
    assert refused(changed(data, SHEET, b" " * 100_000_000)) == "import_too_large"
    lying = bytearray(changed(data, SHEET, b" " * 90_000_000))
    at = lying.index(b"PK\x01\x02", lying.index(b"sheet1.xml"))
    while lying[at + 46 : at + 46 + len(SHEET)] != SHEET.encode():
        at = lying.index(b"PK\x01\x02", at + 1)
    lying[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    assert refused(bytes(lying)) == "import_too_large"
    entities = b'<!DOCTYPE x [<!ENTITY a "ha">]><worksheet><sheetData/></worksheet>'
    assert refused(changed(data, SHEET, entities)) == "import_broken"
    outside = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet><sheetData/></worksheet>'
    assert refused(changed(data, SHEET, outside)) == "import_broken"


def written(write: Any) -> bytes:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    write(book, book.add_worksheet("survey"))
    book.close()
    return data.getvalue()


def test_a_far_cell_does_not_fill_the_memory() -> None:
    def far(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "type")
        sheet.write(1_048_575, 16_383, "x")

    def formatted(book: Any, sheet: Any) -> None:
        for number, row in enumerate(GOOD["survey"]):
            sheet.write_row(number, 0, row)
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))

    assert refused(written(far)) == "import_too_large"
    assert isinstance(importers.read(written(formatted), "form.xlsx"), Imported)


def test_a_long_form_is_read() -> None:
    rows = [("integer", f"q{n}", f"Q {n}", f"${{q{n - 1}}} > 3" if n else "") for n in range(5_000)]
    choices = [("list_name", "name", "label"), *((f"l{n % 100}", f"c{n}", "C") for n in range(30_000))]
    data = workbook(survey=[("type", "name", "label", "relevant"), *rows], choices=choices)
    done = importers.read(data, "form.xlsx")
    assert isinstance(done, Imported)
    assert done.report.counts()["condition"]["carried"] == 4_999


def test_damaged_bytes_raise_nothing() -> None:
    dice, data = random.Random(3), workbook(**GOOD)
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(dice.randrange(1, 30)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        assert importers.read(bytes(damaged), "form.xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read(SHEET)
    for _ in range(150):
        at, length = dice.randrange(len(sheet)), dice.randrange(40)
        assert importers.read(changed(data, SHEET, sheet[:at] + dice.randbytes(5) + sheet[at + length :]), "form.xlsx")


@pytest.mark.skipif("CORPUS_DIR" not in os.environ, reason="CORPUS_DIR names no corpus")
def test_a_damaged_xls_ends_nothing() -> None:
    """One of these makes the reader ask for 80 GB and abort."""
    dice = random.Random(4)
    files = [file.read_bytes() for file in sorted((Path(os.environ["CORPUS_DIR"]) / "xlsform").glob("*.xls"))]
    for _ in range(60):
        damaged = bytearray(dice.choice(files))
        for _ in range(dice.randrange(1, 60)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        assert importers.read(bytes(damaged), "form.xls")


def test_any_cells_make_a_definition_or_a_problem() -> None:
    dice = random.Random(5)
    words = (
        "begin group|end group|begin repeat|end repeat|text|select_one l|select_multiple l or_other|note|calculate|integer||"
        "${a}|((|${a} > 1|yes|a|b|l|x y|${b} = 'x'|selected(${a}, 'x')|range|rank l|begin loop over l|label|table-list|"
        "field-list|<b>x</b>|مرحبا|1|0.5|today|acknowledge|sum(${a})|indexed-repeat(${a}, ${b}, 1)|position(..)"
    ).split("|")
    heading = tuple("type name label relevant constraint calculation choice_filter appearance required default".split())
    for _ in range(120):
        rows = [tuple(dice.choice(words) for _ in heading) for _ in range(dice.randrange(1, 25))]
        choices = [tuple(dice.choice(words) for _ in range(4)) for _ in range(8)]
        data = workbook(survey=[heading, *rows], choices=[("list_name", "name", "label", "b"), *choices])
        done = importers.read(data, "form.xlsx")
        assert isinstance(done, Imported) or done[0].code == "import_broken"
        if isinstance(done, Imported):
            assert source.read(source.write(done.tree))[0] == done.tree
            assert [str(problem) for problem in check(source.write(done.tree)).problems] == []


def test_headings_and_types_as_people_write_them() -> None:
    done = survey(
        (
            "Type",
            " NAME ",
            "Label::English (en)",
            "label:Polish",
            "Relevance",
            "bind::required",
            "bind:jr:constraintMsg",
            "Read only",
        ),
        ("Select_One  YN", "a", "A?", "A po polsku?", "", "yes", "", ""),
        ("", "", "", "", "", "", "", ""),
        ("INTEGER", "b", "B?", "", "${a}=’yes’", "TRUE", "no!", ""),
        ("select one from yn", "c", "C?", "", "", "", "", ""),
        choices=[("List Name", "value", "label::English (en)"), ("yn", "yes", "Yes"), ("yn", "no", "No")],
    )
    found = named(done)
    assert done.tree["languages"] == ["en", "pl"]
    assert done.tree["untranslated"] == "default"
    assert found["a"]["label"] == {"en": "A?", "pl": "A po polsku?"}
    assert found["a"]["required"] is True
    assert found["b"]["relevant"] == "${a} = 'yes'"
    assert "YN" in reasons(done)


def test_a_title_may_stand_above_the_heading() -> None:
    assert list(named(survey(("Our form",), ("",), ("type", "name", "label"), ("text", "a", "A")))) == ["a"]


def test_choices_as_people_write_them() -> None:
    done = survey(
        ("type", "name", "label", "choice_filter"),
        ("select_one n", "a", "A", ""),
        ("select_multiple odd", "b", "B", ""),
        ("select_one none", "c", "C", ""),
        ("select_one n or_other", "d", "D", ""),
        ("select_one f", "e", "E", "f1 = ${a} and (f20 = 'x' or f20 = '')"),
        choices=[
            ("list_name", "name", "label", *(f"f{n}" for n in range(1, 21))),
            ("n", 1.0, "One"), ("n", 2, 2.0), ("", "", ""), ("odd", "with space", "W"), ("odd", "dk", "?"),
            ("odd", "é", "E"),
            ("odd", "same", "1"), ("odd", "same", "2"), ("f", "x", "X", *(["1"] * 20)), ("f", "y", "Y", *(["2"] * 19)),
            ("", "lost", "Lost"),
        ],
    )  # fmt: skip
    found = named(done)
    assert done.tree["lists"][0] == {
        "name": "n",
        "choices": [{"name": "1", "label": "One"}, {"name": "2", "label": "2"}],
    }
    assert found["a"]["choices"] == "n"
    assert [choice["name"] for choice in found["b"]["choices"]] == ["with_space", "dk_2", "e", "same", "same_2"]
    assert "c" not in found
    assert "its list of choices is not there" in reasons(done)
    assert found["d"]["choices"][2] == {"name": "other", "label": "Other", "specify": "yes"}
    assert found["e"]["choice_filter"] == "f1 = ${a} and (f20 = 'x' or f20 = '')"
    assert "Lost" in reasons(done) or "lost" in reasons(done)


def test_texts_are_plain_and_pipes_are_ours() -> None:
    done = survey(
        ("type", "name", "label", "hint"),
        ("text", "a", "<b>Your</b> name<script>alert(1)</script>", "**bold** and _thin_, not snake_case"),
        ("note", "b", "Hello ${a}, <output value=\"${a}\"/> and ${nobody} ${b}", ""),
        ("note", "c", "# Heading\n[here](https://example.org)", ""),
    )  # fmt: skip
    found = named(done)
    assert found["a"]["label"] == "Your name"
    assert found["a"]["hint"] == "bold and thin, not snake_case"
    assert found["b"]["label"] == "Hello ${a|}, ${a|} and"
    assert found["c"]["label"] == "Heading\nhere (https://example.org)"


def test_names_are_made_ours_and_references_follow() -> None:
    done = survey(
        ("type", "name", "label", "relevant"),
        ("integer", "_age__x", "A", ""), ("integer", "العمر", "B", "${_age__x} > 1"), ("integer", "a-b.c", "C", "${العمر} > 2"),
        ("integer", "A_B_C", "D", "${a-b.c} > 3"), ("integer", "true", "E", ""),
    )  # fmt: skip
    found = list(named(done).values())
    assert [node["name"] for node in found] == ["age_x", "question", "a_b_c", "A_B_C_2", "true_2"]
    assert [node.get("relevant") for node in found[1:4]] == ["${age_x} > 1", "${question} > 2", "${a_b_c} > 3"]
    assert reasons(done).count("it is called") == 5


def test_groups_repeats_and_screens() -> None:
    done = survey(
        ("type", "name", "label", "relevant", "appearance", "repeat_count"),
        ("integer", "size", "Size", "", "", ""),
        ("begin_group", "g", "Group", "${size} > 1", "", ""),
        ("begin group", "h", "Inner", "${size} > 2", "field-list", ""),
        ("text", "a", "A", "", "", ""),
        ("begin group", "deep", "", "${size} > 3", "", ""),
        ("text", "b", "B", "${a} = 'x' or ${a} = 'y'", "", ""),
        ("end group", "", "", "", "", ""),
        ("end_group", "", "", "", "", ""),
        ("text", "c", "C", "", "", ""),
        ("end group", "", "", "", "", ""),
        ("begin repeat", "r", "Person", "", "", "${size}"),
        ("text", "who", "Who", "", "", ""),
        ("note", "n", "Hello ${who}", "", "", ""),
        ("end repeat", "", "", "", "", ""),
        ("end repeat", "", "", "", "", ""),
        ("calculate", "z", "", "", "", ""),
    )
    first, block, repeat = done.tree["pages"]
    assert [node["name"] for node in first["questions"]] == ["size"]
    assert block["relevant"] == "${size} > 1"
    inner, rest = block["pages"]
    assert (inner["title"], inner["relevant"]) == ("Inner", "${size} > 2")
    assert inner["questions"][1]["relevant"] == "${size} > 3 and (${a} = 'x' or ${a} = 'y')"
    assert [node["name"] for node in rest["questions"]] == ["c"]
    assert (repeat["repeat"], repeat["count"], repeat["title"]) == ("r", "${size}", "Person")
    assert [[node["name"] for node in page["questions"]] for page in repeat["pages"]] == [["who"], ["n"]]


def test_a_table_is_a_grid() -> None:
    done = survey(
        ("type", "name", "label", "relevant", "appearance"),
        ("begin group", "t", "How was it?", "", "table-list"),
        ("select_one yn", "a", "A", "", ""),
        ("select_one yn", "b", "B", "${a} = 'yes'", ""),
        ("end group", "", "", "", ""),
        ("text", "c", "C", "${b} = 'no'", ""),
        choices=[("list_name", "name", "label"), ("yn", "yes", "Yes"), ("yn", "no", "No")],
    )
    grid, after = questions(done.tree["pages"])
    assert (grid["type"], grid["label"]) == ("matrix_single", "How was it?")
    assert [row["name"] for row in grid["rows"]] == ["a", "b"]
    assert grid["rows"][1]["relevant"] == f"${{{grid['name']}__a}} = 'yes'"
    assert after["relevant"] == f"${{{grid['name']}__b}} = 'no'"


def test_a_cascade_on_one_screen_is_cut() -> None:
    done = survey(
        ("type", "name", "label", "choice_filter", "appearance", "required"),
        ("begin group", "g", "Where", "", "field-list", ""), ("select_one r", "region", "Region", "", "", "yes"),
        ("select_one t", "town", "Town", "region = ${region}", "", "yes"), ("text", "c", "C", "", "", ""), ("end group",),
        choices=[("list_name", "name", "label", "region"), ("r", "n", "North", ""), ("t", "a", "A", "n"), ("t", "b", "B", "n")],
    )  # fmt: skip
    assert [[node["name"] for node in page["questions"]] for page in done.tree["pages"]] == [["region"], ["town", "c"]]
    assert "cut in two" in reasons(done)


def test_tables_of_kobotoolbox() -> None:
    done = survey(
        ("type", "name", "label", "kobo--score-choices", "kobo--rank-items", "kobo--matrix_list"),
        ("begin_score", "s", "How good?", "yn"), ("score__row", "s1", "This"), ("score__row", "s2", "That"), ("end_score",),
        ("begin_rank", "r", "Which first?", "", "yn"), ("rank__level", "r1", "First"), ("end_rank",),
        ("begin_kobomatrix", "m", "Things", "", "", "yn"), ("integer", "n", "How many?"), ("end_kobomatrix",),
        choices=[("list_name", "name", "label"), ("yn", "yes", "Yes"), ("yn", "no", "No")],
    )  # fmt: skip
    score, rank, yes, no = questions(done.tree["pages"])
    assert (score["type"], [row["name"] for row in score["rows"]], score["choices"]) == (
        "matrix_single",
        ["s1", "s2"],
        "yn",
    )
    assert (rank["type"], rank["choices"]) == ("single_choice", "yn")
    assert [yes["name"], no["name"]] == ["yes_n", "no_n"]


def test_what_is_asked_of_a_repeat_from_outside() -> None:
    done = survey(
        ("type", "name", "label", "calculation", "repeat_count"),
        ("select_multiple c", "crops", "Crops", "", ""), ("begin repeat", "r", "Crop", "", "count-selected(${crops})"),
        ("calculate", "code", "", "selected-at(${crops}, position(..) - 1)", ""),
        ("calculate", "name", "", "jr:choice-name(${code}, '${crops}')", ""), ("decimal", "area", "Area of ${name}", "", ""),
        ("end repeat",), ("calculate", "mean", "", "sum(${area}) div count(${r})", ""),
        ("calculate", "first", "", "indexed-repeat(${area}, ${r}, 1)", ""),
        choices=[("list_name", "name", "label"), ("c", "a", "A"), ("c", "b", "B")],
    )  # fmt: skip
    calculations = {name: node["calculation"] for name, node in named(done).items() if "calculation" in node}
    assert calculations == {
        "code": "string(selected-at(${crops}, position() - 1))", "name": "label(selected-at(${crops}, position() - 1))",
        "mean": "coalesce(sum(${area}), 0) / coalesce(${r}, 0)", "first": "at(${area}, 1)",
    }  # fmt: skip


def test_nesting_without_end_is_cut() -> None:
    rows: list[tuple[Any, ...]] = [("begin group", f"g{n}", "G") for n in range(3_000)]
    rows += [("text", "a", "A")] + [("end group", "", "")] * 3_000 + [("text", "b", "B")]
    assert [node["name"] for node in questions(survey(("type", "name", "label"), *rows).tree["pages"])] == ["a", "b"]


def test_deep_groups_keep_their_conditions() -> None:
    rows: list[tuple[Any, ...]] = [("integer", "n", "N", "")]
    for depth in range(12):
        rows += [("begin group", f"g{depth}", f"G {depth}", f"${{n}} > {depth}"), ("text", f"q{depth}", "Q", "")]
    done = survey(("type", "name", "label", "relevant"), *rows, *[("end group", "", "", "")] * 12)
    definition = check(source.write(done.tree))
    assert definition.questionnaire, [str(problem) for problem in definition.problems]
    assert "${n} > 11" in str(named(done)["q11"]["relevant"])
    assert done.report.counts()["condition"] == {"carried": 12, "approximated": 0, "left_out": 0}


def test_nine_languages_with_gaps() -> None:
    languages = [
        "English (en)",
        "Français (fr)",
        "العربية (ar)",
        "Kiswahili",
        "Español",
        "Português (pt)",
        "Somali (so)",
        "Local",
        "አማርኛ",
    ]
    done = read(
        survey=[
            ("type", "name", *(f"label::{name}" for name in languages)),
            ("text", "a", *(f"A {n}" for n in range(9))),
            ("text", "b", "", "seulement"),
        ],
        settings=[("form_title", "default_language"), ("Formulaire", "Français (fr)")],
    )
    assert done.tree["languages"] == ["fr", "en", "ar", "sw", "es", "pt", "so", "qaa", "am"]
    assert named(done)["b"]["label"] == {"fr": "seulement"}
    assert done.tree["untranslated"] == "default"
    assert done.tree["title"]["ar"] == "Formulaire"


def test_calculations_move_behind_what_they_read() -> None:
    done = survey(
        ("type", "name", "label", "calculation"),
        ("calculate", "twice", "", "${sum} * 2"), ("calculate", "sum", "", "${a} + ${b}"), ("integer", "a", "A", ""),
        ("begin group", "g", "G", ""), ("integer", "b", "B", ""), ("end group", "", "", ""), ("note", "c", "${twice}", ""),
    )  # fmt: skip
    assert [node["name"] for node in questions(done.tree["pages"])] == ["a", "b", "sum", "twice", "c"]


def test_rows_of_a_sheet_keep_their_numbers() -> None:
    found = sheets(workbook(survey=[("type",), (), ("text",)]), "form.xlsx", ("survey",))
    assert isinstance(found, dict)
    assert [number for number, _ in found["survey"].rows] == [1, 3]


@pytest.mark.parametrize("file", ["form.xlsx", "Some form (v2).xlsx", "نموذج.xlsx"])
def test_a_form_without_settings_gets_sensible_ones(file: str) -> None:
    done = importers.read(workbook(**GOOD), str(Path("/tmp") / file))
    assert isinstance(done, Imported)
    assert done.tree["title"] == Path(file).stem
    assert done.tree["basis"] == "confidential"
    assert done.tree["minutes"] == 1
    assert {line.name for line in done.report.lines if line.kind == "setting"} >= {"purpose", "minutes", "basis"}
