"""A mail's HTML, from MJML (https://documentation.mjml.io): tables, styles inline, light and dark, no picture, far below the
102 KB at which Gmail cuts a message off.

MJML and the inlining of styles work on the template, once; each mail only fills it in. So nothing of a mail can disturb its
structure, and what Jinja reads in `letter.mjml` must survive the making: no quote, ampersand or angle bracket inside its braces,
and statements in comments where only rows of a table may stand.
"""

from functools import cache
from pathlib import Path
from string import Template as Text

from css_inline import CSSInliner
from jinja2 import Template
from mjml import mjml2html

from app.rendering.mail import Content
from app.rendering.templating import ENVIRONMENT

SOURCE = Path(__file__).parents[1] / "templates/delivery/letter.mjml"
ACCENT = "#0b5563"


def html(content: Content) -> str:
    """The HTML part of a mail."""
    return _template(ACCENT).render(mail=content)


@cache
def _template(accent: str) -> Template:
    made = mjml2html(
        Text(SOURCE.read_text("utf-8")).substitute(accent=accent), fonts={}
    )  # fonts={}: nothing is fetched
    inliner = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
    return ENVIRONMENT.from_string(inliner.inline(made))
