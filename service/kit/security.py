"""The edge: content security policy, CSRF, server-side sessions, rate limits, secure cookies."""

from __future__ import annotations

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_session import Session as ServerSideSession
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from redis import Redis

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

csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, headers_enabled=True)


def install(app: Flask, settings: Settings) -> None:
    """Every answer of this app leaves through these doors."""
    redis = Redis.from_url(settings.redis_url)
    app.extensions["lianxi.redis"] = redis
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_TYPE="redis",
        SESSION_REDIS=redis,
        SESSION_PERMANENT=True,
        PERMANENT_SESSION_LIFETIME=settings.session_hours * 3600,
        SESSION_COOKIE_NAME="lianxi",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=settings.redis_url.replace("unix://", "redis+unix://", 1),
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        SIGN_IN_RATE=settings.sign_in_rate,
    )
    ServerSideSession(app)
    csrf.init_app(app)
    limiter.init_app(app)
    Talisman(
        app,
        content_security_policy=CSP,
        force_https=False,
        session_cookie_secure=settings.secure_cookies,
        strict_transport_security=settings.secure_cookies,
        referrer_policy="same-origin",
    )
    app.after_request(_private)


def _private(response: Response) -> Response:
    """What belongs to a tenant is nobody's cache's."""
    if g.get("slug") or request.path.startswith("/api/"):
        response.headers["Cache-Control"] = "private, no-store"
    if g.get("request_id"):
        response.headers["X-Request-Id"] = g.request_id
    return response
