"""What a text offers is said in each language with a word that is understood."""

import pytest
from flask_babel import force_locale, gettext

from app.engine.keywords import keyword, wish
from app.rendering import sms


@pytest.mark.parametrize("language", ["en", "pl", "ru", "ro", "it"])
def test_the_word_to_reply_is_understood(app, language):
    with app.test_request_context(), force_locale(language):
        for offer, text in sms.OFFERS.items():
            word = gettext(text).rsplit(" ", 1)[1]
            assert (wish(word), keyword(word)) == (offer, None)


def test_an_answer_is_no_wish():
    assert [wish(text) for text in ("call me maybe", "5", "the call was long", "")] == [None] * 4
