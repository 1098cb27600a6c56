import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from service.charter import queries
from service.charter.opening import furnish
from service.kit.web import today
from tenants.db import acting_for
from tests.factories import a_tenant, a_token, bearing, signed_in

TYPED = re.compile(r'<input class="form-control" type="text" id="f-\w+" name="(\w+)" value="([^"]*)"')


class Browser:
    """Somebody of a tenant, at the charter's pages."""

    def __init__(self, app, engine, tenant, *roles):
        self.client = signed_in(app, engine, tenant, *roles)
        self.engine, self.tenant, self.root = engine, tenant, f"/t/{tenant.slug}/charter"

    def get(self, path="/"):
        answer = self.client.get(self.root + path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path, follow=True, **fields):
        return self.client.post(self.root + path, data=fields, follow_redirects=follow)

    def submit(self, form, path=None, **fields):
        """The form of the draft as it stands, with these fields changed."""
        return self.post(f"/draft{path or form}", revision=self.revision(form), **fields)

    def approve(self, **fields):
        """The draft that lies before the convener is approved as it stands."""
        return self.submit("/changes", "/approve", draft=self.shown(), **fields)

    def shown(self):
        """The id of the draft that the form of approval is about."""
        found = re.search(r'name="draft" value="([^"]+)"', self.get("/draft/changes"))
        assert found
        return found[1]

    def revision(self, form):
        found = re.search(r'name="revision" value="(\d+)"', self.get(f"/draft{form}"))
        assert found
        return found[1]

    def draft(self):
        with acting_for(self.engine, self.tenant.id) as session:
            found = queries.open_draft(session)
            assert found
            return found.text

    def leads(self):
        with acting_for(self.engine, self.tenant.id) as session:
            return [unit.key for unit in queries.lead_units(session, today())]


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def office(app, engine, tenant):
    return Browser(app, engine, tenant, "OS")


@pytest.fixture
def drafting(office):
    office.post("/draft/begin")
    return office


@pytest.fixture
def convener(app, engine, tenant):
    return Browser(app, engine, tenant, "CV")


def test_the_charter_reads_as_the_seed_does_with_its_sources(office):
    text = office.get()
    assert "省国税局、省地税局：负责落实相关税收优惠政策，鼓励支持家庭服务业发展。" in text
    assert "〔制度四(六)〕" in text
    assert "与模板一致" in text


def test_a_version_goes_from_draft_to_in_force(drafting, convener):
    """Source: dossier 1.1 P1."""
    assert "修订稿" in drafting.get("/draft/")
    answer = drafting.submit("/lead", lead_units=["COM"], office_host="HRSS")
    assert "办公室所在单位不是牵头部门" in answer.text
    assert drafting.leads() == ["HRSS"]
    changes = drafting.get("/draft/changes")
    assert "省商务厅" in changes
    assert "批准</button>" not in changes
    assert drafting.submit("/changes", "/submit", reason=" ").status_code == 422
    drafting.submit("/changes", "/submit", reason="第一次全体会议议定")
    assert "第一次全体会议议定" in convener.get("/draft/changes")
    wrong = convener.approve(effective_from="2026-01-01")
    assert wrong.status_code == 422
    assert "同一日只能有一个制度文本有效" in wrong.text
    assert "已批准" in convener.approve(effective_from=today().isoformat()).text
    assert drafting.leads() == ["COM"]
    versions = drafting.get("/versions/")
    assert "2026年第1次修订" in versions
    assert "第一次全体会议议定" in versions
    older = drafting.client.get(f"{drafting.root}/?on=2026-03-01", follow_redirects=True).text
    assert "2026版，自2026-01-01起施行" in older


