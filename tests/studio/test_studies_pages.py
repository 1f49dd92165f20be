"""From the draft to a study in the field, through HTTP."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from app.accounts.audit import trail
from app.catalog import service as catalog
from app.core.clock import FixedClock
from app.interviews import links
from app.interviews import service as interviews
from app.ui.edge import signer
from tests.catalog.conftest import SMALL
from tests.conftest import Client
from tests.studio.conftest import Studio, fields_of
from tests.studio.test_editor import SCORE, save


def publish(studio: Studio, visit: str) -> str:
    address = f"/studio/questionnaires/{visit}/publish"
    stamp = studio.working(visit).stamp
    done = studio.post(address, {"csrf_token": studio.token("/studio/questionnaires/" + visit), "stamp": stamp})
    return studio.get(done.location)


def press(studio: Studio, address: str, status: int = 302, **data: str) -> Any:
    return studio.post(address, {"csrf_token": studio.token("/studio/questionnaires/new"), **data}, status)


def new_study(studio: Studio, visit: str, status: int = 302, **typed: Any) -> Any:
    address = f"/studio/studies/new?questionnaire={visit}"
    form = studio.client.get(address).text.split('<form class="cv-form"', 1)[1].split("</form>")[0]
    return studio.post(address, fields_of(form) | typed, status)


@pytest.fixture
def study(studio: Studio, visit: str) -> catalog.Study:
    """An open study."""
    publish(studio, visit)
    made = new_study(studio, visit, channels=["web", "sms"], sites="https://www.example.com/")
    studio.get(made.location)
    press(studio, made.location + "/open")
    found = catalog.study_by_name(studio.workspace_id, "visit")
    assert found
    assert found.status == "open"
    return found


def test_publishing_shows_what_changes(studio: Studio, visit: str) -> None:
    assert "First version" in studio.get(f"/studio/questionnaires/{visit}/publish")
    assert "Version 1 is published." in publish(studio, visit)
    save(studio, visit, SCORE, **{"label-en": "Would you recommend us?"})
    page = studio.get(f"/studio/questionnaires/{visit}/publish")
    assert '<del lang="en">How likely are you to recommend us?</del>' in page
    assert '<ins lang="en">Would you recommend us?</ins>' in page
    assert "Version 2 is published." in publish(studio, visit)
    assert [entry.action for entry in trail(studio.workspace_id, subject=visit).items].count(
        "questionnaire.published"
    ) == 2


def test_a_draft_that_changed_meanwhile_is_looked_at_again(studio: Studio, visit: str) -> None:
    stamp = studio.working(visit).stamp
    save(studio, visit, SCORE, **{"label-en": "Theirs"})
    done = press(studio, f"/studio/questionnaires/{visit}/publish", stamp=stamp)
    assert "Somebody changed the draft meanwhile" in studio.get(done.location)
    assert studio.working(visit).status == "draft"


def test_a_wrong_draft_is_not_published(studio: Studio, visit: str) -> None:
    save(studio, visit, SCORE, **{"label-en": "Hello ${nobody}"})
    page = studio.get(f"/studio/questionnaires/{visit}/publish")
    assert "It cannot be published yet" in page
    press(studio, f"/studio/questionnaires/{visit}/publish", stamp=studio.working(visit).stamp)
    assert catalog.newest_published(studio.workspace_id, visit) is None


def test_a_typo_is_mended_in_a_live_study_and_nothing_else(studio: Studio, visit: str, study: catalog.Study) -> None:
    save(studio, visit, SCORE, **{"label-en": "Would you recommend us?"})
    assert "Only texts change" in studio.get(f"/studio/questionnaires/{visit}/publish")
    publish(studio, visit)
    moved = catalog.study(studio.workspace_id, study.id)
    assert moved
    assert moved.version_id != study.version_id
    save(studio, visit, SCORE, name="points")
    assert "a live study can only change its texts" in studio.get(f"/studio/questionnaires/{visit}/publish")
    press(studio, f"/studio/questionnaires/{visit}/discard")
    assert studio.working(visit).number == 2


def test_unpublishing_waits_for_the_study(studio: Studio, visit: str, study: catalog.Study) -> None:
    refused = press(studio, f"/studio/questionnaires/{visit}/unpublish")
    assert "Close the study first." in studio.get(refused.location)
    press(studio, f"/studio/studies/{study.id}/close")
    press(studio, f"/studio/questionnaires/{visit}/unpublish")
    assert catalog.newest_published(studio.workspace_id, visit) is None
    assert "Publish again" in studio.get(f"/studio/questionnaires/{visit}/publish")
    press(studio, f"/studio/questionnaires/{visit}/publish")
    assert catalog.newest_published(studio.workspace_id, visit)


def test_a_test_interview_of_the_draft(studio: Studio, visit: str) -> None:
    page = press(studio, f"/studio/questionnaires/{visit}/try", 200).text
    link = re.search(r'value="http://localhost(/i/\w+)"', page)
    assert link
    shown = studio.client.get(link[1])
    assert shown.status_code == 200
    assert "Test: these answers are not counted." in shown.text
    assert "How likely are you to recommend us?" in shown.text
    trial = catalog.study_by_name(studio.workspace_id, f"try-{visit}")
    assert trial
    assert [i.is_test for i in interviews.interviews_of(studio.workspace_id, study_id=trial.id)] == [True]
    assert trial.name not in studio.get("/studio/")
    save(studio, visit, SCORE, **{"label-en": ""})
    refused = press(studio, f"/studio/questionnaires/{visit}/try")
    assert "Mend the problems first" in studio.get(refused.location)


def test_what_was_never_published_can_be_deleted_with_its_tests(studio: Studio, visit: str) -> None:
    press(studio, f"/studio/questionnaires/{visit}/try", 200)
    assert "Delete the questionnaire" in studio.get(f"/studio/questionnaires/{visit}/publish")
    gone = press(studio, f"/studio/questionnaires/{visit}/delete")
    assert "Your visit is deleted." in studio.get(gone.location)
    studio.get(f"/studio/questionnaires/{visit}", 404)
    again = catalog.create(studio.workspace_id, "visit", SMALL, now=studio.now())
    assert isinstance(again, catalog.Entry)


def test_what_was_published_stays(studio: Studio, visit: str, study: catalog.Study) -> None:
    assert "Delete the questionnaire" not in studio.get(f"/studio/questionnaires/{visit}/publish")
    refused = press(studio, f"/studio/questionnaires/{visit}/delete")
    assert "It was published." in studio.get(refused.location)
    assert studio.working(visit).number == 1


def test_a_study_that_waits_keeps_its_questionnaire(studio: Studio, visit: str) -> None:
    press(studio, f"/studio/questionnaires/{visit}/try", 200)
    new_study(studio, visit, channels=["web"])
    refused = press(studio, f"/studio/questionnaires/{visit}/delete")
    assert "The study visit was prepared with it." in studio.get(refused.location)
    trial = catalog.trial_of(studio.workspace_id, visit)
    assert trial
    assert len(interviews.interviews_of(studio.workspace_id, study_id=trial.id)) == 1


def test_a_study_is_prepared_opened_changed_and_closed(studio: Studio, visit: str, study: catalog.Study) -> None:
    assert study.sites == ("https://www.example.com",)
    assert (study.channels, dict(study.partial)) == (("web", "sms"), {"answered": ["score"]})
    address = f"/studio/studies/{study.id}/settings"
    form = studio.client.get(address).text.split('<form class="cv-form"', 1)[1].split("</form>")[0]
    typed = {
        "reminders": "3, 7",
        "closes_at": "2026-12-24T18:00",
        "wording-en-subject": "How was it?",
        "wording-pl-script": "Dzień dobry",
        "senders-email": "ask@example.com",
    }
    studio.post(address, fields_of(form) | typed)
    changed = catalog.study(studio.workspace_id, study.id)
    assert changed
    assert (changed.reminders, changed.wording, changed.call_script, changed.senders) == (
        (3, 7),
        {"en": {"subject": "How was it?"}},
        {"pl": "Dzień dobry"},
        {"email": "ask@example.com"},
    )
    assert changed.closes_at
    assert changed.closes_at.isoformat() == "2026-12-24T18:00:00+00:00"  # the workspace keeps UTC
    form = studio.client.get(address).text.split('<form class="cv-form"', 1)[1].split("</form>")[0]
    studio.post(address, fields_of(form))
    assert catalog.study(studio.workspace_id, study.id) == changed
    press(studio, f"/studio/studies/{study.id}/close")
    assert "Open again" in studio.get(f"/studio/studies/{study.id}")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "Bad Name"}, "cannot be used"),
        ({"name": ""}, "Give it a name."),
        ({"reminders": "soon"}, "Write whole numbers of days"),
        ({"link_days": "many"}, "integer"),
        ({"sites": "example"}, "example is not the address of a site."),
        ({"basis": "secret"}, "is not a basis for asking"),
        ({"closes_at": "tomorrow"}, "valid datetime"),
        ({"senders-email": "a\r\nBcc: b"}, "single line"),
    ],
)
def test_a_wrong_setting_is_said_and_nothing_typed_is_lost(
    studio: Studio, visit: str, typed: dict[str, str], said: str
) -> None:
    page = new_study(studio, visit, 422, **typed, title="Kept as typed").text
    assert said in page
    assert "Kept as typed" in page
    assert catalog.studies(studio.workspace_id) == []


def test_links_of_a_study(studio: Studio, study: catalog.Study) -> None:
    address = f"/studio/studies/{study.id}/link"
    public = press(studio, address, 200, purpose="public").text
    link = re.search(r'value="http://localhost(/i/\w+)"', public)
    assert link
    assert "How likely are you to recommend us?" in studio.client.get(link[1]).text
    assert interviews.interviews_of(studio.workspace_id, study_id=study.id) == []
    test = press(studio, address, 200, purpose="test").text
    assert "/i/" in test
    assert [i.is_test for i in interviews.interviews_of(studio.workspace_id, study_id=study.id)] == [True]
    embed = press(studio, address, 200, purpose="embed").text
    assert "https://www.example.com" in embed
    script = re.search(r'src="http://localhost(/embed/\w+\.js)"', unescape(embed))
    assert script
    assert studio.client.get(script[1]).status_code == 200
    with studio.client.application.app_context():
        assert links.embed_secret(signer(), study.id) in embed
    press(studio, address, 400, purpose="other")


def test_a_public_link_follows_the_dates_of_its_study(studio: Studio, study: catalog.Study, clock: FixedClock) -> None:
    def closes(days: int) -> None:
        until = {"closes_at": clock.now() + timedelta(days=days)}
        assert isinstance(catalog.change_study(studio.workspace_id, study.id, until, now=clock.now()), catalog.Study)

    closes(2)
    page = press(studio, f"/studio/studies/{study.id}/link", 200, purpose="public").text
    link = re.search(r'value="http://localhost(/i/\w+)"', page)
    assert link
    closes(300)
    clock.advance(timedelta(days=200))
    assert "How likely are you to recommend us?" in studio.client.get(link[1]).text
    clock.advance(timedelta(days=101))
    assert "How likely are you to recommend us?" not in studio.client.get(link[1]).text


def test_nothing_is_written_by_looking(studio: Studio, study: catalog.Study, visit: str) -> None:
    before = (catalog.studies(studio.workspace_id), studio.working(visit), len(trail(studio.workspace_id).items))
    for address in (
        f"/studio/studies/{study.id}",
        "/studio/",
        f"/studio/studies/{study.id}/settings",
        "/studio/studies/new",
    ):
        studio.get(address)
    for action in ("open", "close", "link"):
        assert studio.client.get(f"/studio/studies/{study.id}/{action}").status_code == 405
    assert before == (
        catalog.studies(studio.workspace_id),
        studio.working(visit),
        len(trail(studio.workspace_id).items),
    )


def test_a_manager_looks_on(study: catalog.Study, signed_in: Callable[..., Client]) -> None:
    manager = signed_in("manager")
    page = manager.get(f"/studio/studies/{study.id}")
    assert page.status_code == 200
    assert "Make a test link" not in page.text
    assert manager.get(f"/studio/studies/{study.id}/settings").status_code == 403


def test_a_panel_is_set_in_the_form_and_its_key_is_on_the_page(
    studio: Studio, visit: str, study: catalog.Study
) -> None:
    address = f"/studio/studies/{study.id}"
    assert "Signatures of the panel" not in studio.get(address)
    form = studio.client.get(address + "/settings").text.split('<form class="cv-form"', 1)[1].split("</form>")[0]
    back = "https://panel.example/end?st=c"
    studio.post(address + "/settings", fields_of(form) | {"panel-complete": back, "panel-signed": "y"})
    changed = catalog.study(studio.workspace_id, study.id)
    assert changed
    assert changed.panel == {"redirects": {"complete": back}, "signed": True}
    with studio.client.application.app_context():
        assert links.panel_secret(signer(), study.id) in studio.get(address)
    again = studio.client.get(address + "/settings").text.split('<form class="cv-form"', 1)[1].split("</form>")[0]
    studio.post(address + "/settings", fields_of(again))
    assert catalog.study(studio.workspace_id, study.id) == changed
    refused = studio.post(address + "/settings", fields_of(again) | {"panel-complete": "panel.example"}, 422)
    assert "is not an address to send people to" in unescape(refused.text)
