"""One's own filters: kept beside a list, renamed, removed, seen by nobody else."""

import re

import pytest

from service.charter.opening import furnish
from service.filters.rules import MOST, kept
from tenants.errors import Refused
from tests.factories import a_tenant, a_token, bearing, signed_in


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}"


def test_only_what_narrows_or_orders_is_kept():
    assert kept("?page=3&light=red&format=csv&sort=-due&q=培训") == "light=red&sort=-due&q=%E5%9F%B9%E8%AE%AD"
    for nothing in ("", "page=2", "light=" + "x" * 2000, "&".join(f"a{n}=1" for n in range(80))):
        with pytest.raises(Refused):
            kept(nothing)


def test_a_filter_is_kept_from_the_list_renamed_and_removed(app, engine, tenant, root):
    office = signed_in(app, engine, tenant, "OS")
    given = {"list": "tasks", "name": "逾期的", "query": "overdue=1&page=2"}
    answer = office.post(f"{root}/filters/", data=given)
    assert answer.headers["Location"].endswith("/tasks/?overdue=1")
    assert "逾期的" in office.get(f"{root}/tasks/board").text
    again = office.post(f"{root}/filters/", data=given)
    assert again.status_code == 422 and "已有名为" in again.text and 'value="overdue=1&amp;page=2"' in again.text
    page = office.get(f"{root}/filters/").text
    (path,) = re.findall(r'action="([^"]+)/name"', page)
    wrong = office.post(f"{path}/name", data={"name": " "})
    assert wrong.status_code == 422 and "请填写" in wrong.text
    assert "已改名" in office.post(f"{path}/name", data={"name": "超期"}, follow_redirects=True).text
    assert "还没有保存的筛选" in office.post(f"{path}/removal", follow_redirects=True).text


def test_nobody_sees_or_changes_anothers(app, engine, tenant, root):
    mine, other = signed_in(app, engine, tenant, "OS"), signed_in(app, engine, tenant, "OS")
    mine.post(f"{root}/filters/", data={"list": "tasks", "name": "我的红灯", "query": "light=red"})
    (path,) = re.findall(r'action="([^"]+)/removal"', mine.get(f"{root}/filters/").text)
    assert "我的红灯" not in other.get(f"{root}/tasks/").text + other.get(f"{root}/filters/").text
    assert other.post(f"{path}/removal").status_code == 404
    assert other.post(f"{path}/name", data={"name": "他的"}).status_code == 404
    assert "我的红灯" in mine.get(f"{root}/tasks/").text


def test_a_program_keeps_renames_and_removes_its_own(client, engine, tenant, root):
    api, headers = f"/api/v1{root}/filters", bearing(a_token(engine, tenant, "OS"))
    body = {"list": "tasks", "name": "红灯", "query": "light=red"}
    made = client.post(api, json=body, headers=headers)
    assert (made.status_code, made.json["query"]) == (201, "light=red")
    assert client.post(api, json=body, headers=headers).status_code == 422
    assert client.post(api, json=body | {"list": "nonsense"}, headers=headers).status_code == 422
    path, tag = f"{api}/{made.json['id']}", {"If-Match": made.headers["ETag"]}
    assert client.patch(path, json={"name": "黄灯"}, headers=headers).status_code == 428
    renamed = client.patch(path, json={"name": "黄灯"}, headers=headers | tag)
    assert renamed.json["name"] == "黄灯"
    assert client.delete(path, headers=headers | tag).status_code == 412
    assert client.delete(path, headers=headers | {"If-Match": renamed.headers["ETag"]}).status_code == 204
    for number in range(MOST):
        assert client.post(api, json=body | {"name": f"第{number}个"}, headers=headers).status_code == 201
    assert client.post(api, json=body | {"name": "多一个"}, headers=headers).status_code == 409
    assert client.get(f"{api}?list=tasks", headers=headers).json["total"] == MOST
