"""The one write path: storing, re-routing, stale pages, the holder, finishing, declining."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import engine
from app.catalog import service as catalog
from app.contacts import service as contacts
from app.db import reading
from app.interviews import holder, links, service, settling
from app.interviews.models import InterviewEvent, InterviewRow
from tests.interviews.conftest import open_study

CONSENT = engine.Consent(True, "v1", "en")


@pytest.fixture
def interview(workspace, study, person, clock):
    made, _ = service.create(workspace, study, contact_id=person.id, occasion="d1", now=clock.now())
    return made


def send(interview, at, raw, clock, mode="web", revision=None, **fields):
    fields = {"entry": "email", "consent": CONSENT, **fields}
    submission = service.Submission(
        mode=mode, at=at, raw=raw, revision=interview.revision if revision is None else revision, **fields
    )
    return service.submit(interview.workspace_id, interview.id, submission, clock.now())


def test_creating_again_is_the_same_interview(workspace, study, person, clock):
    first, made = service.create(workspace, study, contact_id=person.id, occasion="d1", now=clock.now())
    again, made_again = service.create(workspace, study, contact_id=person.id, occasion="d1", now=clock.now())
    other, made_other = service.create(workspace, study, contact_id=person.id, occasion="d2", now=clock.now())
    assert (made, made_again, made_other) == (True, False, True)
    assert first.id == again.id != other.id


def test_an_anonymous_study_keeps_no_key_to_a_person(workspace, person, clock):
    study = open_study(workspace, clock, "quick", "csat_5", basis="anonymous")
    with pytest.raises(ValueError, match="no named contacts"):
        service.create(workspace, study, contact_id=person.id, now=clock.now())
    clock.advance(timedelta(minutes=17))
    made, _ = service.create(workspace, study, now=clock.now())
    assert made.created_at.minute == 0


def test_a_screen_is_stored_with_consent_and_leads_to_the_next(interview, clock):
    taken = send(interview, "score", {"score": "9"}, clock)
    assert isinstance(taken, service.Accepted)
    assert taken.interview.state.answers["score"].value == 9
    assert taken.interview.state.consent == CONSENT
    assert taken.interview.status == "started"
    assert service.load(interview.workspace_id, interview.id) == taken.interview


def test_the_document_is_what_the_events_tell(interview, clock):
    taken = send(interview, "score", {"score": "3"}, clock)
    taken = send(taken.interview, taken.next.at, _fill(taken.next), clock)
    stored = service.load(interview.workspace_id, interview.id)
    assert service.replayed(interview.workspace_id, interview.id) == stored.state == taken.interview.state


def test_bad_input_stores_nothing_and_shows_what_was_typed(interview, clock):
    refused = send(interview, "score", {"score": "99"}, clock)
    assert isinstance(refused, service.Refused)
    assert refused.screen.items[0].raw == "99"
    assert refused.screen.items[0].problems
    stored = service.load(interview.workspace_id, interview.id)
    assert (stored.revision, stored.state.consent) == (1, None)


def test_completing_ends_it_and_nothing_is_taken_afterwards(interview, clock):
    taken = _complete(interview, clock)
    assert (taken.interview.status, taken.interview.disposition) == ("complete", "1.1")
    again = send(taken.interview, "score", {"score": "0"}, clock)
    assert isinstance(again, service.Finished)
    assert service.load(interview.workspace_id, interview.id).state.answers["score"].value == 9


def test_two_tabs_that_answer_different_pages_lose_nothing(interview, clock):
    first = send(interview, "score", {"score": "3"}, clock)
    second = send(first.interview, first.next.at, _fill(first.next), clock)
    assert isinstance(second, service.Accepted)
    late = send(interview, first.next.at, _fill(first.next), clock, revision=first.interview.revision)
    assert isinstance(late, service.Accepted)  # the same answers sent twice


def test_a_stale_page_that_disagrees_says_so_and_keeps_what_was_typed(interview, clock):
    send(interview, "score", {"score": "3"}, clock)
    stale = send(interview, "score", {"score": "9"}, clock)
    assert isinstance(stale, service.Stale)
    assert stale.changed == {"score"}
    assert stale.screen.items[0].raw == "9"
    assert service.load(interview.workspace_id, interview.id).state.answers["score"].value == 3


def test_a_page_that_left_the_route_is_stale(interview, clock):
    detractor = send(interview, "score", {"score": "3"}, clock)
    only_for_them = [page for page in ("improve", "open", "better") if page in _pages(interview)]
    promoter = send(detractor.interview, "score", {"score": "9"}, clock)
    for page in only_for_them:
        assert isinstance(send(promoter.interview, page, {}, clock), service.Stale)
    assert isinstance(send(promoter.interview, "nowhere", {}, clock), service.Stale)


def test_an_interviewer_holds_it_and_the_person_may_take_it_back(interview, clock):
    claim = holder.claim(interview.workspace_id, interview.id, "phone", "user-1", clock.now())
    assert isinstance(claim, holder.Holder)
    other = holder.claim(interview.workspace_id, interview.id, "phone", "user-2", clock.now())
    assert isinstance(other, holder.Held)
    sms = send(interview, "score", {"score": "5"}, clock, mode="sms")
    web = send(interview, "score", {"score": "5"}, clock)
    assert isinstance(sms, service.HeldBy)
    assert isinstance(web, service.HeldBy)
    assert web.held.interviewer
    assert web.screen.items[0].raw == "5"
    assert isinstance(send(interview, "score", {"score": "5"}, clock, take_over=True), service.Accepted)
    fenced = send(interview, "score", {"score": "1"}, clock, mode="phone", token=claim.token)
    assert isinstance(fenced, service.HeldBy)
    assert not holder.renew(interview.workspace_id, interview.id, claim.token, clock.now())


def test_an_interviewer_cannot_claim_while_the_person_is_answering(interview, clock):
    send(interview, "score", {"score": "5"}, clock)
    assert isinstance(holder.claim(interview.workspace_id, interview.id, "phone", "u", clock.now()), holder.Held)
    clock.advance(holder.SELF_SERVICE)
    assert isinstance(holder.claim(interview.workspace_id, interview.id, "phone", "u", clock.now()), holder.Holder)


def test_a_lease_left_alone_expires(interview, clock):
    claim = holder.claim(interview.workspace_id, interview.id, "phone", "u", clock.now())
    clock.advance(holder.LEASE)
    assert isinstance(send(interview, "score", {"score": "5"}, clock), service.Accepted)
    assert not holder.renew(interview.workspace_id, interview.id, claim.token, clock.now())


def test_another_mode_shows_earlier_answers_only_to_who_confirms(interview, clock):
    taken = send(interview, "score", {"score": "5"}, clock)
    assert service.needs_confirmation(taken.interview, "sms")
    assert not service.needs_confirmation(taken.interview, "web")
    confirmed = service.record(interview.workspace_id, interview.id, [], clock.now(), confirmed="sms")
    assert not service.needs_confirmation(confirmed, "sms")


def test_declining_ends_it_and_keeps_the_answers(interview, clock):
    send(interview, "score", {"score": "5"}, clock)
    declined = service.decline(interview.workspace_id, interview.id, "study", "web", clock.now())
    assert (declined.status, declined.disposition) == ("declined", "2.112")
    assert isinstance(send(declined, "score", {"score": "6"}, clock), service.Finished)
    assert declined.state.answers["score"].value == 5


def test_left_alone_it_is_partial_or_a_break_off_and_can_still_be_finished(workspace, study, person, interview, clock):
    send(interview, "score", {"score": "5"}, clock)
    clock.advance(settling.LEFT_ALONE)
    assert settling.settle(clock.now()) == 1
    left = service.load(workspace, interview.id)
    assert (left.status, left.disposition) == ("partial", "1.2")
    assert isinstance(_complete(left, clock), service.Accepted)


def test_a_closed_study_takes_no_answer(workspace, study, interview, clock):
    catalog.close_study(workspace, study.id, clock.now())
    assert send(interview, "score", {"score": "5"}, clock).status == "closed"


def test_the_last_seat_is_given_once(workspace, clock):
    study = open_study(workspace, clock, "small", "csat_5", max_interviews=1)
    first, second = (service.create(workspace, study, now=clock.now())[0] for _ in range(2))
    at, raw = _first_page(first)
    assert isinstance(send(first, at, raw, clock), service.Accepted)
    full = send(second, at, raw, clock)
    assert (full.status, service.load(workspace, second.id).status) == ("quota_full", "quota_full")


def test_a_reserved_seat_that_expired_goes_to_the_next(workspace, clock):
    study = open_study(workspace, clock, "small", "post_delivery", max_interviews=1)
    first, second = (service.create(workspace, study, now=clock.now())[0] for _ in range(2))
    assert isinstance(send(first, "score", {"score": "5"}, clock), service.Accepted)
    clock.advance(timedelta(minutes=31))
    assert isinstance(send(second, "score", {"score": "5"}, clock), service.Accepted)


def test_links_expire_and_can_be_revoked(workspace, study, interview, clock):
    token = links.mint(
        workspace, study.id, purpose="invitation", interview_id=interview.id, now=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    assert len(token) == 12
    assert links.resolve(token, clock.now()).state == "good"
    assert links.resolve("x" * 12, clock.now()) is None
    assert links.resolve(token, clock.now() + timedelta(days=1)).state == "expired"
    links.revoke(workspace, interview.id, clock.now())
    assert links.resolve(token, clock.now()).state == "revoked"


def test_scale_codes_are_of_one_link_and_option(app):
    signer = app.extensions["signer"]
    codes = [links.scale_code(signer, "tokentokenaa", "score", str(n)) for n in range(11)]
    values = tuple(str(n) for n in range(11))
    assert len(set(codes)) == 11
    assert links.scale_value(signer, "tokentokenaa", "score", values, codes[3]) == "3"
    assert links.scale_value(signer, "tokentokenab", "score", values, codes[3]) is None
    assert links.scale_value(signer, "tokentokenaa", "score", values, "3") is None


def test_the_language_changes_and_the_answers_stay(interview, clock):
    taken = send(interview, "score", {"score": "5"}, clock)
    service.record(interview.workspace_id, interview.id, [engine.Language("ro")], clock.now())
    stored = service.load(interview.workspace_id, interview.id)
    assert (stored.language, stored.state.language) == ("ro", "ro")
    assert stored.state.answers == taken.interview.state.answers


def test_every_step_is_an_event_once(interview, clock):
    _complete(interview, clock)
    with reading() as conn:
        count, last = conn.execute(
            select(func.count(), func.max(InterviewEvent.seq)).where(
                InterviewEvent.workspace_id == interview.workspace_id, InterviewEvent.interview_id == interview.id
            )
        ).one()
        revision = conn.scalar(
            select(InterviewRow.revision).where(
                InterviewRow.workspace_id == interview.workspace_id, InterviewRow.id == interview.id
            )
        )
    assert count == last == revision


def test_the_contact_is_the_one_that_was_asked(workspace, interview, person):
    assert contacts.contact(workspace, interview.contact_id).name == "Anna Kowalska"


# --- helpers --------------------------------------------------------------------------------------


def _pages(interview):
    return [page.name for page in catalog.questionnaire(interview.version_id).pages]


def _first_page(interview):
    screen = service.screen(interview, "web")
    return screen.at, _fill(screen)


def _fill(screen):
    """Something valid for every item of a screen."""
    return {item.name: _valid(item) for item in screen.items if item.type not in ("note", "computed")}


def _valid(item):
    if item.choices:
        return item.choices[-1].name
    return {"integer": "30", "decimal": "1.5", "date": "2026-01-31"}.get(item.type, "some words")


def _complete(interview, clock):
    taken = send(interview, "score", {"score": "9"}, clock)
    while isinstance(taken.next, engine.Screen):
        taken = send(taken.interview, taken.next.at, _fill(taken.next), clock)
    return taken
