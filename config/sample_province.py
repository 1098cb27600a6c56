"""The sample province 衡川省: what each place is like, and the fictional words and people it is filled with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any

from config.charter import CharterTemplate, Holder, RuleValue, Unit
from config.charter_templates import charter_template_for
from config.divisions import Region, subtree
from config.reading import read_csv, read_yaml

SOURCE = "dossier §2.4"


@dataclass(frozen=True, slots=True)
class SampleSeat:
    """A post that holds a seat; a convener's `unit` may be the government itself (GOV, GOV_OFFICE), no member unit."""

    unit: str
    post: str


@dataclass(frozen=True, slots=True)
class SampleFounding:
    """The charter with which a place began, before its reform: `was` says which units each of today's came from."""

    version: str
    effective_from: str
    was: Mapping[str, Mapping[str, str]]  # key of today's unit -> {key: name} of those before it

    def units(self, today: tuple[Unit, ...]) -> tuple[Unit, ...]:
        """The units of then, in the place of those that came from them."""
        return tuple(
            replace(unit, key=key, name=name)
            for unit in today
            for key, name in self.was.get(unit.key, {unit.key: unit.name}).items()
        )


@dataclass(frozen=True, slots=True)
class SamplePlace:
    """One place: its whole charter, how it differs from the template, and how it works.

    `template` is the level's own as the reform left it; `charter` is that with the place's units, leads, duties and
    rules. `rules` holds only what differs. `successions` says which unit took over the duties of which.
    """

    region: Region
    template: CharterTemplate
    charter: CharterTemplate
    conveners: tuple[SampleSeat, ...]
    deputy_conveners: tuple[SampleSeat, ...]
    office_director: SampleSeat
    rules: Mapping[str, RuleValue]
    successions: Mapping[str, str]
    behaviour: str
    quarters: int
    quality: float
    publish_after_days: int | None
    publish_spread_days: int
    submit_late_days: int | None
    charter_version: str
    effective_from: str
    founding: SampleFounding | None
    note: str

    @property
    def slug(self) -> str:
        return self.region.slug

    @property
    def area(self) -> str:
        """How its own papers call the whole place: 全省, 全市, 全县, 全区."""
        return f"全{self.charter.word}"

    @property
    def lead_units(self) -> tuple[str, ...]:
        return tuple(unit.key for unit in self.charter.units if unit.is_lead)


@dataclass(frozen=True, slots=True)
class SampleTask:
    """A task under a duty: {area} in its content is the place's; one milestone for each quarter."""

    duty: str
    content: str
    deliverable: str
    milestones: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class AgreedItem:
    content: str
    unit: str


@dataclass(frozen=True, slots=True)
class SampleTopic:
    title: str
    type: str
    agreed: tuple[AgreedItem, ...]


@dataclass(frozen=True, slots=True)
class SampleMatter:
    """A matter that goes up, and how far: a day that is none was not reached. Answers by the unit's key."""

    title: str
    kind: str
    unit: str
    raised: date
    accepted: date | None
    heard: date | None
    asked: date | None
    signed: date | None
    passages: tuple[tuple[str, tuple[str, ...]], ...]
    answers: Mapping[str, tuple[str, str]]
    talk: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A fictional person in a seat; `role` is the key of a role (convener, liaison, …)."""

    name: str
    role: str
    unit: str
    post: str


@cache
def sample_places() -> tuple[SamplePlace, ...]:
    """Every place of the province, each parent before its children."""
    data = read_yaml("sample/hengchuan.yaml")
    rows = {row["slug"]: row for row in data["localities"]}
    return tuple(_place(region, rows[region.slug], data) for region in subtree(data["root"]))


@cache
def sample_tasks() -> Mapping[str, tuple[SampleTask, ...]]:
    """duty code → at least two plausible tasks under it."""
    pool: dict[str, list[SampleTask]] = {}
    for row in read_csv("sample/tasks.csv"):
        points = (row["q1"], row["q2"], row["q3"], row["q4"])
        pool.setdefault(row["duty"], []).append(SampleTask(row["duty"], row["content"], row["deliverable"], points))
    return {duty: tuple(tasks) for duty, tasks in pool.items()}


@cache
def sample_topics() -> tuple[SampleTopic, ...]:
    """What meetings take up, with what they agree on."""
    return tuple(
        SampleTopic(row["title"], row["type"], tuple(AgreedItem(**item) for item in row["agreed"]))
        for row in read_yaml("sample/texts.yaml")["topics"]
    )


@dataclass(frozen=True)
class SampleOpinion:
    """What one unit would change in a paper, and what became of it."""

    clause: int
    suggested: str
    reason: str
    outcome: str
    outcome_reason: str


@dataclass(frozen=True)
class SamplePaper:
    """A paper on which the units are asked for their opinion."""

    title: str
    background: str
    clauses: tuple[str, ...]
    opinions: tuple[SampleOpinion, ...]


@cache
def sample_papers() -> tuple[SamplePaper, ...]:
    """The papers, the one that is over first."""
    return tuple(
        SamplePaper(
            row["title"],
            row["background"],
            tuple(row["clauses"]),
            tuple(SampleOpinion(**said) for said in row["opinions"]),
        )
        for row in read_yaml("sample/texts.yaml")["consultations"]
    )


@cache
def sample_matters() -> tuple[SampleMatter, ...]:
    """The matters that the sample's province takes up in its year."""
    return tuple(_matter(row) for row in read_yaml("sample/matters.yaml")["matters"])


