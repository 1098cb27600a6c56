"""Whatever a test writes is first tried with ids that are not there: refused, and a foreign id as an unknown one.

Every client of the app is such a client. Each place where a write names a row, in the address, the form or the JSON body,
is tried with the very request that a test is about to send, in whose place only that id differs; so a denial is always
paired with the same call allowed, and a new route is tried by its own first test.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from threading import Lock
from typing import Any, ClassVar, NamedTuple
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import Engine, bindparam, literal, select, union_all
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import UUIDConverter
from werkzeug.test import TestResponse

from service.charter.opening import furnish
from tenants.db import acting_for
from tenants.models import Tenant
from tests.factories import a_tenant
from tests.house.rows import TABLES, fill

_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
WRITES = ("POST", "PUT", "PATCH", "DELETE")
TRIES = 4  # of a place whose request is refused anyway
# What looks like the id of a row and is none.
NO_ROW = {
    "write_id": "the sender's own name for what is written, drawn anew for each",
    "at": "the page that a button stands on, to lead back to",
}


class Place(NamedTuple):
    """Where a write names a row."""

    method: str
    rule: str
    name: str  # of the part of the address, or of the field


proven: set[Place] = set()  # tried just before the same request was accepted
_tries: Counter[Place] = Counter()
_lock = Lock()


class Client(FlaskClient):
    """A test's client; `engine` is given to the class once there is one, without one it tries nothing."""

    engine: Engine | None = None
    _foreign: ClassVar[dict[str, UUID]] = {}

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        tried = self._tried(args[0], kwargs) if args and isinstance(args[0], str) else []
        answer = super().open(*args, **kwargs)
        for place, statuses in tried:
            # A form that comes back to be filled in further has written nothing.
            assert min(statuses) >= 400 or (statuses == [200, 200] and answer.status_code == 200), (place, statuses)
            if answer.status_code < 400:
                proven.add(place)
        return answer

    def _tried(self, path: str, kwargs: dict[str, Any]) -> list[tuple[Place, list[int]]]:
        if self.engine is None or kwargs.get("method") not in WRITES or "/t/" not in path:
            return []
        if not _lock.acquire(blocking=False):  # of many at once one is tried
            return []
        try:
            return [(place, self._try(place, id, path, kwargs)) for place, id in self._places(path, kwargs)]
        finally:
            _lock.release()

    def _places(self, path: str, kwargs: dict[str, Any]) -> Iterator[tuple[Place, str]]:
        """Every place of this request that is not proven yet, with the id that stands there."""
        try:
            rule, given = self._urls().match(path.partition("?")[0], kwargs["method"], return_rule=True)
        except HTTPException:
            return
        in_address = [
            (name, str(given[name])) for name, kind in rule._converters.items() if isinstance(kind, UUIDConverter)
        ]
        for name, id in [*in_address, *_ids(kwargs.get("json")), *_ids(kwargs.get("data"))]:
            place = Place(kwargs["method"], rule.rule, name)
            if "slug" in given and place not in proven and _tries[place] < TRIES and name not in NO_ROW:
                _tries[place] += 1
                yield place, id

    def _urls(self) -> Any:
        return self.application.url_map.bind("localhost")

    def _try(self, place: Place, id: str, path: str, kwargs: dict[str, Any]) -> list[int]:
        """The statuses of the two answers, which are alike, and no failure."""
        foreign = self._foreign_id(id, path.partition("/t/")[2].partition("/")[0])
        answers = [self._send(path, kwargs, id, str(instead)) for instead in (foreign, uuid4())]
        assert answers[0] == answers[1], place
        assert answers[0][0] < 500, place
        return [status for status, _body in answers]

    def _send(self, path: str, kwargs: dict[str, Any], id: str, instead: str) -> tuple[int, str]:
        more = {
            name: _swapped(value, id, instead)
            for name, value in kwargs.items()
            if name not in ("headers", "follow_redirects")
        }
        headers = Headers(kwargs.get("headers"))
        headers.pop("Idempotency-Key", None)
        answer = super().open(path.replace(id, instead), headers=headers, **more)
        return answer.status_code, answer.text.replace(instead, "") if answer.is_json else ""

    def _foreign_id(self, id: str, slug: str) -> UUID:
        """The id of another tenant's row of the same kind."""
        assert self.engine is not None
        if not self._foreign:
            found = fill(self.engine, a_tenant(self.engine, furnish=furnish).id)
            self._foreign.update({name: row["id"] for name, row in found.items() if "id" in row})
        return self._foreign.get(_table_of(self.engine, id, slug), uuid4())


@cache
def _table_of(engine: Engine, id: str, slug: str) -> str:
    """The table in which the tenant has a row of that id; none: the empty name."""
    with acting_for(engine, _tenant_id(engine, slug)) as session:
        return session.scalars(_WHERE, {"id": UUID(id)}).first() or ""


@cache
def _tenant_id(engine: Engine, slug: str) -> UUID | None:
    with acting_for(engine, None) as session:
        return session.scalars(select(Tenant.id).where(Tenant.slug == slug)).one_or_none()


_WHERE = union_all(
    *(select(literal(table.name)).where(table.c.id == bindparam("id")) for table in TABLES if "id" in table.columns)
)


def _ids(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every id in a form or body, with the name of its field; one within a name is a place of its own."""
    if isinstance(value, MultiDict):
        value = value.to_dict(flat=False)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from ((_ID.sub("…", str(key)), id) for id in _ID.findall(str(key)))
            yield from _ids(inner, _ID.sub("…", str(key)))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _ids(inner, name)
    elif isinstance(value, (str, UUID)):
        yield from ((name, id) for id in _ID.findall(str(value)))


def _swapped(value: Any, id: str, instead: str) -> Any:
    """The same with the other id; a file is sent from a copy."""
    if isinstance(value, MultiDict):
        return MultiDict(
            [(_swapped(key, id, instead), _swapped(inner, id, instead)) for key, inner in value.items(multi=True)]
        )
    if isinstance(value, dict):
        return {_swapped(key, id, instead): _swapped(inner, id, instead) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_swapped(inner, id, instead) for inner in value)
    if isinstance(value, io.BytesIO):
        return io.BytesIO(value.getvalue())
    if isinstance(value, UUID):
        return UUID(instead) if str(value) == id else value
    return value.replace(id, instead) if isinstance(value, str) else value
