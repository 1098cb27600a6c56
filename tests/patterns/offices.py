"""A province, its city and that city's county, and templates on their way between them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, select

from config.catalogue import charter_template
from service.charter import amending
from service.patterns import commands, queries
from service.rooms import handlers
from tenants import ledger
from tenants.db import acting_for
from tenants.models import Tenant
from tenants.offers import Offer, ReceivedOffer
from tests.factories import a_seat

ON = date(2026, 11, 20)
KNOWN = charter_template("county").rules


def settle(engine: Engine) -> None:
    """All that is on its way has arrived."""
    list(ledger.drain(engine, handlers()))


def publish(engine: Engine, tenant: Tenant, *changes, level: str = "county", origin: str = "level") -> Offer:
    """A template for the level with these changes of its text, in every place of the level."""
    seat = a_seat(engine, tenant, "OS", "OD")
    commands.begin_pattern(seat, level, origin, on=ON)
    for change in changes:
        commands.amend_pattern(seat, level, change)
    row = commands.publish_pattern(seat, level, "统一会议次数")
    settle(engine)
    return row


def plenaries(most: int):
    """The change by which at most so many plenaries are held a year."""

    def change(text):
        return amending.ruled(text, KNOWN, {"plenary_max": most})

    return change


def received(engine: Engine, tenant: Tenant) -> list[ReceivedOffer]:
    """The templates that came to the tenant."""
    with acting_for(engine, tenant.id) as session:
        return list(session.scalars(queries.received().order_by(ReceivedOffer.received_at)))


def kept(engine: Engine, tenant: Tenant) -> list[Offer]:
    """The templates that the tenant published."""
    with acting_for(engine, tenant.id) as session:
        return list(session.scalars(select(Offer)))
