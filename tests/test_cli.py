"""The operator's command line on a real data directory: done is 0, refused is 1 with a sentence, not understood is 2."""

import json
import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, select, update

from service.admin import doctor
from service.admin.onboarding import open_places, openings
from service.cli import main
from service.embedded import endpoints, prepare, running
from tenants import ledger
from tenants.audit import AuditEntry
from tenants.db import acting_for, fenced_engine
from tenants.ledger import Bell, Job
from tenants.models import by_slug
from tests.running import LIANXI, PATIENCE, lianxi, start, surroundings, wait_for


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


# --- refusals for machines ---


def told_no(*arguments: str) -> tuple[int, dict[str, Any]]:
    """What a command that fails says to a machine: nothing on standard output, one object on standard error."""
    done = said(*arguments, "--json")
    assert done.stdout == ""
    return done.exit_code, json.loads(done.stderr)["error"]


def test_a_refusal_for_a_machine_is_an_object_on_standard_error(data: Path) -> None:
    code, error = told_no("publish", "--tenant", "anhui", "--period", "2025Q9", "--data", str(data))
    assert (code, error["code"], error["field"]) == (1, "refused", "period")
    assert "无法识别" in error["detail"] and "2026Q3" in error["detail_en"]


def test_what_cannot_be_done_and_what_is_not_understood_are_objects_too(data: Path, tmp_path: Path) -> None:
    code, error = told_no("doctor", "--data", str(tmp_path / "nowhere"))
    assert (code, error["code"]) == (1, "failed") and "lianxi up" in error["detail"]
    for wrong in (["publish", "--tenant", "anhui"], ["fly"], ["dsn", "--role", "king"]):
        code, error = told_no(*wrong)
        assert (code, error["code"]) == (2, "usage"), wrong


def test_a_command_that_found_something_bad_says_so_by_its_code_and_its_result(data: Path, monkeypatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE", 10**18)
    done = said("doctor", "--data", str(data), "--json")
    assert done.exit_code == 1
    assert any(not part["sound"] for part in json.loads(done.stdout)["findings"])


# --- what is done twice, and what leaves nothing behind ---


def test_a_place_that_is_open_is_said_to_be_so(data: Path) -> None:
    first = said("onboard", "--region", "340100", "--data", str(data))
    again = said("onboard", "--region", "340100", "--data", str(data))
    assert first.exit_code == again.exit_code == 0
    assert "本次开通1个" in first.stdout
    assert "早已开通，地址名 340100，本次未作改动" in again.stdout and "open already" in again.stdout
    assert told(data, "onboard", "--region", "340100") == {"total": 1, "opened": 0}


def test_a_report_that_is_refused_makes_no_folder(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    refused = said("report", "--tenant", "anhui", "--period", "2098Q3", "--out", str(out), "--data", str(data))
    assert refused.exit_code == 1 and "Traceback" not in refused.stderr
    assert not out.exists()


def test_a_folder_that_cannot_be_made_is_a_sentence(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    out = str(tmp_path / "file" / "below")
    told(data, "publish", "--tenant", "anhui", "--period", "2025Q4")
    refused = said("report", "--tenant", "anhui", "--period", "2025Q4", "--out", out, "--data", str(data))
    assert refused.exit_code == 1 and "无法写入" in refused.stderr


# --- jobs ---


def test_jobs_that_were_given_up_are_listed_and_tried_again(data: Path) -> None:
    assert told(data, "jobs") == {"dead": [], "again": False}
    assert "没有已停止重试的后台任务" in said("jobs", "--data", str(data)).stdout
    engine = fenced_engine(endpoints(data).app)
    with acting_for(engine, None) as session:
        place = by_slug(session, "anhui")
    assert place is not None
    with acting_for(engine, place.id) as session, session.begin():
        job_id = ledger.post(session, "test.effect", {})
        given_up = {"state": "dead", "attempts": 6, "error": "KeyError('test.effect')"}
        session.execute(update(Job).where(Job.id == job_id).values(**given_up))
        session.execute(delete(Bell).where(Bell.job_id == job_id))
    (dead,) = told(data, "jobs", "--tenant", "anhui")["dead"]
    assert (dead["id"], dead["tenant"], dead["attempts"]) == (str(job_id), "anhui", 6)
    assert str(job_id) in said("jobs", "--data", str(data)).stdout
    assert "已重新提交1件" in said("jobs", "--again", "--data", str(data)).stdout
    assert told(data, "jobs")["dead"] == []
    with acting_for(engine, place.id) as session:
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "job.manage")).one()
        assert (line.actor, line.subject) == ("console", f"job:{job_id}")
    engine.dispose()


# --- down while somebody works ---


def test_down_takes_the_servers_from_nobody_who_works(tmp_path: Path) -> None:
    up = start(tmp_path / "data")
    work = [*LIANXI, "onboard", "--region", "340000", "--all", "--data", str(up.data)]
    with (tmp_path / "onboard").open("wb") as out:
        working = subprocess.Popen(work, stdout=out, stderr=out, env=surroundings())
    noted = up.data / "work"
    wait_for(lambda: noted.exists() and '"onboard"' in noted.read_text(), "at work")
    working.send_signal(signal.SIGSTOP)  # in the middle of it, for as long as we look
    refused = lianxi("down", "--data", str(up.data), "--json")
    assert refused.returncode == 1
    assert f"lianxi onboard（进程 {working.pid}）正在使用数据库" in json.loads(refused.stderr)["error"]["detail"]
    assert up.ready()
    working.send_signal(signal.SIGCONT)
    assert lianxi("down", "--data", str(up.data), "--wait").returncode == 0
    assert working.wait(PATIENCE) == 0, (tmp_path / "onboard").read_text()
    assert up.process.wait(PATIENCE) == 0
    assert "本次开通121个" in (tmp_path / "onboard").read_text()


# --- how far long work is ---


@pytest.mark.parametrize(
    "command",
    [["rollup", "--rebuild"], ["audit", "verify"], ["onboard", "--region", "340000"]],
    ids=" ".join,
)  # fmt: skip
def test_a_terminal_sees_how_far_it_is_and_a_machine_does_not(data: Path, command: list[str]) -> None:
    slug = ["--slug", "anhui"] if command[0] == "onboard" else []
    seen = on_a_terminal(*command, *slug, "--data", str(data))
    assert "━" in seen and "/" in seen
    assert "━" not in said(*command, *slug, "--data", str(data), "--json").output


def on_a_terminal(*arguments: str) -> str:
    """What somebody sees on the terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*LIANXI, *arguments], stdout=theirs, stderr=theirs, env=surroundings())
    os.close(theirs)
    seen = b""
    with suppress(OSError):  # the end of a terminal is an error to Linux
        while part := os.read(ours, 65536):
            seen += part
    os.close(ours)
    assert process.wait(PATIENCE) == 0, seen.decode()
    return seen.decode()
