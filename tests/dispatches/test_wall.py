"""What goes down and what comes back, and nothing else: the sender never reads the inside, receivers never each other."""

import hashlib
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from service.charter.opening import furnish
from service.charter.queries import units
from service.dispatches import commands, queries, receiving
from service.dispatches.commands import DispatchText
from service.files.keeping import Upload
from service.kit.paging import Asked
from service.notices.models import Notice
from service.rooms import handlers, metadata
from service.supervision.subjects import pressing
from service.tasks.commands import TaskText
from service.tasks.evidence import add_evidence
from service.tasks.progress import report_progress
from tenants import answers, dispatch, ledger
from tenants.audit import AuditEntry, verify
from tenants.db import GLOBAL_TABLES, acting_for
from tenants.dispatch import Attached, ReceivedDispatch, SealedFile
from tenants.errors import Conflict, Forbidden, Missing
from tests.dispatches.test_dispatches import DUE, ON, came, place, routed, sent, settle
from tests.factories import a_seat, a_small_province, a_tenant, a_token, bearing, put, signed_in
from tests.work.office import console

INSIDE = "内部秘语甲乙丙"


@pytest.fixture
def tree(engine):
    return a_small_province(engine, furnish)


def everything(engine, tenant):
    """All that stands in the tenant's own rows, as one text."""
    with acting_for(engine, tenant.id) as session:
        tables = [table for table in metadata().sorted_tables if table.name not in GLOBAL_TABLES]
        return "\n".join(str(row) for table in tables for row in session.execute(select(table)).all())


def test_what_is_inside_a_place_stands_nowhere_in_its_senders_rows_nor_on_its_senders_pages(app, client, engine, tree):
    province, city, _county = tree
    _above, row = sent(engine, province, city)
    boss, arrived, task = routed(engine, city)
    report_progress(console(engine, city), task.id, percent=35, text=INSIDE, on=ON)
    receiving.route(boss, arrived.id, TaskText(INSIDE, task.duty_id, None, ON, DUE), on=ON)
    receiving.report(boss, arrived.id, words="已部署", on=ON)
    settle(engine)
    assert INSIDE in everything(engine, city)
    assert place(engine, province, row).place.words == "已部署"
    assert INSIDE not in everything(engine, province)
    names = [unit.name for unit in units(boss.session, ON)]
    lead = next(unit.name for unit in units(boss.session, ON) if unit.id == task.lead_unit_id)
    assert lead in names
    own = bearing(a_token(engine, province, "OD"))
    api = f"/api/v1/t/{province.slug}/dispatches/sent/{row.id}"
    said = str(client.get(api, headers=own).json)
    assert "已部署" in said and str(task.id) not in said and lead not in said and str(task.lead_unit_id) not in said
    page = signed_in(app, engine, province, "OD").get(f"/t/{province.slug}/dispatches/sent/{row.id}/places/{city.id}")
    assert "已部署" in page.text and INSIDE not in page.text


def test_only_evidence_that_is_marked_for_it_goes_up_and_goes_once(engine, tree):
    province, city, _county = tree
    _above, row = sent(engine, province, city)
    boss, arrived, task = routed(engine, city)
    office = console(engine, city)
    for name, shared in (("公开.txt", True), ("内部.txt", False)):
        add_evidence(office, task.id, Upload(name, f"{INSIDE}{name}".encode()), shared=shared, on=ON)
    for words in ("一", "二"):
        boss.session.rollback()
        receiving.report(boss, arrived.id, words=words, on=ON)
    settle(engine)
    with acting_for(engine, province.id) as session:
        said = answers.answers_of(session, row.id, city.id)
        names = {one.words: [file.name for file in dispatch.files_of(session, one.parcel_id)] for one in said}
    assert (names["一"], names["二"]) == (["公开.txt"], [])


def test_a_receiver_never_sees_who_else_received_it(app, client, engine, tree):
    province, city, _county = tree
    other = a_tenant(engine, "city", province, furnish=furnish)
    above, row = sent(engine, province, city, other)
    boss, theirs = came(engine, other)
    receiving.decline(boss, theirs.id, reason=INSIDE, on=ON)
    settle(engine)
    commands.add_places(above, row.id, places=[a_tenant(engine, "city", province, furnish=furnish).id])
    commands.remind(above, row.id, places=[city.id], text="请尽快")
    settle(engine)
    assert INSIDE in everything(engine, province)
    held = everything(engine, city)
    assert INSIDE not in held and other.name not in held and str(other.id) not in held
    _seat, arrived = came(engine, city)
    whole = client.get(
        f"/api/v1/t/{city.slug}/dispatches/inbox/{arrived.id}", headers=bearing(a_token(engine, city, "OD"))
    ).json
    page = signed_in(app, engine, city, "OD").get(f"/t/{city.slug}/dispatches/inbox/{arrived.id}").text
    for shown in (str(whole), page):
        assert "请尽快" in shown and other.name not in shown and str(other.id) not in shown


