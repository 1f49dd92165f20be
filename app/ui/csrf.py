"""Cross-site request forgery: staff forms carry flask-wtf's token; respondents' forms carry their own HMAC and are exempted."""

from flask_wtf import CSRFProtect

csrf = CSRFProtect()
