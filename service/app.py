"""Settings in, app out."""

from __future__ import annotations

from flask import Flask

from config.settings import Settings, read_settings
from service.accounts import door
from service.files import web as files
from service.kit import api, database, face, layout, logs, problems, security
from service.kit.bell import doorbell
from service.kit.health import health
from service.meetings import tabs
from service.plans import tabs as plan_tabs
from service.rooms import parts
from service.tasks import beside, origins
from tenants import ledger


def create_app(settings: Settings | None = None) -> Flask:
    """The whole service as one WSGI application."""
    settings = settings or read_settings()
    logs.configure(settings.log_format)
    app = Flask("service.kit", static_url_path="/static")
    app.extensions["lianxi.settings"] = settings
    security.install(app, settings)
    database.install(app, settings)
    problems.install(app)
    face.install(app)
    files.install(app)
    door.hang(app)
    app.register_blueprint(health)
    _open_rooms(app)
    api.install(app, [room.api for room in parts("api")])
    ledger.hang_doorbell(doorbell(app.extensions["lianxi.redis"]))
    return app


def _open_rooms(app: Flask) -> None:
    rooms = parts("pages")
    for room in rooms:
        app.register_blueprint(room.pages)
    layout.install(app, [entry for room in rooms for entry in getattr(room, "NAV", ())])
    beside.install(app, [panel for room in rooms for panel in getattr(room, "TASK_PANELS", ())])
    origins.install(app, [origin for room in rooms for origin in getattr(room, "TASK_ORIGINS", ())])
    tabs.install(app, [tab for room in rooms for tab in getattr(room, "MEETING_TABS", ())])
    plan_tabs.install(app, [tab for room in rooms for tab in getattr(room, "PLAN_TABS", ())])
