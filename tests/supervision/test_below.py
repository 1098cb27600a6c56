"""On places below only what was dispatched to them is supervised; the order goes down as a dispatch of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from service.charter.opening import furnish
from service.kit.seat import Seat
from service.rooms import handlers
from service.supervision import commands, queries
from service.supervision.below import place_of
from service.supervision.commands import OrderText
from service.supervision.subjects import pressing, subject
from tenants import answers, dispatch, ledger
from tenants.db import acting_for
from tenants.dispatch import DispatchPlace, ReceivedDispatch
from tenants.errors import Missing, Refused
from tests.factories import a_small_province
from tests.supervision.scene import LATE, SERVED
from tests.work.office import a_plan, a_task, console

DUE = date(2026, 6, 30)


@pytest.fixture
def below(engine: Any) -> Any:
    return a_small_province(engine, furnish)


def dispatched(seat: Seat, city: Any, kind: str = "task") -> DispatchPlace:
    sent = dispatch.send(seat.session, kind, "摸清家政企业底数", {"text": "一"}, DUE, to=[city.id], by="王海", on=DUE)
    seat.session.commit()
    return seat.session.scalars(select(DispatchPlace).where(DispatchPlace.dispatch_id == sent.id)).one()


def relayed(engine: Any) -> None:
    for _ in ledger.drain(engine, handlers()):
        pass


def says(engine: Any, city: Any, state: str, words: str, on: date) -> None:
    """The city answers the order that lies in its inbox."""
    with acting_for(engine, city.id) as session, session.begin():
        row = session.scalars(select(ReceivedDispatch).where(ReceivedDispatch.kind == "order")).one()
        answers.answer(session, row, state, words=words, by="李明", on=on)
    relayed(engine)


def test_what_a_place_was_dispatched_and_did_not_finish_is_supervised(engine: Any, below: Any) -> None:
    province, city, _county = below
    seat = console(engine, province)
    place = dispatched(seat, city)
    (found,) = [one for one in pressing(seat.session, LATE) if one.kind == "dispatch_place"]
    assert (found.id, found.place_id, found.rung) == (place.id, city.id, "yellow")


def test_a_lower_places_own_task_is_not_to_be_found(engine: Any, below: Any) -> None:
    """Source: dossier 1.1 D9 (只能督办“上级下达或已上报”的事项)."""
    province, city, _county = below
    inner = console(engine, city)
    task = a_task(inner, a_plan(inner), DUE)
    assert subject(inner.session, "task", task.id, LATE).standing == "late"
    seat = console(engine, province)
    assert pressing(seat.session, LATE) == []
    with pytest.raises(Missing):
        commands.draft_order(seat, "task", task.id, text=OrderText(), on=LATE)


def test_the_order_goes_down_and_its_answer_comes_back(engine: Any, below: Any) -> None:
    province, city, _county = below
    seat = console(engine, province)
    place = dispatched(seat, city)
    row = commands.draft_order(seat, "dispatch_place", place.id, text=OrderText(), on=SERVED)
    assert (row.addressee, row.unit_id) == (city.name, None)
    commands.serve(seat, commands.sign(seat, row.id, on=SERVED).id, on=SERVED)
    relayed(engine)
    with acting_for(engine, city.id) as session:
        came = session.scalars(select(ReceivedDispatch).where(ReceivedDispatch.kind == "order")).one()
        assert came.title.startswith("督办单家联督〔2026〕1号（黄色（警示））") and "督办依据" in came.content["text"]
    assert not list(seat.session.scalars(select(queries.SupervisionOrder.id).where(queries.answered_below())))
    says(engine, city, "finished", "已部署，7月底完成", SERVED)
    assert list(seat.session.scalars(select(queries.SupervisionOrder.id).where(queries.answered_below()))) == [row.id]
    commands.return_answer(seat, row.id, reason="没有措施", on=SERVED)
    assert (row.state, row.answer, row.answered_by) == ("returned", "已部署，7月底完成", city.name)
    relayed(engine)
    says(engine, city, "finished", "措施见附件", SERVED)
    seat.session.expire_all()
    commands.accept(seat, row.id, on=SERVED)
    assert (row.state, row.answer) == ("accepted", "措施见附件")
    assert [event.verb for event in queries.events(seat.session, row.id)][:3] == ["accept", "answer", "return"]


def test_the_order_is_closed_when_the_place_says_that_it_is_finished(engine: Any, below: Any) -> None:
    province, city, _county = below
    seat = console(engine, province)
    place = dispatched(seat, city)
    row = commands.draft_order(seat, "dispatch_place", place.id, text=OrderText(), on=SERVED)
    commands.serve(seat, commands.sign(seat, row.id, on=SERVED).id, on=SERVED)
    with pytest.raises(Refused, match="不能办结"):
        commands.close(seat, row.id, on=SERVED)
    place.state, place.finished_on = "finished", date(2026, 7, 6)
    seat.session.commit()
    assert commands.close(seat, row.id, on=date(2026, 7, 8)).settled_on == date(2026, 7, 6)
    sent = place_of(seat.session, row)
    assert sent is not None
    relayed(engine)
    with acting_for(engine, city.id) as session:
        came = session.scalars(select(ReceivedDispatch).where(ReceivedDispatch.kind == "order")).one()
        assert came.sender_state == "closed"


def test_a_place_below_is_not_reminded_but_ordered(engine: Any, below: Any) -> None:
    province, city, _county = below
    seat = console(engine, province)
    place = dispatched(seat, city)
    with pytest.raises(Refused, match="只用于本级成员单位"):
        commands.remind(seat, [("dispatch_place", place.id)], on=LATE)
