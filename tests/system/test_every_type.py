"""Every question type answered over HTTP on each channel that offers it, stored, exported, and read back from the export."""

import csv
import io
import re

import pytest

from app import engine
from app.catalog import service as catalog
from app.contacts import service as contacts
from app.engine.question_type import LINK, NONE
from app.engine.types import TYPES
from app.fieldwork import service as fieldwork
from app.files import service as files
from app.insights.bundle import bundle
from app.insights.exports import EXPORTS
from app.interviews import channel
from app.interviews import service as interviews
from app.rendering.fields import FIELDS
from tests.fieldwork.conftest import open_study, person  # noqa: F401
from tests.phone.conftest import Interviewer
from tests.sms.test_conversation import Phone
from tests.web.test_pages import _link, open_page

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
AB = "choices: [{name: a, label: Apple}, {name: b, label: Banana}, {name: c, label: Cherry}]"
DATE = {"__day": "3", "__month": "4", "__year": "2026"}
# type: (definition, what the web form sends (field names after the question's), what is texted, what is keyed, value, cells)
TABLE = {
    "single_choice": (AB, {"": "b"}, "banana", "2", "b", {"": "b"}),
    "multiple_choice": (AB, {"": ["a", "c"]}, "1, 3", ["a", "c"], ("a", "c"), {"__a": "1", "__b": "0", "__c": "1"}),
    "yes_no": ("", {"": "no"}, "NO", "no", "no", {"": "no"}),
    "csat_binary": ("", {"": "satisfied"}, "1", "satisfied", "satisfied", {"": "satisfied"}),
    "nps": ("", {"": "0"}, "zero", "0", 0, {"": "0"}),
    "csat_5": ("", {"": "4"}, "satisfied", "4", 4, {"": "4"}),
    "ces_7": ("", {"": "7"}, "seven", "7", 7, {"": "7"}),
    "rating": ("max: 3", {"": "3"}, "3", "3", 3, {"": "3"}),
    "integer": ("", {"": "-12"}, "-12", "-12", -12, {"": "-12"}),
    "decimal": ("", {"": "3,25"}, "3.25", "3.25", 3.25, {"": "3.25"}),
    "slider": ("min: -10, max: 10, step: 0.5", {"": "-2.5"}, "-2,5", "-2.5", -2.5, {"": "-2.5"}),
    "text": ("", {"": "=1+1"}, "=1+1", "=1+1", "=1+1", {"": "'=1+1"}),
    "long_text": ("", {"": "so so"}, "so so", "so so", "so so", {"": "so so"}),
    "date": ("", DATE, "3.4.2026", "3.4.2026", "2026-04-03", {"": "2026-04-03"}),
    "time": ("", {"": "14:05"}, "2:05 pm", "14.05", "14:05", {"": "14:05"}),
    "datetime": ("", {**DATE, "__time": "09:30"}, "3.4.2026 9:30", "3.4.2026 9.30", "2026-04-03T09:30",
                 {"": "2026-04-03T09:30"}),
    "phone_number": ('country: "+48"', {"": "601 234 567"}, "601234567", "0601234567", "+48601234567", {"": "'+48601234567"}),
    "email": ("", {"": "anna@Example.org"}, "anna@example.org", "anna@example.org", "anna@example.org",
              {"": "anna@example.org"}),
    "consent": ("", {"": "yes"}, "YES", "yes", "yes", {"": "yes"}),
    "ranking": (AB, {"": ["c", "a", ""]}, "3 1", "3 1", ("c", "a"), {"__a": "2", "__b": "0", "__c": "1"}),
    "lookup": (AB, {"": "Cherry"}, "che", "cher", "c", {"": "c"}),
    "image_choice": ("choices: [{name: a, label: A cat, image: cat.png}, {name: b, label: B, image: b.png}]",
                     {"": "a"}, LINK, "a", "a", {"": "a"}),
    "file": ("accept: [image/*]", {"__file": (PNG, "me.png")}, LINK, NONE, ..., {"": ...}),
}  # fmt: skip
HEAD = "questionnaire: every\ntitle: Every type\nlanguages: [en]\nbasis: attributable\npurpose: to learn\nminutes: 5\npages:\n"


@pytest.fixture
def study(workspace, clock):
    """A page a type; those that a text message can only send a link for come last."""
    pages = "".join(
        f"  - {{name: p{name}, questions: [{{name: q{place}, type: {name}, label: About {name}, {row[0]}}}]}}\n"
        for place, (name, row) in enumerate(TABLE.items())
    )
    for picture in ("cat.png", "other.png"):
        assert isinstance(files.store(workspace, picture, io.BytesIO(PNG), clock.now()), files.StoredFile)
    published = catalog.publish_source(workspace, HEAD + pages, now=clock.now())
    assert isinstance(published, catalog.Version), [str(problem) for problem in published]
    return open_study(workspace, clock, "every", "every")


