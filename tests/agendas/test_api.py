"""Everything that the pages of agendas can do, by API."""

import io

import pytest

from service.kit.web import today
from service.meetings.convening import seat_observer
from tests.agendas.scene import TODAY, a_meeting
from tests.factories import a_token, bearing
from tests.files.samples import PDF, PNG


@pytest.fixture
def office(client, engine, scene):
    return Program(client, scene, a_token(engine, scene.tenant, "OS"))


@pytest.fixture
def unit(client, engine, scene):
    return Program(client, scene, a_token(engine, scene.tenant, "LI", unit=scene.units[3].id))


class Program:
    """Somebody's program."""

    def __init__(self, client, scene, token):
        self.client, self.root, self.headers = client, f"/api/v1/t/{scene.tenant.slug}", bearing(token)

    def get(self, path):
        return self.client.get(f"{self.root}{path}", headers=self.headers)

    def post(self, path, /, key="", **body):
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"{self.root}{path}", json=body, headers=headers)

    def send(self, path, /, name="议题.pdf", content=PDF, key="", **form):
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        data = form | {"file": (io.BytesIO(content), name)}
        return self.client.post(f"{self.root}{path}", data=data, headers=headers, content_type="multipart/form-data")


@pytest.fixture
def meeting(scene):
    """A meeting in weeks to come, by the calendar on the wall."""
    return a_meeting(scene.office, today().replace(year=today().year + 1))


def proposal(scene, **more):
    return {"title": "家政补贴", "kind": "other", "unit_id": str(scene.units[3].id), "minutes": 15} | more


def test_an_item_goes_from_its_unit_to_the_agenda_by_api(scene, meeting, office, unit):
    made = unit.post("/agenda-items", **proposal(scene, for_meeting_id=str(meeting.id)))
    assert made.status_code == 201 and made.json["state"] == "proposed"
    item = f"/agenda-items/{made.json['id']}"
    assert unit.post(f"{item}/acceptance").status_code == 403
    assert office.post(f"{item}/return", reason="").status_code == 422
    back = office.post(f"{item}/return", reason="请补充依据")
    assert (back.json["state"], back.json["reason"]) == ("returned", "请补充依据")
    words = {"title": "家政补贴标准", "kind": "plan", "minutes": 20}
    assert unit.post(f"{item}/amendment", **words).json["state"] == "proposed"
    on_it = office.post(f"{item}/acceptance", meeting_id=str(meeting.id))
    assert on_it.json["meeting_id"] == str(meeting.id)
    found = office.get(f"/meetings/{meeting.id}/agenda").json
    assert [(one["title"], one["starts"], one["until"], one["total"]) for one in found["items"]] == [
        ("家政补贴标准", "09:00:00", "09:20:00", 20)
    ]
    assert {lack["key"] for lack in found["lacks"]} == {"lacks_study", "lacks_progress"}
    assert office.get("/agenda-items?place=arranged").json["total"] == 1
    assert office.get("/agenda-items?place=backlog").json["total"] == 0
    assert office.get("/agenda-items?place=nowhere").status_code == 422
    assert office.post(f"{item}/removal").json["meeting_id"] is None


def test_r2_without_a_kind_there_is_no_item(scene, unit):
    refused = unit.post("/agenda-items", **proposal(scene, kind=""))
    assert refused.status_code == 422 and "kind" in str(refused.json["errors"])
    assert unit.post("/agenda-items", **proposal(scene)).status_code == 201


def test_papers_are_brought_in_versions_and_read_by_whom_they_are_open_to(scene, client, engine, meeting, office, unit):
    made = unit.post("/agenda-items", **proposal(scene)).json
    item = f"/agenda-items/{made['id']}"
    first = unit.send(f"{item}/papers", title="测算报告", access="office", key="a")
    assert first.status_code == 201
    again = unit.send(f"{item}/papers", title="测算报告", access="office", key="a")
    assert again.headers["Idempotency-Replayed"] == "true" and len(again.json["papers"]) == 1
    assert unit.send(f"{item}/papers", title="另一份", access="office", key="a").status_code == 422
    assert unit.send(f"{item}/papers", name="假.pdf", content=PNG).status_code == 422
    paper = first.json["papers"][0]
    second = unit.send(f"/agenda-items/papers/{paper['id']}/versions", name="测算2.pdf", content=PDF + b"%")
    assert [one["number"] for one in second.json["papers"][0]["versions"]] == [2, 1]
    office.post(f"{item}/acceptance", meeting_id=str(meeting.id))
    file = f"{item}/papers/{paper['versions'][0]['id']}/file"
    colleague = Program(client, scene, a_token(engine, scene.tenant, "LI", unit=scene.units[5].id))
    assert office.get(file).data == unit.get(file).data == PDF
    assert colleague.get(file).status_code == 404
    assert colleague.get(item).json["papers"] == []
    for access, units, status in (
        ("units", [5], 200),
        ("units", [6], 404),
        ("attendees", [], 200),
        ("office", [], 404),
    ):
        body = {"access": access, "unit_ids": [str(scene.units[at].id) for at in units]}
        assert office.post(f"/agenda-items/papers/{paper['id']}/access", **body).status_code == 201
        assert colleague.get(file).status_code == status, access
    assert colleague.post(f"/agenda-items/papers/{paper['id']}/access", access="attendees").status_code == 403


