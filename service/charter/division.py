"""The division of duties looked at as a whole: who is asked for what, what nobody holds, where several meet. Pure.

Nothing here forbids: a gap or an overlap is shown, and is each locality's to decide. Source: seed 三 and its last
sentence; dossier 1.3, 1.5 L1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.catalogue import choices
from service.charter.rules import PRINCIPAL, Holding
from service.charter.text import CharterText, DutyEntry

MANY = 3  # units that carry duties of one field: worth a look


@dataclass(frozen=True)
class Route:
    """Who is asked for work under a duty: who carries it, and who works along."""

    lead: str
    cooperating: tuple[str, ...]


def route(holders: Iterable[Holding]) -> Route | None:
    """The first that carries the duty leads, all others cooperate; nobody is asked where nobody holds it.

    Source: dossier 1.3 (负责、会同者牵头，协助、配合者配合).
    """
    held = list(holders)
    if not held:
        return None
    lead = next((holding for holding in held if holding.grade in PRINCIPAL), held[0])
    return Route(lead.unit, tuple(holding.unit for holding in held if holding is not lead))


def gaps(template: CharterText, own: CharterText) -> list[DutyEntry]:
    """The template's duties that nobody holds here. Source: dossier 1.5 (成员职责未覆盖省模板44项)."""
    held = {duty.code for duty in own.duties if duty.holders}
    return [duty for duty in template.duties if duty.code not in held]


@dataclass(frozen=True)
class Field:
    """A field of the division: the seed's, or one of the place's own that stands for it."""

    policy_field: str
    own: str
    duties: tuple[DutyEntry, ...]


def fields_of(text: CharterText) -> list[Field]:
    """The fields in which there are duties, in the seed's order; a place's own after the one they stand for."""
    order = {key: place for place, (key, _label) in enumerate(choices("policy_field", "zh"))}
    found: dict[tuple[str, str], list[DutyEntry]] = {}
    for duty in sorted(text.duties, key=lambda duty: (order.get(duty.policy_field, len(order)), duty.own_field != "")):
        found.setdefault((duty.policy_field, duty.own_field), []).append(duty)
    return [Field(key, own, tuple(duties)) for (key, own), duties in found.items()]


def overlaps(text: CharterText) -> Mapping[str, list[str]]:
    """The fields in which many units carry duties, with those units in order: five units train."""
    found: dict[str, list[str]] = {}
    for field, _label in choices("policy_field", "zh"):
        carrying = {h.unit for d in text.duties if d.policy_field == field for h in d.holders if h.grade in PRINCIPAL}
        if field != "other" and len(carrying) >= MANY:
            found[field] = [unit.key for unit in text.units if unit.key in carrying]
    return found
