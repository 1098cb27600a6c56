"""What can be done to one thing, declared once: its noun in the address, its form, its command. Pages and API read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema

from service.kit.command import COMMANDS
from service.kit.idempotency import idempotent
from service.kit.seat import Seat
from service.kit.web import current_seat, today


@dataclass(frozen=True)
class Verb:
    """`POST …/{id}/{noun}` with this body carries out `act(seat, id, **body, on=today)`."""

    noun: str
    schema: type[Schema]
    act: Callable[..., object]

    @property
    def operation(self) -> str:
        """What the matrix of roles calls it."""
        return COMMANDS[f"{self.act.__module__.removeprefix('service.')}.{self.act.__name__}"]


def offer(
    api: Blueprint, verbs: Iterable[Verb], out: type[Schema], shown: Callable[[Seat, UUID], Any], at: str
) -> None:
    """Each verb is a route of the API that answers with the thing as it then stands; `at`: `/<uuid:task_id>`."""
    for verb in verbs:
        _offer(api, verb, out, shown, at)


def _offer(api: Blueprint, verb: Verb, out: type[Schema], shown: Callable[[Seat, UUID], Any], at: str) -> None:
    command = verb.act

    def act(body: dict[str, Any], **ids: UUID) -> Any:
        seat, (row_id,) = current_seat(), ids.values()
        command(seat, row_id, **body, on=today())
        return shown(seat, row_id)

    act.__name__ = verb.noun.replace("-", "_")
    act.__doc__ = verb.act.__doc__
    shaped = api.response(201, out)(api.arguments(verb.schema)(act))
    api.post(f"{at}/{verb.noun}")(idempotent(api.etag(shaped)))
