"""Fifty at once, each trying twice: nothing lost, no double effect. Real PostgreSQL, real transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func, select

from service.kit.seat import Seat
from service.sittings import queries, rules
from service.sittings.commands import Mark, issue_code, mark, sign_in, start_item
from service.sittings.models import AgendaRun
from service.sittings.noting import Written, write_note
from tenants.audit import verify
from tenants.db import acting_for, fenced_engine
from tests.sittings.scene import TEN, Sat, a_sitting

MANY = 50


@pytest.fixture
def wide(stack) -> Iterator[Engine]:
    """As many connections as a server has to spare; the others wait for their turn."""
    engine = fenced_engine(stack.app, pool_size=24, max_overflow=0, pool_timeout=120)
    yield engine
    engine.dispose()


def at_once(engine: Engine, sat: Sat, acts: list[Callable[[Seat], object]]) -> None:
    """Each act by its own seat and session, all at the same time, and each a second time."""

    def run(act: Callable[[Seat], object]) -> None:
        with acting_for(engine, sat.tenant.id) as session:
            act(Seat(session, sat.tenant, "书记员", account_id=sat.office.account_id, roles=frozenset({"OS", "LI"})))

    with ThreadPoolExecutor(MANY) as pool:
        list(pool.map(run, [act for act in acts for _twice in range(2)]))


def test_fifty_sign_in_and_write_at_once_and_everything_is_there_once(engine, wide):
    sat = a_sitting(engine)
    people = [one.id for one in sat.people][:24]
    code = issue_code(sat.office, sat.meeting.id, TEN).code
    here, about = sat.meeting.id, sat.items[0].id
    by_list = [lambda seat, who=who: mark(seat, here, [Mark(who)], TEN) for who in people[::2]]
    by_code = [lambda seat, who=who: sign_in(_guest(seat), here, Mark(who), code=code, at=TEN) for who in people[1::2]]
    texts = [f"第{number}句" for number in range(MANY // 2)]
    notes = [
        lambda seat, text=text: write_note(seat, here, Written(about, text, 0, f"write-{text}"), TEN) for text in texts
    ]
    starting = [lambda seat: start_item(seat, here, about, TEN)]
    at_once(wide, sat, [*by_list, *by_code, *notes, *starting])

    there = {one.id: one for one in sat.people}
    assert all(there[who].came == "present" and there[who].signed_in_at == TEN for who in people)
    assert [there[who].signed_in_how for who in people] == ["list", "code"] * 12
    written = queries.history(sat.office.session, here, about)
    assert sorted(one.text for one in written) == sorted(texts), "each text once"
    assert [one.revision for one in written] == list(range(1, len(texts) + 1))
    versions = [one.as_version() for one in written]
    assert len(rules.asides(versions)) == len(texts) - 1, "one went first, all the others stand aside"
    assert (
        sat.office.session.scalar(select(func.count()).select_from(AgendaRun).where(AgendaRun.meeting_id == here)) == 1
    )
    assert verify(sat.office.session).sound


def _guest(seat: Seat) -> Seat:
    return Seat(seat.session, seat.tenant, "签到码", roles=frozenset({"LI"}))


def test_who_write_upon_one_another_lose_nothing_and_settle_to_one_text(engine, wide):
    sat = a_sitting(engine)
    here = sat.meeting.id
    lines = [f"第{number}行" for number in range(16)]

    def append(seat: Seat, line: str) -> None:
        """As a browser does: upon what it sees, again upon the newer one when it was late."""
        aside = None
        for attempt in range(MANY * 2):
            note = queries.noted(None, queries.notes(seat.session, here))
            text = "\n".join(part for part in (note.text, line) if part)
            sent = Written(None, text, note.revision, f"write-{line}-{attempt}", aside)
            kept = write_note(seat, here, sent, TEN)
            if not kept.aside:
                return
            aside = kept.revision
        raise AssertionError(line)

    def once(line: str) -> None:
        with acting_for(wide, sat.tenant.id) as session:
            append(Seat(session, sat.tenant, "书记员", roles=frozenset({"OS"})), line)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(once, lines))
    note = queries.sitting(sat.office.session, here, TEN).notes[None]
    assert sorted(note.text.splitlines()) == sorted(lines)
    assert note.asides == []
