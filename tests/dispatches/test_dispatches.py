"""Down to the places below and back: written, sent, routed by one's own duties, told of, judged. Source: issue 5."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from service.charter.opening import furnish
from service.charter.queries import duties, units
from service.dispatches import commands, queries, receiving
from service.dispatches.commands import DispatchText
from service.dispatches.rules import DRAFT, RECEIVED, PlaceFacts, TaskState, counts, late, ranked, standing, told_state
from service.files.keeping import Upload
from service.kit.paging import Asked
from service.notices.models import Notice
from service.rooms import handlers
from service.tasks.commands import TaskText, withdraw
from service.tasks.progress import report_progress, request_close_out, verify_close_out
from tenants import ledger
from tenants.answers import answers_of
from tenants.dispatch import ReceivedDispatch
from tenants.errors import Conflict, Forbidden, Missing, Refused
from tests.factories import a_seat, a_small_province, a_tenant, a_token, bearing, signed_in
from tests.work.office import a_plan, console

ON = date.today()
DUE = date(ON.year, 12, 31)
PDF = Upload("表.txt", "一、二".encode())


@pytest.fixture
def tree(engine):
    return a_small_province(engine, furnish)


def settle(engine):
    list(ledger.drain(engine, handlers()))


def sent(engine, sender, *places, kind="task", **changes):
    """The sender's director sends it to these places, and it arrives."""
    boss = a_seat(engine, sender, "OD")
    text = {
        "kind": kind,
        "title": "摸清家政企业底数",
        "text": "逐企业核实从业人员",
        "due": DUE,
        "policy_field": "training",
    }
    text |= {"questions": "企业数\n从业人数"} if kind == "data_request" else {}
    draft = commands.write_draft(boss, DispatchText(**text | changes, places=[place.id for place in places]), on=ON)
    row = commands.send_draft(boss, draft.id, on=ON)
    settle(engine)
    return boss, row


def came(engine, tenant, role="OD"):
    """Somebody of the receiver's office with what came to it last."""
    boss = a_seat(engine, tenant, role)
    rows = boss.session.scalars(select(ReceivedDispatch).order_by(ReceivedDispatch.received_at.desc())).all()
    return boss, rows[0]


def routed(engine, tenant, plan=True):
    """The receiver routes it the proposed way, in its plan of the year."""
    if plan:
        a_plan(console(engine, tenant), DUE.year)
    boss, row = came(engine, tenant, "OS")
    way = queries.routes(boss.session, queries.one(boss.session, ReceivedDispatch, row.id), ON)[0]
    text = TaskText(row.title, way.duty.id, None, ON, DUE)
    return boss, row, receiving.route(boss, row.id, text, on=ON)


def finished(engine, tenant, task):
    boss = console(engine, tenant)
    report_progress(boss, task.id, percent=100, text="已办", on=ON)
    request_close_out(boss, task.id, statement="办结", on=ON)
    verify_close_out(boss, task.id, on=ON)


def place(engine, tenant, row):
    """How the sender's first place stands."""
    seat = a_seat(engine, tenant, "OS")
    return queries.sent_one(seat.session, row.id, ON).places[0]


def test_a_task_goes_down_is_routed_by_ones_own_duties_and_only_what_is_told_comes_back(engine, tree):
    province, city, _county = tree
    _boss, row = sent(engine, province, city)
    assert place(engine, province, row).standing == "received"
    boss, arrived, task = routed(engine, city)
    settle(engine)
    assert (place(engine, province, row).standing, task.duty_id) == (
        "accepted",
        queries.tasks_of(boss.session, arrived.id)[0].duty_id,
    )
    report_progress(console(engine, city), task.id, percent=40, text="本级内部的话", on=ON)
    settle(engine)
    seen = place(engine, province, row)
    assert (seen.standing, seen.place.percent, seen.place.words) == ("accepted", None, "已接受并交办"), (
        "nothing tells itself"
    )
    boss.session.expire_all()
    receiving.report(boss, arrived.id, words="已部署到街道", files=[PDF], on=ON)
    settle(engine)
    seen = place(engine, province, row)
    assert (seen.standing, seen.place.percent, seen.place.words) == ("begun", 40, "已部署到街道")
    finished(engine, city, task)
    boss.session.expire_all()
    receiving.report(boss, arrived.id, words="全部完成", on=ON)
    settle(engine)
    seen = place(engine, province, row)
    assert (seen.standing, seen.place.finished_on, seen.awaits) == ("finished", ON, True)


