"""The specification says what the API does, and the page to browse it is served from here."""

import re

import pytest

from service.charter.opening import furnish
from service.kit.idempotency import idempotent
from tests.factories import a_tenant, a_token, bearing


@pytest.fixture
def spec(client):
    return client.get("/api/openapi.json").json


def operations(spec):
    for path, item in spec["paths"].items():
        for method in ("get", "post", "put", "patch", "delete"):
            if method in item:
                yield method, path, item[method]


def test_the_specification_is_openapi_3_1_with_a_bearer_token(spec):
    assert spec["openapi"] == "3.1.0"
    assert spec["components"]["securitySchemes"]["bearer"] == {"type": "http", "scheme": "bearer"}
    assert spec["security"] == [{"bearer": []}]
    assert "Idempotency-Key" in spec["info"]["description"]


def test_every_route_of_the_api_is_in_it(app, spec):
    rules = {re.sub(r"<(?:[^:>]*:)?([^>]+)>", r"{\1}", rule.rule) for rule in app.url_map.iter_rules()}
    assert {rule for rule in rules if rule.startswith("/api/v1/")} == set(spec["paths"])


def test_every_operation_is_named_described_and_says_its_errors(spec):
    names = [operation["operationId"] for _, _, operation in operations(spec)]
    assert len(names) == len(set(names))
    for method, path, operation in operations(spec):
        where = f"{method} {path}"
        assert operation.get("summary"), f"{where} has no docstring"
        assert {"401", "403", "404", "default"} <= set(operation["responses"]), where
        assert any(status.startswith("2") for status in operation["responses"]), where


def test_operations_are_grouped_by_their_room(spec):
    groups = {tag["name"] for tag in spec["tags"]}
    assert "accounts" in groups
    assert {tag for _, _, operation in operations(spec) for tag in operation["tags"]} <= groups


def test_errors_are_problems(spec):
    content = spec["components"]["responses"]["NOT_FOUND"]["content"]
    assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert {"type", "title", "status", "detail"} <= set(spec["components"]["schemas"]["Problem"]["required"])


def test_every_post_takes_an_idempotency_key(app, spec):
    reference = {"$ref": "#/components/parameters/Idempotency-Key"}
    for method, path, operation in operations(spec):
        assert (reference in operation.get("parameters", [])) == (method == "post"), f"{method} {path}"


def test_every_reference_leads_somewhere(spec):
    for reference in set(re.findall(r"'\$ref': '#/([^']+)'", str(spec))):
        place = spec
        for step in reference.split("/"):
            place = place[step]
        assert place


def test_the_docs_page_is_served_without_another_host(client):
    page = client.get("/api/docs").get_data(as_text=True)
    assert 'data-spec="/api/openapi.json"' in page
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page)
    for asset in re.findall(r"(?:src|href)=\"(/static/[^\"]+)\"", page):
        with client.get(asset) as answer:
            assert answer.status_code == 200, asset


def test_a_route_keeps_its_name_and_docs_under_the_guard():
    def route():
        """What it does."""

    guarded = idempotent(route)
    assert (guarded.__name__, guarded.__doc__, guarded.idempotent) == ("route", "What it does.", True)


NO_BODIES = {
    "nested without end": "[" * 100_000,
    "a number of thousands of digits": '{"title": "甲", "kind": "study", "minutes": %s}' % ("9" * 5_000),
    "half a character": '{"title": "\\ud800", "kind": "study"}',
    "no JSON": "{",
}


@pytest.mark.parametrize("body", NO_BODIES.values(), ids=NO_BODIES)
def test_a_body_that_nobody_can_read_is_said_to_be_none(client, engine, body):
    tenant = a_tenant(engine, furnish=furnish)
    headers = bearing(a_token(engine, tenant, "OS"), Content_Type="application/json")
    url = f"/api/v1/t/{tenant.slug}/agenda-items/office"
    answer = client.post(url, data=body, headers=headers)
    assert answer.status_code == 400 and "不是有效的 JSON" in answer.text
    assert client.post(url, data='{"title": "\\u7532", "kind": "study"}', headers=headers).status_code == 201
    assert client.post(url, data=body, headers={"Content-Type": "application/json"}).status_code == 401
