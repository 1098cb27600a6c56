"""One text of a charter put together for reading: as a document, against its template, and as a matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from config.catalogue import CharterTemplate
from service.charter import comparison, division, document
from service.charter.original import original_of
from service.charter.rules import Holding
from service.charter.text import CharterText, DutyEntry, UnitEntry, text_of
from tenants.models import Tenant


@dataclass(frozen=True)
class Overview:
    """A text and the template it began as: the one in force, a draft, an old one, or one that was published up."""

    text: CharterText
    template: CharterTemplate

    @property
    def units(self) -> tuple[UnitEntry, ...]:
        return self.text.units

    @property
    def duties(self) -> tuple[DutyEntry, ...]:
        return self.text.duties

    @property
    def leads(self) -> list[UnitEntry]:
        return self.text.lead_units

    @property
    def office_host(self) -> UnitEntry | None:
        return self.text.host

    @cached_property
    def by_key(self) -> dict[str, UnitEntry]:
        return {unit.key: unit for unit in self.units}

    @cached_property
    def articles(self) -> list[document.Article]:
        """The charter as one reads it."""
        return document.articles(self.text, self.template)

    @cached_property
    def _grades(self) -> dict[tuple[str, str], Holding]:
        return {(duty.code, holding.unit): holding for duty in self.duties for holding in duty.holders}

    def grade(self, duty: DutyEntry, unit: UnitEntry) -> Holding | None:
        """How the unit holds the duty, if it does: a cell of the matrix."""
        return self._grades.get((duty.code, unit.key))

    @cached_property
    def differences(self) -> list[comparison.Difference]:
        """Where this charter goes its own way."""
        return comparison.compared(text_of(self.template), self.text)

    @cached_property
    def gaps(self) -> list[DutyEntry]:
        """The template's duties that nobody holds here."""
        return division.gaps(text_of(self.template), self.text)

    @cached_property
    def overlaps(self) -> Mapping[str, list[str]]:
        """The fields in which many units carry duties."""
        return division.overlaps(self.text)

    def field_names(self, policy_field: str) -> str:
        """What the place calls that field of the seed, if it has names of its own for it."""
        return "、".join(
            field.own for field in division.fields_of(self.text) if field.own and field.policy_field == policy_field
        )


def overview(tenant: Tenant, text: CharterText) -> Overview:
    """The text with the template that this tenant copied it from."""
    return Overview(text, original_of(tenant, text))
