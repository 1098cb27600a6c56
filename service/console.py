"""The operator's commands on tenants: onboard, publish, rollup, report, token, audit verify."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from psycopg.errors import InvalidSchemaName, UndefinedTable
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from config.settings import SettingsError
from service.accounts.commands import Invited, issue_token
from service.accounts.models import Account, AccountDoor
from service.admin.doctor import examine
from service.admin.onboarding import (
    administrator,
    check_free,
    invite_administrator,
    open_places,
    openings,
)
from service.bars import bar, tracked
from service.installation import installation, need_installed
from service.kit.period import Period
from service.kit.seat import Seat
from service.kit.web import SHANGHAI, today
from service.reports.commands import draft_report
from service.reports.files import RENDER
from service.reports.queries import snapshot
from service.reports.totals import provenance, totals
from service.reports.writing import write
from service.rooms import handlers
from service.sample import load
from service.statistics.commands import publish_period
from service.supervisor import holder
from tenants import audit, ledger, rollup
from tenants.db import FenceError, acting_for, fenced_engine, refuse_privileged
from tenants.errors import Missing, Refused
from tenants.models import Tenant, by_slug
from tenants.onboarding import Opening

data_option = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), default=".data", envvar="LIANXI_DATA", show_default=True
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print data for machines.")


@contextmanager
def database(data: Path) -> Iterator[Engine]:
    """The installation's database as the service's own role, servers running for as long as it takes."""
    need_installed(data)
    with installation(data) as settings:
        engine = fenced_engine(settings.database_url)
        try:
            refuse_privileged(engine)
            yield engine
        except FenceError as error:
            raise SettingsError(f"DATABASE_URL 的数据库角色权限过大，不能使用。{error}") from error
        except (OperationalError, ProgrammingError) as error:
            raise _understood(error) from error
        finally:
            engine.dispose()


def _understood(error: DBAPIError) -> Exception:
    """What the operator can mend is a sentence; anything else stays as it is."""
    if isinstance(error.orig, UndefinedTable | InvalidSchemaName):
        return SettingsError("数据库尚未建立结构，请先运行 lianxi migrate。Run `lianxi migrate` first.")
    if error.connection_invalidated or isinstance(error, OperationalError):
        return SettingsError("数据库没有应答，请运行 lianxi doctor。The database does not answer: run `lianxi doctor`.")
    return error


def tenant_named(engine: Engine, slug: str) -> Tenant:
    """The tenant of that address."""
    with acting_for(engine, None) as session:
        found = by_slug(session, slug)
    if found is None:
        raise Missing(f"没有地址名为 {slug} 的租户。", en=f"There is no tenant {slug}.")
    return found


@contextmanager
def seat_at(engine: Engine, slug: str) -> Iterator[Seat]:
    """The operator's seat at that tenant's table."""
    tenant = tenant_named(engine, slug)
    with acting_for(engine, tenant.id) as session:
        yield Seat(session, tenant, "console", console=True)


def show(as_json: bool, data: dict[str, Any], text: str) -> None:
    """One result, for a machine or for a reader."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else text)


@click.command()
@click.option("--region", required=True, help="行政区划代码 GB/T 2260 code, e.g. 340000.")
@click.option("--all", "whole", is_flag=True, help="连同所辖各地 With everything below it.")
@click.option("--slug", help="地址名 The address of that place, if it is not to be the code.")
@click.option("--admin", "username", help="首任系统管理员用户名 Invite this person as its first administrator.")
@click.option("--admin-name", "name", help="首任系统管理员姓名 The administrator's name; goes with --admin.")
@click.option("--url", envvar="LIANXI_URL", help="网址 Where people reach the service; else that of the running `up`.")
@data_option
@json_option
def onboard(
    region: str,
    whole: bool,
    slug: str | None,
    username: str | None,
    name: str | None,
    url: str | None,
    data: Path,
    as_json: bool,
) -> None:
    """Open one place, or a whole province. 开通一地，或连同所辖各地。

    Every place gets the charter of its level and is open or not at all. The whole list is checked before
    anything is written; run again, it goes on where it was stopped. 先整体校验后开通；中断后重新运行即可续办。

    \b
    A whole province, then its first administrator:
      lianxi onboard --region 340000 --all
      lianxi onboard --region 340000 --admin zhang.wei --admin-name 张伟

    \b
    The second prints a one-time link, valid for seven days. The administrator opens it, sets a password,
    signs in, and invites the office's people under 账号与席位; they find the charter under 联席会议制度.
    Run again before the password is set, it prints a new link and the older one opens no more.
    第二条命令打印一次性链接（7天内有效）；管理员设置口令、登录后，在“账号与席位”邀请办公室人员。
    """
    if (username is None) != (name is None):
        raise click.UsageError("--admin 与 --admin-name 须同时给出。Give both --admin and --admin-name.")
    places = openings(region, whole=whole, slug=slug)
    person = administrator(username, name) if username and name else None
    with database(data) as engine:
        if person:
            check_free(engine, places[0], person)
        fresh = _open(engine, places, quiet=as_json)
        now = datetime.now(UTC)
        invited = invite_administrator(engine, places[0], person, on=today(), now=now) if person else None
    result = {"total": len(places), "opened": fresh}
    lines = [f"共{len(places)}个，本次开通{fresh}个。{len(places)} tenants, {fresh} opened now."]
    if invited:
        link = invited.link and f"{url or holder(data).get('url', '')}/invitations/{invited.link}"
        result |= {"administrator": invited.account.username, "invitation": link, "expires_at": invited.expires_at}
        lines.append(_told(invited, link))
    show(as_json, result, "\n".join(lines))


