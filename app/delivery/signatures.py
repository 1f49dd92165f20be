"""Who calls a webhook: Twilio signs each request with the account's token (https://www.twilio.com/docs/usage/security)."""

from flask import Request, current_app, request
from twilio.request_validator import RequestValidator

from app.delivery.gateways import gateways
from app.ui.access import webhook


def valid_twilio_request(request: Request) -> bool:
    """Whether Twilio signed this request. The address is built from PUBLIC_URL: behind a proxy the request's own may differ.
    The form is checked as it came, white space included."""
    query = request.query_string.decode("ascii", "replace")
    url = current_app.config["PUBLIC_URL"] + request.path + (f"?{query}" if query else "")
    account = request.form.get("AccountSid", "")  # each signs with its own token
    tokens = {each.account_sid: each.auth_token for each in gateways(current_app.config) if each.channel == "sms"}
    validator = RequestValidator(tokens.get(account, current_app.config["TWILIO_AUTH_TOKEN"]))
    return bool(validator.validate(url, request.form, request.headers.get("X-Twilio-Signature", "")))


twilio_webhook = webhook(lambda: valid_twilio_request(request))
"""The access mark of a webhook that Twilio calls: 403 for anybody else."""
