"""A matter from the unit that raises it to what was instructed above. Source: dossier 1.3 X1, 1.4 R6."""

from __future__ import annotations

from typing import Any

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
    open_consultation,
    revise_text,
)
from service.matters.queries import hearings, latest_text, mergeable
from service.matters.reporting import (
    acknowledge,
    close,
    follow,
    instruct,
    record_receipt,
    send,
    sign,
)
from service.matters.rules import deliberated
from service.meetings.models import Meeting
from tenants.errors import Conflict, Forbidden, Missing, Refused
from tests.matters.course import DAY, LATER, agree, changed


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
    faults: tuple[tuple[dict[str, Any], str], ...] = (
        ({"kind": "x"}, "kind"),
        ({"title": " "}, "title"),
        ({"title": "长" * 101}, "title"),
        ({"written": ()}, "passages.0.text"),
        ({"written": (("", ""),)}, "passages.0.text"),
        ({"passages": [{"text": "甲", "duties": [table.id("FIN")]}]}, "passages.0.duties"),
    )
    for wrong, field in faults:
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
    said: dict[str, Any] = {
        "text": "请抓紧落实",
        "given_by": "王副省长",
        "given_on": LATER,
        "unit_id": table.id("FIN"),
        "due": LATER,
    }
    with pytest.raises(Refused) as refused:
        instruct(office, row.id, **changed(said, due=DAY), on=LATER)
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
