"""Exports: every column of every version, cells that read back as typed, nothing a spreadsheet would run."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog import service as catalog
from app.insights.archive import zipped
from app.insights.bundle import bundle
from app.insights.exports import EXPORTS
from app.insights.exports.csv_files import FORMULA, guarded
from app.insights.table import FAR_NUMBERS, NUMBERS, fields, sheets
from app.interviews import service as interviews
from tests.catalog.conftest import SMALL
from tests.insights.conftest import _unguarded, open_study, read_back, table


def exported(study, bom=False):
    files = EXPORTS["csv"].files(bundle(study), bom, lambda n: None)
    return {name: b"".join(pieces) for name, pieces in files}


def test_what_was_typed_is_what_the_export_says(study, person, answer, clock):
    answer(study, {"score": "4", "reasons": ["price", "other"], "reasons_other": '=1+1, "now"\n', "improve": "dk",
                   "effort__special": "dk"}, contact_id=person.id, occasion="a")  # fmt: skip
    answer(study, {"score": "9", "reasons": ["none"], "effort": "7"}, "sms", contact_id=person.id, occasion="b")
    answer(study, {"score__special": "refused"}, "phone", contact_id=person.id, occasion="c")
    answer(study, {"score": "10"}, is_test=True)
    files = exported(study)
    (first, typed), (second, short), (third, refused) = read_back(files["survey.csv"], files["codebook.csv"])
    assert typed["score"] == 4
    assert typed["reasons"] == {"price", "other"}
    assert typed["reasons_other"] == '=1+1, "now"'
    assert typed["improve"] == "dk"  # the word, not the code
    assert typed["effort"] == ("dk",)
    assert short["reasons"] == {"none"}
    assert "improve" not in short
    assert "reasons_other" not in short
    assert refused["score"] == ("refused",)
    assert [f["external_id"] for f in (first, second, third)] == ["c1"] * 3
    assert [(f["mode"], f["status"], f["disposition"]) for f in (second, third)] == [
        ("sms", "complete", "1.1"), ("phone", "started", "2.12")
    ]  # fmt: skip
    assert second["completed"] == "2026-11-04T12:00:00Z"


def test_an_answer_that_left_the_route_is_not_asked(study, answer, clock):
    begun = answer(study, {"score": "3", "reasons": ["price"], "improve": "Everything"})
    back = interviews.Submission(mode="web", entry="link", at="score", raw={"score": "9"}, revision=begun.revision)
    interviews.submit(study.workspace_id, begun.id, back, clock.now())
    files = exported(study)
    ((_, answers),) = read_back(files["survey.csv"], files["codebook.csv"])
    assert answers["score"] == 9
    assert "improve" not in answers
    assert interviews.load(study.workspace_id, begun.id).state.answers["improve"].value == "Everything"


def test_the_codebook_names_every_code_in_every_language(study):
    codebook = {row["name"]: row for row in table(exported(study)["codebook.csv"])}
    score = codebook["score"]
    assert score["missing"] == "dk = -98 | refused = -99 | skipped = -97"
    assert "10 = Extremely likely" in score["codes_en"]
    assert score["label_pl"].startswith("Na ile")
    assert codebook["reasons__price"]["label_it"].endswith(": Prezzo")
    assert codebook["improve"]["missing"] == "dk = dk | refused = refused | skipped = skipped"
    assert codebook["order_id"]["missing"] == ""
    assert score["versions"] == "1"


def test_a_byte_order_mark_begins_each_file_if_wanted(study):
    assert {content[:3] for content in exported(study, bom=True).values()} == {b"\xef\xbb\xbf"}


def test_an_anonymous_study_exports_no_key_to_a_person_or_moment(workspace, clock, answer):
    study = open_study(workspace, clock, "quick", "csat_5", basis="anonymous")
    made = answer(study, {"satisfaction": "4"})
    ((row,),) = [table(exported(study)["survey.csv"])]
    assert "interview__external_id" not in row
    assert row["interview__id"] != made.id
    assert row["interview__created"].endswith("12:00:00Z")


def test_practice_is_not_exported(workspace, clock, answer):
    study = open_study(workspace, clock, "practice", "csat_5", practice=True)
    answer(study, {"satisfaction": "4"})
    assert table(exported(study)["survey.csv"]) == []


# --- columns --------------------------------------------------------------------------------------


def compiled(text):
    return catalog.check(text).questionnaire


def test_columns_are_the_union_of_all_versions():
    old = compiled(SMALL)
    text = SMALL.replace("- name: words", "- name: age").replace("type: long_text", "type: integer\n        min: 0")
    new = compiled(text.replace("name: staff", "name: place"))
    found = fields([(1, old), (2, new)])
    assert [(field.name, field.versions) for field in found] == [
        ("score", (1, 2)), ("reasons__price", (1, 2)), ("reasons__staff", (1,)), ("words", (1,)),
        ("reasons__place", (2,)), ("age", (2,)),
    ]  # fmt: skip


def test_a_column_that_changed_its_type_is_text():
    new = compiled(SMALL.replace("type: long_text", "type: integer"))
    words = fields([(1, compiled(SMALL)), (2, new)])[-1]
    assert (words.type, words.missing["dk"]) == ("text", "dk")


@pytest.mark.parametrize(
    ("least", "codes"),
    [("0", NUMBERS), ("-96", NUMBERS), ("-97", FAR_NUMBERS), ("-1000", FAR_NUMBERS), (None, FAR_NUMBERS)],
)
def test_a_reserved_number_is_never_a_possible_answer(least, codes):
    question = "type: integer" + (f"\n        min: {least}" if least else "")
    assert fields([(1, compiled(SMALL.replace("type: long_text", question)))])[-1].missing == codes


HOUSE = """\
questionnaire: house
title: House
languages: [en]
basis: attributable
purpose: to learn
minutes: 5
pages:
  - name: start
    questions:
      - {name: g, type: matrix_single, label: How was, rows: [{name: price, label: Price}, {name: staff, label: Staff}],
         choices: [{name: 1, label: Good}, {name: 2, label: Bad}]}
      - {name: k, type: ranking, label: Rank, most: 2,
         choices: [{name: a, label: A, specify: Say}, {name: b, label: B}, {name: c, label: C}]}
      - {name: at, type: time, label: When}
      - {name: size, type: integer, label: How many, min: 0}
  - repeat: member
    count: ${size}
    pages:
      - name: who
        questions:
          - {name: first, type: text, label: First name}
          - {name: age, type: integer, label: Age, min: 0, dont_know: yes}
      - repeat: visit
        most: 3
        pages:
          - name: v
            questions:
              - {name: cost, type: decimal, label: Cost}
              - {name: m, type: matrix_text, label: M, rows: [{name: x, label: X}]}
