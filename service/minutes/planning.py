"""An agreed item agrees a plan: the link between what a plenary settled and the plan it settled.

Source: seed 四(二) (议定年度工作计划和阶段性工作安排); dossier 1.1 D8 (状态“已议定”须关联一次全体会议的议定事项).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.models import Meeting, Resolution
from service.meetings.queries import meeting, resolution
from service.minutes.models import Minutes, PlanAgreement
from service.minutes.queries import original
from service.plans.commands import agree_plan
from service.plans.models import Plan
from service.plans.queries import held_plan, plan
from service.plans.rules import APPROVED, DRAFT, SOURCE, check_collective
from tenants.errors import Conflict, Refused

MOST = 100  # items to choose from
QUOTED = 60  # characters of the item in the plan's own words on what it rests on


@dataclass(frozen=True)
class Agreed:
    """What a plan was agreed by: the item, the meeting, and its minutes where they are kept here."""

    agreement: PlanAgreement
    item: Resolution
    meeting: Meeting
    minutes: Minutes | None


def agreed_by(session: Session, plan_id: UUID) -> Agreed | None:
    """The agreed item that agreed the plan, if one did; it may have been agreed on paper."""
    row = session.scalars(select(PlanAgreement).where(PlanAgreement.plan_id == plan_id)).one_or_none()
    if row is None:
        return None
    item = resolution(session, row.resolution_id)
    return Agreed(row, item, meeting(session, item.meeting_id), original(session, item.meeting_id))


def agreed_plans(session: Session, meeting_id: UUID) -> dict[UUID, list[Plan]]:
    """The plans that the meeting's items agreed, by item."""
    its_item = (Resolution.tenant_id == PlanAgreement.tenant_id) & (Resolution.id == PlanAgreement.resolution_id)
    its_plan = (Plan.tenant_id == PlanAgreement.tenant_id) & (Plan.id == PlanAgreement.plan_id)
    query = select(PlanAgreement.resolution_id, Plan).select_from(PlanAgreement).join(Resolution, its_item)
    found: dict[UUID, list[Plan]] = {}
    for item, row in session.execute(query.join(Plan, its_plan).where(Resolution.meeting_id == meeting_id)):
        found.setdefault(item, []).append(row)
    return found


def items_to_choose(session: Session) -> list[tuple[Resolution, Meeting]]:
    """The items of plenaries whose minutes are signed that can agree a plan, the newest first."""
    its_meeting = (Meeting.tenant_id == Resolution.tenant_id) & (Meeting.id == Resolution.meeting_id)
    query = select(Resolution, Meeting).join(Meeting, its_meeting)
    query = query.where(
        Meeting.kind == "plenary", Meeting.minutes_signed_on.is_not(None), Resolution.kind != "to_study"
    )
    ordered = query.order_by(Meeting.held_on.desc(), Resolution.id).limit(MOST)
    return [(item, held) for item, held in session.execute(ordered)]


@command("plan.approve")
def agree_by_item(seat: Seat, plan_id: UUID, *, resolution_id: UUID, on: date, opinion: str = "") -> Plan:
    """The plan was agreed on the day of the plenary, by that item of its signed minutes.

    One that was agreed already, by a paper, only gains the link. Refused: an item of another meeting than a plenary,
    of minutes that are not signed, one that is still to be studied; a second link.
    """
    row, item = held_plan(seat.session, plan_id), resolution(seat.session, resolution_id)
    held = meeting(seat.session, item.meeting_id)
    check_collective(row.kind)
    _check_item(item, held)
    if agreed_by(seat.session, plan_id) is not None:
        raise Conflict("该计划已关联议定事项。", en="The plan has its agreed item already.", source=SOURCE)
    if row.state == DRAFT:
        basis = f"{held.title}议定事项“{_short(item.text)}”"
        agree_plan(seat, plan_id, basis=basis, agreed_on=held.held_on, on=on, opinion=opinion)
    elif row.state != APPROVED:
        raise Conflict("该计划已归档。", en="The plan is filed.", source=SOURCE)
    seat.session.add(PlanAgreement(plan_id=plan_id, resolution_id=item.id, linked_on=on, linked_by=seat.name))
    note(seat, f"plan:{plan_id}", agreed_by=str(item.id), meeting=str(held.id))
    return plan(seat.session, plan_id)


def _short(text: str) -> str:
    return text if len(text) <= QUOTED else f"{text[:QUOTED]}…"


def _check_item(item: Resolution, held: Meeting) -> None:
    if held.kind != "plenary":
        raise _refused("计划由全体会议议定，请选择全体会议的议定事项。", "Plans are agreed by a plenary.")
    if held.minutes_signed_on is None:
        raise _refused("该次会议的纪要尚未签发，签发后方可关联。", "The minutes of that meeting are not signed yet.")
    if item.kind == "to_study":
        raise _refused("“继续研究”的事项没有议定计划，请选择其他事项。", "What is to be studied agrees nothing.")


def _refused(message: str, en: str) -> Refused:
    return Refused(message, en=en, source=SOURCE, field="resolution_id")
