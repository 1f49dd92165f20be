"""Writing a questionnaire through HTTP, without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest

from app.catalog import service as catalog
from app.studio import outline
from app.studio.type_names import TYPE_LABELS
from tests.conftest import Client
from tests.studio.conftest import Studio, fields_of


def at(visit: str, place: str) -> str:
    return f"/studio/questionnaires/{visit}?at={place}"


def save(studio: Studio, visit: str, place: str, status: int = 302, **typed: Any) -> Any:
    fields = studio.fields(at(visit, place)) | typed
    return studio.post(f"/studio/questionnaires/{visit}/part", fields, status)


def tree(studio: Studio, visit: str) -> Any:
    return studio.working(visit).tree


def names(studio: Studio, visit: str) -> list[list[str]]:
    return [[question["name"] for question in page["questions"]] for page in tree(studio, visit)["pages"]]


SCORE, REASONS, WORDS = "pages.0.questions.0", "pages.1.questions.0", "pages.1.questions.1"


def test_a_shipped_questionnaire_is_a_template(studio: Studio) -> None:
    form = studio.get("/studio/questionnaires/new?base=post_delivery")
    assert "After your delivery" in form
    token = studio.token("/studio/questionnaires/new")
    made = studio.post("/studio/questionnaires/new", {"csrf_token": token, "base": "post_delivery", "name": "parcels"})
    page = studio.get(made.location)
    assert "No problems" in page
    entry = catalog.by_name(studio.workspace_id, "parcels")
    assert entry
    assert tree(studio, entry.id)["questionnaire"] == "parcels"
    again = studio.post("/studio/questionnaires/new", {"csrf_token": token, "base": "nps", "name": "parcels"}, 422)
    assert "already a questionnaire called parcels" in again.text
    blank = studio.post("/studio/questionnaires/new", {"csrf_token": token, "base": f"own:{entry.id}", "name": ""})
    assert studio.get(blank.location)
    assert catalog.by_name(studio.workspace_id, "parcels_2")


def test_saving_what_is_there_changes_nothing(studio: Studio, visit: str) -> None:
    before = studio.working(visit)
    for place in ("", "pages.0", SCORE, REASONS, WORDS):
        save(studio, visit, place)
    assert studio.working(visit) == before


def test_every_shipped_question_survives_its_form(studio: Studio) -> None:
    for template in catalog.load_shipped():
        made = catalog.create(studio.workspace_id, template.name, template.source, now=studio.now())
        assert isinstance(made, catalog.Entry)
        for place in ("", "pages.0", *(f"pages.{n}.questions.0" for n in range(len(template.tree["pages"])))):
            save(studio, made.id, place)
        assert tree(studio, made.id) == template.tree


def test_rewording_in_two_languages(studio: Studio, visit: str) -> None:
    save(studio, visit, SCORE, **{"label-en": "Would you recommend us?", "label-pl": "Czy nas polecisz?"})
    assert tree(studio, visit)["pages"][0]["questions"][0]["label"] == {
        "en": "Would you recommend us?",
        "pl": "Czy nas polecisz?",
    }
    assert studio.working(visit).source.startswith("# A first line that stays.")


@pytest.mark.parametrize(
    ("place", "typed", "field", "said"),
    [
        (SCORE, {"label-pl": ""}, "label-pl", "Missing."),
        (SCORE, {"label-en": "Hello ${nobody|x}"}, "label-en", "There is no nobody"),
        (WORDS, {"relevant": "${score} <="}, "relevant", ""),
        (WORDS, {"relevant": "${words} = 'a'"}, "relevant", ""),
        (WORDS, {"max_length": "many"}, "max_length", "must be"),
        (WORDS, {"name": "score"}, "name", "two called score"),
        (REASONS, {"choices-0-name": "a b"}, "choices-0-name", "cannot be"),
        (REASONS, {"choices-1-label-en": ""}, "choices-1-label-en", ""),
        ("", {"minutes": "two"}, "minutes", "must be"),
    ],
)
def test_what_is_wrong_is_kept_and_said_at_the_field(
    studio: Studio, visit: str, place: str, typed: dict[str, str], field: str, said: str
) -> None:
    fields = studio.fields(at(visit, place)) | typed
    studio.post(f"/studio/questionnaires/{visit}/part", fields)
    page = studio.get(at(visit, place))
    shown = page.split(f'id="{field}-error"')[1].split("</div>")[0]
    assert said in shown
    assert "hidden" not in shown.split(">")[0]
    again = studio.fields(at(visit, place))
    assert {key: again[key] for key in typed} == typed
    assert 'id="total"' in page
    assert "No problems" not in page


def test_a_live_check_saves_nothing(studio: Studio, visit: str) -> None:
    before = studio.working(visit)
    fields = studio.fields(at(visit, SCORE)) | {"label-en": "Do you like ${us}?"}
    answer = studio.post(f"/studio/questionnaires/{visit}/part/check", fields, 200).text
    assert 'data-field="label-en"' in answer
    assert "Do you like … ?" in answer.replace("…?", "… ?")
    assert studio.working(visit) == before


@pytest.mark.parametrize("kind", [*TYPE_LABELS, "page", "hidden"])
def test_every_type_can_be_added_and_opened(studio: Studio, visit: str, kind: str) -> None:
    stamp = studio.working(visit).stamp
    token = studio.token("/studio/questionnaires/" + visit)
    data = {"csrf_token": token, "stamp": stamp, "at": SCORE, "type": kind}
    made = studio.post(f"/studio/questionnaires/{visit}/add", data)
    page = studio.get(made.location)
    assert 'id="sheet"' in page
    place = made.location.split("at=")[1]
    save(studio, visit, place)
    assert tree(studio, visit) is not None


def test_a_new_question_is_made_ready(studio: Studio, visit: str) -> None:
    token, stamp = studio.token("/studio/questionnaires/" + visit), studio.working(visit).stamp
    made = studio.post(
        f"/studio/questionnaires/{visit}/add",
        {"csrf_token": token, "stamp": stamp, "at": SCORE, "type": "single_choice"},
    )
    place = made.location.split("at=")[1]
    assert place == "pages.0.questions.1"
    typed = {"label-en": "Where?", "label-pl": "Gdzie?", "name": "place"}
    typed |= {"choices-0-label-en": "Shop", "choices-0-label-pl": "Sklep", "choices-0-name": ""}
    typed |= {"choices-1-label-en": "On line", "choices-1-label-pl": "Przez internet", "choices-1-name": ""}
    save(studio, visit, place, **typed)
    choices = tree(studio, visit)["pages"][0]["questions"][1]["choices"]
    assert [choice["name"] for choice in choices] == ["shop", "on_line"]
    assert "No problems" in studio.get(at(visit, place))


def test_buttons_move_copy_and_delete_and_save_first(studio: Studio, visit: str) -> None:
    save(studio, visit, WORDS, do="up", **{"label-en": "Tell us"})
    assert names(studio, visit) == [["score"], ["words", "reasons"]]
    assert tree(studio, visit)["pages"][1]["questions"][0]["label"]["en"] == "Tell us"
    save(studio, visit, "pages.1.questions.0", do="copy")
    assert names(studio, visit) == [["score"], ["words", "words_1", "reasons"]]
    gone = save(studio, visit, "pages.1.questions.1", do="delete")
    assert "Deleted words_1. You can undo this." in studio.get(gone.location)
    assert names(studio, visit) == [["score"], ["words", "reasons"]]
    token, stamp = studio.token("/studio/questionnaires/" + visit), studio.working(visit).stamp
    studio.post(f"/studio/questionnaires/{visit}/undo", {"csrf_token": token, "stamp": stamp})
    assert names(studio, visit) == [["score"], ["words", "words_1", "reasons"]]


def test_choices_move_go_and_come(studio: Studio, visit: str) -> None:
    def codes() -> list[str]:
        return [choice["name"] for choice in tree(studio, visit)["pages"][1]["questions"][0]["choices"]]

    save(studio, visit, REASONS, do="choice-down:0")
    assert codes() == ["staff", "price"]
    save(studio, visit, REASONS, do="choice-add")
    assert codes() == ["staff", "price", "choice_1"]
    save(studio, visit, REASONS, do="choice-delete:0")
    assert codes() == ["price", "choice_1"]
    save(studio, visit, REASONS, do="choice-delete:9")
    assert codes() == ["price", "choice_1"]


def test_another_type_takes_what_fits(studio: Studio, visit: str) -> None:
    save(studio, visit, REASONS, type="single_choice")
    assert len(tree(studio, visit)["pages"][1]["questions"][0]["choices"]) == 2
    save(studio, visit, REASONS, type="text")
    assert "choices" not in tree(studio, visit)["pages"][1]["questions"][0]
    assert "No problems" in studio.get(at(visit, REASONS))


def test_two_researchers_on_different_questions_both_win(studio: Studio, visit: str) -> None:
    mine = studio.fields(at(visit, SCORE)) | {"label-en": "Mine"}
    save(studio, visit, WORDS, do="up", **{"label-en": "Theirs"})
    studio.post(f"/studio/questionnaires/{visit}/part", mine)
    source = studio.working(visit).source
    assert "Mine" in source
    assert "Theirs" in source


def test_two_researchers_on_one_question_lose_nothing(studio: Studio, visit: str) -> None:
    mine = studio.fields(at(visit, SCORE)) | {"label-en": "Mine"}
    save(studio, visit, SCORE, **{"label-en": "Theirs"})
    clash = studio.post(f"/studio/questionnaires/{visit}/part", mine, 409).text
    assert "Somebody changed this while you were typing" in clash
    assert "Mine" in clash
    assert "Theirs" in clash
    assert "Mine" not in studio.working(visit).source
    again = fields_of(clash.split('id="sheet"', 1)[1].split("</form>")[0])
    assert again["label-en"] == "Mine"
    studio.post(f"/studio/questionnaires/{visit}/part", again)
    assert tree(studio, visit)["pages"][0]["questions"][0]["label"]["en"] == "Mine"


def test_a_question_deleted_meanwhile_comes_back(studio: Studio, visit: str) -> None:
    mine = studio.fields(at(visit, WORDS)) | {"label-en": "Mine"}
    save(studio, visit, WORDS, do="delete")
    clash = studio.post(f"/studio/questionnaires/{visit}/part", mine, 409).text
    assert "Somebody deleted this while you were typing" in clash
    again = fields_of(clash.split('id="sheet"', 1)[1].split("</form>")[0])
    studio.post(f"/studio/questionnaires/{visit}/part", again)
    assert names(studio, visit) == [["score"], ["reasons", "words"]]


def test_the_languages_of_the_questionnaire(studio: Studio, visit: str) -> None:
    save(studio, visit, "", languages=["en", "pl", "it"], first_language="pl")
    assert tree(studio, visit)["languages"] == ["pl", "en", "it"]
    assert 'id="label-it"' in studio.get(at(visit, SCORE))


@pytest.mark.parametrize(
    "text", ["questionnaire: [", "pages: 3", "- a", "", "pages: [{questions: [x]}]", "title: {en: {en: x}}"]
)
def test_a_text_the_form_cannot_read_is_kept(studio: Studio, visit: str, text: str) -> None:
    address = f"/studio/questionnaires/{visit}/source"
    studio.post(address, studio.fields(address) | {"source": text})
    page = studio.get(address)
    assert studio.fields(address)["source"].strip() == text
    assert "No problems" not in page
    for tab in ("", "/translations", "/preview", "/publish"):
        assert studio.client.get(f"/studio/questionnaires/{visit}{tab}").status_code in (200, 302)


def test_the_source_shows_each_problem_at_its_line(studio: Studio, visit: str) -> None:
    address = f"/studio/questionnaires/{visit}/source"
    text = studio.fields(address)["source"].replace("type: nps", "type: npss")
    page = studio.post(f"{address}/check", {"source": text, "csrf_token": studio.token(address)}, 200).text
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "npss" in line)
    assert f'data-line="{line}"' in page
    assert "npss" not in studio.working(visit).source
    stale = studio.fields(address)
    save(studio, visit, SCORE, **{"label-en": "Theirs"})
    clash = studio.post(address, stale | {"source": text}, 409).text
    assert "npss" in clash
    assert "Theirs" in studio.working(visit).source


def test_translations_are_counted_and_edited_in_place(studio: Studio, visit: str) -> None:
    address = f"/studio/questionnaires/{visit}/translations?language=pl"
    fields = studio.fields(address)
    assert fields["pages.1.questions.0.choices.0.label"] == "Cena"
    studio.post(address.split("?")[0], fields | {"pages.1.questions.0.choices.0.label": ""})
    page = studio.get(address + "&show=missing")
    assert page.count("st-row2--missing") == 1
    studio.post(address.split("?")[0], studio.fields(address) | {"pages.1.questions.0.choices.0.label": "Ceny"})
    assert tree(studio, visit)["pages"][1]["questions"][0]["choices"][0]["label"] == {"en": "Price", "pl": "Ceny"}
    italian = studio.fields(f"/studio/questionnaires/{visit}/translations?language=it") | {"title": "La visita"}
    studio.post(address.split("?")[0], italian)
    assert tree(studio, visit)["languages"] == ["en", "pl", "it"]


def test_the_preview_shows_every_channel_in_each_language(studio: Studio, visit: str) -> None:
    page = studio.get(f"/studio/questionnaires/{visit}/preview?language=pl")
    for said in ("Czy nas Pan/Pani poleci?", "Cena", "Własnymi słowami", "Wlasnymi slowami", "GSM-7", "segment"):
        assert said in page
    mail = studio.client.get(f"/studio/questionnaires/{visit}/preview/mail?language=pl")
    assert "Czy nas Pan/Pani poleci?" in mail.text
    assert "frame-ancestors 'self'" in mail.headers["Content-Security-Policy"]
    assert "script-src" not in mail.headers["Content-Security-Policy"]


def test_a_long_questionnaire_is_previewed_in_parts(studio: Studio, visit: str) -> None:
    draft = studio.working(visit)
    label = "label: {en: No. %(n)d, pl: Nr %(n)d}"
    page = f"  - {{name: p%(n)d, questions: [{{name: q%(n)d, type: text, {label}}}]}}\n"
    long = draft.source.partition("pages:\n")[0] + "pages:\n" + "".join(page % {"n": n} for n in range(60))
    catalog.save_draft(studio.workspace_id, visit, long, stamp=draft.stamp, what="edit", now=studio.now())
    first, last = (studio.get(f"/studio/questionnaires/{visit}/preview?begin={begin}") for begin in (0, 50))
    assert ("No. 0" in first, "No. 24" in first, "No. 25" in first) == (True, True, False)
    assert ("No. 49" in last, "No. 50" in last, "Page 51" in last, "26–50" in last) == (False, True, True, True)


def test_markup_in_a_text_is_text(studio: Studio, visit: str) -> None:
    evil = '<script>alert(1)</script>"><img src=x>'
    save(studio, visit, SCORE, **{"label-en": evil})
    for tab in ("", "/translations", "/preview", "/source", "/publish"):
        assert "<script>alert" not in studio.client.get(f"/studio/questionnaires/{visit}{tab}").text


def test_a_manager_reads_and_others_stay_out(studio: Studio, visit: str, signed_in: Callable[..., Client]) -> None:
    manager, interviewer = signed_in("manager"), signed_in("interviewer")
    for tab in ("", "/translations", "/preview", "/source", "/publish"):
        address = f"/studio/questionnaires/{visit}{tab}"
        assert manager.get(address).status_code == 200
        assert 'value="save"' not in manager.get(address).text
        assert interviewer.get(address).status_code == 403
    assert manager.get("/studio/questionnaires/new").status_code == 403
    assert studio.client.get("/studio/questionnaires/nothing").status_code == 404
    assert studio.client.post(f"/studio/questionnaires/{visit}/part", data={}).status_code == 400


def test_scores_and_the_partial_rule_are_a_form(studio: Studio, visit: str) -> None:
    save(studio, visit, "", **{"metrics-0-kind": "nps", "metrics-0-question": "score"})
    assert tree(studio, visit)["metrics"] == [{"name": "nps", "kind": "nps", "question": "score"}]
    save(studio, visit, "", **{"metrics-0-boxes": "9 10 11", "partial": ["score", "words"]})
    assert tree(studio, visit)["metrics"][0]["boxes"] == [9, 10, 11]
    assert tree(studio, visit)["partial"] == {"answered": ["score", "words"]}
    page = studio.get(at(visit, ""))
    assert "score has no answer 11." in page.split('id="metrics-0-boxes-error"', 1)[1].split("</div>")[0]
    save(studio, visit, "", **{"metrics-0-kind": "", "partial": []})
    assert not {"metrics", "partial"} & tree(studio, visit).keys()


def test_what_is_probably_not_meant_is_said_and_keeps_nobody(studio: Studio, visit: str) -> None:
    save(studio, visit, SCORE, required="no")  # the page of reasons is then unknown without a score
    page = studio.get(at(visit, "pages.1"))
    assert "No problems" in page
    assert "when score has no answer" not in studio.get(at(visit, SCORE))
    save(studio, visit, REASONS, **{"choices-0-label-en": "Stop"})
    aside = studio.get(at(visit, REASONS)).split('id="aside"', 1)[1]
    assert "when score has no answer" in aside
    assert "blocks all further messages (en)" in aside
    assert "Who replies" in studio.get(f"/studio/questionnaires/{visit}/source")
    review = studio.get(f"/studio/questionnaires/{visit}/publish")
    assert "Worth a second look" in review
    assert ">Publish</button>" in review


FULL = """
questionnaire: household
title: {en: Household}
languages: [en, de]
untranslated: default
basis: confidential
purpose: {en: to count}
minutes: 2
lists:
  - name: towns
    choices:
      - {name: t1, label: {en: One}, values: {region: north, size: 5}}
