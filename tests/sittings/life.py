"""A meeting's life against a model: what may happen happens as foreseen, what may not is refused with its article."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from service.agendas.commands import ItemText, add_item
from service.kit.web import today
from service.meetings.convening import call, cancel, open_sitting
from service.meetings.queries import attendance, attendees, meeting
from service.meetings.rules import ATTENDED, MEETING, unit_came
from service.sittings import queries
from service.sittings.commands import (
    Mark,
    close,
    close_code,
    issue_code,
    mark,
    sign_in,
    start_item,
    stop_item,
)
from service.sittings.noting import Written, settle_note, write_note
from service.sittings.rules import CAME, Version, asides, current, place, settled_text
from tenants.errors import Conflict, Refused
from tests.invitations.conference import planned
from tests.sittings.scene import TEN, Sat

WORDS = st.text("甲乙丙\n", min_size=1, max_size=3).map(str.strip).filter(bool)


class MeetingLife(RuleBasedStateMachine):
    """One meeting of the scene's tenant, from its preparation to its record, and what the model thinks of it."""

    sat: ClassVar[Sat]
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.seat = self.sat.office
        row = planned(self.seat, held_on=today(), begins=time(9))
        self.id, self.state, self.sequence = row.id, "planned", 0
        self.items = [
            add_item(self.seat, ItemText(title, "progress"), meeting_id=row.id, on=today()).id for title in ("一", "二")
        ]
        self.people = [one for one in attendees(self.seat.session, row.id) if one.unit_id is not None][:6]
        self.ids = [(one.id, one.unit_id) for one in self.people]
        self.came: dict[int, str] = {}
        self.running: int | None = None
        self.versions: list[Version] = []
        self.code, self.old = "", "AAAAAAAA"
        self.writes = 0

    def tries(self, verb: str, act: Callable[[], object]) -> bool:
        """Whether the verb was done: where the state does not allow it, it is refused with its article."""
        MeetingLife.steps += 1
        step = MEETING.by_verb[verb]
        if self.state in step.sources:
            act()
            self.state = step.target or self.state
            return True
        with pytest.raises(Conflict) as refusal:
            act()
        assert refusal.value.source == step.article
        return False

    @rule()
    def noticed(self) -> None:
        if self.tries("call", lambda: call(self.seat, self.id, reason="临时召开", on=today())):
            self.sequence += 1

    @rule()
    def opened(self) -> None:
        self.tries("open", lambda: open_sitting(self.seat, self.id, today()))

    @rule(sure=st.integers(0, 9))
    def cancelled(self, sure: int) -> None:
        if sure and self.state in ("planned", "noticed"):  # else most lives were short
            return
        self.tries("cancel", lambda: cancel(self.seat, self.id, reason="另行安排", on=today()))

    @rule(who=st.integers(0, 5), how=st.sampled_from([*CAME, None]))
    def ticked(self, who: int, how: str | None) -> None:
        one = Mark(self.ids[who][0], how, "钱七" if how == "proxy" else "")
        if self.tries("sit", lambda: mark(self.seat, self.id, [one], TEN)):
            self.came = {other: mode for other, mode in self.came.items() if other != who}
            if how:
                self.came[who] = how

    @rule()
    def code_issued(self) -> None:
        def act() -> None:
            self.old, self.code = self.code or self.old, issue_code(self.seat, self.id, TEN).code

        self.tries("sit", act)

    @rule()
    def code_closed(self) -> None:
        if self.tries("sit", lambda: close_code(self.seat, self.id)):
            self.old, self.code = self.code or self.old, ""

    @rule(who=st.integers(0, 5), right=st.booleans())
    def signed_in(self, who: int, right: bool) -> None:
        guest = type(self.seat)(self.seat.session, self.seat.tenant, "签到码", roles=frozenset({"LI"}))
        code = self.code if right and self.code else self.old

        def act() -> None:
            sign_in(guest, self.id, Mark(self.ids[who][0]), code=code, at=TEN)

        if self.state == "in_session" and code != self.code:
            with pytest.raises(Refused):
                act()
            MeetingLife.steps += 1
        elif self.tries("sit", act) and self.came.get(who) not in ATTENDED:
            self.came[who] = "present"

    @rule(at=st.integers(0, 1))
    def started(self, at: int) -> None:
        if self.tries("sit", lambda: start_item(self.seat, self.id, self.items[at], TEN)):
            self.running = at

    @rule()
    def stopped(self) -> None:
        if self.tries("sit", lambda: stop_item(self.seat, self.id, TEN)):
            self.running = None

    @rule(text=WORDS, behind=st.integers(0, 2), again=st.booleans())
    def wrote(self, text: str, behind: int, again: bool) -> None:
        now = current(self.versions)
        base = max((now.revision if now else 0) - behind, 0)
        self.writes += 1
        sent = Written(None, text, base, f"write-{self.writes:08d}")

        def act() -> None:
            first = write_note(self.seat, self.id, sent, TEN)
            if again:
                assert write_note(self.seat, self.id, sent, TEN).revision == first.revision

        if self.state == "held":
            act()
            MeetingLife.steps += 1
        elif not self.tries("sit", act):
            return
        self._arrives(text, base, None)

    @rule(decision=st.sampled_from(["mine", "theirs", "both"]))
    def settled(self, decision: str) -> None:
        open_ones, now = asides(self.versions), current(self.versions)
        if self.state not in ("in_session", "held") or not open_ones or now is None:
            return
        MeetingLife.steps += 1
        self.writes += 1
        given = {"about": None, "text": "", "write_id": f"write-{self.writes:08d}", "at": TEN}
        settle_note(self.seat, self.id, open_ones[0].revision, now.revision, decision, **given)
        self._arrives(settled_text(decision, open_ones[0].text, now.text), now.revision, open_ones[0].revision)

    def _arrives(self, text: str, base: int, settles: int | None) -> None:
        placed = place(self.versions, text, base, settles)
        if placed.kept_as is None:
            self.versions.append(Version(len(self.versions) + 1, text, placed.aside, placed.settles))

    @rule()
    def closed(self) -> None:
        if self.state == "in_session" and not self._units():
            MeetingLife.steps += 1
            with pytest.raises(Refused):
                close(self.seat, self.id, TEN, today())
        elif self.tries("close", lambda: close(self.seat, self.id, TEN, today())):
            self.old, self.code, self.running = self.code or self.old, "", None
            assert {row.unit_id: row.mode for row in attendance(self.seat.session, self.id)} == self._modes()

    def _units(self) -> bool:
        return any(mode in ATTENDED for mode in self._modes().values())

    def _modes(self) -> dict[object, str]:
        units = dict.fromkeys(unit for _id, unit in self.ids)
        modes = {unit: [self.came.get(at) for at, (_id, own) in enumerate(self.ids) if own == unit] for unit in units}
        return {unit: mode for unit, came in modes.items() if (mode := unit_came(came))}

    @invariant()
    def it_is_as_the_model_thinks(self) -> None:
        session = self.seat.session
        session.expire_all()
        row = meeting(session, self.id)
        assert (row.state, row.sequence >= self.sequence) == (self.state, True)
        there = {one.id: one.came for one in attendees(session, self.id)}
        assert [there[who] for who, _unit in self.ids] == [self.came.get(at) for at in range(len(self.ids))]
        run = queries.running(session, self.id)
        assert (run.agenda_item_id if run else None) == (self.items[self.running] if self.running is not None else None)
        assert [one.as_version() for one in queries.history(session, self.id, None)] == self.versions
        code = queries.sign_in_code(session, self.id)
        assert (code.code if code and code.open else "") == self.code
        session.rollback()