def test_a_county_knows_its_city_only_and_the_province_never_hears_a_county(engine, tree):
    province, city, county = tree
    sent(engine, province, city)
    boss, arrived = came(engine, city)
    text = DispatchText("task", "转办摸底", "逐企业核实", DUE, places=[county.id], passes_on_id=arrived.id)
    commands.send_draft(boss, commands.write_draft(boss, text, on=ON).id, on=ON)
    settle(engine)
    below, theirs = came(engine, county)
    receiving.accept(below, theirs.id, on=ON)
    receiving.report(below, theirs.id, words=INSIDE, on=ON)
    settle(engine)
    assert INSIDE in everything(engine, city) and INSIDE not in everything(engine, province)
    assert str(province.id) not in everything(engine, county).replace(str(county.path), "")
    receiving.accept(boss, arrived.id, on=ON)
    receiving.report(boss, arrived.id, words="县区已启动", on=ON)
    settle(engine)
    held = everything(engine, province)
    assert "县区已启动" in held and INSIDE not in held and county.name not in held and str(county.id) not in held


def test_files_whose_bytes_are_not_what_was_sealed_are_not_delivered(engine, owner, tree):
    province, city, county = tree
    good = Attached("表.txt", "text/plain", hashlib.sha256(b"x").hexdigest(), b"x")
    with acting_for(engine, province.id) as session, session.begin():
        dispatch.send(session, "task", "摸底", {}, DUE, to=[city.id], by="省", on=ON, files=[good])
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE sealed_file NO FORCE ROW LEVEL SECURITY"))
        changed = text("UPDATE sealed_file SET content = 'y' WHERE tenant_id = :t")
        assert connection.execute(changed, {"t": province.id}).rowcount == 1
        connection.execute(text("ALTER TABLE sealed_file FORCE ROW LEVEL SECURITY"))
    settle(engine)
    with acting_for(engine, city.id) as session:
        assert session.scalars(select(ReceivedDispatch)).all() == []
    with acting_for(engine, city.id) as session, session.begin():
        dispatch.send(session, "task", "摸底", {}, DUE, to=[county.id], by="市", on=ON, files=[good])
    settle(engine)
    with acting_for(engine, county.id) as session:
        assert session.scalars(select(SealedFile.sha256)).all() == [good.sha256]


class Died(Exception):
    """The worker is gone."""


def test_a_worker_that_dies_between_the_two_sides_delivers_and_tells_once(engine, tree, monkeypatch):
    province, city, _county = tree
    boss = a_seat(engine, city, "OD")
    above = a_seat(engine, province, "OD")
    words = DispatchText("task", "摸底", "核实", DUE, places=[city.id])
    row = commands.send_draft(above, commands.write_draft(above, words, on=ON).id, on=ON)
    way = {"dispatch": str(row.id), "to": str(city.id)}
    with acting_for(engine, province.id) as session, pytest.raises(Died):
        handlers()[dispatch.RELAY](ledger.Work(engine, session, row.id, way, None))
        raise Died
    assert place(engine, province, row).standing == "on_way", "the sender's side was never written"
    settle(engine)
    assert place(engine, province, row).standing == "received"
    with acting_for(engine, city.id) as session:
        assert len(session.scalars(select(ReceivedDispatch)).all()) == 1
        kept = session.scalars(select(AuditEntry.action).where(AuditEntry.action == "dispatch.receive")).all()
        told = session.scalars(select(Notice).where(Notice.account_id == boss.account_id)).all()
        assert (len(kept), len(told)) == (1, 1) and verify(session).sound


