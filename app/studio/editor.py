"""The editor, question by question. Whatever was typed is saved as it is; the problems stand beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form, FormField

from app.catalog import service as catalog
from app.catalog import source
from app.core.problems import Problem
from app.engine.types import TYPES
from app.proofs import Finding
from app.studio import outline
from app.studio.blueprint import Desk, actor, bp, desk_of, judge, may_read, may_write, workspace_id
from app.studio.buttons import ACTIONS, MADE, added
from app.studio.outline import Place, Tree
from app.studio.parts import Group, filled, form_class, groups_of
from app.studio.preview import question_preview, without_pipes
from app.studio.type_names import TYPE_GROUPS, TYPE_LABELS
from app.studio.typed import read
from app.studio.viewing import asked_language, frame_of
from app.studio.words import HINTS
from app.ui.edge import now
from app.ui.languages import LANGUAGES


@dataclass
class Sheet:
    """One part's form. ``errors``: field name -> what the compiler says; ``base``: fingerprint of what it was filled from."""

    place: Place
    part: Tree
    form: Form
    base: str
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    clash: Tree | None = None

    @property
    def faults(self) -> list[tuple[str, str, Problem]]:
        """What keeps it from being published, each with its field and what is said of it."""
        found = []
        for problem in self.problems:
            said = " ".join((problem.text(_), problem.remedy_text(_), _example(problem))).strip()
            text = _("Missing.") if problem.code == "missing_translation" else said
            found.append((field_of(self.form, self.place, problem), text, problem))
        return found

    @property
    def errors(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, text, _problem in self.faults:
            found.setdefault(name, []).append(text)
        return found

    @property
    def advice(self) -> list[tuple[str, Problem]]:
        """What is probably not meant, each with its field."""
        return [(field_of(self.form, self.place, warning), warning) for warning in self.warnings]

    @property
    def remarks(self) -> list[tuple[str, Problem]]:
        """What is worth knowing, each with its field."""
        return [(field_of(self.form, self.place, note), note) for note in self.notes]

    @property
    def missing(self) -> list[str]:
        """The fields of texts that are missing: they are counted in one line."""
        return [
            field_of(self.form, self.place, problem)
            for problem in self.problems
            if problem.code == "missing_translation"
        ]


def field_of(form: Form, place: Place, problem: Problem) -> str:
    """The field a problem belongs to; "" for the part as a whole. ``choices[1].label.pl`` is the field ``choices-1-label-pl``."""
    rest = outline.path_of(problem.path)[len(place) :]
    if problem.code == "missing_key" and not rest:
        rest = (str(problem.params.get("key")),)
    if rest[:1] == ("type",) and "value_type" in form:
        return "value_type"
    if problem.code == "missing_translation":
        rest = (*rest, str(problem.params.get("language")))
    if not rest or rest[0] not in form:
        return ""
    if rest == ("required",):
        return "required_when" if form["required"].data == "when" else "required"
    if rest[0] == "partial":
        return "partial"
    if rest[0] == "metrics":
        return "-".join(map(str, rest[:3]))
    return "-".join(map(str, rest))


def _example(problem: Problem) -> str:
    """Somebody whom a finding hits, "" where there is nobody."""
    answers = problem.example if isinstance(problem, Finding) else ""
    return _("For example: %(answers)s.", answers=answers) if answers else ""


@bp.get("/questionnaires/<questionnaire_id>")
@may_read
def questionnaire(questionnaire_id: str) -> ResponseReturnValue:
    """The draft with one part of it open."""
    desk = desk_of(questionnaire_id)
    if not desk.editable:
        return redirect(url_for("studio.source", questionnaire_id=questionnaire_id))
    place = outline.place_of(request.args.get("at", ""))
    if "at" not in request.args:
        place = next((place for place in outline.places(desk.tree) if place[-2] == "questions"), ())
    if place is None or desk.part(place) is None:
        place = ()
    return _page(desk, _sheet(desk, place))


@bp.post("/questionnaires/<questionnaire_id>/part")
@may_write
def change_part(questionnaire_id: str) -> ResponseReturnValue:
    """Save what was typed, then do what the button says: move, delete, copy, or the same with a choice."""
    desk = desk_of(questionnaire_id)
    place, do = outline.place_of(request.form.get("at", "")), request.form.get("do", "save")
    if place is None or not desk.editable:
        abort(400)
    current = outline.locate(desk.tree, place, request.form.get("base", ""))
    if current is None and not (request.form.get("base") == "" and place[-2:-1] == ("questions",)):
        return _clash(desk, place)
    tree, current, what = _typed(desk, place, current)
    stamp = desk.working.stamp
    saved = _save(desk, tree, stamp, what)
    action, _sep, number = do.partition(":")
    if isinstance(saved, catalog.Version) and action in ACTIONS and current:
        tree, current, what = ACTIONS[action](tree, current, int(number) if number.isdigit() else 0)
        saved = _save(desk, tree, saved.stamp, what)
    if isinstance(saved, catalog.Conflict):  # between the reading above and the writing: the next try sees it
        return _clash(Desk(desk.entry, saved.current), place)
    if action == "delete":
        flash(_("%(what)s. You can undo this.", what=what), "message")
    wanted = request.form.get("next", "")  # "-": the questionnaire itself, whose place is empty
    after = outline.place_of(wanted.replace("-", "")) if wanted else current
    return redirect(
        url_for("studio.questionnaire", questionnaire_id=questionnaire_id, at=outline.address_of(after or ()))
    )


@bp.post("/questionnaires/<questionnaire_id>/part/check")
@may_write
def check_part(questionnaire_id: str) -> ResponseReturnValue:
    """What would be wrong if this were saved, and how it would look; saves nothing."""
    desk = desk_of(questionnaire_id)
    place = outline.place_of(request.form.get("at", ""))
    current = outline.locate(desk.tree, place, request.form.get("base", "")) if place is not None else None
    if current is None or place is None:
        return "", 204
    tree, current, _what = _typed(desk, place, current)
    definition = catalog.check(source.write(tree), lists=catalog.rows_of(desk.working))
    form = form_class(current, outline.find(tree, current), desk.languages)()
    judged = judge(definition)
    sheet = Sheet(current, outline.find(tree, current), form, "", *judged.at(tree, current))
    language = asked_language(desk)
    shown = question_preview(tree, current, language, frame_of(desk))
    return render_template(
        "studio/aside.html", desk=desk, sheet=sheet, preview=shown, language=language, total=len(judged.problems)
    )


@bp.post("/questionnaires/<questionnaire_id>/add")
@may_write
def add(questionnaire_id: str) -> ResponseReturnValue:
    """Add a question of a type after the part that is open; ``type`` page or hidden adds a page or a value from outside."""
    desk = desk_of(questionnaire_id)
    place, kind = outline.place_of(request.form.get("at", "")), request.form.get("type", "")
    if place is None or not desk.editable or (kind not in TYPES and kind not in MADE):
        abort(400)
    tree, made = added(desk.tree, place, kind)
    what = _("Added %(name)s", name=outline.name_of(outline.find(tree, made)))
    saved = _save(desk, tree, request.form.get("stamp", ""), what)
    if isinstance(saved, catalog.Conflict):
        flash(_("Somebody changed the questionnaire meanwhile; here it is. Add the question again."), "danger")
        made = place
    return redirect(url_for("studio.questionnaire", questionnaire_id=questionnaire_id, at=outline.address_of(made)))


@bp.post("/questionnaires/<questionnaire_id>/undo")
@may_write
def undo(questionnaire_id: str) -> ResponseReturnValue:
    """Take back the last change."""
    desk = desk_of(questionnaire_id)
    what = desk.last_edit
    done = catalog.undo(workspace_id(), questionnaire_id, stamp=request.form.get("stamp", ""), now=now())
    if isinstance(done, catalog.Conflict):
        flash(_("Somebody changed the questionnaire meanwhile, so nothing was undone."), "danger")
    elif what:
        flash(_("Undone: %(what)s.", what=what), "success")
    at = request.form.get("at", "")
    back = "studio.source" if request.form.get("back") == "source" else "studio.questionnaire"
    return redirect(url_for(back, questionnaire_id=questionnaire_id, at=at))


# --- what the buttons do --------------------------------------------------------------------------


def _typed(desk: Desk, place: Place, current: Place | None) -> tuple[dict[str, Any], Place, str]:
    """The tree with what was typed in place of the part; a part that is gone comes back where it stood."""
    shape = {"type": request.form.get("was_type") or None, "choices": request.form.get("was_choices")}
    old = desk.part(current) if current is not None else {"type": shape["type"]}
    form = form_class(place, old if current is not None else shape, desk.languages)(request.form)
    part = read(form, place, old)
    name = outline.name_of(part) or desk.entry.name
    if current is None:
        tree, current = outline.insert(desk.tree, place, part)
        return tree, current, _("Brought back %(name)s", name=name)
    if place == ():
        part = _settings(part)
    return outline.replace(_renamed(desk.tree, old, part), current, part), current, _("Changed %(name)s", name=name)


def _renamed(tree: Tree, old: Tree, part: Tree) -> Tree:
    """Everything that refers to a question goes on referring to it under its new name, unless that name is taken."""
    was, will = outline.name_of(old), outline.name_of(part)
    if not was or not will or was == will or will in outline.names(tree):
        return tree
    return outline.rename(tree, was, will)


def _settings(part: dict[str, Any]) -> dict[str, Any]:
    """The languages of the questionnaire, the default first."""
    chosen = [code for code in request.form.getlist("languages") if code]
    chosen += [code for code in request.form.get("more_languages", "").replace(",", " ").split() if code not in chosen]
    first = request.form.get("first_language", "")
    if chosen:
        part["languages"] = sorted(chosen, key=lambda code: code != first)
    return part


# --- the page -------------------------------------------------------------------------------------


def _is_filled(group: Group, sheet: Sheet) -> bool:
    """Whether a folded group holds anything to see."""
    wrong = {name.split("-")[0] for name in sheet.errors}
    return any(sheet.part.get(key) not in (None, "", {}, []) or key in wrong for key in group.keys)


def _wrong_languages(texts: FormField, errors: Mapping[str, Any], languages: Sequence[str]) -> list[str]:
    return [code for code in languages if texts.form[code].name in errors]


def _save(desk: Desk, tree: Tree, stamp: str, what: str) -> catalog.Version | catalog.Conflict:
    """Keep the text as it is written while the tree says the same: its comments stay."""
    text = desk.working.source if tree == desk.tree else source.write(tree, desk.working.source)
    return catalog.save_draft(workspace_id(), desk.entry.id, text, stamp=stamp, what=what, now=now(), actor=actor())


def _sheet(desk: Desk, place: Place) -> Sheet:
    part = desk.part(place)
    form = form_class(place, part, desk.languages)(data=filled(place, part, desk.languages))
    return Sheet(place, part, form, outline.digest(part), *desk.judged.at(desk.tree, place))


def _clash(desk: Desk, place: Place) -> ResponseReturnValue:
    """Somebody changed or deleted the part meanwhile: what was typed stays in the form, what stands now is shown above."""
    shape = {"type": request.form.get("was_type") or None, "choices": request.form.get("was_choices")}
    form = form_class(place, shape, desk.languages)(request.form)
    name = form["name"].data if "name" in form else ""
    same = (
        other
        for other in outline.places(desk.tree)
        if len(other) == len(place) and outline.name_of(desk.part(other)) == name
    )
    now_at = next(same, None)
    current = desk.part(now_at) if now_at else None
    sheet = Sheet(now_at or place, shape, form, outline.digest(current) if current else "", clash=current or {})
    return _page(desk, sheet), 409


def _page(desk: Desk, sheet: Sheet) -> str:
    language = asked_language(desk)
    return render_template(
        "studio/editor.html",
        desk=desk,
        sheet=sheet,
        groups=groups_of(sheet.place, sheet.part),
        hints=HINTS,
        is_filled=_is_filled,
        wrong_languages=_wrong_languages,
        types=TYPE_LABELS,
        type_groups=TYPE_GROUPS,
        places=list(outline.places(desk.tree)),
        address=outline.address_of,
        kind_of=outline.kind_of,
        known_languages=LANGUAGES | {code: code for code in desk.languages if code not in LANGUAGES},
        name_of=outline.name_of,
        fallback=without_pipes,
        preview=question_preview(desk.tree, sheet.place, language, frame_of(desk)),
        language=language,
        total=len(desk.problems),
    )
