import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from service.charter import queries
from service.charter.models import Unit
from service.charter.opening import furnish
from service.kit.web import today
from tenants.db import acting_for
from tests.factories import a_tenant, signed_in

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
        """The form as it stands, with these fields changed."""
        return self.post(path or form, revision=self.revision(form), **fields)

    def revision(self, form):
        found = re.search(r'name="revision" value="(\d+)"', self.get(form))
        assert found
        return found[1]

    def unit(self, key):
        with acting_for(self.engine, self.tenant.id) as session:
            return next(unit for unit in queries.units(session, today()) if unit.key == key)

    def duty(self, code):
        with acting_for(self.engine, self.tenant.id) as session:
            return next(duty for duty in queries.duties(session, today()) if duty.code == code)

    def leads(self):
        with acting_for(self.engine, self.tenant.id) as session:
            return [unit.key for unit in queries.lead_units(session, today())]


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def office(app, engine, tenant):
    return Browser(app, engine, tenant, "OS")


def test_the_charter_reads_as_the_seed_does_with_its_sources(office):
    text = office.get()
    assert "省国税局、省地税局：负责落实相关税收优惠政策，鼓励支持家庭服务业发展。" in text
    assert "〔制度四(六)〕" in text
    assert "与模板一致" in text


def test_another_lead_is_chosen_and_the_office_is_asked_after(office):
    com, hrss = office.unit("COM"), office.unit("HRSS")
    answer = office.submit("/lead", lead_units=[com.id], office_host=hrss.id)
    assert answer.status_code == 200
    assert "牵头部门已确定" in answer.text
    assert "办公室所在单位不是牵头部门" in answer.text
    assert office.leads() == ["COM"]
    assert "省商务厅" in office.get("/comparison")


def test_no_lead_is_refused_at_the_field_and_the_form_stands_as_it_was(office):
    fin = office.unit("FIN")
    answer = office.submit("/lead", lead_units=[], office_host=fin.id)
    assert answer.status_code == 422
    assert "联席会议须有一个或两个牵头部门。（依据：制度末句：各地根据本地区实际" in answer.text
    assert 'href="#f-lead_units"' in answer.text
    assert f'<option value="{fin.id}" selected>' in answer.text  # what was chosen is kept
    assert office.leads() == ["HRSS"]


def test_a_form_that_was_opened_before_another_change_is_not_taken(office):
    stale = office.revision("/lead")
    office.submit("/name", conference_name="省家政联席会议")
    com = office.unit("COM")
    answer = office.post("/lead", revision=stale, lead_units=[com.id], office_host=com.id)
    assert answer.status_code == 422
    assert "他人已修改" in answer.text
    assert office.leads() == ["HRSS"]


def test_a_form_without_the_csrf_token_is_not_taken(office):
    office.client.environ_base.pop("HTTP_X_CSRFTOKEN")
    assert office.post("/name", revision="1", conference_name="省家政联席会议").status_code == 400
    assert "省发展家庭服务业联席会议制度" in office.get()


def test_the_conference_is_renamed_and_an_empty_name_is_not(office):
    assert "省家政专班制度" in office.submit("/name", conference_name="省家政专班").text
    answer = office.submit("/name", conference_name=" ")
    assert answer.status_code == 422
    assert "请填写联席会议名称" in answer.text


def test_two_conveners_one_of_the_government_are_set(office):
    fields = {
        "convener-1-place": "@省政府",
        "convener-1-name": "副秘书长",
        "convener-2-place": "HRSS",
        "convener-2-name": "厅长",
        "office_director-1-place": "HRSS",
        "office_director-1-name": "副厅长",
    }
    answer = office.submit("/posts", **fields)
    assert "召集人由省政府副秘书长、省人力资源社会保障厅厅长共同担任" in answer.text


def test_a_post_without_a_place_is_refused_at_its_row(office):
    fields = {"convener-1-place": "HRSS", "convener-1-name": "厅长", "office_director-1-name": "副厅长"}
    answer = office.submit("/posts", **fields)
    assert answer.status_code == 422
    assert 'href="#f-office_director-1-name"' in answer.text
    missing = office.submit("/posts", **{"office_director-1-place": "HRSS", "office_director-1-name": "副厅长"})
    assert 'href="#f-convener-1-name"' in missing.text


def test_the_rules_are_read_with_sources_and_set_by_article(office):
    assert "全体会议每年至多次数" in office.get("/rules")
    path = "/rules/edit?article=四(二)"
    fields = dict(TYPED.findall(office.get(path)))
    answer = office.submit(path, **(fields | {"plenary_max": "６", "decision_mode": "majority"}))
    assert "工作规则已保存" in answer.text
    assert "每年召开一至六次" in office.get()


