"""Logs: one JSON object a line, with request and interview ids and no personal data."""

import json
import logging
import re
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, request

from app.core.ids import new_id

log = logging.getLogger("canvass.request")

_bound: ContextVar[dict[str, str] | None] = ContextVar("bound", default=None)

# Extra fields that may be written: identifiers and plain facts, never a value a person gave.
ALLOWED = re.compile(
    r".*_id$|^(subscriber|route|method|status|ms|count|queue|tick|provider|channel|state|port|attempt)$"
)
ADDRESS = re.compile(r"[^\s@<>'\"(),;:]+@[^\s@<>'\"(),;:]+")
NUMBER = re.compile(r"(?<![\w-])\+?\d[\d ()./-]{6,}\d(?![\w-])")
STANDARD = set(vars(logging.makeLogRecord({})))


def bind(**ids: str) -> None:
    """Add ids to every later line of this request or job, such as `interview_id`."""
    _bound.set({**(_bound.get() or {}), **ids})


def mask(text: str) -> str:
    """The text with mail addresses and telephone numbers blotted out."""
    return NUMBER.sub("[number]", ADDRESS.sub("[address]", text))


class JsonFormatter(logging.Formatter):
    """One line of JSON; texts masked, extra fields only of the allowed names."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": mask(record.getMessage()),
            **(_bound.get() or {}),
        }
        extra = {k: v for k, v in vars(record).items() if k not in STANDARD and ALLOWED.match(k)}
        line.update({k: mask(v) if isinstance(v, str) and not k.endswith("_id") else v for k, v in extra.items()})
        if record.exc_info:
            line["trace"] = mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


# The same for a server that sets its loggers up itself.
JSON_LOGS = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonFormatter}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {"_granian": {"handlers": ["console"], "propagate": False}},
}


def configure_logging(level: int = logging.INFO) -> None:
    """Send every log line of this process to standard error as JSON. Called by programs, not by create_app."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # a line for each look at a table says nothing, nor does one for a tick that is still at work when its next turn comes
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def init_logs(app: Flask) -> None:
    """Number each request and write one line when it is answered: the route, never the address, which may hold a token."""

    def begin() -> None:
        given = request.headers.get("X-Request-Id", "") if app.config["TRUSTED_PROXIES"] else ""
        g.request_id = given if re.fullmatch(r"[\w-]{8,64}", given) else new_id()
        g.started = time.perf_counter()
        _bound.set({"request_id": g.request_id})

    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        route = request.url_rule.rule if request.url_rule else "none"
        took = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
        facts = {"method": request.method, "route": route, "status": response.status_code, "ms": took}
        log.info("answered", extra=facts)
        return response

    app.before_request(begin)
    app.after_request(end)
