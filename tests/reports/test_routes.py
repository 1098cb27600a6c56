"""Reports as pages and as an API: each route, each denial beside the same call allowed."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from docx import Document

from tests.factories import a_token, bearing, signed_in
from tests.reports.scene import a_quarter

NUMBER = "测人社发〔2026〕1号"


@pytest.fixture(scope="module")
def scene(engine):
    return a_quarter(engine)


@pytest.fixture
def root(scene):
    return f"/t/{scene.province.slug}/reports"


@pytest.fixture
def api(scene):
    return f"/api/v1/t/{scene.province.slug}"


@pytest.fixture
def office(app, engine, scene):
    return signed_in(app, engine, scene.province, "OS")


@pytest.fixture
def convener(app, engine, scene):
    return signed_in(app, engine, scene.province, "CV")


def drafted(client, root, period="2026Q3"):
    """The path of the period's draft."""
    return client.post(f"{root}/", data={"period": period}, follow_redirects=True).request.path


def revision_of(text):
    found = re.search(r'name="revision" value="(\d+)"', text)
    assert found
    return found[1]


def test_the_list_is_empty_then_filtered_sorted_and_exported(app, engine, scene):
    city = scene.cities["乙"]
    office, root = signed_in(app, engine, city, "OS"), f"/t/{city.slug}/reports"
    assert "还没有报告" in office.get(f"{root}/").text
    for period in ("2026Q2", "2026Q3"):
        drafted(office, root, period)
    page = office.get(f"{root}/?sort=period").text
    assert page.index(">2026Q2</a>") < page.index(">2026Q3</a>")
    assert "没有符合条件的报告" in office.get(f"{root}/?state=signed").text
    assert ">2026Q2</a>" not in office.get(f"{root}/?period=2026Q3").text
    sheet = office.get(f"{root}/?format=csv&period=2026Q3").get_data().decode("utf-8-sig")
    assert "S-2026Q3-001" in sheet and "2026Q2" not in sheet
    assert office.get(f"{root}/?format=xlsx").get_data()[:2] == b"PK"


def test_a_draft_shows_its_text_with_every_figure_linked_to_its_source(office, root, scene):
    page = office.get(drafted(office, root)).text
    assert "38.5%" in page and "签发并锁定" not in page
    assert "<h2>一、政策落实和工作任务完成情况</h2>" in page and "<strong>（一）总体情况。</strong>" in page
    links = re.findall(r'class="lx-figure-ref" href="([^"]+)" title="([^"]+)"', page)
    assert len(links) > 10
    for _url, title in links:
        assert "分子" in title and "分母" in title and "报送覆盖" in title
    own = drafted(office, root) + "/figures/P01?of=own"
    assert "本级（不含各地）" in office.get(own).text
    source = office.get(links[0][0]).text
    for name in "甲乙丁戊":
        assert scene.cities[name].name in source
    assert f"未报：{scene.cities['丙'].name}" in source
    assert "第 2 版" in source
    assert office.get(drafted(office, root) + "/figures/X99").status_code == 404


def test_both_files_are_downloaded(office, root):
    path = drafted(office, root)
    word, pdf = office.get(f"{path}.docx"), office.get(f"{path}.pdf")
    assert "38.5%" in "".join(p.text for p in Document(BytesIO(word.data)).paragraphs)
    assert pdf.data.startswith(b"%PDF")
    assert ".docx" in word.headers["Content-Disposition"] and pdf.mimetype == "application/pdf"


def test_a_passage_changed_by_hand_is_marked_and_nothing_is_lost(office, root, scene):
    path = drafted(office, root)
    seen, slug = revision_of(office.get(path).text), scene.cities["甲"].slug
    form = {
        "revision": seen,
        "experience-text": "改写后的做法",
        "experience-slug": slug,
        "problem-text": "请批示",
        "problem-slug": "",
    }
    saved = office.post(f"{path}/parts", data=form, follow_redirects=True).text
    assert "已人工改写" in saved and "报告不得夹带请示事项" in saved
    behind = office.post(f"{path}/parts", data=form | {"experience-text": "晚到的改写"})
    assert behind.status_code == 409 and "晚到的改写" in behind.text and "已被他人修改" in behind.text
    long = form | {"revision": revision_of(saved), "problem-text": "长" * 5001, "experience-text": "还在这里"}
    refused = office.post(f"{path}/parts", data=long)
    assert refused.status_code == 422 and "超过5000字" in refused.text and "还在这里" in refused.text
    assert "改写后的做法" in office.get(path).text


def test_a_period_not_over_is_refused_at_the_field(office, root):
    late = office.post(f"{root}/", data={"period": "2098Q4"})
    assert late.status_code == 422 and "结束后才能起草" in late.text
    assert office.post(f"{root}/", data={"period": "nonsense"}).status_code == 422


