"""The pages of a definition from those of a SurveyJS form."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.catalog.importers.names import Names
from app.catalog.importers.surveyjs import shown as shown
from app.catalog.importers.surveyjs import tables as tables
from app.catalog.importers.surveyjs.form import Element, Form
from app.catalog.importers.surveyjs.kinds import whole
from app.catalog.importers.surveyjs.outline import Page
from app.catalog.importers.surveyjs.values import Scope
from app.core.problems import N_

Node = dict[str, Any]
MOST_ROWS = 200
LOOKS = N_("They are about looks, or for the form's own program.")
LEFT_OUT = {
    "image": N_("Pictures are not shown here."),
    "slider": N_("A slider with two ends has no like here."),
}
READ = set(
    "type widget name valueName title description html after body visible visibleIf enableIf requiredIf isRequired "
    "requiredErrorText choices choicesMin choicesMax choicesStep choicesOrder choicesFromQuestion choicesFromQuestionMode "
    "choicesVisibleIf choicesEnableIf hasOther showOtherItem otherText hasNone showNoneItem noneText showDontKnowItem "
    "dontKnowText showRefuseItem refuseText hasComment showCommentArea commentText inputType validators min max "
    "minValueExpression maxValueExpression step maxLength defaultValue defaultValueExpression setValueExpression expression "
    "labelTrue labelFalse valueTrue valueFalse rateMin rateMax rateStep rateValues rateCount minRateDescription "
    "maxRateDescription rows columns items cellType isAllRowRequired eachRowRequired rowsVisibleIf rowsOrder rowOrder "
    "templateElements templateTitle panelCount minPanelCount maxPanelCount rowCount minRowCount maxRowCount allowAddPanel "
    "allowRemovePanel allowAddRows allowRemoveRows multiSelect sliderType minSelectedChoices maxSelectedChoices "
    "acceptedTypes maxSize confirms optional heading radioOutputValues inputNames inputTypes textBeforeInputs elements "
    "questions questionsOrder questionOrder maxTimeToFinish timeLimit htmldescription labelFirstName labelMiddleName "
    "labelLastName descFirstName descMiddleName descLastName labelPhone labelEmail labelFax detailElements".split()
)
REASONS = {
    "choicesByUrl": N_(
        "The choices are fetched from elsewhere while people answer; a field to write in stands for them."
    ),
    "hasSelectAll": N_("Ticking all at once is no answer."),
    "showSelectAllItem": N_("Ticking all at once is no answer."),
    "allowMultiple": N_("One file is taken a question."),
    "readOnly": N_("It can be answered here."),
    "resetValueIf": N_("Answers are not changed behind a person's back here."),
    "setValueIf": N_("Answers are not changed behind a person's back here."),
}


def build(form: Form, element: Element) -> list[Node]:
    """The element's questions and repeats; one line of the report says what became of it."""
    _report(form, element)
    if element.kind == "lost":
        for condition in element.conditions:
            form.shared(condition, element.scope)
        return []
    if element.kind == "rows":
        return _repeat(form, element)
    if element.kind == "note":
        return shown.note(form, element)
    if element.kind == "computed":
        return shown.computed(form, element)
    if element.kind in ("grid", "grid_of_texts"):
        return tables.grid(form, element)
    if element.kind in ("texts", "columns"):
        return (tables.fields if element.kind == "texts" else tables.by_column)(form, element)
    return shown.plain(form, element)


def _report(form: Form, element: Element) -> None:
    raw, here = element.raw, (element.where, element.key)
    what = str(raw.get("widget") or raw.get("type", ""))
    if element.kind == "lost":
        why = LEFT_OUT.get(what) or element.lost
        form.report.left_out("question", *here, what, why, type=what)
    elif element.lost or (element.kind == "text" and raw.get("choicesByUrl")):
        form.report.approximated("question", *here, what, element.lost or REASONS["choicesByUrl"])
    elif not raw.get("heading"):
        form.report.carried("question", *here, what)
    for key in (key for key in REASONS if raw.get(key)):
        form.report.left_out("setting", *here, key, REASONS[key])
    looks(form, raw, *here)
    for part in element.parts if element.kind in ("columns", "texts", "grid_of_texts") else ():
        looks(form, part.raw, element.where, f"{element.key}.{part.key}")


def looks(form: Form, raw: Mapping[str, Any], where: str, name: str) -> None:
    """One line for all properties that are not carried because they are about looks or the form's own program."""
    others = [str(key) for key in raw if key not in READ and key not in REASONS]
    if others:
        form.report.left_out("setting", where, name, ", ".join(others), LOOKS)


