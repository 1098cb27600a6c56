"""What can be done to one submission, as pages and API offer it. Declared once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.kit.seat import Seat
from service.kit.verbs import Verb
from service.submissions import commands, schemas
from service.submissions.models import Obligation


@dataclass(frozen=True)
class SubmissionVerb(Verb):
    """A verb and the states in which it may be used."""

    states: tuple[str, ...] = ()


VERBS: Mapping[str, SubmissionVerb] = {
    verb.noun: verb
    for verb in (
        SubmissionVerb("filing", schemas.FilingIn, commands.file_submission, ("owed", "returned")),
        SubmissionVerb("acceptance", schemas.NothingIn, commands.pass_submission, ("filed",)),
        SubmissionVerb("return", schemas.ReasonIn, commands.return_submission, ("filed",)),
        SubmissionVerb("exemption", schemas.ReasonIn, commands.exempt, ("owed", "returned")),
    )
}


def offered(seat: Seat, row: Obligation) -> set[str]:
    """The nouns that this seat can use on the submission as it stands."""
    return {
        noun
        for noun, verb in VERBS.items()
        if row.state in verb.states
        and seat.may(verb.operation)
        and (noun != "filing" or seat.sits_for(row.unit_id, verb.operation))
    }
