"""The operator's commands on tenants: onboard, publish, rollup, report, sample."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
from sqlalchemy import Engine

from service.accounts.commands import Invited
from service.admin.onboarding import (
    administrator,
    check_free,
    invite_administrator,
    open_places,
    openings,
)
from service.bars import bar, tracked
from service.kit.period import Period
from service.kit.web import SHANGHAI, today
from service.operating import database, seat_at, tenants_named
from service.reports.commands import draft_report
from service.reports.files import RENDER
from service.reports.queries import snapshot
from service.reports.totals import provenance, totals
from service.reports.writing import write
from service.rooms import handlers
from service.sample import load, steps_of_sample
from service.statistics.commands import publish_period
from service.supervisor import holder
from service.terminal import data_option, json_option, show
from tenants import ledger, rollup
from tenants.db import acting_for
from tenants.errors import Refused
from tenants.onboarding import Opening

SAID_EACH = 10  # steps of the sample between two lines, where there is no terminal for a bar


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
    lines = [_opened(places, fresh)]
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


def _opened(places: list[Opening], fresh: int) -> str:
    """What became of the list; nothing new is said to be so."""
    if fresh:
        return f"共{len(places)}个，本次开通{fresh}个。{len(places)} tenants, {fresh} opened now."
    if len(places) == 1:
        place = places[0]
        return f"{place.name}早已开通，地址名 {place.slug}，本次未作改动。{place.slug} is open already; nothing was changed."
    return f"{len(places)}个均早已开通，本次未作改动。All {len(places)} are open already; nothing was changed."


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
    tenants = tenants_named(engine, None)
    for tenant in tracked("重算", tenants, len(tenants), quiet=quiet):
        with acting_for(engine, tenant.id) as session, session.begin():
            rollup.rebuild(session)
    return len(tenants)


@click.command()
@click.option("--tenant", "slug", required=True)
@click.option("--period", required=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=".", show_default=True)
@data_option
@json_option
def report(slug: str, period: str, out: Path, data: Path, as_json: bool) -> None:
    """Write the period's report to the government: the document, and the snapshot its figures come from."""
    with database(data) as engine, seat_at(engine, slug) as seat:
        row = draft_report(seat, Period.parse(period), today())
        taken = snapshot(seat.session, row.snapshot_id)
        figures = {key: provenance(total, taken.content) for key, total in totals(taken.content).items()}
        content = {"snapshot": taken.number, "sha256": taken.sha256, "totals": figures, "content": taken.content}
        frozen = json.dumps(content, ensure_ascii=False, indent=1).encode()
        text = write(row, taken)
    made = {kind: partial(render, text) for kind, render in RENDER.items()} | {"json": lambda: frozen}
    files = [
        _written(out, f"{slug}-{period}.{kind}", make())
        for kind, make in tracked("排版", made.items(), len(made), quiet=as_json)
    ]
    show(as_json, {"files": files, "snapshot": content["snapshot"], "totals": figures}, "\n".join(files))


def _written(out: Path, name: str, content: bytes) -> str:
    """The file stands in that folder, which is made with the first one."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    except OSError as error:
        raise Refused(
            f"无法写入 {out / name}（{error.strerror}），请用 --out 换一个目录。",
            en=f"{out / name} cannot be written: choose another folder with --out.",
        ) from error
    return str(out / name)


@click.command("sample")
@click.option("--name", type=click.Choice(["hengchuan"]), default="hengchuan", show_default=True)
@data_option
@json_option
def load_sample(name: str, data: Path, as_json: bool) -> None:
    """Load the fictional sample province; what is loaded already is passed over."""
    lines = not as_json and not sys.stderr.isatty()
    with database(data) as engine:
        steps = tracked("示例省", load(engine, data), steps_of_sample(), quiet=as_json)
        for number, said in enumerate(steps, start=1):
            if lines and number % SAID_EACH == 0:
                click.echo(said, err=True)
    show(as_json, {"sample": name, "sign_ins": str(data / "sign-ins.json")}, f"账号见 {data / 'sign-ins.json'}")


COMMANDS: dict[str, click.Command] = {
    "onboard": onboard,
    "publish": publish,
    "rollup": roll_up,
    "report": report,
    "sample": load_sample,
}
