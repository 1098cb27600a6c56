"""Writing: orders are drafted, signed, served, answered, closed, one matter one order; units are reminded.

Source: seed 一 (督促检查); dossier 1.1 D9, 1.6, 2.2 (督办单).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.calendar.queries import workdays
from service.charter.queries import in_force
from service.charter.sunset import refuse_after
from service.kit.command import command, note
from service.kit.seat import Seat
from service.supervision.below import end_below, judge_below, recall_below, send_down, take_answer
from service.supervision.drafting import words
from service.supervision.models import SupervisionOrder, SupervisionReminder, pointing
from service.supervision.moves import check_answers, happened, signed_as, stepped, stepping
from service.supervision.news import tell_reminded
from service.supervision.numbering import next_number
from service.supervision.queries import Key, Record, ladder_on, order, record, records
from service.supervision.rules import (
    ARTICLE,
    INSIDE,
    ORDER,
    Ladder,
    Proposal,
    answer_by,
    check_level,
    check_offers_orders,
    check_reminds,
    check_settled,
    check_signer,
    checked,
    heavier,
    operation_of,
)
from service.supervision.subjects import DONE, GONE, Subject, addressee, subject, subjects
from tenants.errors import Conflict, Refused

REMINDED = "请抓紧办理，并及时填报进展。"


@dataclass(frozen=True)
class OrderText:
    """What an order says where the office does not leave it to the ladder."""

    level: str | None = None
    findings: str = ""
    demand: str = ""
    due: date | None = None
    urgent: str = ""  # why a higher level at once: a major urgent matter


# --- drafting ---


@command("supervision.draft")
def draft_order(seat: Seat, kind: str, subject_id: UUID, *, text: OrderText, on: date) -> SupervisionOrder:
    """The matter has a draft of its next order: prefilled by the ladder, citing the order that it escalates.

    Refused: where the charter knows no orders or not that level; a matter that is done, or has a draft already; a
    lighter level than the one reached, a heavier one without a reason; a day that is past. Source: dossier 2.2, 2.4.
    """
    refuse_after(seat.session, on)
    ladder = ladder_on(seat.session, on)
    check_offers_orders(ladder)
    found = _pursued(subject(seat.session, kind, subject_id, on))
    known = record(seat.session, found)
    if known.prepared is not None:
        raise Conflict("本事项已有待签发送达的督办单，一事一单。", en="It has a draft already.", source=ARTICLE)
    asked = known.proposal(ladder, found, on)
    level = text.level or asked.level
    _check(ladder, known, level, asked, text.urgent)
    return _drafted(seat, found, known, level or "", asked, text, on)


def _pursued(found: Subject) -> Subject:
    if found.standing in (DONE, GONE):
        raise Conflict("本事项已完成或不再办理，不必督办。", en="It is done, or pursued no more.", source=ARTICLE)
    return found


def _check(ladder: Ladder, known: Record, level: str | None, asked: Proposal, urgent: str) -> None:
    """The level may be given now; while an order runs, only a heavier one."""
    running = known.running
    if running is not None and (level is None or not _is_heavier(level, running.level)):
        raise Conflict(
            f"本事项的督办单{running.number}正在办理，一事一单；只有逾期未回复或再次逾期的，可以升级。",
            en="One matter, one order: the one that runs can only be escalated.",
            source=ARTICLE,
        )
    if level is None:
        raise Refused(
            "本事项尚未达到督办的条件；属重大紧急事项的，请选择级别并写明理由。",
            en="It has not reached a level: choose one and say why it is urgent.",
            source=ARTICLE,
            field="level",
        )
    check_level(ladder, level, asked.level, urgent)


def _is_heavier(level: str, other: str) -> bool:
    return level != other and heavier(level, other) == level


def _drafted(
    seat: Seat, found: Subject, known: Record, level: str, asked: Proposal, text: OrderText, on: date
) -> SupervisionOrder:
    ready, before = words(seat.session, found, known, level, on), known.before
    row = SupervisionOrder(
        **pointing(*found.key),
        unit_id=found.unit_id,
        addressee=addressee(seat.session, found),
        charter_id=in_force(seat.session, on).id,
        level=level,
        why=asked.why if level == asked.level else "urgent",
        urgent=text.urgent.strip(),
        title=found.title,
        since=found.due,
        findings=text.findings.strip() or ready.findings,
        basis=ready.basis,
        demand=text.demand.strip() or ready.demand,
        due=_to_come(text.due or ready.due, on),
        copies="、".join(ladder_on(seat.session, on).copies(level)),
        before_id=before.id if before else None,
        first_id=before.chain if before else None,
        drafted_by=seat.name,
        drafted_on=on,
    )
    seat.session.add(row)
    return happened(seat, row, "draft", on, before.number if before else "")


def _to_come(due: date, on: date) -> date:
    if due < on:
        raise Refused("办理时限不能早于今天。", en="The day is past.", field="due", source=ARTICLE)
    return due


@command("supervision.draft")
def draft_orders(seat: Seat, keys: Sequence[Key], *, on: date) -> list[SupervisionOrder]:
    """Each of these matters has a draft at the level that the ladder asks for; all of them, or none."""
    if not keys:
        raise Refused("请勾选要督办的事项。", en="Choose what is to be supervised.", field="subjects", source=ARTICLE)
    return [draft_order(seat, kind, subject_id, text=OrderText(), on=on) for kind, subject_id in dict.fromkeys(keys)]


@command("supervision.draft")
def rewrite(seat: Seat, order_id: UUID, *, findings: str, demand: str, due: date, on: date) -> SupervisionOrder:
    """The draft says so."""
    row = stepping(seat, order_id, "write", on)
    row.findings = checked(findings, "findings", "请填写督办事由。", "Say what is late.")
    row.demand = checked(demand, "demand", "请填写办理要求。", "Say what is asked.")
    row.due = _to_come(due, on)
    return happened(seat, row, "write", on)


# --- signing and serving ---


@command("supervision.order_blue")
def sign(seat: Seat, order_id: UUID, *, on: date) -> SupervisionOrder:
    """The order is signed by whom matrix and charter let sign its level; its words stand for good.

    Source: dossier 1.1 D9 (红色单主任签发), 1.6 (发督办单).
    """
    row = stepping(seat, order_id, "sign", on)
    seat.require(operation_of(row.level))
    ladder = ladder_on(seat.session, on)
    if not seat.console:
        check_signer(ladder, row.level, seat.roles)
    row.signed_by, row.signed_on, row.signed_as = seat.name, on, signed_as(seat, ladder, row.level)
    return happened(seat, row, "sign", on)


@command("supervision.serve")
def serve(seat: Seat, order_id: UUID, *, on: date) -> SupervisionOrder:
    """The signed order bears the next number of the year and lies before the unit, which has its days to answer.

    The order that it escalates has ended. Refused: a matter that was done meanwhile. Source: dossier 2.2, 3.7.
    """
    row = order(seat, order_id, hold=True)
    ORDER.step(row.state, "serve")
    _pursued(subject(seat.session, *row.subject, on))
    _escalate(seat, row, on)
    stepped(row, "serve", on)
    ladder = ladder_on(seat.session, on)
    row.due = max(row.due, on)
    row.year, row.serial, row.number = next_number(seat.session, ladder.code, on.year)
    row.served_by, row.served_on = seat.name, on
    row.answer_by = answer_by(on, row.level, ladder, workdays(seat.session))
    send_down(seat, row, on)
    return happened(seat, row, "serve", on, row.number)


def _escalate(seat: Seat, row: SupervisionOrder, on: date) -> None:
    """The order that ran until now about the same matter has ended."""
    running = records(seat.session, [row.subject])[row.subject].running
    if running is not None:
        ended = stepped(order(seat, running.id, hold=True), "escalate", on)
        recall_below(seat, ended, "已升级，见下一督办单")
        happened(seat, ended, "escalate", on)
        seat.session.flush()


# --- the unit ---


@command("supervision.reply")
def acknowledge(seat: Seat, order_id: UUID, *, on: date) -> SupervisionOrder:
    """The unit has received the order. Source: dossier 1.6 (签收回复)."""
    row = stepping(seat, order_id, "acknowledge", on)
    check_answers(seat, row)
    row.acknowledged_by, row.acknowledged_on = seat.name, on
    return happened(seat, row, "acknowledge", on)


@command("supervision.reply")
def answer(seat: Seat, order_id: UUID, *, text: str, on: date) -> SupervisionOrder:
    """The unit has answered: why it is late, and what it does."""
    row = stepping(seat, order_id, "answer", on)
    check_answers(seat, row)
    row.answer = checked(text, "text", "请填写回复：原因、整改措施和完成时间。", "Say why, and what is done.")
    row.answered_by, row.answered_on = seat.name, on
    return happened(seat, row, "answer", on, row.answer)


# --- the office again ---


@command("supervision.close")
def accept(seat: Seat, order_id: UUID, *, on: date) -> SupervisionOrder:
    """The answer is accepted; the order stands until the matter is done."""
    take_answer(seat, order_id, on)
    row = stepping(seat, order_id, "accept", on)
    judge_below(seat, row, "accepted", "")
    return happened(seat, row, "accept", on)


@command("supervision.close")
def return_answer(seat: Seat, order_id: UUID, *, reason: str, on: date) -> SupervisionOrder:
    """The answer lies with the unit again, with the reason, and has its days anew."""
    take_answer(seat, order_id, on)
    row = stepping(seat, order_id, "return", on)
    row.reason = checked(reason, "reason", "退回须说明理由。", "Say why it is returned.")
    judge_below(seat, row, "returned", row.reason)
    row.answer_by = answer_by(on, row.level, ladder_on(seat.session, on), workdays(seat.session))
    return happened(seat, row, "return", on, row.reason)


@command("supervision.close")
def close(seat: Seat, order_id: UUID, *, text: str = "", on: date) -> SupervisionOrder:
    """The order is closed: the matter is done, given up, or in time again. Refused: while it is late."""
    row = stepping(seat, order_id, "close", on)
    found = subject(seat.session, *row.subject, on)
    return _closed(seat, row, found, text.strip(), on)


def _closed(seat: Seat, row: SupervisionOrder, found: Subject, text: str, on: date) -> SupervisionOrder:
    check_settled(found.standing, found.rung)
    end_below(seat, row, text or "已办结")
    row.settled_on = max(found.done_on, row.served_on) if found.done_on and row.served_on else on
    return happened(seat, row, "close", on, text)


@command("supervision.close")
def close_settled(seat: Seat, order_ids: Iterable[UUID], *, on: date) -> list[SupervisionOrder]:
    """These orders are closed, their matters being done; all of them, or none."""
    rows = [order(seat, order_id, hold=True) for order_id in sorted(set(order_ids))]
    if not rows:
        raise Refused("请勾选要办结的督办单。", en="Choose the orders to close.", field="orders", source=ARTICLE)
    found = subjects(seat.session, [row.subject for row in rows], on)
    return [_closed(seat, stepped(row, "close", on), found[row.subject], "", on) for row in rows]


@command("supervision.order_blue")
def withdraw(seat: Seat, order_id: UUID, *, reason: str, on: date) -> SupervisionOrder:
    """The order is void, with the reason; its number stays in the register. A signed one by whom may sign its level."""
    row = order(seat, order_id, hold=True)
    if row.state != "draft":
        seat.require(operation_of(row.level))
    stepped(row, "withdraw", on)
    row.reason = checked(reason, "reason", "撤回须说明理由。", "Say why it is withdrawn.")
    recall_below(seat, row, row.reason)
    return happened(seat, row, "withdraw", on, row.reason)


@command("supervision.remind")
def remind(seat: Seat, keys: Sequence[Key], *, text: str = "", on: date) -> list[SupervisionReminder]:
    """The units are reminded of these matters; who reminded them and when is on record. Source: dossier 2.2, 2.4.

    Refused: where the charter knows no reminders; of what is done.
    """
    check_reminds(ladder_on(seat.session, on))
    if not keys:
        raise Refused("请勾选要催办的事项。", en="Choose what is to be reminded of.", field="subjects", source=ARTICLE)
    if any(kind not in INSIDE for kind, _id in keys):
        raise Refused(
            "催办只用于本级成员单位；下级地区逾期的，发督办单。", en="Places below are sent orders.", source=ARTICLE
        )
    found = [_pursued(subject(seat.session, kind, subject_id, on)) for kind, subject_id in dict.fromkeys(keys)]
    return [_reminded(seat, one, text.strip() or REMINDED, on) for one in found]


def _reminded(seat: Seat, found: Subject, text: str, on: date) -> SupervisionReminder:
    row = SupervisionReminder(
        **pointing(*found.key),
        unit_id=found.unit_id,
        addressee=addressee(seat.session, found),
        title=found.title,
        since=found.due,
        text=text,
        by=seat.name,
        on=on,
    )
    seat.session.add(row)
    seat.session.flush()
    tell_reminded(seat, row, on)
    note(seat, f"{found.kind}:{found.id}", **{f"reminded:{found.id}": {"unit": found.unit_id, "text": text}})
    return row
