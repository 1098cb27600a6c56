"""The total in the report is the sum of what localities published; signed, it never moves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select, update
from sqlalchemy.exc import ProgrammingError

from service.documents.composition import passages
from service.reports.commands import draft_report, revise_report, sign_report
from service.reports.files import RENDER
from service.reports.models import Snapshot
from service.reports.queries import report, snapshot, stale
from service.reports.totals import provenance, totals
from service.reports.writing import write
from tenants.db import acting_for
from tenants.errors import Conflict, Forbidden, Refused
from tests.factories import a_seat
from tests.reports.scene import LATE, Q3, Scene, a_quarter
from tests.work.office import console

NUMBER = "测人社发〔2026〕1号"


@pytest.fixture(scope="module")
def scene(engine) -> Iterator[Scene]:
    yield a_quarter(engine)


def published_sum(scene: Scene, code: str) -> tuple[Decimal, Decimal, int]:
    """Σ over the rows that each city itself holds as published, each read under its own tenant."""
    numerator = denominator = Decimal(0)
    reported = 0
    for name in scene.cities:
        publication = scene.published(name)
        for row in publication.content["figures"] if publication else []:
            if row["code"] == code and row["status"] == "reported":
                numerator += Decimal(row["numerator"])
                denominator += Decimal(row["denominator"] or 0)
                reported += 1
    return numerator, denominator, reported


def drafted(scene: Scene):
    seat = console(scene.engine, scene.province)
    row = draft_report(seat, Q3, LATE)
    return seat, row, snapshot(seat.session, row.snapshot_id)


def test_every_total_is_the_sum_of_what_each_locality_published(scene):
    _seat, _row, taken = drafted(scene)
    found = totals(taken.content)
    for total in found.values():
        numerator, denominator, reported = published_sum(scene, total.indicator.code)
        if reported:
            assert total.amount.numerator == numerator, total.indicator.key
            assert (total.amount.denominator or 0) == denominator, total.indicator.key
        assert (total.reported, total.expected) == (reported, 5), total.indicator.key
    done, due, reported = published_sum(scene, "P01")
    assert (done, due, reported) == (5, 13, 4), "甲 2/6, 乙 1/3, 丁 1/3 once corrected, 戊 1/1; 丙 is silent"
    share = (done / due * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert found["completion_rate"].text == f"{share}%" == "38.5%"


def test_the_text_states_the_sums_with_coverage_and_names_who_did_not_report(scene):
    _seat, row, taken = drafted(scene)
    text = "\n".join(passages(write(row, taken)))
    assert "应报送数据的地区5个，实际报送4个。2026年度计划任务共13项，已完成5项，年度完成率38.5%（4/5地区）。" in text
    assert f"未报送数据的地区1个：{scene.cities['丙'].name}" in text
    late = "、".join(f"{scene.cities[name].name}（迟26天）" for name in "乙戊")
    assert f"上报期限为2026年10月10日，按期上报的地区2个，迟报2个：{late}。" in text
    for heading in ("政策落实和工作任务完成情况", "各地经验和做法", "存在的突出问题", "下一步工作安排的建议"):
        assert heading in text
    assert f"一人一码，服务可查。（{scene.cities['甲'].name}）" in text


def test_a_figure_names_the_revision_each_place_published(scene):
    _seat, _row, taken = drafted(scene)
    told = provenance(totals(taken.content)["completion_rate"], taken.content)
    revisions = {share["slug"]: (share["revision"], share["sha256"]) for share in told["places"]}
    for name in "甲乙丁戊":
        publication = scene.published(name)
        assert publication is not None
        assert revisions[scene.cities[name].slug] == (publication.revision, publication.sha256)
    assert revisions[scene.cities["丁"].slug][0] == 2


def test_the_snapshot_is_numbered_hashed_and_taken_again_only_when_figures_moved(scene):
    seat, row, taken = drafted(scene)
    assert taken.number.startswith("S-2026Q3-") and taken.cutoff == Q3.end and len(taken.sha256) == 64
    again = draft_report(seat, Q3, LATE)
    assert (again.id, again.snapshot_id) == (row.id, row.snapshot_id)
    assert json.dumps(taken.content, ensure_ascii=False)


def test_the_document_names_organ_addressee_and_signer_as_the_standard_asks(scene):
    _seat, row, taken = drafted(scene)
    document = write(row, taken)
    assert "联席会议" not in document.issuing_organ, "the lead department issues, a joint conference is no organ"
    assert document.addressee == "省人民政府"
    assert [a.title for a in document.attachments] == [
        "主要指标完成情况表",
        "当前逾期事项分地区情况表",
        "各地工作进展一览表",
    ]
    word = "\n".join(p.text for p in Document(BytesIO(RENDER["docx"](document))).paragraphs)
    assert "签发人：" in word and "38.5%" in word
    assert RENDER["pdf"](document).startswith(b"%PDF")


def test_a_period_that_is_not_over_has_no_report(scene):
    seat = console(scene.engine, scene.province)
    with pytest.raises(Refused, match="结束后才能起草"):
        draft_report(seat, Q3, Q3.end)
    assert draft_report(seat, Q3, LATE).period == "2026Q3"


def test_a_signed_report_never_moves_and_a_later_correction_makes_a_newer_snapshot(engine):
    scene = a_quarter(engine)
    seat, row, taken = drafted(scene)
    before = write(row, taken).blocks
    sign_report(seat, row.id, NUMBER, "李厅长", LATE)
    assert not stale(seat.session, scene.province, taken)
    scene.correct("乙")
    seat = console(engine, scene.province)
    signed = report(seat.session, row.id)
    kept = snapshot(seat.session, signed.snapshot_id)
    assert write(signed, kept).blocks == before
    assert stale(seat.session, scene.province, kept)
    with pytest.raises(Conflict, match="内容锁定"):
        revise_report(seat, row.id, {})
    newer = draft_report(seat, Q3, LATE)
    assert newer.id != row.id
    moved = snapshot(seat.session, newer.snapshot_id)
    assert moved.serial == kept.serial + 1
    assert totals(moved.content)["completion_rate"].amount.numerator == 6
    assert totals(kept.content)["completion_rate"].amount.numerator == 5
    with pytest.raises(Refused, match="不得重号"):
        sign_report(seat, newer.id, NUMBER, "李厅长", LATE)
    assert sign_report(seat, newer.id, "测人社发〔2026〕2号", "李厅长", LATE).state == "signed"


def test_only_the_office_drafts_and_only_the_convener_signs(engine):
    scene = a_quarter(engine)
    with pytest.raises(Forbidden):
        draft_report(a_seat(engine, scene.province, "CV"), Q3, LATE)
    row = draft_report(a_seat(engine, scene.province, "OS"), Q3, LATE)
    with pytest.raises(Forbidden):
        sign_report(a_seat(engine, scene.province, "OS"), row.id, NUMBER, "李厅长", LATE)
    with pytest.raises(Refused, match="须有签发人"):
        sign_report(a_seat(engine, scene.province, "CV"), row.id, NUMBER, " ", LATE)
    assert sign_report(a_seat(engine, scene.province, "CV"), row.id, NUMBER, "李厅长", LATE).signer == "李厅长"


def test_a_city_without_places_below_reports_its_own_figures_to_its_own_government(scene):
    seat = console(scene.engine, scene.cities["甲"])
    row = draft_report(seat, Q3, LATE)
    document = write(row, snapshot(seat.session, row.snapshot_id))
    assert document.addressee == "市人民政府"
    text = "\n".join(passages(document))
    assert "计划任务共6项，已完成2项，年度完成率33.3%。" in text
    assert "一人一码" in text and "应报送数据的地区" not in text
    assert [a.title for a in document.attachments] == ["主要指标完成情况表"]


def test_a_snapshot_is_nowhere_but_with_its_holder_and_cannot_be_changed_even_there(scene):
    _seat, _row, taken = drafted(scene)
    with acting_for(scene.engine, scene.cities["甲"].id) as session:
        assert session.scalars(select(Snapshot).where(Snapshot.id == taken.id)).all() == []
    with acting_for(scene.engine, scene.province.id) as session:
        assert session.scalars(select(Snapshot.number).where(Snapshot.id == taken.id)).one() == taken.number
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(update(Snapshot).where(Snapshot.id == taken.id).values(number="S-0"))
        session.rollback()
