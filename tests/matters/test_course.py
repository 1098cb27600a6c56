"""A matter from the unit that raises it to what was instructed above. Source: dossier 1.3 X1, 1.4 R6."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from service.matters import queries
from service.matters.commands import (
    accept,
    discontinue,
    draft_matter,
    merge,
    place,
    return_matter,
    rewrite_draft,
    submit,
    withdraw,
)
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
from service.matters.queries import hearings, latest_text, mergeable, unsettled
from service.matters.reporting import (
    acknowledge,
    close,
    follow,
    instruct,
    prepare_dissent,
    record_receipt,
    send,
    sign,
)
from service.matters.rules import deliberated
from service.meetings.models import Meeting
from tenants import ledger
from tenants.errors import Conflict, Forbidden, Missing, Refused
from tests.matters.course import DAY, LATER, TALK


def agree(table, row, *keys, on=DAY):
    for key in keys:
        reply(table.rep(key), row.id, unit_id=table.id(key), opinion="agree", on=on)


def test_x1_finance_proposes_the_office_merges_two_the_conference_decides_and_both_raisers_see_it(table):
    """Source: dossier 1.3 X1: 财政厅报“对策建议”→办公室合并2件同类→列为议题→审议结论回写到原报送."""
    finance, office = table.rep("FIN", "LI"), table.post("OS")
    text = table.passages(("设立专项资金", "CZ1"))
    row = draft_matter(
        finance, kind="policy_proposal", unit_id=table.id("FIN"), title="专项资金", passages=text, on=DAY
    )
    submit(finance, row.id, on=DAY)
    with pytest.raises(Forbidden):
        place(finance, row.id, on=DAY)
    with pytest.raises(Conflict, match="不能列为议题") as refused:
        place(office, row.id, on=DAY)
    assert refused.value.source and refused.value.source.startswith("制度三")
    accept(office, row.id, on=DAY)
    similar = table.raised(("设立家政专项资金", "CZ1"), by="WOMEN", title="家政专项资金")
    assert [other.id for other in mergeable(office, similar)] == [row.id]
    with pytest.raises(Refused, match="理由"):
        merge(office, similar.id, target_id=row.id, reason=" ", on=DAY)
    merge(office, similar.id, target_id=row.id, reason="同类事项", on=DAY)
    table.concluded(row, "passed")
    women = table.rep("WOMEN", "LI")
    mine = queries.matter(women, similar.id)
    assert mine.state == "merged"
    carrying = queries.carrying(women.session, mine)
    assert carrying.id == row.id and deliberated(hearings(women.session, carrying.id)) == "passed"
    assert [other.id for other in queries.merged_in(finance.session, row.id)] == [similar.id]


def test_x1_what_is_returned_comes_back_with_its_reason_and_may_be_submitted_anew(table):
    liaison, office = table.rep("CIVIL", "LI"), table.post("OD")
    row = draft_matter(
        liaison,
        kind="major_issue",
        unit_id=table.id("CIVIL"),
        title="社区用房",
        passages=table.passages(("请协调用房", "MZ1")),
        on=DAY,
    )
    with pytest.raises(Missing):
        accept(office, row.id, on=DAY)
    submit(liaison, row.id, on=DAY)
    with pytest.raises(Conflict, match="不能修改正文"):
        rewrite_draft(liaison, row.id, title="改", passages=table.passages(("改", "")), on=DAY)
    with pytest.raises(Refused) as refused:
        return_matter(office, row.id, reason="", on=DAY)
    assert refused.value.field == "reason"
    assert return_matter(office, row.id, reason="请补充依据", on=DAY).reason == "请补充依据"
    rewrite_draft(liaison, row.id, title="社区用房问题", passages=table.passages(("补充依据", "MZ1")), on=DAY)
    assert submit(liaison, row.id, on=LATER).submitted_on == LATER
    assert latest_text(liaison.session, row.id).no == 2
    assert withdraw(liaison, row.id, on=LATER).state == "withdrawn"
    with pytest.raises(Conflict, match="现为“已撤回”"):
        submit(liaison, row.id, on=LATER)


def test_one_raises_matters_for_ones_own_unit_in_words_with_duties_that_stand(table):
    liaison, clerk = table.rep("CIVIL", "LI"), table.rep("CIVIL", "UC")

    def drafted(who=liaison, unit="CIVIL", kind="key_project", title="题目", written=(("正文", "MZ1"),), **more):
        passages = table.passages(*written) if not more else more["passages"]
        return draft_matter(who, kind=kind, unit_id=table.id(unit), title=title, passages=passages, on=DAY)

    with pytest.raises(Forbidden, match="本单位"):
        drafted(unit="FIN")
    for wrong, field in (
        ({"kind": "x"}, "kind"),
        ({"title": " "}, "title"),
        ({"title": "长" * 101}, "title"),
        ({"written": ()}, "passages.0.text"),
        ({"written": (("", ""),)}, "passages.0.text"),
        ({"passages": [{"text": "甲", "duties": [table.id("FIN")]}]}, "passages.0.duties"),
    ):
        with pytest.raises(Refused) as refused:
            drafted(**wrong)
        assert refused.value.field == field
    row = drafted(who=clerk)
    with pytest.raises(Forbidden):
        submit(clerk, row.id, on=DAY)
    with pytest.raises(Missing):
        submit(table.rep("FIN", "LI"), row.id, on=DAY)
    assert submit(liaison, row.id, on=DAY).state == "submitted"


def test_r6_the_units_concerned_are_those_that_hold_a_cited_duty_in_whatever_grade(table):
    row = table.raised(("技能培训和权益", "FL5 MZ4"), ("财税政策", "CZ1"), ("总则", ""))
    listed = {found.unit_id: found for found in queries.concerned(table.seat.session, row.id)}
    assert {key for key, unit in table.units.items() if unit.id in listed} == {"WOMEN", "CIVIL", "FIN"}
    assert listed[table.id("CIVIL")].duties == [str(table.duties["MZ4"].id)], "an assisting unit is concerned too"
    assert set(table.states(table.raised(("税收", "TX1"))).values()) == {"listed"}
    assert len(table.states(table.raised(("税收", "TX1")))) == 2, "both tax offices hold it together"


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


def test_r6_consent_and_deliberation_come_in_either_order_and_both_are_needed(table):
    convener = table.post("CV")
    first = table.asked(("专项资金", "CZ1"))
    agree(table, first, "FIN")
    with pytest.raises(Refused, match=r"^不能上报：联席会议尚未审议，请先列为议题。$"):
        sign(convener, first.id, on=DAY)
    table.concluded(first)
    assert sign(convener, first.id, on=DAY).state == "signed"
    then = table.raised(("专项资金", "CZ1"))
    table.concluded(then)
    with pytest.raises(Refused, match=r"^不能上报：尚未征求有关成员单位同意。$"):
        sign(convener, then.id, on=DAY)
    open_consultation(table.seat, then.id, on=DAY)
    agree(table, then, "FIN")
    assert sign(convener, then.id, on=DAY).state == "signed"


def test_r6_only_what_a_held_meeting_passed_counts_and_again_means_again(table):
    row, session = table.raised(), table.seat.session
    item = table.placed(row)
    with pytest.raises(Refused, match="不必重复列入"):
        place(table.seat, row.id, on=DAY)
    item.meeting_id, item.outcome = table.met(), "passed"
    meeting = session.get(Meeting, (item.tenant_id, item.meeting_id))
    assert meeting is not None
    meeting.state = "in_session"
    session.commit()
    assert deliberated(hearings(session, row.id)) == "waiting"
    meeting.state, item.outcome = "held", "again"
    session.commit()
    assert deliberated(hearings(session, row.id)) == "again"
    table.concluded(row, "not_passed")
    assert deliberated(hearings(session, row.id)) == "not_passed"
    with pytest.raises(Refused, match="审议未通过，不再列为议题"):
        place(table.seat, row.id, on=DAY)
    assert discontinue(table.seat, row.id, reason="会议未通过", on=DAY).state == "discontinued"


def test_r6_an_item_carried_to_a_later_meeting_returns_its_outcome(table):
    row, session = table.raised(), table.seat.session
    item = table.concluded(row, "again")
    later = table.placed(row)
    item.carried_to_id = later.id
    later.meeting_id, later.outcome = table.met(), "passed"
    session.commit()
    assert deliberated(hearings(session, row.id)) == "passed"


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
        confirm_entry(finance, row.id, unit_id=table.id("FIN"), on=DAY)
    enter_opinion(office, row.id, **said, paper_no="财函〔2026〕3号", on=DAY)
    table.concluded(row)
    with pytest.raises(Refused, match="尚未经该单位确认"):
        sign(table.post("CV"), row.id, on=DAY)
    confirm_entry(finance, row.id, unit_id=table.id("FIN"), on=DAY)
    assert "财函〔2026〕3号" in queries.concerned(table.seat.session, row.id)[0].said_by
    assert sign(table.post("CV"), row.id, on=DAY)


def test_r6_coordination_is_the_conveners_or_the_directors_and_says_when_who_what_and_how(table):
    row = table.asked(("资金", "CZ1"))
    director, talk = table.post("OD"), {"held_at": TALK, "coordinator": "office_director", "coordinator_name": "李"}
    talk |= {"participants": "财政厅", "points": "来源", "conclusion": "统筹"}
    with pytest.raises(Conflict, match="没有待协调"):
        record_round(director, row.id, **talk, on=LATER)
    reply(table.rep("FIN"), row.id, unit_id=table.id("FIN"), opinion="object", text="不同意", on=DAY)
    for field in ("participants", "points", "conclusion", "coordinator_name"):
        with pytest.raises(Refused) as refused:
            record_round(director, row.id, **talk | {field: " "}, on=LATER)
        assert refused.value.field == field
    with pytest.raises(Refused, match="由召集人或联席会议办公室主任负责协调"):
        record_round(director, row.id, **talk | {"coordinator": "office_deputy"}, on=LATER)
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


def test_r6_sent_received_instructed_followed_closed(table):
    row = table.asked(("资金", "CZ1"))
    table.concluded(row)
    agree(table, row, "FIN")
    office, above = table.post("OS"), table.post("GV")
    with pytest.raises(Missing):
        acknowledge(above, row.id, on=DAY)
    sign(table.post("CV"), row.id, on=DAY)
    with pytest.raises(Conflict, match="不能修改正文"):
        revise_text(
            office, row.id, title="改", passages=table.passages(("改", "")), editorial=False, reason="x", on=DAY
        )
    with pytest.raises(Refused) as refused:
        send(office, row.id, number="", on=DAY)
    assert refused.value.field == "number"
    assert send(office, row.id, number="人社呈〔2026〕5号", on=DAY).sent_to == "省政府"
    with pytest.raises(Conflict, match="不能登记签收"):
        record_receipt(office, table.raised().id, receipt="收发室", on=DAY)
    assert acknowledge(above, row.id, on=DAY).state == "received"
    said = {"text": "请抓紧落实", "given_by": "王副省长", "given_on": LATER, "unit_id": table.id("FIN"), "due": LATER}
    with pytest.raises(Refused) as refused:
        instruct(office, row.id, **said | {"due": DAY}, on=LATER)
    assert refused.value.field == "due"
    instruct(office, row.id, **said, on=LATER)
    with pytest.raises(Conflict, match="还有1条批示未办结"):
        close(office, row.id, text="办结", on=LATER)
    found = queries.instructions(table.seat.session, row.id)[0]
    with pytest.raises(Forbidden, match="本单位"):
        follow(table.rep("COM", "LI"), row.id, instruction_id=found.id, text="已办", on=LATER)
    follow(table.rep("FIN", "LI"), row.id, instruction_id=found.id, text="已安排预算", on=LATER)
    assert close(office, row.id, text="政策已出台", on=LATER).state == "closed"
    verbs = [event.verb for event in reversed(queries.events(table.seat.session, row.id))]
    assert verbs[:3] == ["draft", "submit", "accept"] and verbs[-5:] == [
        "send",
        "receive",
        "instruct",
        "follow",
        "close",
    ]


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