def test_a_city_passes_it_on_and_its_counties_count_in_what_it_tells(engine, tree):
    province, city, county = tree
    _boss, row = sent(engine, province, city)
    _city_boss, arrived, task = routed(engine, city)
    _boss, passed = sent(engine, city, county, passes_on_id=arrived.id)
    boss, below, its_task = routed(engine, county)
    report_progress(console(engine, county), its_task.id, percent=50, text="已办", on=ON)
    boss.session.expire_all()
    receiving.report(boss, below.id, words="县里过半", on=ON)
    finished(engine, city, task)
    settle(engine)
    office = a_seat(engine, city, "OS")
    receiving.report(office, arrived.id, words="市里已办，县里在办", on=ON)
    settle(engine)
    seen = place(engine, province, row)
    assert (seen.standing, seen.place.percent) == ("begun", 99), "a city is not finished before its counties"
    [answer] = [one for one in queries_answers(engine, province, row, city) if one.content]
    assert (answer.content["counts"]["begun"], answer.content["counts"]["places"]) == (1, 1)
    assert place(engine, city, passed).place.words == "县里过半"
    assert queries.sent_one(office.session, passed.id, ON).came is not None


def queries_answers(engine, tenant, row, receiver):
    return answers_of(a_seat(engine, tenant, "OS").session, row.id, receiver.id)


def test_who_cannot_take_it_on_says_why_and_the_sender_is_told(engine, tree):
    province, city, _county = tree
    boss_above, row = sent(engine, province, city)
    boss, arrived = came(engine, city)
    with pytest.raises(Refused, match="不能承办的理由"):
        receiving.decline(boss, arrived.id, reason=" ", on=ON)
    receiving.decline(boss, arrived.id, reason="本市没有家政企业", on=ON)
    settle(engine)
    seen = place(engine, province, row)
    assert (seen.standing, seen.place.words) == ("declined", "本市没有家政企业")
    told = boss_above.session.scalars(select(Notice).where(Notice.kind == "dispatch_declined")).all()
    assert boss_above.account_id in {one.account_id for one in told}
    assert receiving.accept(boss, arrived.id, on=ON).state == "accepted", "it may think again"


def test_the_receivers_office_is_told_once_of_each_arrival(engine, tree):
    province, city, _county = tree
    boss = a_seat(engine, city, "OD")
    above, row = sent(engine, province, city)
    commands.amend(above, row.id, title=row.title, text="改", due=DUE, why="口径", on=ON)
    settle(engine)
    commands.recall(above, row.id, why="误发")
    settle(engine)
    kinds = boss.session.scalars(
        select(Notice.kind).where(Notice.account_id == boss.account_id).order_by(Notice.id)
    ).all()
    assert kinds == ["dispatch_arrived", "dispatch_amended", "dispatch_recalled"]
    _boss, arrived = came(engine, city)
    with pytest.raises(Conflict, match="撤回或办结"):
        receiving.accept(boss, arrived.id, on=ON)


def test_an_amendment_is_seen_as_unread_until_somebody_takes_note(engine, tree):
    province, city, _county = tree
    above, row = sent(engine, province, city)
    boss, arrived = came(engine, city)
    receiving.accept(boss, arrived.id, on=ON)
    commands.amend(above, row.id, title="改名", text="改", due=DUE - timedelta(days=1), why="口径", on=ON)
    settle(engine)
    assert place(engine, province, row).unread
    waiting = queries.inbox(boss.session, Asked(filters={"waiting": "changed"}))
    assert waiting.total == 1
    receiving.acknowledge(boss, arrived.id, on=ON)
    settle(engine)
    seen = place(engine, province, row)
    assert not seen.unread and seen.standing == "accepted"
    boss.session.expire_all()
    with pytest.raises(Conflict, match="已经阅知"):
        receiving.acknowledge(boss, arrived.id, on=ON)


