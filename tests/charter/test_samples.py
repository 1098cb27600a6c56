"""The sample localities enter their charters through the API alone, and each one's rules bite.

Source: dossier 2.4: five samples and three edge tenants; issue 3 (What it must show).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from service.charter.opening import furnish
from tenants.models import Tenant
from tests.charter.samples import LOCALITIES, body_of
from tests.charter.test_api import Caller
from tests.factories import a_tenant

SINCE = "2026-02-02"
LEVELS = {"hengchuan": "province", "yunlan": "city", "qingyu": "city", "luoxi": "city", "hefeng": "county"}


@dataclass
class Place:
    """A locality whose programs write through the API: the office's, the convener's, a unit's."""

    app: Any
    engine: Any
    tenant: Tenant
    office: Caller
    convener: Caller

    def enter(self, body: dict[str, Any], since: str = SINCE) -> dict[str, Any]:
        """The charter is drafted whole, submitted by the office, approved by the convener."""
        assert self.office("POST", "/charter/draft").status_code == 201
        written = self.office.write("PUT", "", body)
        assert written.status_code == 200, written.json
        submitted = self.office.write("POST", "/submission", {"reason": "第一次全体会议议定"})
        assert submitted.status_code == 201, submitted.json
        seen = {"revision": submitted.json["revision"], "draft": submitted.json["id"], "effective_from": since}
        approved = self.convener.write("POST", "/approval", seen)
        assert (approved.status_code, approved.json["state"]) == (201, "in_force"), approved.json
        return approved.json

    def units(self) -> dict[str, str]:
        """The ids of the member units by key."""
        return {unit["key"]: unit["id"] for unit in self.office.get("/units?per_page=100").json["items"]}

    def duty(self, code: str) -> dict[str, Any]:
        return next(row for row in self.office.get("/duties?per_page=100").json["items"] if row["code"] == code)

    def standing(self, on: str) -> dict[str, Any]:
        return self.office.get(f"/meetings/standing?on={on}").json

    def meet(self, kind: str, day: str, post: str, *, only: int = 99, rest: str = "present", **more: Any) -> Any:
        """A meeting is recorded: the first `only` units came, the others are `rest`."""
        rows = [
            {"unit_id": unit, "mode": "present" if number < only else rest}
            for number, unit in enumerate(self.units().values())
        ]
        body = {"kind": kind, "title": "会议", "held_on": day, "chair": "张三", "chair_post": post, "attendance": rows}
        return self.office("POST", "/meetings", body | more)

    def owed(self, quarter: str) -> list[dict[str, Any]]:
        """What the units owe for that quarter, once the office has laid it down."""
        assert self.office("POST", "/submissions", {"period": quarter}).status_code == 201
        return self.office.get("/submissions?per_page=100").json["items"]


@pytest.fixture
def open_place(app, engine):
    def opened(level: str, parent: Tenant | None = None) -> Place:
        above = {"city": "province", "county": "city"}.get(level)
        tenant = a_tenant(engine, level, parent or (opened(above).tenant if above else None), furnish=furnish)
        return Place(app, engine, tenant, *(Caller(app, engine, tenant, role) for role in ("OS", "CV")))

    return opened


@pytest.fixture
def sample(open_place):
    """The locality of that key, its charter entered."""

    def entered(key: str) -> Place:
        place = open_place(LEVELS[key])
        place.enter(body_of(key, LEVELS[key], place.office.get("/charter").json))
        return place

    return entered


@pytest.mark.parametrize("key", LEVELS)
def test_each_sample_is_entered_whole_and_read_back_as_it_was_given(sample, key):
    place, given = sample(key), LOCALITIES[key]
    charter = place.office.get("/charter").json
    assert charter["conference_name"] == given["conference_name"]
    assert sorted(charter["leads"]) == sorted(given["lead_units"])
    assert [unit["key"] for unit in charter["units"]] == [u["key"] for u in given["charter_versions"][-1]["units"]]
    assert charter["rules"]["convener_count"] == len(given["conveners"])
    roles = [post["role"] for post in charter["posts"]]
    assert roles.count("deputy_convener") == len(given["deputy_conveners"]) and roles.count("office_director") == 1
    assert len(charter["duties"]) == 44 and charter["cautions"] == []
    text = "".join(p["text"] for article in place.office.get("/charter/text").json for p in article["paragraphs"])
    assert given["report_to"] in text and given["liaison_rank"] in text
    assert place.office.get("/charter/versions").json["total"] == 2


