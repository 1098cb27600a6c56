"""The board: each place below with what it published, beside its coverage; a drill-down to the sealed revision, never more."""

import io
import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from openpyxl import load_workbook
from sqlalchemy import select

from service.charter.commands import set_rules
from service.charter.opening import furnish
from service.charter.queries import rule
from service.kit.period import Period
from service.oversight.home import home
from service.oversight.queries import board, published_by
from service.plans.models import Plan
from service.rooms import handlers
from service.statistics.commands import prepare_words, publish_period
from service.tasks.progress import request_close_out, verify_close_out
from tenants import ledger
from tenants.db import acting_for
from tests.charter.drafts import in_force
from tests.factories import a_seat, a_small_province, a_tenant, a_token, bearing, signed_in
from tests.work.office import a_plan, a_task, console

Q3 = Period.parse("2026Q3")
SEEN = date(2026, 11, 20)
PERIOD = "?period=2026Q3"
WORDS = {"experience": "经验一则。", "problem": "问题一则。", "suggestion": "建议一则。"}


def close(seat, task, on=date(2026, 8, 20)):
    request_close_out(seat, task.id, statement="已完成，佐证材料齐全。", on=on)
    verify_close_out(seat, task.id, on=on)


def publish(engine, seat, **words):
    if words:
        prepare_words(seat, Q3, words)
    row = publish_period(seat, Q3, SEEN)
    list(ledger.drain(engine, handlers()))
    return row


@pytest.fixture
def places(engine):
    """A province, a city with 1 of 2 tasks done, its county with 1 of 1; another city says nothing."""
    province, city, county = a_small_province(engine, furnish)
    silent = a_tenant(engine, "city", province, furnish=furnish)
    return province, city, county, silent


@pytest.fixture
def office(engine, places):
    """The city's desk, after it and its county published."""
    _province, city, county, _silent = places
    seat = console(engine, city)
    plan = a_plan(seat)
    done, _open = (a_task(seat, plan, date(2026, 9, day)) for day in (1, 2))
    close(seat, done)
    below = console(engine, county)
    close(below, a_task(below, a_plan(below), date(2026, 9, 1)))
    publish(engine, seat, **WORDS)
    publish(engine, below)
    return seat


def test_totals_are_sums_of_the_parts_and_say_their_coverage(engine, places, office):
    province, city, _county, silent = places
    with acting_for(engine, province.id) as session:
        seen = board(session, province, Q3, SEEN)
    assert (seen.totals["P01"].amount.numerator, seen.totals["P01"].amount.denominator) == (2, 3)
    assert (seen.reported, seen.expected, [place.id for place in seen.silent]) == (2, 3, [silent.id])
    rows = {row.tenant.id: row for row in seen.rows}
    assert set(rows) == {city.id, silent.id}
    assert rows[city.id].figures["P01"].text == "50.0%" and rows[city.id].receipt.revision == 1  # type: ignore[union-attr]
    assert rows[silent.id].figures == {} and rows[silent.id].receipt is None


def test_the_whole_part_of_the_tree_or_the_place_alone(engine, places, office):
    province, city, county, _silent = places
    with acting_for(engine, province.id) as session:
        whole = {row.tenant.id: row for row in board(session, province, Q3, SEEN, whole=True).rows}
        deep = {row.tenant.id: row for row in board(session, province, Q3, SEEN, deep=True).rows}
        under = board(session, province, Q3, SEEN, under=city).rows
    assert whole[city.id].figures["P01"].text == "66.7%"
    assert (whole[city.id].reported, whole[city.id].expected) == (2, 2)
    assert deep[county.id].figures["P01"].text == "100.0%" and deep[county.id].depth == 2
    assert [(row.tenant.id, row.ranks["P01"]) for row in under] == [(county.id, 1)]


def test_a_city_sees_its_counties_the_same_way_and_no_other(engine, places, office):
    _province, city, county, _silent = places
    with acting_for(engine, city.id) as session:
        seen = board(session, city, Q3, SEEN)
    assert [row.tenant.id for row in seen.rows] == [county.id]
    assert seen.totals["P01"].text == "100.0%"


def test_plenaries_are_held_against_the_places_own_rule(app, engine, places, office):
    province, city, _county, _silent = places
    with acting_for(engine, city.id) as session:
        least, most = rule(session, "plenary_min", SEEN), rule(session, "plenary_max", SEEN)
    text = signed_in(app, engine, province, "OS").get(f"/t/{province.slug}/board/{PERIOD}").text
    assert f"0/{least}—{most}" in text