def test_a_wrong_rule_is_refused_at_its_field_with_the_form_as_it_was(office):
    path = "/rules/edit?article=四(二)"
    fields = dict(TYPED.findall(office.get(path)))
    answer = office.submit(
        path, **(fields | {"plenary_min": "3", "decision_mode": "majority", "minutes_workdays": "9"})
    )
    assert answer.status_code == 422
    assert 'href="#f-plenary_min"' in answer.text
    assert 'name="minutes_workdays" value="9"' in answer.text
    assert '<option value="majority" selected>' in answer.text
    assert "多数同意" not in office.get("/rules")


def test_an_article_without_rules_to_set_is_not_found(office):
    assert office.client.get(office.root + "/rules/edit?article=九").status_code == 404


def test_units_are_added_renamed_moved_and_let_go(office):
    assert "已增加" in office.post("/units/", name="省教育厅", category="政府部门").text
    names = re.findall(r'<th scope="row">(\S+)', office.get("/units/"))
    assert names[-1] == "省教育厅"
    with acting_for(office.engine, office.tenant.id) as session:
        edu = session.query(Unit).filter_by(name="省教育厅").one()
    path = f"/units/{edu.id}"
    assert "省教体厅" in office.submit(f"{path}/edit", name="省教体厅", category="政府部门").text
    office.post(f"{path}/place", to="up")
    assert re.findall(r'<th scope="row">(\S+)', office.get("/units/"))[-2] == "省教体厅"
    gone = office.submit(f"{path}/departure", left_on=today().isoformat(), basis="机构改革").text
    assert "已退出的单位（1）" in gone


def test_a_unit_that_leads_is_not_let_go_and_the_page_says_why(office):
    answer = office.submit(f"/units/{office.unit('HRSS').id}/departure", left_on=today().isoformat())
    assert answer.status_code == 422
    assert "请先另行确定牵头部门" in answer.text


def test_a_second_unit_of_one_name_is_refused_at_the_field(office):
    answer = office.post("/units/", name="省财政厅", category="政府部门", source="依据文字")
    assert answer.status_code == 422
    assert "已有名为“省财政厅”的成员单位" in answer.text
    assert 'value="依据文字"' in answer.text


def test_duties_are_seen_by_unit_and_as_a_matrix(office):
    assert "共同负责" in office.get("/duties/")
    matrix = office.get("/duties/matrix")
    assert matrix.count('<th scope="row">') == 44
    assert matrix.count("lx-grade-lead") > 30


def test_a_duty_is_added_revised_and_ended(office):
    com, fin = office.unit("COM").id, office.unit("FIN").id
    words = {"code": "X1", "text": "建设信用平台", "policy_field": "info_platform", f"grade-{com}": "lead"}
    assert "建设信用平台" in office.post("/duties/", **words).text
    path = f"/duties/{office.duty('X1').id}"
    answer = office.submit(
        f"{path}/edit", **(words | {"text": "建设家政信用平台", f"grade-{fin}": "lead", "joint": "1"})
    )
    assert answer.text.count("建设家政信用平台") == 2  # under each of the two who hold it
    assert "职责已取消" in office.submit(f"{path}/end").text
    assert "建设家政信用平台" not in office.get("/duties/")


def test_a_duty_without_a_holder_is_refused_with_the_form_as_it_was(office):
    duty = office.duty("RS3")
    answer = office.submit(f"/duties/{duty.id}/edit", code="RS3", text="改后的文字", policy_field="training")
    assert answer.status_code == 422
    assert "每项职责须有承担单位" in answer.text
    assert "改后的文字" in answer.text
    assert office.duty("RS3").text == "职业培训"


@pytest.mark.parametrize("path", ["/name", "/lead", "/posts", "/rules/edit?article=二", "/units/new", "/duties/new"])
def test_a_liaison_reads_the_charter_and_sees_no_form(app, engine, tenant, path):
    liaison = Browser(app, engine, tenant, "LI")
    assert "确定牵头部门</a>" not in liaison.get()
    assert liaison.client.get(liaison.root + path).status_code == 403
    assert Browser(app, engine, tenant, "CV").client.get(liaison.root + path).status_code == 200


def test_nobody_of_the_province_enters_a_citys_charter(app, engine, tenant, office):
    city = a_tenant(engine, "city", tenant, furnish=furnish)
    theirs = Browser(app, engine, city, "OS")
    com = theirs.unit("COM").id
    body = {"revision": "1", "lead_units": [com], "office_host": com}
    assert office.client.post(f"/t/{city.slug}/charter/lead", data=body).status_code == 404
    assert office.client.get(f"/t/{city.slug}/charter/").status_code == 404
    assert theirs.leads() == ["HRSS"]


@pytest.mark.parametrize(
    ("path", "rows", "row"),
    [
        ("/units/", 11, "省人力资源社会保障厅,政府部门,牵头,2026-01-01,,制度二"),
        ("/duties/", 46, "省国税局,TX1,落实税收优惠政策,负责,共同承担,财税和社会保险政策,制度三"),
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


def test_a_rule_says_in_its_form_how_strong_it_is_and_on_what_it_rests(office):
    assert "提示留痕；依据：制度四(二)" in office.get("/rules/edit?article=四(二)")
