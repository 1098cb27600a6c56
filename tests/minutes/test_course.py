"""From the record of a held meeting to published minutes: R2 产出, and what 会签, 核对, 签发 ask."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from service.agendas.models import AgendaItem
from service.meetings.commands import Agreed, add_resolution, revise_resolution, strike_resolution
from service.meetings.queries import resolutions
from service.minutes import queries, rules
from service.minutes.commands import answer, circulate, confirm, countersign, draft, revise, send, sign
from service.minutes.issuing import number, publish, void_number
from service.minutes.record import heard_text
from service.minutes.rules import ITEM, Passage
from tenants.errors import Conflict, Forbidden, Refused
from tests.factories import a_seat
from tests.minutes.scene import DAY, LATE, SENT, Scene, a_meeting, a_scene

LAST_DAY = date(2026, 3, 11)


@pytest.fixture
def scene(engine: Any) -> Scene:
    return a_scene(engine)


def text_of(row: Any) -> dict[str, str]:
    return {one.key: one.text for one in row.text}


def test_r2_what_was_concluded_without_an_agreed_item_is_in_the_minutes() -> None:
    passed, noted, again = (
        AgendaItem(id=uuid4(), title=f"议题{n}", outcome=o) for n, o in enumerate(("passed", "noted", "again"), 1)
    )
    assert heard_text([passed, noted, again]) == "会议听取了议题2。会议审议通过了议题1。会议决定对议题3再作研究。"
    assert heard_text([passed], {passed.id}) == "", "what was agreed on it says so"


def test_r2_minutes_are_drafted_from_the_record(scene: Scene) -> None:
    row = scene.drafted()
    said, (first, second, third) = text_of(row), resolutions(scene.seat.session, scene.meeting.id)
    assert row.title == "2026年第1次全体会议纪要"
    assert said["lead"] == "2026年3月5日，召集人张厅长主持召开2026年第1次全体会议。现将会议议定事项纪要如下。"
    assert said["agreed"] == "会议议定以下事项："
    finance, civil = scene.table[3].name, scene.table[4].name
    assert said[f"{ITEM}{first.id}"] == (
        f"会议明确，完善家政服务业财税支持政策。由{finance}牵头，{civil}配合，2026年8月1日前完成，成果形式为政策文件。"
    )
    assert said[f"{ITEM}{second.id}"].endswith("2026年10月31日前完成。")
    assert said[f"{ITEM}{third.id}"] == "会议要求，继续研究关于设立家政服务月的建议。"
    assert said["present"] == "，".join(unit.name for unit in (scene.table[0], scene.table[1], scene.table[3]))
    assert (said["leave"], said["distribution"]) == (civil, "联席会议各成员单位")
    assert row.sha256 == rules.text_hash(row.title, row.text)


def test_r2_a_meeting_has_minutes_once_and_only_after_it_was_held(scene: Scene) -> None:
    scene.drafted()
    with pytest.raises(Conflict, match="已经起草"):
        scene.drafted()
    other = a_meeting(scene.seat, scene.table, "special", title="培训专题会议")
    other.state = "in_session"
    scene.seat.session.commit()
    with pytest.raises(Conflict, match="尚未结束"):
        draft(scene.seat, other.id, SENT)
    other.state = "held"
    scene.seat.session.commit()
    assert draft(scene.seat, other.id, SENT).state == "draft"


def test_2_2_the_text_is_compared_with_the_record_and_another_lead_or_due_is_flagged(scene: Scene) -> None:
    row = scene.drafted()
    key = next(key for key in text_of(row) if key.startswith(ITEM))
    assert not any(line.changed or line.against for line in queries.beside(scene.seat.session, row))
    moved = text_of(row)[key].replace("2026年8月1日", "2026年9月1日").replace(scene.table[3].name, scene.table[1].name)
    revise(scene.seat, row.id, title=row.title, passages=[Passage(key, moved)], on=SENT)
    (line,) = [line for line in queries.beside(scene.seat.session, row) if line.changed]
    assert (line.key, line.against) == (key, ("lead", "due"))
    assert ("gone", "8") in line.parts and ("new", "9") in line.parts
    with pytest.raises(Refused, match="1处与会议记录不一致") as refused:
        circulate(scene.seat, row.id, on=SENT)
    assert refused.value.field == "accept"
    assert circulate(scene.seat, row.id, accept=True, on=SENT).state == "circulated"


def test_2_2_other_words_for_the_same_thing_are_marked_and_not_flagged(scene: Scene) -> None:
    row = scene.drafted()
    key = next(key for key in text_of(row) if key.startswith(ITEM))
    words = f"会议决定，由{scene.table[3].name}牵头研究财税政策，8月1日前报办公室。"
    revise(scene.seat, row.id, title=row.title, passages=[Passage(key, words)], on=SENT)
    (line,) = [line for line in queries.beside(scene.seat.session, row) if line.changed]
    assert line.against == ()
    assert circulate(scene.seat, row.id, on=SENT).state == "circulated"


def test_2_2_an_item_that_the_record_gained_or_lost_since_is_flagged(scene: Scene) -> None:
    row = scene.drafted()
    gone = resolutions(scene.seat.session, scene.meeting.id)[0]
    strike_resolution(scene.seat, gone.id)
    add_resolution(scene.seat, scene.meeting.id, Agreed("建立信息平台", scene.table[1].id, date(2026, 9, 1)))
    flagged = rules.contradictions(queries.beside(scene.seat.session, row))
    assert [(line.text is None, line.record is None) for line in flagged] == [(False, True), (True, False)]
    new = Passage(flagged[1].key, flagged[1].record or "")
    revise(scene.seat, row.id, title=row.title, passages=[Passage(f"{ITEM}{gone.id}", ""), new], on=SENT)
    assert not rules.contradictions(queries.beside(scene.seat.session, row))
    keys = [one.key for one in row.text]
    assert keys.index(new.key) < keys.index("closing"), "it stands among the agreed items"


def test_a_text_changed_meanwhile_is_not_written_over_and_bad_input_is_refused_at_its_field(scene: Scene) -> None:
    row = scene.drafted()
    seen, lead = row.revision, [Passage("lead", "新导语。")]
    revise(scene.seat, row.id, title="纪要", passages=lead, seen=seen, on=SENT)
    with pytest.raises(Conflict, match="已被他人修改"):
        revise(scene.seat, row.id, title="纪要", passages=lead, seen=seen, on=SENT)
    for given, field in (
        ({"title": " ", "passages": lead}, "title"),
        ({"title": "纪要", "passages": [Passage("none", "x")]}, "passages"),
        ({"title": "纪要", "passages": [Passage("lead", "长" * 5001)]}, "passages.lead"),
    ):
        with pytest.raises(Refused) as refused:
            revise(scene.seat, row.id, on=SENT, **given)
        assert refused.value.field == field


def test_1_6_everybody_who_was_there_confirms_for_his_own_unit(scene: Scene) -> None:
    row = scene.circulated()
    came = [scene.table[number].id for number in (0, 1, 3)]
    assert scene.standing(row) == dict.fromkeys(came, "waiting")
    with pytest.raises(Forbidden, match="只能代表本单位"):
        confirm(scene.liaison(0), row.id, party=came[1], opinion="agree", sha256=row.sha256, on=SENT)
    with pytest.raises(Refused, match="不在到会人员之列"):
        confirm(scene.liaison(5), row.id, party=scene.table[5].id, opinion="agree", sha256=row.sha256, on=SENT)
    with pytest.raises(Forbidden):
        confirm(scene.office(), row.id, party=came[0], opinion="agree", sha256=row.sha256, on=SENT)
    confirm(scene.liaison(0), row.id, party=came[0], opinion="agree", sha256=row.sha256, on=SENT)
    assert scene.standing(row)[came[0]] == "agree"


def test_1_6_an_amendment_says_what_and_is_taken_up_or_answered_before_the_minutes_are_signed(scene: Scene) -> None:
    row, unit = scene.confirmed(), scene.table[1].id
    with pytest.raises(Refused, match="写明修改意见"):
        confirm(scene.liaison(1), row.id, party=unit, opinion="amend", sha256=row.sha256, on=SENT)
    confirm(scene.liaison(1), row.id, party=unit, opinion="amend", text="时限过紧", sha256=row.sha256, on=SENT)
    scene.seat.session.expire_all()
    with pytest.raises(Conflict, match="修改意见尚未处理"):
        sign(scene.seat, row.id, on=LATE)
    with pytest.raises(Refused, match="未采纳的理由"):
        answer(scene.seat, row.id, party=unit, text=" ", on=SENT)
    answer(scene.seat, row.id, party=unit, text="会议已议定", on=SENT)
    assert scene.standing(row)[unit] == "answered"
    assert sign(scene.seat, row.id, on=SENT).state == "signed"


def test_an_edit_after_circulation_asks_anew_whoever_confirmed_the_old_text(scene: Scene) -> None:
    row = scene.confirmed()
    old = row.sha256
    assert set(scene.standing(row).values()) == {"agree"}
    revise(scene.seat, row.id, title=row.title, passages=[Passage("closing", "会议要求抓好落实。")], on=LATE)
    assert row.sha256 != old and row.circulated_on == LATE
    assert set(scene.standing(row, LATE).values()) == {"waiting"}
    lines = queries.confirming(scene.seat.session, row, LATE)
    assert all(line.earlier and line.earlier.opinion == "agree" for line in lines), "what was said is not lost"
    with pytest.raises(Conflict, match="请看过新稿"):
        confirm(scene.liaison(0), row.id, party=scene.table[0].id, opinion="agree", sha256=old, on=LATE)
    with pytest.raises(Conflict, match="尚未核对"):
        sign(scene.seat, row.id, on=LATE)
    revise(scene.seat, row.id, title=row.title, passages=[Passage("closing", "")], on=LATE)
    assert set(scene.standing(row, LATE).values()) == {"agree"}, "the old text again: what was said of it holds"


def test_silence_ends_with_the_days_of_the_charter_and_is_no_consent(scene: Scene) -> None:
    row = scene.circulated()
    with pytest.raises(Conflict, match="尚未核对"):
        sign(scene.seat, row.id, on=LAST_DAY)
    assert set(scene.standing(row, LATE).values()) == {"silent"}
    assert sign(scene.seat, row.id, on=LATE).signed_on == LATE


def test_minutes_countersign_units_that_attended_agree_before_the_minutes_are_signed(scene: Scene) -> None:
    scene.decided(minutes_countersign=True)
    row = scene.confirmed()
    with pytest.raises(Conflict, match="须经到会单位会签"):
        sign(scene.seat, row.id, on=SENT)
    send(scene.seat, row.id, SENT)
    with pytest.raises(Refused, match="未到会"):
        countersign(scene.liaison(4), row.id, unit_id=scene.table[4].id, opinion="agree", sha256=row.sha256, on=SENT)
    for n in (0, 1, 3):
        with pytest.raises(Conflict, match="尚未会签同意"):
            sign(scene.seat, row.id, on=LATE)
        unit = scene.table[n].id
        countersign(scene.liaison(n), row.id, unit_id=unit, opinion="agree", sha256=row.sha256, on=SENT)
        scene.seat.session.expire_all()
    assert sign(scene.seat, row.id, on=SENT).state == "signed"


def test_minutes_countersign_deemed_silence_counts_only_where_the_charter_says_so(scene: Scene) -> None:
    scene.decided(minutes_countersign=True)
    row = scene.confirmed()
    send(scene.seat, row.id, SENT)
    with pytest.raises(Conflict, match="尚未会签同意"):
        sign(scene.seat, row.id, on=LATE)
    scene.decided(minutes_countersign_deemed=True)
    with pytest.raises(Conflict, match="尚未会签同意"):
        sign(scene.seat, row.id, on=LAST_DAY)
    assert {line.standing for line in queries.countersigning(scene.seat.session, row, LATE)} == {"deemed"}
    assert sign(scene.seat, row.id, on=LATE).state == "signed"


def test_minutes_countersign_where_the_charter_asks_for_none_none_is_sent(scene: Scene) -> None:
    row = scene.confirmed()
    with pytest.raises(Refused, match="不须会签"):
        send(scene.seat, row.id, SENT)
    scene.decided(minutes_countersign=True)
    assert send(scene.seat, row.id, SENT).state == "countersigning"
    edited = [Passage("closing", "会议要求抓好落实。")]
    revise(scene.seat, row.id, title=row.title, passages=edited, on=LATE)
    assert (row.state, row.countersign_on) == ("circulated", None), "another text is confirmed first"


def test_plenary_minutes_signer_and_special_minutes_signer_sign_and_nobody_else(scene: Scene) -> None:
    director, convener = a_seat(scene.engine, scene.tenant, "OD"), scene.convener()
    row = scene.confirmed()
    with pytest.raises(Forbidden, match="由召集人签发"):
        sign(director, row.id, on=SENT)
    with pytest.raises(Forbidden):
        sign(scene.office(), row.id, on=SENT)
    assert sign(convener, row.id, sha256=row.sha256, on=SENT).signed_by == convener.name
    special = a_meeting(scene.seat, scene.table, "special", title="培训专题会议")
    other = draft(scene.seat, special.id, SENT)
    circulate(scene.seat, other.id, on=SENT)
    with pytest.raises(Forbidden, match="由办公室主任签发"):
        sign(convener, other.id, on=LATE)
    assert sign(director, other.id, on=LATE).state == "signed"


def test_plenary_minutes_signer_the_deputy_convener_signs_where_the_charter_says_so_and_nowhere_else(
    scene: Scene,
) -> None:
    deputy, row = a_seat(scene.engine, scene.tenant, "VC"), scene.confirmed()
    with pytest.raises(Forbidden, match="由召集人签发"):
        sign(deputy, row.id, on=SENT)
    scene.decided(plenary_minutes_signer="deputy_convener")
    with pytest.raises(Forbidden, match="由副召集人签发"):
        sign(scene.convener(), row.id, on=SENT)
    deputy.session.expire_all()
    assert sign(deputy, row.id, on=SENT).signed_by == deputy.name


def test_r2_once_signed_agreed_items_are_locked_and_the_text_too(scene: Scene) -> None:
    item = Agreed("建立信息平台", scene.table[1].id, date(2026, 9, 1))
    row = scene.confirmed()
    found = add_resolution(scene.seat, scene.meeting.id, item)
    revise_resolution(scene.seat, found.id, item)
    sign(scene.seat, row.id, on=SENT)
    assert scene.meeting.minutes_signed_on == SENT
    for verb in (
        lambda: add_resolution(scene.seat, scene.meeting.id, item),
        lambda: revise_resolution(scene.seat, found.id, item),
        lambda: strike_resolution(scene.seat, found.id),
    ):
        with pytest.raises(Conflict, match="修改须用更正件"):
            verb()
    with pytest.raises(Conflict, match=r"已签发.*不能修改"):
        revise(scene.seat, row.id, title="另一个", passages=[], on=LATE)


def test_3_7_numbers_run_without_gaps_by_series_and_year_and_void_ones_stay(scene: Scene) -> None:
    first = scene.signed()
    number(scene.seat, first.id, LATE)
    assert first.number == "〔2026〕1号"
    with pytest.raises(Refused, match="作废的原因"):
        void_number(scene.seat, first.id, reason="", on=LATE)
    void_number(scene.seat, first.id, reason="版式有误", on=LATE)
    assert (first.state, first.number) == ("signed", None)
    number(scene.seat, first.id, LATE)
    assert first.number == "〔2026〕2号"
    special = a_meeting(scene.seat, scene.table, "special", title="培训专题会议")
    other = draft(scene.seat, special.id, SENT)
    circulate(scene.seat, other.id, on=SENT)
    sign(scene.seat, other.id, on=LATE)
    number(scene.seat, other.id, LATE)
    assert other.number == "第1期", "a series of its own"
    kept = [(one.series, one.serial, one.voided_on, one.reason) for one in queries.numbers(scene.seat.session)]
    assert kept == [("plenary", 1, LATE, "版式有误"), ("plenary", 2, None, ""), ("special", 1, None, "")]


def test_minutes_are_published_after_they_are_numbered(scene: Scene) -> None:
    row = scene.signed()
    with pytest.raises(Conflict, match="不能印发"):
        publish(scene.seat, row.id, LATE)
    number(scene.seat, row.id, LATE)
    assert publish(scene.seat, row.id, LATE).state == "published"


def test_minutes_workdays_the_deadline_is_shown_and_late_minutes_are_marked(scene: Scene) -> None:
    row = scene.circulated()
    found = queries.whole(scene.seat.session, row, SENT)
    assert found.by == date(2026, 3, 16), "seven working days after the 5th"
    assert not found.late(date(2026, 3, 16)) and found.late(date(2026, 3, 17))
    sign(scene.seat, row.id, on=LATE)
    assert not queries.whole(scene.seat.session, row, date(2026, 6, 1)).late(date(2026, 6, 1)), "it was in time"


def test_before_they_are_published_only_those_who_work_on_them_and_those_asked_read_them(scene: Scene) -> None:
    row = scene.drafted()
    there, away = scene.liaison(0), scene.liaison(5)
    assert queries.readable(scene.office(), row) and queries.readable(scene.convener(), row)
    assert not queries.readable(there, row)
    circulate(scene.seat, row.id, on=SENT)
    assert queries.readable(there, row) and not queries.readable(away, row)
    sign(scene.seat, row.id, on=LATE)
    number(scene.seat, row.id, LATE)
    publish(scene.seat, row.id, LATE)
    assert queries.readable(away, row) and DAY < LATE