def test_not_reported_zero_and_not_applicable_never_look_alike(app, engine, places, office):
    province, city, _county, silent = places
    text = signed_in(app, engine, province, "OS").get(f"/t/{province.slug}/board/{PERIOD}").text
    row_of = {
        place.id: re.search(rf">{place.name}</a></th>(.*?)</tr>", text, re.S).group(1)  # type: ignore[union-attr]
        for place in (city, silent)
    }
    assert "本期未报，不计入合计" in row_of[silent.id] and "lx-value" not in row_of[silent.id]
    assert "lx-missing" not in row_of[city.id]
    assert '<span class="lx-value">0/' in row_of[city.id]  # a true zero
    assert '<span class="lx-none">—' in row_of[city.id]  # nobody owed anything: nothing to divide by


def test_each_figure_says_where_it_comes_from_and_leads_there_without_a_script(app, engine, places, office):
    province, city, _county, _silent = places
    text = signed_in(app, engine, province, "OS").get(f"/t/{province.slug}/board/{PERIOD}").text
    link = re.search(rf'href="([^"]*/board/{city.slug}[^"]*)#P01" title="([^"]*)"', text)
    assert all(part in link.group(2) for part in (city.name, "2026Q3", "第 1 版", "1 ÷ 2"))  # type: ignore[union-attr]
    there = signed_in(app, engine, province, "OS").get(link.group(1)).text  # type: ignore[union-attr]
    assert 'id="P01"' in there and "1 ÷ 2" in there


def test_the_place_page_shows_the_sealed_revision_with_words_hash_who_and_when(app, engine, places, office):
    province, city, county, _silent = places
    reader = signed_in(app, engine, province, "OS")
    text = reader.get(f"/t/{province.slug}/board/{city.slug}{PERIOD}").text
    with acting_for(engine, province.id) as session:
        (arrived,) = published_by(session, city, Q3)
    assert all(said in text for said in (*WORDS.values(), arrived.sha256, arrived.published_by, county.name))
    assert "开展培训" not in text  # the task itself stays inside


def test_a_correction_is_a_new_revision_and_the_old_one_stays_readable(app, engine, places, office):
    province, city, _county, _silent = places
    close(office, a_task(office, a_plan_of(office), date(2026, 9, 3)))
    publish(engine, office)
    reader, path = signed_in(app, engine, province, "OS"), f"/t/{province.slug}/board/{city.slug}{PERIOD}"
    newest, first = reader.get(path).text, reader.get(f"{path}&revision=1").text
    assert "66.7" in newest and "与上版不同" in newest
    assert "已被第 2 版更正" in first and "50.0" in first
    assert reader.get(f"{path}&revision=9").status_code == 404


def a_plan_of(seat):
    return seat.session.scalars(select(Plan).where(Plan.year == 2026)).one()


def test_a_publication_below_is_on_the_board_as_soon_as_it_is_delivered(app, engine, places, office):
    province, _city, _county, silent = places
    reader, path = signed_in(app, engine, province, "OS"), f"/t/{province.slug}/board/{PERIOD}"
    assert "已报 2 个" in reader.get(path).text
    publish(engine, console(engine, silent))
    assert "已报 3 个" in reader.get(path).text


def test_the_list_is_narrowed_and_paged_and_an_empty_one_says_so(app, engine, places, office):
    province, city, county, silent = places
    reader, path = signed_in(app, engine, province, "OS"), f"/t/{province.slug}/board/{PERIOD}&scope=all"
    body = reader.get(f"{path}&reported=no").text.split("<tbody")[1].split("</tbody")[0]
    assert silent.name in body and city.name not in body and county.name not in body
    assert "共 3 条" in reader.get(f"{path}&per_page=1&page=2").text
    assert "没有符合条件的记录" in reader.get(f"{path}&q=没有这个地方").text


def test_the_board_is_exported_as_it_is_listed(app, engine, places, office):
    province, city, _county, silent = places
    reader = signed_in(app, engine, province, "OS")
    sheet = load_workbook(io.BytesIO(reader.get(f"/t/{province.slug}/board/{PERIOD}&format=xlsx").data)).active
    cells = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]  # type: ignore[union-attr]
    assert any(city.name in row and "50.0%" in row for row in cells)
    assert any(silent.name in row and "未报" in row for row in cells)
    only = reader.get(f"/t/{province.slug}/board/{PERIOD}&reported=no&format=csv").data.decode("utf-8-sig")
    assert silent.name in only and city.name not in only


