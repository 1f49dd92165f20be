"""Why a study cannot be opened."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from app import engine, proofs
from app.catalog import versions
from app.catalog.findings import gettext_of
from app.catalog.texting import BLOCK, texting
from app.core.problems import N_, Problem

if TYPE_CHECKING:
    from app.catalog.studies import Study


def obstacles(found: "Study", version: versions.Version | None, now: datetime) -> list[Problem]:
    """Every reason. ``version``: the newest published one."""
    problems = []
    if version is None:
        message, remedy = N_("The questionnaire is not published."), N_("Publish it first.")
        problems.append(_problem("not_published", message, "questionnaire", remedy))
    elif found.version_id and found.version_id != version.id:
        problems += engine.compatible(versions.questionnaire(found.version_id), versions.questionnaire(version.id))
    if not found.channels:
        problems.append(_problem("no_channel", N_("No channel is chosen."), "channels", N_("Choose at least one.")))
    message = N_("People must be told who asks and whom to ask.")
    missing = [field for field in ("organisation", "contact_line") if not getattr(found, field)]
    problems += [_problem("who_asks_missing", message, field, N_("Fill it in.")) for field in missing]
    if found.closes_at and found.closes_at <= now:
        message, remedy = N_("The closing date has passed."), N_("Choose a later one.")
        problems.append(_problem("closes_in_the_past", message, "closes_at", remedy))
    if version is not None and "sms" in found.channels:
        problems += _by_sms(found, versions.questionnaire(version.id))
    return problems


def _by_sms(found: "Study", q: engine.Questionnaire) -> Iterator[Problem]:
    """What must not be sent: choices that block whoever replies with them, and where the study says so texts outside GSM-7."""
    yield from proofs.stop_words(q)
    if texting(found.texting).encoding != BLOCK:
        return
    for language in q.languages:
        names = proofs.outside_gsm(q, language, gettext_of(language))
        if names:
            message = N_("By SMS these need Unicode, which the study does not send ({language}): {names}.")
            remedy = N_("Word them in the GSM-7 alphabet under sms, or let the study send Unicode.")
            yield _problem("needs_unicode", message, "texting", remedy, language=language, names=", ".join(names))


def _problem(code: str, message: str, field: str, remedy: str = "", **params: str) -> Problem:
    return Problem(code, message, params, name=field, remedy=remedy)
