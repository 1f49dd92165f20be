"""A panel that sends people to a study and wants them back: what a study's setting `panel` says. Pure.

    {"redirects": {"complete": "https://panel.example/end?pid={panelist}&st=c", …}, "panelist": "panelist", "signed": true,
     "signature": "sig", "at_once": false}

`redirects`: by outcome, where people go then; `{name}` is a value from outside with source link. `panelist`: the value that
tells people apart: one interview each. `signed`: a link must carry the panel's signature. `signature`: the parameter it is
in, both ways. `at_once`: people are sent on without a closing page.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from app.catalog.addresses import origin
from app.core.problems import N_, Problem

OUTCOMES = ("complete", "screened_out", "quota_full", "declined")
SIGNATURE = "sig"
OURS = ("at", "c", "e", "k", "lang", "s", "arrived")
"""The parameters of a respondent's address that mean something else."""
_FIELD = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")


def link_values(tree: Mapping[str, Any] | None) -> list[str]:
    """The names of a definition's values from a link."""
    return [entry.get("name", "") for entry in (tree or {}).get("outside") or () if entry.get("source") == "link"]


def redirect(template: str, values: Mapping[str, Any]) -> str:
    """The address, with values percent-encoded; what is not known is empty."""
    return _FIELD.sub(lambda match: quote(str(values.get(match[1], "")), safe=""), template)


def check_panel(panel: Mapping[str, Any], basis: str, tree: Mapping[str, Any] | None) -> list[Problem]:
    """What is wrong with the setting."""
    known = link_values(tree)
    problems = []
    for outcome, template in panel.get("redirects", {}).items():
        problems += _redirect(outcome, template, known)
    panelist, signature = panel.get("panelist", ""), panel.get("signature", SIGNATURE)
    if panelist:
        problems += _unknown(panelist, known)
        if basis == "anonymous":
            message = N_("An anonymous study keeps nothing that tells panelists apart.")
            problems.append(_problem("panelist_anonymous", message, N_("Choose another basis, or name no panelist.")))
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,39}", signature) or signature in (*OURS, *known):
        message, remedy = (
            N_("{name!r} cannot be the signature's parameter."),
            N_("Use letters and digits, such as sig."),
        )
        problems.append(_problem("bad_signature_name", message, remedy, name=signature))
    return problems


def _redirect(outcome: str, template: str, known: list[str]) -> list[Problem]:
    if outcome not in OUTCOMES:
        message, remedy = N_("There is no outcome {outcome}."), N_("The outcomes are {known}.")
        return [_problem("unknown_outcome", message, remedy, outcome=outcome, known=", ".join(OUTCOMES))]
    bare = _FIELD.sub("", template)
    if not re.fullmatch(r"[!-~]+", template) or re.search(r"[{}#]", bare) or origin(template) is None:
        message = N_("{address} is not an address to send people to.")
        remedy = N_("Write it as https://panel.example/end?id={{panelist}}.")
        return [_problem("bad_redirect", message, remedy, address=template)]
    return [problem for name in _FIELD.findall(template) for problem in _unknown(name, known)]


def _unknown(name: str, known: list[str]) -> list[Problem]:
    if name in known:
        return []
    message = N_("The questionnaire has no value {name} from a link.")
    remedy = N_("Declare it under outside with the source link.")
    return [_problem("unknown_link_value", message, remedy, name=name)]


def _problem(code: str, message: str, remedy: str = "", **params: Any) -> Problem:
    return Problem(code, message, params, name="panel", remedy=remedy)
