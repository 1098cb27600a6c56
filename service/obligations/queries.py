"""Reading what is owed in a year: all that it follows from comes in one statement."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Date, String, and_, case, cast, func, literal_column, null, or_, select

from service.agendas.models import AgendaCall, AgendaItem, AgendaPaper, AgendaPaperVersion
from service.calendar.queries import DAYS, workdays_among
from service.charter import announcing
from service.charter.models import SETTLED, Charter, Unit
from service.consultations.models import Consultation, ConsultedUnit
from service.files.models import StoredFile
from service.kit.facts import FIRST, UNTIL, YEAR, Facts, Query, Question
from service.kit.paging import Asked, Page
from service.kit.period import Period
from service.kit.seat import Seat
from service.matters.models import Matter, MatterEvent, MatterUnit
from service.meetings.models import Attendance, Meeting
from service.meetings.rules import ATTENDED, UPCOMING
from service.members.models import Appointment
from service.minutes.models import Countersignature, Minutes
from service.obligations.owing import dues
from service.obligations.rules import KINDS, STANDINGS, Group, Line, reminded, seen, together, wheel
from service.obligations.world import Asked as Asking
from service.obligations.world import Countersigning, Filing, Handed, Member, Met, Version, World
from service.reports.models import Report
from service.submissions.models import Obligation
from tenants.db import FencedSession
from tenants.exchange import Publication
from tenants.models import Tenant
from tenants.offers import ReceivedOffer

OWN, WHOLE = "obligation.read", "obligation.all_read"  # what the seat's own units owe; what everybody does
CONVENERS, OFFICE = frozenset(("CV", "VC")), frozenset(("OD", "ODp", "OS"))
_AROUND = literal_column("70")  # days: what precedes or follows a meeting may fall into another year than it

_SIGNED_IN = select(Attendance.meeting_id).where(Attendance.mode.in_(ATTENDED))
_YEARS = (cast(YEAR, String), cast(YEAR - 1, String))
_BEFORE, _AFTER = FIRST.op("-", return_type=Date())(_AROUND), UNTIL.op("+", return_type=Date())(_AROUND)
_HANDLED = ("accept", "return", "merge")  # what the office does with a matter that was handed in
_THERE = and_(
    Meeting.held_on.between(_BEFORE, _AFTER),
    or_(Meeting.state.in_(UPCOMING), and_(Meeting.state == "held", Meeting.id.in_(_SIGNED_IN))),
)
_MEETINGS = select(Meeting.id).where(_THERE)
# Each item of those meetings with the day of its first paper, if it has one.
_PAPERS = (
    select(
        AgendaItem.meeting_id,
        AgendaItem.id,
        cast(func.timezone("Asia/Shanghai", func.min(StoredFile.uploaded_at)), Date),
    )
    .outerjoin(AgendaPaper, (AgendaPaper.tenant_id == AgendaItem.tenant_id) & (AgendaPaper.item_id == AgendaItem.id))
    .outerjoin(
        AgendaPaperVersion,
        (AgendaPaperVersion.tenant_id == AgendaPaper.tenant_id) & (AgendaPaperVersion.paper_id == AgendaPaper.id),
    )
    .outerjoin(
        StoredFile,
        (StoredFile.tenant_id == AgendaPaperVersion.tenant_id) & (StoredFile.id == AgendaPaperVersion.file_id),
    )
    .where(AgendaItem.meeting_id.in_(_MEETINGS))
    .group_by(AgendaItem.meeting_id, AgendaItem.id)
)
FACTS: Mapping[str, Query] = {
    **DAYS,
    "versions": select(Charter.effective_from, Charter.rules).where(
        Charter.state.in_(SETTLED), Charter.effective_from <= UNTIL
    ),
    "terms": select(ReceivedOffer.source_id, ReceivedOffer.number, ReceivedOffer.content).where(
        ReceivedOffer.kind == announcing.KIND
    ),
    "units": select(Unit.id, Unit.key, Unit.name, Unit.position, Unit.joined_on, Unit.left_on),
    "liaisons": select(Appointment.unit_id, Appointment.from_date, Appointment.to_date).where(
        Appointment.role == "liaison"
    ),
    "filings": select(
        Obligation.id,
        Obligation.unit_id,
        Obligation.kind,
        Obligation.period,
        Obligation.due,
        Obligation.filed_on,
        Obligation.state,
    ).where(func.left(Obligation.period, 4).in_(_YEARS)),
    "meetings": select(
        Meeting.id,
        Meeting.kind,
        Meeting.title,
        Meeting.held_on,
        Meeting.own_kind,
        Meeting.state,
        Meeting.noticed_on,
        Meeting.minutes_signed_on,
        (Meeting.departure_reason != "").label("departed"),
    ).where(_THERE),
    "calls": select(AgendaCall.meeting_id, AgendaCall.called_on).where(AgendaCall.meeting_id.in_(_MEETINGS)),
    "papers": _PAPERS,
    "opinions": select(
        Consultation.id,
        ConsultedUnit.unit_id,
        Consultation.title,
        func.greatest(Consultation.sent_on, ConsultedUnit.added_on, type_=Date()).label("asked_on"),
        Consultation.due,
        case((ConsultedUnit.confirmed, ConsultedUnit.replied_on), else_=null()).label("said_on"),
        func.coalesce(ConsultedUnit.removed_on, Consultation.ended_on).label("ended_on"),
    )
    .join(
        ConsultedUnit,
        (ConsultedUnit.tenant_id == Consultation.tenant_id) & (ConsultedUnit.consultation_id == Consultation.id),
    )
    .where(Consultation.sent_on.is_not(None), Consultation.due.between(FIRST, UNTIL)),
    "consents": select(
        Matter.id,
        MatterUnit.unit_id,
        Matter.title,
        MatterUnit.asked_on,
        MatterUnit.due,
        case((MatterUnit.state != "asked", MatterUnit.said_on), else_=null()).label("said_on"),
    )
    .join(MatterUnit, (MatterUnit.tenant_id == Matter.tenant_id) & (MatterUnit.matter_id == Matter.id))
    .where(
        MatterUnit.due.between(FIRST, UNTIL),
        or_(
            MatterUnit.state.in_(("agreed", "conditional", "objected")),
            and_(MatterUnit.state == "asked", Matter.state == "accepted"),
        ),
    ),
    "countersigns": select(
        Minutes.meeting_id,
        Attendance.unit_id,
        Minutes.title,
        Meeting.held_on,
        Minutes.countersign_on,
        Countersignature.said_on,
        Minutes.signed_on,
        Minutes.id,
    )
    .join(Meeting, (Meeting.tenant_id == Minutes.tenant_id) & (Meeting.id == Minutes.meeting_id))
    .join(Attendance, (Attendance.tenant_id == Minutes.tenant_id) & (Attendance.meeting_id == Minutes.meeting_id))
    .outerjoin(
        Countersignature,
        and_(
            Countersignature.tenant_id == Minutes.tenant_id,
            Countersignature.minutes_id == Minutes.id,
            Countersignature.unit_id == Attendance.unit_id,
            Countersignature.sha256 == Minutes.sha256,
        ),
    )
    .where(Minutes.countersign_on.between(_BEFORE, UNTIL), Attendance.mode.in_(ATTENDED)),
    "handed": select(MatterEvent.matter_id, Matter.title, MatterEvent.verb, MatterEvent.on, MatterEvent.id)
    .join(Matter, (Matter.tenant_id == MatterEvent.tenant_id) & (Matter.id == MatterEvent.matter_id))
    .where(MatterEvent.verb.in_(("submit", *_HANDLED, "withdraw")), MatterEvent.on >= _BEFORE),
    "published": select(Publication.period, func.min(Publication.published_on).label("first"))
    .where(func.left(Publication.period, 4).in_(_YEARS))
    .group_by(Publication.period),
    "signed": select(Report.period, Report.document_date, Report.id).where(
        Report.state == "signed", func.left(Report.period, 4).in_(_YEARS)
    ),
}
_QUESTION = Question(FACTS)


@dataclass(frozen=True)
class Year:
    """What is owed in a year as this seat sees it on a day."""

    year: int
    on: date
    lines: list[Line]
    reminders: Sequence[int]
    units: Mapping[str, tuple[str, str]]  # by id: key and name, in the charter's order

    @property
    def months(self) -> list[list[Group]]:
        return wheel(self.lines)

    @property
    def counts(self) -> Counter[str]:
        """How many stand in each way."""
        return Counter(line.standing for line in self.lines)

    @property
    def reminded(self) -> dict[int, int]:
        return reminded(self.lines, self.reminders)

    @property
    def ahead(self) -> list[Group]:
        """What is next."""
        return together(line for line in self.lines if line.standing in ("open", "soon"))

    @property
    def overdue(self) -> list[Group]:
        return together(line for line in self.lines if line.standing == "overdue")

    def unit(self, line: Line) -> str:
        """The name of the unit that owes it, if one does."""
        return self.units[line.due.unit][1] if line.due.unit else ""


def year_of(seat: Seat, year: int, on: date) -> Year:
    """The year as the seat may see it: the conference's whole to its office and conveners, to a unit its own."""
    found = _year(seat.session, seat.tenant, year, on)
    if seat.may_read(WHOLE):
        return found
    own = {str(unit) for unit in seat.unit_ids}
    return _narrowed(found, [line for line in found.lines if line.due.unit in own])


