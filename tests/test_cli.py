"""The operator's command line on a real data directory: done is 0, refused is 1 with a sentence, not understood is 2."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.admin.onboarding import open_places, openings
from service.cli import main
from service.embedded import prepare, running
from tenants.db import fenced_engine
from tests.running import lianxi


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation with one province, open since last year."""
    folder = tmp_path_factory.mktemp("cli") / "data"
    with running(folder) as endpoints:
        told(folder, "migrate")
        engine = fenced_engine(endpoints.app)
        places = openings("340000", whole=False, slug="anhui")
        assert [step.fresh for step in open_places(engine, places, on=date(2025, 1, 1), actor="console")] == [1]
        engine.dispose()
        yield folder


def said(*arguments: str) -> Result:
    """What `lianxi` answers, in this process: its servers and its imports are there already."""
    return CliRunner().invoke(main, arguments)


def told(data: Path, *arguments: str) -> dict[str, Any]:
    """What a command that succeeds says to a machine: one JSON object and nothing else."""
    done = said(*arguments, "--data", str(data), "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["onboard", "--region", "999999"], "999999"),
        (["onboard", "--region", "340100", "--slug", "anhui"], "anhui"),
        (["publish", "--tenant", "nowhere", "--period", "2025Q3"], "没有地址名为 nowhere 的租户"),
        (["publish", "--tenant", "anhui", "--period", "2025Q9"], "2025Q9"),
        (["publish", "--tenant", "anhui", "--period", "2098Q4"], "结束后才能发布"),
        (["report", "--tenant", "nowhere", "--period", "2025Q3"], "nowhere"),
        (["token", "--account", "nobody", "--tenant", "anhui"], "nobody"),
        (["token", "--account", "nobody", "--tenant", "nowhere"], "nowhere"),
        (["audit", "verify", "--tenant", "nowhere"], "nowhere"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_a_refusal_is_a_sentence_and_exit_code_one(data: Path, command: list[str], sentence: str) -> None:
    refused = said(*command, "--data", str(data))
    assert refused.exit_code == 1, refused.output
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    "command",
    [["onboard"], ["publish", "--tenant", "anhui"], ["dsn", "--role", "king"], ["fly"], ["token", "--tenant", "anhui"]],
    ids=" ".join,
)  # fmt: skip
def test_what_is_not_understood_is_exit_code_two(command: list[str]) -> None:
    assert said(*command).exit_code == 2


def test_up_refuses_a_port_that_is_none() -> None:
    assert lianxi("up", "--port", "0").returncode == 2


def test_a_period_goes_up_and_its_report_comes_out(data: Path, tmp_path: Path) -> None:
    sealed = told(data, "publish", "--tenant", "anhui", "--period", "2025Q3")
    assert sealed["revision"] == 1 and len(sealed["sha256"]) == 64
    assert set(told(data, "rollup", "--rebuild")) == {"delivered", "rebuilt"}
    written = told(data, "report", "--tenant", "anhui", "--period", "2025Q3", "--out", str(tmp_path / "out"))
    assert sorted(Path(name).suffix for name in written["files"]) == [".docx", ".json", ".pdf"]
    assert all(Path(name).stat().st_size > 500 for name in written["files"])
    verdict = told(data, "audit", "verify")
    assert verdict["rows"] > 0 and verdict["bad"] == []


def test_nothing_installed_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    for command in (["publish", "--tenant", "x", "--period", "2025Q3"], ["audit", "verify"], ["dsn"], ["doctor"]):
        refused = said(*command, "--data", str(nowhere))
        assert refused.exit_code == 1, command
        assert "lianxi up" in refused.stderr
        assert not nowhere.exists()


def test_a_database_without_its_tables_is_said(tmp_path: Path) -> None:
    prepare(tmp_path / "data")
    refused = said("publish", "--tenant", "x", "--period", "2025Q3", "--data", str(tmp_path / "data"))
    assert refused.exit_code == 1
    assert "lianxi migrate" in refused.stderr
