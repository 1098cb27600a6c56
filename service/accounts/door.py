"""The door: which person, at which tenant's table, this request comes from.

No seat, a foreign tenant and an unknown tenant answer the same: not found.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

from flask import Flask, current_app, g, request, session, url_for
from flask_login import LoginManager

from config.catalogue import roles
from service.accounts import commands
from service.accounts.entrance import entrance, somebody
from service.accounts.models import Account
from service.accounts.passwords import token_hash
from service.accounts.queries import bearer, door, doors, take_seat
from service.kit.database import engine, request_session
from service.kit.layout import locale
from service.kit.layout import said as _
from service.kit.seat import Seat
from service.kit.web import today
from tenants.db import acting_for
from tenants.errors import Missing
from tenants.models import Tenant

__all__ = ["hang", "take_seat", "token_hash"]


def hang(app: Flask) -> None:
    """Every request under /t/<slug>/ passes here before its route runs."""
    _open_sessions(app)
    app.before_request(enter)
    app.url_value_preprocessor(_take_slug)
    app.url_defaults(_give_slug)
    app.context_processor(lambda: {"shell": _shell(g.get("seat"))})
    app.register_blueprint(entrance)


def _open_sessions(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # type: ignore[assignment]  # addresses change under people's feet; the epoch ends sessions
    manager.user_loader(_load)
    manager.init_app(app)


def _load(kept: str) -> Account | None:
    """The account of a session, unless its epoch is over or the account is closed."""
    account_id, _sep, epoch = kept.partition(".")
    with acting_for(engine(), None) as outside:
        account = outside.get(Account, UUID(account_id))
    current = account and account.active and str(account.session_epoch) == epoch
    return account if current else None


def _take_slug(endpoint: str | None, values: dict[str, object] | None) -> None:
    g.slug = values.pop("slug", None) if values else None
    astray = _ASTRAY.match(request.path) if endpoint is None else None
    g.astray = astray[1] if astray else None


_ASTRAY = re.compile(r"/t/([a-z0-9-]+)/")


def _give_slug(endpoint: str, values: dict[str, object]) -> None:
    if "slug" not in values and g.get("slug") and current_app.url_map.is_endpoint_expecting(endpoint, "slug"):
        values["slug"] = g.slug


def enter() -> None:
    """`g.seat` is the seat of this request, if its path names a tenant."""
    slug = g.get("slug")
    if slug is None:
        _seat_astray(g.get("astray"))
        return
    account, tenant = _by_token(slug) if request.path.startswith("/api/") else _by_session(slug)
    if account is None:
        g.must_sign_in = True
        raise Missing()
    if tenant is None:
        raise Missing()
    seat = take_seat(request_session(tenant.id), tenant, account, today(), g.request_id)
    if not seat.sits:
        raise Missing()
    g.seat = seat
    if not request.path.startswith("/api/"):
        _record(seat)


def _seat_astray(slug: str | None) -> None:
    """An address that leads nowhere: who may enter the tenant that it names keeps the menu around that sentence."""
    account, tenant = _by_session(slug) if slug else (None, None)
    if account is not None and tenant is not None:
        seat = take_seat(request_session(tenant.id), tenant, account, today(), g.request_id)
        if seat.sits:
            g.slug, g.seat = slug, seat


def _by_token(slug: str) -> tuple[Account | None, Tenant | None]:
    scheme, _sep, token = request.headers.get("Authorization", "").partition(" ")
    with acting_for(engine(), None) as outside:
        known = bearer(outside, token_hash(token.strip()), datetime.now(UTC)) if scheme.lower() == "bearer" else None
        if known is None:
            return None, None
        account, tenant_id = known
        tenant = door(outside, account.id, slug)
    return account, tenant if tenant and tenant.id == tenant_id else None


def _by_session(slug: str) -> tuple[Account | None, Tenant | None]:
    account = somebody()
    if account is None:
        return None, None
    with acting_for(engine(), None) as outside:
        return account, door(outside, account.id, slug)


def _record(seat: Seat) -> None:
    """The first time that a session sits at a tenant's table is on that tenant's record."""
    entered = session.setdefault("entered", [])
    if seat.tenant.slug not in entered:
        commands.enter(seat)
        session["entered"] = [*entered, seat.tenant.slug]


def _shell(seat: Seat | None) -> dict[str, object]:
    """What the frame of each page says of the reader and the way out."""
    shell: dict[str, object] = {
        "preferences_url": url_for("entrance.prefer"),
        "sign_out_url": url_for("entrance.sign_out"),
        "text": session.get("text", "normal"),
    }
    person = somebody()
    if person:
        links = [(_("工作单位"), url_for("entrance.tenants")), (_("修改口令"), url_for("entrance.password"))]
        links += [(_("接口令牌"), url_for("accounts.tokens"))] if seat else []
        links += (
            [(_("日历订阅"), url_for("invitations.calendar.show"))] if seat and seat.may_read("meeting.read") else []
        )
        shell["person"] = {"name": person.name, "post": _posts(seat), "links": links}
    if seat:
        shell |= {"conference": _conference(seat), "home_url": _home(seat.tenant), "seats": _places(seat)}
    return shell


def _posts(seat: Seat | None) -> str:
    chinese = locale() == "zh"
    names = {code: role.name_zh if chinese else role.name_en for code, role in roles().items()}
    held = [name for code, name in names.items() if seat and code in seat.roles]
    left = [
        _("原%(role)s") % {"role": name} for code, name in names.items() if seat and code in seat.former - seat.roles
    ]
    return ("、" if chinese else ", ").join(held + left)


def _conference(seat: Seat) -> str:
    return {"province": _("省级联席会议"), "city": _("市级联席会议"), "county": _("县级联席会议")}[seat.tenant.level]


def _home(tenant: Tenant) -> str:
    return f"{request.script_root}/t/{tenant.slug}/"


def _places(seat: Seat) -> list[dict[str, object]]:
    """The doors of this person, for the explicit switch."""
    places = doors(seat.session, seat.account_id) if seat.account_id else []
    return [{"label": p.name, "url": _home(p), "current": p.id == seat.tenant.id} for p in places]
