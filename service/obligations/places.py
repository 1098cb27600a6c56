"""Where one sees and does what is owed: the page of what is on record, or the list where nothing is yet."""

from __future__ import annotations

from collections.abc import Mapping

from service.obligations.rules import Due

Place = tuple[str, Mapping[str, str]]
_ROWS = {
    "plenary": ("meetings.show", "meeting_id"),
    "liaison_meeting": ("meetings.show", "meeting_id"),
    "own_meeting": ("meetings.show", "meeting_id"),
    "liaison_before": ("meetings.show", "meeting_id"),
    "agenda_call": ("meetings.show", "meeting_id"),
    "notice": ("meetings.show", "meeting_id"),
    "materials": ("meetings.show", "meeting_id"),
    "minutes": ("minutes.show", "meeting_id"),
    "report": ("reports.show", "report_id"),
    "countersign": ("minutes.show", "meeting_id"),
    "matter_handling": ("matters.show", "matter_id"),
    "consent": ("matters.show", "matter_id"),
    "opinion": ("consultations.show", "consultation_id"),
    "plan": ("submissions.show", "obligation_id"),
    "progress": ("submissions.show", "obligation_id"),
    "annual_summary": ("submissions.show", "obligation_id"),
}
_LISTS: Mapping[str, Place] = {
    "plenary": ("meetings.index", {"kind": "plenary"}),
    "liaison_meeting": ("meetings.index", {"kind": "liaison"}),
    "own_meeting": ("meetings.index", {"kind": "own"}),
    "report": ("reports.index", {}),
    "plan": ("submissions.index", {"kind": "plan"}),
    "progress": ("submissions.index", {"kind": "progress"}),
    "annual_summary": ("submissions.index", {"kind": "annual_summary"}),
    "liaison_vacancy": ("members.index", {}),
}


def place_of(due: Due) -> Place:
    """The endpoint and its arguments."""
    if due.kind == "figures":
        return "statistics.show", {"period": due.period}
    if due.row:
        endpoint, name = _ROWS[due.kind]
        return endpoint, {name: due.row}
    return _LISTS[due.kind]
