"""What a message may be apart from an answer: stop, start, help, wrong number, a language. Pure.

Stop words are single words, as carriers define them (Twilio's default list), and whole phrases that Twilio does not catch.
"""

import re

from app.core.text import fold
from app.engine.replies import NO, YES

TWILIO_STOP = frozenset(("stop", "unsubscribe", "end", "quit", "stopall", "cancel", "revoke", "optout"))
TWILIO_START = frozenset(("start", "yes", "unstop"))
STOP = TWILIO_STOP | {"стоп", "отписаться", "wypisz", "dezabonare"}
START = frozenset(("start", "unstop", "старт"))
HELP = frozenset(("help", "info", "pomoc", "помощь", "ajutor", "aiuto", "инфо"))
WRONG_NUMBER = (
    *("wrong number", "wrong person", "not me", "this is not me"),
    *("zly numer", "to nie ja", "pomylka"),
    *("не тот номер", "это не я", "ошиблись номером"),
    *("numar gresit", "nu sunt eu"),
    *("numero sbagliato", "non sono io"),
)
CALL_ME = (
    *("call", "call me", "please call me", "zadzwon", "zadzwoncie", "prosze zadzwonic", "позвоните", "позвоните мне"),
    *("sunati", "sunati ma", "sunati-ma", "chiamatemi", "chiamami"),
)
ONLINE = ("online", "web", "link", "онлайн", "ссылка")
"""Where the study offers it: the interview goes on by phone, or on a web page."""
REFUSALS = (
    *("stop texting", "stop messaging", "stop contacting", "stop writing", "stop bothering", "stop asking me"),
    *("dont text", "do not text", "dont contact", "do not contact", "dont write to me", "dont bother me"),
    *("leave me alone", "remove me", "take me off", "remove my number", "delete my number", "lose my number"),
    *("no more texts", "no more messages", "no more surveys", "unsubscribe me", "opt me out", "i want to opt out"),
    *(
        "nie pisz",
        "nie piszcie",
        "przestańcie pisać",
        "przestań pisać",
        "przestańcie do mnie pisać",
        "proszę nie pisać",
        "dajcie mi spokój",
    ),
    *(
        "proszę mnie wypisać",
        "wypiszcie mnie",
        "wypisz mnie",
        "usuńcie mój numer",
        "proszę usunąć mój numer",
        "nie kontaktujcie się",
    ),
    *("nie życzę sobie wiadomości", "nie życzę sobie smsów"),
    *(
        "не пишите",
        "хватит писать",
        "хватит мне писать",
        "прекратите писать",
        "перестаньте писать",
        "отстаньте",
        "удалите мой номер",
    ),
    *("оставьте меня в покое", "отпишите меня", "не беспокойте", "больше не надо писать"),
    *("nu mai scrieți", "nu îmi mai scrieți", "nu-mi mai scrieți", "lăsați-mă în pace", "ștergeți numărul meu"),
    *("nu mă mai contactați", "încetați să scrieți", "dezabonați-mă", "nu mai vreau mesaje"),
    *("non scrivetemi", "smettete di scrivere", "smettetela di scrivere", "lasciatemi in pace", "basta messaggi"),
    *("non contattatemi", "cancellate il mio numero", "cancellatemi", "non voglio più messaggi"),
)
SENDING = (
    *("stop sending", "dont send", "do not send", "nie wysyłaj", "nie wysyłajcie", "не присылайте", "nu mai trimiteți"),
    *("non mandatemi", "non mandate"),
)
"""Refusals only with nothing after them but messages: "don't send damaged goods" is an answer."""
SENT = frozenset(
    "me us any anything more these this such please anymore again now it text texts sms message messages "
    "mi nam już więcej proszę smsów sms-ów wiadomości tych niczego мне нам больше пожалуйста сообщения сообщений смс эти ничего "
    "îmi mesaje mesajele sms-uri vă rog aceste nimic più messaggi per favore questi niente".split()
)
REFUSAL_WORDS = 8  # a longer message is more likely an answer that happens to hold such words
LANGUAGES = {
    "en": ("english", "in english", "angielski", "po angielsku", "английский", "по английски", "engleza", "inglese"),
    "pl": ("polski", "po polsku", "polish", "польский", "по польски", "poloneza", "polacco"),
    "ru": ("русский", "по русски", "russian", "rosyjski", "po rosyjsku", "rusa", "russo"),
    "ro": (
        "romana",
        "in romana",
        "romanian",
        "rumuński",
        "po rumuńsku",
        "румынский",
        "по румынски",
        "romeno",
        "rumeno",
    ),
    "it": ("italiano", "in italiano", "italian", "włoski", "po włosku", "итальянский", "по итальянски", "italiana"),
}
"""What a language is called in the five languages: the reply that switches to it."""
_FOLDED = {
    kind: frozenset(map(fold, words))
    for kind, words in (("stop", STOP), ("start", START), ("help", HELP), ("wrong_number", WRONG_NUMBER))
}
_LANGUAGES = {fold(word): code for code, words in LANGUAGES.items() for word in words}
_SENDING = "|".join(re.escape(fold(phrase)) for phrase in SENDING)
_SENT = "|".join(sorted({re.escape(fold(word)) for word in SENT}, key=len, reverse=True))
_REFUSALS = re.compile(
    "|".join(
        (
            *(rf"\b{re.escape(fold(phrase))}\b" for phrase in REFUSALS),
            rf"\b(?:{_SENDING})(?: (?:{_SENT}))*$",
            rf"^(?:(?:{_SENT}) )*(?:stop|стоп)(?: (?:{_SENT}|stop))*$",
        )
    )
)
_WISHES = {fold(word): wish for wish, words in (("call_me", CALL_ME), ("online", ONLINE)) for word in words}
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


def wish(body: str) -> str | None:
    """call_me or online: by what way the person would rather go on; None for anything else."""
    return _WISHES.get(fold(body))


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
