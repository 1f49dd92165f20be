"""`flask canvass contacts …` as a script uses it."""

import pytest
import xlsxwriter

from app.contacts import service


@pytest.fixture
def run(app, workspace):
    def call(*arguments: str):
        return app.test_cli_runner().invoke(args=["canvass", "contacts", *arguments])

    return call


def test_import_ends_with_a_code_a_script_can_use(run, tmp_path, workspace):
    good, bad, unusable, kept = (tmp_path / name for name in ("good.csv", "bad.csv", "unusable.csv", "kept.csv"))
    good.write_text("id,email\n1,anna@example.com\n")
    bad.write_text("id,email\n2,jan@example.com\n3,nobody\n")
    unusable.write_text("colour\nred\n")
    done = run("import", str(good))
    assert (done.exit_code, "1 new" in done.output) == (0, True), done.output
    done = run("import", str(bad), "--bad", str(kept))
    assert done.exit_code == 3
    assert "bad.csv:3: nobody is not an email address" in done.output
    assert "nobody" in kept.read_text("utf-8-sig")
    assert run("import", str(unusable)).exit_code == 2
    assert run("import", str(tmp_path / "none.csv")).exit_code == 2
    assert service.count(workspace) == 2


def test_import_with_a_mapping_and_a_dry_run(run, tmp_path, workspace):
    file = tmp_path / "people.csv"
    file.write_text("Handy;who\n512 345 678;1\n")
    options = ("--mapping", "Handy=phone", "--mapping", "who=external_id", "--region", "pl")
    done = run("import", str(file), *options, "--dry-run")
    assert (done.exit_code, done.output.startswith("Would be: 1 new")) == (0, True), done.output
    assert service.count(workspace) == 0
    assert run("import", str(file), *options).exit_code == 0
    assert service.by_external_id(workspace, "1").phone == "+48512345678"


@pytest.mark.parametrize("who", ["A-1", "anna@example.com", "+48512345678"])
def test_show(run, anna, who):
    done = run("show", who)
    assert "Anna Nowak" in done.output
    assert "sms    allowed" in done.output
    assert run("show", "nobody").exit_code == 1


def test_suppress_and_lift(run, anna, workspace):
    assert run("suppress", "A-1", "--note", "letter").exit_code == 0
    assert "refused: suppressed" in run("show", "A-1").output
    assert run("suppress", "A-1", "--lift").exit_code == 0
    assert "refused" not in run("show", "A-1").output
    assert run("suppress", "jan@example.com", "--channel", "email", "--reason", "complaint").exit_code == 0
    assert run("suppress", "nobody").exit_code == 2


YAML = "attributes:\n- name: size\n  type: choice\n  label: Size\n  choices:\n    s: Small\n    l: Large\n  personal: false\n"


def test_attributes_are_declared_from_yaml_and_printed_again(run, tmp_path, workspace):
    file = tmp_path / "attributes.yaml"
    file.write_text(YAML)
    assert run("attributes", str(file)).exit_code == 0
    assert run("attributes").output == YAML
    file.write_text(YAML.replace("choice\n", "colour\n"))
    wrong = run("attributes", str(file))
    assert (wrong.exit_code, "there is no type colour" in wrong.output) == (2, True)
    assert run("attributes").output == YAML


def test_a_workbook_is_imported(run, tmp_path, workspace):
    file = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([["id", "int:age", "name"], ["1", 41, "Anna\nNowak"], ["2", 4.5, "Jan"]]):
            sheet.write_row(number, 0, row)
    done = run("import", str(file))
    assert (done.exit_code, "people.xlsx:3: age: 4.5 is not a whole number." in done.output) == (3, True), done.output
    assert service.by_external_id(workspace, "1").name == "Anna Nowak"
    file.write_bytes(b"PK\x03\x04 damaged")
    done = run("import", str(file))
    assert (done.exit_code, "damaged or too large" in done.output) == (2, True)