def _open(engine: Engine, places: list[Opening], *, quiet: bool) -> int:
    """How many were opened now."""
    fresh = 0
    with bar(quiet) as progress:
        row = progress.add_task(places[0].name, total=len(places))
        for step in open_places(engine, places, on=today(), actor="console"):
            fresh += step.fresh
            progress.update(row, completed=step.done, description=step.opening.name)
    return fresh


def _told(invited: Invited, link: str | None) -> str:
    who = f"{invited.account.name}（{invited.account.username}）"
    if link is None:
        return f"{who}已启用账号，用原口令登录即可。The account is active already: sign in with its password."
    assert invited.expires_at is not None, "a link expires"
    until = f"{invited.expires_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return f"系统管理员{who}的一次性链接，{until}前有效 One-time link:\n{link}"


@click.command()
@click.option("--tenant", "slug", required=True)
@click.option("--period", required=True)
@click.option("--approved-on", type=click.DateTime(["%Y-%m-%d"]), help="The earlier day of approval on paper.")
@click.option("--basis", default="", help="The paper it rests on.")
@data_option
@json_option
def publish(slug: str, period: str, approved_on: datetime | None, basis: str, data: Path, as_json: bool) -> None:
    """Publish a tenant's figures of a period that is over."""
    paper = {"approved_on": approved_on.date() if approved_on else None, "basis": basis}
    with database(data) as engine, seat_at(engine, slug) as seat:
        sealed = publish_period(seat, Period.parse(period), today(), **paper)
        result = {"tenant": slug, "period": period, "revision": sealed.revision, "sha256": sealed.sha256}
    show(as_json, result, f"{slug} {period} 第{result['revision']}版 {result['sha256'][:16]}")


@click.command("rollup")
@click.option("--rebuild", is_flag=True, help="Make every pre-rolled row anew.")
@data_option
@json_option
def roll_up(rebuild: bool, data: Path, as_json: bool) -> None:
    """Do all deliveries that are due, here and now."""
    with database(data) as engine:
        done = sum(1 for _ in tracked("送达", ledger.drain(engine, handlers()), ledger.waiting(engine), quiet=as_json))
        rebuilt = _rebuild(engine, quiet=as_json) if rebuild else 0
    show(as_json, {"delivered": done, "rebuilt": rebuilt}, f"已送达{done}件。Delivered {done}, rebuilt {rebuilt}.")


def _rebuild(engine: Engine, *, quiet: bool) -> int:
    with acting_for(engine, None) as session:
        ids = list(session.scalars(select(Tenant.id)))
    for tenant_id in tracked("重算", ids, len(ids), quiet=quiet):
        with acting_for(engine, tenant_id) as session, session.begin():
            rollup.rebuild(session)
    return len(ids)


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
@click.option("--tenant", "slug", required=True)
@click.option("--period", required=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=".", show_default=True)
@data_option
@json_option
def report(slug: str, period: str, out: Path, data: Path, as_json: bool) -> None:
    """Write the period's report to the government: the document, and the snapshot its figures come from."""
    out.mkdir(parents=True, exist_ok=True)
    with database(data) as engine, seat_at(engine, slug) as seat:
        row = draft_report(seat, Period.parse(period), today())
        taken = snapshot(seat.session, row.snapshot_id)
        paths = [out / f"{slug}-{period}.{kind}" for kind in RENDER]
        for path, render in zip(paths, RENDER.values(), strict=True):
            path.write_bytes(render(write(row, taken)))
        frozen = out / f"{slug}-{period}.json"
        figures = {key: provenance(total, taken.content) for key, total in totals(taken.content).items()}
        content = {"snapshot": taken.number, "sha256": taken.sha256, "totals": figures, "content": taken.content}
        frozen.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    files = [str(path) for path in (*paths, frozen)]
    show(as_json, {"files": files, "snapshot": content["snapshot"], "totals": figures}, "\n".join(files))


@click.command("sample")
@click.option("--name", type=click.Choice(["hengchuan"]), default="hengchuan", show_default=True)
@data_option
@json_option
def load_sample(name: str, data: Path, as_json: bool) -> None:
    """Load the fictional sample province; what is loaded already is passed over."""
    with database(data) as engine:
        for line in load(engine, data):
            click.echo(line, err=True)
    show(as_json, {"sample": name, "sign_ins": str(data / "sign-ins.json")}, f"账号见 {data / 'sign-ins.json'}")


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
        bad, rows = _verify_all(engine, slug, quiet=as_json)
    show(as_json, {"rows": rows, "bad": bad}, f"{rows} 行，异常 {bad or '无'}。{rows} rows; bad: {bad or 'none'}.")
    if bad:
        raise SystemExit(1)


def _every_tenant(engine: Engine) -> list[Tenant]:
    with acting_for(engine, None) as session:
        return list(session.scalars(select(Tenant).order_by(Tenant.region_code)))


def _verify_all(engine: Engine, slug: str | None, *, quiet: bool) -> tuple[list[dict[str, Any]], int]:
    tenants = [tenant_named(engine, slug)] if slug else _every_tenant(engine)
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


COMMANDS: dict[str, click.Command] = {
    "onboard": onboard,
    "publish": publish,
    "rollup": roll_up,
    "report": report,
    "token": token,
    "sample": load_sample,
    "audit": audit_group,
    "doctor": doctor,
}
