"""Numbers in words, from 0 to 1000, in the five languages: "twenty-one", "dwadzieścia jeden", "сто пять", "o sută doi", "ventuno".

The words of all languages are understood at once, since people mix them. The tests hold them against num2words, which can only
say numbers, not read them.
"""

from functools import lru_cache

from app.core.text import fold

_WORDS = """
0 zero nil ноль
1 one jeden jedna jedno один одна одно unu una un uno
2 two dwa dwie два две doi două due
3 three trzy три trei tre
4 four cztery четыре patru quattro
5 five pięć пять cinci cinque
6 six sześć шесть șase sei
7 seven siedem семь șapte sette
8 eight osiem восемь opt otto
9 nine dziewięć девять nouă nove
10 ten dziesięć десять zece dieci
11 eleven jedenaście одиннадцать unsprezece undici
12 twelve dwanaście двенадцать doisprezece douăsprezece dodici
13 thirteen trzynaście тринадцать treisprezece tredici
14 fourteen czternaście четырнадцать paisprezece quattordici
15 fifteen piętnaście пятнадцать cincisprezece quindici
16 sixteen szesnaście шестнадцать șaisprezece sedici
17 seventeen siedemnaście семнадцать șaptesprezece diciassette
18 eighteen osiemnaście восемнадцать optsprezece diciotto
19 nineteen dziewiętnaście девятнадцать nouăsprezece diciannove
20 twenty dwadzieścia двадцать douăzeci venti
30 thirty trzydzieści тридцать treizeci trenta
40 forty czterdzieści сорок patruzeci quaranta
50 fifty pięćdziesiąt пятьдесят cincizeci cinquanta
60 sixty sześćdziesiąt шестьдесят șaizeci sessanta
70 seventy siedemdziesiąt семьдесят șaptezeci settanta
80 eighty osiemdziesiąt восемьдесят optzeci ottanta
90 ninety dziewięćdziesiąt девяносто nouăzeci novanta
100 hundred sto сто sută sute cento
200 dwieście двести
300 trzysta триста
400 czterysta четыреста
500 pięćset пятьсот
600 sześćset шестьсот
700 siedemset семьсот
800 osiemset восемьсот
900 dziewięćset девятьсот
1000 thousand tysiąc тысяча mie mille
"""
_VALUES = {fold(word): int(value) for value, *words in map(str.split, _WORDS.strip().splitlines()) for word in words}
_FILLERS = frozenset(map(fold, ("and", "a", "și", "o", "e")))
_ELIDED = {"vent": 20, "trent": 30, "quarant": 40, "cinquant": 50, "sessant": 60, "settant": 70, "ottant": 80,
           "novant": 90, "cent": 100}  # fmt: skip
"""Italian writes a number as one word, and drops a vowel before uno and otto."""


@lru_cache(1024)
def number_word(text: str) -> int | None:
    """The number that a text says in words; None where it says anything else."""
    said = [_values(word) for word in fold(text).split() if word not in _FILLERS]
    if not said or not all(said):
        return None
    total, *rest = [value for values in said for value in values]
    for value in rest:
        if (joined := _joined(total, value)) is None:
            return None
        total = joined
    return total


def _joined(total: int, value: int) -> int | None:
    """A number and the next word of it: 2 and 100 are 200, 200 and 20 are 220, 20 and 30 are none."""
    if value == 1000:
        return value if total == 1 else None
    if value == 100 and 0 < total < 10:
        return total * 100
    room = total % 100 >= 20 or total % 100 == 0  # nothing follows a unit or 10 to 19
    return total + value if room and 0 < value < total and total % 10 ** len(str(value)) == 0 else None


def _values(word: str) -> list[int]:
    """The values in one word, none where it is no number."""
    if word in _VALUES:
        return [_VALUES[word]]
    for cut in range(len(word) - 1, 2, -1):
        first = _VALUES.get(word[:cut], _ELIDED.get(word[:cut]))
        if first and (rest := _values(word[cut:])):
            return [first, *rest]
    return []
