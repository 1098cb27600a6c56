from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from service.charter import amending, commands, queries
from service.charter.models import Charter, Duty, Unit
from service.charter.opening import furnish
from service.charter.projection import take_effect
from service.charter.rules import Holding, Post
from service.charter.text import DutyEntry, UnitEntry
from service.rooms import handlers
from tenants import ledger
from tenants.audit import AuditEntry, verify
from tenants.db import acting_for
from tenants.errors import Forbidden, Missing, Refused
from tests.charter.drafts import approve, in_force
from tests.factories import a_seat, a_tenant

OPENED, ON, LATER = date(2026, 1, 1), date(2026, 5, 6), date(2026, 9, 1)
EDU = UnitEntry("EDU", "省教育厅", "政府部门")


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def seat(engine, tenant):
    return a_seat(engine, tenant, "OS", "CV")


@pytest.fixture
def draft(seat):
    return commands.begin_draft(seat, on=ON)


def units(seat, on=ON):
    return {unit.key: unit for unit in queries.units(seat.session, on)}


def keys(seat, on=ON):
    return [unit.key for unit in queries.units(seat.session, on)]


def by_code(seat):
    return {duty.code: duty for duty in seat.session.scalars(select(Duty))}


def last_line(seat):
    return seat.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()


def test_a_draft_changes_nothing_until_it_is_approved(seat, draft):
    """Source: dossier 1.1 P1."""
    commands.set_lead_units(seat, ["COM"], office_host="COM")
    assert draft.text.leads == ("COM",)
    assert [unit.key for unit in queries.lead_units(seat.session, ON)] == ["HRSS"]
    assert queries.in_force(seat.session, ON).leads == ["HRSS"]
    approve(seat, since=ON)
    assert [unit.key for unit in queries.lead_units(seat.session, ON)] == ["COM"]
    assert verify(seat.session).sound


def test_each_change_is_on_record_where_it_changed_something(seat, draft):
    cautions = commands.set_lead_units(seat, ["COM"], office_host="HRSS")
    assert "办公室" in cautions[0].message
    changes = last_line(seat).detail["after"]
    assert changes == [{"kind": "leads", "key": "leads", "template": ["HRSS"], "own": ["COM"]}]


def test_two_departments_may_lead_and_the_office_move_with_them(seat, draft):
    cautions = commands.set_lead_units(seat, ["COM", "NDRC"], office_host="NDRC")
    assert draft.text.leads == ("NDRC", "COM")  # in the charter's order
    assert ["主任" in caution.message for caution in cautions] == [True]  # the director still comes from HRSS


def test_a_charter_without_a_lead_is_refused_and_nothing_is_written(engine, tenant, seat, draft):
    before = seat.session.scalar(select(func.count()).select_from(AuditEntry))
    with pytest.raises(Refused, match="须有一个或两个牵头部门"):
        commands.set_lead_units(seat, [], office_host="HRSS")
    with acting_for(engine, tenant.id) as fresh:
        assert [row.leads for row in (queries.open_draft(fresh),) if row] == [["HRSS"]]
        assert fresh.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_one_draft_at_a_time(seat, draft):
    with pytest.raises(Refused, match="已有一份"):
        commands.begin_draft(seat, on=ON)
    commands.discard_draft(seat)
    assert queries.open_draft(seat.session) is None
    assert commands.begin_draft(seat, on=ON).version == "2026年第1次修订"


def test_a_draft_before_the_convener_is_not_changed_until_it_comes_back(seat, draft):
    with pytest.raises(Refused, match="依据"):
        commands.submit_draft(seat, " ")
    commands.submit_draft(seat, "第一次全体会议议定")
    with pytest.raises(Refused, match="已送召集人审批"):
        commands.name_conference(seat, "省家政专班")
    with pytest.raises(Refused, match="已送召集人审批"):
        commands.discard_draft(seat)
    with pytest.raises(Refused, match="退回的理由"):
        commands.return_draft(seat, "")
    assert commands.return_draft(seat, "请核对牵头部门").remark == "请核对牵头部门"
    commands.name_conference(seat, "省家政专班")
    commands.submit_draft(seat, "第一次全体会议议定")
    commands.recall_draft(seat)
    with pytest.raises(Refused, match="尚未送审"):
        commands.approve_draft(seat, effective_from=ON, on=ON)


