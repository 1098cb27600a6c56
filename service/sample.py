"""The sample province 衡川省, wholly fictional: opened and worked through the commands that users use.

What each place is like stands in config/sample; sample_year.py does its year's work. Stopped half-way and run again,
it goes on with the places that have no year yet.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from config.catalogue import SamplePlace, sample_people, sample_places
from service import sample_dispatches
from service.accounts.commands import invite, invite_again
from service.accounts.queries import by_username, seats_of
from service.accounts.signin import accept
from service.admin.onboarding import open_places, opening
from service.charter.queries import units
from service.kit.command import commit_held
from service.kit.seat import Seat
from service.plans.queries import plan_of
from service.rooms import handlers
from service.sample_conference import Conference
from service.sample_past import Past
from service.sample_supervision import Supervision
from service.sample_year import OPENED, YEAR, Year
from tenants import ledger
from tenants.db import acting_for
from tenants.models import Tenant, by_slug
from tenants.onboarding import Opening


@dataclass(frozen=True)
class SignIn:
    """One person of the sample: where, as what, and for which unit if for one."""

    tenant: str
    role: str
    username: str
    name: str
    unit: str = ""


# The office, its director, the convener, a liaison and the administrators, at the places of dossier 2.4.
OPERATOR = "console"
CAST = ("hengchuan", "yunlan", "qingyu", "luoxi", "hefeng")
# Code of the role, what the username ends in, and the role of the person on the roster who bears it.
PARTS = (
    ("OS", "office", "office_staff"),
    ("OD", "director", "office_director"),
    ("CV", "convener", "convener"),
    ("LI", "liaison", "liaison"),
)
ADMINISTRATOR = "徐文博"  # sits at no conference's table


def load(engine: Engine, data: Path) -> Iterator[str]:
    """The province stands with a year of work and its sign-ins; says each of its steps when it is done."""
    places = sample_places()
    for step in open_places(engine, [opening_of(place) for place in places], on=OPENED, actor="sample"):
        yield f"已开通 {step.done}/{step.total}"
    seat_people(engine, data, list(_people()))
    yield "已授予席位"
    for number, place in enumerate(places, start=1):
        _work(engine, place)
        yield f"已载入 {number}/{len(places)}"
    yield from sample_dispatches.carry_out(engine)
    done = sum(1 for _ in ledger.drain(engine, handlers()))
    yield f"已送达 {done} 件"


def steps_of_sample() -> int:
    """How many steps `load` says."""
    return 2 * len(sample_places()) + 4


def opening_of(place: SamplePlace) -> Opening:
    """The place with what it decided for itself. Source: seed 末句; dossier 2.4."""
    seats = ("conveners", "deputy_conveners")
    extra: dict[str, Any] = {name: [_seat(seat) for seat in getattr(place, name)] for name in seats}
    units = place.founding.units(place.charter.units) if place.founding else place.charter.units
    extra |= {
        "conference_name": place.charter.conference_name,
        "effective_from": (place.founding or place).effective_from,
        "version": place.founding.version if place.founding else place.charter_version,
        "reform": None if place.founding else "2018",
        "units": [{"key": u.key, "name": u.name, "category": u.category} for u in units],
        "lead_units": list(place.lead_units),
        "office_host": place.charter.office_host,
        "heirs": dict(place.successions),
        "office_director": _seat(place.office_director),
        "rules": {key: list(v) if isinstance(v, tuple) else v for key, v in place.rules.items()},
    }
    return opening(place.region, extra=extra)


def _seat(seat: Any) -> dict[str, str]:
    return {"unit": seat.unit, "post": seat.post}


def _work(engine: Engine, place: SamplePlace) -> None:
    """The place has its year; all of it, or nothing of it."""
    tenant = _tenant(engine, place.slug)
    with acting_for(engine, tenant.id) as session:
        if plan_of(session, YEAR) is not None:
            return
        seat = Seat(session, tenant, desk_of(place), console=True)
        with commit_held(session):
            live(seat, place, full=place.slug in CAST)


def live(seat: Seat, place: SamplePlace, *, full: bool) -> None:
    """The place has its past, if any is told of it, its year, and what its office has in hand."""
    if place.founding is not None:
        Past(seat, place, place.founding).carry_out()
    Year(seat, place, full=full).carry_out()
    if full:
        Conference(seat).carry_out()
        Supervision(seat, place).carry_out()


def desk_of(place: SamplePlace) -> str:
    """Who works at the place's office: the year's work is recorded under this name."""
    return next(person.name for person in sample_people(place) if person.role == "office_staff")


def _tenant(engine: Engine, slug: str) -> Tenant:
    with acting_for(engine, None) as outside:
        found = by_slug(outside, slug)
    assert found is not None, slug
    return found


def cast_of(place: SamplePlace) -> Iterator[SignIn]:
    """The people of a place who sign in: those of its roster, so that who signs is who holds the post."""
    lead = place.lead_units[0]
    people = [person for person in sample_people(place) if person.role != "liaison" or person.unit == lead]
    for code, word, role in PARTS:
        name = next(person.name for person in people if person.role == role)
        yield SignIn(place.slug, code, f"{place.slug}-{word}", name, lead if code == "LI" else "")
    yield SignIn(place.slug, "SA", f"{place.slug}-admin", ADMINISTRATOR)


def _people() -> Iterator[SignIn]:
    places = {place.slug: place for place in sample_places()}
    for slug in CAST:
        yield from cast_of(places[slug])
    finance = next(p for p in sample_people(places["hengchuan"]) if (p.role, p.unit) == ("member_rep", "FIN"))
    yield SignIn("hengchuan", "MR", "hengchuan-finance", finance.name, "FIN")  # a unit beside the lead one answers too
    # 洛溪市's office clerk also helps at 禾丰县: one person, two seats, an explicit switch between them.
    yield SignIn("hefeng", "OS", "luoxi-office", desk_of(places["luoxi"]))


def seat_people(engine: Engine, data: Path, people: Sequence[SignIn]) -> None:
    """Everybody of the sample has seat and password; the passwords are on file before they hold, so that a run
    stopped half-way goes on with the same ones."""
    path = data / "sign-ins.json"
    if not path.exists():
        _write_sign_ins(path, [_line(row, secret) for row, secret in _with_passwords(people)])
    for row, line in zip(people, json.loads(path.read_text(encoding="utf-8")), strict=True):
        seated(engine, row, line["password"])


def _with_passwords(people: Sequence[SignIn]) -> Iterator[tuple[SignIn, str]]:
    """One password a person, however many seats."""
    secret: dict[str, str] = {}
    for row in people:
        yield row, secret.setdefault(row.username, f"{secrets.token_urlsafe(9)}-4Yx")


def _line(row: SignIn, password: str) -> dict[str, str]:
    return {"tenant": row.tenant, "role": row.role, "username": row.username, "password": password, "name": row.name}


def seated(engine: Engine, row: SignIn, password: str) -> None:
    """The person was invited and took the one-time link, as anybody would; once."""
    tenant, now = _tenant(engine, row.tenant), datetime.now(UTC)
    with acting_for(engine, tenant.id) as session:
        account = by_username(session, row.username)
        seat = Seat(session, tenant, OPERATOR, console=True)
        if account is not None and seats_of(session, account.id):
            link = None if account.activated else invite_again(seat, account.id, now=now).link
        else:
            link = _invited(seat, row, now)
    if link is not None:
        with acting_for(engine, None) as outside:
            accept(outside, link, password, now)


def _invited(seat: Seat, row: SignIn, now: datetime) -> str | None:
    """The secret of the one-time link; none for somebody who has a password already."""
    unit_id = next((unit.id for unit in units(seat.session, OPENED) if unit.key == row.unit), None)
    roles = [row.role]
    return invite(
        seat,
        username=row.username,
        name=row.name,
        roles=roles,
        unit_id=unit_id,
        same_person=True,
        on=date.today(),
        now=now,
    ).link


def _write_sign_ins(path: Path, rows: list[dict[str, str]]) -> None:
    """Readable by the installation's owner only; whole, or not there."""
    half = path.with_suffix(".half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(rows, file, ensure_ascii=False, indent=1)
    half.replace(path)
