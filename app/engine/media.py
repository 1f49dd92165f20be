"""Pictures, sounds and videos of questions and choices: the names of files of the workspace."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.core.problems import N_
from app.engine.model import Media, Questionnaire
from app.engine.structure import Path

if TYPE_CHECKING:
    from app.engine.compiler import Compilation


def compile_media(run: "Compilation", node: Mapping[str, Any], path: Path) -> Media:
    """What a node shows. A language without a file of its own has that of the first language that has one."""
    found: dict[str, Mapping[str, str]] = {}
    for kind, given in node.get("media", {}).items():
        written = {run.languages[0]: given} if isinstance(given, str) else dict(given)
        for language in written.keys() - set(run.languages):
            message = N_("The questionnaire is not in the language {language}.")
            remedy = N_("Add it to languages or delete the text.")
            run.report((*path, "media", kind, language), "unknown_language", message, remedy, language=language)
        otherwise = next((written[language] for language in run.languages if language in written), "")
        files = {language: written.get(language, otherwise) for language in run.languages}
        if not all(files.values()):
            message, remedy = N_("{where} names no file."), N_("Write the name of a file, or delete it.")
            run.report((*path, "media", kind), "empty_text", message, remedy, where=kind)
        found[kind] = files
    return found


def in_language(media: Media, language: str) -> Mapping[str, str]:
    """kind -> file"""
    return {kind: files[language] for kind, files in media.items()}


def files_of(q: Questionnaire) -> frozenset[str]:
    """The files that a questionnaire shows; worked out once."""
    if "files" not in q.items:
        questions = q.questions.values()
        choices = {id(choice): choice for question in questions for choice in question.choices}.values()
        of_grids = [question.grid.media for question in questions if question.grid]
        shown = [*of_grids, *(question.media for question in questions), *(choice.media for choice in choices)]
        named = [file for media in shown for files in media.values() for file in files.values()]
        q.items["files"] = frozenset([*named, *(choice.image for choice in choices if choice.image)])
    found: frozenset[str] = q.items["files"]
    return found
