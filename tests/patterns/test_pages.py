"""The pages of templates: written and published above, compared item by item below, taken into the draft."""

import io
import json
import re
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from service.charter import amending
from service.charter.opening import furnish
from service.charter.queries import open_draft
from service.patterns import queries
from tenants.db import acting_for
from tests.factories import a_small_province, a_tenant, signed_in
from tests.patterns.offices import kept, plenaries, publish, received, settle


class Browser:
    """Somebody of a tenant, at the pages of templates."""

    def __init__(self, app, engine, tenant, *roles):
        self.client = signed_in(app, engine, tenant, *roles)
        self.engine, self.tenant, self.root = engine, tenant, f"/t/{tenant.slug}/templates"

    def get(self, path="/", status=200):
        answer = self.client.get(self.root + path)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, path, follow=True, **fields):
        return self.client.post(self.root + path, data=fields, follow_redirects=follow)

    def submit(self, page, path=None, **fields):
        """The page's form with these fields, and the mark of what it was opened on."""
        found = re.search(r'name="(revision|token)" value="([^"]+)"', self.get(page))
        assert found
        return self.post(path or page, **{found[1]: found[2]}, **fields)

    def shown(self):
        """The id of the template draft that the form of publication is about."""
        found = re.search(r'name="draft" value="([^"]+)"', self.get("/drafts/county"))
        assert found
        return found[1]

    def draft(self):
        with acting_for(self.engine, self.tenant.id) as session:
            draft = open_draft(session)
            return draft and draft.text

    def pattern(self, level="county"):
        with acting_for(self.engine, self.tenant.id) as session:
            return queries.draft_named(session, level).text


@pytest.fixture
def places(engine):
    return a_small_province(engine, furnish)


@pytest.fixture
def office(app, engine, places):
    return Browser(app, engine, places[0], "OS", "OD")


@pytest.fixture
def county(app, engine, places):
    """The county's office, before a template by which it may hold four plenaries and a new duty is owed."""
    publish(engine, places[0], plenaries(4), lambda text: amending.named(text, "县家政联席会议"))
    return Browser(app, engine, places[2], "OS")


def comparison(engine, browser):
    return f"/received/{received(engine, browser.tenant)[-1].id}/comparison"


# --- below ---


def test_the_list_says_what_came_from_whom_and_an_empty_one_says_so(engine, app, places, county):
    text = county.get()
    assert f"{places[0].name}县级参考模板第1版" in text
    assert "统一会议次数" in text and "未对照" in text
    assert "没有符合条件的记录" in county.get("/?q=没有这份")
    assert "还没有收到参考模板" in Browser(app, engine, places[1], "OS").get()


def test_the_list_is_a_file_too(county):
    body = county.client.get(county.root + "/?format=xlsx").data
    cells = [cell for row in load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True) for cell in row]  # type: ignore[union-attr]
    assert f"{county.tenant.name}" not in cells
    assert any("县级参考模板第1版" in str(cell) for cell in cells)
    assert "县级参考模板第1版" in county.client.get(county.root + "/?format=csv").data.decode("utf-8-sig")


def test_a_template_is_read_as_a_document_with_its_seal(engine, county):
    row = received(engine, county.tenant)[-1]
    text = county.get(f"/received/{row.id}")
    assert row.sha256 in text
    assert "县家政联席会议" in text
    assert "与本级逐项对照" in text


def test_only_what_differs_is_shown_unless_all_is_asked_for(engine, county):
    path = comparison(engine, county)
    text = county.get(path)
    assert text.count('class="lx-card lx-item"') == 2
    assert "全体会议每年至多次数" in text
    assert "仅模板有改动" in text
    assert re.search(r'name="choice-rule:plenary_max" value="take" checked', text)
    whole = county.get(path + "?all=1")
    assert whole.count('class="lx-card lx-item"') > 100
    assert "均未改动" in whole


def test_what_is_chosen_stands_in_the_draft_and_the_page_of_its_way_follows(engine, county):
    path = comparison(engine, county)
    answer = county.submit(path, **{"choice-rule:plenary_max": "take", "choice-conference_name": "keep"})
    assert answer.status_code == 200
    assert "所选内容已写入修订稿" in answer.text
    assert "修改与审批" in answer.text
    draft = county.draft()
    assert draft.rules["plenary_max"] == 4
    assert draft.conference_name != "县家政联席会议"
    assert "已对照" in county.get()
    assert "仅本级有改动" in county.get(path)


def test_a_choice_that_gives_no_charter_comes_back_at_its_item_with_the_form_as_it_was(engine, places, app):
    publish(
        engine,
        places[0],
        lambda text: amending.with_unit(text, EDUCATION),
        lambda text: amending.with_duty(text, COURSES),
    )
    county = Browser(app, engine, places[2], "OS")
    path = comparison(engine, county)
    answer = county.submit(path, **{"choice-duty:EDU1": "take", "choice-unit:EDU": "keep"})
    assert answer.status_code == 422
    assert "职责EDU1涉及“县教育局”" in answer.text
    assert 'href="#f-duty:EDU1"' in answer.text
    assert re.search(r'name="choice-unit:EDU" value="keep" checked', answer.text)
    assert county.draft() is None
    taken = county.submit(path, **{"choice-duty:EDU1": "take", "choice-unit:EDU": "take"})
    assert taken.status_code == 200
    draft = county.draft()
    assert draft is not None
    assert draft.duty("EDU1")