def test_an_expert_who_sits_in_reads_what_all_attendees_may_and_nothing_else(engine, client, scene, meeting, office):
    item = office.post("/agenda-items/office", title="学习文件", kind="study", meeting_id=str(meeting.id)).json["id"]
    paper = office.send(f"/agenda-items/{item}/papers", title="测算报告").json["papers"][0]
    file = f"/agenda-items/{item}/papers/{paper['versions'][0]['id']}/file"
    expert = Program(client, scene, a_token(engine, scene.tenant, "OB"))
    seat_observer(scene.office, meeting.id, name="王专家", title="教授", unit_id=None, on=TODAY)
    assert expert.get(file).status_code == 404, "another is invited, not he"
    seat_observer(scene.office, meeting.id, name="测试员", title="教授", unit_id=None, on=TODAY)
    for access, status in (("attendees", 200), ("office", 404), ("units", 404)):
        body = {"access": access, "unit_ids": [str(scene.units[5].id)] if access == "units" else []}
        assert office.post(f"/agenda-items/papers/{paper['id']}/access", **body).status_code == 201
        assert expert.get(file).status_code == status, access


def test_the_call_the_versions_and_their_comparison_by_api(scene, meeting, office, unit):
    path = f"/meetings/{meeting.id}/agenda"
    called = office.post(f"{path}/call")
    assert called.status_code == 201 and called.json["call"]["rule"] == "agenda_lead_workdays"
    assert len(called.json["call"]["asked"]) == 11
    assert office.post(f"{path}/call", due=str(today())).status_code == 422, "another day has a reason"
    assert unit.post(f"{path}/call").status_code == 403
    assert office.post(f"{path}/versions").status_code == 422
    assert office.get(f"{path}/comparison").json == {"before": None, "after": None, "pairs": []}
    assert office.get(f"{path}/comparison?before=1").status_code == 404
    first = office.post("/agenda-items/office", title="学习文件", kind="study", meeting_id=str(meeting.id)).json
    office.post("/agenda-items/office", title="通报进展", kind="progress", meeting_id=str(meeting.id))
    settled = office.post(f"{path}/versions")
    assert settled.json["number"] == 1 and len(settled.json["lines"]) == 2
    assert office.post(f"{path}/versions").status_code == 409, "nothing changed"
    assert office.post(f"/agenda-items/{first['id']}/position", to=2).json["position"] == 2
    now = office.get(f"{path}/comparison").json
    assert (now["before"], now["after"]) == (1, None)
    assert sorted(pair["standing"] for pair in now["pairs"]) == ["moved", "same"]
    assert office.post(f"{path}/versions").json["number"] == 2
    assert unit.get(f"{path}/comparison?before=1&after=2").json["pairs"] == now["pairs"]
    assert unit.get(f"{path}/comparison?before=9").status_code == 404
    assert [one["number"] for one in unit.get(f"{path}/versions").json] == [2, 1]


def test_a_conclusion_and_what_follows_by_api(scene, office, unit):
    row = scene.item()
    item = f"/agenda-items/{row.id}"
    assert office.post(f"{item}/conclusion", outcome="passed").status_code == 409
    scene.put("in_session")
    assert unit.post(f"{item}/conclusion", outcome="passed").status_code == 403
    assert office.post(f"{item}/conclusion", outcome="again").status_code == 422
    assert office.post(f"{item}/conclusion", outcome="again", text="补充").json["outcome"] == "again"
    later = office.post(f"{item}/carrying").json
    assert office.get(item).json["later"][0]["id"] == later["carried_to_id"]
    sent = office.post(f"/agenda-items/{later['carried_to_id']}/forwarding", unit_id=str(scene.units[3].id))
    forward = sent.json["forwards"][0]
    assert unit.get("/agenda-items?place=forwarded").json["total"] == 1
    assert unit.post(f"/agenda-items/forwards/{forward['id']}/outcome", outcome="已办").json["outcome"] == "已办"
    assert unit.get("/agenda-items?place=forwarded").json["total"] == 0


def test_a_unit_does_not_see_what_others_propose(scene, client, engine, office, unit):
    made = unit.post("/agenda-items", **proposal(scene)).json
    colleague = Program(client, scene, a_token(engine, scene.tenant, "LI", unit=scene.units[5].id))
    assert colleague.get(f"/agenda-items/{made['id']}").status_code == 404
    assert colleague.get("/agenda-items").json["total"] == 0
    assert office.get(f"/agenda-items/{made['id']}").status_code == 200
    assert colleague.post("/agenda-items", **proposal(scene)).status_code == 403, "not its unit"
