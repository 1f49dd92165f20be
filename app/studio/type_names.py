"""The types of question in the researcher's words, grouped as the menu that adds one shows them."""

from flask_babel import lazy_gettext as _l

TYPE_GROUPS = (
    (_l("Choices"), {
        "single_choice": _l("One choice"), "multiple_choice": _l("Several choices"), "yes_no": _l("Yes or no"),
        "image_choice": _l("One picture of several"), "lookup": _l("Choice from a long list, by typing"),
        "ranking": _l("Ranking"), "consent": _l("Consent"),
    }),
    (_l("Scales and scores"), {
        "nps": _l("Recommendation, 0 to 10 (NPS)"), "csat_binary": _l("Satisfied or not (smileys)"),
        "csat_5": _l("Satisfaction, 1 to 5 (CSAT)"), "ces_7": _l("Ease, 1 to 7 (CES)"), "rating": _l("Rating scale"),
        "slider": _l("Slider"),
    }),
    (_l("Numbers and dates"), {
        "integer": _l("Whole number"), "decimal": _l("Decimal number"), "constant_sum": _l("Numbers that make a total"),
        "date": _l("Date"), "time": _l("Time"), "datetime": _l("Date and time"),
    }),
    (_l("Text and contact"), {
        "text": _l("Short text"), "long_text": _l("Long text"), "email": _l("Email address"),
        "phone_number": _l("Phone number"), "file": _l("File"),
    }),
    (_l("Tables"), {
        "matrix_single": _l("Table: one choice a row"), "matrix_multiple": _l("Table: several choices a row"),
        "matrix_number": _l("Table: a number a row"), "matrix_text": _l("Table: words in each row"),
    }),
    (_l("Notes and routing"), {
        "note": _l("Note (nothing to answer)"), "computed": _l("Computed value"), "exit": _l("End of the interview"),
        "jump": _l("Jump forward"),
    }),
    (_l("Field work, later"), {
        "photo": _l("Photo (field work)"), "audio": _l("Sound (field work)"), "video": _l("Film (field work)"),
        "signature": _l("Signature (field work)"), "location": _l("Location (field work)"),
        "barcode": _l("Barcode (field work)"),
    }),
)  # fmt: skip
TYPE_LABELS = {name: label for _title, types in TYPE_GROUPS for name, label in types.items()}
