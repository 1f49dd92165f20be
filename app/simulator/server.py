"""Puts the parts together and serves them."""

import os
import threading
import time
from dataclasses import replace

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from app.simulator.api import api_blueprint
from app.simulator.network import Network
from app.simulator.pages import pages_blueprint
from app.simulator.postman import Postman
from app.simulator.settings import Settings
from app.simulator.smtp import start_smtp
from app.simulator.store import Store
from app.simulator.twilio_api import twilio_blueprint

PAGE_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"


def create_simulator(settings: Settings, store: Store, network: Network) -> Flask:
    """The WSGI application."""
    postman = Postman(settings.mail_in)
    app = Flask(__name__)
    app.register_blueprint(twilio_blueprint(settings, store, network))
    app.register_blueprint(api_blueprint(store, network, postman))
    app.register_blueprint(pages_blueprint(settings, store, network, postman))
    app.add_url_rule("/healthz", view_func=lambda: {"status": "ok"}, endpoint="healthz")

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = (
            "same-origin"  # with no-referrer a browser hides the Origin of our own forms
        )
        return response

    @app.errorhandler(HTTPException)
    def as_json(error: HTTPException) -> ResponseReturnValue:
        if request.path.startswith(("/sim/api/", "/2010-04-01/")):
            return {"error": error.description, "status": error.code}, error.code or 500
        return error.get_response()

    return app


class QuietHandler(WSGIRequestHandler):
    """No access log: paths hold numbers and addresses."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def serve(settings: Settings, parent: int | None) -> None:
    """Listen on both ports and serve until stopped, or until the process `parent` is gone. OSError when a port is taken."""
    store = Store(settings.data / "log.jsonl")
    settings = replace(
        settings, smtp_port=start_smtp(store, Postman(settings.mail_in), settings.host, settings.smtp_port)
    )
    network = Network(settings, store)
    app = create_simulator(settings, store, network)
    server = make_server(settings.host, settings.port, app, threaded=True, request_handler=QuietHandler)
    if parent is not None:
        threading.Thread(target=_exit_without, args=(parent,), daemon=True).start()
    network.resume()
    # one line that a program can read: it started this one with port 0 and waits for the address
    web, mail = f"http://{settings.host}:{server.port}", f"{settings.host}:{settings.smtp_port}"
    print(f"simulator {web} smtp {mail} product {settings.product_url}", flush=True)
    try:
        server.serve_forever()
    finally:
        network.stop()


def _exit_without(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)  # every record is on the disk already