@pytest.fixture
def interview(workspace, study, person, clock):
    made, _ = interviews.create(workspace, study, contact_id=person().id, language="en", now=clock.now())
    return made


def test_the_table_has_every_type_that_is_asked():
    assert set(TABLE) == set(FIELDS)
    assert {name for name in TABLE if TYPES[name].channels["sms"] == LINK} == {
        n for n, r in TABLE.items() if r[2] is LINK
    }
    assert {name for name in TABLE if TYPES[name].channels["phone"] == NONE} == {
        n for n, r in TABLE.items() if r[3] is NONE
    }


def test_on_the_web(client, workspace, study, interview, clock):
    page = open_page(client, f"/i/{_link(workspace, study, clock, interview.id)}")
    for place, (name, (_, form, *_rest)) in enumerate(TABLE.items()):
        assert ("canvass/respondent.js" in page.html) == (name == "slider")
        page = page.send(**on_the_web(place, form))
    assert "Thank you" in page.html
    check(study, interview, "web", set(TABLE))


def test_by_text_message(app, client, workspace, study, interview, clock):
    phone = Phone(client, workspace, interview, app.config["TWILIO_AUTH_TOKEN"], clock)
    number = contacts.contact(workspace, interview.contact_id).phone
    said = channel.get("sms").compose(workspace, interview.id, "invitation", clock.now()).text
    texted = {name: row for name, row in TABLE.items() if row[2] is not LINK}
    for _, _, text, *_rest in texted.values():
        said = phone.reply(text, From=number)
    assert "About image_choice" in said
    address = re.search(r"http://localhost(/i/\w+)", said)[1]
    page = open_page(client, address).send("confirm_identity", answer="yes")
    for name in ("image_choice", "file"):
        place = list(TABLE).index(name)
        page = page.send(**on_the_web(place, TABLE[name][1]))
    assert "Thank you" in page.html
    check(study, interview, "sms", set(texted))
    check(study, interview, "web", {"image_choice", "file"})


@pytest.mark.parametrize(("kind", "mode"), [("phone", "phone"), ("visit", "field")])
def test_by_an_interviewer(workspace, study, signed_in, staff, person, clock, kind, mode):
    tab, page = begun(workspace, study, signed_in, staff, person, clock, kind)
    keyed = {name: row for name, row in TABLE.items() if row[3] is not NONE}
    for place, name in enumerate(TABLE):
        if name in keyed:
            assert f"About {name}" in page.text, page.text
            page = tab.submit("/answer", **{f"q{place}": keyed[name][3]})
    assert "Interview complete" in page.text
    (interview,) = interviews.interviews_of(workspace, study_id=study.id)
    check(study, interview, mode, set(keyed))


def begun(workspace, study, signed_in, staff, person, clock, kind):
    """An interviewer at the first question of a case."""
    jan, who = staff("interviewer"), person()
    clock.set(clock.now().replace(hour=17))
    fieldwork.add_cases(workspace, study, kind, [who], clock.now(), assigned_to=jan.id if kind == "visit" else None)
    tab = Interviewer(signed_in(person=jan))
    if kind == "phone":
        tab.next()
    else:
        (case,) = fieldwork.visits_of(workspace, jan.id)
        tab.get(f"/visits/{case.id}")
        tab.submit("/take")
    tab.submit("/dial")
    return tab, tab.submit("/begin")


GRIDS = """
  - name: first
    questions:
      - {name: m, type: matrix_single, label: How was, rows: [{name: a, label: the price}, {name: b, label: the staff}],
         choices: [{name: bad, label: Bad}, {name: good, label: Good}]}
      - {name: s, type: matrix_multiple, label: Where, rows: [{name: a, label: tea}, {name: b, label: milk}],
         choices: [{name: home, label: At home}, {name: work, label: At work}]}
      - {name: n, type: matrix_number, label: How many, rows: [{name: a, label: sons}, {name: b, label: daughters}]}
      - {name: t, type: matrix_text, label: In a word, rows: [{name: a, label: the shop}, {name: b, label: the web}]}
      - {name: c, type: constant_sum, total: 10, label: Share 10, rows: [{name: a, label: price}, {name: b, label: speed}]}
      - {name: o, type: single_choice, label: Whence, choices: [{name: x, label: Radio}, {name: y, label: Other, specify: Which}]}
"""
CELLS = {
    "m__a": ("bad", "1"), "m__b": ("good", "good"), "s__a": (("home", "work"), "1 2"), "s__b": (("work",), "2"),
    "n__a": (2, "2"), "n__b": (1.5, "1,5"), "t__a": ("nice", "nice"), "t__b": ("slow", "slow"), "c__a": (4, "4"),
    "c__b": (6, "6"), "o": ("y", "Other"), "o__y__text": ("a friend", "a friend"),
}  # fmt: skip


