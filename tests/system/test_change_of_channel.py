"""One interview on web, SMS and phone: every ordered pair, changing after each question, also after one that was just refused; and
every pair that wants it at the same time."""

from datetime import timedelta
from itertools import permutations

import pytest

from app import engine
from app.catalog import service as catalog
from app.interviews import holder, service
from tests.interviews.conftest import open_study, person  # noqa: F401

CHANNELS = ("web", "sms", "phone")
ENTRIES = {"web": "email", "sms": "sms", "phone": "call"}
# question -> a good answer (as a page or an interviewer sends it), the same by SMS, and one that is refused everywhere
ANSWERS = {
    "score": ("4", "4", "11"),
    "reasons": (["price", "other"], "4 7", "99"),
    "reasons_other": ("The colour", "The colour", "x" * 201),
    "improve": ("Cheaper, please", "Cheaper, please", "x" * 2001),
    "effort": ("2", "2", "8"),
}
QUESTIONS = list(ANSWERS)
EXPECTED = {
    "score": 4,
    "reasons": ("price", "other"),
    "reasons_other": "The colour",
    "improve": "Cheaper, please",
    "effort": 2,
}
APART = holder.SELF_SERVICE + timedelta(minutes=1)


class Conversation:
    """An interview, and somebody who answers it question by question on whichever channel."""

    def __init__(self, interview, clock):
        self.workspace_id, self.id, self.clock = interview.workspace_id, interview.id, clock

    @property
    def interview(self):
        return service.load(self.workspace_id, self.id)

    def move(self, channel):
        """The last channel has let go; whom the new one reaches says who they are."""
        self.clock.advance(APART)
        if service.needs_confirmation(self.interview, channel):
            service.record(self.workspace_id, self.id, [], self.clock.now(), confirmed=channel)

    def send(self, channel, question, bad=False):
        token = None
        if channel == "phone":
            claim = holder.claim(self.workspace_id, self.id, "phone", "jan", self.clock.now())
            if isinstance(claim, holder.Held):
                return claim
            token = claim.token
        interview = self.interview
        screen = service.screen(interview, channel)
        assert isinstance(screen, engine.Screen)
        asked = [question] if channel != "web" else [item.name for item in screen.items]
        assert question in asked, (question, asked)
        given = {name: ANSWERS[name][1 if channel == "sms" else 0] for name in asked}
        if bad:
            given[question] = ANSWERS[question][2]
        consent = engine.Consent(True, "v1", interview.language)
        submission = service.Submission(
            channel, ENTRIES[channel], screen.at, given, interview.revision, token=token, consent=consent
        )
        return service.submit(self.workspace_id, self.id, submission, self.clock.now())

    def answer(self, channel, until=None):
        """Go on to the end, or until that question is next."""
        while isinstance(screen := service.screen(self.interview, channel), engine.Screen):
            question = next(item.name for item in screen.items if item.name in ANSWERS)
            if until and QUESTIONS.index(question) >= QUESTIONS.index(until):
                return
            outcome = self.send(channel, question)
            assert isinstance(outcome, service.Accepted), outcome


@pytest.fixture
def conversation(workspace, clock, person):
    study = open_study(workspace, clock, "delivery", "post_delivery")
    return Conversation(
        service.create(workspace, study, contact_id=person.id, now=clock.now(), language="en")[0], clock
    )


@pytest.mark.parametrize("refused", [False, True], ids=["", "after-a-refused-answer"])
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(("first", "then"), list(permutations(CHANNELS, 2)), ids="-to-".join)
def test_every_change(conversation, workspace, first, then, question, refused):
    conversation.answer(first, until=question)
    before = conversation.interview.state
    if refused:
        again = conversation.send(first, _waiting(conversation, first), bad=True)
        assert isinstance(again, service.Refused), again
        assert conversation.interview.state == before, "a refused answer changes something"
    conversation.move(then)
    conversation.answer(then)
    done = conversation.interview
    assert done.status == "complete"
    assert {name: answer.value for name, answer in done.state.answers.items()} == EXPECTED
    assert {answer.mode for answer in done.state.answers.values()} <= {first, then}
    assert service.replayed(workspace, done.id) == done.state


def _waiting(conversation, channel):
    """A question of the screen that waits."""
    screen = service.screen(conversation.interview, channel)
    assert isinstance(screen, engine.Screen)
    return next(item.name for item in screen.items if item.name in ANSWERS)


def test_an_answer_that_makes_another_one_invalid_masks_it_on_the_next_channel(conversation, clock):
    """On the web the score is 4 and says why; by SMS it becomes 9: nobody is asked to improve, the text stays and comes back."""
    conversation.answer("web", until="effort")
    conversation.move("phone")
    claim = holder.claim(conversation.workspace_id, conversation.id, "phone", "jan", clock.now())

    def score(value):
        submission = service.Submission(
            "phone", "call", "score", {"score": value}, conversation.interview.revision, token=claim.token
        )
        outcome = service.submit(conversation.workspace_id, conversation.id, submission, clock.now())
        assert isinstance(outcome, service.Accepted), outcome
        questionnaire = catalog.questionnaire(outcome.interview.version_id)
        return engine.values(questionnaire, outcome.interview.state), outcome.interview.state

    values, state = score("9")
    assert not values.get("improve")
    assert state.answers["improve"].value == "Cheaper, please"
    values, _ = score("4")
    assert values["improve"] == "Cheaper, please"


@pytest.mark.parametrize(
    ("has", "wants", "outcome"),
    [
        ("web", "sms", "held"),
        ("sms", "web", "held"),
        ("web", "phone", "refused"),
        ("sms", "phone", "refused"),
        ("phone", "web", "held"),
        ("phone", "sms", "held"),
        ("web", "web", "accepted"),
        ("sms", "sms", "accepted"),
    ],
    ids=lambda value: value,
)
def test_two_channels_want_it_at_once(conversation, has, wants, outcome):
    """Who answers has it for a while: others wait, and nothing of theirs is applied; a call is not begun at all."""
    conversation.send(has, "score")
    before = conversation.interview.state
    if wants != has and wants != "phone":
        service.record(conversation.workspace_id, conversation.id, [], conversation.clock.now(), confirmed=wants)
    got = conversation.send(wants, "reasons")
    if outcome == "accepted":
        assert isinstance(got, service.Accepted)
        return
    assert isinstance(got, holder.Held if outcome == "refused" else service.HeldBy), got
    held = got if outcome == "refused" else got.held
    assert (held.channel, held.interviewer) == (has, has == "phone")
    assert conversation.interview.state == before
    conversation.move(wants)
    assert isinstance(conversation.send(wants, "reasons"), service.Accepted)


def test_the_person_who_insists_takes_it_from_the_interviewer_and_nobody_loses_an_answer(conversation, clock):
    claim = holder.claim(conversation.workspace_id, conversation.id, "phone", "jan", clock.now())
    conversation.send("phone", "score")
    submission = service.Submission(
        "web", "email", "why", {"reasons": ["price"], "improve": "x"}, conversation.interview.revision, take_over=True
    )
    assert isinstance(
        service.submit(conversation.workspace_id, conversation.id, submission, clock.now()), service.Accepted
    )
    late = service.Submission(
        "phone", "call", "effort", {"effort": "1"}, conversation.interview.revision, token=claim.token
    )
    refused = service.submit(conversation.workspace_id, conversation.id, late, clock.now())
    assert isinstance(refused, service.HeldBy)
    assert {name for name, answer in conversation.interview.state.answers.items() if not answer.blank} == {
        "score", "reasons", "improve"}  # fmt: skip
