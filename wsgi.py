"""The WSGI entry point: `granian --interface wsgi wsgi:app`."""

from app.factory import create_app
from app.jobs import init_wake

app = create_app()
init_wake(app)
