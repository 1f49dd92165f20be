"""The disposition rules, row by row (docs/results.md)."""

import pytest

from app.delivery.reasons import REASONS
from app.delivery.scan import Approach
from app.fieldwork.service import OUTCOMES
from app.insights.dispositions import BOUNCED, NAMES, Facts, disposition
from app.insights.rates import group


def mail(state, reason=None):
    return Approach("email", state, reason)


def text(state, reason=None):
    return Approach("sms", state, reason)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        # the interview itself
        (Facts("complete", answered=True, approaches=[mail("failed", "address_refused")]), "1.1"),
        (Facts("partial", answered=True), "1.2"),
        (Facts("break_off", answered=True), "2.12"),
        (Facts("started", answered=True, opened=True, approaches=[mail("sent")]), "2.12"),
        (Facts("closed", answered=True), "2.12"),
        (Facts("declined", answered=True, approaches=[text("delivered")]), "2.12"),  # STOP after an answer
        (Facts("screened_out", answered=True), "4.7"),
        (Facts("quota_full"), "4.8"),
        # declined without an answer
        (Facts("declined", approaches=[mail("sent")]), "2.11"),  # unsubscribed
        (Facts("declined", opened=True, approaches=[mail("sent")]), "2.112"),
        (Facts("declined", approaches=[text("delivered")]), "2.112"),  # STOP
        (Facts("declined", called="2.112"), "2.112"),
        # silence
        (Facts("sampled"), "3.11"),
        (Facts("sampled", approaches=[mail("queued")]), "3.11"),
        (Facts("sampled", approaches=[mail("blocked", "no_consent")]), "3.11"),
        (Facts("sampled", approaches=[mail("cancelled", "cancelled")]), "3.11"),
        (Facts("sampled", approaches=[mail("sent")]), "3.19"),
        (Facts("sampled", approaches=[mail("unknown", "lost")]), "3.19"),
        (Facts("started", opened=True, approaches=[mail("delivered")]), "3.19"),
        (Facts("closed", approaches=[text("delivered")]), "3.19"),
        # undelivered
        (Facts("sampled", approaches=[mail("failed", "address_refused")]), "3.30"),
        (Facts("sampled", approaches=[mail("failed", "given_up")]), "3.16"),
        (Facts("sampled", approaches=[text("failed", "address_refused")]), "4.31"),
        (Facts("sampled", approaches=[text("failed", "wrong_channel")]), "3.16"),
        (Facts("sampled", approaches=[text("failed", "given_up")]), "3.16"),
        (Facts("sampled", approaches=[text("failed", "stopped")]), "2.112"),
        (Facts("sampled", approaches=[mail("failed", "address_refused"), text("delivered")]), "3.19"),
        # calls and visits
        (Facts("sampled", approaches=[mail("sent")], called="3.13"), "3.13"),
        (Facts("sampled", approaches=[mail("sent")], called="3.11"), "3.19"),
        (Facts("closed", called="2.32"), "2.32"),
        (Facts("complete", answered=True, called="2.112"), "1.1"),
    ],
)  # fmt: skip
def test_disposition(facts, code):
    assert disposition(facts) == code


def test_every_code_of_fieldwork_has_a_name_and_a_group():
    codes = {code for each in OUTCOMES.values() for code in (each.phone, each.visit, each.eligible) if code}
    assert codes | {"2.30", "3.90", "3.11"} <= NAMES.keys()
    assert all(group(code) for code in NAMES)


def test_bounces_are_reasons_of_delivery():
    assert set(BOUNCED) <= REASONS.keys()
