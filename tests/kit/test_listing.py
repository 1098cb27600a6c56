"""What a list is asked and cannot be: told to a program as 422, to a person on the list as it stands without it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from config.catalogue import roles
from service.charter.opening import furnish
from tests.factories import a_tenant, a_token, bearing, signed_in

BUSINESS = tuple(code for code, role in roles().items() if role.plane == "business")
LISTS = {
    "/accounts/": ("SA",),
    "/board/": BUSINESS,
    "/figures/": BUSINESS,
    "/meetings/": BUSINESS,
    "/plans/": BUSINESS,
    "/reports/": BUSINESS,
    "/submissions/": BUSINESS,
    "/tasks/": BUSINESS,
}


@pytest.fixture(scope="module")
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


def warnings(text: str) -> int:
    return text.count("lx-note-warning")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("name", "wrong", "sentence"),
    [
        ("page", "0", "没有第“0”页，已从头列出。"),
        ("page", "二", "没有第“二”页，已从头列出。"),
        ("per_page", "100000", "每页条数不能是“100000”，已按默认条数列出。"),
        ("sort", "-evil", "没有“-evil”这种排序，已按默认顺序列出。"),
        ("sort", "id", "没有“id”这种排序，已按默认顺序列出。"),
    ],
)
def test_a_page_says_what_it_passed_over_and_shows_the_list(app, engine, tenant, path, name, wrong, sentence):
    client = signed_in(app, engine, tenant, *LISTS[path])
    address = f"/t/{tenant.slug}{path}"
    led = client.get(address, query_string={name: wrong, "q": "甲"})
    assert led.status_code == 302
    assert parse_qs(urlsplit(led.location).query) == {"q": ["甲"]}, "what was understood is kept"
    shown = client.get(led.location)
    assert shown.status_code == 200
    assert sentence in shown.text
    again = client.get(led.location)
    assert sentence not in again.text, "said once"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/accounts/", "role"),
        ("/board/", "level"),
        ("/board/", "period"),
        ("/board/", "scope"),
        ("/figures/", "state"),
        ("/meetings/", "kind"),
        ("/meetings/", "until"),
        ("/reports/", "state"),
        ("/submissions/", "period"),
        ("/submissions/", "year"),
        ("/tasks/", "light"),
        ("/tasks/", "plan"),
        ("/tasks/", "mine"),
    ],
)
def test_a_filter_that_is_none_is_passed_over_with_a_sentence(app, engine, tenant, path, name):
    client = signed_in(app, engine, tenant, *LISTS[path])
    wrong = client.get(f"/t/{tenant.slug}{path}?{name}=nonsense", follow_redirects=True)
    assert wrong.status_code == 200
    assert "没有“nonsense”这一选项，已不按它筛选。" in wrong.text
    assert client.get(f"/t/{tenant.slug}{path}?{name}=").status_code == 200, "an empty one is no condition"


def test_what_was_written_into_the_address_is_shown_as_text(app, engine, tenant):
    client = signed_in(app, engine, tenant, "SA")
    shown = client.get(f"/t/{tenant.slug}/accounts/?sort=<script>alert(1)</script>", follow_redirects=True)
    assert "<script>alert" not in shown.text
    assert "&lt;script&gt;" in shown.text


def lists_of(spec: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The API's lists, but for those within one thing: what each can be asked."""
    return {
        path: [one for one in item["get"]["parameters"] if one.get("in") == "query"]
        for path, item in spec["paths"].items()
        if path.count("{") == 1 and any(one.get("name") == "sort" for one in item.get("get", {}).get("parameters", []))
    }


def test_every_list_of_the_api_refuses_what_it_cannot_be_asked(app, client, engine, tenant):
    lists = lists_of(client.get("/api/openapi.json").json)
    assert len(lists) >= len(LISTS) - 1
    keys = [bearing(a_token(engine, tenant, *held)) for held in (BUSINESS, ("SA",))]
    for path, parameters in lists.items():
        address = path.replace("{slug}", tenant.slug)
        key = next((key for key in keys if client.get(address, headers=key).status_code == 200), None)
        assert key is not None, path
        assert parameters[0]["name"]
        for one in parameters:
            if one["name"] in ("q", "unit") and one["schema"].get("format") != "uuid":
                continue  # any text is a search; a unit that is none finds nothing
            answer = client.get(address, query_string={one["name"]: "-nonsense"}, headers=key)
            assert answer.status_code == 422, f"{path}?{one['name']}"
            assert one["name"] in answer.json["errors"]["query"], f"{path}?{one['name']}"
