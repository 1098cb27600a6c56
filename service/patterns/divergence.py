"""How the places below go their own ways: who leads, how often they meet, what nobody owes. For looking, not for ranking.

Only what a place has published of its charter is read, from the holder's own rows; a place that published none is
shown as such, and counts nowhere as zero. Source: seed 末句; dossier 1.5 L1 (差异对照表, 仅提示不强制).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from service.charter import comparison
from service.charter.original import original_of
from service.charter.text import CharterText, text_of
from service.kit.paging import Asked, Page
from service.patterns import queries
from tenants.db import FencedSession
from tenants.models import Tenant
from tenants.offers import Offer
from tenants.texts import ReceivedText

KIND = "charter"  # the texts that places publish of their charters


@dataclass(frozen=True)
class Reading:
    """What a place published of its charter, beside the template that the holder would have it compared with."""

    version: str
    revision: int
    published_at: datetime
    text: CharterText
    pattern: CharterText
    pattern_title: str

    @cached_property
    def leads(self) -> list[str]:
        """Who leads, by name."""
        return [unit.name for unit in self.text.lead_units]

    @property
    def plenaries(self) -> tuple[int, int]:
        """How many plenaries a year the place's own rule asks for."""
        return self.text.rules["plenary_min"], self.text.rules["plenary_max"]

    @cached_property
    def unassigned(self) -> list[str]:
        """The template's duties that nobody owes there."""
        held = {duty.code for duty in self.text.duties if duty.holders}
        return [duty.code for duty in self.pattern.duties if duty.code not in held]

    @cached_property
    def differences(self) -> int:
        """In how many places the two differ."""
        return len(comparison.compared(self.pattern, self.text))


@dataclass(frozen=True)
class Row:
    """A place below; `read` is nothing where it published no charter."""

    tenant: Tenant
    read: Reading | None


def overview_of(session: FencedSession, holder: Tenant) -> list[Row]:
    """Every place below the holder that is not closed, by region code."""
    below = select(Tenant).where(Tenant.path.descendant_of(holder.path), Tenant.id != holder.id)
    places = session.scalars(below.where(Tenant.state != "closed").order_by(Tenant.region_code))
    latest = _latest(session)
    issued = {level: queries.last_issued(session, level) for level in ("city", "county")}
    return [
        Row(place, _read(place, latest[place.id], issued[place.level]) if place.id in latest else None)
        for place in places
    ]


def _latest(session: FencedSession) -> Mapping[Any, ReceivedText]:
    """The latest charter that each place published, with its text."""
    query = select(ReceivedText).where(ReceivedText.kind == KIND).order_by(ReceivedText.revision)
    return {row.source_id: row for row in session.scalars(query.options(undefer(ReceivedText.content)))}


def _read(place: Tenant, row: ReceivedText, issued: Offer | None) -> Reading:
    text = CharterText.from_json(row.content["text"])
    pattern = queries.text_in(issued) if issued else text_of(original_of(place, text))
    return Reading(
        version=row.content["version"],
        revision=row.revision,
        published_at=row.published_at,
        text=text,
        pattern=pattern,
        pattern_title=issued.title if issued else pattern.template_version,
    )


SORTABLE = {
    "published_at": lambda read: read.published_at,
    "plenaries": lambda read: read.plenaries,
    "unassigned": lambda read: len(read.unassigned),
    "differences": lambda read: read.differences,
}


def listed(rows: list[Row], asked: Asked, *, whole: bool = False) -> Page:
    """The rows asked for; places that published nothing stand last in any order but that of the division codes."""
    found = _sorted([row for row in rows if _wanted(row, asked)], asked.sort)
    if whole:
        return Page(found, len(found), 1, max(len(found), 1), asked.sort or "region")
    first = (asked.page - 1) * asked.per_page
    window = found[first : first + asked.per_page]
    return Page(window, len(found), asked.page, asked.per_page, asked.sort or "region")


def _wanted(row: Row, asked: Asked) -> bool:
    published = "yes" if row.read else "no"
    names = [row.tenant.name, row.tenant.region_code, *(row.read.leads if row.read else ())]
    return (
        any(asked.q in name for name in names)
        and asked.filters.get("published", published) == published
        and asked.filters.get("level", row.tenant.level) == row.tenant.level
    )


def _sorted(rows: list[Row], sort: str) -> list[Row]:
    key, down = sort.removeprefix("-"), sort.startswith("-")
    rows = sorted(rows, key=lambda row: row.tenant.region_code, reverse=down and key not in SORTABLE)
    if key not in SORTABLE:
        return rows
    worth = SORTABLE[key]
    told = sorted((row for row in rows if row.read), key=lambda row: worth(row.read), reverse=down)
    return [*told, *(row for row in rows if not row.read)]


@dataclass(frozen=True)
class Summary:
    """Of how many places something is known, and what is common among them."""

    places: int
    published: int
    leads: list[tuple[str, int]]
    plenaries: list[tuple[tuple[int, int], int]]
    unassigned: list[tuple[str, str, int]]


def summary_of(rows: Iterable[Row]) -> Summary:
    """The ways that are gone, the commonest first; over the places that published, and no others."""
    listed = list(rows)
    told = [row.read for row in listed if row.read]
    leads = Counter(key for read in told for key in [_leading(read)])
    names = {_leading(read): "、".join(read.leads) for read in reversed(told)}
    gaps = Counter(code for read in told for code in read.unassigned)
    duties = {duty.code: duty.text for read in told for duty in read.pattern.duties}
    return Summary(
        places=len(listed),
        published=len(told),
        leads=[(names[key], count) for key, count in leads.most_common()],
        plenaries=Counter(read.plenaries for read in told).most_common(),
        unassigned=[(code, duties[code], count) for code, count in gaps.most_common()],
    )


def _leading(read: Reading) -> tuple[str, ...]:
    """The leads by key: what a city calls 市商务局 and a county 县商务局 is one."""
    return tuple(sorted(read.text.leads))
