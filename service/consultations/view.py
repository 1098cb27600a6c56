"""What of a consultation a seat is shown, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from config.labels import label
from service.consultations.queries import Line, Whole, sees_all
from service.kit.seat import Seat

Say = Callable[[str, str], str]

SUMMARY = ("单位", "反馈情况", "原文条款", "修改建议", "理由", "采纳情况", "说明")


def shown_lines(seat: Seat, found: Whole) -> list[Line]:
    """Every unit's line to whom sees all of them, to a unit its own."""
    return [line for line in found.lines if sees_all(seat) or line.asked.unit_id in seat.unit_ids]


def summary_rows(found: Whole, names: Mapping[UUID, str], say: Say = label) -> list[tuple[str, ...]]:
    """意见汇总表: a row for each opinion, one for each unit that has none or did not reply. Source: dossier 5.6."""
    return [row for line in found.lines for row in _rows(line, names[line.asked.unit_id], say)]


def _rows(line: Line, unit: str, say: Say) -> list[tuple[str, ...]]:
    stands = say("consulted_standing", line.standing) + ("（逾期）" if line.replied and line.asked.late else "")
    if not line.replied or not line.passages:
        return [(unit, stands, "—", "—", line.asked.text or "—", "—", "—")]
    return [
        (
            unit,
            stands,
            row.original or "—",
            row.suggested,
            row.reason,
            say("opinion_outcome", row.outcome) if row.outcome else "待处理",
            row.outcome_reason or "—",
        )
        for row in line.passages
    ]
