"""A workspace and a small definition."""

import pytest
from flask import Flask

from app.accounts import service as accounts
from app.core.clock import FixedClock

SMALL = """\
# A first line that stays.
questionnaire: visit
title: {en: Your visit, pl: Wizyta}
languages: [en, pl]
basis: attributable
purpose: {en: to learn how it went, pl: aby dowiedzieć się jak było}
minutes: 1
partial: {answered: [score]}
pages:
  - name: main
    questions:
      - name: score
        type: nps
        label: {en: "How likely are you to recommend us?", pl: "Czy nas Pan/Pani poleci?"}
        required: true
  - name: more
    questions:
      - name: reasons
        type: multiple_choice
        label: {en: "Why?", pl: "Dlaczego?"}
        relevant: ${score} <= 6
        choices:
          - {name: price, label: {en: Price, pl: Cena}}
          - {name: staff, label: {en: Staff, pl: Obsługa}}
      - name: words
        type: long_text
        label: {en: In your own words, pl: Własnymi słowami}
"""


@pytest.fixture
def ws(app: Flask, clock: FixedClock) -> str:
    """A workspace's id."""
    made = accounts.create_workspace(
        "Acme", clock.now(), organisation="Acme Ltd", contact_line="Ann Lee, ann@acme.example"
    )
    assert not isinstance(made, list)
    return made.id
