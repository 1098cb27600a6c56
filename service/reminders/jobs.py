"""The daily round: whoever has something to do soon, or should have done it, is told so once for each rung."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import select

from config.settings import remind_at
from service.accounts.queries import current_seats
from service.accounts.rules import UNIT_ROLES
from service.charter.queries import rule
from service.kit.seat import Seat
from service.minutes.models import Minutes
from service.minutes.news import tell_signer
from service.minutes.queries import confirming, countersigning, rules_of
from service.minutes.rules import ASKING
from service.notices.daily import DAILY, post_next
from service.notices.rules import SHANGHAI
from service.notices.telling import of_office, of_roles, tell
from service.reminders.rules import OVERDUE, rung
from service.reminders.things import Thing, Window, things
from service.supervision.listing import due
from tenants.db import FencedSession, acting_for
from tenants.ledger import Work
from tenants.models import Tenant

STEP = 50  # things between two words about how far the round is


def remind(work: Work) -> None:
    """Today's round is done, and tomorrow's stands in the ledger whatever becomes of this one."""
    now = datetime.now(UTC)
    with acting_for(work.engine, work.session.tenant_id) as session, session.begin():
        post_next(session, now, remind_at())
    remind_all(work, now.astimezone(SHANGHAI).date())


def remind_all(work: Work, on: date) -> None:
    """Everybody concerned has been told of what is due or overdue that day: once for each thing and rung."""
    session = work.session
    tenant = session.scalars(select(Tenant).where(Tenant.id == session.tenant_id)).one()
    seat, reminders = Seat(session, tenant, "系统", console=True), rule(session, "due_reminder_days", on)
    people, found = People(session, on), list(things(seat, Window(on, reminders)))
    for number, thing in enumerate(found):
        if number % STEP == 0:
            work.progress(number, len(found))
        step = rung(thing.due, on, reminders)
        if step is not None:
            _tell(session, thing, step, people.concerned(thing, step))
    _tell_signers(session, on)
    _tell_reached(session, on)


def _tell(session: FencedSession, thing: Thing, step: str, accounts: Iterable[UUID]) -> None:
    kind = f"{thing.kind}_overdue" if step == OVERDUE else f"{thing.kind}_due"
    params = {**thing.params, "due": thing.due.isoformat()}
    tell(session, accounts, kind=kind, key=f"{thing.key}/due/{thing.due}/{step}", params=params, place=thing.place)


class People:
    """Who holds which seat that day, asked once for all things."""

    def __init__(self, session: FencedSession, on: date) -> None:
        self._session, self._on = session, on
        self._of_unit: dict[UUID | None, set[UUID]] = defaultdict(set)
        self._of_roles: dict[frozenset[str], set[UUID]] = {}
        for grant in current_seats(session, on):
            if grant.role in UNIT_ROLES:
                self._of_unit[grant.unit_id].add(grant.account_id)
        self._office = of_office(session, on)

    def concerned(self, thing: Thing, step: str) -> set[UUID]:
        """Whoever has to do it; once it is overdue, the office that sees to it too."""
        found = {account for unit in thing.units for account in self._of_unit[unit]}
        if thing.roles:
            found |= self._holding(thing.roles)
        return found | self._office if thing.overseen and step == OVERDUE else found

    def _holding(self, roles: frozenset[str]) -> set[UUID]:
        if roles not in self._of_roles:
            self._of_roles[roles] = of_roles(self._session, roles, self._on)
        return self._of_roles[roles]


def _tell_signers(session: FencedSession, on: date) -> None:
    """Minutes on which everybody has had his say, or his time is over, wait for who signs."""
    for row in session.scalars(select(Minutes).where(Minutes.state.in_(ASKING))):
        if row.countersign_on is not None:
            tell_signer(session, row, countersigning(session, row, on), on)
        elif not rules_of(session, row)["minutes_countersign"]:
            tell_signer(session, row, confirming(session, row, on), on)


def _tell_reached(session: FencedSession, on: date) -> None:
    """The office is told once of each matter that has reached a level of the charter's ladder. Source: dossier 2.2."""
    for found in due(session, on):
        if found.level:
            words = {"matter": found.title, "level": f"@supervision_level.{found.level}"}
            place = ("supervision.to_supervise", {})
            tell(session, of_office(session, on), kind="supervision_reached", key=found.key, params=words, place=place)


HANDLERS = {DAILY: remind}
