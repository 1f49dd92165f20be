"""Compiling a text: every language there, every pipe with a fallback."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from app.core.problems import N_
from app.engine.expressions import Symbol
from app.engine.expressions.check import did_you_mean
from app.engine.model import Pipe, Text
from app.engine.structure import Path, Report, last

POSITION = "position()"
"""The pipe of a row's number, which is no answer."""
PIPE = re.compile(r"\$\{([^{}|]*)(?:\|([^{}]*))?\}")


def compile_text(
    given: Any,
    languages: Sequence[str],
    names: Mapping[str, Symbol],
    path: Path,
    report: Report,
    standard: Mapping[str, str],
    within: tuple[str, ...] = (),
    untranslated: bool = False,
) -> Text:
    """The text, with ``standard`` wording where the author gives none of a language. What is missing is reported and empty;
    where ``untranslated`` texts may stay so, it is the first language that has it. ``within``: the repeats it stands in."""
    written = {languages[0]: given} if isinstance(given, str) else dict(given or {})
    parts: dict[str, tuple[str | Pipe, ...]] = {}
    for language in written:
        if language not in languages:
            message = N_("The questionnaire is not in the language {language}.")
            remedy = N_("Add it to languages or delete the text.")
            report((*path, language), "unknown_language", message, remedy, language=language)
    for language in languages:
        source = written.get(language, standard.get(language))
        if source is None and untranslated:
            source = next((written[other] for other in languages if other in written), None)
        below = path if isinstance(given, str) else (*path, language)
        if source is None:
            message = N_("{where} has no text in {language}.")
            report(path, "missing_translation", message, N_("Add {language}."), where=last(path), language=language)
        elif not source.strip():
            message = N_("{where} is empty in {language}.")
            report(below, "empty_text", message, N_("Write it or delete it."), where=last(path), language=language)
        parts[language] = _parts(unicodedata.normalize("NFC", source or ""), names, below, report, within)
    return Text(parts)


def _parts(
    source: str, names: Mapping[str, Symbol], path: Path, report: Report, within: tuple[str, ...]
) -> tuple[str | Pipe, ...]:
    """The text cut at its pipes."""
    parts: list[str | Pipe] = []
    end = 0
    for match in PIPE.finditer(source):
        if match.start() > end:
            parts.append(source[end : match.start()])
        end = match.end()
        name, fallback = match[1].strip(), match[2]
        if name == "position" and name not in names and within:
            name = POSITION
        else:
            _check_pipe(name, fallback, names, path, report, within)
        parts.append(Pipe(name, fallback or ""))
    if "${" in PIPE.sub("", source):
        report(path, "bad_pipe", N_("A “${{” is not closed properly."), N_("Write ${{name|fallback}}."))
    if end < len(source) or not parts:
        parts.append(source[end:])
    return tuple(parts)


def _check_pipe(
    name: str,
    fallback: str | None,
    names: Mapping[str, Symbol],
    path: Path,
    report: Report,
    within: tuple[str, ...],
) -> None:
    symbol = names.get(name)
    if symbol is None:
        close = did_you_mean(name, names)
        remedy = N_("Did you mean {close}?") if close else N_("Declare it as a question or under outside.")
        report(path, "unknown_name", N_("There is no {name}."), remedy, name=name, close=close)
    elif symbol.later:
        message = N_("{name} is asked later (or is this question itself).")
        remedy = N_("Refer to earlier questions only, or move {name} before this one.")
        report(path, "forward_reference", message, remedy, name=name)
    elif symbol.repeats != within[: len(symbol.repeats)]:
        message = N_("{name} is asked once a row; here, outside the rows, there is no single answer.")
        remedy = N_("Compute a value from it, for example with join(', ', ${{{name}}}), and pipe that.")
        report(path, "pipe_of_a_list", message, remedy, name=name)
    if fallback is None:
        message = N_("${{{name}}} has no fallback for when there is no answer.")
        report(path, "pipe_without_fallback", message, N_("Write ${{{name}|…}} with words that fit."), name=name)
