"""Invitations, reminders and links by mail: HTML and plain text from one structured content.

HTML for mail programs: tables, every style inline, colours that stay legible when a program darkens them, no picture, far below the
102 KB at which Gmail cuts a message off.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.problems import N_
from app.engine.screen import Item
from app.rendering.consent import Statement
from app.rendering.templating import Translate, render, say

PURPOSES = ("invitation", "reminder", "resume")
SUBJECTS = {
    "invitation": N_("{organisation} asks for your opinion"),
    "reminder": N_("A reminder: {organisation} asks for your opinion"),
    "resume": N_("Your link to go on with the survey of {organisation}"),
}
INTROS = {
    "invitation": "",
    "reminder": N_(
        "We wrote to you a few days ago. If you have no time or do not wish to answer, you need do nothing."
    ),
    "resume": N_("Here is the link to go on where you stopped. What you answered so far is kept."),
}
ONE_TAP = frozenset({"single_choice", "yes_no", "nps", "csat_5", "csat_binary", "ces_7", "rating"})
"""Types that a tap on a link answers: one choice of few, all of it in words or numbers."""
MOST = 20
"""How many links stand in a mail."""
CLOSING = ("basis", "contact", "stop")
"""The elements of the consent statement that stand at a mail's end."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An option of the first question as a link."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The first question, to be answered by a tap. The page then shows the answer preselected; nothing is stored before it is sent.
    ``row``: the cells stand side by side (numbers), else below each other (labels)."""

    question: str
    cells: tuple[Cell, ...]
    low: str
    high: str
    row: bool


@dataclass(frozen=True, slots=True)
class Content:
    """One mail. ``unsubscribe``: address of the page that stops the messages."""

    language: str
    organisation: str
    contact: str
    subject: str
    greeting: str
    intro: str
    statement: Statement
    scale: Scale | None
    link: str
    button: str
    unsubscribe: str


def content(
    purpose: str,
    translate: Translate,
    *,
    statement: Statement,
    organisation: str,
    contact: str,
    link: str,
    unsubscribe: str,
    name: str = "",
    subject: str = "",
    intro: str = "",
    item: Item | None = None,
    option_links: Mapping[str, str] | None = None,
) -> Content:
    """The content of one of ``PURPOSES``. ``subject``, ``intro``: the study's own wording. ``item``,
    ``option_links``: the first question and the address of each of its choices, by choice name."""
    greeting = say(translate, N_("Hello {name},"), name=name) if name else translate(N_("Hello,"))
    return Content(
        statement.language,
        organisation,
        contact,
        subject or say(translate, SUBJECTS[purpose], organisation=organisation),
        greeting,
        intro or (translate(INTROS[purpose]) if INTROS[purpose] else ""),
        statement,
        scale(item, option_links or {}) if item and purpose != "resume" else None,
        link,
        translate(N_("Go on with the survey") if purpose == "resume" else N_("Begin the survey")),
        unsubscribe,
    )


def scale(item: Item, links: Mapping[str, str]) -> Scale | None:
    """A question of one choice as links; None where it cannot be answered by one tap."""
    if item.type not in ONE_TAP or not 0 < len(item.choices) <= MOST or not links:
        return None
    cells = tuple(Cell(choice.label or choice.name, links[choice.name]) for choice in item.choices)
    row = all(len(cell.label) <= 2 for cell in cells)
    low, high = (item.parameters.get("low", ""), item.parameters.get("high", "")) if row else ("", "")
    return Scale(item.label, cells, low, high, row)


def html(mail: Content, translate: Translate) -> str:
    """The mail's HTML part."""
    return str(render("mail/message.html", translate, mail=mail, closing=CLOSING))


def text(mail: Content, translate: Translate) -> str:
    """The mail's plain text part, in the same order as the HTML."""
    opening = " ".join(part.text for part in mail.statement.parts if part.name not in CLOSING)
    blocks = [mail.greeting, mail.intro, opening]
    if mail.scale:
        ends = [f"{mail.scale.cells[0].label} = {mail.scale.low}"] if mail.scale.low else []
        ends += [f"{mail.scale.cells[-1].label} = {mail.scale.high}"] if mail.scale.high else []
        question = mail.scale.question + (f" ({', '.join(ends)})" if ends else "")
        blocks.append("\n".join([question, *(f"{cell.label}: {cell.url}" for cell in mail.scale.cells)]))
    blocks += [
        f"{mail.button}: {mail.link}",
        *(part.text for part in mail.statement.parts if part.name in CLOSING),
        say(translate, N_("No more messages: {url}"), url=mail.unsubscribe),
        ", ".join(part for part in (mail.organisation, mail.contact) if part),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"
