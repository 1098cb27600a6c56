"""What the forms of this room let one choose from."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from config.charter import POLICY_FIELDS
from service.charter.amending import own_fields
from service.charter.queries import in_force, units
from service.kit.face import label
from service.kit.seat import Seat
from service.measures.commands import OFFICE
from tenants.db import FencedSession

Options = list[tuple[str, str]]


def units_for(seat: Seat, operation: str, on: date) -> list[tuple[UUID, str]]:
    """The units for which the seat may record: its own, or, for the office, any."""
    mine = seat.units_for(operation)
    return [(unit.id, unit.name) for unit in units(seat.session, on) if seat.may(OFFICE) or unit.id in mine]


def policy_fields(session: FencedSession, on: date) -> Options:
    """The place's own names for policy fields, and the common ones."""
    own = own_fields(in_force(session, on).text.duties)
    named = [(name, f"{name}（{label('policy_field', field)}）") for name, field in own.items()]
    return named + [(field, label("policy_field", field)) for field in POLICY_FIELDS]


def named(group: str, keys: tuple[str, ...] | list[str]) -> Options:
    """These keys, each as its wording says it."""
    return [(key, label(group, key)) for key in keys]
