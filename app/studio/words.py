"""What the studio calls things."""

from flask_babel import lazy_gettext as _l

LABELS = {
    "name": _l("Name in data"), "type": _l("Type"), "label": _l("Question"), "hint": _l("Hint"), "title": _l("Title"),
    "purpose": _l("Why you ask"), "minutes": _l("Minutes it takes"), "basis": _l("Basis"), "source": _l("Comes from"),
    "required": _l("Must be answered"), "required_message": _l("Message when it is left empty"),
    "relevant": _l("Asked only if"), "calculation": _l("Formula"), "constraint": _l("The answer must satisfy"),
    "constraint_message": _l("Message when it does not"), "warning": _l("Ask again unless"),
    "warning_message": _l("What is asked then"), "dont_know": _l("Offer “don't know”"), "refused": _l("Offer “prefer not to say”"),
    "choices": _l("Choices"), "sms": _l("Text message"), "read_out": _l("Read aloud"), "interviewer": _l("For the interviewer"),
    "media": _l("Picture (file name)"),
    "showcard": _l("Show card"), "low": _l("Low end of the scale"), "high": _l("High end of the scale"), "min": _l("Least"),
    "max": _l("Most"), "step": _l("Step"), "max_length": _l("Most characters"), "decimals": _l("Decimal places"),
    "randomize": _l("Order"), "randomize_rows": _l("Order of the rows"), "metrics": _l("Scores"), "rows": _l("Rows"),
    "from_list": _l("Choices from elsewhere"), "choice_filter": _l("Only the choices for which"), "total": _l("Total"),
    "default": _l("Stands in the field at first"), "block": _l("Name"), "repeat": _l("Name"), "count": _l("How many rows"),
    "least": _l("Rows at least"), "most": _l("Most"), "add": _l("How it is asked whether there is another"),
    "time_limit": _l("Time limit in seconds"), "status": _l("Ends as"), "to": _l("Goes on at page or block"),
    "file": _l("CSV file beside the definition"), "country": _l("Calling code"), "accept": _l("Kinds of file"),
    "max_size": _l("Most megabytes"), "specify": _l("What is asked beside it"),
}  # fmt: skip

WORDS_OF = {("exit", "label"): _l("Last words"), ("note", "label"): _l("Text"), ("exit", "name"): _l("Name")}
"""Where a key means something else for one type."""

HINTS = {
    "name": _l("Letters, digits and _. It names the column of the data and ${name|…} in a text."),
    "relevant": _l("A condition such as ${score} <= 6. Empty: always."),
    "constraint": _l("A condition on the answer itself, which is the dot: . >= 18"),
    "warning": _l("As above, but the person may confirm and go on."),
    "calculation": _l("For example ${score} * 10"),
    "purpose": _l("Ends the sentence “We are asking in order …”, such as “to learn how your visit went”."),
    "source": _l("Who supplies it when the interview is made."),
    "from_list": _l("The name of a list, or {carry: question, which: selected}. Then no choices are written here."),
    "choice_filter": _l("For example region = ${region}: region is a column of the list, ${region} a question."),
    "count": _l("Such as ${size}. Empty: the person says after each row whether there is another."),
    "default": _l("A formula, such as 'Warsaw' or ${first}. It is stored only when the person sends it."),
}

ORDERS = {"no": _l("As written"), "yes": _l("Random"), "rotate": _l("Rotated")}
STATUSES = {"screened_out": _l("Screened out"), "complete": _l("Complete"), "quota_full": _l("Quota full")}

BASES = {
    "anonymous": _l("Anonymous: no key to a person"),
    "confidential": _l("Confidential: known to us, never shown with a name"),
    "attributable": _l("Attributable: the team sees who answered"),
}
SOURCES = {
    "contact": _l("the contact"), "event": _l("the event"), "link": _l("the link"), "host": _l("the embedding site"),
    "sample": _l("the sample"), "study": _l("the study"),
}  # fmt: skip
VALUE_TYPES = {
    "text": _l("Text"), "number": _l("Number"), "integer": _l("Whole number"), "decimal": _l("Decimal number"),
    "date": _l("Date"), "bool": _l("Yes or no"),
}  # fmt: skip
