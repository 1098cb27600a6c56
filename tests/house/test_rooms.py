"""One way to write: every room is listed, every write is a command, every command names its policy."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from werkzeug.local import LocalProxy

import service
from config.catalogue import permissions
from config.labels import labels
from service.kit.command import COMMANDS
from service.rooms import ROOMS, handlers, parts

SERVICE = Path(service.__file__).parent
# Folders that are no rooms: what rooms stand on, and what makes documents and opens tenants without pages of its own.
NO_ROOMS = {"kit", "documents", "admin"}
# A person's own account before any tenant is known: there is no seat, hence no command. tests/accounts cover each.
WITHOUT_SEAT = {"entrance.sign_in", "entrance.sign_out", "entrance.password", "entrance.accept", "entrance.prefer"}
# A file is sent to be looked at; nothing is written until its reader confirms. The room's own tests hold it.
PREVIEWS = {"charter.setup.upload", "charter.notices.preview", "charter_api.read_notice"}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def test_every_room_is_listed():
    folders = {path.parent.name for path in SERVICE.glob("*/__init__.py")}
    assert folders - NO_ROOMS == set(ROOMS) & folders
    assert set(ROOMS) - folders == set(), "a room that is listed and not there"


def test_no_room_hides_in_a_folder_that_is_none():
    for folder in NO_ROOMS:
        for part in ("models", "commands"):
            assert not (SERVICE / folder / f"{part}.py").exists(), f"{folder}/{part}.py"


def test_every_command_names_an_operation_of_the_matrix(app):
    assert COMMANDS
    unknown = {name: operation for name, operation in COMMANDS.items() if operation not in permissions()}
    assert unknown == {}


def test_every_command_stands_in_a_rooms_commands():
    """Where policy is looked for, it is."""
    parts("commands")
    for name in COMMANDS:
        room, _dot, rest = name.partition(".")
        assert room in ROOMS, name
        assert rest.count(".") == 1, name


def unsafe_routes(app: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    for rule in app.url_map.iter_rules():
        if (rule.methods or set()) & UNSAFE:
            yield rule.endpoint, app.view_functions[rule.endpoint]


def test_every_unsafe_route_ends_in_a_command(app):
    routes = dict(unsafe_routes(app))
    assert set(routes) >= WITHOUT_SEAT | PREVIEWS
    routes = {name: view for name, view in routes.items() if name not in WITHOUT_SEAT | PREVIEWS}
    without = [name for name, view in routes.items() if not reaches_a_command(view)]
    assert without == []


def test_a_route_without_a_command_would_be_seen():
    assert not reaches_a_command(lambda: Path("written without asking").touch())
    assert not reaches_a_command(unsafe_routes)


def test_every_post_of_the_api_takes_an_idempotency_key(app):
    posts = [
        (rule.rule, app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.rule.startswith("/api/v1/")
    ]
    assert posts
    assert [rule for rule, view in posts if not getattr(view, "idempotent", False)] == []


def test_every_api_route_stands_under_a_tenant(app):
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1")]
    assert [rule for rule in rules if not rule.startswith("/api/v1/t/<slug>/")] == []


def test_every_kind_of_job_that_is_posted_has_a_handler(app):
    assert handlers()
    for kind, handler in handlers().items():
        assert "." in kind
        assert callable(handler)
        assert kind in labels()["job_kind"], "its name in config/wording/states.yaml"


# --- following a view to what it calls ---


def reaches_a_command(view: Callable[..., Any], seen: set[Any] | None = None) -> bool:
    """Whether the function, or one of its own room's that it names, names a command."""
    seen = set() if seen is None else seen
    function = inspect.unwrap(view)
    if function in seen or not isinstance(function, FunctionType):
        return False
    seen.add(function)
    named = list(_named(function))
    if any(_is_command(thing) for thing in named):
        return True
    ours = [thing for thing in named if isinstance(thing, FunctionType) and _same_room(thing, function)]
    return any(reaches_a_command(thing, seen) for thing in ours)


def _named(function: FunctionType) -> Iterator[Any]:
    """What the function's names stand for: globals, and attributes of modules and tables of functions."""
    names = set(_names(function.__code__))
    for name in names & set(function.__globals__):
        thing = function.__globals__[name]
        if isinstance(thing, LocalProxy):  # `request` and its kin: nothing without a request
            continue
        yield thing
        if isinstance(thing, ModuleType):
            parts = (getattr(thing, other, None) for other in names)
            yield from (part for part in parts if not isinstance(part, LocalProxy))
        if isinstance(thing, dict):
            yield from (part for value in thing.values() for part in _parts(value) if callable(part))
    for cell in function.__closure__ or ():
        yield cell.cell_contents


def _parts(value: Any) -> list[Any]:
    """The value, and what a declared one (a dataclass) is made of."""
    return [value, *(vars(value).values() if is_dataclass(value) and not isinstance(value, type) else ())]


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _is_command(thing: Any) -> bool:
    module = getattr(thing, "__module__", None) or ""
    return f"{module.removeprefix('service.')}.{getattr(thing, '__name__', '')}" in COMMANDS


def _same_room(one: FunctionType, other: FunctionType) -> bool:
    return one.__module__.split(".")[:2] == other.__module__.split(".")[:2]
