"""An order from its draft to its end: one matter, one order, by the place's own ladder."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from service.charter.queries import units
from service.supervision import commands, queries
from service.supervision.commands import OrderText
from service.supervision.models import SupervisionEvent, SupervisionOrder
from service.tasks import progress
from service.tasks.extensions import extend
from tenants.errors import Conflict, Forbidden, LianxiError, Missing, Refused
from tests.factories import a_seat
from tests.supervision.scene import DUE, LATE, SERVED, SILENT, THREE, Scene, a_scene

RED = date(2026, 7, 10)


@pytest.fixture
def scene(engine: Any) -> Scene:
    return a_scene(engine)


def refused(act: Any, kind: type[LianxiError] = Refused) -> LianxiError:
    with pytest.raises(kind) as refusal:
        act()
    return refusal.value


def finished(scene: Scene, on: date) -> None:
    progress.request_close_out(scene.seat, scene.task.id, statement="已完成", on=on)
    progress.verify_close_out(scene.seat, scene.task.id, on=on)


def test_a_draft_says_what_is_late_since_when_by_which_article_what_is_asked_and_by_when(scene: Scene) -> None:
    row = scene.drafted()
    assert (row.level, row.state, row.why, row.since) == ("yellow", "draft", "reached", DUE)
    assert "已逾期2日" in row.findings and "开展培训" in row.findings
    assert "督办分级" in row.basis and "逾期1日" in row.basis and "黄色（警示）" in row.basis
    assert row.demand and row.due == date(2026, 7, 16)


def test_one_matter_has_one_order(scene: Scene) -> None:
    """Source: dossier 2.2 (一事一单)."""
    row = scene.drafted()
    assert "一事一单" in str(refused(scene.drafted, Conflict))
    commands.withdraw(scene.seat, row.id, reason="重拟", on=LATE)
    scene.served(LATE)
    scene.seat.session.rollback()
    assert "一事一单" in str(refused(lambda: scene.drafted(level="yellow", urgent="急"), Conflict))


def test_the_course_to_the_end(scene: Scene) -> None:
    row = scene.answered()
    assert (row.number, row.answer_by, row.state) == ("家联督〔2026〕1号", date(2026, 7, 10), "answered")
    commands.return_answer(scene.seat, row.id, reason="没有完成时间", on=date(2026, 7, 6))
    assert row.answer_by == date(2026, 7, 13)
    commands.answer(scene.seat, row.id, text="7月20日完成", on=date(2026, 7, 7))
    commands.accept(scene.seat, row.id, on=date(2026, 7, 8))
    assert "仍然逾期" in str(refused(lambda: commands.close(scene.seat, row.id, on=date(2026, 7, 9))))
    finished(scene, date(2026, 7, 20))
    commands.close(scene.seat, row.id, text="已销号", on=date(2026, 7, 22))
    assert (row.state, row.settled_on, row.ended_on) == ("closed", date(2026, 7, 20), date(2026, 7, 22))
    verbs = [event.verb for event in queries.events(scene.seat.session, row.id)]
    assert verbs == ["close", "accept", "answer", "return", "answer", "acknowledge", "serve", "sign", "draft"]


def test_an_order_is_closed_when_the_matter_is_in_time_again_by_a_granted_extension(scene: Scene) -> None:
    row = scene.served()
    extend(scene.seat, scene.task.id, due=date(2026, 11, 30), reason="经主任批准", on=SERVED)
    scene.task.percent = 70
    scene.seat.session.commit()
    commands.close(scene.seat, row.id, on=SERVED)
    assert row.state == "closed" and row.settled_on == SERVED


def test_a_matter_that_is_done_is_not_supervised(scene: Scene) -> None:
    row = scene.signed()
    finished(scene, SERVED)
    assert "已完成" in str(refused(lambda: commands.serve(scene.seat, row.id, on=SERVED), Conflict))
    commands.withdraw(scene.seat, row.id, reason="已完成", on=SERVED)
    assert "已完成" in str(refused(lambda: scene.drafted(SERVED), Conflict))


# --- the ladder ---


def test_a_higher_level_at_once_needs_its_reason_and_keeps_it(scene: Scene) -> None:
    refusal = refused(lambda: scene.drafted(level="red"))
    assert refusal.field == "urgent"
    row = scene.drafted(level="red", urgent="涉及群众安全")
    assert (row.level, row.why, row.urgent) == ("red", "urgent", "涉及群众安全")


def test_ten_days_overdue_it_is_red_and_not_yellow(scene: Scene) -> None:
    """Source: dossier 1.1 D9 (逾期10日→自动拟红色督办单)."""
    assert "不能降级" in str(refused(lambda: scene.drafted(RED, level="yellow")))
    assert scene.drafted(RED).level == "red"


def test_a_place_without_orders_is_refused_one_and_reminds(scene: Scene) -> None:
    """Source: dossier 2.4 (禾丰县：仅催办)."""
    scene.decided(supervision_levels=[])
    assert "由联席会议办公室催办" in str(refused(scene.drafted))
    (said,) = commands.remind(scene.seat, [scene.key], on=LATE)
    assert (said.unit_id, said.by, said.on) == (scene.task.lead_unit_id, "console", LATE)
    assert queries.reminders_about(scene.seat.session, [scene.key])[scene.key] == [said]


def test_a_place_with_nothing_but_its_list_of_agreed_items_neither_orders_nor_reminds(scene: Scene) -> None:
    """Source: dossier 2.4 (洛溪市：无督办单，用议定事项台账)."""
    scene.decided(supervision_levels=[], supervision_reminders=False)
    assert "议定事项台账" in str(refused(scene.drafted))
    assert "议定事项台账" in str(refused(lambda: commands.remind(scene.seat, [scene.key], on=LATE)))


def test_without_an_answer_it_is_escalated_with_the_number_of_the_order_before(scene: Scene) -> None:
    """Source: dossier 2.2 (升级条件=上级单号+逾期)."""
    scene.decided(supervision_levels=THREE, overdue_red_days=100)
    first = scene.served()
    assert "一事一单" in str(refused(lambda: scene.drafted(date(2026, 7, 9)), Conflict))
    second = scene.drafted(SILENT)
    assert (second.level, second.why, second.before_id, second.first_id) == ("red", "unanswered", first.id, first.id)
    assert f"此前已发督办单{first.number}，逾期未回复" in second.findings
    assert first.state == "served"
    commands.serve(scene.seat, commands.sign(scene.seat, second.id, on=SILENT).id, on=SILENT)
    assert (first.state, second.number) == ("escalated", "家联督〔2026〕2号")
    assert [row.id for row in queries.chain(scene.seat.session, second)] == [first.id, second.id]


def test_late_again_it_is_escalated_even_if_it_was_answered(scene: Scene) -> None:
    row = scene.answered()
    commands.accept(scene.seat, row.id, on=SERVED)
    later = scene.drafted(RED)
    assert (later.level, later.why, later.before_id) == ("red", "later", row.id)


def test_late_again_after_it_was_closed_the_next_order_is_one_level_up(scene: Scene) -> None:
    scene.decided(supervision_levels=THREE)
    first = scene.served()
    extend(scene.seat, scene.task.id, due=date(2026, 9, 30), reason="经主任批准", on=SERVED)
    scene.task.percent = 90
    scene.seat.session.commit()
    commands.close(scene.seat, first.id, on=SERVED)
    again = scene.drafted(date(2026, 10, 2))
    assert (again.level, again.why, again.before_id, again.first_id) == ("red", "again", first.id, first.id)


# --- who ---


def test_a_red_order_is_signed_by_the_director_and_not_by_his_deputy(scene: Scene) -> None:
    """Source: dossier 1.1 D9 (主任签发红色单), 1.6."""
    row = scene.drafted(RED)
    for code in ("OS", "ODp"):
        refused(lambda code=code: commands.sign(scene.sitting(code), row.id, on=RED), Forbidden)
    assert commands.sign(scene.sitting("OD"), row.id, on=RED).signed_as == "办公室主任"


def test_a_yellow_order_is_signed_by_the_deputy_and_not_by_the_staff(scene: Scene) -> None:
    row = scene.drafted()
    refused(lambda: commands.sign(scene.sitting("OS"), row.id, on=LATE), Forbidden)
    assert commands.sign(scene.sitting("ODp"), row.id, on=LATE).signed_as == "办公室副主任"


def test_where_the_charter_says_so_only_the_convener_signs_a_red_order(scene: Scene) -> None:
    scene.decided(supervision_red_signers=["convener"])
    row = scene.drafted(RED)
    assert "由召集人签发" in str(refused(lambda: commands.sign(scene.sitting("OD"), row.id, on=RED), Forbidden))
    assert commands.sign(scene.sitting("CV"), row.id, on=RED).state == "signed"


def test_the_units_own_liaison_acknowledges_and_answers_and_nobody_elses(scene: Scene) -> None:
    row = scene.served()
    other = units(scene.seat.session, LATE)[1]
    stranger = a_seat(scene.engine, scene.tenant, "LI", unit=other.id)
    refused(lambda: commands.acknowledge(stranger, row.id, on=SERVED), Missing)
    own = scene.liaison()
    commands.acknowledge(own, row.id, on=SERVED)
    assert refused(lambda: commands.answer(own, row.id, text=" ", on=SERVED)).field == "text"
    assert commands.answer(own, row.id, text="7月底完成", on=SERVED).state == "answered"


def test_a_unit_sees_an_order_once_it_is_served(scene: Scene) -> None:
    row, own = scene.signed(), scene.liaison()
    refused(lambda: queries.order(own, row.id), Missing)
    own.session.rollback()
    commands.serve(scene.seat, row.id, on=SERVED)
    assert queries.order(own, row.id).number == "家联督〔2026〕1号"


def test_what_was_signed_is_withdrawn_by_whom_may_sign_it_and_its_number_stays(scene: Scene) -> None:
    row = scene.served()
    refused(lambda: commands.withdraw(scene.sitting("OS"), row.id, reason="误发", on=SERVED), Forbidden)
    commands.withdraw(scene.sitting("OD"), row.id, reason="误发", on=SERVED)
    scene.seat.session.expire_all()
    again = scene.served()
    assert (row.number, again.number) == ("家联督〔2026〕1号", "家联督〔2026〕2号")


# --- numbers, several at once ---


def test_a_refused_service_takes_no_number(scene: Scene) -> None:
    row = scene.drafted()
    refused(lambda: commands.serve(scene.seat, row.id, on=SERVED), Conflict)
    commands.sign(scene.seat, row.id, on=SERVED)
    assert commands.serve(scene.seat, row.id, on=SERVED).serial == 1


def test_several_are_drafted_at_once_or_none_of_them(scene: Scene) -> None:
    from_now = (scene.key, scene.key)
    (row,) = commands.draft_orders(scene.seat, from_now, on=LATE)
    assert row.level == "yellow"
    refused(lambda: commands.draft_orders(scene.seat, [], on=LATE))
    commands.withdraw(scene.seat, row.id, reason="重拟", on=LATE)
    later = scene.task.id
    scene.task.due = scene.task.due0 = date(2026, 12, 1)
    scene.task.percent = 90
    scene.seat.session.commit()
    assert refused(lambda: commands.draft_orders(scene.seat, [("task", later)], on=LATE)).field == "level"
    assert scene.seat.session.scalars(select(SupervisionOrder.state)).all() == ["withdrawn"]


def test_what_is_settled_is_closed_together(scene: Scene) -> None:
    row = scene.served()
    refused(lambda: commands.close_settled(scene.seat, [row.id], on=SERVED))
    finished(scene, SERVED)
    (closed,) = commands.close_settled(scene.seat, [row.id], on=SERVED)
    assert closed.state == "closed"


def test_history_is_append_only(scene: Scene) -> None:
    scene.drafted()
    event = scene.seat.session.scalars(select(SupervisionEvent)).one()
    event.text = "改"
    with pytest.raises(Exception, match="permission denied"):
        scene.seat.session.flush()
    scene.seat.session.rollback()


def test_words_of_a_draft_are_changed_until_it_is_signed(scene: Scene) -> None:
    row = scene.drafted()
    given: dict[str, Any] = {"findings": "事由", "demand": "要求", "due": date(2026, 8, 1)}
    past: dict[str, Any] = given | {"due": DUE}
    assert refused(lambda: commands.rewrite(scene.seat, row.id, **past, on=LATE)).field == "due"
    assert commands.rewrite(scene.seat, row.id, **given, on=LATE).findings == "事由"
    commands.sign(scene.seat, row.id, on=LATE)
    refused(lambda: commands.rewrite(scene.seat, row.id, **given, on=LATE), Conflict)


def test_a_draft_can_say_it_in_its_own_words(scene: Scene) -> None:
    text = OrderText(findings="事由", demand="要求", due=date(2026, 8, 3))
    row = commands.draft_order(scene.seat, *scene.key, text=text, on=LATE)
    assert (row.findings, row.demand, row.due) == ("事由", "要求", date(2026, 8, 3))