def test_each_place_shows_whether_it_kept_the_deadline(app, engine, client, places, office):
    """Source: dossier 6-9, 6-10; the day is the first publication's, a correction changes nothing."""
    province, city, county, silent = places
    close(office, a_task(office, a_plan_of(office), date(2026, 9, 3)))
    publish_period(office, Q3, date(2026, 11, 24))
    list(ledger.drain(engine, handlers()))
    reader, path = signed_in(app, engine, province, "OS"), f"/t/{province.slug}/board/{PERIOD}&scope=all"
    with time_machine.travel("2026-11-25T02:00:00Z", tick=False):
        text, missed = reader.get(path).text, reader.get(f"{path}&standing=missed").text
        there = reader.get(f"/t/{province.slug}/board/{silent.slug}{PERIOD}").text
        rows = reader.get(f"{path}&format=csv").data.decode("utf-8-sig")
        token = bearing(a_token(engine, province, "OS"))
        seen = client.get(f"/api/v1/t/{province.slug}/board{PERIOD}&scope=all&sort=-standing", headers=token).get_json()
        late = client.get(f"/api/v1/t/{province.slug}/board/{city.slug}{PERIOD}", headers=token).get_json()
    assert text.count("迟报 41 天") == 2 and "漏报，逾期 46 天" in text and "上报期限" in text
    body = missed.split("<tbody")[1].split("</tbody")[0]
    assert silent.name in body and city.name not in body and "漏报，逾期 46 天" in there
    assert ",2,2026-10-10,2026-11-20,迟报,41," in rows and ",未报,2026-10-10,,漏报,46," in rows
    assert (seen["due"], seen["standings"]) == ("2026-10-10", {"late": 2, "missed": 1})
    assert [row["slug"] for row in seen["rows"]] == [silent.slug, city.slug, county.slug]
    assert [row["days"] for row in seen["rows"]] == [46, 41, 41]
    assert (late["standing"], late["days"]) == ("late", 41)
    assert [row["published_on"] for row in late["revisions"]] == ["2026-11-24", "2026-11-20"]


def test_before_its_deadline_a_silent_place_is_not_due_yet(app, engine, places):
    province = places[0]
    with time_machine.travel("2026-10-10T02:00:00Z", tick=False):
        text = signed_in(app, engine, province, "OS").get(f"/t/{province.slug}/board/{PERIOD}").text
    assert text.count("未到期（") == 2 and "逾期 " not in text


def test_the_holder_sets_the_deadline_of_those_below(app, engine, client, places, office):
    province, path = places[0], f"/api/v1/t/{places[0].slug}/board{PERIOD}"
    in_force(engine, province, lambda seat: set_rules(seat, {"figures_due_days": 51}), since=date(2026, 9, 1))
    seen = client.get(path, headers=bearing(a_token(engine, province, "OS"))).get_json()
    assert (seen["due"], seen["standings"]["on_time"]) == ("2026-11-20", 1)


def test_a_period_is_measured_by_the_rules_of_its_last_day_or_else_by_the_first(engine, client, places):
    province, token = places[0], bearing(a_token(engine, places[0], "OS"))
    in_force(engine, province, lambda seat: set_rules(seat, {"figures_due_days": 15}), since=date(2026, 9, 1))
    path = f"/api/v1/t/{province.slug}/board?period="
    due = [client.get(f"{path}{period}", headers=token).get_json()["due"] for period in ("2024Q3", "2026Q2", "2026Q3")]
    assert due == ["2024-10-10", "2026-07-10", "2026-10-15"]


def test_who_does_not_rank_its_places_only_lists_them(app, engine, places, office):
    """Source: dossier 2.4 通报排名."""
    province, path = places[0], f"/t/{places[0].slug}/board/{PERIOD}"
    assert "第1位" in signed_in(app, engine, province, "OS").get(path).text
    in_force(engine, province, lambda seat: set_rules(seat, {"ranking": "none"}), since=SEEN)
    assert "第1位" not in signed_in(app, engine, province, "OS").get(path).text


def test_a_tenant_with_nobody_below_is_told_so(app, engine, places):
    county = places[2]
    assert "没有下级地区" in signed_in(app, engine, county, "OS").get(f"/t/{county.slug}/board/").text