def test_only_the_convener_approves_and_only_the_office_writes(engine, tenant, seat, draft):
    """Source: dossier 1.6 批准/废止制度文本."""
    for role in ("LI", "MR", "GV", "SA"):
        with pytest.raises(Forbidden):
            commands.name_conference(a_seat(engine, tenant, role), "省家政专班")
    office = a_seat(engine, tenant, "OS")
    commands.name_conference(office, "省家政专班")
    commands.submit_draft(office, "第一次全体会议议定")
    for role in ("OS", "OD", "MR", "SA"):
        with pytest.raises(Forbidden):
            commands.approve_draft(a_seat(engine, tenant, role), effective_from=ON, on=ON)
    assert commands.approve_draft(a_seat(engine, tenant, "CV"), effective_from=ON, on=ON).state == "in_force"


def test_an_approved_version_takes_effect_on_its_day_and_not_before(engine, tenant, seat, draft):
    """The ledger waits for the day; the rows change with it. Source: dossier 1.1 P1."""
    commands.set_rules(seat, {"plenary_max": 4})
    commands.add_unit(seat, EDU)
    settled = approve(seat, since=LATER, on=ON)
    assert settled.state == "approved"
    assert queries.plenary_bounds(seat.session, ON) == (1, 2)
    assert queries.plenary_bounds(seat.session, LATER) == (1, 4)
    assert keys(seat, LATER)[-1] == "WOMEN"
    job = seat.session.scalars(select(ledger.Job).where(ledger.Job.kind == "charter.take_effect")).one()
    assert job.due_at == datetime(2026, 8, 31, 16, tzinfo=UTC)  # midnight in Beijing
    seat.session.rollback()
    with acting_for(engine, tenant.id) as session, session.begin():  # the day comes
        session.execute(update(ledger.Job).values(due_at=datetime(2026, 1, 1, tzinfo=UTC)))
        session.execute(update(ledger.Bell).values(due_at=datetime(2026, 1, 1, tzinfo=UTC)))
    list(ledger.drain(engine, handlers()))
    seat.session.expire_all()
    assert settled.state == "in_force"
    assert keys(seat, LATER)[-1] == "EDU"
    assert "EDU" not in keys(seat, ON)
    assert [row.state for row in queries.settled(seat.session)] == ["in_force", "superseded"]


def test_taking_effect_twice_changes_nothing(seat, draft):
    commands.add_unit(seat, EDU)
    charter = approve(seat, since=ON)
    before = {unit.key: unit.revision for unit in seat.session.scalars(select(Unit))}
    take_effect(seat.session, charter)
    assert {unit.key: unit.revision for unit in seat.session.scalars(select(Unit))} == before


@given(gaps=st.lists(st.integers(1, 90), min_size=1, max_size=4))
def test_on_any_day_exactly_one_charter_is_in_force(engine, gaps):
    """Whatever versions are approved, each day has the one that took effect last. Source: dossier 1.1 P1."""
    tenant, day, since = a_tenant(engine, furnish=furnish), OPENED, [OPENED]
    for gap in gaps:
        day = date.fromordinal(day.toordinal() + gap)
        in_force(engine, tenant, since=day)
        since.append(day)
    with acting_for(engine, tenant.id) as session:
        for number in range(OPENED.toordinal(), day.toordinal() + 5):
            asked = date.fromordinal(number)
            assert queries.in_force(session, asked).effective_from == max(first for first in since if first <= asked)
        assert session.scalar(select(func.count()).where(Charter.state == "in_force")) == 1


@pytest.mark.parametrize("since", [OPENED, date(2025, 6, 1)])
def test_two_charters_in_force_on_one_day_are_refused(seat, draft, since):
    commands.submit_draft(seat, "第一次全体会议议定")
    with pytest.raises(Refused, match="同一日只能有一个制度文本有效") as caught:
        commands.approve_draft(seat, effective_from=since, on=ON)
    assert caught.value.field == "effective_from"


def test_a_day_before_any_charter_is_refused_with_a_sentence(seat):
    with pytest.raises(Refused, match="没有施行中的联席会议制度"):
        queries.in_force(seat.session, date(2025, 12, 31))


def test_the_province_has_no_way_to_a_citys_charter(engine, tenant, seat):
    """Source: dossier 1.5 L1: 上级不能修改下级制度."""
    city = a_tenant(engine, "city", tenant, furnish=furnish)
    theirs = a_seat(engine, city, "OS")
    commands.begin_draft(theirs, on=ON)
    with pytest.raises(Missing):
        commands.name_conference(seat, "省里定的")
    with acting_for(engine, tenant.id) as session:
        assert queries.open_draft(session) is None
        assert queries.settled(session)[0].conference_name == "省发展家庭服务业联席会议"


