"""The course of a consultation by its commands: drafted, sent, answered, handled, closed, asked again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from time import sleep

import pytest
from sqlalchemy import select, text

from config.workdays import NATIONAL
from service.charter.opening import furnish
from service.charter.queries import units
from service.consultations import queries
from service.consultations.commands import (
    add_unit,
    draft_consultation,
    extend_deadline,
    remove_unit,
    revise_consultation,
    send_consultation,
)
from service.consultations.ending import ask_again, close_consultation, remind, withdraw_consultation
from service.consultations.handling import handle_opinion
from service.consultations.models import ConsultedPassage
from service.consultations.replying import (
    confirm_entry,
    delegate_reply,
    draft_reply,
    enter_on_behalf,
    reply,
)
from service.consultations.rules import Opinion, Passage, reminder_days
from tenants.db import acting_for
from tenants.errors import Conflict, Forbidden, Missing, Refused
from tests.consultations.papers import (
    AFTER,
    AGREE,
    AMEND,
    DUE,
    OBJECT,
    SENT,
    a_paper,
    representative,
    rules,
    sent,
    table,
)
from tests.factories import a_seat, a_tenant


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def office(engine, tenant):
    return a_seat(engine, tenant, "OS")


def whole(seat, row, on=SENT):
    """As somebody who comes to the page now would see it."""
    seat.session.expire_all()
    return queries.whole(seat.session, queries.consultation(seat.session, row.id), on)


# --- drafting and sending ---


def test_matters_of_four_six_are_not_asked_about_here(office):
    with pytest.raises(Refused, match="重大事项") as refusal:
        draft_consultation(office, a_paper(office, ordinary=False), SENT)
    assert refusal.value.source == "制度四(六)"
    assert draft_consultation(office, a_paper(office), SENT).state == "draft"


def test_sending_freezes_the_paper_and_gives_the_charters_term(office):
    row = sent(office)
    assert (row.state, row.due, len(row.sha256)) == ("sent", DUE, 64)
    with pytest.raises(Conflict, match="不能修改文稿"):
        revise_consultation(office, row.id, a_paper(office, title="另一稿"), SENT)


def test_less_time_than_the_charters_needs_a_reason(office):
    short = a_paper(office, due=DUE - timedelta(days=1))
    row = draft_consultation(office, short, SENT)
    with pytest.raises(Refused, match="不少于7个工作日"):
        send_consultation(office, row.id, on=SENT)
    revise_consultation(office, row.id, replace(short, short_reason="上级限期"), SENT)
    assert send_consultation(office, row.id, on=SENT).short_reason == "上级限期"


def test_silence_counts_only_where_the_charter_says_so(engine, tenant, office):
    with pytest.raises(Refused, match="不能视为无意见"):
        draft_consultation(office, a_paper(office, mode="deemed_no_objection"), SENT)
    rules(engine, tenant, consult_deemed_no_objection=True)
    again = a_seat(engine, tenant, "OS")
    assert sent(again, mode="deemed_no_objection").mode == "deemed_no_objection"


def test_units_are_added_freely_and_removed_only_with_a_reason_on_record(office):
    row = sent(office)
    first, fourth = table(office)[0], table(office)[3]
    add_unit(office, row.id, unit_id=fourth.id, on=SENT)
    with pytest.raises(Refused, match="说明理由"):
        remove_unit(office, row.id, unit_id=first.id, reason=" ", on=SENT)
    remove_unit(office, row.id, unit_id=first.id, reason="与职责无关", on=SENT)
    found = whole(office, row)
    assert (found.tally.asked, found.removed[0].removed_reason) == (3, "与职责无关")
    with pytest.raises(Refused, match="不少于7个工作日") as refusal:
        add_unit(office, row.id, unit_id=first.id, on=SENT + timedelta(days=1))
    assert refusal.value.field == "reason"
    add_unit(office, row.id, unit_id=first.id, reason="重新纳入", on=SENT + timedelta(days=1))
    assert whole(office, row).tally.asked == 4


def test_the_deadline_is_moved_back_and_never_forward(office):
    row = sent(office)
    with pytest.raises(Refused, match="晚于原期限"):
        extend_deadline(office, row.id, due=DUE - timedelta(days=1), on=SENT)
    assert extend_deadline(office, row.id, due=AFTER, on=SENT).due == AFTER


# --- replying ---


def test_a_unit_replies_for_itself_and_for_no_other(engine, tenant, office):
    row, (own, other, _third, *_rest) = sent(office), table(office)
    seat = representative(engine, tenant, own)
    with pytest.raises(Forbidden):
        reply(seat, row.id, unit_id=other.id, opinion=AGREE, on=SENT)
    reply(seat, row.id, unit_id=own.id, opinion=AMEND, on=SENT)
    line = whole(office, row).lines[0]
    assert (line.standing, [one.suggested for one in line.passages]) == ("amend", ["培训不少于六十学时。"])


def test_a_unit_that_is_not_asked_cannot_reply(engine, tenant, office):
    row, stranger = sent(office), table(office)[5]
    with pytest.raises(Refused, match="不在征求范围"):
        reply(representative(engine, tenant, stranger), row.id, unit_id=stranger.id, opinion=AGREE, on=SENT)


def test_the_liaison_replies_only_where_delegated_and_the_clerk_only_drafts(engine, tenant, office):
    row, own = sent(office), table(office)[0]
    liaison, clerk = (a_seat(engine, tenant, role, unit=own.id) for role in ("LI", "UC"))
    for seat in (liaison, clerk):
        with pytest.raises(Forbidden):
            reply(seat, row.id, unit_id=own.id, opinion=AGREE, on=SENT)
    draft_reply(clerk, row.id, unit_id=own.id, opinion=AMEND, on=SENT)
    assert whole(office, row).tally.replied == 0
    with pytest.raises(Forbidden):
        delegate_reply(liaison, row.id, unit_id=own.id, on=SENT)
    delegate_reply(representative(engine, tenant, own), row.id, unit_id=own.id, on=SENT)
    reply(liaison, row.id, unit_id=own.id, opinion=AMEND, on=SENT)
    with pytest.raises(Forbidden):
        reply(clerk, row.id, unit_id=own.id, opinion=AGREE, on=SENT)
    assert whole(office, row).tally.replied == 1


def test_a_reply_is_revised_until_the_deadline_and_what_stayed_keeps_its_outcome(engine, tenant, office):
    row, own = sent(office), table(office)[0]
    seat = representative(engine, tenant, own)
    reply(seat, row.id, unit_id=own.id, opinion=AMEND, on=SENT)
    first = whole(office, row).lines[0].passages[0]
    handle_opinion(office, row.id, first.id, outcome="adopted", on=SENT)
    more = Opinion("amend", passages=(Passage("", "增加附则", "便于施行"), *AMEND.passages))
    reply(seat, row.id, unit_id=own.id, opinion=more, on=DUE)
    assert [one.outcome for one in whole(office, row).lines[0].passages] == [None, "adopted"]
    with pytest.raises(Conflict, match="不能再改"):
        reply(seat, row.id, unit_id=own.id, opinion=AGREE, on=AFTER)


def test_a_late_first_reply_is_taken_and_marked_until_it_is_closed(engine, tenant, office):
    row, own = sent(office, 1), table(office)[0]
    seat = representative(engine, tenant, own)
    reply(seat, row.id, unit_id=own.id, opinion=AGREE, on=AFTER)
    assert whole(office, row, AFTER).tally.late == 1
    close_consultation(office, row.id, on=AFTER)
    with pytest.raises(Conflict, match="已办结"):
        reply(seat, row.id, unit_id=own.id, opinion=AGREE, on=AFTER)


def test_the_office_enters_on_behalf_only_by_charter_and_it_counts_once_confirmed(engine, tenant, office):
    own = table(office)[0]
    row = sent(office)
    with pytest.raises(Refused, match="不能代录"):
        enter_on_behalf(office, row.id, unit_id=own.id, opinion=AGREE, paper_basis="来函", on=SENT)
    rules(engine, tenant, consult_proxy_entry=True)
    seat, speaker = a_seat(engine, tenant, "OS"), representative(engine, tenant, own)
    row = sent(seat)
    with pytest.raises(Refused, match="来文"):
        enter_on_behalf(seat, row.id, unit_id=own.id, opinion=AGREE, paper_basis=" ", on=SENT)
    enter_on_behalf(seat, row.id, unit_id=own.id, opinion=AGREE, paper_basis="衡民函〔2026〕8号", on=SENT)
    found = whole(seat, row)
    assert (found.lines[0].standing, found.tally.replied) == ("to_confirm", 0)
    read = whole(seat, row).lines[0].asked.revision
    enter_on_behalf(seat, row.id, unit_id=own.id, opinion=AGREE, paper_basis="衡民函〔2026〕9号", on=SENT)
    with pytest.raises(Conflict, match="有变动"):
        confirm_entry(speaker, row.id, unit_id=own.id, seen=read, on=SENT)
    seen = whole(seat, row).lines[0].asked.revision
    confirm_entry(speaker, row.id, unit_id=own.id, seen=seen, on=SENT)
    assert whole(seat, row).tally.replied == 1
    with pytest.raises(Conflict, match="自行反馈"):
        enter_on_behalf(seat, row.id, unit_id=own.id, opinion=OBJECT, paper_basis="来函", on=SENT)


# --- handling and closing ---


def test_what_is_not_taken_up_has_a_reason(engine, tenant, office):
    row, own = sent(office), table(office)[0]
    reply(representative(engine, tenant, own), row.id, unit_id=own.id, opinion=OBJECT, on=SENT)
    (one,) = whole(office, row).lines[0].passages
    with pytest.raises(Refused, match="须说明理由"):
        handle_opinion(office, row.id, one.id, outcome="not_adopted", on=SENT)
    assert handle_opinion(office, row.id, one.id, outcome="not_adopted", outcome_reason="已在三条明确", on=SENT)
    other = sent(office)
    with pytest.raises(Missing):
        handle_opinion(office, other.id, one.id, outcome="adopted", on=SENT)


def test_an_opinion_that_its_unit_takes_back_at_the_same_moment_is_a_conflict_and_no_failure(engine, tenant, office):
    row = sent(office)
    unit = table(office)[0]
    rep = representative(engine, tenant, unit)
    reply(rep, row.id, unit_id=unit.id, opinion=AMEND, on=SENT)
    [found] = office.session.scalars(select(ConsultedPassage))
    passage_id, row_id, unit_id = found.id, row.id, unit.id
    office.session.commit()
    waiting = a_seat(engine, tenant, "OS")
    queries.asked_unit(rep.session, row_id, unit_id)  # the unit is about to change its reply: its line is held
    with ThreadPoolExecutor(1) as pool:
        handled = pool.submit(handle_opinion, waiting, row_id, passage_id, outcome="adopted", on=SENT)
        _waits_for_a_lock(engine)
        reply(rep, row_id, unit_id=unit_id, opinion=OBJECT, on=SENT)
        with pytest.raises(Conflict, match="刚刚有变动"):
            handled.result(20)
    waiting.session.close()


def _waits_for_a_lock(engine):
    """Somebody waits for what another holds."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _again in range(200):
        with engine.connect() as connection:
            if connection.scalar(query):
                return
        sleep(0.02)
    raise AssertionError("nobody waits")


