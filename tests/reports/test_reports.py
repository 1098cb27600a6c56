"""The report to the government: its totals are what localities published, its snapshot never changes, its words are kept."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from service.charter.opening import furnish
from service.kit.period import Period
from service.reports import rules
from service.reports.commands import draft_report, sign_report
from service.reports.queries import snapshot, stale
from service.reports.writing import totals
from service.rooms import handlers
from service.statistics.commands import prepare_words, publish_period
from service.tasks.progress import report_progress, request_close_out, verify_close_out
from tenants import ledger
from tenants.db import acting_for
from tenants.errors import Conflict, Refused
from tenants.exchange import Publication
from tests.factories import a_seat, a_tenant, a_token, bearing, signed_in
from tests.work.office import a_plan, a_task, console

Q3 = Period.parse("2026Q3")
ON = date(2026, 10, 12)
DUE = date(2026, 6, 30)


def close(seat, task, day=DUE):
    report_progress(seat, task.id, percent=90, text="已开展", on=day)
    request_close_out(seat, task.id, statement="已完成", on=day)
    verify_close_out(seat, task.id, on=day)


def worked(engine, tenant, done, undone):
    """The tenant has so many tasks closed out, and so many overdue."""
    seat = console(engine, tenant)
    plan = a_plan(seat)
    tasks = [a_task(seat, plan, DUE) for _ in range(done + undone)]
    for task in tasks[:done]:
        close(seat, task)
    return seat, tasks[done:]


@pytest.fixture
def province(engine):
    """A province with four cities: one in time, one that corrected itself, one late county below, one silent."""
    province = a_tenant(engine, furnish=furnish)
    cities = [a_tenant(engine, "city", province, furnish=furnish) for _ in range(3)]
    county = a_tenant(engine, "county", cities[0], furnish=furnish)
    first, _open = worked(engine, cities[0], 3, 1)
    prepare_words(
        first, Q3, {"experience": "推行一人一码。", "problem": "参训率偏低。", "suggestion": "建议送教上门。"}
    )
    publish_period(first, Q3, ON)
    second, open_tasks = worked(engine, cities[1], 1, 2)
    publish_period(second, Q3, ON)
    close(second, open_tasks[0])
    publish_period(second, Q3, ON)
    below, _open = worked(engine, county, 2, 2)
    publish_period(below, Q3, date(2026, 11, 2))
    list(ledger.drain(engine, handlers()))
    return province, cities, county


def published(engine, tenants, code):
    """Σ over each tenant's own newest publication, read in its own session: nothing of the report's code."""
    parts = [Decimal(0), Decimal(0)]
    for tenant in tenants:
        with acting_for(engine, tenant.id) as session:
            query = select(Publication).where(Publication.period == str(Q3)).order_by(Publication.revision.desc())
            newest = session.scalars(query.limit(1)).one_or_none()
            for row in newest.content["figures"] if newest else ():
                if row["code"] == code:
                    parts = [parts[0] + Decimal(row["numerator"]), parts[1] + Decimal(row["denominator"] or 0)]
    return tuple(parts)


def test_the_total_is_the_sum_of_what_the_localities_published(engine, province):
    holder, cities, county = province
    seat = a_seat(engine, holder, "OS")
    taken = snapshot(seat.session, draft_report(seat, Q3, ON).snapshot_id)
    done = totals(taken.content)["completion_rate"]
    assert (done.amount.numerator, done.amount.denominator) == published(engine, [*cities, county], "P01") == (7, 11)
    assert done.text == "63.6%"
    assert (done.reported, done.expected) == (3, 4)
    assert [place["name"] for place in taken.content["silent"]] == [cities[2].name]


def test_a_later_correction_leaves_the_signed_report_as_it_was(engine, province):
    holder, cities, _county = province
    seat = a_seat(engine, holder, "OS", "CV")
    row = draft_report(seat, Q3, ON)
    sign_report(seat, row.id, "衡人社发〔2026〕3号", "张建国", ON)
    before = snapshot(seat.session, row.snapshot_id)
    first = console(engine, cities[0])
    prepare_words(first, Q3, {"experience": "另有新的做法。"})
    publish_period(first, Q3, ON)
    list(ledger.drain(engine, handlers()))
    assert stale(seat.session, holder, before)
    again = draft_report(seat, Q3, ON)
    assert again.id != row.id and again.snapshot_id != row.snapshot_id
    assert snapshot(seat.session, row.snapshot_id).sha256 == before.sha256
    with pytest.raises(Conflict, match="已用于另一份报告"):
        sign_report(seat, again.id, "衡人社发〔2026〕3号", "张建国", ON)
    with pytest.raises(Refused, match="发文字号"):
        sign_report(seat, again.id, "衡人社发(2026)04号", "张建国", ON)
    with pytest.raises(Conflict, match="已签发"):
        sign_report(seat, row.id, "衡人社发〔2026〕4号", "张建国", ON)


def test_a_period_that_is_not_over_has_no_report(engine, province):
    with pytest.raises(Refused, match="结束后才能起草"):
        draft_report(console(engine, province[0]), Q3, date(2026, 9, 30))


def test_words_that_ask_for_a_decision_are_warned_of():
    """Source: 条例第十五条(四)."""
    found = rules.warnings({"suggestion": [{"text": "妥否，请批示。"}], "experience": [{"text": "x"}]})
    assert any("妥否" in line for line in found) and any("突出问题" in line for line in found)
    assert rules.warnings({kind: [{"text": "好"}] for kind in rules.PARTS}) == []


def test_the_office_drafts_edits_and_the_convener_signs_on_pages(app, engine, province):
    holder, cities, _county = province
    root = f"/t/{holder.slug}/reports"
    office, convener = (signed_in(app, engine, holder, role) for role in ("OS", "CV"))
    assert "还没有报告" in office.get(f"{root}/").text
    assert office.post(f"{root}/", data={"period": "2099Q1"}).status_code == 422
    drafted = office.post(f"{root}/", data={"period": "2026Q3"}, follow_redirects=True)
    assert cities[2].name in drafted.text and "推行一人一码" in drafted.text
    path = drafted.request.path
    form = {"revision": "1", "experience-text": ["推行一人一码，成效明显。"], "experience-original": ["推行一人一码。"]}
    form |= {"experience-source": [cities[0].name], "experience-slug": [cities[0].slug], "experience-edited": [""]}
    assert "已人工改写" in office.post(f"{path}/parts", data=form, follow_redirects=True).text
    late = office.post(f"{path}/parts", data=form | {"experience-text": ["后到的修改"]})
    assert late.status_code == 422 and "后到的修改" in late.text, "the second is told, and loses nothing"
    source = office.get(f"{path}/figures/P01").text
    assert all(name in source for name in (cities[0].name, cities[1].name, "第"))
    assert (
        office.post(f"{path}/signature", data={"document_number": "衡人社发〔2026〕5号", "signer": "x"}).status_code
        == 403
    )
    wrong = convener.post(f"{path}/signature", data={"document_number": "5号", "signer": "张建国"})
    assert wrong.status_code == 422 and 'value="5号"' in wrong.text
    signed = convener.post(
        f"{path}/signature", data={"document_number": "衡人社发〔2026〕5号", "signer": "张建国"}, follow_redirects=True
    )
    assert "已签发" in signed.text
    assert "衡人社发〔2026〕5号" in office.get(f"{root}/?state=signed").text
    assert "衡人社发〔2026〕5号" in office.get(f"{root}/?format=csv").get_data().decode("utf-8-sig")
    assert office.get(f"{path}.pdf").get_data().startswith(b"%PDF-")
    with zipfile.ZipFile(io.BytesIO(office.get(f"{path}.docx").get_data())) as file:
        text = file.read("word/document.xml").decode()
    assert "张建国" in text and "63.6%" in text and "衡人社发〔2026〕5号" in text


def test_a_program_drafts_revises_with_the_tag_and_reads_the_snapshot(client, engine, province):
    holder = province[0]
    api = f"/api/v1/t/{holder.slug}/reports"
    office = bearing(a_token(engine, holder, "OS"))
    made = client.post(api, json={"period": "2026Q3"}, headers=office)
    path = f"{api}/{made.json['id']}"
    body = {"experience": [{"text": "做法"}]}
    assert client.put(f"{path}/parts", json=body, headers=office).status_code == 428
    assert (
        client.put(f"{path}/parts", json=body, headers=office | {"If-Match": made.headers["ETag"]}).status_code == 200
    )
    assert (
        client.put(f"{path}/parts", json=body, headers=office | {"If-Match": made.headers["ETag"]}).status_code == 412
    )
    signature = {"document_number": "衡人社发〔2026〕6号", "signer": "张建国"}
    assert client.post(f"{path}/signature", json=signature, headers=office).status_code == 403
    convener = bearing(a_token(engine, holder, "CV"))
    assert client.post(f"{path}/signature", json=signature, headers=convener).json["state"] == "signed"
    frozen = client.get(f"/api/v1/t/{holder.slug}/snapshots/{made.json['snapshot_id']}", headers=office).json
    assert frozen["content"]["reported"] == 3
    assert client.get(f"{path}/document.docx", headers=office).get_data().startswith(b"PK")
    assert client.get(f"{api}?state=signed", headers=office).json["total"] == 1


def test_a_county_reports_to_whom_its_charter_says(engine, province):
    seat = console(engine, province[2])
    assert draft_report(seat, Q3, ON).parts["head"]["addressee"].startswith("县人民政府")
