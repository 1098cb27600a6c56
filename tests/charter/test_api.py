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

    def tag(self, path="/charter/draft"):
        return self.get(path).headers["ETag"]

    def write(self, method, path, body=None):
        """A change of the draft as it stands now."""
        return self(method, f"/charter/draft{path}", body, If_Match=self.tag())


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def office(app, engine, tenant):
    return Caller(app, engine, tenant, "OS")


@pytest.fixture
def drafting(office):
    assert office("POST", "/charter/draft").status_code == 201
    return office


@pytest.fixture
def convener(app, engine, tenant):
    return Caller(app, engine, tenant, "CV")


def units(caller):
    return {unit["key"]: unit for unit in caller.get("/units").json["items"]}


def words(answer):
    """What a program sends back of a charter that it read."""
    return {field: answer.json[field] for field in ("conference_name", "leads", "office_host", "units", "duties")} | {
        "posts": [
            {field: post[field] for field in ("role", "name", "unit", "organ", "rank")}
            for post in answer.json["posts"]
            if post["unit"] or post["organ"]
        ],
        "rules": answer.json["rules"],
        "units": [{field: unit[field] for field in ("key", "name", "category")} for unit in answer.json["units"]],
    }


def test_the_charter_is_read_with_its_tag(office):
    answer = office.get("/charter")
    assert answer.status_code == 200
    assert answer.json["conference_name"] == "省发展家庭服务业联席会议"
    assert answer.json["rules"]["plenary_max"] == 2
    assert answer.json["differences"] == 0
    assert answer.json["leads"] == ["HRSS"]
    assert len(answer.json["duties"]) == 44
    assert office("GET", "/charter", If_None_Match=answer.headers["ETag"]).status_code == 304
    assert office.get("/charter?on=2020-01-01").status_code == 422


def test_the_text_and_the_differences_are_read(office):
    articles = office.get("/charter/text").json
    assert [article["number"] for article in articles] == ["前言", "一", "二", "三", "四", "末句"]
    assert office.get("/charter/differences").json == []


def test_a_duty_that_goes_to_another_is_a_difference_that_a_program_reads(drafting):
    """Source: dossier 1.5."""
    held = {"holders": [{"unit": "COM", "grade": "lead", "joint": False}]}
    assert drafting.write("PATCH", "/duties/TX1", held).status_code == 200
    (change,) = drafting.get("/charter/draft/changes").json["differences"]
    assert (change["kind"], change["key"], change["own"]) == ("holders", "TX1", [["COM", "lead"]])
    assert change["template"] and change["template"] != change["own"]


def test_a_version_goes_from_draft_to_in_force(drafting, convener):
    """Source: dossier 1.1 P1."""
    drafting.write("PUT", "/lead-units", {"units": ["COM"], "office_host": "COM"})
    changes = drafting.get("/charter/draft/changes").json
    assert [change["kind"] for change in changes["differences"]] == ["leads", "office_host"]
    assert changes["faults"] == []
    submitted = drafting.write("POST", "/submission", {"reason": "第一次全体会议议定"})
    assert (submitted.status_code, submitted.json["state"]) == (201, "in_review")
    seen = {"revision": submitted.json["revision"], "draft": submitted.json["id"]}
    assert drafting.write("POST", "/approval", seen).status_code == 403
    assert convener.write("POST", "/approval", seen | {"revision": 1}).status_code == 409
    assert convener.write("POST", "/approval", seen | {"draft": str(uuid4())}).status_code == 409
    approved = convener.write("POST", "/approval", seen)
    assert (approved.status_code, approved.json["state"]) == (201, "in_force")
    assert drafting.get("/charter").json["leads"] == ["COM"]
    assert drafting.get("/charter?on=2026-03-01").json["leads"] == ["HRSS"]
    assert units(drafting)["COM"]["is_lead"]
    listed = drafting.get("/charter/versions").json
    assert [row["state"] for row in listed["items"]] == ["in_force", "superseded"]
    older = drafting.get(f"/charter/versions/{listed['items'][1]['id']}")
    assert older.json["leads"] == ["HRSS"]
    assert drafting.get("/charter/draft").status_code == 404


