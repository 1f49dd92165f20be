"""Two interviews on one number, words that begin one, and what happens when nobody replies."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.catalog import service as catalog
from app.catalog.texting import Keyword, best, check_texting, texting
from app.channels.sms import conversations, inbound, timers
from app.channels.sms.models import Inbound
from app.channels.sms.turn import Text
from app.contacts import service as contacts
from app.db import reading, writing
from app.delivery import senders
from app.delivery import service as delivery
from app.delivery.models import MessageRow
from app.interviews import channel, service
from tests.interviews.conftest import open_study
from tests.sms.conftest import OURS, THEIRS
from tests.sms.test_conversation import interview, invited, phone  # noqa: F401


def compose(made, clock, purpose="invitation"):
    message = channel.get("sms").compose(made.workspace_id, made.id, purpose, clock.now())
    return message.text if message else None


def second(workspace, person, clock, **ways):
    """An interview of another study, which the person is invited to while the first waits for a reply."""
    study = open_study(workspace, clock, "effort", "ces_service", texting=ways)
    clock.advance(timedelta(minutes=1))
    return service.create(workspace, study, contact_id=person.id, occasion="e1", language="en", now=clock.now())[0]


def conversation(made):
    return conversations.of(made)


# --- two surveys on one number --------------------------------------------------------------------


def test_the_newest_has_the_replies_and_the_older_one_follows(phone, invited, workspace, person, clock):
    other = second(workspace, person, clock, several="newest")
    assert "1-7" in compose(other, clock)
    phone.reply("7")
    assert service.load(workspace, other.id).state.answers["ease"].value == 7
    said = phone.reply("skip")
    assert "0-10" in said, "the older one's question is in the same text as the thanks"
    phone.reply("3")
    assert phone.stored.state.answers["score"].value == 3


def test_in_order_the_new_one_comes_when_the_other_is_over(phone, invited, workspace, person, clock):
    other = second(workspace, person, clock, several="in_order")
    assert compose(other, clock) is None
    for reply in ("3", "1", "Cheaper, please"):
        assert "1-7" not in phone.reply(reply) or reply == "Cheaper, please"
    said = phone.reply("6")
    assert "Thank you" in said
    assert "STOP" in said, "who asks and how to stop: it is the first text of that study"
    assert conversation(other).state == "waiting"


def test_in_order_it_comes_too_when_nobody_answers_the_other(phone, invited, workspace, person, clock):
    other = second(workspace, person, clock, several="in_order")
    delivery.enqueue(workspace, channel="sms", purpose="invitation", interview_id=other.id, now=clock.now())
    compose(other, clock)
    assert timers.tick(clock.now()) == 0
    conversations.close(workspace, phone.interview.id)
    assert timers.tick(clock.now()) == 1
    assert timers.tick(clock.now()) == 0
    with reading() as conn:
        its = select(MessageRow.wave).where(MessageRow.workspace_id == workspace, MessageRow.interview_id == other.id)
        assert sorted(conn.scalars(its)) == [0, 1]
    assert "1-7" in compose(other, clock)


@pytest.mark.parametrize(("reply", "asked"), [("1", "0-10"), ("2.", "1-7"), ("two", "1-7"), ("٢", "1-7")])
def test_the_person_chooses(phone, invited, workspace, person, clock, reply, asked):
    other = second(workspace, person, clock, several="choose")
    menu = compose(other, clock)
    assert [line[:1] for line in menu.splitlines()[1:3]] == ["1", "2"]
    assert menu in (phone.reply("what?"), menu)
    assert asked in phone.reply(reply)
    states = {conversation(each).state for each in (phone.interview, other)}
    assert states == {"waiting", "queued"}


def test_the_menu_too_is_asked_in_another_language(phone, invited, workspace, person, clock):
    other = second(workspace, person, clock, several="choose")
    phone.interview = other
    english = compose(other, clock)
    polish = phone.reply("polski")
    assert (polish.splitlines()[2][0], polish != english) == ("2", True)
    assert "1-7" in phone.reply("2")


def test_who_never_chooses_is_asked_the_newest(phone, invited, workspace, person, clock):
    compose(second(workspace, person, clock, several="choose"), clock)
    assert ["1-7" in phone.reply("out of office") for _ in range(3)] == [False, False, True]


# --- words that begin an interview ----------------------------------------------------------------

WORDS = [{"word": "Shop"}]


def begin(workspace, clock, name="effort", words=WORDS, **settings):
    return open_study(workspace, clock, name, "ces_service", texting={"keywords": words}, **settings)


def test_a_word_begins_an_interview_for_anybody_and_goes_on_with_it(phone, workspace, clock):
    study = begin(workspace, clock)
    stranger = {"From": "+48600999888"}
    assert "1-7" in phone.reply(" SHOP ", **stranger)
    assert "1-7" in phone.reply("shop", **stranger)
    made = service.interviews_of(workspace, study_id=study.id)
    assert len(made) == 1
    phone.reply("5", **stranger)
    assert service.load(workspace, made[0].id).state.answers["ease"].value == 5
    assert phone.reply("Shopping", **stranger)
    assert len(service.interviews_of(workspace, study_id=study.id)) == 1


def test_the_word_of_another_study_is_no_unreadable_reply(phone, invited, workspace, clock):
    begin(workspace, clock)
    assert "1-7" in phone.reply("shop")


def test_the_most_particular_word_wins():
    class One:
        def __init__(self, id, **word):
            self.id, self.created_at, self.texting = id, id, {"keywords": [{"word": "shop", **word}]}

    def winner(number, tags, *studies):
        found = best(studies, "SHOP", number, lambda study: tags)
        return found.id if found else None

    plain, here, vip, fresh = One("a"), One("b", number=OURS), One("c", include="vip"), One("d", exclude="asked")
    assert winner("+1", [], plain, here, vip, fresh) == "d"
    assert winner("+1", ["asked"], plain, here, vip, fresh) == "a"
    assert winner("+1", ["vip"], plain, here, vip, fresh) == "c"
    assert winner(OURS, ["vip"], plain, here, vip, fresh) == "b", "4 for the number, 2 and 1 for tags"
    assert winner("+1", ["asked"], fresh) is None
    assert winner("+1", [], plain, One("e")) == "e", "the newest of those alike"


def test_a_word_that_is_taken_is_refused_when_a_study_opens(phone, workspace, clock):
    begin(workspace, clock)
    twice = {"questionnaire": "ces_service", "channels": ["sms"], "now": clock.now()}
    taken = catalog.open_study(workspace, "again", texting={"keywords": [{"word": "SHOP"}]}, **twice)
    assert [problem.code for problem in taken] == ["keyword_taken"]
    bound = {"keywords": [{"word": "shop", "number": OURS}]}
    assert isinstance(catalog.open_study(workspace, "again", texting=bound, **twice), catalog.Study)


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        *(
            ({"keywords": [{"word": word}]}, "bad_keyword")
            for word in ("STOP", "yes", "two words", "7", "seven", "polski")
        ),
        ({"keywords": [{"word": "shop"}, {"word": "SHOP"}]}, "keyword_twice"),
        ({"several": "all"}, "unknown_setting"),
        ({"encoding": "utf-8"}, "unknown_setting"),
        ({"reply_hours": -1}, "out_of_range"),
        ({"reply_hours": 48, "session_hours": 24}, "reply_after_session"),
    ],
)
def test_settings_that_are_refused(setting, code):
    assert [problem.code for problem in check_texting(setting, "confidential")] == [code]


def test_an_anonymous_study_has_no_words():
    assert [problem.code for problem in check_texting({"keywords": WORDS}, "anonymous")] == ["keyword_anonymous"]
    assert check_texting({}, "anonymous") == []
    assert texting({"keywords": WORDS}).keywords == (Keyword("Shop"),)


# --- timers ---------------------------------------------------------------------------------------


@pytest.fixture
def patient(workspace, study, clock):
    """The study asks once more after a day, and ends a conversation after three."""
    ways = {"reply_hours": 24, "session_hours": 72}
    changed = catalog.change_study(workspace, study.id, {"texting": ways}, now=clock.now())
    assert isinstance(changed, catalog.Study), changed


def nudges(workspace):
    with reading() as conn:
        its = select(MessageRow.state).where(MessageRow.workspace_id == workspace, MessageRow.purpose == "nudge")
        return list(conn.scalars(its))


def test_who_does_not_reply_is_asked_once_more_and_then_it_is_over(patient, phone, invited, workspace, clock):
    clock.advance(timedelta(hours=23))
    assert timers.tick(clock.now()) == 0
    clock.advance(timedelta(hours=1))
    assert (timers.tick(clock.now()), timers.tick(clock.now())) == (1, 0)
    assert len(nudges(workspace)) == 1
    assert "0-10" in compose(phone.interview, clock, "nudge")
    clock.advance(timedelta(hours=71))
    assert timers.tick(clock.now()) == 0, "once, and no sooner than three days after the last text it is over"
    clock.advance(timedelta(hours=1))
    timers.tick(clock.now())
    assert conversation(phone.interview).state == "expired"
    assert phone.reply("3") is None
    assert phone.stored.state.answers == {}


def test_a_stale_timer_does_nothing(patient, phone, invited, workspace, clock):
    clock.advance(timedelta(hours=24))
    (due,) = conversations.due(clock.now(), 10)
    phone.reply("3")
    assert timers.fire(workspace, due.id, due.version, clock.now()) == timers.STALE
    assert nudges(workspace) == []
    fresh = conversation(phone.interview)
    assert fresh.version > due.version
    assert timers.fire(workspace, fresh.id, fresh.version, clock.now()) == timers.STALE, "it has not run out"


def test_a_nudge_that_comes_after_the_reply_is_not_sent(patient, phone, invited, workspace, clock):
    clock.advance(timedelta(hours=24))
    timers.tick(clock.now())
    phone.reply("3")
    assert compose(phone.interview, clock, "nudge") is None


# --- messages without an id, pools of senders -----------------------------------------------------


def test_without_an_id_the_same_words_within_seconds_are_one_message(phone, invited, clock):
    text = Text("AC1", "", OURS, THEIRS, "3")
    assert inbound.receive(text, clock.now()) == "answer"
    clock.advance(timedelta(seconds=3))
    assert inbound.receive(text, clock.now()) == "repeated"
    clock.advance(timedelta(seconds=3))
    assert inbound.receive(text, clock.now()) == "answer", "said again later it is another"
    with reading() as conn:
        assert len(list(conn.scalars(select(Inbound.message_sid)))) == 2


def test_a_person_hears_from_one_number_of_the_pool(app, clock):
    numbers = [f"+1500555000{n}" for n in range(4)]
    pool = ", ".join(numbers)
    people = [f"+4860000{n:04}" for n in range(400)]
    chosen = {to: senders.sticky(pool, to) for to in people}
    shares = [list(chosen.values()).count(number) for number in numbers]
    assert min(shares) > 60, shares
    assert {to: senders.sticky(pool, to) for to in people} == chosen
    moved = sum(senders.sticky(f"{pool} +15005550009", to) != chosen[to] for to in people)
    assert moved < 130, "a fifth moves to a number that is added"
    with writing() as conn:
        senders.lock(conn, numbers[0], people[0], clock.now())
    assert senders.sticky(pool, people[0]) == numbers[0], "the one they have talked to"
    assert senders.sticky("", people[0]) == ""


def test_a_conversation_of_a_messaging_service_is_answered_to_any_of_its_numbers(phone, invited, workspace):
    its = conversation(phone.interview)
    conversations.change(its, our_number="MG0123")
    assert "1 " in phone.reply("3")


def test_messages_of_one_person_at_once_are_taken_one_after_the_other(app, phone, workspace, clock):
    """SHOP six times in the same instant makes one contact and one interview."""
    study = begin(workspace, clock)

    def arrive(number):
        with app.app_context():
            return inbound.receive(Text("AC1", f"SM{number}", OURS, "+48600999888", "SHOP"), clock.now())

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(arrive, range(6), timeout=60))
    assert outcomes.count("begun") == 6
    assert len(contacts.by_address(workspace, "sms", "+48600999888")) == 1
    (made,) = service.interviews_of(workspace, study_id=study.id)
    assert service.replayed(workspace, made.id) == made.state
