import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.problems import Problem
from app.core.text import normalise


@pytest.mark.parametrize("text", ["a\0b", "\0", "ż\0", "\ud800", "a\udfffb"])
def test_what_cannot_be_stored_is_refused(text):
    refused = normalise(text)
    assert isinstance(refused, Problem)
    assert "U+" in refused.text()


@given(st.text(st.characters(exclude_categories=())))
def test_anything_else_becomes_storable_nfc(text):
    result = normalise(text)
    if isinstance(result, Problem):
        assert "\0" in text or any("\ud800" <= c <= "\udfff" for c in text)
    else:
        assert result == unicodedata.normalize("NFC", text)
        assert result.encode().decode() == result
        assert normalise(result) == result