def test_a_draft_is_sent_back_with_a_reason_recalled_and_thrown_away(drafting, convener):
    assert "不超过200字" in drafting.submit("/changes", "/submit", reason="长" * 201).text
    drafting.submit("/changes", "/submit", reason="第一次全体会议议定")
    assert drafting.client.get(drafting.root + "/draft/name").status_code == 200
    assert drafting.post("/draft/name", revision="9", conference_name="省家政专班").status_code == 422
    assert "退回的理由" in convener.post("/draft/return", remark="").text
    assert "不超过200字" in convener.post("/draft/return", remark="长" * 201).text
    assert "退回意见：请核对牵头部门" in convener.post("/draft/return", remark="请核对牵头部门").text
    drafting.submit("/changes", "/submit", reason="第一次全体会议议定")
    assert "已撤回" in drafting.post("/draft/recall").text
    assert "他人已修改" in drafting.post("/draft/discard", revision="1").text
    assert "已废弃" in drafting.submit("/changes", "/discard").text
    assert drafting.client.get(drafting.root + "/draft/").status_code == 404


def test_another_draft_is_not_approved_for_the_one_that_was_read(app, engine, tenant, drafting, convener):
    """Begun anew it may have come to the same revision."""
    token = a_token(engine, tenant, "CV")
    drafting.submit("/name", conference_name="省家政专班")
    drafting.submit("/changes", "/submit", reason="第一次全体会议议定")
    read = {"revision": convener.revision("/changes"), "draft": convener.shown()}
    drafting.post("/draft/recall")
    drafting.submit("/changes", "/discard")
    drafting.post("/draft/begin")
    drafting.submit("/name", conference_name="另一会议")
    drafting.submit("/changes", "/submit", reason="第二次全体会议议定")
    assert convener.revision("/changes") == read["revision"] and convener.shown() != read["draft"]
    refused = convener.post("/draft/approve", effective_from=today().isoformat(), **read)
    assert refused.status_code == 422 and "他人已修改" in refused.text
    address = f"/api/v1/t/{tenant.slug}/charter/draft/approval"
    assert app.test_client().post(address, json=read, headers=bearing(token)).status_code == 409
    assert "已批准" in convener.approve(effective_from=today().isoformat()).text


def test_no_lead_is_refused_at_the_field_and_the_form_stands_as_it_was(drafting):
    answer = drafting.submit("/lead", lead_units=[], office_host="FIN")
    assert answer.status_code == 422
    assert "联席会议须有一个或两个牵头部门。（依据：制度末句：各地根据本地区实际" in answer.text
    assert 'href="#f-lead_units"' in answer.text
    assert '<option value="FIN" selected>' in answer.text  # what was chosen is kept
    assert drafting.draft().leads == ("HRSS",)


def test_a_form_that_was_opened_before_another_change_is_not_taken(drafting):
    stale = drafting.revision("/lead")
    drafting.submit("/name", conference_name="省家政联席会议")
    answer = drafting.post("/draft/lead", revision=stale, lead_units=["COM"], office_host="COM")
    assert answer.status_code == 422
    assert "他人已修改" in answer.text
    assert drafting.draft().leads == ("HRSS",)


def test_a_form_without_the_csrf_token_is_not_taken(drafting):
    drafting.client.environ_base.pop("HTTP_X_CSRFTOKEN")
    assert drafting.post("/draft/name", revision="1", conference_name="省家政联席会议").status_code == 400
    assert drafting.draft().conference_name == "省发展家庭服务业联席会议"


def test_the_conference_is_renamed_and_an_empty_name_is_not(drafting):
    assert "省家政专班制度" in drafting.submit("/name", conference_name="省家政专班").text
    answer = drafting.submit("/name", conference_name=" ")
    assert answer.status_code == 422
    assert "请填写联席会议名称" in answer.text


def test_two_conveners_one_of_the_government_are_set(drafting):
    fields = {
        "convener-1-place": "@省政府",
        "convener-1-name": "副秘书长",
        "convener-2-place": "HRSS",
        "convener-2-name": "厅长",
        "office_director-1-place": "HRSS",
        "office_director-1-name": "副厅长",
    }
    answer = drafting.submit("/posts", **fields)
    assert "召集人由省政府副秘书长、省人力资源社会保障厅厅长共同担任" in answer.text


