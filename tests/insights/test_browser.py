"""Results in a real browser: accessible, and no wider than a small phone."""

from datetime import timedelta

from app.interviews import settling
from tests.insights.conftest import open_study
from tests.insights.household import PEOPLE


def test_every_page_is_accessible_and_fits(served, staff_page, axe, study, household, workspace, person, answer, clock):
    typed = {"score": "4", "reasons": ["price"], "improve": "Earlier, please", "effort": "2"}
    made = answer(study, typed, contact_id=person.id, occasion="a")
    answer(study, {"score": "9", "reasons": "1", "effort": "7"}, "sms")
    anonymous = open_study(workspace, clock, "secret", "csat_5", basis="anonymous")
    for point in "12345":
        answer(anonymous, {"satisfaction": point})
    shapes = household()
    home, *_ = [answer(shapes, typed) for typed in PEOPLE]
    clock.advance(timedelta(days=2))
    settling.settle(clock.now())
    for address in (
        "/", "/search?q=delivery", "/deliveries", "/results", f"/results/{study.id}", f"/results/{anonymous.id}",
        f"/results/{study.id}/answers/improve", f"/results/{study.id}/people", f"/results/interviews/{made.id}",
        f"/results/{shapes.id}", f"/results/{shapes.id}/answers/first", f"/results/interviews/{home.id}",
    ):  # fmt: skip
        for width in (1280, 320):
            staff_page.set_viewport_size({"width": width, "height": 900})
            assert staff_page.goto(f"{served}{address}").status == 200, address
            assert staff_page.evaluate("document.documentElement.scrollWidth") <= width, address
            axe(staff_page)
