"""What a mail to a respondent says: the channel sends it, the studio shows it before."""

from flask import current_app
from flask_babel import gettext

from app import engine
from app.catalog import service as catalog
from app.catalog.protocol import protocol
from app.catalog.service import Study
from app.interviews import links, wording
from app.rendering import mail
from app.ui.edge import signer


def write(
    study: Study, version_id: str, state: engine.State, name: str, purpose: str, token: str, begun: bool,
    wave: int | None = None,
) -> mail.Content:  # fmt: skip
    """A mail in the state's language, which must be in force. `token`: of the link in it; one that opens nothing where the mail
    is only looked at. `begun`: the person has answered something, so there is no question to tap.
    `wave`: which of the reminders it is."""
    questionnaire = catalog.questionnaire(version_id)
    known = ("reminder", "partial") if begun else mail.PURPOSES
    kind = purpose if purpose in known else "resume"
    made = protocol(study.protocol)
    own = study.wording.get(state.language, {}) if kind == "invitation" else {}
    waves = made.text("email", purpose, wave or 0, state.language) if made else {}
    first = None if begun else _first_question(questionnaire, state)
    return mail.content(
        kind,
        gettext,
        statement=wording.statement(study, questionnaire, "mail", state.language, gettext),
        organisation=study.organisation,
        contact=study.contact_line,
        link=links.url(token),
        unsubscribe=f"{current_app.config['PUBLIC_URL']}/u/{token}",
        name=name,
        subject=own.get("subject", "") or waves.get("subject", ""),
        intro=own.get("intro", "") or waves.get("body", ""),
        item=first,
        option_links=_option_links(token, first) if first else None,
        trap=links.url(token, c=links.trap_code(signer(), token)),
        ways={way: f"{links.url(token)}#ways" for way in mail.WAYS if made and way in made.offers},
    )


def _first_question(questionnaire: engine.Questionnaire, state: engine.State) -> engine.Item | None:
    """The only question of the first page, where it can be answered by one tap."""
    screen = engine.next_screen(questionnaire, state, "web")
    if not isinstance(screen, engine.Screen) or len(screen.items) != 1 or not screen.items[0].choices:
        return None
    return screen.items[0]


def _option_links(token: str, item: engine.Item) -> dict[str, str]:
    return {
        choice.name: links.url(token, c=links.scale_code(signer(), token, item.name, choice.name))
        for choice in item.choices
    }
