"""Addresses that tell which mail comes back, and that nobody but us can make."""

import string
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.tokens import Signer
from app.delivery import return_path

BOX, ID = "Mail@in.example.com", "0195d0c8-7a63-7c1e-9d27-3a5be5f0a111"
SIGNER = Signer(["new secret", "old secret"])
BOUNCE = return_path.address("bounce", ID, BOX, SIGNER)


@given(st.uuids(), st.sampled_from(["bounce", "reply"]), st.booleans())
def test_it_comes_back_in_any_case(id_: UUID, kind: return_path.Kind, loud: bool) -> None:
    made = return_path.address(kind, str(id_), BOX, SIGNER)
    assert len(made.partition("@")[0]) <= 64  # RFC 5321, 4.5.3.1.1
    assert return_path.read(f"<{made.upper() if loud else made.lower()}>", BOX, SIGNER) == (kind, str(id_))


def test_a_bounce_address_is_no_reply_address() -> None:
    assert return_path.read(BOUNCE.replace("+b", "+r"), BOX, SIGNER) is None


def test_an_older_secret_is_still_good() -> None:
    assert return_path.read(return_path.address("reply", ID, BOX, Signer(["old secret"])), BOX, SIGNER) == ("reply", ID)
    assert return_path.read(return_path.address("reply", ID, BOX, Signer(["another"])), BOX, SIGNER) is None


@pytest.mark.parametrize("other", ["elsewhere.example", "in.example.com.elsewhere.example"])
def test_another_box_is_not_ours(other: str) -> None:
    assert return_path.read(BOUNCE.replace("in.example.com", other), BOX, SIGNER) is None


@given(st.integers(0, 44), st.sampled_from(string.ascii_lowercase + "234567"))
def test_no_character_can_be_changed(at: int, other: str) -> None:
    local, _, domain = BOUNCE.partition("@")
    code = local[len("mail+b") :]
    forged = f"mail+b{code[:at]}{other}{code[at + 1 :]}@{domain}"
    if at == 44:  # 28 bytes are 224 bits: the last character carries four of its five
        return
    assert (return_path.read(forged, BOX, SIGNER) is None) == (code[at].lower() != other)


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    assert return_path.read(text, BOX, SIGNER) is None
    assert return_path.read(f"mail+b{text}@in.example.com", BOX, SIGNER) is None