def test_it_is_closed_when_all_is_handled_and_silence_is_accounted_for(engine, tenant, office):
    row, own = sent(office, 2), table(office)[0]
    reply(representative(engine, tenant, own), row.id, unit_id=own.id, opinion=AMEND, on=SENT)
    with pytest.raises(Conflict, match="期限未到"):
        close_consultation(office, row.id, on=DUE)
    with pytest.raises(Conflict, match="1条意见未处理"):
        close_consultation(office, row.id, on=AFTER)
    handle_opinion(office, row.id, whole(office, row).lines[0].passages[0].id, outcome="adopted", on=AFTER)
    with pytest.raises(Refused, match="1个单位未反馈"):
        close_consultation(office, row.id, on=AFTER)
    closed = close_consultation(office, row.id, remark="已电话核实，按未反馈处理", on=AFTER)
    assert closed.state == "closed" and whole(office, closed, AFTER).lines[1].standing == "silent"


def test_deemed_units_stay_among_the_silent_and_need_both_reminders(engine, tenant):
    rules(engine, tenant, consult_deemed_no_objection=True)
    office = a_seat(engine, tenant, "OS")
    row = sent(office, 2, mode="deemed_no_objection")
    first, second = reminder_days(DUE, 2, NATIONAL)
    remind(office, row.id, how="电话", on=first)
    remind(office, row.id, how="电话", on=first)
    assert whole(office, row, AFTER).tally.by["silent"] == 2, "two calls on one day are one reminder"
    remind(office, row.id, how="发函", on=second)
    found = whole(office, row, AFTER)
    assert (found.tally.by["deemed"], found.tally.silent, found.tally.replied) == (2, 2, 0)
    assert close_consultation(office, row.id, on=AFTER).remark == ""