def test_what_is_returned_is_done_again_and_only_the_later_day_counts(engine, tree):
    province, city, _county = tree
    above, row = sent(engine, province, city, kind="data_request")
    boss, arrived = came(engine, city)
    with pytest.raises(Refused) as refusal:
        receiving.answer_request(boss, arrived.id, values={"0": "12"}, on=ON)
    assert refusal.value.field == "values.1" and "从业人数" in refusal.value.message
    receiving.answer_request(boss, arrived.id, values={"0": "12", "1": "0"}, on=ON)
    settle(engine)
    commands.return_answer(above, row.id, receiver_id=city.id, reason="零是否属实")
    settle(engine)
    boss.session.expire_all()
    assert queries.inbox(boss.session, Asked(filters={"waiting": "returned"})).total == 1
    seen = place(engine, province, row)
    assert (seen.place.verdict, seen.place.finished_on) == ("returned", None)
    later = ON + timedelta(days=1)
    receiving.answer_request(boss, arrived.id, values={"0": "12", "1": "无"}, words="已核", on=later)
    settle(engine)
    assert place(engine, province, row).place.finished_on == later
    commands.accept_answer(above, row.id, receiver_id=city.id)
    with pytest.raises(Conflict):
        commands.accept_answer(above, row.id, receiver_id=city.id)
    answers = queries_answers(engine, province, row, city)
    assert answers[0].content["values"] == [["企业数", "12"], ["从业人数", "无"]]


def test_a_circular_is_only_taken_note_of(engine, tree):
    province, city, _county = tree
    _above, row = sent(engine, province, city, kind="circular", due=None)
    boss, arrived = came(engine, city)
    for act in (
        lambda: receiving.accept(boss, arrived.id, on=ON),
        lambda: receiving.report(boss, arrived.id, words="x", on=ON),
    ):
        with pytest.raises(Conflict):
            act()
    receiving.acknowledge(boss, arrived.id, on=ON)
    settle(engine)
    assert place(engine, province, row).standing == "noted"


def test_who_drafts_who_approves_and_to_whom(engine, tree):
    """Source: dossier 1.6 (下发报送要求给下级)."""
    province, city, county = tree
    clerk, convener, liaison = (a_seat(engine, province, role) for role in ("OS", "CV", "LI"))
    text = DispatchText("task", "标题", "内容", DUE, places=[city.id])
    with pytest.raises(Forbidden):
        commands.write_draft(liaison, text, on=ON)
    draft = commands.write_draft(clerk, text, on=ON)
    with pytest.raises(Forbidden):
        commands.send_draft(clerk, draft.id, on=ON)
    with pytest.raises(Conflict):
        commands.approve_draft(convener, draft.id, on=ON)
    commands.submit_draft(clerk, draft.id)
    convener.session.expire_all()
    commands.disapprove_draft(convener, draft.id, reason="时限太紧")
    clerk.session.expire_all()
    commands.submit_draft(clerk, draft.id)
    convener.session.expire_all()
    assert commands.approve_draft(convener, draft.id, on=ON).number == 1
    for stranger in (county, province, a_tenant(engine)):
        with pytest.raises(Missing):
            commands.write_draft(clerk, DispatchText("task", "标题", "内容", DUE, places=[stranger.id]), on=ON)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"due": None}, "due"),
        ({"due": ON}, "due"),
        ({"places": []}, "places"),
        ({"kind": "data_request"}, "questions"),
        ({"kind": "data_request", "questions": "一\n一"}, "questions"),
        ({"policy_field": "nonsense"}, "policy_field"),
    ],
)
def test_a_wrong_draft_is_refused_at_its_field(engine, tree, changes, field):
    province, city, _county = tree
    given = {"kind": "task", "title": "标题", "text": "内容", "due": DUE, "places": [city.id]} | changes
    with pytest.raises(Refused) as refusal:
        commands.write_draft(a_seat(engine, province, "OS"), DispatchText(**given), on=ON)
    assert refusal.value.field == field


def test_without_a_plan_of_the_year_the_refusal_says_what_to_do(engine, tree):
    province, city, _county = tree
    sent(engine, province, city)
    with pytest.raises(Refused, match="请先在“工作计划”中拟订"):
        routed(engine, city, plan=False)


def test_what_lags_is_reminded_and_who_is_done_is_left_alone(engine, tree):
    province, city, _county = tree
    other = a_tenant(engine, "city", province, furnish=furnish)
    above, row = sent(engine, province, city, other, kind="data_request")
    boss, arrived = came(engine, city)
    receiving.answer_request(boss, arrived.id, values={"0": "1", "1": "1"}, on=ON)
    settle(engine)
    assert commands.remind(above, row.id, places=[city.id, other.id], text="请尽快") == 1
    settle(engine)
    _boss, theirs = came(engine, other)
    assert (theirs.verdict, theirs.verdict_text) == ("reminded", "请尽快")
    commands.end_place(above, row.id, receiver_id=other.id, why="已并入", on=ON)
    found = queries.sent_one(above.session, row.id, ON)
    assert (found.counts.places, found.counts.finished, found.counts.ended) == (1, 1, 1)
    with pytest.raises(Conflict):
        commands.remind(above, row.id, places=[city.id, other.id], text="请尽快")


