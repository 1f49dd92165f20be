"""People whom a panel sends, and sends back for: what the link they came by says of them, and where they go at the end.

    sig = HMAC-SHA-256(key = the study's panel key, message = the whole address before the parameter), in hexadecimal

The parameter stands last, on the links a panel makes and on the addresses we send people back to.
"""

import hashlib
import hmac
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from app import engine
from app.catalog import panel as settings
from app.catalog.service import Study
from app.interviews import links
from app.interviews.links import Link
from app.interviews.repository import Interview
from app.ui.edge import signer

LONGEST = 500


@dataclass(frozen=True, slots=True)
class Arrival:
    """How somebody came to a study's link. `query`: what their address said, as it stood. `values`: what of it the
    questionnaire knows. `signed`: the panel's signature is good. `refused`: it is not, and the study wants one.
    `interview_id`: of the one interview this panelist has, "" where nothing tells panelists apart."""

    query: str
    values: Mapping[str, engine.Value] = field(default_factory=dict)
    signed: bool = False
    refused: bool = False
    interview_id: str = ""


def sign(key: str, address: str) -> str:
    """What the panel's server computes, and we."""
    return hmac.new(key.encode(), address.encode(), hashlib.sha256).hexdigest()


def arrive(link: Link, study: Study, questionnaire: engine.Questionnaire, query: str) -> Arrival:
    """What the address of a study's link says."""
    name = study.panel.get("signature", settings.SIGNATURE)
    match = re.fullmatch(rf"(?:(.*)&)?{re.escape(name)}=([0-9A-Fa-f]{{64}})", query)
    said = query if match is None else match[1] or ""
    address = links.url(link.token) + (f"?{said}" if said else "")
    signed = match is not None and hmac.compare_digest(sign(_key(study), address), match[2].lower())
    known = {entry.name for entry in questionnaire.outside if entry.source == "link"}
    given = {key: texts[0][:LONGEST] for key, texts in parse_qs(said).items() if key in known}
    values, _ = engine.read_outside(questionnaire, given)
    panelist = values.get(study.panel.get("panelist", ""))
    refused = bool(study.panel.get("signed")) and not signed and link.purpose not in ("embed", "test")
    return Arrival(query, values, signed, refused, _interview_id(link, panelist) if panelist is not None else "")


def _interview_id(link: Link, panelist: engine.Value) -> str:
    """One panelist has one interview in a study, by whatever link (UUID version 5, RFC 9562)."""
    kind = "test" if link.is_test else "panel"
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"canvass:{kind}:{link.study_id}:{panelist}"))


def way_back(study: Study, questionnaire: engine.Questionnaire, interview: Interview | None) -> str:
    """The signed address that the panel wants this person at, "" while the interview goes on or where it wants nobody."""
    template = study.panel.get("redirects", {}).get(interview.status) if interview else None
    if interview is None or not template:
        return ""
    known = {entry.name for entry in questionnaire.outside if entry.source == "link"}
    values = {name: value for name, value in interview.state.outside.items() if name in known}
    address = settings.redirect(template, values)
    name = study.panel.get("signature", settings.SIGNATURE)
    return f"{address}{'&' if '?' in address else '?'}{name}={sign(_key(study), address)}"


def _key(study: Study) -> str:
    return links.panel_secret(signer(), study.id)
