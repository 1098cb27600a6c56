"""The charter's lists as files: the member units, who holds which duty, the working rules."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, request
from flask_babel import gettext as _

from config.catalogue import Rule, label
from service.charter.models import Charter, Unit
from service.charter.overview import Overview
from service.charter.rules import Holding
from service.charter.text import DutyEntry, UnitEntry
from service.charter.view import RuleGroup, RuleLine, cited, rule_groups
from service.kit.export import table_file
from service.kit.layout import locale
from service.kit.seat import Seat
from service.kit.web import today


def asked_for_file() -> str:
    """`csv` or `xlsx` if the reader wants the list as a file, else nothing."""
    kind = request.args.get("format", "")
    return kind if kind in ("csv", "xlsx") else ""


def file_name(seat: Seat, what: str) -> str:
    """Whose list it is, and of which day."""
    return f"{seat.tenant.name}-{what}-{today().isoformat()}"


def _word(group: str, key: str) -> str:
    return label(group, key, locale())


def units_file(kind: str, seat: Seat, seen: Overview, former: list[Unit]) -> Response:
    """The units in the charter's order, those that left after them."""
    header = [_("单位"), _("类别"), _("牵头"), _("加入日期"), _("退出日期"), _("依据")]

    def cells(unit: UnitEntry) -> list[object]:
        lead = _("牵头") if unit.key in seen.text.leads else ""
        since = unit.joined_on or ""
        return [unit.name, _word("unit_category", unit.category), lead, since, "", cited(unit.source)]

    def gone(unit: Unit) -> list[object]:
        text = [unit.name, _word("unit_category", unit.category), ""]
        return [*text, unit.joined_on, unit.left_on, cited(unit.left_basis or unit.source)]

    rows = [*map(cells, seen.units), *map(gone, former)]
    return table_file(kind, file_name(seat, _("成员单位")), header, rows)


def duties_file(kind: str, seat: Seat, seen: Overview) -> Response:
    """A row for each duty of each unit."""
    header = [_("单位"), _("代码"), _("职责"), _("承担方式"), _("共同承担"), _("领域"), _("本级领域名称"), _("依据")]
    rows = (_held(seen, duty, held) for duty in seen.duties for held in duty.holders)
    return table_file(kind, file_name(seat, _("职责分工")), header, rows)


def _held(seen: Overview, duty: DutyEntry, held: Holding) -> list[str]:
    how = [_word("grade", held.grade), _("共同承担") if held.joint else ""]
    return [
        seen.by_key[held.unit].name,
        duty.code,
        duty.text,
        *how,
        _word("policy_field", duty.policy_field),
        duty.own_field,
        cited(duty.source),
    ]


def versions_file(kind: str, seat: Seat, rows: Iterable[Charter]) -> Response:
    """The versions with the day on which each took effect, what it rests on, and who approved it."""
    header = [_("版本"), _("状态"), _("施行日期"), _("修订依据"), _("批准人"), _("批准日期")]
    cells = (
        [
            row.version,
            _word("charter_state", row.state),
            row.effective_from,
            row.reason,
            row.approved_by,
            row.approved_at.date() if row.approved_at else None,
        ]
        for row in rows
    )
    return table_file(kind, file_name(seat, _("历次版本")), header, cells)


def rules_file(kind: str, seat: Seat, seen: Overview, rules: dict[str, Rule]) -> Response:
    """The rules with what the template says otherwise."""
    header = [_("条款"), _("规则"), _("本级"), _("模板"), _("性质"), _("依据")]
    rows = (_ruled(group, line) for group in rule_groups(seen, rules) for line in group.lines)
    return table_file(kind, file_name(seat, _("工作规则")), header, rows)


def _ruled(group: RuleGroup, line: RuleLine) -> list[str]:
    values = [line.value, line.template or line.value]
    return [group.title, line.label, *values, _word("rule_strength", line.strength), line.source]