def test_a_draft_is_sent_back_recalled_and_thrown_away(drafting, convener):
    drafting.write("POST", "/submission", {"reason": "第一次全体会议议定"})
    back = convener.write("POST", "/return", {"remark": "请核对牵头部门"})
    assert (back.status_code, back.json["state"], back.json["remark"]) == (201, "draft", "请核对牵头部门")
    drafting.write("POST", "/submission", {"reason": "第一次全体会议议定"})
    assert drafting.write("PATCH", "", {"conference_name": "省家政专班"}).status_code == 422
    assert drafting.write("POST", "/recall").json["state"] == "draft"
    assert drafting.write("DELETE", "").status_code == 204
    assert drafting.get("/charter/draft").status_code == 404


def test_a_charter_is_written_whole_or_not_at_all(drafting):
    body = words(drafting.get("/charter/draft")) | {"conference_name": "省家政专班", "leads": ["COM", "FIN"]}
    written = drafting.write("PUT", "", body)
    assert written.status_code == 200, written.json
    assert written.json["leads"] == ["COM", "FIN"]
    for wrong, field in (
        ({"leads": []}, "lead_units"),
        ({"units": [*body["units"], body["units"][0]]}, "units"),
        ({"duties": [*body["duties"], body["duties"][0]]}, "duties"),
        ({"rules": {"plenary_max": 0}}, "plenary_min"),
        ({"rules": {"no_such_rule": 1}}, "no_such_rule"),
        ({"posts": []}, "convener"),
    ):
        answer = drafting.write("PUT", "", body | wrong)
        assert (answer.status_code, answer.json["field"]) == (422, field)
    assert drafting.get("/charter/draft").json["revision"] == written.json["revision"]


def test_the_draft_is_changed_with_the_right_tag_and_only_then(drafting):
    body = {"units": ["COM"], "office_host": "HRSS"}
    path = "/charter/draft/lead-units"
    assert drafting("PUT", path, body).status_code == 428
    assert drafting("PUT", path, body, If_Match='"stale"').status_code == 412
    answer = drafting("PUT", path, body, If_Match=drafting.tag())
    assert answer.status_code == 200
    assert answer.json["leads"] == ["COM"]
    assert "办公室" in answer.json["cautions"][0]["message"]
    assert answer.headers["ETag"] == drafting.tag()


def test_a_charter_without_a_lead_is_a_problem_that_names_field_and_rule(drafting):
    answer = drafting.write("PUT", "/lead-units", {"units": [], "office_host": None})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert (answer.json["field"], answer.json["detail"]) == ("lead_units", "联席会议须有一个或两个牵头部门。")
    assert "确定牵头部门" in answer.json["source"]


def test_the_conference_is_named(drafting):
    assert drafting.write("PATCH", "", {"conference_name": "省家政专班"}).json["title"] == "省家政专班制度"


def test_posts_are_set(drafting):
    posts = [
        {"role": "convener", "name": "副秘书长", "organ": "省政府"},
        {"role": "office_director", "name": "副厅长", "unit": "HRSS"},
    ]
    answer = drafting.write("PUT", "/posts", {"posts": posts})
    assert answer.status_code == 200
    assert answer.json["posts"][0]["organ"] == "省政府"
    none = drafting.write("PUT", "/posts", {"posts": posts[1:]})
    assert (none.status_code, none.json["field"]) == (422, "convener")


def test_rules_are_read_with_their_sources_and_set_typed(drafting):
    assert all(rule["source"] for rule in drafting.get("/rules").json["items"])
    answer = drafting.write("PATCH", "/rules", {"rules": {"plenary_max": 6}})
    assert (answer.status_code, answer.json["rules"]["plenary_max"]) == (200, 6)
    wrong = drafting.write("PATCH", "/rules", {"rules": {"plenary_max": "六"}})
    assert (wrong.status_code, wrong.json["field"]) == (422, "plenary_max")


def test_units_are_added_renamed_ordered_and_let_go(drafting):
    added = drafting.write("POST", "/units", {"name": "省教育厅", "category": "政府部门", "key": "EDU"})
    assert added.status_code == 201
    renamed = drafting.write("PATCH", "/units/EDU", {"name": "省教育和体育厅"})
    assert renamed.json["units"][-1]["name"] == "省教育和体育厅"
    order = [unit["key"] for unit in reversed(renamed.json["units"])]
    assert drafting.write("PUT", "/units/order", {"units": order}).json["units"][0]["key"] == "EDU"
    assert drafting.write("DELETE", "/units/EDU").status_code == 204
    assert len(drafting.get("/charter/draft").json["units"]) == 11
    assert drafting.write("DELETE", "/units/EDU").status_code == 404