EDUCATION = amending.UnitEntry("EDU", "县教育局", "政府部门")
COURSES = amending.DutyEntry("EDU1", "开设家政专业", "training", "", (amending.Holding("EDU", "lead"),))


def test_a_form_that_was_opened_before_another_change_is_not_taken(engine, county):
    path = comparison(engine, county)
    first = re.search(r'name="token" value="([^"]+)"', county.get(path))
    assert first
    county.submit(path, **{"choice-rule:plenary_max": "take"})
    answer = county.post(path, token=first[1], **{"choice-conference_name": "take"})
    assert answer.status_code == 422
    assert "他人已修改" in answer.text
    assert county.draft().conference_name != "县家政联席会议"


def test_who_may_only_read_sees_the_comparison_and_no_form(app, engine, places, county):
    path = comparison(engine, county)
    reader = Browser(app, engine, places[2], "LI")
    text = reader.get(path)
    assert "由本级联席会议办公室办理" in text
    assert "choice-" not in text
    assert reader.post(path, token="x").status_code == 422  # told that it was changed, and nothing is written
    assert county.draft() is None
    assert county.submit(path).status_code == 200


def test_a_foreign_template_is_as_one_that_does_not_exist(engine, app, places, county):
    row = received(engine, county.tenant)[-1]
    city = Browser(app, engine, places[1], "OS", "OD")
    for path in ("/received/{}", "/received/{}/comparison", "/issued/{}"):
        foreign, unknown = (city.get(path.format(name), 404) for name in (row.id, uuid4()))
        assert (
            foreign.replace(str(row.id), "") == re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", unknown)
            or "没有找到" in foreign
        )


# --- above ---


def test_a_province_has_nobody_above_and_looks_at_what_it_published(office):
    assert office.client.get(office.root + "/").status_code == 302
    text = office.get("/issued/")
    assert "还没有下发过参考模板" in text
    assert "2018年机构改革后" in text and "上一次下发的模板" not in text


def test_a_city_has_both_sides(app, engine, places):
    text = Browser(app, engine, places[1], "OS", "OD").get()
    assert "上级下发" in text and "下发给下级" in text
    assert "下发给下级" not in Browser(app, engine, places[2], "OS", "OD").get()


def test_a_template_is_begun_changed_by_forms_and_published(engine, office, places):
    assert "已开始起草" in office.post("/drafts/", level="county", origin="level").text
    office.submit("/drafts/county/basics", conference_name="县家政联席会议", lead_units=["COM"], office_host="COM")
    fields = dict(re.findall(r'type="text" id="f-\w+" name="(\w+)" value="([^"]*)"', office.get("/drafts/county/rules?article=四(二)")))  # fmt: skip
    fields |= {"decision_mode": "majority", "plenary_max": "３"}
    answer = office.submit("/drafts/county/rules?article=四(二)", **fields)
    assert answer.status_code == 200, answer.text
    office.submit("/drafts/county/units/new", name="县教育局", category="政府部门")
    key = office.pattern().units[-1].key
    duty = {"code": "EDU1", "text": "开设家政专业", "policy_field": "training", f"grade-{key}": "lead"}
    assert office.submit("/drafts/county/duties/new", **duty).status_code == 200
    office.submit("/drafts/county/units/order", **{f"place-{key}": "1"})
    assert office.pattern().units[0].key == key
    posts = {"convener-1-place": "@县政府", "convener-1-name": "分管副县长"}
    posts |= {"office_director-1-place": "COM", "office_director-1-name": "副局长"}
    assert office.submit("/drafts/county/posts", **posts).status_code == 200
    assert [(p.unit or p.organ, p.name) for p in office.pattern().own_posts] == [
        ("县政府", "分管副县长"),
        ("COM", "副局长"),
    ]
    wrong = office.submit("/drafts/county/posts", **(posts | {"convener-1-name": ""}))
    assert wrong.status_code == 422 and "请填写职务名称" in wrong.text
    text = office.get("/drafts/county")
    assert "县政府分管副县长" in text and "县教育局" in text and "开设家政专业" in text
    done = office.submit("/drafts/county", "/drafts/county/publication", draft=office.shown(), remark="增加教育部门")
    assert "已封存并下发" in done.text
    settle(engine)
    row = received(engine, places[2])[-1]
    assert (row.note, row.number) == ("增加教育部门", 1)
    (sent,) = kept(engine, places[0])
    page = office.get(f"/issued/{sent.id}")
    assert "1 个地区，共 1 个" in page and "开设家政专业" in page and "补发" not in page