def _matter(row: Mapping[str, Any]) -> SampleMatter:
    passages = tuple((text, tuple(codes)) for text, codes in row["passages"])
    answers = {unit: (opinion, text) for unit, (opinion, text) in row["answers"].items()}
    return SampleMatter(**{**row, "passages": passages, "answers": answers, "talk": row.get("talk", {})})


@cache
def sample_texts(group: str) -> tuple[str, ...]:
    """A pool of sentences (experiences, problems, suggestions, progress_notes, …); {area} stands in some."""
    return tuple(read_yaml("sample/texts.yaml")[group])


def sample_people(place: SamplePlace) -> tuple[SamplePerson, ...]:
    """Who holds the seats of the place: the same fictional names every time, no name twice in one place."""
    seats = [("convener", seat) for seat in place.conveners]
    seats += [("deputy_convener", seat) for seat in place.deputy_conveners]
    seats += [("office_director", place.office_director)]
    seats += [("office_staff", SampleSeat(place.charter.office_host, "工作人员"))]
    rank = str(place.charter.rule("liaison_rank").value)
    for unit in place.charter.units:
        seats += [("member_rep", SampleSeat(unit.key, "分管负责同志"))]
        seats += [("liaison", SampleSeat(unit.key, f"{rank}干部"))]
    taken: set[str] = set()
    return tuple(SamplePerson(_name(place.slug, n, taken), role, s.unit, s.post) for n, (role, s) in enumerate(seats))


def _name(slug: str, number: int, taken: set[str]) -> str:
    names = read_people()
    seed = int.from_bytes(sha256(f"{slug}/{number}".encode()).digest()[:6], "big")
    while (name := names[seed % len(names)]) in taken:
        seed += 1
    taken.add(name)
    return name


@cache
def read_people() -> tuple[str, ...]:
    """Every fictional name that the pools can make."""
    pool = read_yaml("sample/texts.yaml")["people"]
    return tuple(surname + given for surname in pool["surnames"] for given in pool["given"])


def _place(region: Region, row: Mapping[str, Any], data: Mapping[str, Any]) -> SamplePlace:
    template = charter_template_for(region, reform=data["reform"])
    habits = data["behaviours"][row["behaviour"]]
    lead = (row.get("lead_units") or ["HRSS"])[0]
    default = "主任" if lead == "NDRC" else template.posts[0].name
    return SamplePlace(
        region=region,
        template=template,
        charter=_charter(template, row),
        conveners=_seats(row.get("conveners", [{"unit": lead, "post": default}])),
        deputy_conveners=_seats(row.get("deputy_conveners", [])),
        office_director=SampleSeat(**row.get("office_director", {"unit": lead, "post": f"副{default}"})),
        rules=_differing(template, row),
        successions=row.get("successions", {}),
        behaviour=row["behaviour"],
        quarters=row["quarters"],
        quality=row["quality"],
        publish_after_days=habits["publish_after_days"],
        publish_spread_days=habits.get("publish_spread_days", 0),
        submit_late_days=habits["submit_late_days"],
        charter_version=row.get("charter_version", template.version),
        effective_from=str(row.get("effective_from", "2019-01-01")),
        founding=_founding(row.get("founding")),
        note=row.get("note", ""),
    )


def _founding(row: Mapping[str, Any] | None) -> SampleFounding | None:
    return SampleFounding(row["version"], str(row["effective_from"]), row["was"]) if row else None


def _seats(rows: list[dict[str, str]]) -> tuple[SampleSeat, ...]:
    return tuple(SampleSeat(**row) for row in rows)


def _charter(template: CharterTemplate, row: Mapping[str, Any]) -> CharterTemplate:
    """The template with what the place decided for itself. Source: seed 末句."""
    rules = _differing(template, row)
    return replace(
        template,
        conference_name=row.get("conference_name", template.conference_name),
        office_host=row.get("office_host", template.office_host),
        units=_units(template, row),
        duties=tuple(
            replace(duty, holders=_taken_over(duty.holders, row.get("successions", {}))) for duty in template.duties
        ),
        rules=tuple(replace(rule, value=rules.get(rule.key, rule.value)) for rule in template.rules),
    )


def _units(template: CharterTemplate, row: Mapping[str, Any]) -> tuple[Unit, ...]:
    leads = row.get("lead_units") or [unit.key for unit in template.units if unit.is_lead]
    if "units" not in row:
        return tuple(replace(unit, is_lead=unit.key in leads) for unit in template.units)
    return tuple(
        Unit(**unit, order=order, is_lead=unit["key"] in leads, source=SOURCE)
        for order, unit in enumerate(row["units"], start=1)
    )


def _taken_over(holders: tuple[Holder, ...], successions: Mapping[str, str]) -> tuple[Holder, ...]:
    return tuple(replace(holder, unit=successions.get(holder.unit, holder.unit)) for holder in holders)


def _differing(template: CharterTemplate, row: Mapping[str, Any]) -> dict[str, RuleValue]:
    """The place's own rules: only those whose value is not the template's."""
    own = {key: tuple(v) if isinstance(v, list) else v for key, v in row.get("rules", {}).items()}
    return {key: value for key, value in own.items() if template.rule(key).value != value}
