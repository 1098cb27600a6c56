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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from uuid_utils.compat import uuid7

from config.catalogue import CharterTemplate
from service.charter import amending, rules, working_rules
from service.charter.models import IN_FORCE
from service.charter.original import template_for
from service.charter.projection import lay_down
from service.charter.rules import Holding, Post
from service.charter.text import OWN_SOURCE, CharterText, DutyEntry, UnitEntry, text_of
from tenants.db import FencedSession
from tenants.models import Tenant
from tenants.onboarding import Opening


def furnish(session: FencedSession, tenant: Tenant, opening: Opening) -> None:
    """The tenant has a charter in force, its units, and every duty held by somebody."""
    extra = opening.extra or {}
    day = _first_day(extra, tenant)
    charter = {
        "tenant_id": tenant.id,
        "id": uuid7(),
        "version": extra.get("version") or f"{day.year}版",
        "state": IN_FORCE,
        "effective_from": day,
        **dict.fromkeys(("reason", "remark", "drafted_by", "submitted_by", "approved_by"), ""),
    }
    if "version" in extra:  # what the place had decided before it came here
        charter["approved_by"] = "开通前已批准"
    lay_down(session, charter, text_for(template_for(tenant, extra.get("reform")), extra))


def _first_day(extra: Mapping[str, Any], tenant: Tenant) -> date:
    """The charter rules the whole year in which the tenant opens, so that the year's figures have one."""
    given = extra.get("effective_from")
    if given is None:
        return date(tenant.opened_on.year, 1, 1)
    return given if isinstance(given, date) else date.fromisoformat(given)


def text_for(template: CharterTemplate, extra: Mapping[str, Any]) -> CharterText:
    """The template's text with what the place does differently; refused if that is no charter."""
    return _Opened(template, extra, text_of(template)).text()


@dataclass
class _Opened:
    """One template made one place's own."""

    template: CharterTemplate
    extra: Mapping[str, Any]
    base: CharterText

    def __post_init__(self) -> None:
        self.units = self._units()
        self.keys = [unit.key for unit in self.units]
        self.leads: tuple[str, ...] = tuple(self.extra.get("lead_units") or self.base.leads)
        self.host: str = self.extra.get("office_host") or self._host()

    def _units(self) -> tuple[UnitEntry, ...]:
        given = self.extra.get("units")
        if not given:
            return self.base.units
        return tuple(
            UnitEntry(row["key"], row["name"], row["category"], row.get("source", OWN_SOURCE)) for row in given
        )

    def _host(self) -> str:
        """The template's host, or the first lead where that one is not among the units."""
        host = self.template.office_host
        return host if host in self.leads else self.leads[0]

    def text(self) -> CharterText:
        for unit in self.units:
            rules.check_unit(unit.name, unit.category, ())
        text = amending.led(replace(self.base, units=self.units), self.leads, self.host)
        values = self._rules()
        return replace(
            text,
            conference_name=self.extra.get("conference_name") or self.base.conference_name,
            duties=tuple(self._duty(duty) for duty in self.base.duties),
            posts=rules.ranked(self._posts(), values["liaison_rank"]),
            rules=values,
        )

    def _rules(self) -> dict[str, Any]:
        changes = dict(self.extra.get("rules") or {})
        changes["convener_count"] = len(self.extra.get("conveners") or [None])
        return working_rules.changed_rules(self.template.rules, self.base.rules, changes)

    def _posts(self) -> list[Post]:
        posts = [*self._template_posts(), *self._given_posts()]
        rules.check_posts([post for post in posts if post.role in rules.POST_ROLES], self.keys, has_office=True)
        return posts

    def _template_posts(self) -> Iterator[Post]:
        """The template's posts that were not given otherwise; those of its lead move to the tenant's own."""
        given = {role for role, key in _GIVEN.items() if key in self.extra}
        for post in self.base.posts:
            if post.role not in given:
                place = self.leads[0] if post.role == "convener" else self.host
                yield post if post.unit is None else replace(post, unit=place)

    def _given_posts(self) -> Iterator[Post]:
        for role, key in _GIVEN.items():
            given = self.extra.get(key) or ()
            for post in [given] if isinstance(given, Mapping) else given:
                yield self._given_post(role, post["unit"], post["post"])

    def _given_post(self, role: str, unit: str, name: str) -> Post:
        if unit in self.keys:
            return Post(role, name, unit)
        organ = f"{self.template.word}政府"
        return Post(role, name.removeprefix(organ), organ=organ)

    def _duty(self, duty: DutyEntry) -> DutyEntry:
        """The template's holders, or their heirs; a unit that inherits from two holds the duty once."""
        heirs: Mapping[str, str] = self.extra.get("heirs") or {}
        grades: dict[str, str] = {}
        for holding in duty.holders:
            unit = heirs.get(holding.unit, holding.unit)
            if unit in self.keys:
                grades.setdefault(unit, holding.grade)
        if not grades:
            raise rules.refuse(
                f"职责{duty.code}（{duty.text}）在所列成员单位中无人承担，请指明由谁承接。",
                f"Nobody among the units listed holds duty {duty.code}; name its heir.",
                "heirs",
                rules.DIVISION,
            )
        joint = len(grades) > 1
        return replace(duty, holders=tuple(Holding(unit, grade, joint) for unit, grade in grades.items()))


_GIVEN = {"convener": "conveners", "deputy_convener": "deputy_conveners", "office_director": "office_director"}