def test_the_provinces_own_reads_as_the_seed_but_for_the_merged_bureaus(sample):
    """Source: seed 四(二): 一至两次; the two tax bureaus are one since 2018."""
    place = sample("hengchuan")
    said = {p["key"]: p for article in place.office.get("/charter/text").json for p in article["paragraphs"]}
    assert not any(
        said[key]["own"] for key in ("plenary", "special", "reporting", "information", "escalation", "matters")
    )
    assert "省税务局、省市场监督管理局" in said["composition"]["text"]
    found = place.standing("2026-03-02")
    assert (found["least"], found["most"], found["kinds"]) == (1, 2, ["plenary", "special"])
    assert found["next"] == {"start": "2026-01-01", "until": "2026-12-31"}
    assert place.meet("plenary", "2026-03-03", "convener").status_code == 201
    assert place.standing("2026-03-04")["next"] is None
    assert len(place.owed("2026Q2")) == 10


def test_the_monthly_co_led_one_owes_a_meeting_each_month_and_may_call_some(sample):
    """洛溪市: 双牵头、双召集人、原则每月、可由副召集人主持、可只召集部分成员、每月20日前报下月议题."""
    place = sample("luoxi")
    found = place.standing("2026-05-06")
    assert found["next"] == {"start": "2026-05-01", "until": "2026-05-31"} and found["agenda_by"] == "2026-04-20"
    assert [span["start"] for span in found["missed"]] == [f"2026-0{month}-01" for month in range(1, 5)]
    assert (found["least"], found["most"], found["kinds"]) == (10, 12, ["plenary", "liaison"])
    assert "deputy_convener" in found["chairs"]["plenary"]
    refused = place.meet("special", "2026-05-06", "office_director")
    assert refused.status_code == 422 and "不召开专题工作会议" in refused.json["detail"]
    deputed = place.meet("plenary", "2026-05-07", "deputy_convener", only=3, rest="not_called")
    assert (deputed.status_code, deputed.json["field"]) == (422, "chair_basis")
    basis = "召集人5月6日委托"
    held = place.meet("plenary", "2026-05-07", "deputy_convener", only=3, rest="not_called", chair_basis=basis)
    assert held.status_code == 201 and held.json["short_of_quorum"] is False
    assert place.standing("2026-05-08")["next"] == {"start": "2026-06-01", "until": "2026-06-30"}
    owed = place.owed("2026Q2")
    assert len(owed) == 14 * 3, "each of fourteen units reports each month"
    assert {row["period"]: row["due"] for row in owed} == {
        "2026M04": "2026-05-25",
        "2026M05": "2026-06-25",
        "2026M06": "2026-07-27",
    }, "by the 25th of the next month; in July that is a Saturday"


def test_the_quarterly_one_owes_a_meeting_each_quarter_and_its_officers_meet_each_month(sample):
    """青屿市: 每季1次(4—6)、联络员会议每月、分管副市长召集、17个成员."""
    place = sample("qingyu")
    found = place.standing("2026-05-20")
    assert found["next"] == {"start": "2026-04-01", "until": "2026-06-30"}
    assert found["next_liaison"] == {"start": "2026-05-01", "until": "2026-05-31"}
    assert [span["until"] for span in found["missed"]] == ["2026-03-31"]
    refused = place.meet("plenary", "2026-05-20", "deputy_convener", chair_basis="副市长委托")
    assert (refused.status_code, refused.json["field"]) == (422, "chair_post")
    some = place.meet("plenary", "2026-05-20", "convener", only=5, rest="not_called")
    assert (some.status_code, some.json["field"]) == (422, "attendance")
    assert place.meet("plenary", "2026-05-20", "convener").status_code == 201
    assert place.meet("liaison", "2026-05-12", "office_director").status_code == 201
    found = place.standing("2026-05-21")
    assert found["next"] == {"start": "2026-07-01", "until": "2026-09-30"}
    assert found["next_liaison"] == {"start": "2026-06-01", "until": "2026-06-30"}
    assert [span["until"] for span in place.standing("2026-10-09")["missed"]] == ["2026-03-31", "2026-09-30"]
    owed = place.owed("2026Q1")
    monthly = [row for row in owed if row["kind"] == "progress"]
    assert {row["period"]: row["due"] for row in monthly}["2026M03"] == "2026-04-28"


def test_the_capital_prepares_each_plenary_with_its_liaison_officers(sample):
    """云澜市: 副秘书长和局长双召集、联络员会议会前必开."""
    place = sample("yunlan")
    refused = place.meet("plenary", "2026-03-10", "convener")
    assert (refused.status_code, refused.json["field"]) == (422, "departure_reason")
    assert place.meet("liaison", "2026-03-06", "office_director").status_code == 201
    assert place.meet("plenary", "2026-03-10", "convener").status_code == 201
    assert place.meet("plenary", "2026-04-10", "convener").status_code == 422


