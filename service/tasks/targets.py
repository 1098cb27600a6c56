"""What a task is measured by, without a database: how far an amount is towards its target. Source: dossier 6-20."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tenants.errors import Refused

UP, DOWN = "up", "down"  # the more the better; the less the better (complaints)
DIRECTIONS = (UP, DOWN)
AIM = "指标目标完成率"


@dataclass(frozen=True)
class Aim:
    """A target and what was reached; no actual: nobody has reported it."""

    target: Decimal
    actual: Decimal | None
    direction: str = UP


def attained(aim: Aim) -> Fraction | None:
    """Actual ÷ target, beyond 100% as it is; the less the better: 2 − actual ÷ target. A target of nought has no rate."""
    if aim.actual is None or not aim.target:
        return None
    part = Fraction(aim.actual) / Fraction(aim.target)
    return part if aim.direction == UP else 2 - part


def met(aim: Aim) -> bool | None:
    """Whether the target is reached; not known before an actual is reported."""
    if aim.actual is None:
        return None
    return aim.actual >= aim.target if aim.direction == UP else aim.actual <= aim.target


def check_aim(target: Decimal, baseline: Decimal | None) -> None:
    """Nothing, or amounts that measure nothing are refused."""
    for field, value in (("target", target), ("baseline", baseline)):
        if value is not None:
            check_amount(value, field)


def check_amount(value: Decimal, field: str) -> None:
    """Nothing, or an amount below nought, or beyond what is kept, is refused."""
    if not value.is_finite() or not 0 <= value < 10**12 or value != round(value, 4):
        raise Refused(
            "请填写不小于0的数，最多四位小数。",
            en="Give an amount of nought or more, with four decimals at most.",
            field=field,
            source=AIM,
        )
