from uuid import uuid4

import pytest

from service.charter.opening import furnish
from tests.factories import a_tenant, a_token, bearing


class Caller:
    """A program of one tenant's office."""

    def __init__(self, app, engine, tenant, *roles):
        self.client = app.test_client()
        self.token = a_token(engine, tenant, *roles)
        self.root = f"/api/v1/t/{tenant.slug}"

    def __call__(self, method, path, body=None, **headers):
        return self.client.open(self.root + path, method=method, json=body, headers=bearing(self.token, **headers))

    def get(self, path):
        return self("GET", path)

    def tag(self, path):
        return self.get(path).headers["ETag"]


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def office(app, engine, tenant):
    return Caller(app, engine, tenant, "OS")


def units(caller):
    return {unit["key"]: unit for unit in caller.get("/units").json["items"]}


def a_duty(caller, code):
    return next(duty for duty in caller.get("/duties").json["items"] if duty["code"] == code)


def test_the_charter_is_read_with_its_tag(office):
    answer = office.get("/charter")
    assert answer.status_code == 200
    assert answer.json["conference_name"] == "省发展家庭服务业联席会议"
    assert answer.json["rules"]["plenary_max"] == 2
    assert answer.json["differences"] == 0
    assert len(answer.json["lead_units"]) == 1
    assert office("GET", "/charter", If_None_Match=answer.headers["ETag"]).status_code == 304


def test_the_text_and_the_differences_are_read(office):
    articles = office.get("/charter/text").json
    assert [article["number"] for article in articles] == ["前言", "一", "二", "三", "四", "末句"]
    assert office.get("/charter/differences").json == []


def test_another_lead_is_set_with_the_right_tag_and_only_then(office):
    body = {"units": [units(office)["COM"]["id"]], "office_host": units(office)["HRSS"]["id"]}
    assert office("PUT", "/charter/lead-units", body).status_code == 428
    assert office("PUT", "/charter/lead-units", body, If_Match='"stale"').status_code == 412
    answer = office("PUT", "/charter/lead-units", body, If_Match=office.tag("/charter"))
    assert answer.status_code == 200
    assert answer.json["lead_units"] == body["units"]
    assert "办公室" in answer.json["cautions"][0]["message"]
    assert answer.headers["ETag"] == office.tag("/charter")


def test_a_charter_without_a_lead_is_a_problem_that_names_field_and_rule(office):
    body = {"units": [], "office_host": None}
    answer = office("PUT", "/charter/lead-units", body, If_Match=office.tag("/charter"))
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert (answer.json["field"], answer.json["detail"]) == ("lead_units", "联席会议须有一个或两个牵头部门。")
    assert "确定牵头部门" in answer.json["source"]
    assert len(office.get("/charter").json["lead_units"]) == 1


def test_the_conference_is_named(office):
    answer = office("PATCH", "/charter", {"conference_name": "省家政专班"}, If_Match=office.tag("/charter"))
    assert answer.json["title"] == "省家政专班制度"


def test_posts_are_set(office):
    posts = [
        {"role": "convener", "name": "副秘书长", "organ": "省政府"},
        {"role": "office_director", "name": "副厅长", "unit": "HRSS"},
    ]
    answer = office("PUT", "/charter/posts", {"posts": posts}, If_Match=office.tag("/charter"))
    assert answer.status_code == 200
    assert answer.json["posts"][0]["organ"] == "省政府"
    none = office("PUT", "/charter/posts", {"posts": posts[1:]}, If_Match=office.tag("/charter"))
    assert (none.status_code, none.json["field"]) == (422, "convener")


def test_rules_are_read_with_their_sources_and_set_typed(office):
    listed = office.get("/rules").json["items"]
    assert all(rule["source"] for rule in listed)
    answer = office("PATCH", "/rules", {"rules": {"plenary_max": 6}}, If_Match=office.tag("/rules"))
    assert answer.status_code == 200
    assert office.get("/charter").json["rules"]["plenary_max"] == 6
    wrong = office("PATCH", "/rules", {"rules": {"plenary_max": "六"}}, If_Match=office.tag("/rules"))
    assert (wrong.status_code, wrong.json["field"]) == (422, "plenary_max")


