"""The pages before any tenant: sign in and out, the first and a new password, which tenant, which language."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from redis import Redis

from service.accounts import signin
from service.accounts.models import Account
from service.accounts.queries import doors
from service.accounts.rules import PASSWORD_LEAST, normal_username
from service.kit.database import engine
from service.kit.forms import said
from service.kit.layout import LOCALES, TEXT_SIZES
from service.kit.problems import sign_in_first
from service.kit.security import limiter, renew_session
from service.kit.web import page
from tenants.db import FencedSession, acting_for
from tenants.errors import Refused
from tenants.models import Tenant

entrance = Blueprint("entrance", __name__, template_folder="templates")


def _rate() -> str:
    return current_app.config["SIGN_IN_RATE"]


def _by_username() -> str:
    name = normal_username(request.form.get("username", ""))
    return "user:" + hashlib.sha256(name.encode()).hexdigest()


def somebody() -> Account | None:
    """The person signed in in this session."""
    return current_user._get_current_object() if current_user.is_authenticated else None  # type: ignore[return-value]


def _outside() -> FencedSession:
    return acting_for(engine(), None)


def _redis() -> Redis:
    return current_app.extensions["lianxi.redis"]


def own_path(target: str, otherwise: str = "/") -> str:
    """The target, if it is a plain path of ours; a browser reads `//x`, `/\\x` and control characters as elsewhere."""
    parts = urlsplit(target)
    ours = target.startswith("/") and not target.startswith("//") and not parts.scheme and not parts.netloc
    return target if ours and target.isprintable() and "\\" not in target else otherwise


def _onward(target: str) -> ResponseReturnValue:
    return redirect(request.script_root + own_path(target))


def _home(tenant: Tenant) -> str:
    return f"/t/{tenant.slug}/"


@entrance.get("/")
def start() -> ResponseReturnValue:
    """To the sign-in page, to the tenant entered last or the first one, or to the empty list of them."""
    person = somebody()
    if person is None:
        return redirect(url_for("entrance.sign_in"))
    with _outside() as outside:
        places = doors(outside, person.id)
    if not places:
        return redirect(url_for("entrance.tenants"))
    last = (session.get("entered") or [None])[-1]
    return _onward(_home(next((place for place in places if place.slug == last), places[0])))


@entrance.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(_rate, methods=["POST"])
@limiter.limit(_rate, key_func=_by_username, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """The person is signed in, under a session id that nobody could have known."""
    target = request.values.get("next", "")
    if request.method != "POST":
        return _onward(target) if somebody() else page("accounts/sign_in.html", next=target)
    username = request.form.get("username", "")
    try:
        with _outside() as outside:
            account = signin.sign_in(outside, _redis(), username, request.form.get("password", ""))
    except Refused as refusal:
        return page("accounts/sign_in.html", 422, next=target, username=username, refusal=said(refusal))
    _begin(account)
    return _onward(target)


def _begin(account: Account) -> None:
    renew_session()
    login_user(account)


@entrance.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """The session is over; its language stays."""
    logout_user()
    renew_session()
    flash(_("您已退出。"), "success")
    return redirect(url_for("entrance.sign_in"))


@entrance.get("/tenants")
def tenants() -> ResponseReturnValue:
    """The tenants that this person may enter, to choose from."""
    person = somebody()
    if person is None:
        return sign_in_first()
    with _outside() as outside:
        places = [(place, request.script_root + _home(place)) for place in doors(outside, person.id)]
    return page("accounts/tenants.html", places=places)


@entrance.route("/password", methods=["GET", "POST"])
@limiter.limit(_rate, methods=["POST"])
def password() -> ResponseReturnValue:
    """The person has a new password; this session goes on, all others have ended, and no token works any more."""
    person = somebody()
    if person is None:
        return sign_in_first()
    if request.method != "POST":
        return page("accounts/password.html", least=PASSWORD_LEAST)
    try:
        new = _twice()
        current, now = request.form.get("current", ""), datetime.now(UTC)
        with _outside() as outside:
            account = signin.change_password(outside, _redis(), person, current, new, now)
    except Refused as refusal:
        errors = {refusal.field or "": said(refusal)}
        return page("accounts/password.html", 422, least=PASSWORD_LEAST, errors=errors)
    _begin(account)
    flash(_("口令已修改，您在其他设备上的登录已全部失效，接口令牌已全部作废。"), "success")
    return redirect(url_for("entrance.start"))


def _twice() -> str:
    new = request.form.get("password", "")
    if new != request.form.get("repeat", ""):
        raise Refused("两次输入的口令不一致，请重新输入。", en="The two passwords differ.", field="repeat")
    return new


@entrance.route("/invitations/<token>", methods=["GET", "POST"])
@limiter.limit(_rate)
def accept(token: str) -> ResponseReturnValue:
    """The invited person sets the first password; the link opens once."""
    now = datetime.now(UTC)
    with _outside() as outside:
        try:
            invitation, account = signin.invited(outside, token, now)
        except Refused as refusal:
            return page("accounts/invitation_over.html", 410, message=said(refusal))
        context = {"account": account, "expires_at": invitation.expires_at, "least": PASSWORD_LEAST}
        if request.method != "POST":
            return page("accounts/invitation.html", **context)
        try:
            signin.accept(outside, token, _twice(), now)
        except Refused as refusal:
            errors = {refusal.field or "": said(refusal)}
            return page("accounts/invitation.html", 422, errors=errors, **context)
    flash(_("口令已设置，请用用户名“%(name)s”登录。", name=account.username), "success")
    return redirect(url_for("entrance.sign_in"))


@entrance.post("/locale")
def prefer() -> ResponseReturnValue:
    """Pages come in that language and size from now on, in this session."""
    for name, given, known in (("locale", "lang", LOCALES), ("text", "text", TEXT_SIZES)):
        if request.form.get(given) in known:
            session[name] = request.form[given]
    return _onward(request.form.get("next", ""))
