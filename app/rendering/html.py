"""A screen as a web page: accessible HTML that needs no JavaScript, no inline style and no cookie.

``page`` gives the main content, ``document`` a whole page around it. Everything a person can do is a submit button of the
one form, called ``do``, so that nothing typed is lost: ``next``, ``back``, ``language:pl``, ``decline``, ``not_me``, ``send_link``,
``text_me``, ``call_me``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby

from markupsafe import Markup

from app.engine.screen import Item, Screen
from app.rendering.consent import Statement
from app.rendering.fields import FIELDS, ScreenForm
from app.rendering.item_fields import ItemField
from app.rendering.templating import Translate, render

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
"""Languages whose usual script runs from right to left (Unicode CLDR)."""
LANGUAGE_NAMES = {
    **{"en": "English", "pl": "Polski", "ru": "Русский", "ro": "Română", "it": "Italiano", "uk": "Українська"},
    **{"de": "Deutsch", "fr": "Français", "es": "Español", "pt": "Português", "nl": "Nederlands", "tr": "Türkçe"},
    **{"ar": "العربية", "fa": "فارسی", "he": "עברית", "ur": "اردو", "ps": "پښتو", "ckb": "کوردی", "ku": "Kurdî"},
    **{"cs": "Čeština", "sk": "Slovenčina", "hu": "Magyar", "bg": "Български", "be": "Беларуская", "lt": "Lietuvių"},
    **{"hi": "हिन्दी", "bn": "বাংলা", "sw": "Kiswahili", "so": "Soomaali", "am": "አማርኛ", "zh": "中文", "vi": "Tiếng Việt"},
}
"""Languages as their speakers write them (Unicode CLDR); others show their tag."""


SCRIPTED = ("slider",)


@dataclass(frozen=True, slots=True)
class Offer:
    """Another way to go on. ``do``: send_link (by mail), text_me or call_me. ``address``: the known one, masked
    ("j…@example.org"); "" where the person has to give it, in a field called ``<do>_to``."""

    do: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that was changed elsewhere since the page was shown: the question, what stands now, what was just typed."""

    label: str
    saved: str
    typed: str


@dataclass(frozen=True, slots=True)
class Timer:
    """The clock of a page. ``seconds``: left, 0 when it is over; ``more``: the person may ask for more time."""

    seconds: int
    more: bool

    @property
    def text(self) -> str:
        """Minutes and seconds."""
        return f"{self.seconds // 60}:{self.seconds % 60:02}"


@dataclass(frozen=True, slots=True)
class Context:
    """What a page needs beside its screen. ``action``: the form's address. ``hidden``: version, signature and the like.
    ``statement``: shown where the screen asks for consent. ``languages``: codes offered. ``personal``: the link is one
    person's, so "this is not me" is offered. ``changes``: what was changed elsewhere (a stale page). ``again``: why the
    page must be sent once more, "expired" or "scanned" (a program may have sent it), or "". ``mode``: web or field.
    ``images``: where pictures are, their file names come after it. ``language``: the page's, where no screen says it."""

    action: str
    title: str
    organisation: str
    contact: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)
    statement: Statement | None = None
    languages: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    personal: bool = False
    changes: tuple[Change, ...] = ()
    again: str = ""
    mode: str = "web"
    timer: Timer | None = None
    images: str = "/files/named/"
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands around a page. ``stylesheet``: its address. ``error``: the page shows problems, so its title says so.
    ``embedded``: inside another site, without our bar. ``scripts``: addresses of modules (self-sizing in a frame)."""

    title: str
    language: str
    organisation: str
    stylesheet: str
    error: bool = False
    embedded: bool = False
    practice: bool = False
    scripts: tuple[str, ...] = ()

    @property
    def direction(self) -> str:
        return direction(self.language)


def direction(language: str) -> str:
    """Which way a language (BCP 47) is written, as HTML says it: "rtl" or "ltr". Another script than the usual is a subtag."""
    spoken, *subtags = language.lower().split("-")
    usually = spoken in RIGHT_TO_LEFT and "latn" not in subtags
    return "rtl" if usually or "arab" in subtags or "hebr" in subtags else "ltr"


def page(screen: Screen, context: Context, translate: Translate) -> Markup:
    """The screen's form, to stand in ``<main>``."""
    form = ScreenForm(screen)
    return render(
        "respondent/screen.html",
        translate,
        screen.language,
        screen=screen,
        context=context,
        form=form,
        blocks=blocks(screen, form),
        single=heading_is_the_question(screen),
        percent=min(round(100 * screen.progress), 99),  # 100 is the end
        language_names=LANGUAGE_NAMES,
    )


