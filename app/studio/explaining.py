"""What the code of a problem or a finding means, as docs/problems.md and docs/findings.md have it."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from markdown_it import MarkdownIt
from markupsafe import Markup

from app.studio.blueprint import bp, may_read

DOCS = Path(__file__).resolve().parents[2] / "docs"
SECTION = re.compile(r"^## (\w+)\n(.*?)(?=^## |\Z)", re.M | re.S)
ROW = re.compile(r"^\| (`\w+`(?:, `\w+`)*) \| (.+) \|$", re.M)
"""A row of a table: one code or several, meaning, mostly also how to mend it."""


@bp.get("/explained/<code>")
@may_read
def explained(code: str) -> ResponseReturnValue:
    """What a code means."""
    if code not in explanations():
        abort(404)
    return render_template("studio/explained.html", code=code, texts=explanations()[code])


@cache
def explanations() -> Mapping[str, Sequence[Markup]]:
    """Every code -> the texts about it, as HTML. A code that several parts of the product use has several."""
    texts = SECTION.findall((DOCS / "findings.md").read_text())
    rows = ROW.findall((DOCS / "problems.md").read_text())
    texts += [(code, cells.replace(" | ", "\n\n")) for codes, cells in rows for code in re.findall(r"\w+", codes)]
    markdown, found = MarkdownIt("js-default"), dict[str, list[Markup]]()
    for code, text in texts:
        found.setdefault(code, []).append(Markup(markdown.render(text)))  # noqa: S704 - our own text, tags escaped
    return found
