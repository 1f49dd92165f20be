"""What a message is for, and which gates that opens or closes."""

from dataclasses import dataclass

from app.core.problems import N_


@dataclass(frozen=True, slots=True)
class Purpose:
    """`unsolicited`: we speak first, so consent and waking hours are needed. `invites`: pointless once the interview is finished
    or its study closed. `final_word`: carriers expect it also after STOP (the confirmation itself, an answer to HELP)."""

    unsolicited: bool = False
    invites: bool = False
    final_word: bool = False


PURPOSES = {
    "invitation": Purpose(unsolicited=True, invites=True),
    "reminder": Purpose(unsolicited=True, invites=True),
    "partial": Purpose(unsolicited=True, invites=True),  # to who began and stopped
    "resume": Purpose(invites=True),  # "send me the link to go on later"
    "handover": Purpose(invites=True),  # the rest of an interview on another channel, asked for by the person
    "nudge": Purpose(
        unsolicited=True, invites=True
    ),  # a question of a conversation by SMS once more, since nobody replied
    "turn": Purpose(),  # the next question of a conversation by SMS
    "confirmation": Purpose(final_word=True),
    "staff": Purpose(),
}
PURPOSE_NAMES = {
    "invitation": N_("Invitation"),
    "reminder": N_("Reminder"),
    "partial": N_("Reminder to who began"),
    "resume": N_("Link to go on later"),
    "handover": N_("Change of channel"),
    "nudge": N_("Question once more"),
    "turn": N_("Next question"),
    "confirmation": N_("Confirmation"),
    "staff": N_("To staff"),
}
