"""The edge: content security policy, CSRF, server-side sessions, rate limits, secure cookies."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask, Response, current_app, g, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_session.base import ServerSideSession
from flask_session.redis import RedisSessionInterface
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from redis import Redis
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import Settings

CSP = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
# A session before sign-in holds a form's token and a language; it need not outlive a coffee break by much.
ANONYMOUS = timedelta(hours=2)
# What a request may carry beside a file of the largest size; one a little too large is thus told at its field.
BESIDE_A_FILE = 8 * 1024 * 1024
PREFERENCES = ("locale", "text")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, headers_enabled=True)


class Sessions(RedisSessionInterface):
    """Sessions kept in Redis: short before sign-in, and never read by unpickling."""

    def _retrieve_session_data(self, store_id: str) -> dict[str, Any] | None:
        kept = self.client.get(store_id)
        try:
            return self.serializer.decoder.decode(kept) if kept else None  # type: ignore[union-attr]
        except ValueError:  # what msgspec raises for bytes that it did not write
            return None

    def _upsert_session(self, session_lifetime: timedelta, session: ServerSideSession, store_id: str) -> None:
        super()._upsert_session(session_lifetime if "_user_id" in session else ANONYMOUS, session, store_id)


def install(app: Flask, settings: Settings) -> None:
    """Every answer of this app leaves through these doors."""
    redis = Redis.from_url(settings.redis_url)
    app.extensions["lianxi.redis"] = redis
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_PERMANENT=True,
        PERMANENT_SESSION_LIFETIME=settings.session_hours * 3600,
        SESSION_REFRESH_EACH_REQUEST=False,  # assets are public: no cookie rides on them
        SESSION_COOKIE_NAME="lianxi",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_FILE_BYTES=settings.max_upload_bytes,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + BESIDE_A_FILE,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=settings.redis_url.replace("unix://", "redis+unix://", 1),
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        SIGN_IN_RATE=settings.sign_in_rate,
    )
    _believe_proxies(app, settings.trusted_proxies)
    app.session_interface = Sessions(app, client=redis, key_prefix="session:")
    app.before_request(_number)
    csrf.init_app(app)
    limiter.init_app(app)
    Talisman(
        app,
        content_security_policy=CSP,
        frame_options="DENY",
        force_https=False,
        session_cookie_secure=settings.secure_cookies,
        strict_transport_security=settings.secure_cookies,
        referrer_policy="same-origin",
    )
    app.after_request(_private)


def _believe_proxies(app: Flask, count: int) -> None:
    """The reader's address and HTTPS are what that many proxies say; with none, what anybody sends says nothing.

    Never the host: a proxy hands it on as it came, and what a client wrote into X-Forwarded-Host would pass with it.
    """
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]


def _number() -> None:
    """Each request has an id; one that a proxy gave is kept if it is harmless in logs and headers."""
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex


def _private(response: Response) -> Response:
    """What belongs to a tenant or a person is nobody's cache's."""
    if g.get("slug") or request.path.startswith("/api/v1/") or "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-store"
    if g.get("request_id"):
        response.headers["X-Request-Id"] = g.request_id
    return response


def renew_session() -> None:
    """The session is empty but for preferences, under a new id: what was known of the old one is worth nothing."""
    kept = {name: session[name] for name in PREFERENCES if name in session}
    current_app.session_interface.regenerate(session)  # type: ignore[attr-defined]
    session.clear()
    session.update(kept)
