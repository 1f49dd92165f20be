"""A screen as a text message, and what it costs."""

import pytest

from app import engine
from app.core.segments import measure
from app.engine import replies
from app.rendering import sms
from app.rendering.consent import statement
from tests.engine.helpers import compiled, typed
from tests.rendering.samples import NOW, TERMS, Q, refused, screen, state


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Zażółć gęślą jaźń – „tak”…", 'Zazolc gesla jazn - "tak"...'),
        ("Mulțumesc, știți?", "Multumesc, stiti?"),
        ("è già così", "è già così"),
        ("Привет", "Привет"),
    ],
)
def test_downgrading_drops_accents_only_where_that_is_enough(message, expected):
    assert sms.downgrade(message) == expected


def test_the_first_message_introduces_and_asks():
    said = sms.text(screen("score", "sms", consent=False), str, statement(TERMS, "sms", "en", str))
    assert said.startswith("Acme & Co asks you a few questions, about 2 min, in order to learn.")
    assert "STOP" in said
    assert said.endswith("Recommend?\n0 = Not at all likely, 10 = Extremely likely\nReply 0-10.")


def test_later_messages_do_not_introduce_again():
    assert sms.text(screen("score", "sms"), str, statement(TERMS, "sms", "en", str)).startswith("Recommend?")


def test_options_are_numbered_and_skipping_is_said():
    assert sms.text(screen("again", "sms"), str) == "Again?\n1 Yes\n2 No\nReply with the number. Or reply SKIP."
    assert replies.skips("SKIP")


def test_a_note_goes_before_its_question():
    assert sms.text(screen("reasons", "sms"), str).startswith("Read this first.\nWhy <now>?")


def test_a_wrong_reply_is_explained_and_asked_again_in_one_message():
    said = sms.text(refused("reasons", {"reasons": "abc"}, "sms"), str)
    first, *rest = said.split("\n")
    assert first == "Choose one of the options: 1-3."
    assert rest[0] == "Why <now>?"
    assert rest[-1] == "Or reply: Don’t know."


def test_what_is_offered_is_understood():
    """Each number named in the message is an answer."""
    now = state(first=True)
    shown = engine.next_screen(Q, now, "sms", "reasons")
    assert isinstance(shown, engine.Screen)
    for choice in shown.items[0].choices:
        assert f"\n{choice.number} {choice.label}" in sms.text(shown, str)
        outcome = engine.answer(Q, now, "reasons", {"reasons": str(choice.number)}, "sms", NOW)
        assert isinstance(outcome, engine.Accepted)
        assert outcome.state.answers["reasons"].value == (choice.name,)


def test_the_last_message_thanks():
    assert sms.ending(engine.End("complete", "en"), str, "Acme") == "Thank you. Your answers have been sent to Acme."
    assert "closed" in sms.ending(engine.End("quota_full", "en"), str, "Acme")


@pytest.mark.parametrize("kind", sms.CONFIRMATIONS)
def test_confirmations_need_what_they_say(kind):
    said = sms.confirmation(kind, str, organisation="Acme", contact="+48", name="J.", url="https://x.example/i/a")
    assert said
    assert "{" not in said
    assert measure(said)[0] == "GSM-7"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("warm", "How warm?\n-10 = cold, 10 = hot\nReply with a number from -10 to 10. Or reply SKIP."),
        ("clock", "What time?\nReply with a time, for example 14:30. Or reply SKIP."),
        ("agree", "May we call you?\nReply YES or NO. Or reply SKIP."),
        (
            "order",
            "What matters most?\n1 Price\n2 Speed\n3 Staff\n"
            "Reply with the numbers in order, best first, for example 2 1 3. Or reply SKIP.",
        ),
        ("town", "Which town?\nReply with the name or its beginning. Or reply SKIP."),
        ("pet", "Which one?\nThis question needs a screen. Go on here: https://x Or reply SKIP."),
        ("receipt", "The receipt?\nThis question needs a screen. Go on here: https://x Or reply SKIP."),
    ],
)
def test_how_each_type_is_asked(name, said):
    asked = screen(name, "sms")
    assert sms.text(asked, str, url="https://x") == said
    assert sms.needs_link(asked) == ("https://x" in said)


def test_a_question_of_a_repeat_says_of_which_row_it_asks():
    q = compiled("""
pages:
  - repeat: member
    title: Person ${position|}
    count: 2
    pages: [{name: who, questions: [{name: age, type: integer, label: Age?, required: yes}]}]
""")
    second = engine.next_screen(q, typed(q, {"age[1]": "40"}, channel="sms"), "sms")
    assert sms.text(second, str).startswith("Person 2\nAge?\n")
