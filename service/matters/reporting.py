"""Writing: the matter goes up once both gates hold, and what is said above comes back and is followed.

Source: seed 四(六) (上报省政府); dossier 1.4 R6, 1.6, 2.2.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.charter.queries import rule, units
from service.kit.command import command
from service.kit.seat import Seat
from service.matters.models import Instruction, Matter
from service.matters.moves import check_read, check_speaks, happened, stepping
from service.matters.queries import instructions, lacking, unsettled
from service.matters.rules import COORDINATORS, GO_UP, check_up, checked
from tenants.errors import Conflict, Forbidden, Missing, Refused


@command("matter.handle")
def prepare_dissent(seat: Seat, matter_id: UUID, *, tendency: str, sides: str, on: date) -> Matter:
    """It may go up with dissent: each side's reasons and the tendency opinion are on record.

    Refused: where the charter does not allow it; before the coordinator concluded. Source: dossier 1.4 R6, 2.4.
    """
    row = stepping(seat, matter_id, "coordinate")
    if not rule(seat.session, "escalation_with_dissent", on):
        raise Refused(
            "本级制度不允许带分歧上报：有关成员单位同意后方可上报。",
            en="The charter does not let a matter go up with dissent.",
            source=GO_UP,
        )
    case = unsettled(seat.session, row.id)
    if case is None or case.state != "apart":
        raise Conflict(
            "召集人或办公室主任协调并作出未达成一致的结论后，方可拟带分歧上报。",
            en="The coordinator has not concluded.",
            source=GO_UP,
        )
    row.tendency = checked(tendency, "tendency", "请填写倾向性意见。", "Give the tendency opinion.")
    row.sides = checked(sides, "sides", "请填写各方理据。", "Give each side's reasons.")
    return happened(seat, row, "dissent", on, row.tendency)


@command("report.sign")
def sign(seat: Seat, matter_id: UUID, *, text_no: int | None = None, on: date) -> Matter:
    """The principal of the lead department has signed it to go up; `text_no` is the text that was read.

    Refused: a text that has changed since; while a gate is shut, with exactly what is missing. Source: seed 四(六); dossier 1.4 R6, 1.6.
    """
    row = stepping(seat, matter_id, "sign")
    signer = rule(seat.session, "report_signer", on)
    if not seat.console and COORDINATORS[signer] not in seat.roles:
        raise Forbidden(
            "上报件由牵头部门主要负责人（召集人）签发。", en="The convener signs what goes up.", source="制度四(一)"
        )
    check_read(seat, row, text_no)
    check_up(lacking(seat.session, row, on))
    row.signed_by, row.signed_on = seat.name, on
    return happened(seat, row, "sign", on)


@command("matter.handle")
def send(
    seat: Seat, matter_id: UUID, *, number: str, sent_to: str = "", sent_on: date | None = None, on: date
) -> Matter:
    """The lead department has sent it under its own number. Source: dossier 0-1, 2.2 (议事协调机构不直接报文)."""
    row = stepping(seat, matter_id, "send")
    row.number = checked(number, "number", "请填写牵头部门的发文字号。", "Give the document's number.")
    row.sent_to = sent_to.strip() or rule(seat.session, "report_to", on)
    row.sent_on = day = _day(sent_on, on, row.signed_on, "sent_on", "发出日期应在签发之后、今天之前。")
    return happened(seat, row, "send", day, f"{row.number}，主送{row.sent_to}")


def _day(given: date | None, on: date, earliest: date | None, field: str, zh: str) -> date:
    day = given or on
    if day > on or (earliest and day < earliest):
        raise Refused(zh, en="That day cannot be.", field=field, source=GO_UP)
    return day


@command("matter.handle")
def record_receipt(seat: Seat, matter_id: UUID, *, receipt: str, received_on: date | None = None, on: date) -> Matter:
    """That it arrived is on record: who signed for it."""
    row = stepping(seat, matter_id, "receive")
    row.receipt = checked(receipt, "receipt", "请填写签收单位或签收人。", "Say who signed for it.")
    row.received_on = day = _day(received_on, on, row.sent_on, "received_on", "签收日期应在发出之后、今天之前。")
    return happened(seat, row, "receive", day, row.receipt)


@command("report.receive")
def acknowledge(seat: Seat, matter_id: UUID, *, on: date) -> Matter:
    """Who it was sent to has signed for it here. Source: dossier 1.6 (GV 签收)."""
    row = stepping(seat, matter_id, "receive")
    row.receipt, row.received_on = seat.name, on
    return happened(seat, row, "receive", on, row.receipt)


@command("matter.handle")
def instruct(
    seat: Seat, matter_id: UUID, *, text: str, given_by: str, given_on: date, unit_id: UUID, due: date, on: date
) -> Matter:
    """What was said above is on record, with the unit that follows it and its day."""
    row = stepping(seat, matter_id, "instruct")
    if unit_id not in {unit.id for unit in units(seat.session, on)}:
        raise Refused("请从现任成员单位中选择承办单位。", en="Choose a member unit.", field="unit_id", source=GO_UP)
    _day(given_on, on, row.sent_on, "given_on", "批示日期应在发出之后、今天之前。")
    if due < given_on:
        raise Refused("办理期限不能早于批示日期。", en="It is due before it was given.", field="due", source=GO_UP)
    found = Instruction(
        matter_id=row.id,
        text=checked(text, "text", "请填写批示内容。", "Give its words."),
        given_by=checked(given_by, "given_by", "请填写批示人。", "Say whose it is."),
        given_on=given_on,
        unit_id=unit_id,
        due=due,
    )
    seat.session.add(found)
    return happened(seat, row, "instruct", on, f"{found.given_by}：{found.text}", unit_id=unit_id)


@command("matter.follow")
def follow(seat: Seat, matter_id: UUID, *, instruction_id: UUID, text: str, on: date) -> Matter:
    """The unit has done what was instructed; the office may say so for any."""
    row = stepping(seat, matter_id, "follow")
    found = next((one for one in instructions(seat.session, row.id) if one.id == instruction_id), None)
    if found is None:
        raise Missing()
    if not seat.may("matter.handle"):
        check_speaks(seat, found.unit_id, "matter.follow")
    if found.done_on is not None:
        raise Conflict("该批示已办结。", en="It has been followed.", source=GO_UP)
    found.done_text = checked(text, "text", "请填写办理情况。", "Say what was done.")
    found.done_by, found.done_on = seat.name, on
    return happened(seat, row, "follow", on, found.done_text, unit_id=found.unit_id)


@command("matter.handle")
def close(seat: Seat, matter_id: UUID, *, text: str, on: date) -> Matter:
    """It is done with; what came of it returns to whoever raised it. Refused while an instruction is open."""
    row = stepping(seat, matter_id, "close")
    waiting = [found for found in instructions(seat.session, row.id) if found.done_on is None]
    if waiting:
        raise Conflict(f"还有{len(waiting)}条批示未办结，不能办结本事项。", en="An instruction is open.", source=GO_UP)
    row.closing = checked(text, "text", "请填写办结情况。", "Say how it ended.")
    row.closed_on = on
    return happened(seat, row, "close", on, row.closing)
