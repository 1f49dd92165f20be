"""What a person is told about a study before they answer: the same promise on every channel."""

from app import engine
from app.catalog.service import Study
from app.rendering import consent
from app.rendering.templating import Translate


def statement(
    study: Study,
    questionnaire: engine.Questionnaire,
    form: str,
    language: str,
    translate: Translate,
    interviewer: str = "",
) -> consent.Statement:
    """The consent statement in one of rendering.consent.FORMS. `translate` is of `language`."""
    terms = consent.Terms(
        organisation=study.organisation,
        purpose=questionnaire.purpose.source(language),
        minutes=questionnaire.minutes,
        basis=study.basis,
        contact=study.contact_line,
        interviewer=interviewer,
    )
    return consent.statement(terms, form, language, translate)
