"""What a route needs of the request: the seat at the table, the list that was asked for, the answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, render_template, request

from service.kit.seat import Seat
from tenants.errors import Forbidden, Missing

SHANGHAI = ZoneInfo("Asia/Shanghai")


def current_seat() -> Seat:
    """The seat of this request; no seat looks exactly like no tenant."""
    seat = g.get("seat")
    if seat is None:
        raise Missing()
    return seat


def reading(operation: str) -> Seat:
    """The seat, if a role of it sees what the operation is about."""
    seat = current_seat()
    if not seat.may_read(operation):
        raise Forbidden(
            "您的角色不能查看此内容，请联系本级联席会议办公室。",
            en=f"Your role here may not see this ({operation}).",
            source="角色与权限矩阵",
        )
    return seat


def today() -> date:
    """The date in China now. Only routes and the command line ask; below them `on` is an argument."""
    return datetime.now(SHANGHAI).date()


def page(template: str, status: int = 200, **context: Any) -> tuple[str, int]:
    """A page of the service."""
    return render_template(template, **context), status


def wants_json() -> bool:
    """Whether the answer is for a program."""
    return request.path.startswith("/api/")
