"""Flask-SQLAlchemy behind the fence: one engine an app, and a request's session acts for one tenant."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Engine

from config.settings import Settings
from tenants.db import FencedSession, fence, refuse_privileged


class RequestSession(FencedSession, FlaskSession):
    """A fenced session that Flask-SQLAlchemy opens and removes with the request."""


db = SQLAlchemy(session_options={"class_": RequestSession, "expire_on_commit": False})


def install(app: Flask, settings: Settings) -> None:
    """The app has its engine; a privileged role is no start."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": True, "pool_size": settings.pool_size}
    db.init_app(app)
    with app.app_context():
        fence(db.engine)
        refuse_privileged(db.engine)
        app.extensions["lianxi.engine"] = db.engine


def engine() -> Engine:
    """The fenced engine of this app."""
    return current_app.extensions["lianxi.engine"]


def request_session(tenant_id: UUID) -> FencedSession:
    """The session of this request, for that tenant; it is removed when the request ends."""
    return cast(FencedSession, db.session(info={"tenant": tenant_id}))