def mine(seat: Seat, found: Year) -> Year:
    """What a home page shows of it: to a convener what conveners owe, to the office all."""
    if not seat.roles & CONVENERS or seat.roles & OFFICE:
        return found
    return _narrowed(found, [line for line in found.lines if line.due.who == "convener"])


def _narrowed(found: Year, lines: list[Line]) -> Year:
    return Year(found.year, found.on, lines, found.reminders, found.units)


def _year(session: FencedSession, tenant: Tenant, year: int, on: date) -> Year:
    facts = _QUESTION.ask(session, Period(year, "Y", 1))
    versions = [Version(*row) for row in sorted(facts["versions"], key=lambda row: row[0])]
    names = {row[0]: (row[1], row[2]) for row in sorted(facts["units"], key=lambda row: row[3])}
    if not versions:  # no charter, nothing owed
        return Year(year, on, [], (), names)
    world = _world(tenant, versions, facts)
    reminders = world.at(on).rules["due_reminder_days"]
    return Year(year, on, seen(dues(world, year), on, reminders), reminders, names)


def _world(tenant: Tenant, versions: list[Version], facts: Facts) -> World:
    return World(
        opened_on=tenant.opened_on,
        versions=versions,
        above=_above(tenant, facts),
        members=_members(facts),
        filings=[Filing(*row) for row in facts["filings"]],
        meetings=_met(facts),
        asked=[
            *(Asking(*row) for row in facts["opinions"]),
            *(Asking(*row, ended_on=None, kind="consent") for row in facts["consents"]),
        ],
        countersigning=_countersigning(facts["countersigns"]),
        handed=_handed(facts["handed"]),
        published={period: first for period, first in facts["published"]},
        reported=_reported(facts["signed"]),
        days=workdays_among(facts),
    )


