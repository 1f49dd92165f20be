"""May this person be contacted? Each reason code, and the rule that an opt-out never leads to a more intrusive channel."""

from datetime import UTC, datetime, timedelta

import pytest

from app.contacts.permission import (
    CHANNELS,
    CLOSES,
    OWN,
    REASONS,
    REFUSALS,
    Allowed,
    Consent,
    Endpoint,
    Suppression,
    decide,
)

T0 = datetime(2026, 11, 4, 12, tzinfo=UTC)
MAIL = Endpoint("e1", "email", "anna@example.com")
NUMBER = Endpoint("e2", "phone", "+48512345678")
OTHER = Endpoint("e3", "phone", "+48600100200")
BOTH = (MAIL, NUMBER)


def yes(channel: str, at: datetime = T0, purpose: str = "research") -> Consent:
    return Consent(channel, purpose, True, "consent", "form", at)


def no(channel: str, at: datetime = T0) -> Consent:
    return Consent(channel, "research", False, "consent", "form", at)


EVERYTHING = tuple(yes(channel) for channel in CHANNELS)


def stop(
    channel: str, address: str = "", study: str | None = None, reason: str = "opt_out", hours: int = 1
) -> Suppression:
    return Suppression("s", channel, address, study, reason, "", T0 + timedelta(hours=hours))


def verdict(channel, endpoints=BOTH, consents=EVERYTHING, suppressions=(), study="st1", **options) -> str:
    found = decide(channel, endpoints, consents, suppressions, study, **options)
    if isinstance(found, Allowed):
        return found.endpoint.address if found.endpoint else "visit"
    assert found.text
    return found.reason


@pytest.mark.parametrize(
    ("channel", "address"),
    [("email", MAIL.address), ("sms", NUMBER.address), ("phone", NUMBER.address), ("field", "visit")],
)
def test_with_consent_and_an_address_everything_is_allowed(channel, address):
    assert verdict(channel) == address


@pytest.mark.parametrize(
    ("channel", "facts", "reason"),
    [
        ("email", {"endpoints": (NUMBER,)}, "no_endpoint"),
        ("sms", {"endpoints": (Endpoint("e", "phone", "+48512345678", "former"),)}, "no_endpoint"),
        ("email", {"endpoints": (Endpoint("e", "email", "a@b.example", "failed"),)}, "bad_endpoint"),
        ("sms", {"endpoints": (Endpoint("e", "phone", "+48221234567", "landline"),)}, "bad_endpoint"),
        ("sms", {"consents": (yes("email"),)}, "no_consent"),
        ("sms", {"consents": (yes("sms", purpose="marketing"),)}, "no_consent"),
        ("sms", {"consents": (yes("sms"), no("sms"))}, "consent_withdrawn"),
        ("sms", {"consents": (no("sms"),), "basis": "contract"}, "consent_withdrawn"),
        ("email", {"suppressions": [stop("email", MAIL.address)]}, "suppressed"),
        ("email", {"suppressions": [stop("email", MAIL.address, "st1")]}, "suppressed_study"),
        ("email", {"suppressions": [stop("email", MAIL.address, "st1"), stop("all")]}, "suppressed"),
        ("email", {"suppressions": [stop("email", MAIL.address, reason="bounced")]}, "suppressed"),
        ("sms", {"suppressions": [stop("phone", NUMBER.address, "st1", "wrong_number")]}, "suppressed_study"),
        ("phone", {"suppressions": [stop("call", NUMBER.address)]}, "do_not_call"),
        ("phone", {"suppressions": [stop("all", reason="do_not_call")]}, "do_not_call"),
        ("sms", {"suppressions": [stop("email", MAIL.address)]}, "opted_out"),
        ("field", {"suppressions": [stop("phone", NUMBER.address)]}, "opted_out"),
    ],
)  # fmt: skip
def test_each_refusal_has_its_reason(channel, facts, reason):
    assert verdict(channel, **facts) == reason


def test_a_documented_basis_stands_in_for_consent_never_asked_for():
    assert verdict("email", consents=(), basis="legitimate_interest") == MAIL.address


def test_a_landline_may_be_called():
    assert verdict("phone", endpoints=(Endpoint("e", "phone", "+48221234567", "landline"),)) == "+48221234567"


def test_another_study_is_not_concerned():
    assert verdict("email", suppressions=[stop("email", MAIL.address, "st2")]) == MAIL.address
    assert verdict("phone", suppressions=[stop("phone", NUMBER.address, "st2")]) == NUMBER.address


def test_a_wrong_number_leads_to_the_next_number():
    facts = [stop("phone", NUMBER.address, reason="wrong_number")]
    assert verdict("sms", (NUMBER, OTHER), suppressions=facts) == OTHER.address


@pytest.mark.parametrize("channel", ["sms", "phone", "field"])
def test_stop_on_one_number_closes_every_number_for_texts_calls_and_visits(channel):
    assert verdict(channel, (MAIL, NUMBER, OTHER), suppressions=[stop("phone", NUMBER.address)]) in REFUSALS


def test_stop_by_text_leaves_mail_to_its_own_consent():
    assert verdict("email", suppressions=[stop("phone", NUMBER.address)]) == MAIL.address


def test_consent_given_after_an_opt_out_opens_the_more_intrusive_channel_but_not_the_closed_one():
    later = (*EVERYTHING, yes("phone", T0 + timedelta(hours=2)), yes("email", T0 + timedelta(hours=2)))
    assert verdict("phone", consents=later, suppressions=[stop("email", MAIL.address)]) == NUMBER.address
    assert verdict("email", consents=later, suppressions=[stop("email", MAIL.address)]) == "suppressed"


def test_texts_alone_are_stopped_by_staff_or_by_consent_to_calls_afterwards():
    assert verdict("phone", suppressions=[stop("sms", NUMBER.address)]) == "opted_out"
    assert verdict("phone", suppressions=[stop("sms", NUMBER.address, reason="staff")]) == NUMBER.address
    assert verdict("sms", suppressions=[stop("call", NUMBER.address)]) == NUMBER.address


@pytest.mark.parametrize("reason", sorted(OWN))
@pytest.mark.parametrize("closed", list(CLOSES))
@pytest.mark.parametrize("channel", CHANNELS)
def test_an_opt_out_never_leads_to_a_more_intrusive_channel(channel, closed, reason):
    address = MAIL.address if closed == "email" else NUMBER.address
    found = verdict(channel, (MAIL, NUMBER, OTHER), suppressions=[stop(closed, address, reason=reason)])
    assert (found in REFUSALS) == (CHANNELS.index(channel) >= CHANNELS.index(CLOSES[closed][0]))


def test_every_reason_and_refusal_reads_as_a_sentence():
    assert all(REASONS.values())
    assert all(text.endswith(".") for text in REFUSALS.values())
