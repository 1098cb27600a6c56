"""The organisation chart over HTTP: as a page, as data, as files; whoever may not read the roster gets none of it."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest

from service.charter.opening import furnish
from service.members import commands
from service.members.rules import PersonText
from tests.documents.measure import opened
from tests.factories import a_seat, a_tenant, a_token, bearing, signed_in

SEATED = date(2026, 1, 1)
KINDS = {
    "svg": ("image/svg+xml; charset=utf-8", b"<svg"),
    "png": ("image/png", b"\x89PNG"),
    "pdf": ("application/pdf", b"%PDF"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
}


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/members"


@pytest.fixture
def api(tenant):
    return f"/api/v1/t/{tenant.slug}/members/chart"


@pytest.fixture(autouse=True)
def somebody(engine, tenant):
    """One convener and one liaison are in office; every other place is empty."""
    seat = a_seat(engine, tenant, "OS")
    commands.record_appointment(seat, "convener/HRSS/1", PersonText("林昇远"), from_date=SEATED, basis="", on=SEATED)
    commands.register_liaison(
        seat,
        "liaison/FIN/1",
        PersonText("张建国", rank="处级", mobile="13800001234"),
        from_date=SEATED,
        basis="",
        on=SEATED,
    )


def test_the_page_draws_the_chart_twice_and_tells_it_in_words_in_the_charters_order(app, engine, tenant, root):
    text = signed_in(app, engine, tenant, "LI").get(f"{root}/chart").text
    assert text.count("<svg xmlns") == 2
    assert text.count('aria-describedby="chart-words"') == 2
    words = text.partition('id="chart-words"')[2]
    assert "林昇远" in words and "联络员 张建国" in words and "成员代表 空缺" in words
    units = ["省人力资源社会保障厅（牵头）", "省发展改革委", "省民政厅", "省财政厅", "省妇联"]
    assert sorted(units, key=words.index) == units
    assert "13800001234" not in text
    assert ' style="' not in text


def test_the_chart_of_another_day_shows_who_sat_then(app, engine, tenant, root):
    client, spring, summer = signed_in(app, engine, tenant, "LI"), date(2026, 3, 1), date(2026, 7, 1)
    seat = a_seat(engine, tenant, "OS")
    commands.record_appointment(seat, "convener/HRSS/1", PersonText("周望舒"), from_date=date(2026, 6, 1), on=SEATED)
    page = client.get(f"{root}/chart?on={spring}").text
    assert "林昇远" in page and "周望舒" not in page and f"chart.pdf?on={spring}" in page
    assert "林昇远" in client.get(f"{root}/chart.svg?on={spring}").text
    later = client.get(f"{root}/chart?on={summer}").text
    assert "周望舒" in later and "林昇远" not in later
    assert client.get(f"{root}/chart?on=昨天").status_code == 422
    before = client.get(f"{root}/chart?on=2024-01-01")
    assert before.status_code == 422 and "没有施行中的联席会议制度" in before.text


def test_the_page_is_english_for_whoever_asked_for_it(app, engine, tenant, root):
    client = signed_in(app, engine, tenant, "LI")
    with client.session_transaction() as session:
        session["locale"] = "en"
    text = client.get(f"{root}/chart").text
    assert "Vacant" in text and "Organisation chart" in text


def test_programs_get_the_tiers_of_a_day(engine, tenant, client, api):
    headers = bearing(a_token(engine, tenant, "LI"))
    tiers = client.get(api, headers=headers).json
    assert [tier["title"] for tier in tiers] == ["召集人", "联席会议办公室", "成员单位"]
    assert tiers[0]["cards"] == [{"lines": ["召集人", "林昇远", "省人力资源社会保障厅厅长"], "vacant": False}]
    assert len(tiers[2]["cards"]) == 11
    assert tiers[2]["cards"][3] == {"lines": ["省财政厅", "成员代表 空缺", "联络员 张建国"], "vacant": True}
    before = client.get(f"{api}?on=2025-12-31", headers=headers)
    assert before.status_code == 422
    assert client.get(f"{api}?format=doc", headers=headers).status_code == 422


@pytest.mark.parametrize("kind", KINDS)
def test_the_chart_comes_as_a_file_from_page_and_api(app, engine, tenant, client, root, api, kind):
    mime, magic = KINDS[kind]
    from_page = signed_in(app, engine, tenant, "LI").get(f"{root}/chart.{kind}")
    from_api = client.get(f"{api}?format={kind}", headers=bearing(a_token(engine, tenant, "LI")))
    for answer in (from_page, from_api):
        assert (answer.status_code, answer.content_type) == (200, mime)
        assert answer.data.startswith(magic)
    assert from_page.data == from_api.data


def test_the_printed_chart_has_title_day_and_names(app, engine, tenant, root):
    client = signed_in(app, engine, tenant, "LI")
    (page,) = opened(client.get(f"{root}/chart.pdf").data)
    told = "".join(page.text.split())
    for words in ("省发展家庭服务业联席会议组织机构图", "（截至", "林昇远", "空缺", "省妇联"):
        assert words in told
    word = docx.Document(io.BytesIO(client.get(f"{root}/chart.docx").data))
    (shape,) = word.inline_shapes
    assert "联络员 张建国" in shape._inline.docPr.get("descr")


def test_who_may_not_read_the_roster_sees_no_chart_and_no_other_tenant_does(app, engine, tenant, client, root, api):
    for path in (f"{root}/chart", f"{root}/chart.png"):
        assert signed_in(app, engine, tenant, "LI").get(path).status_code == 200
        assert signed_in(app, engine, tenant, "SA").get(path).status_code == 403
        assert signed_in(app, engine, a_tenant(engine, furnish=furnish), "LI").get(path).status_code == 404
    assert client.get(api, headers=bearing(a_token(engine, tenant, "SA"))).status_code == 403
    foreign = a_token(engine, a_tenant(engine, furnish=furnish), "LI")
    assert client.get(api, headers=bearing(foreign)).status_code in (401, 404)