@pytest.mark.parametrize("seed", range(4))
def test_in_whatever_order_and_however_often_it_is_carried_the_end_is_the_same(engine, tree, seed):
    """Words, wordings, answers and the end pass each other on the way; each relay is run up to three times."""
    province, city, _county = tree
    dice = random.Random(seed)
    above, row = sent(engine, province, city)
    for number in range(5):
        with acting_for(engine, city.id) as session, session.begin():
            mine = session.scalars(select(ReceivedDispatch)).one()
            state = ("accepted", "begun", "begun", "finished", "finished")[number]
            answers.answer(session, mine, state, percent=number * 25, words=f"第{number + 1}次", by="市", on=ON)
        if number == 2:
            commands.amend(above, row.id, title="改名", text="改", due=DUE, why="口径", on=ON)
        if number == 3:
            commands.recall(above, row.id, why="误发")
    jobs = [(tenant.id, job) for tenant in (province, city) for job in waiting(engine, tenant)]
    order = [one for one in jobs for _again in range(dice.randint(1, 3))]
    dice.shuffle(order)
    for tenant_id, job in order:
        with acting_for(engine, tenant_id) as session, session.begin():
            handlers()[job.kind](ledger.Work(engine, session, job.id, job.payload, None))
    settle(engine)
    found = place(engine, province, row).place
    assert (found.answers, found.state, found.percent, found.words) == (5, "finished", 100, "第5次")
    with acting_for(engine, city.id) as session:
        mine = session.scalars(select(ReceivedDispatch)).one()
        assert (mine.wording, mine.title, mine.sender_state, mine.ended_why) == (2, "改名", "recalled", "误发")
        assert verify(session).sound
    with acting_for(engine, province.id) as session:
        assert len(answers.answers_of(session, row.id, city.id)) == 5 and verify(session).sound


def waiting(engine, tenant):
    with acting_for(engine, tenant.id) as session:
        return session.execute(
            select(ledger.Job.id, ledger.Job.kind, ledger.Job.payload).where(
                ledger.Job.state == "waiting", ledger.Job.kind.in_((dispatch.RELAY, answers.RELAY))
            )
        ).all()


def test_of_two_that_send_at_once_one_is_told_to_do_it_again_and_no_number_is_given_twice(engine, tree):
    province, city, _county = tree
    with acting_for(engine, province.id) as one, acting_for(engine, province.id) as two:
        first, taken = ({"to": [city.id], "by": who, "on": ON} for who in ("甲", "乙"))
        assert dispatch.send(one, "task", "摸底", {}, DUE, **first).number == dispatch.next_number(two, "task", ON.year)
        with ThreadPoolExecutor(1) as other, pytest.raises(IntegrityError):
            late = other.submit(dispatch.send, two, "task", "摸底", {}, DUE, **taken)
            one.commit()
            late.result()
        two.rollback()
        assert dispatch.send(two, "task", "摸底", {}, DUE, **taken).number == 2


def test_a_place_that_closed_or_moved_after_it_received_is_awaited_no_more(engine, owner, tree):
    province, city, _county = tree
    closed, moved, new = (a_tenant(engine, "city", province, furnish=furnish) for _ in range(3))
    above, row = sent(engine, province, city, closed, moved)
    put(owner, closed, "closed")
    with owner.begin() as connection:
        there = a_tenant(engine).id
        connection.execute(text("UPDATE tenant SET parent_id = :p WHERE id = :t"), {"p": there, "t": moved.id})
    found = queries.sent_one(above.session, row.id, DUE + timedelta(days=1))
    stands = {one.tenant.id: (one.standing, one.late) for one in found.places}
    assert stands == {city.id: ("received", True), closed.id: ("ended", False), moved.id: ("ended", False)}
    assert (found.counts.places, found.counts.late, found.counts.ended) == (1, 1, 2)
    listed = queries.sent(above.session, Asked(), DUE + timedelta(days=1)).rows[0]
    assert listed.counts == found.counts, "the list says the same"
    late = [one.place_id for one in pressing(above.session, DUE + timedelta(days=1)) if one.kind == "dispatch_place"]
    assert late == [city.id], "nobody is supervised who is not there"
    commands.add_places(above, row.id, places=[new.id])
    settle(engine)
    assert queries.sent_one(above.session, row.id, ON).counts.received == 2


def test_what_was_returned_is_not_finished(engine, tree):
    province, city, _county = tree
    above, row = sent(engine, province, city, kind="data_request")
    boss, arrived = came(engine, city)
    receiving.answer_request(boss, arrived.id, values={"0": "1", "1": "2"}, on=ON)
    settle(engine)
    assert queries.sent_one(above.session, row.id, ON).counts.finished == 1
    commands.return_answer(above, row.id, receiver_id=city.id, reason="口径不对")
    found = queries.sent_one(above.session, row.id, ON)
    assert (found.counts.finished, found.places[0].standing) == (0, "begun")
    assert commands.remind(above, row.id, places=[city.id], text="请补正") == 1