def _above(tenant: Tenant, facts: Facts) -> list[Version]:
    """The terms of the place above, from the usual ones on; what was told last of one day counts."""
    if tenant.parent_id is None:
        return []
    told = {date.min: announcing.usual_terms()}
    for _number, terms in sorted((row[1], row[2]) for row in facts["terms"] if row[0] == str(tenant.parent_id)):
        told[date.fromisoformat(terms["since"])] = terms
    return [Version(since, told[since]) for since in sorted(told)]


def _members(facts: Facts) -> list[Member]:
    held: dict[str, list[tuple[date, date | None]]] = {}
    for unit, since, until in facts["liaisons"]:
        held.setdefault(unit, []).append((since, until))
    return [Member(row[0], row[4], row[5], held.get(row[0], ())) for row in facts["units"]]


def _met(facts: Facts) -> list[Met]:
    called, papers = dict(facts["calls"]), defaultdict[str, list[date | None]](list)
    for meeting, _item, first in facts["papers"]:
        papers[meeting].append(first)
    return [
        Met(*row[:8], called_on=called.get(row[0]), papers=papers[row[0]], departed=row[8]) for row in facts["meetings"]
    ]


def _countersigning(rows: Iterable[tuple[Any, ...]]) -> list[Countersigning]:
    """Who is asked for which document of a meeting; the minutes come first, then their corrections."""
    documents: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: row[7]):
        known = documents.setdefault(row[0], [])
        if row[7] not in known:
            known.append(row[7])
    return [Countersigning(*row[:7], number=documents[row[0]].index(row[7])) for row in rows]


