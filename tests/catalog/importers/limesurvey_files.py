"""Small LimeSurvey exports of any version, written as its schema of that time has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from app.catalog.importers.limesurvey import IMPORTER
from app.catalog.importers.report import Imported
from app.engine import Questionnaire, compile

VERSIONS = (143, 178, 261, 366, 430, 630)
RELEVANCE_SINCE, TEXTS_APART_SINCE = 150, 400

Text = str | Mapping[str, str]
Row = dict[str, Any]


@dataclass
class Q:
    """A question. ``parts``: (code, text, scale, relevance); ``answers``: (code, text, scale), what is left out is 0 or 1."""

    code: str
    type: str
    text: Text = "?"
    parts: Sequence[tuple[Any, ...]] = ()
    answers: Sequence[tuple[Any, ...]] = ()
    relevance: str = "1"
    mandatory: str = "N"
    other: str = "N"
    preg: str = ""
    help: Text = ""
    group: int = 1
    attributes: Mapping[str, Text] = field(default_factory=dict)
    default: str = ""
    conditions: Sequence[tuple[str, ...]] = ()


def lss(
    version: int,
    questions: Sequence[Q],
    languages: Sequence[str] = ("en",),
    groups: Sequence[Mapping[str, str]] = ({},),
    settings: Mapping[str, str] | None = None,
    tables: Mapping[str, list[Row]] | None = None,
    title: Text = "A survey",
) -> bytes:
    """The export. The id of a question is its place from 1, of the survey 9; ``9X1X3SQ001`` is part SQ001 of the third."""
    rows: dict[str, list[Row]] = {"answers": [], "answer_l10ns": []}
    rows |= {"groups": [], "group_l10ns": [], "questions": [], "subquestions": [], "question_l10ns": []}
    rows |= {"question_attributes": [], "defaultvalues": [], "defaultvalue_l10ns": [], "conditions": []}
    for gid, group in enumerate(groups, 1):
        row = {"gid": gid, "sid": 9, "group_order": gid, **group}
        if version >= RELEVANCE_SINCE:
            row |= {
                "grelevance": group.get("grelevance", ""),
                "randomization_group": group.get("randomization_group", ""),
            }
        texts = {"group_name": group.get("group_name", f"Group {gid}"), "description": group.get("description", "")}
        _put(rows, version, "groups", "group_l10ns", row, texts, languages, "gid")
    for qid, question in enumerate(questions, 1):
        _question(rows, version, qid, question, languages)
    rows["surveys"] = [{"sid": 9, "language": languages[0], "additional_languages": " ".join(languages[1:]), "format": "G",
                        "anonymized": "Y", **(settings or {})}]  # fmt: skip
    rows["surveys_languagesettings"] = [
        {"surveyls_survey_id": 9, "surveyls_language": language, "surveyls_title": _in(title, language)}
        for language in languages
    ]
    return document(version, languages, {**rows, **(tables or {})})


def document(version: int, languages: Sequence[str], rows: Mapping[str, list[Row]]) -> bytes:
    listed = "".join(f"<language>{language}</language>" for language in languages)
    body = "".join(
        f"<{table}><fields/><rows>{''.join(map(_row, found))}</rows></{table}>"
        for table, found in rows.items()
        if found
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<document><LimeSurveyDocType>Survey</LimeSurveyDocType>'
        f"<DBVersion>{version}</DBVersion><languages>{listed}</languages>{body}</document>"
    ).encode()


def _row(row: Row) -> str:
    cells = (f"<{key}>{escape(str(value))}</{key}>" if value != "" else f"<{key}/>" for key, value in row.items())
    return f"<row>{''.join(cells)}</row>"


def _in(text: Text, language: str) -> str:
    return text if isinstance(text, str) else text.get(language, "")


def _put(
    rows: dict[str, list[Row]], version: int, table: str, apart: str, row: Row, texts: Mapping[str, Text],
    languages: Sequence[str], key: str,
) -> None:  # fmt: skip
    """A row and its texts: one row a language, or texts in a table of their own."""
    if version >= TEXTS_APART_SINCE:
        rows[table].append(row)
    for language in languages:
        written = {column: _in(text, language) for column, text in texts.items()}
        if version >= TEXTS_APART_SINCE:
            rows[apart].append({"id": len(rows[apart]) + 1, key: row[key], **written, "language": language})
        else:
            rows[table].append({**row, **written, "language": language})


def _parts(rows: dict[str, list[Row]], version: int, row: Row, question: Q, languages: Sequence[str]) -> None:
    """The subquestions, which are rows as questions are, and the answers."""
    qid = row["qid"]
    for place, (code, text, *more) in enumerate(question.parts, 1):
        scale, relevance = (*more, *(0, "1")[len(more) :])
        part = {
            **row,
            "qid": 1000 * qid + place,
            "parent_qid": qid,
            "title": code,
            "question_order": place,
            "scale_id": scale,
        }
        if version >= RELEVANCE_SINCE:
            part["relevance"] = relevance
        _put(rows, version, "subquestions", "question_l10ns", part, {"question": text}, languages, "qid")
    for place, (code, text, *more) in enumerate(question.answers, 1):
        answer = {
            "qid": qid,
            "code": code,
            "sortorder": place,
            "assessment_value": 0,
            "scale_id": more[0] if more else 0,
        }
        if version >= TEXTS_APART_SINCE:
            answer["aid"] = 1000 * qid + place
        _put(rows, version, "answers", "answer_l10ns", answer, {"answer": text}, languages, "aid")


def _question(rows: dict[str, list[Row]], version: int, qid: int, question: Q, languages: Sequence[str]) -> None:
    row: Row = {
        "qid": qid, "parent_qid": 0, "sid": 9, "gid": question.group, "type": question.type, "title": question.code,
        "preg": question.preg, "other": question.other, "mandatory": question.mandatory, "question_order": qid, "scale_id": 0,
    }  # fmt: skip
    if version >= RELEVANCE_SINCE:
        row["relevance"] = question.relevance
    texts = {"question": question.text, "help": question.help}
    _put(rows, version, "questions", "question_l10ns", row, texts, languages, "qid")
    _parts(rows, version, row, question, languages)
    for name, value in question.attributes.items():
        for language in languages if isinstance(value, Mapping) else [""]:
            rows["question_attributes"].append(
                {"qid": qid, "attribute": name, "value": _in(value, language), "language": language}
            )
    if question.default:
        row = {"dvid": qid, "qid": qid, "scale_id": 0, "sqid": 0, "specialtype": ""}
        _put(
            rows,
            version,
            "defaultvalues",
            "defaultvalue_l10ns",
            row,
            {"defaultvalue": question.default},
            languages,
            "dvid",
        )
    for field_, method, value, *scenario in question.conditions:
        found = {"cqid": field_.split("X")[-1][:1], "cfieldname": field_, "method": method, "value": value}
        rows["conditions"].append({"qid": qid, "scenario": scenario[0] if scenario else 1, **found})


ABC = [("A1", "One"), ("A2", "Two"), ("A3", "Three")]
PARTS = [("SQ001", "First"), ("SQ002", "Second")]
COLUMNS = [*PARTS, ("C1", "Left", 1), ("C2", "Right", 1)]
EVERY_TYPE = [
    Q("radio", "L", answers=ABC, other="Y", mandatory="Y"), Q("drop", "!", answers=ABC), Q("flexible", "Z", answers=ABC),
    Q("withcomment", "O", answers=ABC), Q("several", "M", parts=PARTS, other="Y"), Q("commented", "P", parts=PARTS),
    Q("number", "N"), Q("numbers", "K", parts=PARTS), Q("short", "S"), Q("long", "T"), Q("huge", "U"),
    Q("shorts", "Q", parts=PARTS), Q("day", "D"), Q("yes", "Y"), Q("gender", "G"),
    Q("five", "5"), Q("five_s", "A", parts=PARTS), Q("ten", "B", parts=PARTS),
    Q("unsure", "C", parts=PARTS), Q("more", "E", parts=PARTS), Q("array", "F", parts=PARTS, answers=ABC),
    Q("columns", "H", parts=PARTS, answers=ABC), Q("dual", "1", parts=PARTS, answers=[*ABC, ("B1", "Other scale", 1)]),
    Q("cells", ":", parts=COLUMNS), Q("boxes", ":", parts=COLUMNS, attributes={"multiflexible_checkbox": "1"}),
    Q("words", ";", parts=COLUMNS), Q("ranked", "R", answers=ABC), Q("note", "X", "Hello"), Q("sum", "*", "{number * 2}"),
    Q("upload", "|"), Q("language", "I"),
]  # fmt: skip


def read(data: bytes) -> Imported:
    """The survey, imported and good to be published."""
    done = IMPORTER.read(data, "survey.lss")
    assert isinstance(done, Imported), done
    compiled = compile(done.tree)
    assert isinstance(compiled, Questionnaire), [str(problem) for problem in compiled]
    return done


def entries(done: Imported) -> dict[str, dict[str, Any]]:
    """The questions of the tree by name."""
    pages = [page for entry in done.tree["pages"] for page in entry.get("pages", [entry])]
    return {question["name"]: question for page in pages for question in page["questions"]}


def lost(done: Imported) -> list[str]:
    return [str(line) for line in done.report.lines if line.outcome == "left_out"]
