"""What can be done to one submission, as pages and API offer it. Declared once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from marshmallow import Schema

from service.kit.command import COMMANDS
from service.kit.seat import Seat
from service.submissions import commands, schemas
from service.submissions.models import Obligation


@dataclass(frozen=True)
class Verb:
    """`POST …/submissions/{id}/{noun}` with this body, in these states."""

    noun: str
    states: tuple[str, ...]
    schema: type[Schema]
    act: Callable[..., object]

    @property
    def operation(self) -> str:
        return COMMANDS[f"{self.act.__module__.removeprefix('service.')}.{self.act.__name__}"]


VERBS: Mapping[str, Verb] = {
    verb.noun: verb
    for verb in (
        Verb("filing", ("owed", "returned"), schemas.FilingIn, commands.file_submission),
        Verb("acceptance", ("filed",), schemas.NothingIn, commands.pass_submission),
        Verb("return", ("filed",), schemas.ReasonIn, commands.return_submission),
        Verb("exemption", ("owed", "returned"), schemas.ReasonIn, commands.exempt),
    )
}


def offered(seat: Seat, row: Obligation) -> set[str]:
    """The nouns that this seat can use on the submission as it stands."""
    return {
        noun
        for noun, verb in VERBS.items()
        if row.state in verb.states and seat.may(verb.operation) and (noun != "filing" or seat.sits_for(row.unit_id))
    }