@pytest.mark.parametrize("mode", ["web", "sms"])
def test_grids_row_by_row(app, client, workspace, person, clock, mode):
    text = HEAD.replace("every", "grids") + GRIDS
    assert isinstance(catalog.publish_source(workspace, text, now=clock.now()), catalog.Version)
    study, who = open_study(workspace, clock, "grids", "grids"), person()
    interview, _ = interviews.create(workspace, study, contact_id=who.id, language="en", now=clock.now())
    if mode == "web":
        page = open_page(client, f"/i/{_link(workspace, study, clock, interview.id)}")
        sent = {name: list(value) if isinstance(value, tuple) else str(value) for name, (value, _) in CELLS.items()}
        assert "Thank you" in page.send(**sent).html
    else:
        phone = Phone(client, workspace, interview, app.config["TWILIO_AUTH_TOKEN"], clock)
        said = channel.get("sms").compose(workspace, interview.id, "invitation", clock.now()).text
        assert "How was - the price" in said
        for _, reply in CELLS.values():
            said = phone.reply(reply, From=who.phone)
        assert "Thank you" in said
    check_grids(workspace, study, interview)


@pytest.mark.parametrize("kind", ["phone", "visit"])
def test_grids_by_an_interviewer(workspace, signed_in, staff, person, clock, kind):
    text = HEAD.replace("every", "grids") + GRIDS
    assert isinstance(catalog.publish_source(workspace, text, now=clock.now()), catalog.Version)
    study = open_study(workspace, clock, "grids", "grids")
    tab, page = begun(workspace, study, signed_in, staff, person, clock, kind)
    keyed = {name: " ".join(value) if isinstance(value, tuple) else str(value) for name, (value, _) in CELLS.items()}
    screens = [keyed] if kind == "visit" else [{name: keys} for name, keys in keyed.items()]
    for screen in screens:  # a visit shows the page, a call a row at a time
        page = tab.submit("/answer", **screen)
    assert "Interview complete" in page.text
    (interview,) = interviews.interviews_of(workspace, study_id=study.id)
    check_grids(workspace, study, interview)


def check_grids(workspace, study, interview):
    """Every row is stored, exported and read back."""
    state = interviews.load(workspace, interview.id).state
    assert {name: state.answers[name].value for name in CELLS} == {name: value for name, (value, _) in CELLS.items()}
    questions, (row,) = catalog.questionnaire(interview.version_id).questions, exported(study)
    for name, (value, _) in CELLS.items():
        kind = questions[name].kind
        assert kind.from_cells(questions[name], [row[column.name] for column in kind.columns(questions[name])]) == value


def on_the_web(place, form):
    """A row's form with whole names."""
    return {
        f"q{place}{part}": (io.BytesIO(sent[0]), sent[1]) if isinstance(sent, tuple) else sent
        for part, sent in form.items()
    }


def check(study, interview, mode, names):
    """What was answered is stored, exported, and read back from the export as the same value."""
    state = interviews.load(study.workspace_id, interview.id).state
    questionnaire = catalog.questionnaire(interview.version_id)
    (row,) = exported(study)
    for place, (name, (*_, value, cells)) in enumerate(TABLE.items()):
        if name not in names:
            continue
        question, answer = questionnaire.questions[f"q{place}"], state.answers[f"q{place}"]
        expected = answer.value if value is ... else value
        assert (answer.value, answer.mode) == (expected, mode), name
        written = {part: expected if cell is ... else cell for part, cell in cells.items()}
        assert {part: row[f"q{place}{part}"] for part in cells} == written, name
        again = [row[column.name].removeprefix("'") for column in question.kind.columns(question)]
        assert question.kind.from_cells(question, again) == answer.value, name
        if name == "file":
            sent = files.find(study.workspace_id, answer.value)
            assert (sent.interview_id, sent.name, sent.path.read_bytes()) == (interview.id, "me.png", PNG)
    assert isinstance(engine.next_screen(questionnaire, state, mode), engine.End)


def exported(study):
    pieces = dict(EXPORTS["csv"].files(bundle(study), False, lambda n: None))["survey.csv"]
    return list(csv.DictReader(io.StringIO(b"".join(pieces).decode(), newline="")))
