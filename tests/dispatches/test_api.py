"""What goes down and what came, for programs: every verb with its refusals."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest

from service.charter.opening import furnish
from tests.dispatches.test_dispatches import DUE, ON, settle
from tests.factories import a_small_province, a_tenant, a_token, bearing
from tests.work.office import a_plan, console


class Program:
    """A program that holds a person's token at one place."""

    def __init__(self, client, engine, tenant, role="OD"):
        self.client, self.root = client, f"/api/v1/t/{tenant.slug}/dispatches"
        self.token = a_token(engine, tenant, role)

    def __call__(self, method, path, body=None, **headers):
        return self.client.open(f"{self.root}{path}", method=method, json=body, headers=bearing(self.token, **headers))

    def field_of(self, answer):
        assert answer.status_code == 422, answer.json
        return answer.json["errors"]


@pytest.fixture
def tree(engine):
    return a_small_province(engine, furnish)


def body(*places, **changes):
    given = {"kind": "task", "title": "摸底", "text": "逐户核实", "due": str(DUE), "policy_field": "training"}
    return given | {"places": [str(place.id) for place in places]} | changes


def sent(engine, above, *places, **changes):
    draft = above("POST", "/drafts", body(*places, **changes)).json
    row = above("POST", f"/drafts/{draft['id']}/sending").json
    settle(engine)
    return f"/sent/{row['id']}"


def came(program):
    return f"/inbox/{program('GET', '/inbox').json['items'][0]['id']}"


def test_a_draft_is_written_once_changed_by_who_read_it_and_approved_by_the_convener(client, engine, tree):
    province, city, county = tree
    clerk, convener = Program(client, engine, province, "OS"), Program(client, engine, province, "CV")
    key = uuid4().hex
    first = clerk("POST", "/drafts", body(city), Idempotency_Key=key)
    again = clerk("POST", "/drafts", body(city), Idempotency_Key=key)
    assert (first.status_code, again.json) == (201, first.json) and again.headers["Idempotency-Replayed"] == "true"
    assert clerk("POST", "/drafts", body(city, title="别的"), Idempotency_Key=key).status_code == 422
    path, tag = f"/drafts/{first.json['id']}", first.headers["ETag"]
    assert clerk("PUT", path, body(city)).status_code == 428
    assert clerk("PUT", path, body(city, title="改"), If_Match=tag).json["title"] == "改"
    assert clerk("PUT", path, body(city), If_Match=tag).status_code == 412
    for wrong, status in (
        ({"kind": "order"}, 422),
        ({"title": "长" * 101}, 422),
        ({"due": str(ON)}, 422),
        ({"places": [str(county.id)]}, 404),
        ({"places": ["x"]}, 422),
        ({"passes_on_id": str(uuid4())}, 404),
        ({"unknown": 1}, 422),
    ):
        assert clerk("POST", "/drafts", body(city, **wrong) if wrong else {}).status_code == status, wrong
    assert clerk("POST", f"{path}/sending").status_code == 403
    assert convener("POST", f"{path}/approval").status_code == 409
    assert clerk("POST", f"{path}/submission").json["state"] == "submitted"
    assert clerk("POST", f"{path}/submission").status_code == 409
    assert convener("POST", f"{path}/approval").status_code == 201
    other = clerk("POST", "/drafts", body(city)).json["id"]
    assert clerk("POST", f"/drafts/{other}/submission").status_code == 201
    boss = Program(client, engine, province)
    assert boss("POST", f"/drafts/{other}/return", {"reason": " "}).status_code == 422
    assert boss("POST", f"/drafts/{other}/return", {"reason": "时限"}).json["state"] == "returned"
    assert clerk("POST", f"/drafts/{other}/discard").json["state"] == "discarded"
    listed = clerk("GET", "/drafts?state=discarded&sort=-title&per_page=1").json
    assert (listed["total"], listed["items"][0]["id"]) == (1, other)
    assert clerk("GET", "/drafts?sort=secret").status_code == 422


