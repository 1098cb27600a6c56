"""Templates for programs: written, published, compared, adopted; each denial beside the same call allowed."""

from uuid import uuid4

import pytest

from service.charter.opening import furnish
from tests.factories import a_small_province, a_tenant, a_token, bearing
from tests.patterns.offices import plenaries, publish, received, settle


class Program:
    """A token of somebody at a tenant's table."""

    def __init__(self, app, engine, tenant, *roles):
        self.client, self.token = app.test_client(), a_token(engine, tenant, *roles)
        self.root = f"/api/v1/t/{tenant.slug}"

    def ask(self, method, path, status, body=None, **headers):
        answer = self.client.open(self.root + path, method=method, json=body, headers=bearing(self.token, **headers))
        assert answer.status_code == status, answer.text
        return answer

    def get(self, path, status=200):
        return self.ask("GET", f"/templates{path}", status)

    def post(self, path, body, status=201, **headers):
        return self.ask("POST", f"/templates{path}", status, body, **headers)


@pytest.fixture
def places(engine):
    return a_small_province(engine, furnish)


@pytest.fixture
def office(app, engine, places):
    return Program(app, engine, places[0], "OS", "OD")


@pytest.fixture
def county(app, engine, places):
    publish(engine, places[0], plenaries(4))
    return Program(app, engine, places[2], "OS")


WORDS = ("conference_name", "leads", "office_host", "units", "duties", "posts", "rules")


def body_of(text):
    """The text as a program writes it back."""
    words = {name: text[name] for name in WORDS}
    fields = ("role", "name", "unit", "organ", "rank")
    own = [post for post in text["posts"] if post["unit"] or post["organ"]]
    units = [{name: unit[name] for name in ("key", "name", "category", "source")} for unit in text["units"]]
    return words | {"posts": [{name: post[name] for name in fields} for post in own], "units": units}


def test_a_template_is_begun_written_whole_and_published(engine, places, office):
    begun = office.post("/drafts", {"level": "county", "origin": "level"})
    text = begun.json["text"]
    text["rules"]["plenary_max"] = 4
    put = office.ask("PUT", "/templates/drafts/county", 200, body_of(text), If_Match=begun.headers["ETag"])
    assert put.json["text"]["rules"]["plenary_max"] == 4
    assert [one["key"] for one in put.json["differences"]] == ["plenary_max"]
    sent = office.post(
        "/drafts/county/publication",
        {"remark": "统一会议次数", "revision": put.json["revision"], "draft": put.json["id"]},
    )
    assert (sent.json["number"], sent.json["places"], sent.json["delivered"]) == (1, 1, 0)
    settle(engine)
    assert office.get(f"/issued/{sent.json['id']}").json["delivered"] == 1
    assert office.get("/issued").json["total"] == 1
    assert office.get("/issued?level=city").json["total"] == 0
    assert received(engine, places[2])[0].sha256 == sent.json["sha256"]


def test_who_has_not_seen_the_draft_as_it_stands_does_not_write_it(office):
    begun = office.post("/drafts", {"level": "county", "origin": "level"})
    body = body_of(begun.json["text"])
    office.ask("PUT", "/templates/drafts/county", 428, body)
    office.ask("PUT", "/templates/drafts/county", 412, body, If_Match='"x"')
    office.ask("DELETE", "/templates/drafts/county", 412, If_Match='"x"')
    office.ask("PUT", "/templates/drafts/county", 422, body | {"leads": []}, If_Match=begun.headers["ETag"])
    seen = office.ask("PUT", "/templates/drafts/county", 200, body, If_Match=begun.headers["ETag"])
    office.ask("DELETE", "/templates/drafts/county", 204, If_Match=seen.headers["ETag"])
    office.get("/drafts/county", 404)


