"""A survey as LimeSurvey means it, whatever version of its database the export is of.

Up to version 3 (database 366) there is one row a language in ``questions``, ``groups``, ``answers`` and ``defaultvalues``; from
version 4 on the texts are in tables of their own (``question_l10ns`` …). Before 1.90 arrays had label sets.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.catalog.importers.limesurvey.tables import Row, Tables

Texts = dict[str, str]
"""By the language as the file writes it."""
MOST_QUESTIONS, MOST_PARTS = 5_000, 100_000
"""Of a survey: questions; subquestions and answers."""
EVERY = ""
"""Stands for every language, in attributes."""


@dataclass
class Option:
    """An answer or a subquestion. ``scale``: 0, or 1 for a second scale and for columns."""

    code: str
    texts: Texts
    scale: int = 0
    order: int = 0
    value: str = ""
    relevance: str = ""
    qid: str = ""


@dataclass
class Question:
    qid: str
    type: str
    code: str
    texts: Texts
    help: Texts
    order: int
    mandatory: str
    other: bool
    relevance: str
    preg: str
    answers: list[Option] = field(default_factory=list)
    subquestions: list[Option] = field(default_factory=list)
    attributes: dict[str, Texts] = field(default_factory=dict)
    defaults: list[Row] = field(default_factory=list)
    conditions: list[Row] = field(default_factory=list)

    def attribute(self, name: str) -> str:
        """Its value, of whatever language; "" where it is not set."""
        return next((value.strip() for value in self.attributes.get(name, {}).values() if value.strip()), "")

    def on(self, name: str) -> bool:
        return self.attribute(name) in ("1", "Y")

    def scale(self, number: int) -> list[Option]:
        return [option for option in self.answers if option.scale == number]

    def part(self, scale: int) -> list[Option]:
        return [option for option in self.subquestions if option.scale == scale]


@dataclass
class Group:
    gid: str
    title: Texts
    description: Texts
    order: int
    relevance: str
    randomization: str
    questions: list[Question] = field(default_factory=list)


@dataclass
class Survey:
    """``languages``: the base language first. ``settings``: the row of ``surveys``; ``texts``: those of the survey itself, by
    the name of their column."""

    sid: str
    version: int
    languages: list[str]
    settings: Row
    texts: dict[str, Texts]
    groups: list[Group]
    quotas: list[Row]
    quota_members: list[Row]
    quota_texts: list[Row]
    parameters: list[Row]
    assessments: list[Row]

    def questions(self) -> Iterator[Question]:
        for group in self.groups:
            yield from group.questions


def survey(tables: Tables) -> Survey:
    """The survey of the tables."""
    settings = next(iter(tables.of("surveys")), {})
    base = settings.get("language") or next(iter(tables.languages), "en")
    languages = list(dict.fromkeys([base, *tables.languages, *settings.get("additional_languages", "").split()]))
    texts: dict[str, Texts] = {}
    for row in tables.of("surveys_languagesettings"):
        for column in ("title", "description", "welcometext", "policy_notice", "endtext", "url"):
            texts.setdefault(column, {})[row.get("surveyls_language", base)] = row.get(f"surveyls_{column}", "")
    questions = _questions(tables, base)
    groups = _groups(tables, base)
    for question, gid in questions:
        # a damaged file may have lost a group: its questions come last
        groups.setdefault(gid, Group(gid, {}, {}, len(groups) + 1_000_000, "", "")).questions.append(question)
    for group in groups.values():
        group.questions.sort(key=lambda question: question.order)
    return Survey(
        settings.get("sid", ""),
        tables.version,
        languages,
        settings,
        texts,
        sorted(groups.values(), key=lambda group: group.order),
        *(tables.of("quota"), tables.of("quota_members"), tables.of("quota_languagesettings")),
        *(tables.of("survey_url_parameters"), tables.of("assessments")),
    )


def _groups(tables: Tables, base: str) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    for row in (*tables.of("groups"), *tables.of("group_l10ns")):
        group = groups.setdefault(
            row.get("gid", ""),
            Group(
                *(row.get("gid", ""), {}, {}, _number(row.get("group_order"))),
                *(row.get("grelevance", ""), row.get("randomization_group", "")),
            ),
        )
        language = row.get("language") or base
        if row.get("group_name"):
            group.title[language] = row["group_name"]
        if row.get("description"):
            group.description[language] = row["description"]
    return groups


def _questions(tables: Tables, base: str) -> list[tuple[Question, str]]:
    """Each question with the id of its group, its parts filled in."""
    found: dict[str, tuple[Question, str]] = {}
    parts: dict[str, tuple[Option, str]] = {}
    for row in (*tables.of("questions"), *tables.of("subquestions")):
        qid, parent = row.get("qid", ""), row.get("parent_qid") or "0"
        if parent != "0":
            part, _ = parts.setdefault(qid, (_subquestion(row), parent))
            _text(part.texts, row, "question", base)
            continue
        question, _ = found.setdefault(qid, (_question(row), row.get("gid", "")))
        _text(question.texts, row, "question", base)
        _text(question.help, row, "help", base)
    for row in tables.of("question_l10ns"):
        qid = row.get("qid", "")
        if qid in parts:
            _text(parts[qid][0].texts, row, "question", base)
        elif qid in found:
            _text(found[qid][0].texts, row, "question", base)
            _text(found[qid][0].help, row, "help", base)
    for part, parent in parts.values():
        if parent in found:
            found[parent][0].subquestions.append(part)
    _fill(tables, base, {qid: question for qid, (question, _) in found.items()})
    return list(found.values())


def _fill(tables: Tables, base: str, questions: dict[str, Question]) -> None:
    """Give each question its answers, attributes, default values and conditions."""
    for qid, option in _answers(tables, base):
        if qid in questions:
            questions[qid].answers.append(option)
    _label_sets(tables, base, questions)
    for row in tables.of("question_attributes"):
        if row.get("qid") in questions:
            values = questions[row["qid"]].attributes.setdefault(row.get("attribute", ""), {})
            values[row.get("language") or EVERY] = row.get("value", "")
    for row in _defaults(tables):
        if row.get("qid") in questions:
            questions[row["qid"]].defaults.append(row)
    for row in tables.of("conditions"):
        if row.get("qid") in questions:
            questions[row["qid"]].conditions.append(row)
    for question in questions.values():
        question.answers.sort(key=lambda option: (option.scale, option.order))
        question.subquestions.sort(key=lambda option: (option.scale, option.order))
        question.conditions.sort(key=lambda row: _number(row.get("scenario")))


def _question(row: Row) -> Question:
    return Question(
        *(row.get("qid", ""), row.get("type", "")[:1], row.get("title", "").strip(), {}, {}),
        *(_number(row.get("question_order")), row.get("mandatory", ""), row.get("other") == "Y"),
        *(row.get("relevance", ""), row.get("preg", "")),
    )


def _subquestion(row: Row) -> Option:
    return Option(
        *(row.get("title", "").strip(), {}, _number(row.get("scale_id")), _number(row.get("question_order"))),
        relevance=row.get("relevance", ""),
        qid=row.get("qid", ""),
    )


def _answers(tables: Tables, base: str) -> Iterator[tuple[str, Option]]:
    """Each answer with the id of its question: one row a language, or with texts of its own."""
    found: dict[tuple[str, ...], tuple[str, Option]] = {}
    for row in tables.of("answers"):
        key = (row["aid"],) if row.get("aid") else (row.get("qid", ""), row.get("scale_id", "0"), row.get("code", ""))
        option = Option(
            *(row.get("code", "").strip(), {}, _number(row.get("scale_id")), _number(row.get("sortorder"))),
            value=row.get("assessment_value", ""),
        )
        _, option = found.setdefault(key, (row.get("qid", ""), option))
        _text(option.texts, row, "answer", base)
    for row in tables.of("answer_l10ns"):
        if (row.get("aid", ""),) in found:
            _text(found[(row["aid"],)][1].texts, row, "answer", base)
    yield from found.values()


def _label_sets(tables: Tables, base: str, questions: dict[str, Question]) -> None:
    """Before 1.90 the answers of an array stood in label sets, named by ``lid`` and, for a second scale, ``lid1``."""
    sets: dict[str, list[Row]] = {}
    for label in tables.of("labels"):
        sets.setdefault(label.get("lid", ""), []).append(label)
    left = MOST_PARTS  # a large set for every question of a large file would fill the memory
    for row in tables.of("questions"):
        question = questions.get(row.get("qid", ""))
        if question is None or question.answers or left < 0:
            continue
        for scale, column in enumerate(("lid", "lid1")):
            options: dict[str, Option] = {}
            for label in sets.get(row.get(column, ""), ()):
                code = label.get("code", "").strip()
                option = options.setdefault(code, Option(code, {}, scale, _number(label.get("sortorder"))))
                _text(option.texts, label, "title", base)
            question.answers += options.values()
            left -= len(options)


def _defaults(tables: Tables) -> Iterable[Row]:
    texts = {row.get("dvid"): row for row in reversed(tables.of("defaultvalue_l10ns"))}
    return [{**row, **texts.get(row.get("dvid"), {})} for row in tables.of("defaultvalues")]


def _text(texts: Texts, row: Row, column: str, base: str) -> None:
    if row.get(column):
        texts[row.get("language") or base] = row[column]


def _number(written: str | None) -> int:
    return int(written) if written and written.strip().lstrip("-").isdecimal() and len(written) < 12 else 0
