"""The charter in force put together for reading: as a document, against its template, and as a matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from config.catalogue import CharterTemplate
from service.charter import comparison, document, queries
from service.charter.models import Charter, Duty, DutyHolder, Unit
from service.charter.original import original_of
from tenants.models import Tenant


@dataclass(frozen=True)
class Overview:
    """A charter with its units, duties and holders of one day, and the template it began as."""

    charter: Charter
    template: CharterTemplate
    units: list[Unit]
    duties: list[Duty]
    division: Mapping[UUID, list[DutyHolder]]

    @cached_property
    def by_id(self) -> dict[UUID, Unit]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def leads(self) -> list[Unit]:
        return [unit for unit in self.units if unit.is_lead]

    @cached_property
    def office_host(self) -> Unit | None:
        return self.by_id.get(self.charter.office_host_id) if self.charter.office_host_id else None

    @cached_property
    def articles(self) -> list[document.Article]:
        """The charter as one reads it."""
        return document.articles(
            document.Text(
                conference_name=self.charter.conference_name,
                template=self.template,
                clauses=self.charter.clauses,
                members=[self._member(unit) for unit in self.units],
                office_host=self.office_host.name if self.office_host else None,
                posts=self.charter.posts,
                rules=self.charter.rules,
            )
        )

    def _member(self, unit: Unit) -> document.Member:
        held = ((duty, self.grade(duty, unit)) for duty in self.duties)
        return document.Member(
            unit.key, unit.name, tuple((duty.code, duty.text, row.grade) for duty, row in held if row)
        )

    def grade(self, duty: Duty, unit: Unit) -> DutyHolder | None:
        """How the unit holds the duty, if it does: a cell of the matrix."""
        return next((row for row in self.division.get(duty.id, ()) if row.unit_id == unit.id), None)

    @cached_property
    def differences(self) -> list[comparison.Difference]:
        """Where this charter goes its own way."""
        return comparison.differences(comparison.outline_of(self.template), self._outline())

    def _outline(self) -> comparison.Outline:
        return comparison.Outline(
            conference_name=self.charter.conference_name,
            office_host=self.office_host.key if self.office_host else None,
            leads=frozenset(unit.key for unit in self.leads),
            units={unit.key: unit.name for unit in self.units},
            duties={duty.code: duty.text for duty in self.duties},
            holdings={duty.code: self._holdings(duty) for duty in self.duties},
            posts=frozenset(
                f"{post['role']}:{post['unit'] or post['organ']}:{post['name']}" for post in self.charter.posts
            ),
            rules=self.charter.rules,
        )

    def _holdings(self, duty: Duty) -> comparison.Holdings:
        return frozenset((self.by_id[row.unit_id].key, row.grade) for row in self.division.get(duty.id, ()))

    @cached_property
    def vacant(self) -> list[Duty]:
        """The duties whose every holder has left: somebody has to take them over."""
        return [duty for duty in self.duties if not self.division.get(duty.id)]


def overview(session: Session, tenant: Tenant, on: date) -> Overview:
    """The charter in force that day with all that belongs to it. Four statements."""
    charter = queries.in_force(session, on)
    return Overview(
        charter=charter,
        template=original_of(tenant, charter),
        units=queries.units(session, on),
        duties=queries.duties(session, on),
        division=queries.division(session, on),
    )