def test_units_are_listed_added_renamed_ordered_and_let_go(office):
    page = office.get("/units?per_page=5").json
    assert (page["total"], len(page["items"]), page["page"]) == (11, 5, 1)
    added = office("POST", "/units", {"name": "省教育厅", "category": "政府部门", "key": "EDU"})
    assert added.status_code == 201
    path = f"/units/{added.json['id']}"
    renamed = office("PATCH", path, {"name": "省教育和体育厅"}, If_Match=added.headers["ETag"])
    assert (renamed.status_code, renamed.json["name"]) == (200, "省教育和体育厅")
    assert office("PATCH", path, {"name": "x"}, If_Match=added.headers["ETag"]).status_code == 412
    order = [unit["id"] for unit in reversed(units(office).values())]
    ordered = office("PUT", "/units/order", {"units": order}, If_Match=office.tag("/charter"))
    assert ordered.json[0]["key"] == "EDU"
    left = office("POST", f"{path}/departure", {"basis": "机构改革"})
    assert (left.status_code, left.json["left_basis"]) == (201, "机构改革")
    assert office.get("/units").json["total"] == 11
    assert office.get(path).json["left_on"] is not None


def test_units_of_an_earlier_day_are_those_of_that_day(office):
    office("POST", "/units", {"name": "省教育厅", "category": "政府部门"})
    assert office.get("/units").json["total"] == 12
    assert office.get("/units?on=2026-03-01").json["total"] == 11


def test_a_unit_that_holds_duties_alone_is_not_let_go(office):
    answer = office("POST", f"/units/{units(office)['WOMEN']['id']}/departure", {})
    assert answer.status_code == 422
    assert "FL1" in answer.json["detail"]


def test_duties_are_listed_by_unit_and_field(office):
    tax = units(office)["STAX"]["id"]
    assert [duty["code"] for duty in office.get(f"/duties?unit={tax}").json["items"]] == ["TX1", "TX2"]
    training = office.get("/duties?policy_field=training").json
    assert training["total"] == len(training["items"])
    assert {duty["policy_field"] for duty in training["items"]} == {"training"}
    assert office.get("/duties?policy_field=sports").status_code == 422


def test_a_duty_is_added_reworded_reassigned_and_ended(office):
    com, fin = units(office)["COM"]["id"], units(office)["FIN"]["id"]
    words = {"code": "X1", "text": "建设信用平台", "policy_field": "info_platform"}
    added = office("POST", "/duties", words | {"holders": [{"unit": com, "grade": "lead"}]})
    assert added.status_code == 201
    path = f"/duties/{added.json['id']}"
    worded = office("PATCH", path, {"text": "建设家政信用平台"}, If_Match=added.headers["ETag"])
    assert worded.json["text"] == "建设家政信用平台"
    both = [{"unit": com, "grade": "lead"}, {"unit": fin, "grade": "cooperate"}]
    assigned = office("PUT", f"{path}/holders", {"holders": both}, If_Match=worded.headers["ETag"])
    assert [holder["unit"] for holder in assigned.json["holders"]] == [fin, com]  # in the charter's order
    assert office("DELETE", path, If_Match=worded.headers["ETag"]).status_code == 412
    assert office("DELETE", path, If_Match=assigned.headers["ETag"]).status_code == 204
    assert office.get(path).json["ended_on"] is not None
    assert office.get("/duties").json["total"] == 44


def test_a_duty_without_a_holder_is_a_problem_at_its_field(office):
    duty = a_duty(office, "RS1")
    path = f"/duties/{duty['id']}"
    answer = office("PUT", f"{path}/holders", {"holders": []}, If_Match=office.tag(path))
    assert (answer.status_code, answer.json["field"]) == (422, "holders")
    assert a_duty(office, "RS1") == duty


def test_a_post_sent_twice_with_one_key_adds_one_unit(office):
    body = {"name": "省教育厅", "category": "政府部门"}
    first = office("POST", "/units", body, Idempotency_Key="k1")
    again = office("POST", "/units", body, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json["id"] == first.json["id"]
    assert office.get("/units").json["total"] == 12


def test_a_liaison_reads_and_does_not_write(app, engine, tenant, office):
    liaison = Caller(app, engine, tenant, "LI")
    assert liaison.get("/charter").status_code == 200
    body = {"conference_name": "改名"}
    assert liaison("PATCH", "/charter", body, If_Match=office.tag("/charter")).status_code == 403
    assert office("PATCH", "/charter", body, If_Match=office.tag("/charter")).status_code == 200


def test_a_foreign_unit_answers_exactly_as_none(app, engine, tenant, office):
    """The province asks for a city's unit under its own address, and under the city's."""
    city = a_tenant(engine, "city", tenant, furnish=furnish)
    foreign = units(Caller(app, engine, city, "OS"))["COM"]["id"]
    nobody = str(uuid4())
    for path in ("/units/{}", "/duties/{}"):
        one, other = office.get(path.format(foreign)), office.get(path.format(nobody))
        assert (one.status_code, one.data) == (404, other.data)
    office.root = f"/api/v1/t/{city.slug}"
    assert office.get("/charter").status_code == 404
    assert office("PATCH", "/charter", {"conference_name": "省里定的"}, If_Match='"x"').status_code == 404
