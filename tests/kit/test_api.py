"""The specification says what the API does, and the page to browse it is served from here."""

import re

import pytest

from service.kit.idempotency import idempotent


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