def test_a_reminder_after_the_deadline_makes_nobody_deemed(engine, tenant):
    rules(engine, tenant, consult_deemed_no_objection=True)
    office = a_seat(engine, tenant, "OS")
    row = sent(office, 1, mode="deemed_no_objection")
    remind(office, row.id, how="电话", on=AFTER)
    remind(office, row.id, how="电话", on=AFTER + timedelta(days=1))
    assert whole(office, row, AFTER + timedelta(days=2)).lines[0].standing == "silent"


def test_a_reminder_goes_to_the_silent_only_and_is_proposed_in_time(engine, tenant, office):
    row, own = sent(office, 2), table(office)[0]
    reply(representative(engine, tenant, own), row.id, unit_id=own.id, opinion=AGREE, on=SENT)
    first = reminder_days(DUE, 2, NATIONAL)[0]
    assert not whole(office, row, first - timedelta(days=1)).remind and whole(office, row, first).remind
    assert queries.to_remind(office.session, first) == [row.id]
    remind(office, row.id, how="电话", on=first)
    found = whole(office, row, first)
    assert [line.reminders for line in found.lines] == [0, 1] and not found.remind


def test_a_changed_paper_makes_a_round_linked_to_the_one_before(engine, tenant, office):
    row, own = sent(office, 1), table(office)[0]
    reply(representative(engine, tenant, own), row.id, unit_id=own.id, opinion=AGREE, on=SENT)
    close_consultation(office, row.id, on=SENT)
    again = ask_again(office, row.id, on=SENT)
    assert (again.round, again.previous_id, whole(office, row).next_id) == (2, row.id, again.id)
    with pytest.raises(Conflict, match="已有下一轮"):
        ask_again(office, row.id, on=SENT)
    with pytest.raises(Refused, match="与上一轮相同"):
        send_consultation(office, again.id, on=SENT)
    revise_consultation(office, again.id, a_paper(office, 1, clauses=("改稿。",)), SENT)
    assert send_consultation(office, again.id, on=SENT).sha256 != row.sha256
    assert [one.id for one in queries.rounds(office.session, again)] == [row.id]