def test_units_of_a_day_are_listed_page_by_page(office):
    page = office.get("/units?per_page=5").json
    assert (page["total"], len(page["items"]), page["page"]) == (11, 5, 1)
    assert office.get("/units?on=2025-01-01").json["total"] == 0


def test_a_unit_that_holds_duties_alone_is_not_let_go(drafting):
    answer = drafting.write("DELETE", "/units/WOMEN")
    assert answer.status_code == 422
    assert "FL1" in answer.json["detail"]


def test_duties_are_listed_by_unit_and_field(office):
    tax = units(office)["STAX"]["id"]
    found = office.get(f"/duties?unit={tax}").json["items"]
    assert [duty["code"] for duty in found] == ["TX1", "TX2"]
    assert office.get(f"/duties/{found[0]['id']}").json["code"] == "TX1"
    assert office.get(f"/units/{tax}").json["key"] == "STAX"
    training = office.get("/duties?policy_field=training").json
    assert training["total"] == len(training["items"])
    assert {duty["policy_field"] for duty in training["items"]} == {"training"}
    assert office.get("/duties?policy_field=sports").status_code == 422


def test_a_duty_is_added_reworded_reassigned_and_ended(drafting):
    body = {"code": "X1", "text": "建设信用平台", "policy_field": "info_platform"}
    added = drafting.write("POST", "/duties", body | {"holders": [{"unit": "COM", "grade": "lead"}]})
    assert added.status_code == 201
    worded = drafting.write("PATCH", "/duties/X1", {"text": "建设家政信用平台"})
    assert worded.json["duties"][-1]["text"] == "建设家政信用平台"
    both = [{"unit": "COM", "grade": "lead"}, {"unit": "FIN", "grade": "cooperate"}]
    assigned = drafting.write("PUT", "/duties/X1/holders", {"holders": both})
    assert [held["unit"] for held in assigned.json["duties"][-1]["holders"]] == ["COM", "FIN"]
    assert drafting.write("DELETE", "/duties/X1").status_code == 204
    assert len(drafting.get("/charter/draft").json["duties"]) == 44
    assert drafting.write("DELETE", "/duties/X1").status_code == 404


def test_a_duty_without_a_holder_is_a_problem_at_its_field(drafting):
    answer = drafting.write("PUT", "/duties/RS1/holders", {"holders": []})
    assert (answer.status_code, answer.json["field"]) == (422, "holders")


def test_a_post_sent_twice_with_one_key_adds_one_unit(drafting):
    body = {"name": "省教育厅", "category": "政府部门"}
    first = drafting("POST", "/charter/draft/units", body, Idempotency_Key="k1")
    again = drafting("POST", "/charter/draft/units", body, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert len(drafting.get("/charter/draft").json["units"]) == 12


def test_a_liaison_reads_and_does_not_write(app, engine, tenant, drafting):
    liaison = Caller(app, engine, tenant, "LI")
    assert liaison.get("/charter").status_code == 200
    assert liaison("POST", "/charter/draft").status_code == 403
    assert liaison.write("PATCH", "", {"conference_name": "改名"}).status_code == 403
    assert drafting.write("PATCH", "", {"conference_name": "改名"}).status_code == 200


def test_a_foreign_row_answers_exactly_as_none(app, engine, tenant, office):
    """The province asks for a city's rows under its own address, and under the city's."""
    city = a_tenant(engine, "city", tenant, furnish=furnish)
    theirs = Caller(app, engine, city, "OS")
    foreign = {
        "/units/{}": units(theirs)["COM"]["id"],
        "/duties/{}": theirs.get("/duties").json["items"][0]["id"],
        "/charter/versions/{}": theirs.get("/charter").json["id"],
    }
    nobody = str(uuid4())
    for path, row in foreign.items():
        one, other = office.get(path.format(row)), office.get(path.format(nobody))
        assert (one.status_code, one.data) == (404, other.data)
    office.root = f"/api/v1/t/{city.slug}"
    assert office.get("/charter").status_code == 404
    assert office("POST", "/charter/draft").status_code == 404