def test_the_convener_signs_once_and_a_newer_snapshot_is_told(app, engine):
    scene = a_quarter(engine)
    root = f"/t/{scene.province.slug}/reports"
    office, convener = (signed_in(app, engine, scene.province, role) for role in ("OS", "CV"))
    path = drafted(office, root)
    form = {"document_number": NUMBER, "signer": "李厅长"}
    assert office.post(f"{path}/signature", data=form).status_code == 403
    wrong = convener.post(f"{path}/signature", data=form | {"document_number": "测人社发[2026]01号"})
    assert wrong.status_code == 422 and "应为“测人社发〔2026〕1号”" in wrong.text and 'value="李厅长"' in wrong.text
    signed = convener.post(f"{path}/signature", data=form, follow_redirects=True).text
    assert "报告已签发" in signed and "快照之后又有新发布的数据" not in signed
    assert convener.post(f"{path}/signature", data=form).status_code == 409
    scene.correct("乙")
    later = office.get(path).text
    assert "本报告已签发，不随之变动" in later and "38.5%" in later
    assert "46.2%" in office.get(drafted(office, root)).text
    assert NUMBER in office.get(f"{root}/?state=signed").text


def test_who_may_not_read_reads_nothing(app, engine, scene, root, office):
    stranger = signed_in(app, engine, scene.cities["甲"], "OS")
    path = drafted(office, root)
    assert stranger.get(path).status_code == 404
    assert office.get(path).status_code == 200


def test_the_government_reads_what_is_signed_and_no_draft(app, client, engine):
    scene = a_quarter(engine)
    root, api = f"/t/{scene.province.slug}/reports", f"/api/v1/t/{scene.province.slug}"
    draft = drafted(signed_in(app, engine, scene.province, "OS"), root)
    convener, government = (signed_in(app, engine, scene.province, role) for role in ("CV", "GV"))
    headers = bearing(a_token(engine, scene.province, "GV"))
    report_id = draft.rpartition("/")[2]
    snapshot = client.get(f"{api}/reports/{report_id}", headers=bearing(a_token(engine, scene.province, "OS"))).json[
        "snapshot_id"
    ]
    pages = [draft, f"{draft}.docx", f"{draft}/figures/P06"]
    programs = [f"{api}/reports/{report_id}", f"{api}/reports/{report_id}/figures", f"{api}/snapshots/{snapshot}"]

    def seen():
        asked = [government.get(url) for url in pages] + [client.get(url, headers=headers) for url in programs]
        return {answer.status_code for answer in asked}

    assert seen() == {404}
    assert client.get(f"{api}/reports", headers=headers).json["total"] == 0
    assert report_id not in government.get(f"{root}/").text
    signed = convener.post(f"{draft}/signature", data={"document_number": NUMBER, "signer": "王主任"})
    assert signed.status_code == 302, signed.text
    assert seen() == {200}
    assert report_id in government.get(f"{root}/").text


def test_a_program_drafts_revises_signs_and_traces(client, engine):
    scene = a_quarter(engine)
    api = f"/api/v1/t/{scene.province.slug}"
    office, convener = (bearing(a_token(engine, scene.province, role)) for role in ("OS", "CV"))
    assert client.post(f"{api}/reports", json={"period": "2026Q3"}, headers=convener).status_code == 403
    made = client.post(f"{api}/reports", json={"period": "2026Q3"}, headers=office)
    assert made.status_code == 201 and made.headers["ETag"]
    path = f"{api}/reports/{made.json['id']}"
    parts = {"experience": [{"text": "改写", "slug": scene.cities["甲"].slug}]}
    assert client.put(f"{path}/parts", json=parts, headers=office).status_code == 428
    stale = client.put(f"{path}/parts", json=parts, headers=office | {"If-Match": '"old"'})
    assert stale.status_code == 412
    tagged = office | {"If-Match": client.get(path, headers=office).headers["ETag"]}
    revised = client.put(f"{path}/parts", json=parts, headers=tagged)
    assert revised.json["parts"]["experience"][0]["edited"] is True
    traced = client.get(f"{path}/figures", headers=office).json
    assert traced["totals"]["completion_rate"]["numerator"] == "5" and traced["newer"] is False
    assert len(traced["totals"]["completion_rate"]["places"]) == 4
    for kind, magic in (("docx", b"PK"), ("pdf", b"%PDF")):
        assert client.get(f"{path}/document.{kind}", headers=office).data.startswith(magic)
    signature = {"document_number": NUMBER, "signer": "李厅长"}
    assert client.post(f"{path}/signature", json=signature, headers=office).status_code == 403
    assert client.post(f"{path}/signature", json=signature, headers=convener).json["state"] == "signed"
    assert client.post(f"{path}/signature", json=signature, headers=convener).status_code == 409
    assert client.get(f"{api}/reports?state=draft", headers=office).json["total"] == 0
    assert client.get(f"{api}/snapshots/{made.json['snapshot_id']}", headers=office).json["number"] == "S-2026Q3-001"
