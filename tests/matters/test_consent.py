"""Who is concerned, what each unit says, and what becomes of a disagreement. Source: seed 四(六); dossier 1.4 R6."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from service.matters import queries
from service.matters.consulting import (
    confirm_entry,
    decide_removal,
    delegate,
    enlarge,
    enter_opinion,
    open_consultation,
    reply,
    reply_by_delegation,
    request_removal,
    revise_text,
    withdraw_delegation,
)
from service.matters.dissent import conclude_apart, record_round
from service.matters.jobs import HANDLERS
from service.matters.models import MatterEvent
from service.matters.queries import unsettled
from service.matters.reporting import (
    prepare_dissent,
    sign,
)
from tenants import ledger
from tenants.errors import Conflict, Forbidden, Missing, Refused
from tests.matters.course import DAY, LATER, TALK, agree, changed


def test_r6_the_list_is_frozen_when_consent_is_asked_and_reduced_only_by_the_director_with_a_reason(table):
    row, office, director = table.raised(), table.post("OS"), table.post("OD")
    enlarge(office, row.id, unit_id=table.id("COM"), reason="涉及服务网络", on=DAY)
    open_consultation(office, row.id, on=DAY)
    asked = {"STATE_TAX", "LOCAL_TAX", "FIN", "COM"} & set(table.states(row))
    assert len(table.states(row)) == 4 and "COM" in asked
    with pytest.raises(Conflict, match="不能重复"):
        open_consultation(office, row.id, on=DAY)
    with pytest.raises(Refused) as refused:
        request_removal(office, row.id, unit_id=table.id("COM"), reason="", on=DAY)
    assert refused.value.field == "reason"
    with pytest.raises(Conflict, match="没有移出"):
        decide_removal(director, row.id, unit_id=table.id("COM"), approve=True, on=DAY)
    request_removal(office, row.id, unit_id=table.id("COM"), reason="已不涉及", on=DAY)
    assert table.states(row)["COM"] == "asked", "it stays until the director decides"
    with pytest.raises(Forbidden):
        decide_removal(office, row.id, unit_id=table.id("COM"), approve=True, on=DAY)
    decide_removal(director, row.id, unit_id=table.id("COM"), approve=True, on=DAY)
    assert table.states(row)["COM"] == "removed"
    verbs = [event.verb for event in queries.events(table.seat.session, row.id)]
    assert verbs[:2] == ["remove", "ask_removal"]
    enlarge(office, row.id, unit_id=table.id("COM"), reason="再征求", on=DAY)
    assert table.states(row)["COM"] == "asked"
    reply(table.rep("COM"), row.id, unit_id=table.id("COM"), opinion="object", text="不妥", on=DAY)
    with pytest.raises(Conflict, match="不能移出"):
        request_removal(office, row.id, unit_id=table.id("COM"), reason="不同意", on=DAY)


def test_r6_a_unit_consents_and_the_convener_signs_only_to_the_text_that_was_read(table):
    """Source: dossier 1.4 R6: 同意绑定正文; the page was open while the office changed the text."""
    row, office, convener = table.asked(("设立专项资金", "CZ1")), table.post("OS"), table.post("CV")
    table.concluded(row)
    words = {"title": row.title, "editorial": False, "reason": "修改"}
    revise_text(office, row.id, passages=table.passages(("设立两项专项资金", "CZ1")), **words, on=DAY)
    said = {"unit_id": table.id("FIN"), "opinion": "agree", "on": DAY}
    for late in (
        lambda: reply(table.rep("FIN"), row.id, text_no=1, **said),
        lambda: sign(convener, row.id, text_no=1, on=DAY),
    ):
        with pytest.raises(Conflict, match="请看过新稿后再办理"):
            late()
    assert table.states(row)["FIN"] == "asked"
    reply(table.rep("FIN"), row.id, text_no=2, **said)
    assert table.states(row)["FIN"] == "agreed"
    assert sign(convener, row.id, text_no=2, on=DAY).state == "signed"


def test_r6_finance_objects_the_button_says_so_the_director_coordinates_finance_itself_agrees(table):
    """Source: dossier 1.4 R6: 财政厅不同意→“财政厅未同意”；主任协调后财政厅点“同意(经协调)”→可签发."""
    row = table.asked(("设立专项资金", "CZ1"), ("服务网络", "SW5"))
    table.concluded(row)
    convener, director, finance = table.post("CV"), table.post("OD"), table.rep("FIN")
    agree(table, row, "COM")
    with pytest.raises(Refused, match="省财政厅未答复"):
        sign(convener, row.id, on=DAY)
    reply(finance, row.id, unit_id=table.id("FIN"), opinion="object", text="资金来源不明", on=DAY)
    with pytest.raises(Refused, match=r"^不能上报：省财政厅未同意。$"):
        sign(convener, row.id, on=LATER)
    talk = {"held_at": TALK, "coordinator": "office_director", "coordinator_name": "李主任"}
    talk |= {"participants": "省财政厅、省商务厅", "points": "资金来源", "conclusion": "由省级预算统筹"}
    record_round(director, row.id, **talk, on=LATER)
    with pytest.raises(Refused, match="省财政厅未同意"):
        sign(convener, row.id, on=LATER)
    with pytest.raises(Forbidden, match="本单位"):
        reply(table.rep("COM"), row.id, unit_id=table.id("FIN"), opinion="agree", on=LATER)
    reply(finance, row.id, unit_id=table.id("FIN"), opinion="agree", on=LATER)
    line = next(found for found in queries.concerned(table.seat.session, row.id) if found.unit_id == table.id("FIN"))
    assert line.coordinated and unsettled(table.seat.session, row.id) is None
    assert queries.events(table.seat.session, row.id)[1].verb == "agree_coordinated"
    with pytest.raises(Forbidden):
        sign(director, row.id, on=LATER)
    assert sign(convener, row.id, on=LATER).state == "signed"


def test_r6_silence_is_never_consent_however_late(table):
    row = table.asked(("专项资金", "CZ1"))
    table.concluded(row)
    table.decided(consult_deemed_no_objection=True)
    with pytest.raises(Refused, match="省财政厅未答复"):
        sign(table.post("CV"), row.id, on=date(2026, 12, 31))


def test_r6_who_may_answer_is_the_matrixs_to_say_and_a_liaison_only_by_a_recorded_delegation(table):
    row, mr, liaison = table.asked(("专项资金", "CZ1")), table.rep("FIN"), table.rep("FIN", "LI")
    said = {"unit_id": table.id("FIN"), "opinion": "agree"}
    for wrong in (liaison, table.post("OS"), table.rep("FIN", "UC"), table.post("CV")):
        with pytest.raises(Forbidden):
            reply(wrong, row.id, **said, on=DAY)
    with pytest.raises(Forbidden, match="现在没有有效的授权"):
        reply_by_delegation(liaison, row.id, **said, on=DAY)
    span = {"from_date": DAY, "to_date": LATER, "basis": "出差期间"}
    with pytest.raises(Forbidden):
        delegate(liaison, unit_id=table.id("FIN"), **span, on=DAY)
    with pytest.raises(Forbidden):
        delegate(mr, unit_id=table.id("COM"), **span, on=DAY)
    given = delegate(mr, unit_id=table.id("FIN"), **span, on=DAY)
    with pytest.raises(Forbidden):
        reply_by_delegation(liaison, row.id, **said, on=LATER + timedelta(days=1))
    with pytest.raises(Forbidden, match="本单位"):
        reply_by_delegation(table.rep("COM", "LI"), row.id, **said, on=DAY)
    reply_by_delegation(liaison, row.id, **said, on=DAY)
    line = queries.concerned(table.seat.session, row.id)[0]
    assert line.state == "agreed" and "委托" in line.said_by and "出差期间" in line.said_by
    withdraw_delegation(mr, given.id, on=DAY)
    with pytest.raises(Forbidden):
        reply_by_delegation(liaison, row.id, **said, on=DAY)
    with pytest.raises(Missing):
        withdraw_delegation(table.rep("COM"), given.id, on=DAY)


def test_r6_an_objection_and_a_condition_need_their_reasons_and_only_those_asked_answer(table):
    row, mr = table.raised(("专项资金", "CZ1")), table.rep("FIN")
    with pytest.raises(Conflict, match="尚未征求"):
        reply(mr, row.id, unit_id=table.id("FIN"), opinion="agree", on=DAY)
    open_consultation(table.seat, row.id, on=DAY)
    for opinion in ("object", "condition"):
        with pytest.raises(Refused) as refused:
            reply(mr, row.id, unit_id=table.id("FIN"), opinion=opinion, text=" ", on=DAY)
        assert refused.value.field == "text"
    with pytest.raises(Refused, match="不在有关成员单位之列"):
        reply(table.rep("COM"), row.id, unit_id=table.id("COM"), opinion="agree", on=DAY)
    reply(mr, row.id, unit_id=table.id("FIN"), opinion="condition", text="明年起安排", on=DAY)
    table.concluded(row)
    with pytest.raises(Refused, match="有条件同意，条件落实后尚未确认"):
        sign(table.post("CV"), row.id, on=DAY)
    agree(table, row, "FIN")
    assert sign(table.post("CV"), row.id, on=DAY)


def test_r6_a_material_edit_voids_only_the_consents_it_touches_and_they_are_asked_anew(table):
    written = (("总则", ""), ("资金", "CZ1"), ("网络", "SW5"))
    row, office = table.asked(*written), table.post("OS")
    agree(table, row, "FIN", "COM")

    def edited(*now, editorial=False, on=LATER):
        passages = table.passages(*now)
        return revise_text(
            office, row.id, title=row.title, passages=passages, editorial=editorial, reason="修改", on=on
        )

    edited(("总则", ""), ("资金安排五千万元", "CZ1"), ("网络", "SW5"))
    assert table.states(row) == {"FIN": "asked", "COM": "agreed"}
    line = next(found for found in queries.concerned(table.seat.session, row.id) if found.voided)
    assert line.unit_id == table.id("FIN") and line.asked_on == LATER and line.due == date(2026, 3, 31)
    table.concluded(row)
    with pytest.raises(Refused, match="正文修改后，省财政厅尚未重新答复"):
        sign(table.post("CV"), row.id, on=LATER)
    agree(table, row, "FIN", on=LATER)
    edited(("总则。", ""), ("资金安排五千万元。", "CZ1"), ("网络", "SW5"), editorial=True)
    assert set(table.states(row).values()) == {"agreed"}
    with pytest.raises(Refused, match="不限于标点和空格") as refused:
        edited(("总则。", ""), ("资金安排六千万元。", "CZ1"), ("网络", "SW5"), editorial=True)
    assert refused.value.field == "editorial"
    edited(("总则。", ""), ("资金安排五千万元。", "CZ1"), ("网络", "SW5"), ("信用", "GS4"))
    assert table.states(row) == {"FIN": "agreed", "COM": "agreed", "AIC": "asked"}, "newly concerned, asked at once"
    edited(("总则改", ""), ("资金安排五千万元。", "CZ1"), ("网络", "SW5"), ("信用", "GS4"))
    assert set(table.states(row).values()) == {"asked"}, "a passage without a duty binds everybody"
    with pytest.raises(Refused, match="没有改动"):
        edited(("总则改", ""), ("资金安排五千万元。", "CZ1"), ("网络", "SW5"), ("信用", "GS4"))


def test_r6_what_was_entered_from_paper_counts_once_the_unit_confirms_it(table):
    row, office, finance = table.asked(("资金", "CZ1")), table.post("OS"), table.rep("FIN")
    said = {"unit_id": table.id("FIN"), "opinion": "agree"}
    with pytest.raises(Refused, match="不允许办公室代录"):
        enter_opinion(office, row.id, **said, paper_no="财函〔2026〕3号", on=DAY)
    table.decided(consult_proxy_entry=True)
    with pytest.raises(Refused) as refused:
        enter_opinion(office, row.id, **said, paper_no=" ", on=DAY)
    assert refused.value.field == "paper_no"
    with pytest.raises(Conflict, match="没有待本单位确认"):
        confirm_entry(finance, row.id, unit_id=table.id("FIN"), seen=1, on=DAY)
    enter_opinion(office, row.id, **said, paper_no="财函〔2026〕3号", on=DAY)
    table.concluded(row)
    with pytest.raises(Refused, match="尚未经该单位确认"):
        sign(table.post("CV"), row.id, on=DAY)
    line = queries.concerned(office.session, row.id)[0]
    read = line.revision
    enter_opinion(
        office, row.id, unit_id=table.id("FIN"), opinion="object", text="另有意见", paper_no="财函〔2026〕4号", on=DAY
    )
    with pytest.raises(Conflict, match="有变动"):
        confirm_entry(finance, row.id, unit_id=table.id("FIN"), seen=read, on=DAY)
    enter_opinion(office, row.id, **said, paper_no="财函〔2026〕3号", on=DAY)
    confirm_entry(finance, row.id, unit_id=table.id("FIN"), seen=line.revision, on=DAY)
    assert "财函〔2026〕3号" in queries.concerned(table.seat.session, row.id)[0].said_by
    assert sign(table.post("CV"), row.id, on=DAY)


def test_r6_coordination_is_the_conveners_or_the_directors_and_says_when_who_what_and_how(table):
    row = table.asked(("资金", "CZ1"))
    director = table.post("OD")
    talk: dict[str, Any] = {"held_at": TALK, "coordinator": "office_director", "coordinator_name": "李"}
    talk |= {"participants": "财政厅", "points": "来源", "conclusion": "统筹"}
    with pytest.raises(Conflict, match="没有待协调"):
        record_round(director, row.id, **talk, on=LATER)
    reply(table.rep("FIN"), row.id, unit_id=table.id("FIN"), opinion="object", text="不同意", on=DAY)
    for field in ("participants", "points", "conclusion", "coordinator_name"):
        with pytest.raises(Refused) as refused:
            record_round(director, row.id, **changed(talk, **{field: " "}), on=LATER)
        assert refused.value.field == field
    with pytest.raises(Refused, match="由召集人或联席会议办公室主任负责协调"):
        record_round(director, row.id, **changed(talk, coordinator="office_deputy"), on=LATER)
    with pytest.raises(Refused, match="不能晚于现在"):
        record_round(director, row.id, **talk, on=DAY)
    for wrong in (table.post("ODp"), table.rep("FIN")):
        with pytest.raises(Forbidden):
            record_round(wrong, row.id, **talk, on=LATER)
    with pytest.raises(Conflict, match="尚未登记协调"):
        conclude_apart(director, row.id, conclusion="未一致", on=LATER)
    record_round(table.post("OS"), row.id, **talk, on=LATER)
    with pytest.raises(Forbidden):
        conclude_apart(table.post("OS"), row.id, conclusion="未一致", on=LATER)
    conclude_apart(director, row.id, conclusion="未一致", on=LATER)
    case = unsettled(table.seat.session, row.id)
    assert case and case.state == "apart" and case.positions[0]["said"] == "不同意"


def test_r6_with_dissent_only_where_the_charter_lets_it_with_each_sides_reasons_and_the_tendency(table):
    row = table.asked(("资金", "CZ1"), ("网络", "SW5"))
    table.concluded(row)
    office, convener = table.post("OS"), table.post("CV")
    agree(table, row, "COM")
    reply(table.rep("FIN"), row.id, unit_id=table.id("FIN"), opinion="object", text="无来源", on=DAY)
    words = {"tendency": "建议采纳商务厅意见", "sides": "商务厅认为……"}
    with pytest.raises(Refused, match="不允许带分歧上报"):
        prepare_dissent(office, row.id, **words, on=LATER)
    table.decided(escalation_with_dissent=True)
    with pytest.raises(Conflict, match="未达成一致的结论后"):
        prepare_dissent(office, row.id, **words, on=LATER)
    talk = {
        "coordinator": "convener",
        "coordinator_name": "张",
        "participants": "甲",
        "points": "乙",
        "conclusion": "丙",
    }
    record_round(office, row.id, held_at=TALK, **talk, on=LATER)
    conclude_apart(convener, row.id, conclusion="未达成一致", on=LATER)
    with pytest.raises(Refused, match="省财政厅未同意"):
        sign(convener, row.id, on=LATER)
    for field in words:
        with pytest.raises(Refused) as refused:
            prepare_dissent(office, row.id, **words | {field: ""}, on=LATER)
        assert refused.value.field == field
    prepare_dissent(office, row.id, **words, on=LATER)
    assert sign(convener, row.id, on=LATER).state == "signed"


def test_a_silent_unit_is_reminded_by_the_ledger_as_often_as_the_charter_says(engine, table):
    """Rules consult_workdays 7, consult_reminders 2; two days after Thursday, five days after it."""
    row = table.asked(("资金", "CZ1"), ("网络", "SW5"))
    agree(table, row, "COM")
    due = table.seat.session.query(ledger.Job).filter_by(kind="matters.remind").all()
    assert sorted(job.payload["day"] for job in due) == ["2026-03-09", "2026-03-12"]
    list(ledger.drain(engine, HANDLERS))
    table.seat.session.expire_all()
    lines = {found.unit_id: found.reminded for found in queries.concerned(table.seat.session, row.id)}
    assert lines == {table.id("FIN"): 2, table.id("COM"): 0}
    told = table.seat.session.query(MatterEvent).filter_by(verb="remind", matter_id=row.id).all()
    assert [event.unit_id for event in told] == [table.id("FIN")] * 2 and "答复期限2026-03-16" in told[0].text
