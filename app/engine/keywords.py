"""What a message may be apart from an answer: stop, start, help, wrong number, a language. Pure.

Stop words are single words, as carriers define them (Twilio's default list), and whole phrases that Twilio does not catch.
"""

import re

from app.engine.replies import NO, YES, fold

STOP = frozenset(
    (
        "stop",
        "unsubscribe",
        "end",
        "quit",
        "stopall",
        "cancel",
        "revoke",
        "optout",
        "стоп",
        "отписаться",
        "wypisz",
        "dezabonare",
    )
)
TWILIO_STOP = frozenset(("stop", "unsubscribe", "end", "quit", "stopall", "cancel", "revoke", "optout"))
TWILIO_START = frozenset(("start", "yes", "unstop"))
START = frozenset(("start", "unstop", "старт"))
HELP = frozenset(("help", "info", "pomoc", "помощь", "ajutor", "aiuto", "инфо"))
WRONG_NUMBER = (
    *("wrong number", "wrong person", "not me", "this is not me"),
    *("zly numer", "to nie ja", "pomylka"),
    *("не тот номер", "это не я", "ошиблись номером"),
    *("numar gresit", "nu sunt eu"),
    *("numero sbagliato", "non sono io"),
)
REFUSALS = (
    *(
        "stop texting",
        "stop messaging",
        "stop contacting",
        "dont text",
        "do not text",
        "dont contact",
        "do not contact",
    ),
    *("leave me alone", "remove me", "take me off", "no more texts", "no more messages"),
    *("nie pisz", "nie piszcie", "przestańcie pisać", "dajcie mi spokój"),
    *("не пишите", "хватит писать", "отстаньте", "удалите мой номер"),
    *("nu mai scrieți", "nu îmi mai scrieți", "lăsați-mă în pace"),
    *("non scrivetemi", "smettete di scrivere", "lasciatemi in pace"),
)
SENDING = (
    *("stop sending", "dont send", "do not send", "nie wysyłaj", "nie wysyłajcie", "не присылайте", "nu mai trimiteți"),
    *("non mandatemi", "non mandate"),
)
"""Refusals only with nothing after them but messages: "don't send damaged goods" is an answer."""
SENT = (
    *(
        "me",
        "us",
        "any",
        "anything",
        "more",
        "these",
        "this",
        "such",
        "please",
        "anymore",
        "again",
        "text",
        "texts",
        "sms",
        "message",
    ),
    *("messages", "mi", "nam", "już", "więcej", "proszę", "smsów", "sms-ów", "wiadomości", "tych", "niczego"),
    *("мне", "нам", "больше", "пожалуйста", "сообщения", "сообщений", "смс", "эти", "ничего"),
    *(
        "îmi",
        "mesaje",
        "mesajele",
        "sms-uri",
        "vă",
        "rog",
        "aceste",
        "nimic",
        "più",
        "messaggi",
        "per",
        "favore",
        "questi",
        "niente",
    ),
)
REFUSAL_WORDS = 8  # a longer message is more likely an answer that happens to hold such words
LANGUAGES = {
    **dict.fromkeys(("english",), "en"),
    **dict.fromkeys(("polski", "po polsku"), "pl"),
    **dict.fromkeys(("русский", "по русски"), "ru"),
    **dict.fromkeys(("romana", "in romana"), "ro"),
    **dict.fromkeys(("italiano",), "it"),
}
_FOLDED = {kind: frozenset(map(fold, words)) for kind, words in
           (("stop", STOP), ("start", START), ("help", HELP), ("wrong_number", WRONG_NUMBER))}  # fmt: skip
_LANGUAGES = {fold(word): code for word, code in LANGUAGES.items()}
_SENDING = "|".join(re.escape(fold(phrase)) for phrase in SENDING)
_SENT = "|".join(sorted({re.escape(fold(word)) for word in SENT}, key=len, reverse=True))
_REFUSALS = re.compile(
    "|".join((*(rf"\b{re.escape(fold(phrase))}\b" for phrase in REFUSALS), rf"\b(?:{_SENDING})(?: (?:{_SENT}))*$"))
)
_YES, _NO = frozenset({"1", *map(fold, YES)}), frozenset({"2", *map(fold, NO)})


def keyword(body: str) -> str | None:
    """stop, start, help, wrong_number, refusal (a free sentence that asks us to stop) or language:xx; None for anything else.

    YES opts in at Twilio but is an answer here: only START and UNSTOP are taken as `start`."""
    said = fold(body)
    for kind, words in _FOLDED.items():
        if said in words:
            return kind
    if said in _LANGUAGES:
        return f"language:{_LANGUAGES[said]}"
    return "refusal" if len(said.split()) <= REFUSAL_WORDS and _REFUSALS.search(said) else None


def yes_or_no(body: str) -> bool | None:
    """A reply to "1 Yes 2 No"; None when it is neither."""
    said = fold(body)
    if said in _YES:
        return True
    return False if said in _NO else None


def answered_by_twilio(body: str, opt_out_type: str) -> bool:
    """Whether Twilio itself has answered a stop or start word, so that we must not answer again (Advanced Opt-Out posts
    OptOutType; by default Twilio answers its own list)."""
    said = body.strip().lower()
    return bool(opt_out_type) or said in TWILIO_STOP or said in ("start", "unstop")
