"""One's own notices, for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from config.outward import read_outward
from service.kit.idempotency import idempotent
from service.kit.layout import locale
from service.kit.listing import asked, listed
from service.kit.seat import OWN, Seat
from service.kit.web import current_seat, reading, today
from service.notices import choosing, commands, deputies, hooking, queries, schemas
from service.notices.models import Messenger
from service.notices.showing import settings_of, told
from tenants.errors import Missing

api = Blueprint("notices_api", __name__, url_prefix="/api/v1/t/<slug>/notices", description="What one was told")


@api.get("")
@api.arguments(schemas.NoticesQuery, location="query")
@api.response(200, schemas.NoticesPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """One's own notices: the unread first."""
    seat = reading(OWN)
    found = queries.notices(seat, asked(query))
    return listed(found, [told(row) for row in found.rows]) | {"unread": queries.unread(seat)}


@api.get("/settings")
@api.response(200, schemas.SettingsOut)
def settings() -> dict[str, Any]:
    """How one is told."""
    return settings_of(reading(OWN), today())


@api.put("/settings")
@api.arguments(schemas.WaysIn)
@api.response(200, schemas.SettingsOut)
def choose(body: dict[str, Any]) -> dict[str, Any]:
    """Choose how one is written to of each kind, and when not."""
    _letters()
    choosing.choose(current_seat(), **body)
    return settings_of(current_seat(), today())


@api.post("/settings/address")
@idempotent
@api.arguments(schemas.AddressIn)
@api.response(201, schemas.SettingsOut)
def ask_address(body: dict[str, Any]) -> dict[str, Any]:
    """Give an address; a code is sent to it."""
    _letters()
    choosing.ask_address(current_seat(), **body, locale=locale(), now=datetime.now(UTC))
    return settings_of(current_seat(), today())


@api.post("/settings/address/confirmation")
@idempotent
@api.arguments(schemas.CodeIn)
@api.response(201, schemas.SettingsOut)
def confirm_address(body: dict[str, Any]) -> dict[str, Any]:
    """Confirm it by the code. A wrong code leaves the address unconfirmed."""
    _letters()
    choosing.confirm_address(current_seat(), **body, now=datetime.now(UTC))
    return settings_of(current_seat(), today())


@api.delete("/settings/address")
@api.response(204)
def drop_address() -> str:
    """Be written to no more."""
    choosing.drop_address(current_seat())
    return ""


def _letters() -> None:
    if read_outward().smtp is None:
        raise Missing()


@api.post("/settings/deputies")
@idempotent
@api.arguments(schemas.DeputyIn)
@api.response(201, schemas.DeputyOut)
def name_deputy(body: dict[str, Any]) -> Any:
    """Name who is told beside oneself over some days."""
    return deputies.name_deputy(current_seat(), **body, on=today())


@api.post("/settings/deputies/<uuid:deputy_id>/ending")
@idempotent
@api.response(201, schemas.DeputyOut)
def end_deputy(deputy_id: UUID) -> Any:
    """Nobody is told beside oneself any more."""
    return deputies.end_deputy(current_seat(), deputy_id, on=today(), now=datetime.now(UTC))


@api.get("/messenger")
@api.response(200, schemas.MessengerOut)
def messenger() -> Any:
    """The place's messenger of the government; what messages are signed with is shown on its page alone."""
    return _messenger(reading(hooking.SET))


@api.put("/messenger")
@api.arguments(schemas.MessengerIn)
@api.response(200, schemas.MessengerOut)
def set_messenger(body: dict[str, Any]) -> Any:
    """Set where messages go, and of which kinds."""
    return hooking.set_messenger(current_seat(), **body, now=datetime.now(UTC))


@api.delete("/messenger")
@api.response(204)
def drop_messenger() -> str:
    """Send no messages any more."""
    hooking.drop_messenger(current_seat())
    return ""


def _messenger(seat: Seat) -> Messenger:
    found = queries.messenger(seat.session)
    if found is None:
        raise Missing()
    return found


@api.post("/<uuid:notice_id>/reading")
@idempotent
@api.response(201, schemas.NoticeOut)
def read(notice_id: UUID) -> dict[str, Any]:
    """One has read it."""
    return told(commands.read(current_seat(), notice_id, now=datetime.now(UTC)))


@api.post("/reading")
@idempotent
@api.arguments(schemas.SeenIn)
@api.response(201, schemas.ReadOut)
def read_all(body: dict[str, Any]) -> dict[str, Any]:
    """One has read all that was there at that moment."""
    return {"read": commands.read_all(current_seat(), **body, now=datetime.now(UTC))}
