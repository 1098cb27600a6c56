"""A disagreement: it opens with an objection, is talked over round by round, and ends when the units themselves agree.

Source: seed 四(六) (存在意见分歧的，由召集人或联席会议办公室主任负责协调); dossier 1.4 R6, 2.2 (分歧处理).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from service.charter.queries import rule
from service.kit.command import command
from service.kit.seat import Seat
from service.matters.consent import as_position
from service.matters.models import CoordinationRound, Disagreement, Matter, MatterUnit
from service.matters.moves import happened, stepping
from service.matters.queries import concerned, rounds, unsettled
from service.matters.reminders import SHANGHAI
from service.matters.rules import COORDINATORS, DISAGREEMENT, GO_UP, checked
from service.members.queries import names_in
from tenants.errors import Conflict, Forbidden, Refused

APART = ("objected", "conditional")


def coordinated(seat: Seat, row: Matter, unit_id: UUID) -> bool:
    """Whether the unit's disagreement was talked over at least once."""
    case = unsettled(seat.session, row.id)
    if case is None or str(unit_id) not in {position["unit"] for position in case.positions}:
        return False
    return bool(rounds(seat.session, [case]))


def after_answer(seat: Seat, row: Matter, found: MatterUnit, on: date) -> None:
    """An objection opens a case, or joins the one that is open; the case ends when no unit disagrees any more."""
    case = unsettled(seat.session, row.id)
    if found.state == "objected":
        _object(seat, row, found, case, on)
    elif case is not None and not _dissenting(concerned(seat.session, row.id)):
        case.state, case.ended_on = DISAGREEMENT.step(case.state, "settle"), on
        case.conclusion = case.conclusion or "有关单位已自行改为同意"
        happened(seat, row, "settle", on)


def _dissenting(units: Iterable[MatterUnit]) -> list[MatterUnit]:
    return [found for found in units if found.state in APART]


def _object(seat: Seat, row: Matter, found: MatterUnit, case: Disagreement | None, on: date) -> None:
    if case is None:
        positions = [
            as_position(unit) for unit in concerned(seat.session, row.id) if unit.state not in ("listed", "removed")
        ]
        seat.session.add(Disagreement(matter_id=row.id, opened_on=on, positions=positions))
        seat.session.flush()
        happened(seat, row, "open_case", on, found.said, unit_id=found.unit_id)
        return
    case.state = DISAGREEMENT.step(case.state, "widen")
    others = [position for position in case.positions if position["unit"] != str(found.unit_id)]
    case.positions = [*others, as_position(found)]


@command("dissent.record")
def record_round(
    seat: Seat,
    matter_id: UUID,
    *,
    held_at: datetime,
    coordinator: str,
    coordinator_name: str = "",
    participants: str,
    points: str,
    conclusion: str,
    on: date,
) -> Matter:
    """One talk is on record: when, who, where they differ, what came of it. Nobody's answer changes by it.

    Refused: without a case; a coordinator whom the charter does not name. Source: seed 四(六); dossier 1.4 R6.
    """
    row = stepping(seat, matter_id, "coordinate")
    case = _case(seat, row)
    name = _coordinator(seat, coordinator, coordinator_name, on)
    if held_at.astimezone(SHANGHAI).date() > on:
        raise Refused("协调时间不能晚于现在。", en="It has not taken place.", field="held_at", source=GO_UP)
    case.state = DISAGREEMENT.step(case.state, "meet")
    found = CoordinationRound(
        disagreement_id=case.id,
        no=len(rounds(seat.session, [case])) + 1,
        held_at=held_at,
        coordinator=coordinator,
        coordinator_name=name,
        participants=checked(participants, "participants", "请填写参加方。", "Say who took part."),
        points=checked(points, "points", "请填写分歧点。", "Say where they differ."),
        conclusion=checked(conclusion, "conclusion", "请填写协调结论。", "Say what came of it."),
        recorded_by=seat.name,
    )
    seat.session.add(found)
    return happened(seat, row, "coordinate", on, f"第{found.no}次，{name}主持：{found.conclusion}")


@command("dissent.coordinate")
def conclude_apart(seat: Seat, matter_id: UUID, *, conclusion: str, on: date) -> Matter:
    """The coordinator concludes that the units do not agree. It goes no further unless the charter lets it, with dissent.

    Refused: before any round; by whom the charter does not let coordinate.
    """
    row = stepping(seat, matter_id, "coordinate")
    case = _case(seat, row)
    if not any(_sits_as(seat, post) for post in _allowed(seat, on)):
        raise _not_coordinator()
    if not rounds(seat.session, [case]):
        raise Conflict("尚未登记协调，不能下结论。", en="No round is on record.", source=GO_UP)
    case.state = DISAGREEMENT.step(case.state, "part")
    case.conclusion = checked(conclusion, "conclusion", "请填写结论。", "Say the conclusion.")
    case.concluded_by, case.ended_on = seat.name, on
    return happened(seat, row, "part", on, case.conclusion)


def _case(seat: Seat, row: Matter) -> Disagreement:
    case = unsettled(seat.session, row.id)
    if case is None:
        raise Conflict("没有待协调的意见分歧。", en="There is no disagreement.", source=GO_UP)
    return case


def _allowed(seat: Seat, on: date) -> list[str]:
    return list(rule(seat.session, "dissent_coordinators", on))


def _sits_as(seat: Seat, post: str) -> bool:
    return seat.console or COORDINATORS[post] in seat.roles


def _coordinator(seat: Seat, post: str, name: str, on: date) -> str:
    """Who coordinated: somebody in a post that the charter lets, as the roster has it."""
    if post not in _allowed(seat, on):
        raise Refused(
            "分歧由召集人或联席会议办公室主任负责协调。",
            en="The convener or the office director coordinates.",
            field="coordinator",
            source=GO_UP,
        )
    there = sorted(names_in(seat.session, post, None, on))
    if len(there) == 1 and not name.strip():
        return there[0]
    given = checked(name, "coordinator_name", "请填写协调人姓名。", "Name the coordinator.")
    if there and given not in there:
        raise Refused(
            f"现任为{'、'.join(there)}，请核对协调人。",
            en="That is not who holds the post.",
            field="coordinator_name",
            source=GO_UP,
        )
    return given


def _not_coordinator() -> Forbidden:
    return Forbidden(
        "协调结论由召集人或联席会议办公室主任作出。",
        en="The convener or the office director concludes.",
        source=GO_UP,
    )
