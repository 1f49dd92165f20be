"""Invitations, reminders and links by mail: one structured content, here as plain text, in delivery.letter as HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.core.problems import N_
from app.engine.screen import Item
from app.rendering.consent import Statement
from app.rendering.templating import Translate, say

PURPOSES = ("invitation", "reminder", "partial", "resume")
GOING_ON = ("partial", "resume")
"""Those to people who began."""
SUBJECTS = {
    "invitation": N_("{organisation} asks for your opinion"),
    "reminder": N_("A reminder: {organisation} asks for your opinion"),
    "partial": N_("The survey of {organisation}: you can go on where you stopped"),
    "resume": N_("Your link to go on with the survey of {organisation}"),
}
INTROS = {
    "invitation": "",
    "reminder": N_(
        "We wrote to you a few days ago. If you have no time or do not wish to answer, you need do nothing."
    ),
    "partial": N_(
        "You began our survey, thank you. What you answered so far is kept, and the link goes on where you stopped. "
        "If you do not wish to go on, you need do nothing."
    ),
    "resume": N_("Here is the link to go on where you stopped. What you answered so far is kept."),
}
WAYS = {"call_me": N_("I would rather be called"), "text_me": N_("I would rather answer by text message")}
"""What a mail may offer beside its link, and the words of that link."""
ONE_TAP = frozenset({"single_choice", "yes_no", "nps", "csat_5", "csat_binary", "ces_7", "rating"})
"""Types that a tap on a link answers: one choice of few, all of it in words or numbers."""
MOST = 20
"""How many links stand in a mail."""
CLOSING = ("basis", "contact", "stop")
"""The elements of the consent statement that stand at a mail's end."""
JOINING = "\u200c\u200d"
"""Invisible, and part of names in Persian and Indian scripts."""
LIKE_A_LINK = re.compile(r"://|\bwww\.|@|\w\.[a-z]{2,}(?:/|\s|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """An option of the first question as a link."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The first question, to be answered by a tap. The page then shows the answer preselected; nothing is stored before it is sent.
    ``row``: the cells stand side by side (numbers), else below each other (labels). ``low_end``, ``high_end``: what the first and
    the last mean, "" where that is not said."""

    question: str
    cells: tuple[Cell, ...]
    low_end: str
    high_end: str
    row: bool
    note: str


@dataclass(frozen=True, slots=True)
class Content:
    """One mail. ``unsubscribe``: address of the page that stops the messages; ``stop``: that link's words. ``trap``: an address
    that no person sees in the mail, so that whoever follows it is a program; "" for none. ``ways``: links to
    other ways to answer."""

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
    stop: str
    trap: str
    ways: tuple[Cell, ...] = ()

    @property
    def opening(self) -> str:
        """What is said before the question."""
        return " ".join(part.text for part in self.statement.parts if part.name not in CLOSING)

    @property
    def closing(self) -> tuple[str, ...]:
        """What is said at the end."""
        return tuple(part.text for part in self.statement.parts if part.name in CLOSING)

    @property
    def imprint(self) -> str:
        return ", ".join(part for part in (self.organisation, self.contact) if part)


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
    trap: str = "",
    ways: Mapping[str, str] | None = None,
) -> Content:
    """The content of one of ``PURPOSES``. ``subject``, ``intro``: the study's own wording. ``item``,
    ``option_links``: the first question and the address of each of its choices, by choice name.
    ``ways``: the address for each of ``WAYS`` that is offered."""
    name = safe_name(name)
    greeting = say(translate, N_("Hello {name},"), name=name) if name else translate(N_("Hello,"))
    return Content(
        statement.language,
        organisation,
        contact,
        subject or say(translate, SUBJECTS[purpose], organisation=organisation),
        greeting,
        intro or (translate(INTROS[purpose]) if INTROS[purpose] else ""),
        statement,
        scale(item, option_links or {}, translate) if item and purpose not in GOING_ON else None,
        link,
        translate(N_("Go on with the survey") if purpose in GOING_ON else N_("Begin the survey")),
        unsubscribe,
        translate(N_("No more messages")),
        trap,
        tuple(Cell(translate(WAYS[way]), url) for way, url in (ways or {}).items()),
    )


def safe_name(name: str) -> str:
    """A name as it may stand in a greeting: without invisible characters (they can turn the direction of the words behind them),
    and "" where mail programs would make a link of it, so that nobody sends their own address under our name."""
    visible = " ".join(
        "".join(char for char in name if char.isprintable() or char in JOINING or char.isspace()).split()
    )
    return "" if LIKE_A_LINK.search(visible) else visible


def scale(item: Item, links: Mapping[str, str], translate: Translate) -> Scale | None:
    """A question of one choice as links; None where it cannot be answered by one tap."""
    if item.type not in ONE_TAP or not 0 < len(item.choices) <= MOST or not links:
        return None
    cells = tuple(Cell(choice.label or choice.name, links[choice.name]) for choice in item.choices)
    row = all(len(cell.label) <= 2 for cell in cells)
    low, high = (item.parameters.get("low", ""), item.parameters.get("high", "")) if row else ("", "")
    ends = (f"{cells[0].label} = {low}" if low else "", f"{cells[-1].label} = {high}" if high else "")
    note = translate(N_("Your answer is stored only when you send it on the page that opens."))
    return Scale(item.label, cells, *ends, row, note)


def text(mail: Content, translate: Translate) -> str:
    """The mail's plain text part, in the same order as the HTML."""
    blocks = [mail.greeting, mail.intro, mail.opening]
    if mail.scale:
        ends = ", ".join(end for end in (mail.scale.low_end, mail.scale.high_end) if end)
        question = mail.scale.question + (f" ({ends})" if ends else "")
        blocks.append("\n".join([question, *(f"{cell.label}: {cell.url}" for cell in mail.scale.cells)]))
        blocks.append(mail.scale.note)
    blocks += [
        f"{mail.button}: {mail.link}",
        "\n".join(f"{way.label}: {way.url}" for way in mail.ways),
        *mail.closing,
        say(translate, N_("No more messages: {url}"), url=mail.unsubscribe),
        mail.imprint,
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"