def test_a_withdrawn_one_says_why_and_takes_no_reply(engine, tenant, office):
    row, own = sent(office), table(office)[0]
    with pytest.raises(Refused, match="撤回理由"):
        withdraw_consultation(office, row.id, reason=" ", on=SENT)
    withdraw_consultation(office, row.id, reason="另行研究", on=SENT)
    with pytest.raises(Conflict, match="已撤回"):
        reply(representative(engine, tenant, own), row.id, unit_id=own.id, opinion=AGREE, on=SENT)


# --- who sees what; many at once ---


def test_a_unit_sees_what_it_is_asked_from_the_day_it_is_sent_and_no_other(engine, tenant, office):
    draft = draft_consultation(office, a_paper(office, 1), SENT)
    own, other = table(office)[0], table(office)[1]
    seat, stranger = representative(engine, tenant, own), representative(engine, tenant, other)
    with pytest.raises(Missing):
        queries.readable(seat, draft.id)
    send_consultation(office, draft.id, on=SENT)
    seat.session.rollback()
    assert queries.readable(seat, draft.id).id == draft.id
    with pytest.raises(Missing):
        queries.readable(stranger, draft.id)


def test_fifty_replies_at_once_lose_nothing_and_do_nothing_twice(engine, tenant, office):
    everyone = units(office.session, SENT)
    row = sent(office, len(everyone))
    seats = [
        (representative(engine, tenant, everyone[n % len(everyone)]), everyone[n % len(everyone)].id) for n in range(50)
    ]
    consultation_id = row.id
    opinions = [Opinion("amend", passages=(Passage("", f"改{n}", "理由"),)) for n in range(50)]

    def answer(n):
        seat, unit_id = seats[n]
        return reply(seat, consultation_id, unit_id=unit_id, opinion=opinions[n], on=SENT).id

    with ThreadPoolExecutor(10) as pool:
        assert len(list(pool.map(answer, range(50)))) == 50
    office.session.rollback()
    found = whole(office, row)
    assert found.tally.replied == len(everyone)
    assert [len(line.passages) for line in found.lines] == [1] * len(everyone), "the last reply stands alone"
    with acting_for(engine, tenant.id) as session:
        said = "SELECT count(*) FROM audit_entry WHERE action = 'consult.answer'"
        assert session.scalar(text(said)) == 50