def _handed(rows: Iterable[tuple[Any, ...]]) -> list[Handed]:
    """Each time a matter was handed in, and what was done with it next; ids are in the order of time."""
    found: list[Handed] = []
    for matter, title, verb, on, _id in sorted(rows, key=lambda row: (row[0], row[4])):
        if verb == "submit":
            again = sum((row.row, row.submitted_on) == (matter, on) for row in found)
            found.append(Handed(matter, title, on, number=again))
        elif found and found[-1].row == matter:
            when = found[-1].handled_on or (on if verb in _HANDLED else None)
            dropped = found[-1].withdrawn_on or (on if verb == "withdraw" else None)
            found[-1] = replace(found[-1], handled_on=when, withdrawn_on=dropped)
    return found


def _reported(rows: Iterable[tuple[Any, ...]]) -> dict[str, tuple[date, str]]:
    """When each period was first reported on."""
    first: dict[str, tuple[date, str]] = {}
    for period, day, row in sorted(rows, key=lambda row: row[1]):
        first.setdefault(period, (day, row))
    return first


# --- as a list ---

SORTS = ("due", "kind", "who", "standing", "done")


def listed(found: Year, asked: Asked, *, whole: bool = False) -> Page:
    """What is owed, narrowed, in the order asked for; `whole` takes all, for exports."""
    lines = _sorted(found, [line for line in found.lines if _wanted(found, line, asked)], asked.sort)
    sort = asked.sort or "due"
    if whole:
        return Page(lines, len(lines), 1, max(len(lines), 1), sort)
    first = (asked.page - 1) * asked.per_page
    return Page(lines[first : first + asked.per_page], len(lines), asked.page, asked.per_page, sort)


def _wanted(found: Year, line: Line, asked: Asked) -> bool:
    due, wanted = line.due, asked.filters
    key, name = found.units.get(due.unit, ("", ""))
    is_so = {
        "who": due.who,
        "kind": due.kind,
        "standing": line.standing,
        "month": str(due.due.month),
        "unit": key,
    }
    return all(wanted.get(field, said) == said for field, said in is_so.items()) and (
        not asked.q or asked.q in name or asked.q in due.title
    )


def _sorted(found: Year, lines: list[Line], asked: str) -> list[Line]:
    """By the column asked for; what falls together keeps the order of the due days. Nothing done comes last."""
    name, down = asked.removeprefix("-") or "due", asked.startswith("-")
    order = {unit: place for place, unit in enumerate(found.units)}
    keys: Mapping[str, Any] = {
        "due": lambda line: line.due.due,
        "kind": lambda line: tuple(KINDS).index(line.due.kind),
        "who": lambda line: (line.due.who, order.get(line.due.unit, 0)),
        "standing": lambda line: STANDINGS.index(line.standing),
        "done": lambda line: line.due.done_on,
    }
    if name == "done":
        done = [line for line in lines if line.due.done_on]
        return sorted(done, key=keys[name], reverse=down) + [line for line in lines if not line.due.done_on]
    return sorted(lines, key=keys[name], reverse=down)
