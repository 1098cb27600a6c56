"""The API's frame: its blueprints, its specification (OpenAPI 3.1) and the page to browse it, all served from here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

import flask_smorest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Blueprint, Flask, request, url_for
from flask.typing import ResponseReturnValue
from flask_smorest.utils import prepare_response
from marshmallow import Schema, fields
from webargs.flaskparser import abort

from service.kit import security
from service.kit.web import page, wants_json

PROBLEM = "application/problem+json"
DESCRIPTION = """\
省、市、县各级联席会议的接口。Everything that the pages can do.

- 令牌 Token: `lianxi token --account NAME --tenant SLUG`, sent as `Authorization: Bearer …`. It is for one account in
  one tenant (`/api/v1/t/{slug}/…`).
- 错误 Errors are `application/problem+json` (RFC 9457): `detail` says in Chinese, `detail_en` in English what to do,
  `source` names the rule, `field` the field. A foreign id answers exactly as one that does not exist.
- 列表 Lists take `page`, `per_page` (at most 200), `sort` (`due`, `-due`), `q`; they answer `items`, `total`, `page`,
  `per_page`.
- 重复提交 A POST may carry an `Idempotency-Key`: repeated with the same content it is answered as the first time and
  does nothing twice; with another content it is refused (422); while the first one runs, 409.
- 并发修改 What can be changed carries an `ETag`; send it back as `If-Match` (428 without, 412 if somebody was faster).
"""


class Problem(Schema):
    """What went wrong, and what to do about it."""

    type = fields.String(required=True, metadata={"description": "about:blank#code"})
    title = fields.String(required=True, metadata={"description": "The status in words"})
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "What to do, in Chinese"})
    detail_en = fields.String(required=True, metadata={"description": "What to do, in English"})
    source = fields.String(metadata={"description": "The rule it rests on"})
    field = fields.String(metadata={"description": "The field it concerns"})
    errors = fields.Dict(metadata={"description": "Where each wrong field is: location → field → sentences"})


class Api(flask_smorest.Api):
    """flask-smorest, which here neither answers errors (problems.py does) nor describes them otherwise."""

    ERROR_SCHEMA = Problem
    spec: APISpec  # type: ignore[assignment]  # there from init_app on

    def _register_error_handlers(self) -> None:
        pass

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            self._describe(status.name, status.phrase, status >= HTTPStatus.BAD_REQUEST)
        self._describe("DEFAULT_ERROR", "An error", True)

    def _describe(self, name: str, phrase: str, problem: bool) -> None:
        response: dict[str, Any] = {"description": phrase} | ({"schema": self.ERROR_SCHEMA} if problem else {})
        prepare_response(response, self.spec, PROBLEM)
        self.spec.components.response(name, response, lazy=True)


def schema_name(schema: Any) -> str:
    """`TasksTaskOut`: rooms name their shapes without asking each other."""
    cls: Any = resolve_schema_cls(schema)
    _service, _dot, place = cls.__module__.partition("service.")
    room = "" if place.startswith("kit.") else place.partition(".")[0].capitalize()
    partial = "Partial" if isinstance(schema, Schema) and schema.partial else ""
    return f"{room}{cls.__name__}{partial}"


docs = Blueprint("api_docs", __name__)


@docs.get("/api/docs")
def show() -> ResponseReturnValue:
    """The specification, to read and to try."""
    return page("api_docs.html", spec_url=url_for("api-docs.openapi_json"))


def install(app: Flask, blueprints: Iterable[flask_smorest.Blueprint]) -> None:
    """The rooms' APIs answer under /api/v1; bearer tokens only, so nothing a browser sends by itself."""
    app.config.update(
        API_TITLE="Lianxi 联席",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"info": {"description": DESCRIPTION}, "security": [{"bearer": []}]},
    )
    app.register_blueprint(docs)
    app.before_request(_check_body)
    api = Api(app, spec_kwargs={"marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=schema_name)})
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
        security.csrf.exempt(blueprint)
    _complete(app, api)


def _check_body() -> None:
    """A JSON body that no reader can make sense of is none: nested without end, a number of thousands of digits, half a character.

    After the door: of who may not come in nothing is read.
    """
    if request.is_json and wants_json():
        try:
            json.dumps(json.loads(request.get_data()), ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            abort(400, messages={"json": ["Invalid JSON body."]})


def _complete(app: Flask, api: Api) -> None:
    """What holds of every operation stands in the specification once, by reference."""
    _describe_parameters(api)
    for tag in api.spec._tags:
        tag["name"] = _room(tag["name"])
    for path, item in api.spec._paths.items():
        for method, operation in _operations(item):
            operation["tags"] = [_room(tag) for tag in operation["tags"]]
            _number(operation, app, path, method)
            _explain_errors(operation, api)
            if method == "post":
                operation.setdefault("parameters", []).append(_reference("Idempotency-Key"))


def _room(blueprint: str) -> str:
    return blueprint.removesuffix("_api")


def _describe_parameters(api: Api) -> None:
    api.spec.components.parameter(
        "Idempotency-Key",
        "header",
        {
            "required": False,
            "description": "Repeating the request with the same key and content does nothing twice.",
            "schema": {"type": "string", "maxLength": 200},
        },
    )


def _operations(item: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for method in ("get", "post", "put", "patch", "delete"):
        if method in item:
            yield method, item[method]


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def _number(operation: dict[str, Any], app: Flask, path: str, method: str) -> None:
    """Client generators name their functions by it: `tasks_index`, `tasks_request_close_out`."""
    rule = next(
        r for r in app.url_map.iter_rules() if _template(r.rule) == path and method.upper() in (r.methods or ())
    )
    operation.setdefault("operationId", rule.endpoint.replace("_api.", "_").replace(".", "_"))


def _template(rule: str) -> str:
    """`/t/<slug>/x/<uuid:id>` as the specification writes it: `/t/{slug}/x/{id}`."""
    return re.sub(r"<(?:[^:>]*:)?([^>]+)>", r"{\1}", rule)


def _explain_errors(operation: dict[str, Any], api: Api) -> None:
    for status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
        reference = api.spec.components.get_ref("response", status.name)
        operation.setdefault("responses", {}).setdefault(str(status.value), reference)
