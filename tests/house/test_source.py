"""The shape of the source: where SQL may be built, where a transaction may end, what no function does."""

from __future__ import annotations

import ast
import inspect
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parents[2]
# SQL whose text is not a constant: a UUID object's hex, names out of our own migrations, and the private server's name.
BUILT = {"tenants/db.py": 1, "migrations/fence.py": 99, "migrations/versions": 99, "service/embedded.py": 1}
SENDS = {"text", "execute", "exec_driver_sql", "scalar", "scalars", "executemany"}
# The command's one transaction; a person's own account before any tenant is known; the kernel's own.
COMMITS = {
    "service/kit/command.py": 2,
    "service/accounts/signin.py": 3,
    "tenants/ledger.py": 3,
    "tenants/onboarding.py": 1,
}


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def built_sql(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls that send text to the database which is put together on the spot."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and call.args and _name(call.func) in SENDS and _put_together(call.args[0]):
            yield call


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _put_together(argument: ast.expr) -> bool:
    if isinstance(argument, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in argument.values)
    if isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.Add | ast.Mod):
        return any(isinstance(part, ast.JoinedStr | ast.Constant) for part in (argument.left, argument.right)) or any(
            _put_together(part) for part in (argument.left, argument.right)
        )
    return isinstance(argument, ast.Call) and _name(argument.func) in ("format", "join", "replace")


def test_sql_is_put_together_nowhere_but_where_it_was_reviewed():
    found = {
        name: calls
        for name, tree in sources("config", "tenants", "service", "migrations")
        if (calls := sum(1 for _ in built_sql(tree)))
    }
    allowed = {name: next((most for part, most in BUILT.items() if name.startswith(part)), 0) for name in found}
    assert {name: count for name, count in found.items() if count > allowed[name]} == {}


@pytest.mark.parametrize(
    "source",
    [
        'session.execute(text(f"SET app.tenant = {given}"))',
        'session.execute(text("SELECT " + column))',
        'connection.exec_driver_sql("SELECT %s" % column)',
        'session.scalar(text("SELECT {}".format(column)))',
    ],
)
def test_sql_put_together_would_be_seen(source):
    assert list(built_sql(ast.parse(source)))
    assert not list(built_sql(ast.parse('session.execute(text("SELECT :a"), {"a": given})')))


def test_a_transaction_ends_in_few_places():
    found: dict[str, int] = {}
    for name, tree in sources("tenants", "service"):
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == "commit"]
        if calls:
            found[name] = len(calls)
    assert found == COMMITS


def test_nothing_is_imported_inside_a_function():
    for name, tree in sources("config", "tenants", "service", "migrations", "benchmarks"):
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = [node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
                assert inner == [], f"{name}: {function.name}"


def test_the_rules_that_guard_the_wall_are_switched_on():
    chosen = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    assert {"S608", "PLC0415"} <= set(chosen["ruff"]["lint"]["select"])
    assert {"tenants", "service/**/rules.py", "service/**/commands.py"} <= set(chosen["pyright"]["strict"])


def test_half_the_functions_are_small_and_nearly_all_are_short():
    lengths = sorted(
        (node.end_lineno or 0) - node.body[0].lineno + 1
        for _name, tree in sources("config", "tenants", "service")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    )
    assert lengths[len(lengths) // 2] <= 7
    assert lengths[len(lengths) * 9 // 10] < 20


def test_no_route_streams_after_its_context(app: Flask):
    """A generator would run when the tenant's session is gone."""
    for endpoint, view in app.view_functions.items():
        assert not inspect.isgeneratorfunction(inspect.unwrap(view)), endpoint
