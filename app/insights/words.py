"""Codes in words for staff."""

from app.core.problems import N_

STATUSES = {
    "sampled": N_("Not begun"),
    "started": N_("Under way"),
    "complete": N_("Complete"),
    "partial": N_("Partial"),
    "break_off": N_("Broken off"),
    "declined": N_("Declined"),
    "screened_out": N_("Screened out"),
    "quota_full": N_("Quota full"),
    "closed": N_("Closed"),
}
BADGES = {"complete": "success", "partial": "info", "started": "info", "break_off": "warning", "declined": "danger"}
CHANNELS = {
    "web": N_("Web"),
    "email": N_("Email"),
    "sms": N_("Text message"),
    "phone": N_("Phone"),
    "field": N_("Face to face"),
    "": N_("Not approached"),
}
APART = {
    "dk": N_("Don’t know"),
    "refused": N_("Refused"),
    "skipped": N_("Left empty"),
    "not_asked": N_("Not asked"),
}
KINDS = {"nps": "NPS", "csat": "CSAT", "ces": "CES"}
EVENTS = {
    "created": N_("Created"),
    "session": N_("Came to the interview"),
    "consent": N_("Consent"),
    "answered": N_("Answered"),
    "language": N_("Changed the language"),
    "confirmed": N_("Confirmed who they are"),
    "outside": N_("Data from outside"),
    "timeout": N_("No reply in time"),
    "declined": N_("Declined"),
    "closed": N_("Closed"),
}
RATES = {
    "RR1": "I / (n + U)",
    "RR2": "(I + P) / (n + U)",
    "RR3": "I / (n + eU)",
    "RR4": "(I + P) / (n + eU)",
    "RR5": "I / n",
    "RR6": "(I + P) / n",
    "COOP1": "I / (I + P + R + O)",
    "COOP2": "(I + P) / (I + P + R + O)",
    "COOP3": "I / (I + P + R)",
    "COOP4": "(I + P) / (I + P + R)",
    "REF1": "R / (n + U)",
    "REF2": "R / (n + eU)",
    "REF3": "R / n",
    "CON1": "(I + P + R + O) / (n + U)",
    "CON2": "(I + P + R + O) / (n + eU)",
    "CON3": "(I + P + R + O) / n",
}
"""AAPOR's rates: n = I + P + R + NC + O; U: unknown eligibility; e: the share of them taken as eligible."""
GROUPS = {
    "i": N_("I: complete"),
    "p": N_("P: partial"),
    "r": N_("R: refusal and break-off"),
    "nc": N_("NC: non-contact"),
    "o": N_("O: other"),
    "uh": N_("U: unknown eligibility"),
    "uo": N_("U: unknown eligibility"),
    "ne": N_("NE: not eligible"),
}
