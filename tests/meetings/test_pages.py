"""A meeting on record, from who came to what became of what was agreed."""

from datetime import date

import pytest

from service.charter.opening import furnish
from service.charter.queries import units
from service.kit.web import today
from service.meetings import rules
from service.meetings.rules import Item
from tests.factories import a_tenant, a_token, bearing, signed_in
from tests.work.office import console


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/meetings"


@pytest.fixture
def table(engine, tenant):
    return units(console(engine, tenant).session, today())


def recorded(client, root, table, **changes):
    form = {
        "kind": "plenary",
        "title": "第1次全体会议",
        "held_on": "2026-03-05",
        "chair": "厅长",
        str(table[0].id): "present",
    }
    return client.post(f"{root}/", data=form | changes, follow_redirects=True)


def test_the_year_stands_against_the_conferences_own_rule(app, engine, tenant, root, table):
    office = signed_in(app, engine, tenant, "OS")
    assert "已召开全体会议 0 次，本级制度规定每年 1 至 2 次" in office.get(f"{root}/").text
    recorded(office, root, table, held_on=today().isoformat())
    assert "已召开全体会议 1 次" in office.get(f"{root}/").text
    assert "第1次全体会议" in office.get(f"{root}/?format=csv").get_data().decode("utf-8-sig")


def test_a_meeting_to_come_or_without_sign_in_is_refused_with_the_form_as_it_was(app, engine, tenant, root, table):
    office = signed_in(app, engine, tenant, "OS")
    late = recorded(office, root, table, held_on="2099-01-01")
    assert late.status_code == 422 and "尚未召开" in late.text and 'value="第1次全体会议"' in late.text
    empty = recorded(office, root, table, **{str(table[0].id): ""})
    assert empty.status_code == 422 and "签到单位" in empty.text


def test_one_plenary_more_than_the_rule_needs_a_reason(app, engine, tenant, root, table):
    office = signed_in(app, engine, tenant, "OS")
    for _ in range(2):
        assert recorded(office, root, table).status_code == 200
    assert "上限2次" in recorded(office, root, table).text
    assert recorded(office, root, table, excess_reason="传达上级部署").status_code == 200


def test_what_was_agreed_is_followed_once_the_convener_signed(app, engine, tenant, root, table):
    office, director, convener = (signed_in(app, engine, tenant, role) for role in ("OS", "OD", "CV"))
    path = recorded(office, root, table).request.path
    item = {"text": "完善政策", "lead_unit_id": str(table[1].id), "due": "2026-08-01"}
    assert office.post(f"{path}/resolutions", data=item | {"text": ""}).status_code == 422
    assert "完善政策" in office.post(f"{path}/resolutions", data=item, follow_redirects=True).text
    assert "确认办结" not in director.get(path).text
    assert director.post(f"{path}/signature").status_code == 403, "a plenary's minutes are the convener's to sign"
    assert "纪要已签发" in convener.post(f"{path}/signature", follow_redirects=True).text
    assert office.post(f"{path}/resolutions", data=item).status_code in (409, 422)
    assert "确认办结" in director.get(path).text


def test_a_program_records_signs_and_confirms(client, engine, tenant, table):
    api = f"/api/v1/t/{tenant.slug}/meetings"
    office, convener = (bearing(a_token(engine, tenant, role)) for role in ("OD", "CV"))
    body = {
        "kind": "plenary",
        "title": "第1次全体会议",
        "held_on": "2026-03-05",
        "chair": "厅长",
        "attendance": [{"unit_id": str(table[0].id), "mode": "present"}],
        "agreed": [{"text": "完善政策", "lead_unit_id": str(table[0].id), "due": "2026-08-01"}],
    }
    made = client.post(api, json=body, headers=office)
    assert made.status_code == 201
    item = f"{api}/resolutions/{made.json['resolutions'][0]['id']}/completion"
    assert client.post(item, headers=office).status_code == 422
    assert client.post(f"{api}/{made.json['id']}/signature", headers=office).status_code == 403
    assert client.post(f"{api}/{made.json['id']}/signature", headers=convener).json["minutes_signed_on"]
    assert client.post(item, headers=office).json["done_on"]
    assert client.post(item, headers=office).status_code == 409
    more = {"text": "另一项", "lead_unit_id": str(table[0].id), "due": "2026-08-01"}
    assert client.post(f"{api}/{made.json['id']}/resolutions", json=more, headers=office).status_code == 409
    assert client.get(f"{api}?kind=special", headers=office).json["total"] == 0
    assert client.get(f"{api}/{made.json['id']}", headers=office).json["title"] == "第1次全体会议"


def test_the_formulas_count_items_due_and_the_months_left():
    """Source: dossier 6-8, 6-12."""
    as_of = date(2026, 9, 30)
    items = [Item(date(2026, 8, 1), date(2026, 7, 1)), Item(date(2026, 8, 1), None), Item(date(2026, 12, 1), None)]
    assert rules.carried_out(items, as_of) == (1, 2)
    assert rules.all_done(items, as_of) == (1, 3)
    assert rules.prorated(4, 2026, date(2026, 10, 1)) == 1
    assert rules.prorated(4, 2026, date(2025, 10, 1)) == 4
    assert (rules.owed_by(2, date(2026, 6, 30)), rules.owed_by(2, date(2026, 12, 31))) == (1, 2)
