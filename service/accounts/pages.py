"""Signing in and out, and choosing at which tenant's table one sits."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from service.accounts.door import doors
from service.accounts.login import SignedIn
from service.accounts.signing_in import authenticate
from service.kit.database import engine
from service.kit.layout import LOCALES
from service.kit.security import limiter
from service.kit.web import page
from tenants.db import acting_for

pages = Blueprint("accounts", __name__, template_folder="templates")
TEXT_SIZES = ("normal", "large", "xlarge")


@pages.get("/")
def index() -> ResponseReturnValue:
    """The tables this person may sit at; one only is opened at once."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in"))
    with acting_for(engine(), None) as outside:
        places = doors(outside, current_user.id)
    if len(places) == 1:
        return redirect(url_for("oversight.start", slug=places[0].slug))
    return page("accounts/doors.html", places=places)


@pages.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The form."""
    return page("accounts/sign_in.html", next=_safe(request.args.get("next")), values={}, errors={})


@pages.post("/sign-in")
@limiter.limit(lambda: current_app.config["SIGN_IN_RATE"])
def enter() -> ResponseReturnValue:
    """Signed in under a new session id, or the form again with a sentence that gives nothing away."""
    username, password = request.form.get("username", "").strip(), request.form.get("password", "")
    with acting_for(engine(), None) as outside, outside.begin():
        account = authenticate(outside, username, password, datetime.now(UTC))
    target = _safe(request.form.get("next"))
    if account is None:
        sentence = _("用户名或口令不正确,或账号暂时锁定。连续输错5次将锁定15分钟。")
        errors = {"": sentence}
        return page("accounts/sign_in.html", 422, next=target, values={"username": username}, errors=errors)
    kept = {name: session[name] for name in ("locale", "text") if name in session}
    session.clear()
    current_app.session_interface.regenerate(session)  # type: ignore[attr-defined]
    session.update(kept, epoch=account.session_epoch)
    login_user(SignedIn(account))
    return redirect(target or url_for("accounts.index"))


def _safe(target: str | None) -> str:
    """The address if it stays here, else nothing."""
    parts = urlsplit(target or "")
    local = not parts.scheme and not parts.netloc and (target or "").startswith("/")
    return target if target and local and not target.startswith(("//", "/\\")) else ""


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Nobody is signed in here any more."""
    logout_user()
    session.clear()
    return redirect(url_for("accounts.sign_in"))


@pages.post("/preferences")
def prefer() -> ResponseReturnValue:
    """Language and text size are remembered in the session."""
    if request.form.get("lang") in LOCALES:
        session["locale"] = request.form["lang"]
    if request.form.get("text") in TEXT_SIZES:
        session["text"] = request.form["text"]
    return redirect(_safe(request.form.get("next")) or url_for("accounts.index"))