def heading_is_the_question(screen: Screen) -> bool:
    """Whether the page asks one thing and has no title of its own, so that the question is its heading."""
    asked = {item.grid.name if item.grid else item.name for item in screen.items if not item.beside}
    alone = len(asked) == 1 and screen.items[0].type in FIELDS
    return alone and not screen.title and not screen.consent


@dataclass(frozen=True, slots=True)
class Block:
    """What stands together: a note (an item alone), a question (with its field), or the fields of a grid's ``rows``."""

    item: Item
    field: ItemField | None = None
    rows: tuple[ItemField, ...] = ()


def blocks(screen: Screen, form: ScreenForm) -> list[Block]:
    """A screen's items as they stand on a page; a text that stands beside a choice is in its question's field."""
    made = []
    for grid, run in groupby(screen.items, key=lambda item: item.grid and item.grid.name):
        items = list(run)
        if grid:
            made.append(Block(items[0], rows=tuple(form.of(item) for item in items)))
            continue
        for item in items:
            field = form.of(item) if item.type in FIELDS else None
            if field is None or not field.stands_beside:
                made.append(Block(item, field))
    return made


def needs_script(screen: Screen) -> bool:
    """Whether a script makes the page better (app/static/canvass/respondent.js)."""
    return any(item.type in SCRIPTED or (item.grid and item.grid.total is not None) for item in screen.items)


def has_errors(screen: Screen) -> bool:
    """Whether the page shows problems (a title then begins with "Error")."""
    return bool(screen.problems) or any(item.problems for item in screen.items)


ENDINGS = (
    *("thanks", "closed", "not_open", "full", "expired", "invalid", "already_done", "begun", "screened_out"),
    *("not_me_done", "declined", "link_sent", "text_sent", "call_booked", "unsubscribed"),
)
CHOICES = ("decline", "not_me", "continue_here", "confirm_identity", "unsubscribe")


def ending(kind: str, context: Context, translate: Translate, *, notes: tuple[str, ...] = (), **details: str) -> Markup:
    """A page with nothing to fill in, one of ``ENDINGS``. ``details``: ``address`` of link_sent, text_sent and
    call_booked, ``scope`` ("study" or "everything") of declined and unsubscribed, ``back``: where a panel wants the person."""
    if kind not in ENDINGS:
        raise ValueError(f"no ending {kind!r}; there are: {', '.join(ENDINGS)}")
    return render(
        "respondent/ending.html", translate, context.language, kind=kind, context=context, notes=notes, details=details
    )


def choice(kind: str, context: Context, translate: Translate, *, error: str = "", **details: str) -> Markup:
    """A page that asks the person to decide, one of ``CHOICES``. It posts ``do=<kind>``, with ``scope`` (decline, unsubscribe),
    ``answer`` = yes or no (confirm_identity, not_me, continue_here). ``details``: ``name`` of confirm_identity (masked), ``by`` of
    continue_here ("phone", "sms", "web"). What was typed travels in ``context.hidden``."""
    if kind not in CHOICES:
        raise ValueError(f"no choice page {kind!r}; there are: {', '.join(CHOICES)}")
    return render(
        "respondent/choice.html", translate, context.language, kind=kind, context=context, error=error, details=details
    )


def document(content: Markup, shell: Shell, translate: Translate) -> str:
    """A whole HTML document around ``page``, ``ending`` or ``choice``."""
    return str(render("respondent.html", translate, shell.language, content=content, shell=shell))
