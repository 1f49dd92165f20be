"""Pictures, sounds and videos of questions and choices."""

from typing import Any

from app.catalog.importers.companions import Companions
from app.catalog.importers.report import Report
from app.catalog.importers.xlsform.columns import Row
from app.catalog.importers.xlsform.texts import Texts
from app.core.problems import N_
from app.files.service import MEDIA, media_type_of

COLUMNS = (*MEDIA, "big_image")
MISSING = N_(
    "the file is not here: send it along or put it beside the form and import again, or add it on the page Files"
)
LARGE = N_("a picture has one size here")
ELSEWHERE = N_("only files that belong to the form are shown")
WORDLESS = N_("the form has no words in the language {language}")
UNFIT = N_("it is no {kind} that can be shown here ({media_type})")


class Media:
    """``used``: the files that came along and are shown."""

    def __init__(self, texts: Texts, companions: Companions, report: Report) -> None:
        self.texts, self.companions, self.report = texts, companions, report
        self.used: dict[str, bool] = {}

    def of(self, row: Row, name: str) -> dict[str, Any] | None:
        """What a row shows, as a definition has it. ``name``: of the question or list, for the report."""
        found = {kind: self._files(row, name, kind) for kind in MEDIA}
        if not found["image"]:
            found["image"] = self._files(row, name, "big_image")
        else:
            for file in row.texts.get("big_image", {}).values():
                self.report.left_out("text", row.where, name, file, LARGE)
        return {kind: files for kind, files in found.items() if files} or None

    def _files(self, row: Row, name: str, column: str) -> Any:
        """One file, or one for each language."""
        by_tag: dict[str, str] = {}
        for language, file in row.texts.get(column, {}).items():
            tag = self.texts.tag_of(language)
            if tag is None:
                self.report.left_out("text", row.where, name, file, WORDLESS, language=language)
            elif self._there(row, name, column, file):
                by_tag.setdefault(tag, _bare(file))
        return next(iter(by_tag.values())) if len(set(by_tag.values())) == 1 else by_tag

    def _there(self, row: Row, name: str, column: str, file: str) -> bool:
        """Whether the file can be shown, perhaps once it is there."""
        kind = "image" if column == "big_image" else column
        if "://" in file.removeprefix("jr://") or "${" in file or not _bare(file):
            self.report.left_out("text", row.where, name, file, ELSEWHERE)
            return False
        content = self.companions(_bare(file))
        if content is None:
            self.report.approximated("text", row.where, name, file, MISSING)
            return True
        media_type = media_type_of(content[:8192])
        if media_type not in MEDIA[kind]:
            self.report.left_out("text", row.where, name, file, UNFIT, kind=kind, media_type=media_type)
            return False
        self.used[_bare(file)] = True
        return True


def _bare(file: str) -> str:
    """``jr://images/a.png`` as a.png"""
    return file.replace("\\", "/").rpartition("/")[2].strip()
