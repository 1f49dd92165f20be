"""Liveness and readiness."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from app.core.clock import SystemClock
from app.heartbeat import SILENT, beat


def test_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_ready_only_while_the_scheduler_speaks(app: Flask, client: FlaskClient) -> None:
    assert client.get("/readyz").status_code == 503
    now = SystemClock().now()
    beat("scheduler", now - SILENT - timedelta(seconds=1))
    silent = client.get("/readyz")
    assert (silent.status_code, silent.json["problem"]) == (503, "the scheduler is silent")
    beat("scheduler", now)
    assert client.get("/readyz").status_code == 200
