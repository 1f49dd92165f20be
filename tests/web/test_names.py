"""A question may be called as a form's own fields are: "consent" is common in imported forms."""

import pytest

from app.catalog import service as catalog
from app.interviews import service
from tests.fieldwork.conftest import call_list, open_study, person  # noqa: F401
from tests.phone.conftest import Interviewer
from tests.web.test_pages import _link, open_page

TEXTS = ("at", "form", "e", "k", "lang", "revision", "t", "kept", "do")
PICKED = "choices: [{name: a, label: A}, {name: b, label: B}]"


@pytest.fixture
def study(workspace, clock):
    texts = "".join(f"      - {{name: {name}, type: text, label: About {name}}}\n" for name in TEXTS)
    text = f"""
questionnaire: names
title: Names
languages: [en]
basis: attributable
purpose: to learn
minutes: 1
pages:
  - name: first
    questions:
      - {{name: consent, type: yes_no, label: Do you agree, dont_know: true}}
      - {{name: override, type: multiple_choice, label: Several, {PICKED}}}
      - {{name: answer, type: date, label: When}}
{texts}"""
    published = catalog.publish_source(workspace, text, now=clock.now())
    assert isinstance(published, catalog.Version), [str(problem) for problem in published]
    return open_study(workspace, clock, "names", "names")


def answers(workspace, study):
    (made,) = service.interviews_of(workspace, study_id=study.id)
    return {name: given.special or given.value for name, given in made.state.answers.items()}


def test_on_the_web(client, workspace, study, clock):
    page = open_page(client, f"/i/{_link(workspace, study, clock)}")
    sent = {f"{name}__": f"said {name}" for name in TEXTS}
    sent |= {"override__": ["a", "b"], "answer____day": "3", "answer____month": "4", "answer____year": "2026"}
    assert "Thank you" in page.send(**sent).html
    found = answers(workspace, study)
    assert {name: found[name] for name in TEXTS} == {name: f"said {name}" for name in TEXTS}
    assert (found["consent"], found["override"], found["answer"]) == (None, ("a", "b"), "2026-04-03")


def test_by_an_interviewer(workspace, study, signed_in, call_list, clock):
    call_list(of=study)
    tab = Interviewer(signed_in("interviewer"))
    page = tab.call()
    keyed = {"consent__": "special:dk", "override__": ["b"], "answer__": "3.4.2026"} | {
        f"{name}__": name for name in TEXTS
    }
    for name, typed in keyed.items():
        assert f'name="{name}"' in page.text, name
        page = tab.submit("/answer", **{name: typed})
    assert "Interview complete" in page.text
    expected = {"consent": "dk", "override": ("b",), "answer": "2026-04-03"} | {name: name for name in TEXTS}
    assert answers(workspace, study) == expected