"""


def test_removed_questions_of_repeats_and_rows_of_grids_keep_their_columns():
    new = HOUSE.replace("{name: staff, label: Staff}", "{name: place, label: Place}").replace(
        "{name: first, type: text, label: First name}", "{name: last, type: text, label: Last name}"
    ).replace("rows: [{name: x, label: X}]", "rows: [{name: y, label: Y}]")  # fmt: skip
    survey, member, visit = sheets([(1, compiled(HOUSE)), (2, compiled(new))])
    names = [(field.name, field.versions) for field in survey.fields]
    assert names[:3] == [("g__price", (1, 2)), ("g__staff", (1,)), ("g__place", (2,))]
    assert [(field.name, field.versions) for field in member.fields] == [
        ("first", (1,)), ("last", (2,)), ("age", (1, 2))
    ]  # fmt: skip
    assert visit.numbers == ["member__row", "visit__row"]
    assert [(field.name, field.versions) for field in visit.fields] == [
        ("cost", (1, 2)), ("m__x", (1,)), ("m__y", (2,))
    ]  # fmt: skip


def test_a_repeat_that_moved_has_the_numbers_of_both_places():
    text = HOUSE.replace(
        "      - repeat: visit\n        most: 3\n        pages", "  - repeat: visit\n    most: 3\n    pages"
    )
    assert [sheet.numbers for sheet in sheets([(1, compiled(HOUSE)), (2, compiled(text))])] == [
        [], ["member__row"], ["member__row", "visit__row"]
    ]  # fmt: skip


def test_each_repeat_is_a_file_of_its_own(workspace, clock, answer):
    catalog.publish_source(workspace, HOUSE.replace("repeat: visit", "repeat: Codes"), now=clock.now())
    study = open_study(workspace, clock, "house", "house")
    made = answer(study, {
        "g__price": "1", "k": ["c", "a"], "k__a__text": "so", "at": "9:05", "size": "2",
        "first[1]": "Ala", "age[1]": "40", "Codes__more[1][0]": "yes", "cost[1][1]": "2.50", "m__x[1][1]": "=1",
        "Codes__more[1][1]": "no",
        "first[2]": "Jan", "age[2]__special": "dk", "Codes__more[2][0]": "no",
    })  # fmt: skip
    assert made.status == "complete"
    files = exported(study)
    assert list(files) == ["survey.csv", "member.csv", "Codes__rows.csv", "codebook.csv"]
    (row,) = table(files["survey.csv"])
    told = {name: cell for name, cell in row.items() if not name.startswith("interview__")}
    assert told == {
        "g__price": "1", "g__staff": "-97", "k__a": "2", "k__b": "0", "k__c": "1", "k__a__text": "so", "at": "09:05", "size": "2"
    }  # fmt: skip
    assert table(files["member.csv"]) == [
        {"interview__id": made.id, "member__row": "1", "first": "Ala", "age": "40"},
        {"interview__id": made.id, "member__row": "2", "first": "Jan", "age": "-98"},
    ]
    assert table(files["Codes__rows.csv"]) == [
        {"interview__id": made.id, "member__row": "1", "Codes__row": "1", "cost": "2.5", "m__x": "'=1"}
    ]
    book = {(row["file"], row["name"]): row for row in table(files["codebook.csv"])}
    assert book["survey.csv", "at"]["type"] == "time"
    assert book["survey.csv", "g__staff"]["label_en"] == "How was – Staff"
    assert book["survey.csv", "g__staff"]["codes_en"] == "1 = Good | 2 = Bad"
    assert book["survey.csv", "k__c"]["codes_en"] == "0 | 1 | 2"
    assert book["survey.csv", "k__c"]["label_en"] == "Rank: C"
    assert book["survey.csv", "k__a__text"]["label_en"] == "Say"
    assert book["member.csv", "member__row"]["type"] == "number"
    assert book["Codes__rows.csv", "m__x"]["question_type"] == "text"
    assert [name for file, name in book if file == "Codes__rows.csv"] == [
        "interview__id", "member__row", "Codes__row", "cost", "m__x"
    ]  # fmt: skip


def test_a_long_list_of_codes_is_a_file_of_its_own(workspace, clock):
    towns = ", ".join(f"{{name: t{number}, label: Town {number}}}" for number in range(201))
    text = (
        HOUSE[: HOUSE.index("pages:")]
        + f"pages: [{{name: p, questions: [{{name: t, type: lookup, label: T, choices: [{towns}]}}]}}]\n"
    )
    catalog.publish_source(workspace, text, now=clock.now())
    files = exported(open_study(workspace, clock, "house", "house"))
    assert {row["name"]: row["codes_en"] for row in table(files["codebook.csv"])}["t"] == "codes.csv"
    codes = table(files["codes.csv"])
    assert (len(codes), codes[7]) == (201, {"file": "survey.csv", "name": "t", "code": "t7", "label_en": "Town 7"})


# --- cells and archives ---------------------------------------------------------------------------


@given(
    st.text() | st.builds("{}{}".format, st.sampled_from((*FORMULA, "'")), st.text()) | st.sampled_from(["dk", "'dk"])
)
def test_no_cell_is_a_formula_and_each_reads_back(text):
    cell = guarded(text)
    assert not cell.startswith(FORMULA)
    assert cell not in ("dk", "refused", "skipped")
    assert _unguarded(cell) == text


def test_a_zip_is_made_while_it_is_sent(clock):
    def pieces():
        for _ in range(1000):
            yield bytes(range(256)) * 64

    parts = list(zipped([("a.bin", pieces()), ("b.txt", [b"hello"])], clock.now()))
    assert len(parts) > 2
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
        assert archive.testzip() is None
        assert len(archive.read("a.bin")) == 1000 * 256 * 64
        assert archive.read("b.txt") == b"hello"


# --- the command ----------------------------------------------------------------------------------


def test_export_by_command(app, study, answer, tmp_path):
    answer(study, {"score": "9"})
    run = app.test_cli_runner().invoke
    done = run(args=["canvass", "export", "delivery", "--out", str(tmp_path / "out")])
    assert (done.exit_code, done.output) == (0, f"1 interviews of delivery written to {tmp_path / 'out'}.\n")
    (row,) = table((tmp_path / "out/survey.csv").read_bytes())
    assert row["score"] == "9"
    unknown = run(args=["canvass", "export", "nothing", "--out", str(tmp_path)])
    assert unknown.exit_code == 1
    assert "delivery" in unknown.output
    assert run(args=["canvass", "export", "delivery", "--out", str(tmp_path), "--format", "xyz"]).exit_code == 2
    (tmp_path / "file").write_text("")
    assert run(args=["canvass", "export", "delivery", "--out", str(tmp_path / "file/x")]).exit_code == 1


def test_every_format_is_documented():
    text = (Path(__file__).parents[2] / "docs/results.md").read_text()
    assert [name for name in EXPORTS.names() if f"### {name}\n" not in text] == []
