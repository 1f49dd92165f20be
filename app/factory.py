"""create_app: the web application, assembled from the packages below."""

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import config as settings
from app import models as models  # every table is known once the app is
from app.accounts.signed_in import init_accounts
from app.accounts.views import bp as accounts
from app.api.views import bp as api
from app.channels.email.views import bp as email
from app.channels.field.views import bp as field
from app.channels.phone.views import bp as phone
from app.channels.sms.views import bp as sms
from app.channels.web.embed import bp as embed
from app.channels.web.files import bp as pictures
from app.channels.web.views import bp as web
from app.cli import canvass
from app.contacts.views import bp as contacts
from app.core.clock import Clock
from app.customers.views import bp as customers
from app.db import init_db
from app.delivery.gateways import gateways
from app.delivery.views import bp as delivery
from app.desk.views import bp as desk
from app.files.views import bp as files
from app.insights.views import bp as insights
from app.journeys.views import bp as journeys
from app.logs import init_logs
from app.migrations import init_migrations
from app.protocols.views import bp as protocols
from app.samples.views import bp as samples
from app.studio.views import bp as studio
from app.ui.access import require_marks
from app.ui.assets import init_assets
from app.ui.csrf import csrf
from app.ui.edge import init_edge
from app.ui.errors import init_errors
from app.ui.guards import init_guards
from app.ui.languages import init_languages
from app.ui.navigation import init_navigation
from app.ui.paging import init_paging
from app.ui.views import bp as ui

# Every blueprint of the product; a package adds its line here.
BLUEPRINTS = (
    ui,
    desk,
    accounts,
    contacts,
    samples,
    customers,
    delivery,
    insights,
    api,
    web,
    journeys,
    protocols,
    email,
    studio,
    files,
    pictures,
    sms,
    embed,
    phone,
    field,
)


def create_app(config: settings.Config | None = None, clock: Clock | None = None) -> Flask:
    """The application. Raises ConfigurationError when a setting is missing, UnmarkedView when a view says not who may use it."""
    app = Flask("app", static_folder=None)
    app.config.from_object(config or settings.load())
    app.jinja_env.undefined = StrictUndefined
    folders = (app.jinja_loader, FileSystemLoader(f"{app.root_path}/rendering/templates"))
    app.jinja_loader = ChoiceLoader([loader for loader in folders if loader])
    gateways(app.config)  # what is wrong with their file is said at the start
    init_logs(app)
    init_edge(app, clock)
    init_db(app)
    init_migrations(app)
    init_guards(app)
    csrf.init_app(app)
    init_accounts(app)
    init_languages(app)
    init_errors(app)
    init_assets(app)
    init_paging(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.cli.add_command(canvass)
    require_marks(app)
    init_navigation(app)
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app