def test_programs_read_the_same_board(app, engine, client, places, office):
    province, city, county, silent = places
    token = bearing(a_token(engine, province, "OS"))
    seen = client.get(f"/api/v1/t/{province.slug}/board{PERIOD}&scope=all", headers=token).get_json()
    assert (seen["reported"], seen["expected"], seen["silent"], seen["total"]) == (2, 3, [silent.slug], 3)
    assert {row["slug"] for row in seen["rows"]} == {city.slug, county.slug, silent.slug}
    total = next(figure for figure in seen["totals"] if figure["code"] == "P01")
    assert Decimal(total["numerator"]) == 2 and Decimal(total["denominator"]) == 3
    few = client.get(f"/api/v1/t/{province.slug}/board{PERIOD}&scope=all&reported=no", headers=token).get_json()
    assert [row["slug"] for row in few["rows"]] == [silent.slug]


def test_programs_read_every_revision_of_a_place(app, engine, client, places, office):
    province, city, _county, _silent = places
    token = bearing(a_token(engine, province, "OS"))
    seen = client.get(f"/api/v1/t/{province.slug}/board/{city.slug}{PERIOD}", headers=token).get_json()
    assert [row["revision"] for row in seen["revisions"]] == [1]
    assert seen["revisions"][0]["content"]["words"]["problem"] == WORDS["problem"]


def test_a_foreign_place_answers_like_one_that_does_not_exist(app, engine, client, places, office):
    province, city, county, silent = places
    nowhere = f"x{uuid4().hex[:8]}"
    reader, token = signed_in(app, engine, city, "OS"), bearing(a_token(engine, city, "OS"))
    assert reader.get(f"/t/{city.slug}/board/{county.slug}{PERIOD}").status_code == 200
    for path in ("/t/{}/board/{}", "/api/v1/t/{}/board/{}"):
        answers = [
            reader.get(path.format(city.slug, name) + PERIOD, headers=token if path.startswith("/api") else {})
            for name in (silent.slug, province.slug, nowhere)
        ]
        assert {answer.status_code for answer in answers} == {404}
        bodies = [
            re.sub(r'"request_id": ?"[^"]*"', "", answer.text.replace(name, "NAME"))
            for answer, name in zip(answers, (silent.slug, province.slug, nowhere), strict=True)
        ]
        if path.startswith("/api"):
            assert len(set(bodies)) == 1


def test_roles_without_a_view_of_the_board_are_refused(app, engine, places, office):
    province, _city, _county, _silent = places
    assert signed_in(app, engine, province, "SA").get(f"/t/{province.slug}/board/").status_code == 403
    assert signed_in(app, engine, province, "GV").get(f"/t/{province.slug}/board/").status_code == 200


def test_a_period_that_is_none_is_refused_in_words(app, engine, places):
    province = places[0]
    address = f"/t/{province.slug}/board/?period=2026Q9"
    wrong = signed_in(app, engine, province, "OS").get(address, follow_redirects=True)
    assert wrong.status_code == 200 and "没有“2026Q9”这一选项" in wrong.text


# --- the home page ---


def test_the_home_page_counts_first_what_waits_for_this_seat(app, engine, places, office):
    _province, city, _county, _silent = places
    task = a_task(office, a_plan_of(office), date(2026, 12, 1))
    request_close_out(office, task.id, statement="已完成。", on=SEEN)
    text = signed_in(app, engine, city, "OD").get(f"/t/{city.slug}/").text
    assert text.index("待我办理") < text.index("待核验销号") < text.index("各地履职") < text.index("各地合计")
    assert "报送及时率" in text and "只有件数和比例" in text, "what places below owed, as counts only"
    piles = {pile.kind: pile.count for pile in home(a_seat(engine, city, "OD"), SEEN).piles}
    assert piles["verify"] == 1 and piles["publish"] == 2  # the third quarter is published


def test_only_quarters_since_the_opening_are_asked_for(engine):
    tenant = a_tenant(engine, furnish=furnish, on=date(2026, 10, 5))
    assert home(a_seat(engine, tenant, "OS"), SEEN).piles == []
    older = a_tenant(engine, furnish=furnish, on=date(2026, 8, 1))
    assert [(p.kind, p.count) for p in home(a_seat(engine, older, "OS"), SEEN).piles] == [("publish", 1)]


def test_a_seat_for_which_nothing_waits_is_told_so(app, engine, places):
    assert "现在没有待办事项" in signed_in(app, engine, places[0], "GV").get(f"/t/{places[0].slug}/").text
