"""The last day on which the body works, where its charter names one: after it nothing new is opened.

What there is stays readable and may be brought to its end. Source: dossier 2.1 (任务完成自动撤销), 2.2 (撤销/调整).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from service.charter.queries import in_force
from tenants.errors import Refused

SAID_BEFORE = 60  # days


def last_day(session: Session, on: date) -> date | None:
    """The last day by the charter in force, if it names one."""
    said = in_force(session, on).rules.get("sunset_on")
    return date.fromisoformat(said) if said else None


def refuse_after(session: Session, on: date) -> None:
    """Nothing new is opened after the last day."""
    last = last_day(session, on)
    if last is not None and on > last:
        raise Refused(
            f"按本级制度，本机制运行至{last.isoformat()}，此后只能查看和办结已有事项，不再新立。"
            "确需延续的，请先修订制度中的运行截止日。",
            en=f"By its charter this body worked until {last.isoformat()}: what there is can be read and finished,"
            " nothing new is opened. To go on, change that day in the charter first.",
            source="制度：运行截止日",
        )


def ending(session: Session, on: date) -> date | None:
    """The last day, once it is near or past: the home page says it."""
    last = last_day(session, on)
    return last if last is not None and (last - on).days <= SAID_BEFORE else None
