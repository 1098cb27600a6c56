"""What a charter template is made of, and what must hold of every one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

GRADES = ("lead", "coordinate", "assist", "cooperate")
CATEGORIES = ("政府部门", "党委部门", "垂管部门", "群团", "事业单位", "街道乡镇", "其他单位")
STRENGTHS = ("hard", "configurable", "warning")
RULE_KINDS = ("integer", "integers", "boolean", "text", "names", "meetings", "month_day", "date", "choice", "choices")
POLICY_FIELDS = (
    "industry_reform",
    "training",
    "service_network",
    "info_platform",
    "fiscal_tax_social_insurance",
    "other",
)

RuleValue = int | bool | str | tuple[str, ...] | tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class BasisDocument:
    title: str
    number: str
    source: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One passage of the text; `adapted` where a level or a reform made it differ from the seed."""

    key: str
    article: str
    heading: str
    text: str
    source: str
    adapted: bool = False


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One of the conference's own responsibilities (D1–D11); `quote` is verbatim from the seed."""

    code: str
    article: str
    text: str
    quote: str
    source: str


@dataclass(frozen=True, slots=True)
class Unit:
    key: str
    name: str
    category: str
    order: int
    is_lead: bool
    source: str


@dataclass(frozen=True, slots=True)
class Holder:
    """A unit that holds a duty; `joint` when several hold it together in the same grade."""

    unit: str
    grade: str
    joint: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    code: str
    text: str
    policy_field: str
    holders: tuple[Holder, ...]
    quote: str
    source: str


@dataclass(frozen=True, slots=True)
class Post:
    """A seat bound to a post. `unit` None: one in each member unit. `vacant`: nobody is named by the text."""

    role: str
    unit: str | None
    name: str
    count: int
    source: str
    rank: str = ""
    vacant: bool = False


@dataclass(frozen=True, slots=True)
class Association:
    """What the association does by delegation and what it does of its own."""

    name: str
    article: str
    delegated: tuple[str, ...]
    own: tuple[str, ...]
    quote: str
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One working rule with its value; `group` names the wording group of its choices."""

    key: str
    label_zh: str
    label_en: str
    kind: str
    value: RuleValue
    article: str
    source: str
    strength: str
    adjustable: bool
    choices: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class CharterTemplate:
    level: str
    version: str
    derives_from: str | None
    word: str
    title: str
    annex: str
    conference_name: str
    office_host: str
    basis: tuple[BasisDocument, ...]
    clauses: tuple[Clause, ...]
    responsibilities: tuple[Responsibility, ...]
    units: tuple[Unit, ...]
    duties: tuple[Duty, ...]
    posts: tuple[Post, ...]
    association: Association
    rules: tuple[Rule, ...]

    def unit(self, key: str) -> Unit:
        return next(unit for unit in self.units if unit.key == key)

    def duty(self, code: str) -> Duty:
        return next(duty for duty in self.duties if duty.code == code)

    def rule(self, key: str) -> Rule:
        return next(rule for rule in self.rules if rule.key == key)

    def clause(self, key: str) -> Clause:
        return next(clause for clause in self.clauses if clause.key == key)


def problems(template: CharterTemplate) -> list[str]:
    """Every way in which the template is not a charter; empty when it is one."""
    return [
        *_without_source(template),
        *_repeated(template),
        *_unit_problems(template),
        *_duty_problems(template),
        *_post_problems(template),
        *_rule_problems(template),
    ]


def _without_source(template: CharterTemplate) -> Iterator[str]:
    parts = (
        *template.basis,
        *template.clauses,
        *template.responsibilities,
        *template.units,
        *template.duties,
        *template.posts,
        template.association,
        *template.rules,
    )
    return (f"no source: {part}" for part in parts if not part.source)


def _repeated(template: CharterTemplate) -> Iterator[str]:
    for name, keys in (
        ("clause", [clause.key for clause in template.clauses]),
        ("responsibility", [item.code for item in template.responsibilities]),
        ("unit", [unit.key for unit in template.units]),
        ("unit name", [unit.name for unit in template.units]),
        ("unit order", [unit.order for unit in template.units]),
        ("duty", [duty.code for duty in template.duties]),
        ("rule", [rule.key for rule in template.rules]),
    ):
        yield from (f"{name} twice: {key}" for key, times in Counter(keys).items() if times > 1)


def _unit_problems(template: CharterTemplate) -> Iterator[str]:
    """Source: seed 末句 (localities determine the lead); dossier §1.5 (one or two leads)."""
    leads = [unit.key for unit in template.units if unit.is_lead]
    if len(leads) not in (1, 2):
        yield f"one or two lead units, not {len(leads)}"
    if template.office_host not in {unit.key for unit in template.units}:
        yield f"the office's host is no member unit: {template.office_host}"
    yield from (f"unknown category: {unit}" for unit in template.units if unit.category not in CATEGORIES)


def _duty_problems(template: CharterTemplate) -> Iterator[str]:
    units = {unit.key for unit in template.units}
    for duty in template.duties:
        if not duty.holders:
            yield f"nobody holds {duty.code}"
        if duty.policy_field not in POLICY_FIELDS:
            yield f"unknown policy field of {duty.code}: {duty.policy_field}"
        for holder in duty.holders:
            if holder.unit not in units:
                yield f"{duty.code} is held by no member unit: {holder.unit}"
            if holder.grade not in GRADES:
                yield f"unknown grade in {duty.code}: {holder.grade}"
            if holder.joint != (len(duty.holders) > 1):
                yield f"joint means several holders: {duty.code}"


def _post_problems(template: CharterTemplate) -> Iterator[str]:
    units = {unit.key for unit in template.units} | {None}
    yield from (f"a post in no member unit: {post}" for post in template.posts if post.unit not in units)


def _rule_problems(template: CharterTemplate) -> Iterator[str]:
    for rule in template.rules:
        if rule.kind not in RULE_KINDS or rule.strength not in STRENGTHS:
            yield f"unknown kind or strength of rule {rule.key}"
        if not _fits(rule):
            yield f"rule {rule.key} cannot be {rule.value!r}"


def _fits(rule: Rule) -> bool:
    """Only a configurable number or day may be left empty."""
    match rule.kind, rule.value:
        case (("integer" | "date"), None):
            return rule.strength == "configurable"
        case "integer", value:
            return isinstance(value, int) and not isinstance(value, bool)
        case "boolean", value:
            return isinstance(value, bool)
        case (("integers" | "choices" | "names" | "meetings"), value):
            return isinstance(value, tuple) and (not rule.choices or set(value) <= set(rule.choices))
        case "choice", value:
            return value in rule.choices
        case _, value:
            return isinstance(value, str) and bool(value)