def test_counts_never_exceed_the_places_and_a_circular_is_never_late():
    places = [
        PlaceFacts(1, "finished", False, DUE),
        PlaceFacts(1, "", False),
        PlaceFacts(0, "", False),
        PlaceFacts(1, "begun", True),
    ]
    found = counts(places, DUE, "task", DUE + timedelta(days=1))
    assert (found.places, found.received, found.accepted, found.finished, found.late, found.ended) == (3, 2, 1, 1, 2, 1)
    assert not late(PlaceFacts(1, "", False), DUE, "circular", DUE + timedelta(days=9))
    assert standing(PlaceFacts(0, "", False)) == "on_way"


@pytest.mark.parametrize(
    ("tasks", "told"),
    [
        ([], ("accepted", None)),
        ([("not_started", 0)], ("accepted", 0)),
        ([("in_progress", 50), ("closed_out", 100)], ("begun", 75)),
        ([("closed_out", 100), ("withdrawn", 0)], ("finished", 100)),
        ([("close_requested", 100)], ("begun", 99)),
        ([("merged", 10)], ("accepted", None)),
    ],
)
def test_what_is_told_of_tasks(tasks, told):
    assert told_state([TaskState(*one) for one in tasks]) == told


def test_a_route_prefers_its_own_code_then_the_field_then_shared_words(engine, tree):
    session = a_seat(engine, tree[1], "OS").session
    facts = [queries.DutyFacts(duty.id, duty.code, duty.text, duty.policy_field) for duty in duties(session, ON)]
    assert ranked(facts, "CZ1", "training", "x")[0].code == "CZ1"
    assert ranked(facts, "", "training", "职业培训")[0].policy_field == "training"
    assert "培训" in ranked(facts, "", "", "开展职业培训")[0].text


@pytest.mark.parametrize("process", [DRAFT, RECEIVED])
def test_what_a_state_does_not_allow_is_refused_with_its_article(process):
    for state in process.all_states():
        for verb in {step.verb for step in process.steps if step.sources} - process.possible(state):
            with pytest.raises(Conflict) as refusal:
                process.step(state, verb)
            assert refusal.value.source


def test_people_do_it_on_pages(app, engine, tree):
    province, city, _county = tree
    a_plan(console(engine, city), DUE.year)
    boss, below = signed_in(app, engine, province, "OD"), signed_in(app, engine, city, "OS")
    root, theirs = f"/t/{province.slug}/dispatches", f"/t/{city.slug}/dispatches"
    assert "还没有下达事项" in boss.get(f"{root}/", follow_redirects=True).text
    assert "没有上级来件" in below.get(f"{theirs}/", follow_redirects=True).text
    form = {"kind": "task", "title": "摸底<b>", "text": "内容", "due": str(DUE), "places": [str(city.id)]}
    wrong = boss.post(f"{root}/drafts/", data=form | {"due": ""})
    assert wrong.status_code == 422 and "请填写完成时限" in wrong.text and "checked" in wrong.text
    draft = boss.post(f"{root}/drafts/", data=form, follow_redirects=True)
    assert "下级将看到" in draft.text and "摸底&lt;b&gt;" in draft.text
    upload = {"file": (io.BytesIO("附表".encode()), "附表.txt")}
    assert "附件已添加" in boss.post(f"{draft.request.path}/files", data=upload, follow_redirects=True).text
    shown = boss.post(f"{draft.request.path}/sending", follow_redirects=True)
    assert "已下达" in shown.text
    settle(engine)
    _seat, arrived = came(engine, city)
    page = below.get(f"{theirs}/inbox/{arrived.id}")
    assert "交办到单位" in page.text and "附表.txt" in page.text
    assert below.get(f"{theirs}/inbox/{arrived.id}/files/0").data == "附表".encode()
    session = console(engine, city).session
    way = queries.routes(session, queries.one(session, ReceivedDispatch, arrived.id), ON)[0]
    task = {"content": "办", "duty_id": str(way.duty.id), "start": str(ON), "due": ""}
    late_form = below.post(f"{theirs}/inbox/{arrived.id}/tasks", data=task)
    assert late_form.status_code == 422 and "请填写" in late_form.text
    assert (
        "已交办"
        in below.post(f"{theirs}/inbox/{arrived.id}/tasks", data=task | {"due": str(DUE)}, follow_redirects=True).text
    )
    [row] = queries.tasks_of(session, arrived.id)
    assert "上级下达" in below.get(f"/t/{city.slug}/tasks/{row.id}").text
    said = {"words": "已启动", "file": (io.BytesIO(b"x"), "说明.txt")}
    assert "进展已上报" in below.post(f"{theirs}/inbox/{arrived.id}/reports", data=said, follow_redirects=True).text
    settle(engine)
    path = shown.request.path
    seen = boss.get(path)
    assert "已启动" in seen.text and "接受" in seen.text
    assert "已启动" in boss.get(f"{path}?format=csv").text
    detail = boss.get(f"{path}/places/{city.id}")
    assert "说明.txt" in detail.text and boss.get(f"{path}/places/{city.id}/answers/2/files/0").data == b"x"
    assert boss.get(f"{path}/places/{province.id}").status_code == 404
    bad = boss.post(f"{path}/recall", data={"why": " "})
    assert bad.status_code == 422 and "请填写撤回理由" in bad.text
    assert "已撤回" in boss.post(f"{path}/recall", data={"why": "误发"}, follow_redirects=True).text
    assert below.get(f"{root}/sent/{path.rsplit('/', 1)[1]}").status_code in (403, 404)


