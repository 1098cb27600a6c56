"""Published minutes never change: no command touches them, and a correction is another document (R2 更正件)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import inspect, text

from service.kit.command import COMMANDS
from service.meetings.queries import resolution, resolutions
from service.minutes import queries
from service.minutes.commands import answer, circulate, confirm, countersign, draft, revise, send, sign
from service.minutes.document import printed
from service.minutes.following import plan_items
from service.minutes.issuing import correct, number, publish, void_number
from service.minutes.models import Minutes
from service.minutes.planning import agree_by_item
from service.minutes.record import Change
from service.minutes.rules import CHANGE, MINUTES, Passage
from tenants.audit import digest
from tenants.errors import Conflict, LianxiError, Refused
from tests.minutes.scene import LATE, SENT, Scene, a_scene

NEXT = date(2026, 4, 1)
OVER = date(2026, 4, 10)


@pytest.fixture
def scene(engine: Any) -> Scene:
    return a_scene(engine)


def frozen(row: Minutes) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(Minutes).columns}


def attempts(scene: Scene, row: Minutes) -> dict[str, Callable[[], object]]:
    """Every command of the room, tried on published minutes."""
    unit, seat = scene.table[0].id, scene.seat
    said: dict[str, Any] = {"opinion": "amend", "text": "改", "sha256": row.sha256, "on": NEXT}
    return {
        "draft": lambda: draft(seat, row.meeting_id, NEXT),
        "revise": lambda: revise(seat, row.id, title="另", passages=[Passage("lead", "另")], accept=True, on=NEXT),
        "circulate": lambda: circulate(seat, row.id, accept=True, on=NEXT),
        "confirm": lambda: confirm(seat, row.id, party=unit, **said),
        "answer": lambda: answer(seat, row.id, party=unit, text="否", on=NEXT),
        "send": lambda: send(seat, row.id, NEXT),
        "countersign": lambda: countersign(seat, row.id, unit_id=unit, **said),
        "sign": lambda: sign(seat, row.id, on=NEXT),
        "number": lambda: number(seat, row.id, NEXT),
        "void_number": lambda: void_number(seat, row.id, reason="作废", on=NEXT),
        "publish": lambda: publish(seat, row.id, NEXT),
        "correct": lambda: correct(seat, row.id, reason="有误", on=NEXT),
        "plan_items": lambda: plan_items(seat, row.meeting_id, chosen={}, on=NEXT),
        "agree_by_item": lambda: agree_by_item(seat, uuid4(), resolution_id=uuid4(), on=NEXT),
    }


def test_no_command_of_the_room_changes_published_minutes(scene: Scene) -> None:
    row = scene.published()
    before, tried = frozen(row), attempts(scene, row)
    assert set(tried) == {name.rpartition(".")[2] for name in COMMANDS if name.startswith("minutes.")}
    refused: list[str] = []
    for name, attempt in tried.items():
        try:
            attempt()
        except LianxiError:
            refused.append(name)
        scene.seat.session.refresh(row)
        assert frozen(row) == before, name
    assert set(tried) - set(refused) == {"correct"}, "a correction is another document"


def test_the_database_itself_keeps_published_minutes_whole(scene: Scene, engine: Any) -> None:
    row = scene.published()
    held = {"tenant": scene.tenant.id}
    for statement in (
        "UPDATE minutes SET content = NULL",
        "UPDATE minutes SET number = NULL",
        "UPDATE minutes SET signed_on = NULL",
        "UPDATE minutes SET state = 'draft'",
        "DELETE FROM minutes",
    ):
        with (
            engine.execution_options(**held).connect() as connection,
            pytest.raises(Exception, match="violates"),
        ):
            connection.execute(text(statement))
    assert row.content is not None


def test_what_is_printed_is_what_was_published_and_its_hash_says_so(scene: Scene) -> None:
    row = scene.published()
    assert row.content is not None and row.content_sha256 == digest(row.content)
    assert row.content["text_sha256"] == row.sha256, "the text whose hash was confirmed and signed"
    document = printed(scene.seat, row, scene.meeting, NEXT)
    scene.meeting.title, scene.table[0].name = "另一个会议", "另一个单位"
    again = printed(scene.seat, row, scene.meeting, OVER)
    scene.seat.session.rollback()
    assert again == document and document.number == "〔2026〕1号" and document.day == LATE
    assert document.mark.endswith("联席会议纪要") and document.organ.endswith("办公室")
    assert [name for name, _words in document.lists] == ["出席：", "请假："]


def test_a_text_that_is_not_the_signed_one_is_not_published(scene: Scene) -> None:
    row = scene.signed()
    number(scene.seat, row.id, LATE)
    row.passages = [*row.passages, {"key": "closing", "text": "后加的一句。"}]
    scene.seat.session.commit()
    with pytest.raises(Conflict, match="与签发的不一致"):
        publish(scene.seat, row.id, LATE)


def test_r2_a_correction_is_a_document_of_its_own_signed_the_same_way_and_the_original_points_to_it(
    scene: Scene,
) -> None:
    row = scene.published()
    before, (item, *_) = frozen(row), resolutions(scene.seat.session, scene.meeting.id)
    change = Change(item.id, scene.table[1].id, date(2026, 9, 30))
    found = correct(scene.seat, row.id, reason="时限有误", changes=[change], on=NEXT)
    assert (found.corrects_id, found.state) == (row.id, "draft")
    said = {one.key: one.text for one in found.text}
    assert said["lead"] == "〔2026〕1号《2026年第1次全体会议纪要》中有关内容更正如下。"
    assert "“2026年8月1日”更正为“2026年9月30日”" in said[f"{CHANGE}{item.id}"]
    circulate(scene.seat, found.id, on=NEXT)
    with pytest.raises(Conflict, match="尚未核对"):
        sign(scene.seat, found.id, on=NEXT)
    assert resolution(scene.seat.session, item.id).due == date(2026, 8, 1), "nothing changes before it is signed"
    sign(scene.seat, found.id, on=OVER)
    number(scene.seat, found.id, OVER)
    publish(scene.seat, found.id, OVER)
    assert (found.number, found.state) == ("〔2026〕2号", "published")
    changed = resolution(scene.seat.session, item.id)
    assert (changed.due, changed.lead_unit_id) == (date(2026, 9, 30), scene.table[1].id)
    assert scene.meeting.minutes_signed_on == LATE, "the minutes were signed when they were"
    assert frozen(row) == before
    assert [one.id for one in queries.whole(scene.seat.session, row, OVER).corrections] == [found.id]
    assert found.content is not None and found.content["corrects"].startswith("〔2026〕1号")


def test_only_published_minutes_are_corrected_with_a_reason_and_by_what_the_meeting_agreed(scene: Scene) -> None:
    row = scene.signed()
    with pytest.raises(Conflict, match="不能拟更正件"):
        correct(scene.seat, row.id, reason="有误", on=NEXT)
    number(scene.seat, row.id, LATE)
    publish(scene.seat, row.id, LATE)
    item = resolutions(scene.seat.session, scene.meeting.id)[0]
    for reason, changes, said in (
        ("", [], "更正的原因"),
        ("有误", [Change(scene.table[0].id, due=NEXT)], "不是本次会议议定"),
        ("有误", [Change(item.id)], "更正后的牵头单位或时限"),
        ("有误", [Change(item.id, due=date(2026, 1, 1))], "不能早于会议召开日"),
        ("有误", [Change(item.id, lead_unit_id=item.id)], "现任成员单位"),
    ):
        with pytest.raises(Refused, match=said):
            correct(scene.seat, row.id, reason=reason, changes=changes, on=NEXT)
    found = correct(scene.seat, row.id, reason="有误", on=NEXT)
    with pytest.raises(Conflict, match="更正件不再更正"):
        correct(scene.seat, found.id, reason="有误", on=NEXT)


def test_the_course_is_declared_and_every_step_of_it_is_taken_by_a_command() -> None:
    assert MINUTES.possible("published") == {"correct"}
    assert MINUTES.possible("draft") == {"revise", "circulate"}
    assert SENT < LATE
