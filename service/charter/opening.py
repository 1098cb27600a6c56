"""Opening a tenant furnishes it with its level's charter: a copy that is its own from the first day.

What a place is known to do differently may be given with the opening (`Opening.extra`):
  effective_from, version, reform           the day the charter takes effect, its label, the reform it stands after
  conference_name, office_host              a text; a unit's key
  units                                     [{key, name, category}] in order, instead of the template's
  lead_units                                one or two keys
  heirs                                     {old key: new key}: who takes over the duties of a unit not in `units`
  conveners, deputy_conveners, office_director     [{unit, post}]; a `unit` that is no member is the government itself
  rules                                     {key: value}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from uuid_utils.compat import uuid7

from config.catalogue import CharterTemplate, Clause, Holder
from config.catalogue import Duty as TemplateDuty
from service.charter import rules, working_rules
from service.charter.models import IN_FORCE, Charter, Duty, DutyHolder, Unit
from service.charter.original import template_for
from service.charter.rules import Holding
from tenants.db import FencedSession
from tenants.errors import Refused
from tenants.models import Tenant
from tenants.onboarding import Opening

Row = dict[str, Any]


def furnish(session: FencedSession, tenant: Tenant, opening: Opening) -> None:
    """The tenant has a charter in force, its units, and every duty held by somebody. Four statements."""
    extra = opening.extra or {}
    template = template_for(tenant, extra.get("reform"))
    plan = _Furniture(template, extra, tenant.id, _first_day(extra, tenant))
    for model, rows in plan.rows():
        session.execute(insert(model.__table__), rows)


def _first_day(extra: Mapping[str, Any], tenant: Tenant) -> date:
    """The charter rules the whole year in which the tenant opens, so that the year's figures have one."""
    given = extra.get("effective_from")
    if given is None:
        return date(tenant.opened_on.year, 1, 1)
    return given if isinstance(given, date) else date.fromisoformat(given)