def test_programs_do_it(client, engine, tree):
    province, city, _county = tree
    a_plan(console(engine, city), DUE.year)
    api, own = f"/api/v1/t/{province.slug}/dispatches", bearing(a_token(engine, province, "OD"))
    theirs, their_own = f"/api/v1/t/{city.slug}/dispatches", bearing(a_token(engine, city, "OS"))
    body = {"kind": "task", "title": "摸底", "text": "内容", "due": str(DUE), "places": [str(city.id)]}
    draft = client.post(f"{api}/drafts", json=body, headers=own)
    path = f"{api}/drafts/{draft.json['id']}"
    assert (
        client.put(path, json=body | {"title": "改"}, headers=own | {"If-Match": draft.headers["ETag"]}).status_code
        == 200
    )
    assert client.put(path, json=body, headers=own | {"If-Match": draft.headers["ETag"]}).status_code == 412
    row = client.post(f"{path}/sending", headers=own).json
    settle(engine)
    [came_row] = client.get(f"{theirs}/inbox?waiting=new", headers=their_own).json["items"]
    whole = client.get(f"{theirs}/inbox/{came_row['id']}", headers=their_own).json
    way = whole["routes"][0]
    task = {"content": "办", "duty_id": way["duty_id"], "start": str(ON), "due": str(DUE)}
    made = client.post(f"{theirs}/inbox/{came_row['id']}/tasks", json=task, headers=their_own)
    assert made.status_code == 201
    assert (
        client.post(f"{theirs}/inbox/{came_row['id']}/reports", json={"words": "已办"}, headers=their_own).status_code
        == 201
    )
    settle(engine)
    seen = client.get(f"{api}/sent/{row['id']}", headers=own).json
    assert (seen["counts"]["accepted"], seen["places"][0]["words"]) == (1, "已办")
    assert client.get(f"{api}/sent", headers=own).json["total"] == 1
    remind = client.post(
        f"{api}/sent/{row['id']}/reminders", json={"places": [str(city.id)], "text": "催"}, headers=own
    )
    assert remind.json == {"count": 1}
    assert client.post(f"{api}/sent/{row['id']}/closure", json={}, headers=own).json["dispatch"]["state"] == "closed"
    assert client.get(f"{api}/sent", headers=bearing(a_token(engine, province, "OB"))).status_code == 403


def test_a_withdrawn_task_is_no_progress_and_units_of_another_place_are_not_there(engine, tree):
    province, city, county = tree
    sent(engine, province, city)
    boss, arrived, task = routed(engine, city)
    withdraw(console(engine, city), task.id, reason="批文", on=ON)
    boss.session.expire_all()
    assert told_state(queries.told_of(queries.tasks_of(boss.session, arrived.id))) == ("accepted", None)
    foreign = units(a_seat(engine, county, "OS").session, ON)[0]
    duty = duties(boss.session, ON)[0]
    with pytest.raises(Refused, match="不是现任成员单位"):
        receiving.route(boss, arrived.id, TaskText("办", duty.id, foreign.id, ON, DUE), on=ON)
