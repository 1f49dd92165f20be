"""Our own words on a page in a language that has none of them: they are English, and say so (WCAG 3.1.2, Language of Parts)."""

from functools import cache

from markupsafe import Markup, escape

from app.engine.expansion import SPECIFY
from app.engine.model import LANGUAGES
from app.engine.parts import ADD
from app.engine.replies import SPECIAL_LABELS
from app.engine.types import TYPES

ATTRIBUTES = Markup(' lang="en"')


def spoken(language: str) -> bool:
    """Whether our own words are there in a language (BCP 47)."""
    return language.partition("-")[0].lower() in LANGUAGES


def marked(words: str) -> Markup:
    """English words as a part of a page in another language."""
    return Markup('<span lang="en" dir="ltr">{}</span>').format(escape(words))


@cache
def standard() -> frozenset[str]:
    """The English words that stand in a questionnaire where its author gave none: choices, ends of scales, special answers."""
    labels = [labels for kind in TYPES for _name, labels in kind.standard_choices({})]
    labels += [labels for kind in TYPES for labels in kind.standard_texts().values()]
    return frozenset(words["en"] for words in (*labels, *SPECIAL_LABELS.values(), ADD, SPECIFY) if words)
