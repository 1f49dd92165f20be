"""Health for whatever watches the service: alive, and ready to serve."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.core.clock import SystemClock
from app.heartbeat import SILENT, silence
from app.ui.access import public

bp = Blueprint("ui", __name__)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """The database answers and the scheduler spoke within the last minute; else 503 and what is wrong."""
    try:
        # the machine's own time: moving the demo's clock is no silence
        quiet = silence("scheduler", SystemClock().now())
    except Exception:  # whatever the driver raises, the service is not ready
        return jsonify(status="unready", problem="the database does not answer"), 503
    if quiet is None or quiet > SILENT:
        return jsonify(status="unready", problem="the scheduler is silent"), 503
    return jsonify(status="ok")
