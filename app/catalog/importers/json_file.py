"""Reading JSON of unknown origin: of bounded depth, and with a problem that says where it is broken."""

import json
from collections.abc import Mapping
from typing import Any

from app.core.problems import N_, Problem

DEEPEST = 100
REMEDY = N_("Export the questionnaire again from the program that made it.")


def read(data: bytes, file: str) -> dict[str, Any] | Problem:
    """The object in the file, or what is wrong with it."""
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        message = N_("The file is not in UTF-8 (byte {byte}).")
        return Problem("import_broken", message, {"byte": error.start}, remedy=REMEDY, file=file)
    except json.JSONDecodeError as error:
        message, params = N_("The JSON is broken: {reason}."), {"reason": error.msg}
        return Problem(
            "import_broken", message, params, remedy=REMEDY, file=file, line=error.lineno, column=error.colno
        )
    except (RecursionError, ValueError):
        found = None
    if not isinstance(found, dict) or _depth(found) > DEEPEST:
        message = N_("The file has not the shape of a questionnaire.")
        return Problem("import_broken", message, remedy=REMEDY, file=file)
    return found


def _depth(node: Any) -> int:
    """Levels of lists and objects, without recursion."""
    level, depth = [node], 0
    while level and depth <= DEEPEST:
        below = [child for item in level for child in (item.values() if isinstance(item, Mapping) else item)]
        level, depth = [child for child in below if isinstance(child, dict | list)], depth + 1
    return depth
