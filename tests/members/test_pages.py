import re
from datetime import date

import pytest

from service.charter import queries as charter
from service.charter.opening import furnish
from service.kit.web import today
from tenants.db import acting_for
from tests.factories import a_tenant, signed_in

PERSON = {"name": "张建国", "title": "预算处处长", "rank": "处级", "mobile": "13800001234"}
LIAISON = PERSON | {"post": "liaison/FIN/1", "from_date": "2026-03-01"}


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def office(app, engine, tenant):
    return signed_in(app, engine, tenant, "OS")


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/members"


def register(client, root, **changes):
    return client.post(f"{root}/appointments", data=LIAISON | changes, follow_redirects=True)


def opened(client, root):
    """The address of the only appointment, with the tag of its form."""
    (path,) = re.findall(rf'href="({root}/appointments/[0-9a-f-]+)"', client.get(f"{root}/").text)
    return path, re.findall(r'name="revision" value="([\d.]+)"', client.get(path).text)[0]


def test_the_directory_lists_places_and_units_without_a_liaison(office, root):
    text = office.get(f"{root}/").text
    assert "待确定联络员（11）" in text
    assert "省人力资源社会保障厅厅长" in text


def test_a_liaison_is_registered_and_his_number_is_masked(office, root):
    assert "处级" in office.get(f"{root}/appointments/new?post=liaison/FIN/1").text
    answer = register(office, root)
    assert "任职已登记" in answer.text
    assert "138****1234" in answer.text
    assert "13800001234" not in answer.text
    assert "待确定联络员（10）" in answer.text


def test_a_liaison_of_another_rank_is_taken_with_a_word(office, root):
    answer = register(office, root, rank="科级")
    assert "制度要求联络员为处级干部" in answer.text
    assert "与制度要求不符" in answer.text


def test_an_overlap_and_a_missing_name_are_refused_at_the_field_with_the_form_as_it_was(office, root):
    register(office, root)
    answer = register(office, root, name="李红")
    assert answer.status_code == 422
    assert 'href="#f-from_date"' in answer.text
    assert 'value="李红"' in answer.text
    nameless = register(office, root, name=" ", from_date="2026-05-01")
    assert (nameless.status_code, "请填写姓名" in nameless.text) == (422, True)
    wrong_day = register(office, root, from_date="2026年5月")
    assert (wrong_day.status_code, "日期应如" in wrong_day.text) == (422, True)


def test_a_person_is_corrected_once_per_opened_form(office, root):
    register(office, root)
    path, tag = opened(office, root)
    fields = PERSON | {"title": "办公室主任", "revision": tag}
    assert "办公室主任" in office.post(path, data=fields, follow_redirects=True).text
    again = office.post(path, data=fields)
    assert (again.status_code, "他人已修改" in again.text) == (422, True)


def test_a_term_is_ended_and_not_before_it_began(office, root):
    register(office, root)
    path, tag = opened(office, root)
    early = office.post(f"{path}/end", data={"to_date": "2026-01-01", "revision": tag})
    assert (early.status_code, "离任日期不得早于任职日期" in early.text) == (422, True)
    ended = office.post(f"{path}/end", data={"to_date": today().isoformat(), "revision": tag}, follow_redirects=True)
    assert "离任已登记" in ended.text


def test_a_unit_registers_its_own_people_only(app, engine, tenant, root):
    with acting_for(engine, tenant.id) as session:
        finance = next(unit.id for unit in charter.units(session, today()) if unit.key == "FIN")
    client = signed_in(app, engine, tenant, "MR", unit=finance)
    text = client.get(f"{root}/").text
    assert text.count("登记</a>") == 2  # its representative and its liaison
    assert "任职已登记" in register(client, root).text
    assert register(client, root, post="liaison/COM/1").status_code == 403
    assert client.get(f"{root}/appointments/new?post=convener/HRSS/1").status_code == 403


def test_the_directory_is_taken_as_a_file_with_masked_numbers_and_empty_places(office, root):
    register(office, root)
    lines = office.get(f"{root}/?format=csv").data.decode("utf-8-sig").splitlines()
    (liaison,) = [line for line in lines if "张建国" in line]
    assert "138****1234" in liaison and "13800001234" not in liaison and liaison.startswith("联络员,省财政厅,")
    assert any(line.startswith("召集人,") and "空缺" in line for line in lines)
    assert office.get(f"{root}/?format=xlsx").data[:2] == b"PK"


def test_the_page_and_its_file_show_who_sat_where_on_a_day_beside_that_days_charter(office, engine, tenant, root):
    register(office, root, from_date="2026-03-01")
    register(office, root, name="李红", from_date="2026-05-06")
    now, then = office.get(f"{root}/").text, office.get(f"{root}/?on=2026-04-01").text
    assert "李红" in now and "张建国" not in now and "/members/appointments/" in now
    assert "张建国" in then and "李红" not in then and "/members/appointments/" not in then
    with acting_for(engine, tenant.id) as session:
        version = charter.in_force(session, date(2026, 4, 1))
    assert f"/charter/versions/{version.id}/" in then or str(version.id) in then
    file = office.get(f"{root}/?on=2026-04-01&format=csv").get_data().decode("utf-8-sig")
    assert "张建国" in file and "李红" not in file


def test_a_day_that_is_none_and_one_before_any_charter_are_refused_in_words(office, root):
    assert "日期应如 2026-03-05" in office.get(f"{root}/?on=soon").text
    early = office.get(f"{root}/?on=1999-01-01")
    assert early.status_code == 422 and "没有施行中的联席会议制度" in early.text


def test_the_roster_of_a_day_is_for_those_who_read_the_roster(app, engine, tenant, root):
    assert signed_in(app, engine, tenant, "OB").get(f"{root}/?on=2026-04-01").status_code == 200
    assert signed_in(app, engine, tenant, "SA").get(f"{root}/?on=2026-04-01").status_code == 403
