"""The interviewer's page of each kind of question: accessible, whole at 320 px, answered by keyboard."""

import pytest
from playwright.sync_api import expect

from app.catalog import service as catalog
from app.fieldwork import service as fieldwork
from app.interviews import service as interviews
from tests.browser import press_keys, write
from tests.fieldwork.conftest import open_study
from tests.phone.test_keyboard import answered, fits, tab  # noqa: F401

DEFINITION = """
questionnaire: kinds
title: Kinds
languages: [ar]
basis: attributable
purpose: to learn
minutes: 1
pages:
  - name: all
    questions:
      - name: best
        type: ranking
        label: ما الأهم
        choices: [{name: price, label: السعر}, {name: speed, label: السرعة}, {name: staff, label: الموظفون}]
      - {name: town, type: lookup, label: أي مدينة, choices: [{name: cai, label: القاهرة}, {name: alx, label: الإسكندرية}]}
      - {name: seen, type: datetime, label: متى}
      - {name: agree, type: consent, label: نود الاتصال بك مرة أخرى}
      - {name: how, type: matrix_single, label: كيف كان, choices: [{name: bad, label: سيئ}, {name: good, label: جيد}],
         rows: [{name: price, label: السعر}, {name: staff, label: الموظفون}]}
  - repeat: member
    title: شخص ${position|}
    count: "2"
    pages: [{name: who, questions: [{name: first, type: text, label: الاسم}]}]
"""


@pytest.fixture
def study(workspace, clock):
    published = catalog.publish_source(workspace, DEFINITION, now=clock.now())
    assert isinstance(published, catalog.Version), [str(problem) for problem in published]
    return open_study(workspace, clock, "kinds", "kinds")


def test_each_kind_by_keyboard(workspace, study, call_list, tab, fits):
    call_list(language="ar")
    (case,) = fieldwork.cases_in(workspace, ["NEW"])
    page = tab("interviewer")
    for shown in ("Before you call", "May we begin?"):
        press_keys(page, "Enter")
        expect(page.get_by_text(shown)).to_be_visible()
    press_keys(page, "Enter")  # they agree
    expect(page.get_by_text("ما الأهم")).to_be_visible()
    expect(page.locator(".ph-order li")).to_have_count(3)
    assert page.locator(".ph-read").evaluate("element => getComputedStyle(element).direction") == "rtl"
    fits(page, "ranking")
    write(page, "3 1")
    press_keys(page, "Enter")
    expect(page.get_by_text("أي مدينة")).to_be_visible()
    fits(page, "lookup")
    write(page, "القاه")
    press_keys(page, "Enter")
    expect(page.get_by_text("متى")).to_be_visible()
    write(page, "3.4.2026 14.30")
    press_keys(page, "Enter")
    expect(page.get_by_text("نود الاتصال")).to_be_visible()
    fits(page, "consent")
    press_keys(page, "1", "Enter")
    expect(page.get_by_text("Row 1 of 2.")).to_be_visible()
    fits(page, "row")
    press_keys(page, "2", "Enter")
    expect(page.get_by_text("Row 2 of 2.")).to_be_visible()
    press_keys(page, "1", "Enter")
    for row, name in enumerate(("Ann", "Ben"), 1):
        expect(page.get_by_role("heading", name=f"شخص {row}")).to_be_visible()
        fits(page, f"person {row}")
        write(page, name)
        press_keys(page, "Enter")
    expect(page.get_by_role("heading", name="Interview complete")).to_be_visible()
    assert answered(workspace, case.interview_id) == {
        "best": ("staff", "price"), "town": "cai", "seen": "2026-04-03T14:30", "agree": "yes",
        "how__price": "good", "how__staff": "bad", "first[1]": "Ann", "first[2]": "Ben",
    }  # fmt: skip
    assert interviews.load(workspace, case.interview_id).status == "complete"