def test_a_city_that_only_passed_it_on_has_finished_when_its_counties_have(engine, tree):
    province, city, county = tree
    other = a_tenant(engine, "county", city, furnish=furnish)
    _above, row = sent(engine, province, city)
    boss, arrived = came(engine, city)
    receiving.accept(boss, arrived.id, on=ON)
    text = DispatchText("task", "转办", "核实", DUE, places=[county.id, other.id], passes_on_id=arrived.id)
    commands.send_draft(boss, commands.write_draft(boss, text, on=ON).id, on=ON)
    settle(engine)
    told = []
    for tenant in (county, other):
        with acting_for(engine, tenant.id) as session, session.begin():
            answers.answer(
                session, session.scalars(select(ReceivedDispatch)).one(), "finished", percent=100, by="县", on=ON
            )
        settle(engine)
        boss.session.rollback()
        receiving.report(boss, arrived.id, words="县区办理", on=ON)
        settle(engine)
        seen = place(engine, province, row)
        told.append((seen.standing, seen.place.percent))
    assert told == [("begun", 50), ("finished", 100)]


def test_what_the_sender_has_taken_as_finished_is_not_reopened_from_below(engine, tree):
    province, city, _county = tree
    above, row = sent(engine, province, city, kind="data_request")
    boss, arrived = came(engine, city)
    receiving.answer_request(boss, arrived.id, values={"0": "1", "1": "2"}, on=ON)
    settle(engine)
    commands.accept_answer(above, row.id, receiver_id=city.id)
    settle(engine)
    boss.session.rollback()
    with pytest.raises(Conflict, match="已确认办结"):
        receiving.answer_request(boss, arrived.id, values={"0": "9", "1": "9"}, on=ON)


def test_a_place_that_rests_is_said_at_the_sender_and_nothing_hangs(app, engine, owner, tree):
    province, city, _county = tree
    other = a_tenant(engine, "city", province, furnish=furnish)
    put(owner, other, "suspended")
    _above, row = sent(engine, province, city, other)
    page = signed_in(app, engine, province, "OD").get(f"/t/{province.slug}/dispatches/sent/{row.id}")
    assert page.text.count("停用") == 1
    assert place(engine, province, row).standing == "received", "the other has it all the same"
    put(owner, other, "running")
    with acting_for(engine, province.id) as session, session.begin():
        session.execute(text("UPDATE bell SET due_at = now()"))
    settle(engine)
    assert [one.standing for one in queries.sent_one(_above.session, row.id, ON).places] == ["received", "received"]


@pytest.mark.parametrize("garbage", ["x", "00000000-0000-0000-0000-000000000000", "../../inbox"])
def test_nothing_that_is_not_there_is_passed_on(app, engine, tree, garbage):
    province, city, county = tree
    sent(engine, province, city)
    settle(engine)
    _boss, arrived = came(engine, city)
    browser = signed_in(app, engine, city, "OD")
    root = f"/t/{city.slug}/dispatches/drafts/new"
    assert browser.get(root, query_string={"passes_on_id": garbage}).status_code == 404
    shown = browser.get(root, query_string={"passes_on_id": str(arrived.id)})
    assert shown.status_code == 200 and "逐企业核实从业人员" in shown.text and county.name in shown.text
    liaison = signed_in(app, engine, city, "LI")
    assert liaison.get(root, query_string={"passes_on_id": str(arrived.id)}).status_code == 403


def test_who_may_not_do_it_is_refused_and_who_may_is_not(engine, tree):
    province, city, _county = tree
    above, row = sent(engine, province, city, kind="data_request")
    boss, arrived = came(engine, city)
    liaison, reader = a_seat(engine, city, "LI"), a_seat(engine, province, "OS")
    acts = {
        (liaison, boss): lambda seat: receiving.accept(seat, arrived.id, on=ON),
        (reader, above): lambda seat: commands.recall(seat, row.id, why="误发"),
    }
    for (who_not, who), act in acts.items():
        with pytest.raises(Forbidden):
            act(who_not)
        assert act(who) is not None


def test_another_places_dispatch_is_none(engine, tree):
    province, city, county = tree
    above, row = sent(engine, province, city)
    boss, arrived = came(engine, city)
    stranger = a_seat(engine, county, "OD")
    for act in (
        lambda: receiving.accept(stranger, arrived.id, on=ON),
        lambda: commands.recall(stranger, row.id, why="误发"),
        lambda: commands.end_place(above, row.id, receiver_id=county.id, why="并入", on=ON),
        lambda: commands.write_draft(
            stranger, DispatchText("task", "转", "办", DUE, places=[city.id], passes_on_id=arrived.id), on=ON
        ),
    ):
        with pytest.raises(Missing):
            act()
    assert receiving.accept(boss, arrived.id, on=ON).state == "accepted"
