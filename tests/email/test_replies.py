"""What is somebody's own in a reply, and whether they want no more mails."""

import time

import pytest

from app.channels.email.replies import own_words, wants_out

ENGLISH = "Great service!\n\nOn Wed, 4 Nov 2026 at 12:00, The Shop <shop@example.com> wrote:\n> Hello Anna"
POLISH = "Było dobrze.\n\nW dniu śr., 4 lis 2026 o 12:00 Sklep\n<sklep@example.com> napisał(a):\n\n> Dzień dobry"
RUSSIAN = "Хорошо\n\n4 нояб. 2026 г. в 12:00 Магазин <shop@example.com> написал(а):\n> Привет"
ROMANIAN = "Bine\n\nÎn mie., 4 nov. 2026 la 12:00, Magazin <shop@example.com> a scris:\n> Bună"
ITALIAN = "Bene\n\nIl giorno mer 4 nov 2026 alle ore 12:00 Negozio <shop@example.com> ha scritto:\n> Ciao"
OUTLOOK = "Fine\n\n________________________________\nFrom: The Shop <shop@example.com>\nSent: Wednesday\nHello Anna"
POLISH_OUTLOOK = "Dobrze\nOd: Sklep <sklep@example.com>\nWysłano: środa\nDzień dobry"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (ENGLISH, "Great service!"),
        (POLISH, "Było dobrze."),
        (RUSSIAN, "Хорошо"),
        (ROMANIAN, "Bine"),
        (ITALIAN, "Bene"),
        (OUTLOOK, "Fine"),
        (POLISH_OUTLOOK, "Dobrze"),
        ("One\n> quoted\nTwo", "One\nTwo"),
        ("Thanks\n-- \nAnna Kowalska", "Thanks"),
        ("My friend wrote: it is good.\nI agree.", "My friend wrote: it is good.\nI agree."),
        ("On Monday it came late.\nOn Tuesday too.", "On Monday it came late.\nOn Tuesday too."),
        ("> all of it quoted", "> all of it quoted"),
    ],
)
def test_what_is_quoted_is_left_out(text, own):
    assert own_words(text) == own


@pytest.mark.parametrize(
    "words",
    [
        *(
            "STOP",
            "Stop.",
            "unsubscribe",
            "Please unsubscribe me.",
            "stop\n\nAnna Kowalska\nLong Street 5\nin a town far from here and from there",
        ),
        *("wypisz mnie", "Wypisz", "Proszę mnie wypisać z listy", "usuńcie mnie z bazy"),
        *("отпишите меня", "Отписаться"),
        *("Vă rog dezabonați-mă", "dezabonare"),
        *("cancellatemi dalla lista", "Non scrivetemi più"),
    ],
)
def test_whoever_wants_no_more_is_understood(words):
    assert wants_out("Re: your opinion", words)


@pytest.mark.parametrize(
    "words",
    [
        "The bus stop is far away.",
        "It never stops raining here, and your shop should not stop selling umbrellas.",
        "I tried for an hour and could find no way at all to unsubscribe from the paper catalogue of the other shop, mend it",
        "",
        "Dziękuję, wszystko dobrze",
    ],
)
def test_other_words_are_feedback(words):
    assert not wants_out("Re: your opinion", words)


def test_a_mail_program_that_unsubscribes_writes_a_subject():
    assert wants_out("unsubscribe", "")
    assert not wants_out("Re: Stop guessing", "I like it")


def test_a_long_mail_is_read_in_time():
    began = time.process_time()
    own_words("On 4 Nov @ " * 9 + "\n" + "On 4 wrote\n" * 20_000)
    assert time.process_time() - began < 5
