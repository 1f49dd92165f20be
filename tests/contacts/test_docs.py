"""What callers and staff must know is written down."""

from pathlib import Path

import pytest

from app.contacts.cleaning import FIELDS
from app.contacts.permission import CLOSES, OWN, REFUSALS

DOCS = (Path(__file__).resolve().parents[2] / "docs/contacts.md").read_text()


@pytest.mark.parametrize("word", sorted({*REFUSALS, *CLOSES, *OWN, *FIELDS}))
def test_every_code_is_documented(word):
    assert f"`{word}`" in DOCS
