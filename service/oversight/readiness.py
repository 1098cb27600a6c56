"""What is still open before a conference runs: its charter, its people, its plan. Shown until nothing is.

Source: seed 二, 三, 四 and its last sentence; dossier 1.1 P1, 1.2 M2 to M7.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from service.accounts.queries import current_seats
from service.charter import commands as charter
from service.charter.queries import open_draft, published_version, settled
from service.kit.seat import Seat
from service.members.queries import missing_liaisons, roster
from service.plans.queries import plan_of

NEEDED = ("CV", "OS", "LI")  # who signs in at every conference: convener, office, liaisons


@dataclass(frozen=True)
class Step:
    """One thing to do, how often, and where. `kind` is worded by the template."""

    kind: str
    count: int
    endpoint: str = ""  # none: another's to do
    args: dict[str, Any] = field(default_factory=dict)
    overdue: int = 0  # of the count, how many for longer than the charter allows


def open_steps(seat: Seat, on: date) -> list[Step]:
    """What this seat's conference still lacks, in the order in which one does it; none to who cannot do it."""
    return [step for step in _steps(seat, on) if step.count] if seat.may(charter.EDIT) else []


def _steps(seat: Seat, on: date) -> Iterator[Step]:
    session = seat.session
    draft, versions = open_draft(session), settled(session)
    if draft is not None:
        yield Step(f"draft_{draft.state}", 1, "charter.approval.changes")
    else:
        approved = any(version.approved_by for version in versions)
        yield Step("charter", int(not approved), "charter.setup.start", {"setup": "1"})
    held = roster(session, on)
    vacant = [place for place in held if place.appointment is None and place.place.role != "liaison"]
    yield Step("posts", sum(place.place.role != "member_rep" for place in vacant), "members.index")
    missing = missing_liaisons(session, on)
    yield Step("liaisons", len(missing), "members.index", overdue=sum(vacancy.overdue for vacancy in missing))
    seated = {grant.role for grant in current_seats(session, on)}
    yield Step("accounts", len(set(NEEDED) - seated))
    yield Step("plan", int(plan_of(session, on.year) is None), "plans.index")
    if seat.tenant.parent_id is not None and seat.may(charter.PUBLISH) and draft is None:
        yield Step("publish", int(published_version(session) != str(versions[0].id)), "charter.show")
