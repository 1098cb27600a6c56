"""Fifty people confirm at once, on a real PostgreSQL: nothing is lost, nothing counts twice, no number is given twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from service.kit.seat import Seat
from service.meetings.models import Attendee
from service.minutes import queries
from service.minutes.commands import circulate, confirm, draft, revise, sign
from service.minutes.issuing import number
from service.minutes.models import Confirmation
from service.minutes.rules import Passage
from tenants import audit
from tenants.db import acting_for
from tenants.errors import Conflict
from tests.minutes.scene import LATE, SENT, Scene, a_meeting, a_scene

FIFTY = 50


@pytest.fixture
def scene(engine: Any) -> Scene:
    """A plenary to which fifty people came."""
    found = a_scene(engine)
    for position in range(FIFTY):
        unit = found.table[position % len(found.table)]
        found.seat.session.add(
            Attendee(
                meeting_id=found.meeting.id,
                position=position,
                role="member_rep",
                expected=True,
                name=f"代表{position}",
                unit_id=unit.id,
                came="present",
            )
        )
    found.seat.session.commit()
    return found


def at_once(scene: Scene, acts: list[Any]) -> Counter[str]:
    """Every act in a thread with a session of its own, all of them let go together; what became of each."""
    gate = Barrier(len(acts))

    def run(act: Any) -> str:
        with acting_for(scene.engine, scene.tenant.id) as session:
            seat = Seat(session, scene.tenant, "console", console=True)
            gate.wait()
            try:
                act(seat)
            except Conflict:
                return "conflict"
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


def confirming(minutes_id: UUID, party: UUID, sha256: str) -> Any:
    return lambda seat: confirm(seat, minutes_id, party=party, opinion="agree", sha256=sha256, on=SENT)


def said(scene: Scene, minutes_id: UUID) -> int:
    query = select(func.count()).select_from(Confirmation).where(Confirmation.minutes_id == minutes_id)
    return scene.seat.session.scalar(query) or 0


def test_fifty_confirmations_at_once_are_fifty(scene: Scene) -> None:
    row = scene.circulated()
    key, sha256, asked = row.id, row.sha256, queries.parties(scene.seat.session, scene.meeting.id)
    assert len(asked) == FIFTY
    scene.seat.session.rollback()
    assert at_once(scene, [confirming(key, one.id, sha256) for one in asked]) == {"done": FIFTY}
    lines = queries.confirming(scene.seat.session, queries.minutes(scene.seat.session, key), SENT)
    assert Counter(line.standing for line in lines) == {"agree": FIFTY} and said(scene, key) == FIFTY
    assert audit.verify(scene.seat.session).bad_seq is None


def test_one_that_is_sent_fifty_times_counts_once(scene: Scene) -> None:
    row = scene.circulated()
    key, sha256, party = row.id, row.sha256, queries.parties(scene.seat.session, scene.meeting.id)[0].id
    scene.seat.session.rollback()
    assert at_once(scene, [confirming(key, party, sha256) for _ in range(FIFTY)]) == {"done": FIFTY}
    assert said(scene, key) == 1


def test_an_edit_among_them_leaves_each_confirmation_with_the_text_it_was_of(scene: Scene) -> None:
    row = scene.circulated()
    key, old, asked = row.id, row.sha256, queries.parties(scene.seat.session, scene.meeting.id)
    scene.seat.session.rollback()
    edit = [Passage("closing", "会议要求抓好落实。")]
    acts = [confirming(key, one.id, old) for one in asked[1:]]
    acts.insert(20, lambda seat: revise(seat, key, title="纪要", passages=edit, on=SENT))
    became = at_once(scene, acts)
    kept = scene.seat.session.scalars(select(Confirmation).where(Confirmation.minutes_id == key)).all()
    assert {one.sha256 for one in kept} <= {old} and len(kept) == became["done"] - 1
    fresh = queries.minutes(scene.seat.session, key)
    assert fresh.sha256 != old
    lines = queries.confirming(scene.seat.session, fresh, SENT)
    assert {line.standing for line in lines} == {"waiting"}, "nobody is taken to have confirmed the new text"
    assert sum(line.earlier is not None for line in lines) == len(kept)


def test_numbers_given_at_once_are_given_once_each_and_without_gaps(scene: Scene) -> None:
    seat, ids = scene.seat, []
    for n in range(8):
        held = a_meeting(seat, scene.table, "special", title=f"第{n + 1}次专题会议")
        ids.append(draft(seat, held.id, SENT).id)
        circulate(seat, ids[-1], on=SENT)
        sign(seat, ids[-1], on=LATE)
    acts = [lambda given, key=key: number(given, key, LATE) for key in (*ids, *ids)]
    assert at_once(scene, acts) == {"done": 8, "conflict": 8}
    assert [one.serial for one in queries.numbers(seat.session)] == list(range(1, 9))