def test_who_may_not_is_refused_and_who_may_is_not(app, engine, places, office):
    begin = {"level": "county", "origin": "level"}
    Program(app, engine, places[0], "LI").post("/drafts", begin, 403)
    begun = office.post("/drafts", begin)
    staff = Program(app, engine, places[0], "OS")
    publish_it = {"remark": "说明", "revision": begun.json["revision"], "draft": begun.json["id"]}
    staff.post("/drafts/county/publication", publish_it, 403)
    office.post("/drafts/county/publication", publish_it | {"revision": 9}, 409)
    office.post("/drafts/county/publication", publish_it | {"draft": str(places[0].id)}, 409)
    office.post("/drafts/county/publication", publish_it, 201)
    Program(app, engine, places[2], "OS", "OD").post("/drafts", begin, 422)


def test_a_place_that_opened_later_is_sent_it_by_who_publishes(app, engine, places, office):
    row = publish(engine, places[0], plenaries(4))
    late = a_tenant(engine, "county", places[1], furnish=furnish)
    Program(app, engine, places[0], "OS").post(f"/issued/{row.id}/deliveries", None, 403)
    assert office.post(f"/issued/{row.id}/deliveries", None).json == {"sent": 1}
    settle(engine)
    assert len(received(engine, late)) == 1
    whole = office.get(f"/issued/{row.id}").json
    assert (whole["delivered"], whole["places"], whole["text"]["rules"]["plenary_max"]) == (2, 2, 4)


def test_the_three_texts_are_told_item_by_item(engine, places, county):
    row = received(engine, places[2])[-1]
    listed = county.get("/received").json
    assert (listed["total"], listed["items"][0]["source"]) == (1, places[0].name)
    assert county.get(f"/received/{row.id}").json["text"]["rules"]["plenary_max"] == 4
    whole = county.get(f"/received/{row.id}/comparison").json["items"]
    only = county.get(f"/received/{row.id}/comparison?differing=true").json["items"]
    assert len(whole) > 100
    assert [(one["id"], one["status"], one["own"], one["new"], one["proposal"]) for one in only] == [
        ("rule:plenary_max", "template", 2, 4, "take")
    ]


def read(program, row):
    """The mark of the comparison as it is read now."""
    seen = program.get(f"/received/{row.id}/comparison").json
    return {"charter": seen["charter"], "revision": seen["revision"]}


def test_what_is_chosen_is_adopted_once(engine, places, county):
    row = received(engine, places[2])[-1]
    path, seen = f"/received/{row.id}/adoption", read(county, row)
    choose = seen | {"choices": {"rule:plenary_max": "take"}}
    county.post(path, seen | {"choices": {"rule:none": "take"}}, 422)
    county.post(path, seen | {"choices": {"rule:plenary_max": "perhaps"}}, 422)
    key = str(uuid4())
    done = county.post(path, choose, Idempotency_Key=key)
    assert done.json["template_version"] == row.title
    assert county.post(path, choose, Idempotency_Key=key).json == done.json
    draft = county.ask("GET", "/charter/draft", 200).json
    assert (draft["id"], draft["rules"]["plenary_max"]) == (done.json["draft"], 4)
    county.post(path, choose, 409)


def test_only_who_drafts_the_charter_adopts(app, engine, places, county):
    row = received(engine, places[2])[-1]
    reader = Program(app, engine, places[2], "LI")
    path, body = f"/received/{row.id}/adoption", read(reader, row) | {"choices": {}}
    reader.post(path, body, 403)
    county.post(path, body, 201)


def test_a_foreign_template_is_answered_as_none(app, engine, places, county):
    row = received(engine, places[2])[-1]
    city = Program(app, engine, places[1], "OS", "OD")
    for path in ("/received/{}", "/received/{}/comparison", "/issued/{}"):
        foreign, unknown = (city.get(path.format(name), 404) for name in (row.id, uuid4()))
        assert foreign.json["title"] == unknown.json["title"]
        assert foreign.json.get("detail") == unknown.json.get("detail")
    sender = [one.source_id for one in received(engine, places[2])]
    assert sender == [places[0].id]