def test_the_county_with_merged_bureaus_routes_each_duty_to_the_unit_that_took_it_over(sample):
    """禾丰县: 9个成员(县经信商务局等合并机构)、半年1次、股级联络员、半年报进展."""
    place = sample("hefeng")
    ids = place.units()
    for code, unit in {"TX1": "TAX", "GS4": "AMR", "FL1": "WOMEN_YOUTH", "TW1": "WOMEN_YOUTH", "SW1": "COM"}.items():
        assert [held["unit"] for held in place.duty(code)["holders"]] == [ids[unit]], code
    youth = place.duty("TW1")["id"]
    plan = place.office("POST", "/plans", {"year": 2026, "title": "2026年工作要点"}).json["id"]
    task = {"plan_id": plan, "content": "团组织建设试点", "duty_id": youth, "start": "2026-03-02", "due": "2026-09-30"}
    refused = place.office("POST", "/tasks", task | {"lead_unit_id": ids["HRSS"]})
    assert (refused.status_code, refused.json["field"]) == (422, "duty_id")
    assert place.office("POST", "/tasks", task | {"lead_unit_id": ids["WOMEN_YOUTH"]}).status_code == 201
    found = place.standing("2026-03-02")
    assert found["next"] == {"start": "2026-01-01", "until": "2026-06-30"} and found["kinds"] == ["plenary"]
    for kind in ("special", "liaison"):
        assert place.meet(kind, "2026-03-03", "office_director").status_code == 422
    for day in ("2026-03-04", "2026-07-02"):
        assert place.meet("plenary", day, "convener").status_code == 201
    third = place.meet("plenary", "2026-10-09", "convener")
    assert (third.status_code, third.json["field"]) == (422, "excess_reason")
    assert {row["kind"] for row in place.owed("2026Q1")} == {"plan"}
    assert {row["period"] for row in place.owed("2026Q2") if row["kind"] == "progress"} == {"2026H1"}


def test_what_one_place_decides_binds_no_other(sample):
    luoxi, hefeng = sample("luoxi"), sample("hefeng")
    assert luoxi.meet("plenary", "2026-05-07", "deputy_convener", chair_basis="召集人委托").status_code == 201
    assert hefeng.meet("plenary", "2026-05-07", "deputy_convener", chair_basis="召集人委托").status_code == 422
    assert hefeng.office("POST", "/charter/draft").status_code == 201
    assert luoxi.office.get("/charter/draft").status_code == 404


def test_the_edge_tenants_enter_theirs_too_and_the_province_waits_for_who_never_reports(open_place):
    """E 省直管县级市, F 不设区的地级市, G 新设未挂网(全程未报). Source: dossier 2.4 补充边界租户."""
    province = open_place("province")
    edges = [
        open_place("county", province.tenant),
        open_place("city", province.tenant),
        open_place("city", province.tenant),
    ]
    for number, place in enumerate(edges):
        body = body_of("hefeng" if number == 0 else "yunlan", place.tenant.level, place.office.get("/charter").json)
        body["conference_name"] = f"{body['conference_name'][0]}家政服务联席会议"
        body["rules"] |= {"report_to": "市政府"}
        entered = place.enter(body)
        assert entered["rules"]["report_to"] == "市政府"
    waiting = [place.tenant.slug for place in edges]
    board = province.office.get("/board?period=2026Q3").json
    assert (board["reported"], board["expected"], sorted(board["silent"])) == (0, 3, sorted(waiting))
    assert edges[1].office.get("/board?period=2026Q3").json["expected"] == 0, "a city without districts"


def test_a_program_may_send_no_rule_against_the_seed(open_place):
    """Deemed consent never holds for matters under 四(六), whoever writes the charter."""
    place = open_place("city")
    place.office("POST", "/charter/draft")
    body = body_of("yunlan", "city", place.office.get("/charter").json)
    for rules, field in (
        ({"escalation_deemed_consent": True}, "escalation_deemed_consent"),
        ({"escalation_requires": ["deliberation"]}, "escalation_requires"),
        ({"plenary_cadence": "month"}, "plenary_cadence"),
        ({"sunset_on": "2026-02-30"}, "sunset_on"),
    ):
        answer = place.office.write("PUT", "", body | {"rules": body["rules"] | rules})
        assert (answer.status_code, answer.json["field"]) == (422, field)
    assert place.office.write("PUT", "", body).status_code == 200
