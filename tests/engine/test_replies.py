"""What people reply by SMS, in the five languages, and what is made of it."""

from datetime import date

import pytest
from babel.dates import format_date
from num2words import num2words

from app.core.problems import Problem
from app.engine.keywords import LANGUAGES, keyword
from app.engine.numerals import number_word
from app.engine.patience import Patience, patience
from app.engine.reading import read
from app.engine.types.moments import day
from tests.engine.helpers import compiled
from tests.engine.test_types import question

WRONG_THERE = {("it", number) for number in range(118, 1000, 100)}
"""num2words says centodicotto."""
ONE = (
    "type: single_choice, label: L, choices: [{name: price, label: Price, synonyms: [cost, tanio, дешево]},"
    " {name: service, label: Service}, {name: selection, label: Selection}, {name: none, label: Nothing of this}]"
)
SEVERAL = ONE.replace("single", "multiple").replace("name: none,", "name: none, exclusive: true,")
INTEGER = "type: integer, label: L, min: 0, max: 900"
DATE = "type: date, label: L"

ROWS = [
    (ONE, "1", "price"),
    (ONE, " 2. ", "service"),
    (ONE, "٣", "selection"),
    (ONE, "۳", "selection"),
    (ONE, "৩", "selection"),
    (ONE, "PRICE!", "price"),
    (ONE, "cost", "price"),
    (ONE, "Tanio", "price"),
    (ONE, "дешево", "price"),
    (ONE, "ser", "service"),
    (ONE, "se", "not_an_option"),  # two begin so
    (ONE, "servise", "service"),
    (ONE, "pricr", "price"),
    (ONE, "cots", "not_an_option"),  # four letters are too few for a slip
    (ONE, "12", "not_an_option"),  # a number is never guessed
    (ONE, "5", "not_an_option"),
    (ONE, "trzy", "selection"),
    (SEVERAL, "1,3", ("price", "selection")),
    (SEVERAL, "1 3", ("price", "selection")),
    (SEVERAL, "1 and 3", ("price", "selection")),
    (SEVERAL, "1 i 3", ("price", "selection")),
    (SEVERAL, "1 oraz 3", ("price", "selection")),
    (SEVERAL, "1 и 3", ("price", "selection")),
    (SEVERAL, "1 și 3", ("price", "selection")),
    (SEVERAL, "1 e 3", ("price", "selection")),
    (SEVERAL, "1, 2 and 3", ("price", "service", "selection")),
    (SEVERAL, "1 2 i 3", ("price", "service", "selection")),
    (SEVERAL, "١، ٣", ("price", "selection")),
    (SEVERAL, "one and three", ("price", "selection")),
    (SEVERAL, "uno tre", ("price", "selection")),
    (SEVERAL, "cost, serv", ("price", "service")),
    (SEVERAL, "price and selection", ("price", "selection")),
    (SEVERAL, "nothing of this", ("none",)),
    (SEVERAL, "1 4", "exclusive_choice"),
    (SEVERAL, "price and nothing of this", "exclusive_choice"),
    (SEVERAL, "1 and", ("price",)),
    (SEVERAL, "1 9", "not_an_option"),
    (SEVERAL, "13", "not_an_option"),
    (SEVERAL, ",", "not_an_option"),
    (INTEGER, "twenty-one", 21),
    (INTEGER, "dwieście trzydzieści cztery", 234),
    (INTEGER, "сто пять", 105),
    (INTEGER, "o sută douăzeci și unu", 121),
    (INTEGER, "trentotto", 38),
    (INTEGER, "a thousand", "out_of_range"),
    (INTEGER, "twenty twelve", "not_whole"),
    (INTEGER, "৪২", 42),
    (DATE, "2026-5-3", "2026-05-03"),
    (DATE, "3/5/2026", "2026-05-03"),
    (DATE, "3 maja 2026", "2026-05-03"),
    (DATE, "May 3rd, 2026", "2026-05-03"),
    (DATE, "martedì 17 aprile 2026", "2026-04-17"),
    (DATE, "31 июня 2026", "not_a_date"),
    (DATE, "3 May", "not_a_date"),
    ("type: datetime, label: L", "3 мая 2026 в 14:30", "2026-05-03T14:30"),
    ("type: datetime, label: L", "3 мая 2026, 14:30", "2026-05-03T14:30"),
    ("type: datetime, label: L", "Tuesday 3 May 2026 2 pm", "2026-05-03T14:00"),
]


@pytest.mark.parametrize(("definition", "said", "meant"), ROWS, ids=[f"{r[0][6:14]}-{r[1]}" for r in ROWS])
def test_a_reply_is_read(definition, said, meant):
    result = read(question(definition), {"q": said}, "sms", "en")
    assert (result.code if isinstance(result, Problem) else result[0]) == meant


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_to_1000_is_understood_in_words(language):
    said = {n: num2words(n, lang=language) for n in range(1001) if (language, n) not in WRONG_THERE}
    assert {n: number_word(words) for n, words in said.items()} == {n: n for n in said}


@pytest.mark.parametrize(
    "text", ["", "o", "and", "ten one", "zero one", "five twenty", "sto sto", "two thousand", "3", "tone"]
)
def test_other_words_are_no_number(text):
    assert number_word(text) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["long", "full", "medium", "d MMMM y", "d MMM y", "d LLLL y", "MMMM d, y"])
def test_every_month_is_understood_as_it_is_written(language, form):
    days = [date(2026, month, 17) for month in range(1, 13)]
    assert [day(format_date(each, form, locale=language)) for each in days] == [each.isoformat() for each in days]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("STOP please", "refusal"),
        ("please stop", "refusal"),
        ("Стоп, пожалуйста", "refusal"),
        ("please stop texting me", "refusal"),
        ("Proszę nie pisać do mnie", "refusal"),
        ("przestańcie do mnie pisać", "refusal"),
        ("оставьте меня в покое", "refusal"),
        ("nu mă mai contactați", "refusal"),
        ("smettetela di scrivere!", "refusal"),
        ("The bus stop", None),
        ("stop by again", None),
        ("non stop", None),
        ("angielski", "language:en"),
        ("Polish", "language:pl"),
        ("in italiano", "language:it"),
        ("Russo", "language:ru"),
        ("În română", "language:ro"),
        ("italian food", None),
    ],
)
def test_what_is_no_answer(said, meant):
    assert keyword(said) == meant


def test_a_definition_says_how_often_it_asks_again():
    pages = "pages: [{name: p, questions: [{name: q, type: text, label: L}]}]"
    assert patience(compiled(pages)) == Patience(3, "link")
    assert patience(compiled(f"sms: {{tries: 2, then: skip}}\n{pages}")) == Patience(2, "skip")
