"""What a reform leaves open moves by confirmation, piece by piece; what is closed stays as it was. Source: dossier 2.3."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from service.accounts.models import SeatGrant
from service.charter import reform_commands
from service.charter.opening import furnish
from service.charter.queries import duties, units
from service.charter.text import UnitEntry
from service.kit.period import Period
from service.kit.web import today
from service.meetings.commands import Agreed, Held, record_meeting
from service.meetings.models import Resolution
from service.members.commands import register_liaison
from service.members.models import Appointment
from service.members.queries import roster
from service.members.rules import PersonText
from service.plans.commands import agree_plan, draft_plan
from service.reforms import commands
from service.reforms.queries import OpenWork, to_confirm
from service.submissions.commands import file_submission, lay_down_obligations
from service.submissions.models import Obligation
from service.tasks.commands import TaskText, add_task
from service.tasks.models import Task, TaskEvent
from service.tasks.progress import request_close_out, verify_close_out
from service.tasks.queries import cooperating
from tenants.audit import AuditEntry
from tenants.db import acting_for
from tenants.errors import Missing, Refused
from tests.charter.drafts import in_force
from tests.factories import a_seat, a_tenant, a_token, an_account, bearing, signed_in
from tests.work.office import console

FOUNDED, REFORM = date(2026, 1, 1), date(2026, 6, 15)
TAX = UnitEntry("TAX", "省税务局", "垂管部门")


class Scene:
    """A province before and after the reform: open and closed work of the units that go."""

    def __init__(self, engine):
        self.engine = engine
        self.tenant = a_tenant(engine, furnish=furnish)
        self.seat = console(engine, self.tenant)
        session = self.seat.session
        self.before = {unit.key: unit.id for unit in units(session, FOUNDED)}
        self.codes = {duty.code: duty.id for duty in duties(session, FOUNDED)}
        plan = draft_plan(self.seat, year=2026, title="2026年工作要点", on=FOUNDED)
        self.plan = agree_plan(self.seat, plan.id, basis="第1次全体会议", agreed_on=FOUNDED, on=FOUNDED).id
        self.closed = self.task("STAX", "TX1", "兑现2026年一季度优惠")
        request_close_out(self.seat, self.closed, statement="已兑现", on=date(2026, 3, 1))
        verify_close_out(self.seat, self.closed, on=date(2026, 3, 3))
        self.open = self.task("STAX", "TX1", "落实增值税减免", "LTAX", "COM")
        self.helped = self.task("COM", "SW5", "建设服务网络", "LTAX")
        lay_down_obligations(self.seat, Period(2026, "Q", 1), date(2026, 3, 31))
        agreed = [Agreed("税务部门公布办税指南", self.before["LTAX"], date(2026, 9, 1))]
        came = {self.before["STAX"]: "present", self.before["HRSS"]: "present"}
        held = Held("plenary", "第1次全体会议", date(2026, 2, 1), "厅长", "convener", came, agreed)
        self.meeting = record_meeting(self.seat, held, date(2026, 2, 1)).id
        post = next(
            h.place.key for h in roster(session, FOUNDED) if (h.place.role, h.place.unit) == ("liaison", "STAX")
        )
        words = PersonText("周立新", "处长", "处级", "10000001234")
        register_liaison(self.seat, post, words, from_date=FOUNDED, on=FOUNDED)
        session.commit()

    def task(self, lead, code, content, *helping):
        text = TaskText(content, self.codes[code], self.before[lead], date(2026, 1, 10), date(2026, 11, 30), "总结")
        text = TaskText(**{**vars(text), "cooperating": [self.before[key] for key in helping]})
        return add_task(self.seat, self.plan, text, on=FOUNDED).id

    def reform(self, *changes):
        in_force(self.engine, self.tenant, *(changes or (merge,)), since=REFORM)
        self.seat.session.expire_all()
        self.after = {unit.key: unit.id for unit in units(self.seat.session, today())}

    def office(self):
        return a_seat(self.engine, self.tenant, "OS")

    def found(self, seat=None):
        return {(item.kind, item.unit): item for item in to_confirm(seat or self.office(), today())}

    def row(self, model, row_id):
        with acting_for(self.engine, self.tenant.id) as session:
            return session.scalars(select(model).where(model.id == row_id)).one()


def merge(seat):
    reform_commands.merge_units(seat, ["STAX", "LTAX"], TAX, basis="改革方案")


@pytest.fixture
def scene(engine):
    scene = Scene(engine)
    yield scene
    scene.seat.session.close()


@pytest.fixture
def reformed(scene):
    scene.reform()
    return scene


def test_before_a_reform_there_is_nothing_to_hand_over(scene):
    assert scene.found() == {}


def test_everything_open_is_listed_with_the_unit_that_carries_on_and_nothing_has_moved(reformed):
    found = reformed.found()
    assert set(found) == {
        ("task", "省国税局"), ("helping", "省地税局"), ("submission", "省国税局"), ("submission", "省地税局"),
        ("resolution", "省地税局"), ("appointment", "省国税局"),
    }  # fmt: skip
    tax = reformed.after["TAX"]
    assert {item.proposed for item in found.values() if not item.ends} == {tax}
    assert reformed.row(Task, reformed.open).lead_unit_id == reformed.before["STAX"]
    assert reformed.found(a_seat(reformed.engine, reformed.tenant, "LI", unit=reformed.before["STAX"])) == {}


def test_one_thing_moves_when_it_is_confirmed_with_a_line_in_history_and_audit(reformed):
    item = reformed.found()["task", "省国税局"]
    commands.confirm(reformed.office(), "task", item.id, item.unit_id, None, on=today())
    assert reformed.row(Task, reformed.open).lead_unit_id == reformed.after["TAX"]
    with acting_for(reformed.engine, reformed.tenant.id) as session:
        event = session.scalars(select(TaskEvent).where(TaskEvent.verb == "hand_over")).one()
        assert event.text == "省国税局 → 省税务局" and event.state == "not_started"
        line = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert line is not None and line.action == "task.plan" and line.subject == f"task:{reformed.open}"
    with pytest.raises(Missing):
        commands.confirm(reformed.office(), "task", item.id, item.unit_id, None, on=today())


def test_another_unit_than_the_proposed_one_may_be_chosen_if_it_holds_the_duty(reformed):
    item = reformed.found()["task", "省国税局"]
    with pytest.raises(Refused, match="不是省商务厅承担的职责"):
        commands.confirm(reformed.office(), "task", item.id, item.unit_id, reformed.after["COM"], on=today())
    helping = next(i for i in to_confirm(reformed.office(), today()) if i.kind == "helping" and i.id == reformed.helped)
    commands.confirm(reformed.office(), "helping", helping.id, helping.unit_id, reformed.after["FIN"], on=today())
    with acting_for(reformed.engine, reformed.tenant.id) as session:
        assert cooperating(session, [reformed.helped])[reformed.helped] == [reformed.after["FIN"]]


def test_all_is_confirmed_at_once_and_each_has_its_own_line(reformed):
    with acting_for(reformed.engine, reformed.tenant.id) as session:
        lines = len(session.scalars(select(AuditEntry)).all())
    done = commands.confirm_all(reformed.office(), on=today())
    assert not done.refused and reformed.found() == {}
    tax = reformed.after["TAX"]
    with acting_for(reformed.engine, reformed.tenant.id) as session:
        assert len(session.scalars(select(AuditEntry)).all()) == lines + len(done.moved)
        assert set(cooperating(session, [reformed.open])[reformed.open]) == {reformed.after["COM"]}
        owed = session.scalars(select(Obligation).where(Obligation.unit_id == tax)).all()
        assert {row.state for row in owed} == {"owed"} and len({(row.kind, row.period) for row in owed}) == len(owed)
        doubled = session.scalars(select(Obligation).where(Obligation.unit_id == reformed.before["LTAX"])).all()
        assert {(row.state, row.reason) for row in doubled} == {("exempt", "机构改革：并入省税务局的同期报送")}
        assert session.scalars(select(Resolution)).one().lead_unit_id == tax
        assert session.scalars(select(Appointment)).one().to_date == date(2026, 6, 14)


def test_closed_work_keeps_its_unit(reformed):
    commands.confirm_all(reformed.office(), on=today())
    assert reformed.row(Task, reformed.closed).lead_unit_id == reformed.before["STAX"]


def test_what_was_filed_is_the_offices_to_receive_and_does_not_move(scene):
    with acting_for(scene.engine, scene.tenant.id) as session:
        row = session.scalars(select(Obligation).where(Obligation.unit_id == scene.before["STAX"])).first()
        assert row is not None
    file_submission(scene.seat, row.id, text="已落实", on=date(2026, 4, 8))
    scene.reform()
    assert row.id not in {item.id for item in to_confirm(scene.office(), today())}


def test_a_task_follows_its_duty_to_another_unit_though_its_lead_stays(scene):
    scene.reform(lambda seat: reform_commands.transfer_duty(seat, "SW5", "COM", "NDRC"))
    item = scene.found()["task", "省商务厅"]
    assert item.id == scene.helped and item.proposed == scene.after["NDRC"]
    commands.confirm(scene.office(), "task", item.id, item.unit_id, None, on=today())
    assert scene.row(Task, scene.helped).lead_unit_id == scene.after["NDRC"] and scene.found() == {}


def test_of_a_unit_that_split_each_task_is_proposed_to_who_holds_its_duty(scene):
    other = scene.task("AIC", "GS2", "注册服务商标")
    staying = scene.task("AIC", "GS1", "登记优惠")

    def split(seat):
        two = [UnitEntry("AMR", "省市场监管局", "政府部门"), UnitEntry("IP", "省知识产权局", "政府部门")]
        reform_commands.split_unit(seat, "AIC", two, {"GS1": ["AMR"], "GS2": ["IP"], "GS3": ["AMR"], "GS4": ["AMR"]})

    scene.reform(split)
    proposed = {item.id: item.proposed for item in to_confirm(scene.office(), today()) if item.kind == "task"}
    assert proposed == {other: scene.after["IP"], staying: scene.after["AMR"]}


def test_a_unit_that_left_without_a_successor_leaves_the_choice_to_the_office(scene):
    def leave(seat):
        reform_commands.abolish_unit(seat, "LTAX", {})

    scene.reform(leave)
    item = scene.found()["helping", "省地税局"]
    assert item.proposed is None
    with pytest.raises(Refused, match="请选择承接单位"):
        commands.confirm(scene.office(), "helping", item.id, item.unit_id, None, on=today())
    done = commands.confirm_all(scene.office(), on=today())
    assert not [moved for moved in done.moved if not moved.ends]
    commands.confirm(scene.office(), "helping", item.id, item.unit_id, scene.after["STAX"], on=today())


def test_seats_are_an_administrators_to_move(reformed):
    account = an_account(reformed.engine, reformed.tenant, "LI", unit=reformed.before["STAX"])
    administrator = a_seat(reformed.engine, reformed.tenant, "SA")
    assert "seat" not in {item.kind for item in to_confirm(reformed.office(), today())}
    (item,) = to_confirm(administrator, today())
    assert item.kind == "seat" and item.proposed == reformed.after["TAX"]
    commands.confirm(administrator, "seat", item.id, item.unit_id, None, on=today())
    with acting_for(reformed.engine, reformed.tenant.id) as session:
        held = session.scalars(select(SeatGrant).where(SeatGrant.account_id == account.id)).all()
        assert {row.unit_id for row in held if row.held_on(today())} == {reformed.after["TAX"]}


def test_an_administrator_has_a_page_of_seats_and_sees_no_work(app, reformed):
    an_account(reformed.engine, reformed.tenant, "LI", unit=reformed.before["STAX"])
    client = signed_in(app, reformed.engine, reformed.tenant, "SA")
    root = f"/t/{reformed.tenant.slug}/units"
    assert client.get(f"{root}/handovers/").status_code == client.post(f"{root}/handovers/all").status_code == 403
    assert "账号席位" in client.get(f"{root}/seats/").text
    assert "没有待移交的事项" in client.post(f"{root}/seats/all", follow_redirects=True).text
    office = signed_in(app, reformed.engine, reformed.tenant, "OS")
    assert office.get(f"{root}/seats/").status_code == 403


# --- pages and API ---


@pytest.fixture
def browser(app, reformed):
    return signed_in(app, reformed.engine, reformed.tenant, "OS"), f"/t/{reformed.tenant.slug}/units"


def test_the_page_lists_proposals_and_confirms_one_or_all(reformed, browser):
    client, root = browser
    text = client.get(f"{root}/handovers/").text
    assert "落实增值税减免" in text and "省国税局" in text and "建设服务网络" in text
    item = reformed.found()["task", "省国税局"]
    address = f"{root}/handovers/task/{item.id}/from/{item.unit_id}"
    answer = client.post(address, data={"unit_id": str(reformed.after["COM"])})
    assert answer.status_code == 422 and "不是省商务厅承担的职责" in answer.text
    answer = client.post(address, data={"unit_id": str(item.proposed)}, follow_redirects=True)
    assert "已移交：2026年第2项 落实增值税减免" in answer.text
    answer = client.post(f"{root}/handovers/all", follow_redirects=True)
    assert "没有待移交的事项" in answer.text and "已按建议移交" in answer.text
    task = client.get(f"/t/{reformed.tenant.slug}/tasks/{reformed.closed}").text
    assert "省国税局" in task and "省税务局" not in task


def test_the_list_is_narrowed_and_taken_away_as_a_file(browser):
    client, root = browser
    assert "落实增值税减免" not in client.get(f"{root}/handovers/?kind=helping&q=网络").text
    lines = client.get(f"{root}/handovers/?format=csv&sort=-unit").data.decode("utf-8-sig").splitlines()
    assert lines[0] == "类别,事项,原单位,建议承接单位" and "省税务局" in lines[1]
    assert client.get(f"{root}/handovers/?format=xlsx").status_code == 200


def test_past_work_is_found_by_the_unit_of_then(reformed, browser):
    client, _root = browser
    gone = reformed.before["STAX"]
    text = client.get(f"/t/{reformed.tenant.slug}/tasks/?unit={gone}").text
    assert "兑现2026年一季度优惠" in text and "建设服务网络" not in text
    assert f'<option value="{gone}" selected>省国税局' in text
    text = client.get(f"/t/{reformed.tenant.slug}/submissions/?unit=STAX").text
    assert '<option value="STAX" selected>省国税局' in text


def test_a_liaison_of_the_unit_that_is_gone_reads_on_and_confirms_nothing(app, reformed, browser):
    client, root = browser
    liaison = signed_in(app, reformed.engine, reformed.tenant, "LI", unit=reformed.before["STAX"])
    assert liaison.get(f"/t/{reformed.tenant.slug}/tasks/{reformed.closed}").status_code == 200
    assert liaison.get(f"{root}/handovers/").status_code == 403
    assert liaison.post(f"{root}/handovers/all").status_code == 403
    assert client.get(f"{root}/handovers/").status_code == 200


def test_the_home_page_says_what_waits_to_be_handed_over(reformed, browser):
    client, _root = browser
    assert "机构调整待移交" in client.get(f"/t/{reformed.tenant.slug}/").text


def test_programs_list_and_confirm(app, reformed):
    client, token = app.test_client(), a_token(reformed.engine, reformed.tenant, "OS")
    root = f"/api/v1/t/{reformed.tenant.slug}"
    listed = client.get(f"{root}/handovers?kind=task", headers=bearing(token)).json
    (item,) = listed["items"]
    assert item["unit"] == "省国税局" and item["proposed"] == str(reformed.after["TAX"])
    address = f"{root}/handovers/task/{item['id']}/from/{item['unit_id']}/confirmation"
    answer = client.post(address, json={"unit_id": str(reformed.after["COM"])}, headers=bearing(token))
    assert answer.status_code == 422
    assert client.post(address, json={}, headers=bearing(token)).status_code == 201
    assert client.post(address, json={}, headers=bearing(token)).status_code == 404
    done = client.post(f"{root}/handovers/confirmation", headers=bearing(token))
    assert done.status_code == 201 and done.json["refused"] == [] and len(done.json["moved"]) > 3
    stranger = a_token(reformed.engine, reformed.tenant, "LI")
    for path in (address, f"{root}/handovers/confirmation"):
        assert client.post(path, json={}, headers=bearing(stranger)).status_code == 403
    assert client.get(f"{root}/handovers", headers=bearing(stranger)).status_code == 403


def test_what_was_moved_stays_moved_though_another_was_refused_in_the_same_request(app, reformed, monkeypatch):
    """Under an Idempotency-Key all is committed at the end: a refusal takes back its own step, and none before it."""
    root = f"/api/v1/t/{reformed.tenant.slug}/handovers"
    headers = bearing(a_token(reformed.engine, reformed.tenant, "OS"), Idempotency_Key="all at once")
    move = commands.MOVES["submission"]
    monkeypatch.setitem(commands.MOVES, "submission", lambda seat, item, _unit, on: move(seat, item, uuid4(), on))
    done = app.test_client().post(f"{root}/confirmation", headers=headers)
    assert done.status_code == 201
    refused = {item["id"] for item in done.json["refused"]}
    assert done.json["moved"] and {item["kind"] for item in done.json["refused"]} == {"submission"}
    left = {str(item.id) for item in to_confirm(reformed.office(), today()) if item.ready}
    assert left == refused
    again = app.test_client().post(f"{root}/confirmation", headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true" and again.json == done.json


def test_each_units_work_is_seen_as_then_and_as_now(app, reformed, browser):
    client, root = browser
    commands.confirm_all(reformed.office(), on=today())
    then = client.get(f"{root}/work?year=2026").text
    assert "省国税局" in then and "省税务局" in then and "按现单位合计" in then
    now = client.get(f"{root}/work?year=2026&view=now").text
    assert "省国税局" not in now and "省税务局" in now
    token = a_token(reformed.engine, reformed.tenant, "OS")
    address = f"/api/v1/t/{reformed.tenant.slug}/units/work?year=2026&view="
    sides = [app.test_client().get(address + view, headers=bearing(token)).json["items"] for view in ("then", "now")]
    by_unit = [{row["unit"]: row for row in side} for side in sides]
    assert by_unit[1]["省税务局"]["led"] == by_unit[0]["省国税局"]["led"] + by_unit[0]["省税务局"]["led"] == 2
    for field in ("led", "closed", "owed", "on_time", "came"):
        assert sum(row[field] for row in sides[0]) == sum(row[field] for row in sides[1])
    lines = client.get(f"{root}/work?year=2026&view=now&format=csv&sort=-led").data.decode("utf-8-sig").splitlines()
    assert lines[0] == "单位,牵头任务,已销号,应报事项,按时报送,到会次数" and "省税务局,2,1" in "\n".join(lines)


def test_without_a_reform_there_is_one_view_and_no_switch(app, scene):
    client = signed_in(app, scene.engine, scene.tenant, "LI")
    text = client.get(f"/t/{scene.tenant.slug}/units/work").text
    assert "省国税局" in text and "按现单位合计" not in text


def test_open_work_asks_little_where_there_was_no_reform(scene):
    assert OpenWork(scene.seat.session, today()).items() == []