def test_a_unit_joins_last_and_takes_its_name_once(seat, draft):
    commands.add_unit(seat, EDU)
    assert draft.text.units[-1].key == "EDU"
    for words in (
        UnitEntry("", "省教育厅", "政府部门"),
        UnitEntry("", " ", "政府部门"),
        UnitEntry("", "省公安厅", "公司"),
    ):
        with pytest.raises(Refused):
            commands.add_unit(seat, words)
    with pytest.raises(Refused, match="代码"):
        commands.add_unit(seat, UnitEntry("EDU", "省公安厅", "政府部门"))
    approve(seat, since=ON)
    assert units(seat)["EDU"].joined_on == ON
    assert "EDU" not in keys(seat, date(2026, 5, 5))  # not yet the day before


def test_a_renamed_unit_keeps_its_row_and_its_duties(seat, draft):
    before = units(seat)["AIC"].id
    commands.edit_unit(seat, "AIC", name="省市场监督管理局", category="政府部门")
    approve(seat, since=ON)
    assert units(seat)["AIC"].id == before
    assert units(seat)["AIC"].name == "省市场监督管理局"
    assert len(queries.duties_of(seat.session, before, ON)) == 4
    assert (
        amending.unit_in(queries.in_force(seat.session, OPENED).text, "AIC").name == "省工商局"
    )  # as it was called then


def test_the_order_of_units_is_set_whole_or_refused(seat, draft):
    order = [unit.key for unit in draft.text.units]
    commands.reorder_units(seat, order[::-1])
    for wrong in (order[:1], [*order[:-1], "EDU"], order * 2):
        with pytest.raises(Refused, match="全部现任成员单位"):
            commands.reorder_units(seat, wrong)
    approve(seat, since=ON)
    assert keys(seat) == order[::-1]


def test_a_unit_does_not_leave_while_it_leads_fills_a_post_or_holds_duties_alone(seat, draft):
    with pytest.raises(Refused, match="是牵头部门"):
        commands.remove_unit(seat, "HRSS")
    with pytest.raises(Refused, match="GH1、GH2、GH3、GH4"):
        commands.remove_unit(seat, "UNION")
    commands.set_lead_units(seat, ["COM"], office_host="COM")
    with pytest.raises(Refused, match="厅长、副厅长由省人力资源社会保障厅的职务担任"):
        commands.remove_unit(seat, "HRSS")


def test_m1_a_unit_that_left_stays_readable_before_the_day_it_left(seat, draft):
    """Source: dossier 1.2 M1: 历史会议的应到单位按会议当日名单."""
    both = {key: units(seat)[key].id for key in ("STAX", "LTAX")}
    commands.remove_unit(seat, "LTAX")
    with pytest.raises(Refused, match="TX1、TX2"):  # the one that remains is alone now
        commands.remove_unit(seat, "STAX")
    approve(seat, since=ON, reason="国税地税征管体制改革方案")
    assert "LTAX" not in keys(seat)
    assert "LTAX" in keys(seat, date(2026, 5, 5))
    (gone,) = queries.former_units(seat.session, ON)
    assert (gone.name, gone.left_basis) == ("省地税局", "国税地税征管体制改革方案")
    (held,) = queries.division(seat.session, ON)[by_code(seat)["TX1"].id]
    assert (held.unit_id, held.joint) == (both["STAX"], False)


def test_a_unit_that_comes_back_is_a_member_anew(seat, draft):
    commands.remove_unit(seat, "LTAX")
    approve(seat, since=ON)
    commands.begin_draft(seat, on=LATER)
    commands.add_unit(seat, UnitEntry("LTAX", "省地税局", "政府部门"))
    approve(seat, since=LATER)
    rows = seat.session.scalars(select(Unit).where(Unit.key == "LTAX").order_by(Unit.joined_on)).all()
    assert [(row.joined_on, row.left_on) for row in rows] == [(OPENED, ON), (LATER, None)]


