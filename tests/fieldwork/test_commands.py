"""`flask canvass cases add`."""

import pytest

from app.fieldwork import service


@pytest.fixture
def run(app, workspace, clock):
    clock.set(clock.now().replace(hour=17))
    return lambda *arguments: app.test_cli_runner().invoke(args=["canvass", "cases", "add", *arguments])


def test_everybody_is_added_once(workspace, study, person, run):
    for consents in (("phone",), ("phone",), ()):
        person(consents=consents)
    assert run("delivery", "--channel", "phone", "--all").output == (
        "3 added (1 of them may not be contacted), 0 known, 0 unknown.\n"
    )
    again = run("delivery", "--channel", "phone", "--all")
    assert (again.exit_code, "0 added" in again.output, "3 known" in again.output) == (0, True, True)
    assert service.counts(workspace, study.id) == {"NEW": 2, "BLOCKED": 1}


def test_a_file_names_people_and_unknown_ones_are_listed(workspace, study, person, run, staff, tmp_path):
    who, jan = person(), staff("interviewer")
    file = tmp_path / "list.csv"
    file.write_text(f"external_id\n{who.external_id}\nnobody\n")
    done = run("delivery", "--channel", "field", "--file", str(file), "--to", jan.email)
    assert done.exit_code == 3
    assert "list.csv:3: nobody has the external_id 'nobody'." in done.output
    (case,) = service.visits_of(workspace, jan.id)
    assert case.contact_id == who.id


BAD = [
    (["delivery", "--channel", "phone"], "Say who"),
    (["nothing", "--channel", "phone", "--all"], "There are: delivery"),
    (["delivery", "--channel", "field", "--all", "--to", "x@y.example"], "Nobody here has the address"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD)
def test_what_is_wrong_is_said(study, run, arguments, said):
    done = run(*arguments)
    assert done.exit_code
    assert said in done.output
