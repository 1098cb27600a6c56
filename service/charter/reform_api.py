"""Reforms of the organs, for programs: in the draft, and on record. The same commands as on the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from service.charter import queries, reform_commands, schemas, succession
from service.charter.models import Charter
from service.charter.reading_api import READ, api, charter_out
from service.charter.rules import Caution
from service.charter.text import UnitEntry
from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.paging import page_of
from service.kit.seat import Seat
from service.kit.web import current_seat, reading
from tenants.errors import Missing


def _draft(seat: Seat) -> Charter:
    draft = queries.open_draft(seat.session)
    if draft is None:
        raise Missing()
    return draft


def _reformed(reform: Callable[[Seat], list[Caution]]) -> dict[str, Any]:
    """The draft after the reform."""
    seat = current_seat()
    cautions = reform(seat)
    return charter_out(seat, _draft(seat), cautions)


@api.get("/charter/draft/reforms")
@api.response(200, schemas.ReformOut(many=True))
def list_reforms() -> list[Any]:
    """The reforms that the draft carries, in the order in which they were made."""
    return _draft(reading(READ)).successions


@api.post("/charter/draft/reforms/merger")
@idempotent
@api.etag
@api.arguments(schemas.MergerIn)
@api.response(201, schemas.CharterOut)
def merge_units(body: dict[str, Any]) -> dict[str, Any]:
    """Let one unit carry on for several; with the key of one of them, it takes the others in."""
    keys, basis = body.pop("units"), body.pop("basis")
    return _reformed(lambda seat: reform_commands.merge_units(seat, keys, UnitEntry(**body), basis=basis))


@api.post("/charter/draft/reforms/split")
@idempotent
@api.etag
@api.arguments(schemas.SplitIn)
@api.response(201, schemas.CharterOut)
def split_unit(body: dict[str, Any]) -> dict[str, Any]:
    """Let several units carry on for one; every duty is named for one of them or more."""
    heirs = [UnitEntry(**row) for row in body["into"]]
    return _reformed(
        lambda seat: reform_commands.split_unit(seat, body["unit"], heirs, body["duties"], basis=body["basis"])
    )


@api.post("/charter/draft/reforms/renaming")
@idempotent
@api.etag
@api.arguments(schemas.RenamingIn)
@api.response(201, schemas.CharterOut)
def rename_unit(body: dict[str, Any]) -> dict[str, Any]:
    """Rename the unit; with a key of its own, another unit stands in its place."""
    unit, basis = body.pop("unit"), body.pop("basis")
    return _reformed(lambda seat: reform_commands.rename_unit(seat, unit, UnitEntry(**body), basis=basis))


@api.post("/charter/draft/reforms/abolition")
@idempotent
@api.etag
@api.arguments(schemas.AbolitionIn)
@api.response(201, schemas.CharterOut)
def abolish_unit(body: dict[str, Any]) -> dict[str, Any]:
    """Abolish the unit; its duties are others'. Refused while it leads, hosts the office or fills a post."""
    return _reformed(lambda seat: reform_commands.abolish_unit(seat, body["unit"], body["duties"], basis=body["basis"]))


@api.post("/charter/draft/reforms/transfer")
@idempotent
@api.etag
@api.arguments(schemas.TransferIn)
@api.response(201, schemas.CharterOut)
def transfer_duty(body: dict[str, Any]) -> dict[str, Any]:
    """Hand one duty over to another unit, in the grade in which it was held."""
    ends = body["duty"], body["giver"], body["taker"]
    return _reformed(lambda seat: reform_commands.transfer_duty(seat, *ends, basis=body["basis"]))


@api.get("/successions")
@api.arguments(schemas.SuccessionsQuery, location="query")
@api.response(200, schemas.SuccessionsPage)
def list_successions(query: dict[str, Any]) -> dict[str, Any]:
    """What became of each unit, the latest first: a line for each unit that carried on."""
    session = reading(READ).session
    page = page_of(session, succession.successions(), asked(query), succession.SORTABLE, "-on")
    return listed(page)
