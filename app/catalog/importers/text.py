"""Labels of other systems (HTML, odd characters, pipes of their own) as texts of ours, which are plain."""

import html
import re
import unicodedata

import nh3

# "Age <5" and "a<b" are no tags
TAG = re.compile(r"<(?:[/!?]|[a-zA-Z][^<>]*>|(?:script|style|img|iframe|svg|object|a)\b)", re.IGNORECASE)
BREAKS = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]*>", re.IGNORECASE)
UNSEEN = {"script", "style", "head", "title", "template", "iframe", "object", "svg", "math"}
LONGEST = 20_000
"""Characters of a text."""


def plain(text: str) -> str:
    """The text that a person sees: without tags (scripts and styles with what is in them), entities read, line breaks kept,
    control characters gone, at most LONGEST characters."""
    text = text[: 4 * LONGEST]
    # what was escaped twice comes out as tags: those go as well
    for _ in range(3):
        if TAG.search(text):
            text = nh3.clean(BREAKS.sub(r"\g<0>&#10;", text), tags=set(), clean_content_tags=UNSEEN)
        unescaped = html.unescape(text)
        if unescaped == text:
            break
        text = unescaped
    lines = (" ".join(line.split()) for line in _visible(text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST]


def unpiped(text: str) -> str:
    """A text in which ``${`` would mean a pipe of ours, so that it does not."""
    return text.replace("${", "$ {")


def pipe(name: str, fallback: str = "") -> str:
    """``${name|fallback}``"""
    return f"${{{name}|{re.sub('[{}|]', '', fallback)}}}"


def _visible(text: str) -> str:
    """Without control characters, private use and lone surrogates; tabs and line ends stay. In NFC."""
    kept = (
        character
        for character in text
        if character in "\n\r\t" or unicodedata.category(character) not in ("Cc", "Cs", "Co", "Cn")
    )
    return unicodedata.normalize("NFC", "".join(kept))
