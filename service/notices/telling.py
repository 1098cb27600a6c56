"""Telling people: in the transaction of what happened, so that nothing is lost and nothing is told twice.

tell(session, of_units(session, [unit_id], on), kind="task_assigned", key=f"task:{task.id}/assigned/{unit_id}",
     params={"task": task.content}, place=("tasks.show", {"task_id": str(task.id)}), but=seat.account_id)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.dialects.postgresql import insert

from config.notices import notice_kinds
from service.accounts.models import SeatGrant
from service.accounts.queries import STANDS_IN, has_office, lead_unit_ids
from service.accounts.rules import UNIT_ROLES
from service.notices.models import Notice
from service.notices.reaching import Reached, post_letter, post_message, reached
from service.notices.rules import SHANGHAI
from tenants.db import FencedSession

OFFICE = ("OD", "ODp", "OS")
LONGEST = 200  # characters of one thing named in a sentence

Place = tuple[str, Mapping[str, str]]


def tell(
    session: FencedSession,
    accounts: Iterable[UUID],
    *,
    kind: str,
    key: str,
    params: Mapping[str, str],
    place: Place,
    but: UUID | None = None,
) -> None:
    """Each of the accounts has that notice once, whoever did it himself (`but`) excepted.

    `kind` is worded in config/wording/notices.yaml; `key` names the thing and the moment (`task:ID/assigned/UNIT`);
    `place` is an endpoint with its arguments, without the slug. An unknown kind or a place left empty is a KeyError.
    """
    told, wanted = notice_kinds()[kind], set(accounts) - {but}
    filled = {name: params[name][:LONGEST] for name in told.places}
    if not wanted:
        return
    now = datetime.now(UTC)
    people = reached(session, wanted, kind, now.astimezone(SHANGHAI).date())
    values = [_row(session, one, kind, key, filled, place) for one in people]
    new = insert(Notice).values(values).on_conflict_do_nothing().returning(Notice.account_id)
    _send_on(session, people, set(session.scalars(new)), now)


def _row(
    session: FencedSession, one: Reached, kind: str, key: str, params: Mapping[str, str], place: Place
) -> dict[str, object]:
    endpoint, args = place
    return {
        "tenant_id": session.tenant_id,
        "account_id": one.account_id,
        "kind": kind,
        "key": key,
        "params": dict(params),
        "endpoint": endpoint,
        "args": {name: str(value) for name, value in args.items()},
        "for_id": one.for_id,
        "deputy_id": one.deputy_id,
        "letter": one.letter,
        "message": one.message,
    }


def _send_on(session: FencedSession, people: Iterable[Reached], new: Collection[UUID], now: datetime) -> None:
    """What was told for the first time also goes by letter to who wants one, and to the messenger if it takes the kind."""
    fresh = [one for one in people if one.account_id in new]
    for one in fresh:
        if one.letter:
            post_letter(session, one.account_id, one.letter, one.quiet, now)
    if any(one.message for one in fresh):
        post_message(session, now)


def of_units(session: FencedSession, unit_ids: Iterable[UUID], on: date) -> set[UUID]:
    """The accounts that speak for one of these units that day: representatives, liaisons, clerks."""
    wanted = list(unit_ids)
    return _holding(session, SeatGrant.unit_id.in_(wanted), UNIT_ROLES, on) if wanted else set()


def of_roles(session: FencedSession, roles: Iterable[str], on: date) -> set[UUID]:
    """The accounts that hold one of these roles that day; where there is no office, who stands in for its roles."""
    wanted = set(roles)
    found = _holding(session, true(), wanted, on)
    stand_in = [role for role, instead in STANDS_IN.items() if instead in wanted]
    if stand_in and not has_office(session, on):
        found |= _holding(session, SeatGrant.unit_id.in_(lead_unit_ids(session)), stand_in, on)
    return found


def of_office(session: FencedSession, on: date) -> set[UUID]:
    """The accounts of the office, or of the lead department's people who do its work. Source: dossier 2.1."""
    return of_roles(session, OFFICE, on)


def _holding(session: FencedSession, which: ColumnElement[bool], roles: Iterable[str], on: date) -> set[UUID]:
    held = (SeatGrant.from_date <= on, or_(SeatGrant.to_date.is_(None), SeatGrant.to_date > on))
    query = select(SeatGrant.account_id).where(which, SeatGrant.role.in_(list(roles)), *held)
    return set(session.scalars(query))
