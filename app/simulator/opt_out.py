"""Twilio's own answers to opt-out words on a long code: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out"""

STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "CANCEL", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})

ANSWERS = {
    "STOP": "You will get no more messages from this number. Reply START to get them again.",
    "START": "You will get messages from this number again. Reply HELP for help, STOP to stop.",
    "HELP": "Reply STOP to get no more messages. Message and data rates may apply.",
}


def opt_out_type(body: str) -> str | None:
    """STOP, START or HELP when the whole text is one of the words, in any case; else None."""
    word = body.strip().upper()
    kinds = {"STOP": STOP_WORDS, "START": START_WORDS, "HELP": HELP_WORDS}
    return next((kind for kind, words in kinds.items() if word in words), None)