@dataclass
class _Furniture:
    """One template's rows for one tenant."""

    template: CharterTemplate
    extra: Mapping[str, Any]
    tenant_id: UUID
    first_day: date

    def __post_init__(self) -> None:
        template = self.template
        seats = self.extra.get("units") or [
            {"key": unit.key, "name": unit.name, "category": unit.category, "source": unit.source}
            for unit in template.units
        ]
        self.seats: list[Row] = list(seats)
        self.ids = {seat["key"]: uuid7() for seat in self.seats}
        self.leads = list(self.extra.get("lead_units") or (unit.key for unit in template.units if unit.is_lead))
        self.host: str = self.extra.get("office_host") or self._host()
        self.charter_id = uuid7()

    def _host(self) -> str:
        """The template's host, or the first lead where that one is not among the units."""
        return self.template.office_host if self.template.office_host in self.leads else self.leads[0]

    def rows(self) -> Iterator[tuple[Any, list[Row]]]:
        """The rows of each table, in an order in which their keys hold; refused if they are no charter."""
        duties, holders = self._division()
        yield Unit, self._units()
        yield Charter, [self._charter()]
        yield Duty, duties
        yield DutyHolder, holders

    def _units(self) -> list[Row]:
        known = set(self.ids.values())
        rules.check_lead([self.ids.get(key, self.tenant_id) for key in self.leads], known)
        rules.check_office_host(self.ids.get(self.host, self.tenant_id), known)
        return [self._unit(seat, position) for position, seat in enumerate(self.seats, start=1)]

    def _unit(self, seat: Row, position: int) -> Row:
        rules.check_unit(seat["name"], seat["category"], ())
        return {
            "tenant_id": self.tenant_id,
            "id": self.ids[seat["key"]],
            "key": seat["key"],
            "name": seat["name"],
            "category": seat["category"],
            "position": position,
            "is_lead": seat["key"] in self.leads,
            "source": seat.get("source", "本级制度"),
            "joined_on": self.first_day,
            "revision": 1,
        }

    def _charter(self) -> Row:
        template = self.template
        name = self.extra.get("conference_name") or template.conference_name
        values = self._rules({rule.key: _plain(rule.value) for rule in template.rules})
        return {
            "tenant_id": self.tenant_id,
            "id": self.charter_id,
            "title": f"{name}制度",
            "conference_name": name,
            "version": self.extra.get("version") or f"{self.first_day.year}版",
            "basis": [{"title": item.title, "number": item.number, "source": item.source} for item in template.basis],
            "template_level": template.level,
            "template_version": template.version,
            "state": IN_FORCE,
            "effective_from": self.first_day,
            "office_host_id": self.ids[self.host],
            "posts": rules.ranked(self._posts(), values["liaison_rank"]),
            "association": _association(template),
            "rules": values,
            "clauses": [clause_row(clause, template) for clause in template.clauses],
            "revision": 1,
        }

    def _rules(self, values: dict[str, Any]) -> dict[str, Any]:
        changes = dict(self.extra.get("rules") or {})
        changes["convener_count"] = len(self.extra.get("conveners") or [None])
        return working_rules.changed_rules(self.template.rules, values, changes)

    def _posts(self) -> list[Row]:
        posts = [*self._template_posts(), *self._given_posts()]
        own = [rules.post_of(post) for post in posts if post["role"] in rules.POST_ROLES]
        rules.check_posts(own, list(self.ids), has_office=True)
        return posts

    def _template_posts(self) -> Iterator[Row]:
        """The template's posts that were not given otherwise; those of its lead move to the tenant's own."""
        given = {role for role, key in _GIVEN.items() if key in self.extra}
        places = {"convener": self.leads[0]}
        for post in self.template.posts:
            if post.role in given or post.count == 0:
                continue
            unit = None if post.unit is None else places.get(post.role, self.host)
            yield rules.post_row(post.role, post.name, unit=unit, rank=post.rank, source=post.source)

    def _given_posts(self) -> Iterator[Row]:
        for role, key in _GIVEN.items():
            given = self.extra.get(key) or ()
            for post in [given] if isinstance(given, Mapping) else given:
                yield self._given_post(role, post["unit"], post["post"])

    def _given_post(self, role: str, unit: str, name: str) -> Row:
        if unit in self.ids:
            return rules.post_row(role, name, unit=unit)
        organ = f"{self.template.word}政府"
        return rules.post_row(role, name.removeprefix(organ), organ=organ)

    def _division(self) -> tuple[list[Row], list[Row]]:
        duties, holders = [], []
        for position, duty in enumerate(self.template.duties, start=1):
            duty_id = uuid7()
            held = self._held(duty.holders)
            if not held:
                raise _orphan(duty)
            duties.append(self._duty(duty, duty_id, position))
            holders += [holder_row(self.tenant_id, duty_id, holding) for holding in held]
        return duties, holders

    def _duty(self, duty: TemplateDuty, duty_id: UUID, position: int) -> Row:
        return {
            "tenant_id": self.tenant_id,
            "id": duty_id,
            "charter_id": self.charter_id,
            "code": duty.code,
            "text": duty.text,
            "policy_field": duty.policy_field,
            "source": duty.source,
            "position": position,
            "began_on": self.first_day,
            "revision": 1,
        }

    def _held(self, holders: Sequence[Holder]) -> list[Holding]:
        """The template's holders, or their heirs; a unit that inherits from two holds the duty once."""
        heirs: Mapping[str, str] = self.extra.get("heirs") or {}
        grades: dict[UUID, str] = {}
        for holder in holders:
            unit_id = self.ids.get(heirs.get(holder.unit, holder.unit))
            if unit_id is not None:
                grades.setdefault(unit_id, holder.grade)
        joint = len(grades) > 1
        return [Holding(unit_id, grade, joint) for unit_id, grade in grades.items()]


def _orphan(duty: TemplateDuty) -> Refused:
    return rules.refuse(
        f"职责{duty.code}（{duty.text}）在所列成员单位中无人承担，请指明由谁承接。",
        f"Nobody among the units listed holds duty {duty.code}; name its heir.",
        "heirs",
        rules.DIVISION,
    )


_GIVEN = {"convener": "conveners", "deputy_convener": "deputy_conveners", "office_director": "office_director"}


def holder_row(tenant_id: UUID, duty_id: UUID, holding: Holding) -> Row:
    """A holding as a row."""
    row = {"tenant_id": tenant_id, "id": uuid7(), "duty_id": duty_id, "unit_id": holding.unit_id}
    return row | {"grade": holding.grade, "joint": holding.joint}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _association(template: CharterTemplate) -> Row:
    given = template.association
    return {
        "name": given.name,
        "delegated": list(given.delegated),
        "own": list(given.own),
        "article": given.article,
        "source": given.source,
    }


def clause_row(clause: Clause, template: CharterTemplate) -> Row:
    """The clause as copied; one that divides duties also says whose: `units`."""
    row = {field: getattr(clause, field) for field in ("key", "article", "heading", "text", "source", "adapted")}
    names = clause.text.partition("：")[0].split("、")
    keys = [unit.key for unit in template.units if unit.name in names]
    return row | ({"units": keys} if clause.key.startswith("duty_") else {})
