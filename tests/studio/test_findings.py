"""What the checks find, in the researcher's pages."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from app.catalog import service as catalog
from app.proofs.finding import SEVERITIES
from app.studio.explaining import explanations
from tests.engine.problem_codes import codes
from tests.studio.conftest import Studio

HEAD = """\
questionnaire: checked
title: {en: Checked}
languages: [en]
basis: confidential
purpose: {en: to see what is found}
minutes: 3
pages:
  - name: first
    questions:
      - {name: age, type: integer, label: Your age, min: 0, max: 120, required: true}
      - {name: owns, type: yes_no, label: Your own car, required: true}
  - name: second
    questions:
"""
STUCK = """\
      - name: kind
        type: single_choice
        label: The car
        required: true
        choices:
          - {name: old, label: An old one, relevant: age >= 18}
          - {name: new, label: A new one, relevant: "owns = 'yes'"}
"""
ODD = """\
      - {name: licence, type: text, label: The licence, relevant: age < 10 and age > 20}
      - {name: photo, type: file, label: A picture of the car}
      - {name: go_on, type: single_choice, label: Going on, choices: [{name: x, label: Stop}, {name: y, label: Go on}]}
"""


@pytest.fixture
def make(studio: Studio) -> Callable[[str], str]:
    """Make a questionnaire of a text; returns the address of its pages."""

    def make(text: str) -> str:
        made = catalog.create(studio.workspace_id, "checked", text, now=studio.now())
        assert isinstance(made, catalog.Entry)
        return f"/studio/questionnaires/{made.id}"

    return make


def test_a_dead_end_stands_beside_its_question_and_blocks(studio: Studio, make: Callable[[str], str]) -> None:
    address = make(HEAD + STUCK)
    page = studio.get(f"{address}?at=pages.1.questions.0")
    assert "Who says this must answer kind, but is offered nothing to choose." in page
    assert "For example: age = " in page
    assert "1 problem" in page
    review = studio.get(f"{address}/publish")
    assert "It cannot be published yet" in review
    assert ">Publish</button>" not in review
    assert "age = " in review
    assert "owns = no" in review
    identifier = address.rsplit("/", 1)[1]
    done = catalog.publish(studio.workspace_id, identifier, now=studio.now())
    assert isinstance(done, list)
    assert [problem.code for problem in done] == ["dead_end"]


def test_warnings_and_notes_are_shown_and_keep_nobody(studio: Studio, make: Callable[[str], str]) -> None:
    address = make(HEAD + ODD)
    aside = studio.get(f"{address}?at=pages.1.questions.0").split('id="aside"', 1)[1]
    assert "“age < 10 and age > 20” can never be true." in aside
    assert "contradiction" in studio.get(f"{address}/publish")
    assert "can never be true" in studio.get(f"{address}/source")
    review = studio.get(f"{address}/publish")
    assert "Who replies “Stop” by SMS" in review
    assert "What each channel can do" in review
    assert "not at all" in review
    assert ">Publish</button>" in review


def test_the_channels_of_its_studies_decide_what_is_a_warning(studio: Studio, make: Callable[[str], str]) -> None:
    address = make(HEAD + ODD)
    identifier = address.rsplit("/", 1)[1]
    before = studio.get(f"{address}/publish").split("Worth a second look")[1].split("</div>")[0]
    assert "On phone" not in before
    assert isinstance(catalog.publish(studio.workspace_id, identifier, now=studio.now()), catalog.Version)
    opened = catalog.open_study(
        studio.workspace_id, "calls", questionnaire="checked", channels=["phone"], now=studio.now()
    )
    assert isinstance(opened, catalog.Study)
    draft = catalog.working(studio.workspace_id, identifier)
    changed = draft.source.replace("A picture", "One picture")
    catalog.save_draft(studio.workspace_id, identifier, changed, stamp=draft.stamp, what="edit", now=studio.now())
    after = studio.get(f"{address}/publish").split("Worth a second look")[1].split("</div>")[0]
    assert "On phone: No file can be sent here" in after


def test_every_code_leads_to_what_is_written_about_it(studio: Studio, make: Callable[[str], str]) -> None:
    address = make(HEAD + STUCK + ODD)
    for page in ("?at=pages.1.questions.0", "?at=pages.1.questions.1", "/publish", "/source"):
        links = set(re.findall(r'href="(/studio/explained/\w+)"', studio.get(address + page)))
        assert links, page
        assert all("cv-panel" in studio.get(link) for link in links)
    dead_end = studio.get("/studio/explained/dead_end")
    assert "<p>Somebody must answer a question (<code>required</code>, without <em>don't know</em>" in dead_end
    studio.get("/studio/explained/nothing", 404)


def test_every_code_that_the_studio_shows_is_explained_and_no_text_leads_nowhere() -> None:
    mine = ("app/engine/", "app/core/", "app/catalog/", "app/files/", "app/proofs/")
    shown = {code for code, files in codes().items() if any(file.startswith(mine) for file in files)}
    assert shown | set(SEVERITIES) <= set(explanations())
    assert not [text for texts in explanations().values() for text in texts if "href" in text]


@pytest.mark.browser
def test_findings_are_accessible_and_fit(
    served: str,
    context: BrowserContext,
    page: Page,
    studio: Studio,
    make: Callable[[str], str],
    axe: Callable[[Page], None],
    tmp_path: Path,
) -> None:
    cookie = studio.client.get_cookie("session")
    assert cookie
    context.add_cookies([{"name": "session", "value": cookie.value, "url": served}])
    address = make(HEAD + STUCK + ODD)
    pages = {"editor": f"{address}?at=pages.1.questions.0", "explained": "/studio/explained/dead_end"}
    pages |= {"source": f"{address}/source", "publish": f"{address}/publish"}
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for name, path in pages.items():
            page.goto(served + path)
            page.wait_for_load_state("networkidle")
            page.evaluate("document.querySelectorAll('main details').forEach(folded => { folded.open = true })")
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            page.screenshot(path=folder / f"findings-{name}-{width}.png", full_page=True)