def test_a_post_without_a_place_is_refused_at_its_row(drafting):
    fields = {"convener-1-place": "HRSS", "convener-1-name": "厅长", "office_director-1-name": "副厅长"}
    answer = drafting.submit("/posts", **fields)
    assert answer.status_code == 422
    assert 'href="#f-office_director-1-name"' in answer.text
    missing = drafting.submit("/posts", **{"office_director-1-place": "HRSS", "office_director-1-name": "副厅长"})
    assert 'href="#f-convener-1-name"' in missing.text


def test_the_rules_are_read_with_sources_and_set_by_article(drafting):
    assert "全体会议每年至多次数" in drafting.get("/rules")
    path = "/rules/edit?article=四(二)"
    fields = dict(TYPED.findall(drafting.get(f"/draft{path}")))
    answer = drafting.submit(path, **(fields | {"plenary_max": "６", "decision_mode": "majority"}))
    assert answer.status_code == 200
    assert "每年召开一至六次" in drafting.get("/draft/")


def test_a_wrong_rule_is_refused_at_its_field_with_the_form_as_it_was(drafting):
    path = "/rules/edit?article=四(二)"
    fields = dict(TYPED.findall(drafting.get(f"/draft{path}")))
    answer = drafting.submit(
        path, **(fields | {"plenary_min": "3", "decision_mode": "majority", "minutes_workdays": "9"})
    )
    assert answer.status_code == 422
    assert 'href="#f-plenary_min"' in answer.text
    assert 'name="minutes_workdays" value="9"' in answer.text
    assert '<option value="majority" selected>' in answer.text
    assert "多数同意" not in drafting.get("/draft/rules")


def test_an_article_without_rules_to_set_is_not_found(drafting):
    assert drafting.client.get(drafting.root + "/draft/rules/edit?article=九").status_code == 404


def names(page):
    return re.findall(r'<th scope="row">(\S+)', page)


def test_units_are_added_renamed_moved_and_let_go(drafting):
    drafting.submit("/units/new", "/units/", name="省教育厅", category="政府部门")
    edu = drafting.draft().units[-1]
    assert names(drafting.get("/draft/units/"))[-1] == "省教育厅"
    assert "省教育厅" not in drafting.get("/units/")
    path = f"/units/{edu.key}"
    assert "省教体厅" in drafting.submit(f"{path}/edit", name="省教体厅", category="政府部门").text
    drafting.post(f"/draft{path}/place", to="up")
    assert names(drafting.get("/draft/units/"))[-2] == "省教体厅"
    drafting.submit(f"{path}/removal")
    assert drafting.draft().unit(edu.key) is None


def test_a_unit_that_leads_is_not_let_go_and_the_page_says_why(drafting):
    answer = drafting.submit("/units/HRSS/removal")
    assert answer.status_code == 422
    assert "请先另行确定牵头部门" in answer.text


def test_a_second_unit_of_one_name_is_refused_at_the_field(drafting):
    words = {"name": "省财政厅", "category": "政府部门", "source": "依据文字"}
    answer = drafting.submit("/units/new", "/units/", **words)
    assert answer.status_code == 422
    assert "已有名为“省财政厅”的成员单位" in answer.text
    assert 'value="依据文字"' in answer.text


def test_duties_are_seen_by_unit_and_as_a_matrix(office):
    assert "共同负责" in office.get("/duties/")
    matrix = office.get("/duties/matrix")
    assert matrix.count('<th scope="row">') == 44
    assert matrix.count("lx-grade-lead") > 30


def test_the_duties_are_seen_as_a_tree_of_fields_duties_and_holders(drafting):
    """Source: seed 一: 五个方面."""
    tree = drafting.get("/duties/tree")
    assert "从业人员培训（8 项）" in tree
    assert tree.count("<strong>") >= 44
    assert "省国税局" in tree and "共同负责" in tree
    assert "修订稿" in drafting.get("/draft/duties/tree")


