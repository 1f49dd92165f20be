"""LimeSurvey's quotas as ours: each is a cell, its members of one question alternatives."""

from typing import Any

from app.catalog.importers.limesurvey.pages import Pages
from app.catalog.importers.limesurvey.survey import Question, Survey
from app.catalog.importers.limesurvey.tables import Row
from app.catalog.importers.limesurvey.terms import Term, Untranslatable, joined, lenient, literal
from app.core.problems import N_

INACTIVE = N_("It is not active.")
MESSAGE = N_("Who is turned away reads the study's words, not the quota's own.")


def quotas(found: Survey, built: Pages) -> list[dict[str, Any]]:
    """Those that are active and can be said here; the report is told of the others."""
    made = []
    by_id = {question.qid: question for question in found.questions()}
    report, members = built.report, found.quota_members
    for row in found.quotas:
        name, place = row.get("name", ""), f"quota {row.get('id', '')}"
        try:
            if row.get("active") == "0":
                raise Untranslatable(INACTIVE)
            own = [member for member in members if member.get("quota_id") == row.get("id")]
            relevant = _condition(own, by_id, built)
            limit = row.get("qlimit", "")
            if not limit.isdecimal() or len(limit) > 8:
                raise Untranslatable(N_("It has no limit."))
        except Untranslatable as reason:
            report.left_out("setting", place, name, "", reason.why, **reason.params)
            continue
        quota = built.writer.names.take(name, "quota")
        made.append(
            {"name": quota, "kind": "hard", "cells": [{"name": "full", "relevant": relevant, "target": int(limit)}]}
        )
        if any(
            text.get("quotals_quota_id") == row.get("id") and text.get("quotals_message") for text in found.quota_texts
        ):
            report.approximated("setting", place, name, "", MESSAGE)
    return made


def _condition(members: list[Row], by_id: dict[str, Question], built: Pages) -> str:
    wanted: dict[str, list[Term]] = {}
    for member in members:
        question = by_id.get(member.get("qid", ""))
        if question is None:
            raise Untranslatable(N_("It counts answers to a question that is not there."))
        wanted.setdefault(question.qid, []).append(_member(question, member.get("code", ""), built))
    if not wanted:
        raise Untranslatable(N_("It counts no answers."))
    return lenient(joined("and", [joined("or", terms) for terms in wanted.values()])).source


def _member(question: Question, code: str, built: Pages) -> Term:
    """That a question was answered so: by a code, a part that was picked, or part-code in a grid."""
    translator = built.translator(question)
    parts = built.writer.variables.of.get(question.code, {})
    if code in parts and question.type in ("M", "P"):
        return translator.answer(parts[code])
    part, _, rest = code.partition("-")
    if "" not in parts and part in parts:
        return translator.compared("==", translator.answer(parts[part]), literal(rest))
    if "" not in parts:
        raise Untranslatable(N_("It counts answers to a question that is not there."))
    return translator.compared("==", translator.answer(parts[""]), literal(code))
