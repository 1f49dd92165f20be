"""Addresses in normal form, or what is wrong with them."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contacts import addresses
from app.core.problems import Problem


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (" Anna@Example.COM ", "anna@example.com"),
        ("o'brien+news@mail.example.co.uk", "o'brien+news@mail.example.co.uk"),
        ("anna@żółw.pl", "anna@xn--w-uga1v8h.pl"),
        ("hans@straße.de", "hans@xn--strae-oqa.de"),
        ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
    ],
)
def test_an_email_address_in_normal_form(text, normal):
    assert addresses.email(text) == normal


@pytest.mark.parametrize(
    "text",
    ["", "anna", "@example.com", "anna@", "anna@localhost", "a b@example.com", "anna@exa mple.com", ".anna@example.com",
     "anna..n@example.com", "anna@-example.com", "anna@example.123", "a@b@example.com", "a" * 65 + "@example.com",
     "a@" + "b" * 64 + ".com", "a@" + "b.c" * 100 + ".com", "żółw@example.com", "anna@example.com, jan@example.com",
     "anna@\u2028.pl"],
)  # fmt: skip
def test_what_is_no_email_address_says_so(text):
    problem = addresses.email(text)
    assert isinstance(problem, Problem)
    assert problem.code == "bad_email"
    assert problem.text()
    assert problem.remedy_text()


@pytest.mark.parametrize(
    ("text", "region", "normal"),
    [
        ("+48 512 345 678", None, "+48512345678"),
        ("512-345-678", "PL", "+48512345678"),
        ("07911 123456", "GB", "+447911123456"),
        ("+39 06 1234 5678", "GB", "+390612345678"),
        ("\uff0b48\uff15\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18", None, "+48512345678"),
    ],
)
def test_a_number_in_normal_form(text, region, normal):
    assert addresses.phone(text, region) == normal


@pytest.mark.parametrize(
    ("text", "region"),
    [("512345678", None), ("12", "PL"), ("+4851234567890123", None), ("+999123456", None), ("anna", "PL"), ("", "PL"),
     ("+48512345678 ext. 5", None), ("9" * 300, "PL")],
)  # fmt: skip
def test_what_is_no_number_says_so(text, region):
    problem = addresses.phone(text, region)
    assert isinstance(problem, Problem)
    assert problem.code == "bad_phone"
    assert problem.text()


def test_a_number_outside_known_ranges_is_noticed():
    assert addresses.assigned_phone("+12001234567") == ("+12001234567", False)
    assert addresses.assigned_phone("+48512345678") == ("+48512345678", True)


@given(st.data())
def test_the_pattern_for_numbers_in_use_says_what_the_library_does(data):
    """Numbers of every country, right but for a digit or with one more in front: a spelling between digits goes the long way."""
    region = data.draw(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
    kind = data.draw(st.sampled_from(phonenumbers.PhoneNumberType.values()))
    example = phonenumbers.example_number_for_type(region, kind) or phonenumbers.example_number(region)
    code, digits = str(example.country_code), list(phonenumbers.national_significant_number(example))
    digits[data.draw(st.integers(0, len(digits) - 1))] = data.draw(st.sampled_from("0123456789"))
    national = data.draw(st.sampled_from(["", "0", "1", "8"])) + "".join(digits)
    quick, long = (addresses.assigned_phone(f"+{code}{space}{national}") for space in ("", " "))
    assert quick == long or (isinstance(quick, Problem) and isinstance(long, Problem))


def test_the_zones_of_a_number():
    assert addresses.zones_of("+40712345678") == ("Europe/Bucharest",)
    assert "Asia/Vladivostok" in addresses.zones_of("+79161234567")


def test_the_hash_belongs_to_a_workspace():
    assert addresses.address_hash("w1", "a@b.example") != addresses.address_hash("w2", "a@b.example")
