"""The blueprint of the contacts pages, and who uses them."""

from flask import Blueprint

bp = Blueprint("contacts", __name__, url_prefix="/contacts")
STAFF = ("researcher", "supervisor", "manager", "admin")
