"""Which passwords are refused and why; what a hash is worth."""

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.passwords import COMMON, SHORTEST, hashed, matches, outdated, problems_with

WHO = ("jan.kowalski@acme.test", "Jan Kowalski", "Acme Telecom")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("four quiet green boats", None),
        ("żółta łódź płynie", None),
        ("aaaabbbbccccddddeeee", None),  # NIST: no rule of composition
        ("12 characters"[:12], None),
        ("11 character"[:11], "password_short"),
        ("", "password_short"),
        ("ﬃﬃﬃ ab c", None),  # NFKC makes letters of ligatures
        ("a b c d e f " * 21, None),
        ("a b c d e f " * 22, "password_long"),
        ("password1234", "password_common"),
        ("PassWord1234", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("abababababab", "password_common"),
        ("23456789:;<=", "password_common"),
        ("lkjihgfedcba", "password_common"),
        ("canvasscanvass", "password_guessable"),
        ("Canvass2026!", "password_guessable"),
        ("jan.kowalski", "password_guessable"),
        ("kowalski-acme1", "password_guessable"),
        ("acme telecom 26", "password_guessable"),
        ("kowalski rides a purple horse", None),
    ],
)
def test_rules(password: str, code: str | None) -> None:
    assert [problem.code for problem in problems_with(password, *WHO)] == ([code] if code else [])


def test_every_problem_says_how_to_mend_it() -> None:
    for password in ("short", "x" * 300, "password1234", "canvasscanvass"):
        (problem,) = problems_with(password)
        assert problem.name == "password"
        assert problem.remedy_text()


def test_the_blocklist_holds_what_the_length_would_allow() -> None:
    assert all(len(word) >= SHORTEST for word in COMMON)


@given(st.text(max_size=400))
def test_any_text_is_judged(password: str) -> None:
    assert len(problems_with(password, *WHO)) <= 1


def test_hash() -> None:
    kept = hashed("four quiet green boats")
    assert kept.startswith("$argon2id$")
    assert matches("four quiet green boats", kept)
    assert not matches("four quiet green boat", kept)
    assert not outdated(kept)
    assert outdated(PasswordHasher(time_cost=1, memory_cost=1024).hash("x"))


def test_the_same_word_in_another_normal_form_matches() -> None:
    assert matches("ła\u0301dna łódz\u0301 płynie", hashed("łádna łódź płynie"))


@pytest.mark.parametrize("kept", [None, "", "not a hash"])
def test_nothing_matches_without_a_hash(kept: str | None) -> None:
    assert not matches("", kept)
