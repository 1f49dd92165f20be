import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.simulator.segments import GSM_7, encoding, segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the euro does not fit in the first part whole
        ("Ç" * 160, 1),
        ("ç" * 70, 1),
        ("ç" * 71, 2),
        ("a" * 159 + "’", 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),  # 33 a part: a pair of surrogates is not cut in two
    ],
)
def test_segments(text: str, expected: int) -> None:
    assert segments(text) == expected


def test_the_basic_alphabet_has_its_127_characters_without_the_escape() -> None:
    assert len(GSM_7) == 127


@given(st.text())
def test_one_more_character_never_takes_fewer_segments(text: str) -> None:
    longer = text + "a"
    assert encoding(text) == encoding(longer)
    assert 0 <= segments(longer) - segments(text) <= 1
