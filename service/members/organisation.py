"""The conference of a day as tiers of a chart, and the same as a list for readers who cannot see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from config.catalogue import label
from service.charter.models import Charter
from service.charter.working_rules import body
from service.members.chart import SOFT, Card, Line, Look, Tier
from service.members.queries import Held
from service.members.rules import UNIT_ROLES

OFFICE = ("office_director", "office_deputy")


@dataclass(frozen=True)
class Organisation:
    """Who sits where on a day, in the reader's language."""

    rows: tuple[Held, ...]
    host: str
    lang: str = "zh"
    body: str = "联席会议"

    @property
    def tiers(self) -> list[Tier]:
        """Conveners, their deputies, the office, the member units. Source: dossier 1.1 P2."""
        found = [self._conference("convener"), self._conference("deputy_convener"), self._office(), self._units()]
        return [tier for tier in found if tier.cards or tier.note]

    def _word(self, key: str) -> str:
        """The word in the reader's language, with the body's own name for itself. Source: dossier 1.5 (术语)."""
        return label("organisation", key, self.lang).replace("联席会议", self.body)

    def _conference(self, role: str) -> Tier:
        return Tier(self._word(role), tuple(self._place(held) for held in self._of(role)))

    def _office(self) -> Tier:
        note = self._word("hosted").format(name=self.host) if self.host else self._word("no_office")
        return Tier(self._word("office"), tuple(self._place(held) for held in self._of(*OFFICE)), note)

    def _of(self, *roles: str) -> Iterator[Held]:
        return (held for held in self.rows if held.place.role in roles)

    def _place(self, held: Held) -> Card:
        seat = f"{held.unit.name if held.unit else held.place.organ}{SOFT}{held.place.name}"
        return Card((Line(label("role", held.place.role, self.lang), Look.NOTE), *self._person(held), Line(seat)))

    def _person(self, held: Held) -> tuple[Line, ...]:
        if held.person is None:
            return (Line(self._word("vacant"), Look.VACANT),)
        return (Line(held.person.name, Look.HEAD),)

    def _units(self) -> Tier:
        cards = tuple(self._unit(*group) for group in self._by_unit().items())
        return Tier(self._word("units"), cards)

    def _by_unit(self) -> dict[str, list[Held]]:
        """Each unit's places under its name, in the charter's order."""
        table: dict[str, list[Held]] = {}
        for held in self.rows:
            if held.unit is not None and held.place.role in UNIT_ROLES:
                lead = f"{SOFT}{self._word('lead')}" if held.unit.is_lead else ""
                table.setdefault(f"{held.unit.name}{lead}", []).append(held)
        return table

    def _unit(self, name: str, places: list[Held]) -> Card:
        return Card((Line(name, Look.HEAD), *(self._member(held) for held in places)))

    def _member(self, held: Held) -> Line:
        role = label("role", held.place.role, self.lang)
        if held.person is None:
            return Line(f"{role}　{self._word('vacant')}", Look.VACANT)
        return Line(f"{role}　{held.person.name}")


def organisation(rows: list[Held], charter: Charter, lang: str = "zh") -> Organisation:
    """The roster under that charter. The office's host is a unit that sits that day."""
    hosts = (held.unit.name for held in rows if held.unit and held.unit.key == charter.office_host)
    return Organisation(tuple(rows), next(hosts, ""), lang, body(charter.rules))


def told(tiers: list[Tier]) -> str:
    """The chart in words: what a picture of it is described by."""
    return "；".join(
        f"{tier.title}：{'，'.join(_card_told(card) for card in tier.cards) or tier.note}" for tier in tiers
    )


def _card_told(card: Card) -> str:
    return " ".join(line.said for line in card.lines)