pages:
  - name: start
    randomize: rotate
    time_limit: 60
    questions:
      - {name: size, type: integer, label: {en: How many}, default: 1 + 1}
      - {name: town, type: single_choice, label: {en: Town}, choices: towns, choice_filter: size > 3}
      - name: why
        type: multiple_choice
        label: {en: Why}
        choices:
          - {name: a, label: {en: A}, synonyms: [first, alpha]}
          - {name: z, label: {en: Other}, specify: {en: Which}}
      - {name: rest, type: single_choice, label: {en: Best}, choices: {carry: why, which: selected}}
      - name: service
        type: matrix_single
        label: {en: How was}
        rows: [{name: price, label: {en: the price}}]
        randomize_rows: true
        choices: [{name: good, label: {en: Good}}]
      - {name: out, type: exit, relevant: "${size} > 9", status: screened_out, label: {en: Bye}}
  - block: more
    relevant: ${size} > 0
    pages:
      - repeat: member
        title: {en: "Person ${position|}"}
        count: ${size}
        most: 9
        pages:
          - {name: who, questions: [{name: age, type: integer, label: {en: Age}}]}
"""


def test_everything_of_the_full_language_survives_its_form(studio: Studio) -> None:
    made = catalog.create(studio.workspace_id, "household", FULL, now=studio.now())
    assert isinstance(made, catalog.Entry)
    before = studio.working(made.id)
    for place in outline.places(before.tree):
        save(studio, made.id, outline.address_of(place))
    assert studio.working(made.id) == before


@pytest.mark.parametrize("kind", ["block", "repeat", "list"])
def test_blocks_repeats_and_lists_can_be_added_and_named(studio: Studio, visit: str, kind: str) -> None:
    token, stamp = studio.token("/studio/questionnaires/" + visit), studio.working(visit).stamp
    data = {"csrf_token": token, "stamp": stamp, "at": SCORE, "type": kind}
    made = studio.post(f"/studio/questionnaires/{visit}/add", data)
    place = made.location.split("at=")[1]
    save(studio, visit, place, **{"name" if kind == "list" else kind: "renamed"})
    part = outline.find(tree(studio, visit), outline.place_of(place) or ())
    assert outline.name_of(part) == "renamed"


def test_choices_may_come_from_elsewhere(studio: Studio, visit: str) -> None:
    save(studio, visit, REASONS, from_list="{carry: score, which: all}")
    assert tree(studio, visit)["pages"][1]["questions"][0]["choices"] == {"carry": "score", "which": "all"}
    save(studio, visit, REASONS, from_list="towns")
    assert tree(studio, visit)["pages"][1]["questions"][0]["choices"] == "towns"


@pytest.mark.parametrize(
    ("typed", "image"), [("map.png", "map.png"), ("{en: a.png, pl: b.png}", {"en": "a.png", "pl": "b.png"})]
)
def test_a_question_names_its_picture(studio: Studio, visit: str, typed: str, image: object) -> None:
    save(studio, visit, SCORE, media=typed)
    assert tree(studio, visit)["pages"][0]["questions"][0]["media"] == {"image": image}
    assert studio.fields(at(visit, SCORE))["media"] == typed
    save(studio, visit, SCORE, media="")
    assert "media" not in tree(studio, visit)["pages"][0]["questions"][0]
