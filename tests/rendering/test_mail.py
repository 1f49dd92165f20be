"""What a mail says; its HTML is tested in tests/delivery/test_mail_html.py."""

import pytest

from app.rendering import mail
from app.rendering.consent import statement
from tests.rendering.samples import TERMS, screen

LINK, STOP = "https://x.example/i/abc", "https://x.example/u/abc"


def message(purpose: str = "invitation", at: str = "scales", index: int = 0, **changes: str) -> mail.Content:
    item = screen(at).items[index]
    return mail.content(
        purpose,
        str,
        statement=statement(TERMS, "mail", "en", str),
        organisation="Acme & Co",
        contact="help@acme.example",
        link=LINK,
        unsubscribe=STOP,
        item=item,
        option_links={choice.name: f"{LINK}?c={choice.name}x" for choice in item.choices},
        **changes,
    )


def test_each_point_of_the_scale_is_a_link():
    made = message()
    assert made.scale
    assert made.scale.row
    assert [cell.label for cell in made.scale.cells] == [str(point) for point in range(11)]
    assert made.scale.cells[3].url == f"{LINK}?c=3x"


def test_labelled_options_stand_below_each_other():
    made = message(index=1)
    assert made.scale
    assert not made.scale.row
    assert [cell.label for cell in made.scale.cells] == ["Satisfied", "Dissatisfied"]


@pytest.mark.parametrize(
    ("purpose", "at", "index"), [("resume", "scales", 0), ("invitation", "answers", 1), ("invitation", "answers", 2)]
)
def test_what_one_tap_cannot_answer_is_only_a_button(purpose, at, index):
    assert message(purpose, at, index).scale is None


@pytest.mark.parametrize("name", ["win.example.com/prize", "www.win.example", "https://x", "a@b.example", "\u202e"])
def test_a_name_that_becomes_a_link_is_left_out(name):
    assert message(name=name).greeting == "Hello,"


@pytest.mark.parametrize("name", ["Anna Kowalska", "J. R. R. Tolkien", "علی‌رضا", "Łukasz 😀"])
def test_a_name_stands_as_it_is(name):
    assert message(name=name).greeting == f"Hello {name},"


def test_what_turns_the_direction_is_left_out():
    assert message(name="Anna\u202e\u2066 K\r\n.").greeting == "Hello Anna K .,"


def test_the_studys_own_wording_goes_first():
    assert message(subject="Your boots").subject == "Your boots"
    assert message().subject == "Acme & Co asks for your opinion"


@pytest.mark.parametrize(
    ("page", "name", "tapped"),
    [
        ("scales", "score", True),
        ("answers", "again", True),
        ("answers", "reasons", False),
        *(("more", name, False) for name in ("order", "pet", "town", "agree", "number", "warm")),
    ],
)
def test_only_what_one_tap_answers_stands_in_a_mail(page, name, tapped):
    item = next(item for item in screen(page).items if item.name == name)
    assert bool(mail.scale(item, {choice.name: "https://x" for choice in item.choices}, str)) == tapped