def _repeat(form: Form, element: Element) -> list[Node]:
    """The heading, then the rows; people say after each row whether there is another, unless their number is fixed."""
    raw = element.raw
    unit, plural = ("Panel", "Panel") if raw.get("type") == "paneldynamic" else ("Row", "Rows")
    count, least, most = (whole(raw.get(f"{key}Count")) for key in (unit.lower(), f"min{unit}", f"max{unit}"))
    fixed = raw.get(f"allowAdd{plural}") is False and raw.get(f"allowRemove{plural}") is False
    least = max(least or 0, 1 if raw.get("isRequired") else 0)
    most = min(most, MOST_ROWS) if most and most > 0 else MOST_ROWS
    node: Node = {"repeat": element.name, "least": min(least, most), "most": most}
    if count is not None and (fixed or count == least == most):
        node = {"repeat": element.name, "count": str(max(0, min(count, MOST_ROWS)))}
    inside = element.parts[0].scope if element.parts else element.scope
    title = form.texts.words(raw.get("templateTitle"), inside, element.where, element.key)
    if title:
        node["title"] = title
    below = [part for inner in element.parts for part in build(form, inner)]
    node["pages"] = split(element.name, below, form.pages)
    if not node["pages"]:
        return []
    heading = {**shown.heading(form, element), "name": form.names.take(f"{element.name}_heading")}
    relevant = heading.get("relevant")
    if relevant:
        node = {"block": form.pages.take(f"{element.name}_rows"), "relevant": relevant, "pages": [node]}
    return [heading, node]


def split(name: str, nodes: list[Node], pages: Names, **first: Any) -> list[Node]:
    """Pages of the questions, cut where a repeat stands between them; ``first``: more of the first page."""
    made: list[Node] = []
    for node in nodes:
        if "repeat" in node or "block" in node:
            made.append(node)
        elif made and "questions" in made[-1]:
            made[-1]["questions"].append(node)
        else:
            made.append({"name": pages.take(name, "page"), **(first if not made else {}), "questions": [node]})
    return made


class Pages:
    """Pages of the definition in the making. ``ends``: nodes to come after a page, by its number."""

    def __init__(self, form: Form, ends: Mapping[int, list[Node]], computed: list[tuple[int, Node]]) -> None:
        self.form, self.ends, self.computed = form, ends, list(computed)
        self.first: dict[int, str] = {}
        """The page or block of ours that each page of the form has become, by its number."""

    def build(self, pages: list[Page]) -> list[Node]:
        made: list[Node] = []
        for number, page in enumerate(pages):
            nodes = self._page(page)
            if nodes:
                self.first[number] = str(nodes[0].get("name") or nodes[0].get("block"))
            made += nodes
            for end in self.ends.get(number, ()):
                made.append({"name": self.form.pages.take(end["name"]), "questions": [end]})
        return made

    def _page(self, page: Page) -> list[Node]:
        form, raw = self.form, page.raw
        if raw is not form.raw:
            looks(form, raw, page.where, str(raw.get("name", "")))
        for panel, where in page.panels:
            looks(form, panel, where, str(panel.get("name", "")))
        at = page.elements[0].at if page.elements else 0
        scope = Scope(at)
        relevant = form.all_of(form.shared(condition, scope) for condition in page.conditions)
        name = str(raw.get("name") or "page")
        nodes = self._description(page, scope)
        for element in page.elements:
            nodes += [*self._due(element.at), *build(form, element)]
        nodes += self._due(self._last(page) + 1) if page.elements else []
        title = form.texts.words(raw.get("title"), scope, page.where, name)
        made = split(name, nodes, form.pages, **({"title": title} if title else {}))
        limits = [raw.get("maxTimeToFinish"), raw.get("timeLimit")]
        limits += [form.raw.get("maxTimeToFinishPage"), form.raw.get("timeLimitPerPage")]
        limit = next((seconds for seconds in map(whole, limits) if seconds and seconds > 0), 0)
        shuffled = "random" in (
            raw.get(key, form.raw.get("questionsOrder")) for key in ("questionsOrder", "questionOrder")
        )
        for each in made:
            if "questions" in each:
                each |= {"time_limit": limit} if limit else {}
                each |= {"randomize": True} if shuffled else {}
        if relevant and len(made) > 1:
            return [{"block": form.pages.take(f"{name}_all"), "relevant": relevant, "pages": made}]
        return [{**each, "relevant": relevant} if relevant else each for each in made]

    def _last(self, page: Page) -> int:
        """The place of the page's last question, in repeats as well."""
        last = page.elements[-1]
        while last.parts and last.kind == "rows":
            last = last.parts[-1]
        return last.at

    def _description(self, page: Page, scope: Scope) -> list[Node]:
        words = self.form.texts.words(page.raw.get("description"), scope, page.where, str(page.raw.get("name", "")))
        name = f"{page.raw.get('name', 'page')}_description"
        return [{"name": self.form.names.take(name), "type": "note", "label": words}] if words and page.elements else []

    def _due(self, at: int) -> Iterator[Node]:
        """What is calculated from all before that place."""
        while self.computed and self.computed[0][0] < at:
            yield self.computed.pop(0)[1]
