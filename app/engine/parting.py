"""What is said to somebody whose interview is over."""

from app.engine.model import Questionnaire
from app.engine.state import State
from app.engine.walking import walk
from app.engine.wording import realise


def last_words(q: Questionnaire, state: State) -> str:
    """The words of the exit that ended an interview, "" where none did or it has none."""
    route = walk(q, state)
    if route.exit is None or route.exit.parameters["status"] != state.status:
        return ""
    return realise(q, route.exit.parameters.get("label"), state.language, route.env)