def test_a_duty_is_added_reworded_and_ended(drafting):
    words = {"code": "X1", "text": "建设信用平台", "policy_field": "info_platform", "grade-COM": "lead"}
    assert "建设信用平台" in drafting.submit("/duties/new", "/duties/", **words).text
    more = {"text": "建设家政信用平台", "grade-FIN": "lead", "joint": "1"}
    answer = drafting.submit("/duties/X1/edit", **(words | more))
    assert answer.text.count("建设家政信用平台") == 2  # under each of the two who hold it
    drafting.submit("/duties/X1/removal")
    assert "建设家政信用平台" not in drafting.get("/draft/duties/")


def test_a_duty_without_a_holder_is_refused_with_the_form_as_it_was(drafting):
    answer = drafting.submit("/duties/RS3/edit", code="RS3", text="改后的文字", policy_field="training")
    assert answer.status_code == 422
    assert "每项职责须有承担单位" in answer.text
    assert "改后的文字" in answer.text
    assert drafting.draft().duty("RS3").text == "职业培训"


def test_the_versions_are_sorted_and_taken_as_a_file(drafting, convener):
    drafting.submit("/changes", "/submit", reason="会议议定")
    convener.approve(effective_from=today().isoformat())
    rows = drafting.client.get(f"{drafting.root}/versions/?format=csv").data.decode("utf-8-sig").splitlines()
    assert rows[0] == "版本,状态,施行日期,修订依据,批准人,批准日期"
    assert "年第1次修订,现行" in rows[1] and "会议议定" in rows[1] and len(rows) == 3
    last = drafting.client.get(f"{drafting.root}/versions/?format=csv&sort=effective_from").data.decode("utf-8-sig")
    assert "第1次修订" in last.splitlines()[2]
    assert "?sort=" in drafting.get("/versions/")


FORMS = ["/name", "/lead", "/posts", "/rules/edit?article=二", "/units/new", "/duties/new"]


@pytest.mark.parametrize("path", FORMS)
def test_a_liaison_reads_the_draft_and_sees_no_form(app, engine, tenant, drafting, path):
    liaison = Browser(app, engine, tenant, "LI")
    assert "修订稿" in liaison.get("/draft/")
    assert "确定牵头部门</a>" not in liaison.get("/draft/")
    assert "起草修订稿" not in liaison.get()
    assert liaison.client.get(f"{liaison.root}/draft{path}").status_code == 403
    assert drafting.client.get(f"{liaison.root}/draft{path}").status_code == 200


def test_nobody_of_the_province_enters_a_citys_charter(app, engine, tenant, office):
    city = a_tenant(engine, "city", tenant, furnish=furnish)
    theirs = Browser(app, engine, city, "OS")
    theirs.post("/draft/begin")
    body = {"revision": "1", "lead_units": ["COM"], "office_host": "COM"}
    assert office.client.post(f"/t/{city.slug}/charter/draft/lead", data=body).status_code == 404
    assert office.client.get(f"/t/{city.slug}/charter/").status_code == 404
    assert theirs.draft().leads == ("HRSS",)


@pytest.mark.parametrize(
    ("path", "rows", "row"),
    [
        ("/units/", 11, "省人力资源社会保障厅,政府部门,牵头,2026-01-01,,制度二"),
        ("/duties/", 46, "省国税局,TX1,落实税收优惠政策,负责,共同承担,财税和社会保险政策,,制度三"),
        ("/rules", None, "全体会议,全体会议每年至少次数,1,1,提示留痕,制度四(二)"),
    ],
)
def test_a_list_of_the_charter_is_taken_as_a_file(office, path, rows, row):
    """44 duties, two of them held by two units: 46 rows. Source: dossier 1.3."""
    answer = office.client.get(f"{office.root}{path}?format=csv")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert rows is None or len(lines) == rows + 1
    assert any(line.startswith(row) for line in lines), lines[:5]
    book = load_workbook(BytesIO(office.client.get(f"{office.root}{path}?format=xlsx").data))
    assert book.worksheets[0].max_row == len(lines)
    assert "?format=csv" in office.get(path)


def test_a_rule_says_in_its_form_how_strong_it_is_and_on_what_it_rests(drafting):
    assert "提示留痕；依据：制度四(二)" in drafting.get("/draft/rules/edit?article=四(二)")