def test_a_duty_is_added_with_its_holders(seat, draft):
    held = (Holding("COM", "lead"), Holding("AIC", "assist"))
    commands.add_duty(seat, DutyEntry("X1", "建立家政服务信用平台", "info_platform", holders=held))
    alone = (Holding("COM", "lead"),)
    for bad in (
        DutyEntry("X1", "又一项", "other", holders=alone),
        DutyEntry("", "又一项", "other", holders=alone),
        DutyEntry("X/2", "又一项", "other", holders=alone),
        DutyEntry("X2", "", "other", holders=alone),
        DutyEntry("X2", "一项", "sports", holders=alone),
        DutyEntry("X2", "一项", "other"),
    ):
        with pytest.raises(Refused):
            commands.add_duty(seat, bad)
    approve(seat, since=ON)
    duty = by_code(seat)["X1"]
    assert queries.holds(seat.session, units(seat)["AIC"].id, duty.id)
    assert not queries.holds(seat.session, units(seat)["FIN"].id, duty.id)
    assert queries.duties(seat.session, ON)[-1].id == duty.id


def test_a_duty_and_its_holders_change_together_or_not_at_all(seat, draft):
    with pytest.raises(Refused, match="须有承担单位"):
        commands.edit_duty(seat, "RS3", DutyEntry("RS3", "职业技能培训", "training"))
    with pytest.raises(Refused, match="须有承担单位"):
        commands.assign_holders(seat, "RS3", [])
    assert draft.text.duty("RS3").text == "职业培训"
    before = by_code(seat)["RS3"].id
    commands.assign_holders(seat, "RS3", [Holding("HRSS", "lead"), Holding("COM", "cooperate")])
    approve(seat, since=ON)
    assert [row.grade for row in queries.division(seat.session, ON)[before]] == ["lead", "cooperate"]


def test_an_ended_duty_is_nobodys_but_stays_readable(seat, draft):
    fin, duty = units(seat)["FIN"].id, by_code(seat)["CZ2"].id
    commands.remove_duty(seat, "CZ2")
    with pytest.raises(Missing):
        commands.remove_duty(seat, "CZ2")
    approve(seat, since=ON)
    assert "CZ2" not in [d.code for d in queries.duties_of(seat.session, fin, ON)]
    assert "CZ2" in [d.code for d in queries.duties_of(seat.session, fin, date(2026, 5, 5))]
    assert not queries.holds(seat.session, fin, duty)
    assert queries.duty(seat.session, duty).text == "配合落实支持保障措施"


def test_the_working_rules_bite_only_at_home(engine, tenant, seat, draft):
    """Source: dossier 1.5 L1: 四租户规则互不影响."""
    other = a_tenant(engine, "city", tenant, furnish=furnish)
    with pytest.raises(Refused, match="不得大于"):
        commands.set_rules(seat, {"plenary_min": 5, "notice_workdays": 3})
    assert draft.rules["notice_workdays"] == 5
    commands.set_rules(seat, {"plenary_min": 10, "plenary_max": 12, "liaison_rank": "科级"})
    liaison = next(post for post in draft.text.posts if post.role == "liaison")
    assert (liaison.rank, liaison.name) == ("科级", "科级干部")
    approve(seat, since=ON)
    assert queries.plenary_bounds(seat.session, ON) == (10, 12)
    with acting_for(engine, other.id) as session:
        assert queries.plenary_bounds(session, ON) == (1, 2)


def test_the_number_of_conveners_follows_from_the_posts(seat, draft):
    posts = [
        Post("convener", "副秘书长", organ="省政府"),
        Post("convener", "厅长", unit="HRSS"),
        Post("office_director", "处长", unit="COM"),
    ]
    cautions = commands.set_posts(seat, posts)
    assert draft.rules["convener_count"] == 2
    assert "主任不属于" in cautions[0].message
    assert [post.role for post in draft.text.posts] == [*(post.role for post in posts), "member_rep", "liaison"]
    with pytest.raises(Refused, match="召集人数"):
        commands.set_rules(seat, {"convener_count": 1})


def test_the_conference_takes_its_own_name(seat, draft):
    commands.name_conference(seat, " 省家政服务业高质量发展联席会议 ")
    assert draft.title == "省家政服务业高质量发展联席会议制度"
    with pytest.raises(Refused, match="名称"):
        commands.name_conference(seat, "  ")


def test_two_who_change_the_draft_at_once_are_judged_one_after_the_other(engine, tenant, seat, draft):
    """The second change waits for the first, and is judged by what the first left."""
    other = a_seat(engine, tenant, "OS")
    queries.open_draft(seat.session, hold=True)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(commands.remove_unit, other, "LTAX")
        assert wait([second], timeout=0.5).not_done
        commands.remove_unit(seat, "STAX")
        with pytest.raises(Refused, match="TX1、TX2"):
            second.result(timeout=10)
