"""A figure as the templates and the API show it: value, state, coverage, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from service.kit.layout import locale
from service.statistics.queries import Change, Shown
from service.statistics.rules import Amount, ratio
from tenants.ledger import Job
from tenants.rollup import NOT_APPLICABLE

STATES = {NOT_APPLICABLE: "not_applicable", "not_reported": "missing"}


def figure(shown: Shown, **origin: Any) -> dict[str, Any]:
    """The figure for `kit/figures.html`; origin: tenant, revision, period, as_of, covered, expected, source_url."""
    indicator, amount = shown.indicator, shown.amount
    chinese = locale() == "zh"
    rate = indicator.kind != "count"
    value = ratio(amount) if rate else amount.numerator
    return {
        "code": indicator.code,
        "key": indicator.key,
        "name": name_of(shown),
        "value": None if value is None else value * 100 if rate else value,
        "state": state_of(amount),
        "unit": "%" if rate else "",
        "digits": 1 if rate else 0,
        "text": shown.text,
        "written": shown.text if _of_own_rule(shown) else "",
        "numerator": amount.numerator,
        "denominator": amount.denominator,
        "numerator_name": indicator.numerator_zh if chinese else indicator.numerator_en,
        "denominator_name": indicator.denominator_zh if chinese else indicator.denominator_en,
        "formula": indicator.formula,
        "meets": meets(shown),
        **origin,
    }


def name_of(shown: Shown) -> str:
    """The figure's name in the reader's language."""
    return shown.indicator.name_zh if locale() == "zh" else shown.indicator.name_en


def change_row(change: Change) -> dict[str, str]:
    """A change as a row of the table; a text has no name of its own."""
    sides = [side for side in (change.after, change.before) if isinstance(side, Shown)]
    name = name_of(sides[0]) if sides else ""
    return {"key": change.key, "name": name, "before": _side(change.before), "after": _side(change.after)}


def _side(value: Shown | str | None) -> str:
    if not isinstance(value, Shown):
        return value or "—"
    amount = value.amount
    if amount.denominator is None or amount.numerator is None:
        return value.text
    return f"{value.text}（{amount.numerator:f}\u00a0÷\u00a0{amount.denominator:f}）"


def state_of(amount: Amount) -> str:
    """reported, missing, or not_applicable: also where there is nothing to divide by. Source: dossier 6."""
    return "not_applicable" if amount.denominator == 0 else STATES.get(amount.status, "reported")


def meets(shown: Shown) -> bool | None:
    """Whether a place held to its own rule; none where the figure is not about that."""
    if not _of_own_rule(shown):
        return None
    return shown.amount.numerator == shown.amount.denominator


def _of_own_rule(shown: Shown) -> bool:
    """Whether this is one place against its own rule; a sum of places is a share like any other."""
    return shown.indicator.kind == "compliance" and shown.amount.reported and "held" in shown.detail


def as_json(shown: Shown) -> dict[str, Any]:
    """The figure for the API: exact decimals as text, the displayed text beside them."""
    return {
        "code": shown.indicator.code,
        "key": shown.indicator.key,
        "name": shown.indicator.name_zh,
        "numerator": _text(shown.amount.numerator),
        "denominator": _text(shown.amount.denominator),
        "status": shown.amount.status,
        "text": shown.text,
        "detail": shown.detail,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def delivery_of(job: Job | None, revision: int) -> dict[str, Any] | None:
    """The job that carries a revision up, for `kit/_job.html`; none at the root of the tree."""
    if job is None:
        return None
    told = {"dead": _("多次未能送达，请系统管理员在“后台任务”中重新办理；数据已封存，不会丢失。")}
    title = _("第 %(n)s 版报送上级", n=revision)
    return {"title": title, "state": job.state, "done": 0, "total": 0, "message": told.get(job.state, "")}


def words_given(words: Mapping[str, str]) -> dict[str, str]:
    """Only what was said."""
    return {name: text for name, text in words.items() if text}
