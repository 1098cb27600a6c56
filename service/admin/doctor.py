"""What is wrong with an installation, part by part, and how to mend it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from service.accounts.models import AccountDoor
from service.kit.health import expected_heads
from tenants.db import GLOBAL_TABLES, FenceError, acting_for, fenced_engine, refuse_privileged
from tenants.ledger import Bell, Job
from tenants.models import Tenant

LEAST_FREE = 1_000_000_000  # bytes
LEAST_SECRET = 32  # characters
LATE = timedelta(minutes=10)

UNFENCED = text(
    """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> ALL (:outside)
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND ARRAY['(tenant_id = app.tenant())'] = ARRAY(
        SELECT pg_get_expr(p.polqual, p.polrelid) FROM pg_policy p WHERE p.polrelid = c.oid))
    ORDER BY c.relname
    """
)


@dataclass(frozen=True)
class Finding:
    """One part of the installation: sound, or what is wrong with it and what to do."""

    part: str
    fault: str = ""
    mend: str = ""
    grave: bool = True

    @property
    def sound(self) -> bool:
        return not self.fault


def examine(settings: Settings) -> list[Finding]:
    """Every part that can be looked at; what needs the database is left out when it does not answer."""
    findings = [_settings(settings), _disk(settings), _redis(settings)]
    engine = fenced_engine(settings.database_url, pool_size=1, connect_args={"connect_timeout": 5})
    try:
        reached = _database(engine)
        findings.append(reached)
        if reached.sound:
            findings += [look(engine) for look in LOOKS]
    finally:
        engine.dispose()
    return findings


def _settings(settings: Settings) -> Finding:
    weak = []
    if len(settings.secret_key) < LEAST_SECRET:
        weak.append(f"SECRET_KEY 不足{LEAST_SECRET}位")
    if settings.production and not settings.secure_cookies:
        weak.append("LIANXI_SECURE_COOKIES 未开启")
    if settings.production and not settings.trusted_hosts:
        weak.append("LIANXI_TRUSTED_HOSTS 未设置")
    return Finding("settings", "、".join(weak), "按 README 的“设置”一节补齐环境变量后重启。Set them and restart.")


def _disk(settings: Settings) -> Finding:
    place = next(path for path in (settings.data.absolute(), *settings.data.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free
    fault = f"{place} 仅剩 {free // 1_000_000} MB" if free < LEAST_FREE else ""
    return Finding("disk", fault, "清理磁盘或扩容。Free some space.")


def _redis(settings: Settings) -> Finding:
    mend = "检查 REDIS_URL 和 Valkey/Redis 是否在运行。Check REDIS_URL and that the server runs."
    try:
        with Redis.from_url(settings.redis_url, socket_timeout=5, socket_connect_timeout=5) as redis:
            redis.ping()
            durable = redis.config_get("appendonly").get("appendonly") == "yes"
    except RedisError as error:
        return Finding("redis", f"没有应答({type(error).__name__})", mend)
    if durable:
        return Finding("redis")
    return Finding("redis", "未开启 AOF,断电会丢失登录会话", "设置 appendonly yes。Turn AOF on.", grave=False)


def _database(engine: Engine) -> Finding:
    mend = "检查 DATABASE_URL 和 PostgreSQL 是否在运行。Check DATABASE_URL and that the server runs."
    try:
        refuse_privileged(engine)
    except FenceError as error:
        role = "改用 lianxi_app 角色（migrations/roles.sql）。Use the role lianxi_app."
        return Finding("database", str(error), role)
    except SQLAlchemyError as error:
        return Finding("database", f"没有应答({type(error).__name__})", mend)
    return Finding("database")


def _migrations(engine: Engine) -> Finding:
    mend = "运行 lianxi migrate。Run `lianxi migrate`."
    try:
        with acting_for(engine, None) as session:
            current = set(session.scalars(text("SELECT version_num FROM alembic_version")))
    except SQLAlchemyError:
        return Finding("migrations", "数据库尚未建立结构", mend)
    behind = current != expected_heads()
    return Finding("migrations", f"版本为 {sorted(current)},应为 {sorted(expected_heads())}" if behind else "", mend)


def _fence(engine: Engine) -> Finding:
    with acting_for(engine, None) as session:
        open_tables = session.scalars(UNFENCED, {"outside": list(GLOBAL_TABLES)}).all()
    mend = "这些表可能泄露其他租户的数据：立即停止服务，由属主恢复策略。Stop the service; restore the policy."
    return Finding("fence", "、".join(open_tables) + " 没有行级安全策略" if open_tables else "", mend)


def _work(engine: Engine) -> Finding:
    late = select(func.count()).select_from(Bell).where(Bell.due_at < datetime.now(UTC) - LATE)
    with acting_for(engine, None) as session:
        waiting = session.scalar(late) or 0
    mend = "worker 或 clock 可能没有运行：检查 lianxi up 的日志。See whether worker and clock run."
    return Finding("work", f"{waiting} 件后台任务超时未办" if waiting else "", mend)


def _dead(engine: Engine) -> Finding:
    with acting_for(engine, None) as session:
        tenants = session.execute(select(Tenant.id, Tenant.slug)).all()
    dead = [slug for tenant_id, slug in tenants if _has_dead(engine, tenant_id)]
    mend = "用 lianxi jobs 查看错误，排除原因后 lianxi jobs --again。See `lianxi jobs`, then --again."
    return Finding("dead letters", f"{len(dead)} 个租户有失败的任务：{'、'.join(dead[:5])}" if dead else "", mend)


def _has_dead(engine: Engine, tenant_id: object) -> bool:
    with acting_for(engine, tenant_id) as session:  # type: ignore[arg-type]
        return session.scalar(select(Job.id).where(Job.state == "dead").limit(1)) is not None


def _doors(engine: Engine) -> Finding:
    nobody = select(func.count()).select_from(Tenant).where(Tenant.id.not_in(select(AccountDoor.tenant_id)))
    with acting_for(engine, None) as session:
        empty = session.scalar(nobody) or 0
    mend = "为其邀请第一名系统管理员。Invite the first administrator."
    return Finding("accounts", f"{empty} 个租户尚无任何账号" if empty else "", mend, grave=False)


def _after_migrations(look: Callable[[Engine], Finding]) -> Callable[[Engine], Finding]:
    """Tables that are not there yet are one fault, said once by `_migrations`."""

    def careful(engine: Engine) -> Finding:
        try:
            return look(engine)
        except SQLAlchemyError as error:
            return Finding(look.__name__.strip("_"), f"无法检查({type(error).__name__})", "先运行 lianxi migrate。")

    return careful


LOOKS = (_migrations, *(_after_migrations(look) for look in (_fence, _work, _dead, _doors)))