def test_what_is_wrong_is_said_at_its_field_and_the_form_stands_as_it_was(office):
    office.post("/drafts/", level="county", origin="level")
    answer = office.submit("/drafts/county/basics", conference_name="县家政联席会议", lead_units=[], office_host="FIN")
    assert answer.status_code == 422
    assert "一个或两个牵头部门" in answer.text and 'value="县家政联席会议"' in answer.text
    nobody = office.submit("/drafts/county/duties/new", code="X1", text="某项", policy_field="other")
    assert nobody.status_code == 422
    assert "每项职责须有承担单位" in nobody.text
    other = office.submit("/drafts/county", "/drafts/county/publication", remark="说明", draft=office.tenant.id)
    assert other.status_code == 422 and "他人已修改" in other.text
    silent = office.submit("/drafts/county", "/drafts/county/publication", draft=office.shown(), remark="")
    assert silent.status_code == 422
    assert "请说明本次下发的内容和理由" in silent.text
    assert "还没有下发过模板" in office.post("/drafts/", level="city", origin="last").text


def test_a_unit_is_renamed_and_a_duty_reworded(office):
    office.post("/drafts/", level="county", origin="level")
    unit, duty = office.pattern().units[0], office.pattern().duties[0]
    assert office.submit(f"/drafts/county/units/{unit.key}", name="县人社局", category=unit.category).status_code == 200
    words = {"code": duty.code, "text": "统筹协调", "policy_field": duty.policy_field}
    held = {f"grade-{holding.unit}": holding.grade for holding in duty.holders}
    assert office.submit(f"/drafts/county/duties/{duty.code}", **words, **held).status_code == 200
    assert office.pattern().units[0].name == "县人社局"
    assert (office.pattern().duties[0].text, office.pattern().duties[0].holders) == ("统筹协调", duty.holders)
    office.get("/drafts/county/duties/NONE", 404)
    office.get("/drafts/county/rules?article=九", 404)


def test_a_unit_or_a_duty_is_taken_out_unless_something_hangs_on_it(office):
    office.post("/drafts/", level="county", origin="level")
    code = office.pattern().duties[-1].code
    assert office.submit(f"/drafts/county/duties/{code}", f"/drafts/county/duties/{code}/removal").status_code == 200
    assert office.pattern().duty(code) is None
    lead = office.pattern().leads[0]
    answer = office.submit(f"/drafts/county/units/{lead}", f"/drafts/county/units/{lead}/removal")
    assert answer.status_code == 422
    assert "是牵头部门" in answer.text
    assert office.pattern().unit(lead)


def test_the_template_is_written_as_a_file_whole_or_not_at_all(office):
    office.post("/drafts/", level="county", origin="level")
    words = json.loads(office.get("/drafts/county/file"))
    words["rules"]["plenary_max"] = 3
    words["posts"][0]["name"] = "主要负责同志"
    assert "已按文件写入" in load(office, json.dumps(words)).text
    assert office.pattern().rules["plenary_max"] == 3
    assert office.pattern().own_posts[0].name == "主要负责同志"
    for body, sentence in (
        ("没有引号", "不是可以读取的 JSON 文本"),
        ("[" * 100_000, "不是可以读取的 JSON 文本"),
        (json.dumps(words | {"units": "无"}), "units"),
        (json.dumps(words | {"leads": []}), "一个或两个牵头部门"),
        ("", "请选择从本页下载"),
    ):
        answer = load(office, body)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert office.pattern().leads


def load(office, body):
    file = (io.BytesIO(body.encode()), "template.json")
    return office.submit("/drafts/county", "/drafts/county/file", file=file)


def test_a_draft_that_somebody_else_changed_is_not_overwritten_and_one_can_be_thrown_away(office):
    office.post("/drafts/", level="county", origin="level")
    office.submit("/drafts/county/units/new", name="县教育局", category="政府部门")
    stale = office.post("/drafts/county/discard", revision="1")
    assert stale.status_code == 422
    assert "他人已修改" in stale.text
    assert "草稿已废弃" in office.submit("/drafts/county", "/drafts/county/discard").text
    office.get("/drafts/county", 404)


def test_who_may_not_draft_has_no_pages_of_it(app, engine, places, office):
    office.post("/drafts/", level="county", origin="level")
    reader = Browser(app, engine, places[0], "LI")
    for path in ("/issued/", "/drafts/county", "/drafts/county/basics"):
        reader.get(path, 403)
        office.get(path)


def test_a_place_that_opened_later_is_sent_it_by_a_button(engine, places, office):
    row = publish(engine, places[0], plenaries(4))
    late = a_tenant(engine, "county", places[1], furnish=furnish)
    assert "补发给 1 个地区" in office.get(f"/issued/{row.id}")
    assert "正在送往 1 个地区" in office.post(f"/issued/{row.id}/deliveries").text
    settle(engine)
    assert [one.title for one in received(engine, late)] == [row.title]
    listed = office.get("/issued/?level=county")
    assert row.title in listed and "2/2" in listed
    assert row.title in office.client.get(office.root + "/issued/?format=csv").data.decode("utf-8-sig")
