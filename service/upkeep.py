"""The operator's commands on the installation: token, jobs, audit verify, doctor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine, select

from service.accounts.commands import issue_token
from service.accounts.models import Account, AccountDoor
from service.admin.dead_letters import DeadLetter, dead_letters, run_all_again
from service.admin.doctor import examine
from service.bars import tracked
from service.installation import installation, need_installed
from service.operating import database, seat_at, tenants_named
from service.terminal import data_option, json_option, show
from tenants import audit
from tenants.db import acting_for
from tenants.errors import Refused
from tenants.models import Tenant


@click.command()
@click.option("--account", "username", required=True)
@click.option("--tenant", "slug", required=True)
@click.option("--hours", default=12, show_default=True)
@data_option
@json_option
def token(username: str, slug: str, hours: int, data: Path, as_json: bool) -> None:
    """A bearer token for /api/v1, shown once."""
    with database(data) as engine, seat_at(engine, slug) as seat:
        account = seat.session.scalars(select(Account).where(Account.username == username)).one_or_none()
        if account is None or seat.session.get(AccountDoor, (account.id, seat.tenant.id)) is None:
            raise Refused(f"{username} 在 {slug} 没有席位。", en=f"{username} has no seat at {slug}.")
        issued = issue_token(seat, account.id, label="cli", hours=hours, now=datetime.now(UTC))
    show(as_json, {"token": issued.token}, issued.token)


@click.command()
@click.option("--tenant", "slug", help="One tenant only.")
@click.option("--again", is_flag=True, help="重新办理 Try all of them again.")
@data_option
@json_option
def jobs(slug: str | None, again: bool, data: Path, as_json: bool) -> None:
    """Background jobs that failed too often, and trying them again. 列出已停止重试的后台任务，或重新办理。"""
    with database(data) as engine:
        letters = dead_letters(engine, tenants_named(engine, slug))
        refused = _again(engine, letters, quiet=as_json) if again else {}
    rows = [_row(letter) | ({"refused": refused.get(letter.job_id, "")} if again else {}) for letter in letters]
    show(as_json, {"dead": rows, "again": again}, "\n".join([*map(_line, rows), _sum(len(rows), len(refused), again)]))
    if refused:
        raise SystemExit(1)


def _again(engine: Engine, letters: Sequence[DeadLetter], *, quiet: bool) -> dict[Any, str]:
    """The sentences of those that were refused, by job."""
    refused: dict[Any, str] = {}
    for letter, sentence in tracked("重新办理", run_all_again(engine, letters), len(letters), quiet=quiet):
        if sentence:
            refused[letter.job_id] = sentence
    return refused


def _row(letter: DeadLetter) -> dict[str, Any]:
    named = {"tenant": letter.tenant.slug, "id": letter.job_id, "kind": letter.kind}
    return named | {"attempts": letter.attempts, "error": letter.error}


def _line(row: dict[str, Any]) -> str:
    told = f"{row['tenant']}  {row['id']}  {row['kind']}  已试{row['attempts']}次  {row['error']}"
    return f"{told}  {row['refused']}" if row.get("refused") else told


def _sum(total: int, refused: int, again: bool) -> str:
    if not total:
        return "没有已停止重试的后台任务。No job was given up."
    if again:
        return f"已重新提交{total - refused}件，拒绝{refused}件。{total - refused} are due again, {refused} refused."
    return f"共{total}件；排除原因后，用 lianxi jobs --again 重新办理。{total} were given up; try again with --again."


@click.group("audit")
def audit_group() -> None:
    """The audit chains."""


@audit_group.command("verify")
@click.option("--tenant", "slug", help="One tenant only.")
@data_option
@json_option
def verify(slug: str | None, data: Path, as_json: bool) -> None:
    """Whether every chain is whole; exit code 1 and the first bad row if one is not."""
    with database(data) as engine:
        tenants = tenants_named(engine, slug)
        bad, rows = _verified(engine, tenants, quiet=as_json)
    show(as_json, {"rows": rows, "bad": bad}, f"{rows} 行，异常 {bad or '无'}。{rows} rows; bad: {bad or 'none'}.")
    if bad:
        raise SystemExit(1)


def _verified(engine: Engine, tenants: Sequence[Tenant], *, quiet: bool) -> tuple[list[dict[str, Any]], int]:
    bad, rows = [], 0
    for tenant in tracked("核验", tenants, len(tenants), quiet=quiet):
        with acting_for(engine, tenant.id) as session:
            verdict = audit.verify(session)
        rows += verdict.rows
        if not verdict.sound:
            bad.append({"tenant": tenant.slug, "seq": verdict.bad_seq, "reason": verdict.reason})
    return bad, rows


@click.command()
@data_option
@json_option
def doctor(data: Path, as_json: bool) -> None:
    """What is wrong with this installation, and how to mend it; exit code 1 if anything is."""
    need_installed(data)
    with installation(data) as settings:
        findings = examine(settings)
    lines = [f"{'✓' if it.sound else '✗' if it.grave else '!'} {it.part:<13}{it.fault or '正常'}" for it in findings]
    advice = [f"  {it.part}: {it.mend}" for it in findings if not it.sound]
    rows = [{"part": it.part, "sound": it.sound, "fault": it.fault, "grave": it.grave} for it in findings]
    show(as_json, {"findings": rows}, "\n".join([*lines, *advice]))
    if any(it.grave and not it.sound for it in findings):
        raise SystemExit(1)


COMMANDS: dict[str, click.Command] = {"token": token, "jobs": jobs, "audit": audit_group, "doctor": doctor}
