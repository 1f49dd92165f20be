"""A study's mails before they are sent."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from app.catalog import service as catalog
from app.contacts import service as contacts
from app.core.clock import FixedClock
from app.db import reading
from app.delivery.models import MessageRow
from app.interviews import service as interviews
from tests.conftest import Client
from tests.interviews.conftest import open_study
from tests.web.test_pages import open_page


@pytest.fixture
def study(workspace: str, clock: FixedClock) -> catalog.Study:
    return open_study(workspace, clock, "delivery", "post_delivery")


@pytest.fixture
def anna(workspace: str, clock: FixedClock) -> str:
    """A Polish contact's id."""
    made = contacts.upsert(
        workspace, {"name": "Anna Żółw", "email": "anna@example.org", "language": "pl"}, "test", clock.now()
    )
    assert isinstance(made, contacts.Stored)
    return made.contact_id


@pytest.fixture
def researcher(signed_in) -> Client:  # type: ignore[no-untyped-def]
    return signed_in("researcher")  # type: ignore[no-any-return]


def messages() -> list[dict[str, object]]:
    with reading() as conn:
        return [
            dict(row._mapping)
            for row in conn.execute(select(MessageRow.__table__).execution_options(every_workspace=True))
        ]


def test_the_mail_is_shown_as_a_contact_reads_it(researcher: Client, study: catalog.Study, anna: str) -> None:
    address = f"/studio/studies/{study.id}/mail"
    assert f'href="{address}"' in researcher.get(f"/studio/studies/{study.id}").text
    found = researcher.get(f"{address}?search=anna").text
    assert f"contact={anna}" in found
    for page in (f"{address}?contact={anna}", f"{address}/html?contact={anna}"):
        shown = researcher.get(page)
        assert shown.status_code == 200
        assert "Anna Żółw" in shown.text
        assert "aby dowiedzieć się, jak przebiegła dostawa" in shown.text
    assert "style-src 'unsafe-inline'" in shown.headers["Content-Security-Policy"]
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("purpose", "said"), [("reminder", "a few days ago"), ("resume", "go on where you stopped")])
def test_reminders_and_later_links_can_be_seen_too(
    researcher: Client, study: catalog.Study, purpose: str, said: str
) -> None:
    assert said in researcher.get(f"/studio/studies/{study.id}/mail?purpose={purpose}").text


def test_looking_makes_no_link_and_no_interview(
    researcher: Client, study: catalog.Study, anna: str, workspace: str
) -> None:
    page = researcher.get(f"/studio/studies/{study.id}/mail?contact={anna}").text
    (link,) = set(re.findall(r"http://localhost(/i/\w+)", page))
    assert researcher.get(link).status_code == 404
    assert interviews.interviews_of(workspace, study_id=study.id) == []
    assert messages() == []


def test_a_test_mail_goes_to_who_asks_and_counts_nowhere(
    researcher: Client, study: catalog.Study, anna: str, client: Client, workspace: str
) -> None:
    address = f"/studio/studies/{study.id}/mail"
    done = researcher.submit(f"{address}/test?contact={anna}", page=address)
    assert done.status_code == 302
    (message,) = messages()
    assert str(message["address"]).endswith("@northwind.example")
    assert str(message["subject"]).startswith("[Test] ")
    assert "Anna Żółw" in str(message["text"])
    (interview,) = interviews.interviews_of(workspace, study_id=study.id)
    assert interview.is_test
    tap = re.search(r"^7: http://localhost(\S+)", str(message["text"]), re.M)
    assert tap
    assert open_page(client, tap[1]).checked("score") == ["7"]
    stop = re.search(r"http://localhost(/u/\w+)", str(message["text"]))
    assert stop
    assert open_page(client, stop[1]).status == 200
    assert client.post(stop[1], data={"scope": "everything"}).status_code == 200
    assert contacts.suppressions(workspace, anna) == []


def test_somebody_elses_contact_is_nobody(researcher: Client, study: catalog.Study) -> None:
    page = researcher.get(f"/studio/studies/{study.id}/mail?contact=0195d0c8-7a63-7c1e-9d27-3a5be5f0a111").text
    assert "somebody whose name is not known" in page


def test_the_page_is_accessible_and_fits(
    served: str,
    context: BrowserContext,
    page: Page,
    researcher: Client,
    study: catalog.Study,
    anna: str,
    axe: Callable[[Page], None],
) -> None:
    cookie = researcher.get_cookie("session")
    assert cookie
    context.add_cookies([{"name": "session", "value": cookie.value, "url": served}])
    page.goto(f"{served}/studio/studies/{study.id}/mail?contact={anna}&search=anna")
    expect(page.frame_locator("iframe").get_by_text("Anna Żółw")).to_be_visible()
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