def test_a_file_goes_down_and_a_file_comes_back_by_its_number(client, engine, tree):
    province, city, _county = tree
    above, below = Program(client, engine, province), Program(client, engine, city)
    draft = above("POST", "/drafts", body(city)).json["id"]
    upload = {"file": (io.BytesIO("附表".encode()), "附表.txt")}
    path = f"{above.root}/drafts/{draft}/files"
    assert client.post(path, data=upload, headers=bearing(above.token)).status_code == 201
    bad = {"file": (io.BytesIO(b"MZ\x90\x00"), "坏.exe")}
    assert client.post(path, data=bad, headers=bearing(above.token)).status_code == 422
    above("POST", f"/drafts/{draft}/sending")
    settle(engine)
    one = came(below)
    assert below("GET", f"{one}/files/0").data == "附表".encode()
    assert below("GET", f"{one}/files/1").status_code == 404
    assert above("GET", f"{one}/files/0").status_code == 404, "the sender has no such inbox"


def test_what_was_sent_is_amended_reminded_added_to_ended_and_recalled(client, engine, tree):
    province, city, _county = tree
    other, third = (a_tenant(engine, "city", province, furnish=furnish) for _ in range(2))
    above, below = Program(client, engine, province), Program(client, engine, city)
    path = sent(engine, above, city, other)
    assert above("POST", f"{path}/amendment", {"title": "改", "text": "改", "due": str(DUE)}).status_code == 422
    amended = {"title": "改", "text": "改", "due": str(DUE - timedelta(days=1)), "why": "口径"}
    assert above("POST", f"{path}/amendment", amended).json["dispatch"]["title"] == "改"
    settle(engine)
    one = came(below)
    assert below("GET", one).json["wording"] == 2
    assert above("POST", f"{path}/places", {"places": [str(city.id)]}).status_code == 409
    assert above("POST", f"{path}/places", {"places": [str(uuid4())]}).status_code == 404
    assert above("POST", f"{path}/places", {"places": [str(third.id)]}).json["counts"]["places"] == 3
    assert above("POST", f"{path}/reminders", {"places": [str(city.id)]}).status_code == 422
    assert above("POST", f"{path}/reminders", {"places": [str(city.id)], "text": "催"}).json == {"count": 1}
    ended = {"receiver_id": str(other.id), "why": "并入"}
    assert above("POST", f"{path}/endings", ended | {"receiver_id": str(uuid4())}).status_code == 404
    assert (
        above("POST", f"{path}/endings", ended).json["counts"] | {"places": 2, "ended": 1}
        == above("GET", path).json["counts"]
    )
    assert above("POST", f"{path}/acceptances", {"receiver_id": str(city.id)}).status_code == 409
    assert above("POST", f"{path}/recall", {"why": ""}).status_code == 422
    assert above("POST", f"{path}/recall", {"why": "误发"}).json["dispatch"]["state"] == "recalled"
    assert above("POST", f"{path}/closure", {}).status_code == 409
    settle(engine)
    assert below("POST", f"{one}/acceptance").status_code == 409
    clerk = Program(client, engine, province, "OS")
    assert clerk("POST", f"{path}/closure", {}).status_code == 403
    assert clerk("GET", "/sent?state=recalled&kind=task").json["total"] == 1


