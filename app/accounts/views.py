"""Pages of one's own account: sign in and out, set a password by link, change it, see where one is signed in."""

from dataclasses import replace
from datetime import datetime
from math import ceil

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.accounts import links, service, signed_in
from app.accounts import sign_in as verbs
from app.accounts.admin import bp as admin
from app.accounts.forms import ForgotForm, NewPasswordForm, OwnPasswordForm, ProfileForm, SignInForm, show_problems
from app.accounts.passwords import SHORTEST
from app.db import writing
from app.ui.access import public, role
from app.ui.edge import now

bp = Blueprint("accounts", __name__)
bp.register_blueprint(admin)


@bp.app_template_global()
def password_hint() -> str:
    """What a good password is."""
    return _("At least %(shortest)s characters. Several words are easy to remember.", shortest=SHORTEST)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for address and password, and open a session."""
    form = SignInForm(next=request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(inside(form.next.data))
    status, headers = 200, dict[str, str]()
    if form.validate_on_submit():
        found = verbs.authenticate(form.email.data, form.password.data, request.remote_addr or "", now())
        if isinstance(found, service.Person):
            signed_in.sign_in(found)
            return redirect(inside(form.next.data))
        refusal, status, headers = refused(found, now())
        form.form_errors.append(refusal)
    elif form.is_submitted():
        status = 422
    return render_template("accounts/sign_in.html", form=form), status, headers


def refused(why: verbs.Locked | verbs.Wrong | verbs.TooMany, at: datetime) -> tuple[str, int, dict[str, str]]:
    """What to say, with the status and headers: the same whether or not the account exists."""
    if isinstance(why, verbs.Locked):
        seconds = max(1, ceil((why.until - at).total_seconds()))
        minutes = ceil(seconds / 60)
        text = ngettext(
            "Too many wrong passwords. Try again in %(num)s minute, or reset your password.",
            "Too many wrong passwords. Try again in %(num)s minutes, or reset your password.",
            minutes,
        )
        return text, 429, {"Retry-After": str(seconds)}
    if isinstance(why, verbs.TooMany):
        return _("Too many tries from your network. Wait a few minutes, then try again."), 429, {"Retry-After": "60"}
    return _("The e-mail address or the password is not right."), 422, {}


def inside(address: str | None) -> str:
    """The address if it is a path of this site, else the first page: nobody is sent elsewhere by a link to the sign-in."""
    good = address and address.startswith("/") and address[1:2] not in ("/", "\\") and address.isprintable()
    return address if address and good else "/"


@bp.post("/sign-out")
@role()
def sign_out() -> ResponseReturnValue:
    """Close this session."""
    signed_in.sign_out()
    flash(_("You are signed out."))
    return redirect(url_for(".sign_in"))


@bp.route("/password", methods=["GET", "POST"])
@public
def forgot() -> ResponseReturnValue:
    """Ask for a link to set a new password. The answer is the same whether or not the address has an account."""
    form = ForgotForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgot.html", form=form, sent=False), 422 if form.is_submitted() else 200
    if not links.request_reset(form.email.data, request.remote_addr or "", now()):
        form.form_errors.append(_("Too many links were asked for from your network. Try again in an hour."))
        return render_template("accounts/forgot.html", form=form, sent=False), 429
    return render_template("accounts/forgot.html", form=form, sent=True)


@bp.route("/password/<token>", methods=["GET", "POST"])
@public
def new_password(token: str) -> ResponseReturnValue:
    """Set a password by a mailed link. Opening it changes nothing: mail scanners do."""
    link = links.resolve(token, now())
    if link is None:
        return render_template("accounts/link_over.html"), 410
    form = NewPasswordForm()
    if form.validate_on_submit():
        problems = links.use(link, form.password.data, now())
        if problems is None:
            return render_template("accounts/link_over.html"), 410
        if not problems:
            flash(_("Your password is set. Sign in with it."), "success")
            return redirect(url_for(".sign_in"))
        show_problems(form, problems)
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/new_password.html", form=form, link=link), status


@bp.route("/account", methods=["GET", "POST"])
@role()
def account() -> ResponseReturnValue:
    """One's name and language, password and sessions."""
    me = myself()
    form = ProfileForm(obj=me)
    if form.validate_on_submit():
        problems = service.change_user(
            replace(me, name=form.name.data.strip(), language=form.language.data), me.id, now()
        )
        if not problems:
            flash(_("Your details are saved."), "success")
            return redirect(url_for(".account"))
        show_problems(form, problems)
    return show_account(form, OwnPasswordForm(formdata=None), 422 if form.is_submitted() else 200)


@bp.post("/account/password")
@role()
def own_password() -> ResponseReturnValue:
    """Change one's password; the other sessions end."""
    form = OwnPasswordForm()
    status = 422
    if form.validate_on_submit():
        outcome = links.change_own_password(
            myself(), current_user.session_id, form.current.data, form.password.data, now()
        )
        if isinstance(outcome, list):
            if not outcome:
                flash(_("Your password is changed. Everywhere else you are signed out."), "success")
                return redirect(url_for(".account"))
            show_problems(form, outcome)
        elif isinstance(outcome, verbs.Wrong):
            form.current.errors = [_("This is not your current password.")]
        else:
            text, status, _headers = refused(outcome, now())
            form.current.errors = [text]
    return show_account(ProfileForm(formdata=None, obj=myself()), form, status)


@bp.post("/account/sign-out-everywhere")
@role()
def sign_out_everywhere() -> ResponseReturnValue:
    """End all of one's sessions, this one too."""
    with writing() as conn:
        service.sign_out_everywhere(conn, current_user.workspace_id, current_user.id)
    signed_in.sign_out()
    flash(_("You are signed out everywhere."))
    return redirect(url_for(".sign_in"))


def show_account(profile: ProfileForm, password: OwnPasswordForm, status: int) -> ResponseReturnValue:
    sessions = verbs.sessions_of(myself(), now())
    page = render_template("accounts/account.html", profile=profile, password=password, sessions=sessions, me=myself())
    return page, status


def myself() -> service.Person:
    me = service.person(current_user.workspace_id, current_user.id)
    if me is None:
        raise LookupError("the signed-in person has no row")
    return me
