"""Lists whose choices stand in a CSV file beside the definition."""

import pytest

from app.catalog import service as catalog
from app.catalog import source
from app.catalog.list_files import LARGEST, SHOWN, beside, parsed
from app.core.problems import Problem

DEFINITION = """\
questionnaire: towns
title: Towns
languages: [en]
basis: anonymous
purpose: to know where
minutes: 1
lists:
  - {name: town, file: towns.csv}
pages:
  - name: p
    questions:
      - {name: region, type: text, label: Region}
  - name: q
    questions:
      - {name: town, type: lookup, label: Town, choices: town, choice_filter: "region = ${region}"}
"""
CSV = "name,label,region,people\nwaw,Warszawa,mz,1800000\nrad,Radom,mz,\nkrk,Kraków,mp,780000\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "towns.csv").write_text(CSV, "utf-8-sig")
    (tmp_path / "towns.yaml").write_text(DEFINITION)
    return tmp_path


def checked(folder, text=DEFINITION):
    return catalog.check(text, "towns.yaml", beside(folder / "towns.yaml"))


def said(definition):
    return [(problem.code, problem.path, problem.line) for problem in definition.problems]


def test_the_rows_become_choices_with_their_columns_as_values(folder):
    definition = checked(folder)
    assert definition.problems == ()
    assert definition.tree["lists"] == [
        {
            "name": "town",
            "file": "towns.csv",
            "choices": [
                {"name": "waw", "label": "Warszawa", "values": {"region": "mz", "people": "1800000"}},
                {"name": "rad", "label": "Radom", "values": {"region": "mz"}},
                {"name": "krk", "label": "Kraków", "values": {"region": "mp", "people": "780000"}},
            ],
        }
    ]
    assert [choice.name for choice in definition.questionnaire.questions["town"].choices] == ["waw", "rad", "krk"]
    assert source.read(source.write(definition.tree))[0] == source.read(DEFINITION)[0], "the file says the rows"


def test_labels_may_be_in_several_languages_and_cells_apart_by_semicolons():
    rows = parsed('name;label:en;label:pl\r\nw;Warsaw;"Warszawa; stolica"\r\n\r\n', "t.csv")
    assert rows == [{"name": "w", "label": {"en": "Warsaw", "pl": "Warszawa; stolica"}}]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "bad_list_file"),
        ("title,label\na,A\n", "bad_list_file"),
        ("name,region\na,A\n", "bad_list_file"),
        ("name,label,label\na,A,B\n", "bad_list_file"),
        ('name,label\na,"A\n', "bad_list_file"),
        ("name,label\n" + "a,A\n" * 100_001, "bad_list_file"),
        ("name,label\na,A\0\n", "bad_character"),
        (b"name,label\na,\xff\n", "bad_list_file"),
        (b"n" * (LARGEST + 1), "bad_list_file"),
    ],
    ids=["empty", "no name", "no label", "twice", "quote", "rows", "nul", "latin", "large"],
)
def test_a_file_that_cannot_be_a_list(folder, content, code):
    (folder / "towns.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert said(checked(folder)) == [(code, "lists[0]", 8)]


@pytest.mark.parametrize("name", ["../towns.csv", "/etc/passwd", "link.csv", "sub", "none.csv", "x" * 300])
def test_nothing_outside_the_folder_is_read(folder, name):
    (folder / "sub").mkdir()
    (folder / "link.csv").symlink_to("/etc/passwd")
    (folder / "sub" / "towns.yaml").write_text(DEFINITION)
    at = folder / "sub" if name == "../towns.csv" else folder
    assert said(checked(at, DEFINITION.replace("towns.csv", name))) == [("no_list_file", "lists[0]", 8)]


def test_a_list_has_a_file_or_choices(folder):
    both = DEFINITION.replace("file: towns.csv", "file: towns.csv, choices: [{name: a, label: A}]")
    assert said(checked(folder, both)) == [("list_twice", "lists[0]", 8)]


def test_names_that_are_there_twice_are_found_and_many_are_counted(folder):
    (folder / "towns.csv").write_text("name,label\n" + "a,A\n" * 100)
    found = checked(folder).problems
    assert [problem.code for problem in found] == [*["duplicate_choice"] * SHOWN, "more_in_list"]
    assert found[-1].text() == "There are 89 more problems in the rows of this list."


def test_fifteen_thousand_rows_are_read_at_once():
    text = "name,label,region\n" + "".join(f"t{n},Town {n},r{n % 300}\n" for n in range(15_000))
    rows = parsed(text, "towns.csv")
    assert len(rows) == 15_000


# --- a version holds the rows ---------------------------------------------------------------------


def test_a_published_version_and_its_drafts_hold_the_rows(app, ws, clock, folder):
    run = app.test_cli_runner().invoke
    assert run(args=["canvass", "check", str(folder / "towns.yaml")]).exit_code == 0
    done = run(args=["canvass", "publish", str(folder / "towns.yaml")])
    assert (done.exit_code, done.stdout) == (0, "Published towns, version 1.\n")
    (folder / "towns.csv").unlink()
    owner = catalog.by_name(ws, "towns")
    published = catalog.newest_published(ws, owner.id)
    assert "Warszawa" not in published.source
    assert catalog.questionnaire(published.id).questions["town"].choice("krk")
    broken = catalog.save_draft(ws, owner.id, "a: [", stamp=published.stamp, what="broke", now=clock.now())
    text = DEFINITION.replace("label: Town", "label: Your town")
    draft = catalog.save_draft(ws, owner.id, text, stamp=broken.stamp, what="mended", now=clock.now())
    assert catalog.recheck(draft).problems == ()
    assert draft.tree["lists"] == published.tree["lists"]
    again = catalog.publish(ws, owner.id, now=clock.now())
    assert (again.number, again.text_only_of) == (2, published.id)


def test_without_a_folder_the_problem_says_what_to_do(app, ws, clock):
    made = catalog.create(ws, "towns", DEFINITION, now=clock.now())
    (problem,) = catalog.check_publishable(ws, catalog.working(ws, made.id))
    assert (problem.code, problem.line) == ("list_not_here", 8)
    assert "write the choices out" in problem.remedy_text()


def test_the_same_definition_with_other_rows_is_another_version(app, ws, clock, folder):
    def published():
        return catalog.publish_source(ws, DEFINITION, lists=beside(folder / "towns.yaml"), now=clock.now())

    assert [published().number, published().number] == [1, 1]
    (folder / "towns.csv").write_text(CSV + "ldz,Łódź,ld,670000\n")
    assert published().number == 2


def test_a_problem_is_no_list():
    assert isinstance(parsed("a,b\n", "t.csv"), Problem)
