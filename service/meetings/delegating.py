"""Writing: who chairs as of right lets another chair in his place, as a recorded act.

Source: seed 四(三) (受办公室主任委托，由办公室副主任主持); dossier 1.2 M6, 1.4 R2, R3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from config.labels import label
from service.charter.queries import in_force
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.models import ChairDelegation
from service.meetings.queries import delegation
from service.meetings.rules import DELEGATES, SEATS, may_be_delegated
from service.members.queries import roster
from tenants.errors import Conflict, Forbidden, Refused

PLENARY, SPECIAL = "制度四(二)", "制度四(三)"
ARTICLES = {"convener": PLENARY, "office_director": SPECIAL}


@dataclass(frozen=True)
class DelegationText:
    """Who may chair for whom, over which days, and by which paper or word."""

    from_post: str
    to_post: str
    to_name: str
    from_date: date
    to_date: date
    basis: str


@command("meeting.delegate_chair")
def delegate_chair(seat: Seat, given: DelegationText, on: date) -> ChairDelegation:
    """The named one may chair on those days.

    Refused: another's chair; a post that the charter does not let chair by delegation; one who does not hold the post.
    """
    _check(seat, given, on)
    row = ChairDelegation(**vars(given), given_by=seat.name, given_on=on)
    seat.session.add(row)
    seat.session.flush()
    note(seat, f"delegation:{row.id}", after=vars(given))
    return row


def _check(seat: Seat, given: DelegationText, on: date) -> None:
    source, name = ARTICLES[given.from_post], label("chair_post", given.from_post)
    if not seat.console and SEATS[given.from_post] not in seat.roles:
        raise Forbidden(f"只有{name}本人可以委托他人主持。", en="One delegates one's own chair.", source=source)
    if given.to_post not in DELEGATES[given.from_post]:
        raise Refused(
            f"{name}不能委托该职务主持。", en="That post cannot chair for him.", source=source, field="to_post"
        )
    if given.to_date < given.from_date or given.to_date < on:
        raise Refused("委托的截止日不能早于起始日，也不能已过。", en="It ends after it begins.", field="to_date")
    if not given.to_name.strip() or not given.basis.strip():
        raise Refused("请填写受委托人和委托依据。", en="Say who, and by which paper.", source=source, field="to_name")
    charter = in_force(seat.session, given.from_date)
    if not may_be_delegated(given.to_post, charter.rules, office=charter.office_host is not None):
        raise Refused(
            f"按本级制度，会议不能由{label('chair_post', given.to_post)}主持。",
            en="The charter does not let that post chair.",
            source=source,
            field="to_post",
        )
    _check_holder(seat, given, source)


def _check_holder(seat: Seat, given: DelegationText, source: str) -> None:
    """A deputy is one; who is deputed otherwise may be anybody responsible."""
    held = [row for row in roster(seat.session, given.from_date) if row.place.role == given.to_post and row.person]
    names = [row.person.name for row in held if row.person]
    if given.to_post != "substitute" and given.to_name.strip() not in names:
        raise Refused(
            f"{given.to_name}在{given.from_date.isoformat()}不担任该职务；在任的是：{'、'.join(names) or '无'}。",
            en=f"{given.to_name} does not hold that post; in office: {', '.join(names) or 'nobody'}.",
            source=source,
            field="to_name",
        )


@command("meeting.delegate_chair")
def withdraw_delegation(seat: Seat, delegation_id: UUID, on: date) -> ChairDelegation:
    """From today on it lets nobody chair; what was chaired under it stays."""
    row = delegation(seat.session, delegation_id)
    if row.withdrawn_on is not None:
        raise Conflict(f"该委托已于{row.withdrawn_on}撤回。", en=f"It was withdrawn on {row.withdrawn_on}.")
    if not seat.console and SEATS[row.from_post] not in seat.roles:
        raise Forbidden("只有委托人的职务可以撤回。", en="Only that post withdraws it.", source=ARTICLES[row.from_post])
    row.withdrawn_on = on
    note(seat, f"delegation:{row.id}", withdrawn_on=on)
    return row
