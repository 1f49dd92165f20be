"""The texts in each language: what is missing, and every one editable where it stands."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.catalog import service as catalog
from app.catalog import source
from app.studio import outline
from app.studio.blueprint import Desk, actor, bp, desk_of, may_read, may_write, workspace_id
from app.studio.texts import TextAt, coverage, texts_of
from app.studio.words import LABELS
from app.ui.edge import now
from app.ui.languages import LANGUAGES, language_name


@bp.get("/questionnaires/<questionnaire_id>/translations")
@may_read
def translations(questionnaire_id: str) -> ResponseReturnValue:
    """One language beside the default one."""
    desk = desk_of(questionnaire_id)
    if not desk.editable:
        return redirect(url_for("studio.source", questionnaire_id=questionnaire_id))
    return _page(desk, _language(desk), {})


@bp.post("/questionnaires/<questionnaire_id>/translations")
@may_write
def save_translations(questionnaire_id: str) -> ResponseReturnValue:
    """Save the texts of one language. Fields are named by place: ``pages.0.questions.2.label``."""
    desk, language = desk_of(questionnaire_id), request.form.get("language", "")
    if not desk.editable or language not in (*desk.languages, *LANGUAGES):
        abort(400)
    known = {outline.address_of(text.place) for text in texts_of(desk.tree)}
    typed = {key: text.strip().replace("\r\n", "\n") for key, text in request.form.items() if key in known}
    if request.form.get("stamp") != desk.working.stamp:
        return _page(desk, language, typed, clash=True), 409
    tree = _with_texts(desk, language, typed)
    if tree == desk.tree:
        return redirect(url_for("studio.translations", questionnaire_id=questionnaire_id, language=language))
    what = _("Translated into %(language)s", language=language_name(language))
    text = source.write(tree, desk.working.source)
    saved = catalog.save_draft(
        workspace_id(), questionnaire_id, text, stamp=desk.working.stamp, what=what, now=now(), actor=actor()
    )
    if isinstance(saved, catalog.Conflict):
        return _page(Desk(desk.entry, saved.current), language, typed, clash=True), 409
    flash(_("Saved."), "success")
    return redirect(
        url_for(
            "studio.translations", questionnaire_id=questionnaire_id, language=language, show=request.form.get("show")
        )
    )


def _with_texts(desk: Desk, language: str, typed: dict[str, str]) -> dict[str, Any]:
    """The tree with these texts; a language that the questionnaire has not yet is added with its first text."""
    tree: dict[str, Any] = dict(desk.tree)
    if language not in desk.languages and any(typed.values()):
        tree = outline.replace(tree, ("languages",), [*desk.languages, language])
    for found in texts_of(desk.tree):
        text = typed.get(outline.address_of(found.place))
        if text is None or text == found.texts.get(language, "").strip():
            continue
        texts = {code: other for code, other in found.texts.items() if code != language}
        order = [*desk.languages, language]
        texts |= {language: text} if text else {}
        tree = outline.replace(tree, found.place, dict(sorted(texts.items(), key=lambda item: order.index(item[0]))))
    return tree


def _page(desk: Desk, language: str, typed: dict[str, str], clash: bool = False) -> str:
    texts = texts_of(desk.tree)
    missing_only = request.values.get("show") == "missing"
    rows = [text for text in texts if not missing_only or text.missing(language)]
    return render_template(
        "studio/translations.html",
        desk=desk,
        language=language,
        rows=rows,
        typed=typed,
        clash=clash,
        missing_only=missing_only,
        coverage=coverage(desk.tree, desk.languages),
        others=[code for code in LANGUAGES if code not in desk.languages],
        address=outline.address_of,
        label=_label,
        total=len(desk.problems),
    )


def _label(text: TextAt) -> str:
    return str(LABELS.get(text.key, text.key))


def _language(desk: Desk) -> str:
    """The one asked for, else the first that is not the default."""
    wanted = request.args.get("language", "")
    return wanted if wanted in (*desk.languages, *LANGUAGES) else (*desk.languages[1:], desk.languages[0])[0]
