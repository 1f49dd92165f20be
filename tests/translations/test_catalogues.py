"""What respondents read is said in every language: whole, with the same placeholders, and cheap to send by SMS."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po

from app import engine
from app.core.segments import measure
from app.engine import replies
from app.rendering import consent, sms

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("pl", "ru", "ro", "it")
LATIN = ("pl", "ro", "it")
"""Those that GSM-7 can carry, after `sms.downgrade` at the latest."""

# Where the texts that a respondent can see or hear come from; docs/translations.md lists the same.
RESPONDENT = (
    "app/rendering",
    "app/channels/web",
    "app/channels/sms",
    "app/channels/email",
    "app/engine/interview.py",
    "app/engine/question_type.py",
    "app/engine/types",
    "app/core/text.py",
    "app/ui/errors.py",
    "app/templates/ui/error.html",
    "app/templates/web",
)
READERS = {".py": "python", ".html": "jinja2", ".txt": "jinja2"}
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None}
FOREIGN_QUOTES = {"pl": '"“«»', "ru": '"“”„', "ro": '"“«»', "it": '"“”„'}
PURPOSE_BEGINS = {"en": "to ", "pl": "aby ", "ru": "чтобы ", "ro": "pentru ", "it": "per "}
QUESTIONNAIRES = sorted(path.stem for path in (ROOT / "questionnaires").glob("*.yaml"))


@cache
def catalogue(language: str) -> Catalog:
    with (ROOT / f"app/translations/{language}/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def translate(language: str) -> Callable[[str], str]:
    def gettext(message: str) -> str:
        found = catalogue(language).get(message)
        return str(found.string) if found and found.string else message

    return gettext


def files() -> Iterator[Path]:
    for place in RESPONDENT:
        path = ROOT / place
        yield from (path,) if path.is_file() else (file for file in path.rglob("*") if file.suffix in READERS)


@cache
def respondent_texts() -> dict[str | tuple[str, ...], str]:
    """Message id -> the file it stands in, first of all."""
    found: dict[str | tuple[str, ...], str] = {}
    for file in files():
        for _line, message, _comments, _context in extract_from_file(READERS[file.suffix], file, KEYWORDS):
            found.setdefault(message, str(file.relative_to(ROOT)))
    return found


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """A message's only form, or its plural forms."""
    return (text,) if isinstance(text, str) else tuple(text)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|(?<!{){\w+}(?!})", text))


def translated(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id and any(forms(message.string))]


def test_texts_are_found_in_code_and_templates():
    where = set(respondent_texts().values())
    assert {"app/rendering/sms.py", "app/rendering/templates/respondent/ending.html", "app/ui/errors.py"} <= where


def test_the_documentation_names_the_places():
    said = (ROOT / "docs/translations.md").read_text()
    assert [place for place in RESPONDENT if f"`{place}`" not in said] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_respondent_reads_is_translated(language: str):
    missing = []
    for text, file in respondent_texts().items():
        message = catalogue(language).get(forms(text)[0])
        if message is None or message.fuzzy or not all(forms(message.string)):
            missing.append(f"{file}: {forms(text)[0]}")
    assert not missing, "run `make messages`, then translate:\n" + "\n".join(missing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_spaces_are_those_of_the_original(language: str):
    for message in translated(language):
        for said in forms(message.string):
            original = forms(message.id)[-1]
            assert placeholders(said) == placeholders(original), original
            assert (said[:1].isspace(), said[-1:].isspace()) == (original[:1].isspace(), original[-1:].isspace()), said
        assert list(message.check(catalogue(language))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotation_marks_are_those_of_the_language(language: str):
    wrong = FOREIGN_QUOTES[language]
    assert [said for message in translated(language) for said in forms(message.string) if set(said) & set(wrong)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_is_quoted_by_the_words_that_stand_on_it(language: str):
    gettext = translate(language)
    quoting = [forms(text)[0] for text in respondent_texts() if "“" in forms(text)[0]]
    assert quoting
    for text in quoting:
        for button in re.findall("“(.+?)”", text):
            assert gettext(button) != button
            assert gettext(button) in gettext(text)


# --- SMS ------------------------------------------------------------------------------------------


def capitals(text: str) -> list[str]:
    """Words to be sent as they stand."""
    return [word for word in re.findall(r"[^\W\d_]{3,}", text) if word.isupper()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_word_that_skips_is_understood(language: str):
    said = translate(language)(sms.HOW_TO_ANSWER["skip"])
    assert len(capitals(said)) == 1
    assert replies.skips(capitals(said)[0])
    assert replies.skips(capitals(sms.downgrade(said))[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_carriers_act_on_stay(language: str):
    gettext = translate(language)
    for text in (*sms.CONFIRMATIONS.values(), *consent.WORDING["sms"].values()):
        assert capitals(gettext(text)) == capitals(text)


@pytest.mark.parametrize("language", LATIN)
def test_texts_of_messages_are_gsm_7(language: str):
    gettext = translate(language)
    texts = (
        *sms.HOW_TO_ANSWER.values(),
        *sms.CONFIRMATIONS.values(),
        *consent.WORDING["sms"].values(),
        *consent.BASIS_SHORT.values(),
    )
    for text in texts:
        assert measure(sms.downgrade(gettext(text)))[0] == "GSM-7", gettext(text)


@pytest.mark.parametrize("language", LATIN)
@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_a_shipped_questionnaire_begins_in_gsm_7(name: str, language: str):
    definition = yaml.safe_load((ROOT / f"questionnaires/{name}.yaml").read_text())
    if language not in definition["languages"]:
        return
    q = engine.compile(definition)
    assert isinstance(q, engine.Questionnaire)
    terms = consent.Terms("Acme", q.purpose.source(language), q.minutes, "attributable", "help@acme.example")
    statement = consent.statement(terms, "sms", language, translate(language))
    screen = engine.next_screen(q, engine.new_state(q, "seed", language), "sms")
    assert isinstance(screen, engine.Screen)
    message = sms.downgrade(sms.text(screen, translate(language), statement))
    assert measure(message)[0] == "GSM-7", message


@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_a_purpose_ends_the_sentence_that_asks_for_consent(name: str):
    """ "We are asking in order {purpose}." is grammatical only with a clause of purpose."""
    purpose = yaml.safe_load((ROOT / f"questionnaires/{name}.yaml").read_text())["purpose"]
    assert [text for language, text in purpose.items() if not text.startswith(PURPOSE_BEGINS[language])] == []