def test_a_data_request_is_answered_returned_answered_again_and_taken(client, engine, tree):
    province, city, _county = tree
    above, below = Program(client, engine, province), Program(client, engine, city)
    path = sent(engine, above, city, kind="data_request", questions="企业数\n从业人数")
    one = came(below)
    assert below("POST", f"{one}/acceptance").status_code == 201
    assert below("POST", f"{one}/reports", {"words": "办"}).status_code == 409
    missing = below("POST", f"{one}/answers", {"values": {"0": "3"}})
    assert missing.status_code == 422 and "从业人数" in missing.get_data(as_text=True) + str(missing.json)
    key = uuid4().hex
    said = {"values": {"0": "3", "1": "=1+1"}}
    for _twice in range(2):
        assert below("POST", f"{one}/answers", said, Idempotency_Key=key).status_code == 201
    settle(engine)
    assert above("GET", path).json["counts"]["finished"] == 1
    judged = {"receiver_id": str(city.id)}
    assert above("POST", f"{path}/returns", judged).status_code == 422
    assert above("POST", f"{path}/returns", judged | {"reason": "核"}).json["counts"]["finished"] == 0
    settle(engine)
    assert below("GET", "/inbox?waiting=returned").json["total"] == 1
    assert below("POST", f"{one}/answers", {"values": {"0": "4", "1": "9"}}).status_code == 201
    assert below("GET", "/inbox?waiting=returned").json["total"] == 0, "it was answered"
    settle(engine)
    [place] = above("POST", f"{path}/acceptances", judged).json["places"]
    assert (place["standing"], place["verdict"]) == ("finished", "accepted")
    settle(engine)
    assert below("POST", f"{one}/answers", said).status_code == 409
    assert above("GET", path).json["places"][0]["words"] == ""


def test_a_circular_is_taken_note_of_and_a_task_is_declined_or_routed(client, engine, tree):
    province, city, _county = tree
    above, below = Program(client, engine, province), Program(client, engine, city, "OS")
    sent(engine, above, city, kind="circular", due=None)
    one = came(below)
    assert below("POST", f"{one}/acceptance").status_code == 409
    assert below("POST", f"{one}/acknowledgement").json["state"] == "noted"
    assert below("POST", f"{one}/acknowledgement").status_code == 409
    sent(engine, above, city)
    one = came(below)
    way = below("GET", one).json["routes"][0]
    task = {"content": "办", "duty_id": way["duty_id"], "start": str(ON), "due": str(DUE)}
    assert below("POST", f"{one}/tasks", task).status_code == 422, "there is no plan of the year"
    assert below("POST", f"{one}/refusal", {"reason": ""}).status_code == 422
    assert below("POST", f"{one}/refusal", {"reason": "没有企业"}).json["state"] == "declined"
    a_plan(console(engine, city), DUE.year)
    assert below("POST", f"{one}/tasks", task | {"duty_id": str(uuid4())}).status_code in (404, 422)
    made = below("POST", f"{one}/tasks", task).json["task_id"]
    assert below("GET", one).json["tasks"] == [made]
    boss = Program(client, engine, city)
    assert boss("POST", f"{one}/tasks", task).status_code == 403, "tasks are set by the office's staff"
    assert below("POST", f"{one}/refusal", {"reason": "晚了"}).status_code == 409
    liaison = Program(client, engine, city, "LI")
    assert liaison("POST", f"{one}/reports", {"words": "办"}).status_code == 403
    assert below("POST", f"{one}/reports", {"words": " "}).status_code == 422
    assert below("POST", f"{one}/reports", {"words": "办"}).status_code == 201


@pytest.mark.parametrize("noun", ["sent", "inbox", "drafts"])
def test_a_foreign_id_answers_as_one_that_is_not_there(client, engine, tree, noun):
    province, city, county = tree
    above, stranger = Program(client, engine, province), Program(client, engine, county)
    path = sent(engine, above, city)
    below = Program(client, engine, city)
    real = {"sent": path, "inbox": came(below)}.get(
        noun
    ) or f"/drafts/{above('POST', '/drafts', body(city)).json['id']}"
    owner = below if noun == "inbox" else above
    assert owner("GET", real).status_code == 200
    foreign, nothing = stranger("GET", real), stranger("GET", f"/{noun}/{uuid4()}")
    said = [{k: v for k, v in one.json.items() if k not in ("instance", "request_id")} for one in (foreign, nothing)]
    assert foreign.status_code == nothing.status_code == 404 and said[0] == said[1]
