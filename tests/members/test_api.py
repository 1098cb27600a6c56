from uuid import uuid4

import pytest

from service.charter.opening import furnish
from tests.factories import a_tenant, a_token, bearing

PERSON = {"name": "张建国", "title": "预算处处长", "rank": "处级", "mobile": "13800001234"}
APPOINTMENT = PERSON | {"post": "liaison/FIN/1", "from_date": "2026-03-01"}


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def call(app, engine, tenant):
    token = a_token(engine, tenant, "OS")

    def call(method, path="", body=None, **headers):
        url = f"/api/v1/t/{tenant.slug}/members{path}"
        return app.test_client().open(url, method=method, json=body, headers=bearing(token, **headers))

    return call


def test_the_roster_lists_every_place_and_one_role_if_asked(call):
    answer = call("GET").json
    assert (answer["total"], answer["page"]) == (24, 1)
    assert call("GET", "?role=liaison&per_page=5").json["total"] == 11
    assert len(call("GET", "?role=liaison&per_page=5").json["items"]) == 5


def test_a_liaison_is_registered_and_his_number_leaves_masked(call):
    answer = call("POST", "/appointments", APPOINTMENT)
    assert answer.status_code == 201
    assert answer.json["person"]["mobile"] == "138****1234"
    assert "13800001234" not in call("GET").text
    assert len(call("GET", "/missing-liaisons").json) == 10


def test_a_convener_is_appointed(call):
    answer = call("POST", "/appointments", APPOINTMENT | {"post": "convener/HRSS/1"})
    assert (answer.status_code, answer.json["role"]) == (201, "convener")


def test_an_overlapping_term_is_a_problem_at_its_field(call):
    call("POST", "/appointments", APPOINTMENT)
    again = call("POST", "/appointments", APPOINTMENT | {"name": "李红"})
    assert (again.status_code, again.json["field"]) == (422, "from_date")
    assert "张建国" in again.json["detail"]


def test_a_person_is_corrected_with_the_tag_and_the_term_ended(call):
    made = call("POST", "/appointments", APPOINTMENT)
    path = f"/appointments/{made.json['id']}"
    assert call("PATCH", path, PERSON).status_code == 428
    fixed = call("PATCH", path, PERSON | {"title": "办公室主任"}, If_Match=made.headers["ETag"])
    assert (fixed.status_code, fixed.json["person"]["title"]) == (200, "办公室主任")
    assert call("PATCH", path, PERSON, If_Match=made.headers["ETag"]).status_code == 412
    assert call("GET", path).headers["ETag"] == fixed.headers["ETag"]
    ended = call("POST", f"{path}/end", {"to_date": "2026-05-01"})
    assert (ended.status_code, ended.json["to_date"]) == (201, "2026-05-01")


def test_what_is_not_here_answers_alike(call):
    assert call("GET", f"/appointments/{uuid4()}").status_code == 404
    assert call("POST", "/appointments", APPOINTMENT | {"post": "liaison/EDU/1"}).status_code == 404


def test_an_administrator_of_the_system_sees_nobody(app, engine, tenant, call):
    token = a_token(engine, tenant, "SA")
    url = f"/api/v1/t/{tenant.slug}/members"
    assert app.test_client().get(url, headers=bearing(token)).status_code == 403
    assert call("GET").status_code == 200


def test_programs_ask_who_sat_where_on_a_day(call):
    for name, day in (("张建国", "2026-03-01"), ("李红", "2026-05-06")):
        call("POST", "/appointments", APPOINTMENT | {"name": name, "from_date": day}, Idempotency_Key=str(uuid4()))

    def seated(day):
        rows = call("GET", f"?role=liaison&on={day}").json["items"]
        return [row["appointment"]["person"]["name"] for row in rows if row["appointment"]]

    assert (seated("2026-02-01"), seated("2026-04-01"), seated("2026-06-01")) == ([], ["张建国"], ["李红"])
