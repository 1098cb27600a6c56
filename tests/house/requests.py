"""Every route of the app as a request that can be sent: its address, its body, its reader."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter

SAMPLES = {"code": "P01", "period": "2026Q2", "year": "2026", "token": "never-given-out"}
NO_ID = UUID(int=0)
# What an id is called where that is not what its table is called.
MEANT = {
    "cooperating": ("unit",),
    "delegation": ("chair_delegation", "reply_delegation"),
    "draft": ("charter", "dispatch_draft", "pattern_draft"),
    "duties": ("duty",),
    "file": ("dispatch_draft_file", "stored_file"),
    "filter": ("saved_filter",),
    "item": ("agenda_item",),
    "job": ("ledger_job",),
    "leaver": ("account", "person"),
    "parent": ("plan",),
    "passage": ("consulted_passage",),
    "policy": ("policy_document",),
    "proposal": ("convening_proposal",),
    "receiver": ("dispatch_place",),
    "received": ("received_offer",),
    "row": ("breakdown_row",),
    "start": ("received_offer",),
    "units": ("unit",),
    "units_concerned": ("unit",),
    "version": ("charter",),
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """One method at one address."""

    method: str
    rule: Rule
    body: dict[str, Any] | None  # the shape of its JSON body, resolved

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule.rule}"

    @property
    def for_programs(self) -> bool:
        return self.rule.rule.startswith("/api/")

    @property
    def ids(self) -> list[str]:
        """The parts of the address that are ids of rows."""
        return [name for name, kind in self.rule._converters.items() if isinstance(kind, UUIDConverter)]

    def kinds(self, known: Collection[str]) -> list[str]:
        """Of which of these tables the rows are that the route may be about: by the name of its last id, or by its body's.

        Where a name says nothing, all of them.
        """
        names = self.ids[-1:] or sorted(set(_ids_in(self.body)))
        found = [kind for name in names for kind in _meant(name, known)]
        return list(dict.fromkeys(found)) or sorted(known)

    @property
    def names_a_row(self) -> bool:
        """Whether an id is given, in the address or in the body."""
        return bool(self.ids) or "uuid" in str(self.body)

    def url(self, app: Flask, slug: str, row_id: UUID | str) -> str:
        """The address in that tenant, with that id wherever one stands."""
        return url_of(app, self.rule, self.method, slug=slug, row_id=row_id)

    def json(self, row_id: UUID | str) -> Any:
        """A body of the right shape, with that id wherever one stands."""
        return None if self.body is None else _sample(self.body, str(row_id))


def _meant(name: str, known: Collection[str]) -> Iterable[str]:
    """The tables of which an id of that name is a row's; for one that says nothing, all of them."""
    name = name.removesuffix("_ids").removesuffix("_id")
    if name in known:
        return [name]
    named = MEANT.get(name) or [kind for kind in known if name.endswith(f"_{kind}")]
    return [kind for kind in named if kind in known] or known


def _ids_in(shape: Any, name: str = "") -> Iterator[str]:
    """The names of the fields of a JSON body that take ids."""
    if isinstance(shape, dict):
        if shape.get("format") == "uuid":
            yield name
        for field, inner in shape.get("properties", {}).items():
            yield from _ids_in(inner, field)
        yield from _ids_in(shape.get("items"), name)


def url_of(app: Flask, rule: Rule, method: str, *, slug: str = "x", row_id: UUID | str = NO_ID) -> str:
    """An address that the rule matches."""
    values = {name: _part(name, kind, row_id) for name, kind in rule._converters.items()}
    given = values | ({"slug": slug} if "slug" in values else {})
    return app.url_map.bind("localhost").build(rule.endpoint, given, method=method)


def _part(name: str, kind: Any, row_id: UUID | str) -> Any:
    if isinstance(kind, UUIDConverter):
        return row_id
    if isinstance(kind, AnyConverter):
        return sorted(kind.items)[0]
    return 1 if isinstance(kind, IntegerConverter) else SAMPLES.get(name, "x")


def routes(app: Flask, spec: dict[str, Any]) -> Iterator[Route]:
    """Every route under a tenant."""
    for rule in app.url_map.iter_rules():
        if "slug" in rule.arguments:
            for method in METHODS:
                if method in (rule.methods or ()):
                    yield Route(method, rule, _body(spec, rule, method))


def _body(spec: dict[str, Any], rule: Rule, method: str) -> dict[str, Any] | None:
    for path, item in spec["paths"].items():
        if path.count("{") == rule.rule.count("<") and _same(path, rule.rule) and method.lower() in item:
            content = item[method.lower()].get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            return _resolved(schema, spec) if schema else None
    return None


def _same(path: str, rule: str) -> bool:
    fixed = ["".join(_outside(text, *marks)) for text, marks in ((path, "{}"), (rule, "<>"))]
    return fixed[0] == fixed[1]


def _outside(text: str, opening: str, closing: str) -> Iterator[str]:
    inside = False
    for letter in text:
        inside = (inside or letter == opening) and letter != closing
        if not inside and letter != closing:
            yield letter


def _resolved(schema: Any, spec: dict[str, Any]) -> Any:
    """The schema with every reference replaced by what it leads to."""
    if isinstance(schema, list):
        return [_resolved(part, spec) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        target: Any = spec
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return _resolved(target, spec)
    return {name: _resolved(part, spec) for name, part in schema.items()}


def _sample(schema: dict[str, Any], row_id: str) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    kind = next(one for one in kind if one != "null") if isinstance(kind, list) else kind
    if kind == "object":
        return {name: _sample(part, row_id) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [_sample(schema.get("items", {}), row_id)]
    if kind == "string":
        return {"uuid": row_id, "date": "2026-09-01"}.get(schema.get("format", ""), "x")
    return {"integer": 1, "number": 1, "boolean": False}.get(kind or "")
