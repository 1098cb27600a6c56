"""What the charter's forms send, as the commands take it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from config.catalogue import Rule
from service.charter import own_meetings, queries, working_rules
from service.charter.rules import Holding, Post
from service.charter.text import DutyEntry, UnitEntry
from service.charter.view import open_to_change
from service.kit.seat import Seat
from tenants.errors import Missing, Refused

Form = MultiDict[str, str]
TICKED = ("boolean", "choices")  # a browser sends nothing where nothing is ticked
GOVERNMENT = "@"  # before the name of an organ, in the list of places a post may stand in


def unchanged_draft(seat: Seat, form: Form) -> None:
    """Nobody changed the draft since the form was opened, or the reader is told and looks again."""
    draft = queries.open_draft(seat.session)
    if draft is None:
        raise Missing()
    if form.get("revision") != str(draft.revision):
        raise stale()


def draft_as_read(seat: Seat, form: Form) -> None:
    """The draft is the very one that was read: one begun anew may bear the same revision."""
    unchanged_draft(seat, form)
    draft = queries.open_draft(seat.session)
    if draft is None or form.get("draft") != str(draft.id):
        raise stale()


def stale() -> Refused:
    """The refusal of a form that was opened before somebody else's change."""
    return Refused(
        _("您打开本页之后，他人已修改了这项内容。请核对后再次提交。"),
        en="Someone changed this while your form was open; check it and submit again.",
        field="",
    )


def day_of(form: Form, field: str, default: date) -> date:
    """The day in a field; an empty one is the default."""
    text = form.get(field, "").strip()
    return day_said(text, field) if text else default


def day_said(text: str, field: str = "on") -> date:
    """The day that the text says."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(_("日期应如 2026-03-05。"), en="A date reads 2026-03-05.", field=field) from None


def unit_entry(form: Form) -> UnitEntry:
    """A new unit; its key is made for it."""
    return UnitEntry("", form.get("name", ""), form.get("category", ""), form.get("source", ""))


def duty_entry(form: Form, units: Iterable[UnitEntry]) -> DutyEntry:
    """The duty with its holders: a grade for each unit; `joint` binds those of the same grade."""
    words = {field: form.get(field, "") for field in ("code", "text", "policy_field", "own_field", "source")}
    return DutyEntry(**words, holders=_holdings(form, units))


def _holdings(form: Form, units: Iterable[UnitEntry]) -> tuple[Holding, ...]:
    grades = {unit.key: form.get(f"grade-{unit.key}", "") for unit in units}
    alike = Counter(grades.values())
    together = bool(form.get("joint"))
    return tuple(Holding(unit, grade, together and alike[grade] > 1) for unit, grade in grades.items() if grade)


def duty_values(duty: DutyEntry) -> dict[str, Any]:
    """The duty as the form's fields show it."""
    values: dict[str, Any] = {field: getattr(duty, field) for field in ("code", "text", "policy_field", "own_field")}
    grades = {f"grade-{held.unit}": held.grade for held in duty.holders}
    return values | grades | {"joint": any(held.joint for held in duty.holders)}


def rule_changes(form: Form, rules: Iterable[Rule]) -> dict[str, Any]:
    """The typed values of the rules in the form; only what is ticked may be missing from one that was sent whole."""
    sent = [rule for rule in rules if open_to_change(rule) and (rule.key in form or rule.kind in TICKED)]
    return {rule.key: _said(rule, form) for rule in sent}


def _said(rule: Rule, form: Form) -> Any:
    """A kind of meeting of its own takes three fields, in rows; any other rule has one field."""
    if rule.kind != "meetings":
        return working_rules.from_form(rule, form.getlist(rule.key))
    rows = [_own(form, f"{rule.key}-{number}") for number in range(1, own_meetings.MOST + 1)]
    return [row for row in rows if row["name"]]


def _own(form: Form, row: str) -> dict[str, Any]:
    cadence = form.get(f"{row}-cadence") or own_meetings.IRREGULAR
    return {"name": form.get(f"{row}-name", "").strip(), "cadence": cadence, "chairs": form.getlist(f"{row}-chairs")}


def rule_texts(rules: Iterable[Rule], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the form's fields show them."""
    return {rule.key: _shown(rule, values.get(rule.key)) for rule in rules}


def _shown(rule: Rule, value: Any) -> Any:
    if rule.kind == "meetings":
        return [*own_meetings.rows(value or ()), {}, {}][: own_meetings.MOST]
    return "、".join(str(item) for item in value) if rule.kind in ("integers", "names") else value


@dataclass(frozen=True)
class Slot:
    """A row of the form of posts: `convener-1` …"""

    role: str
    number: int

    @property
    def key(self) -> str:
        return f"{self.role}-{self.number}"


PLACES = {"convener": 5, "deputy_convener": 3, "office_director": 1, "office_deputy": 5}  # rows of the form
SLOTS = {role: [Slot(role, number + 1) for number in range(rows)] for role, rows in PLACES.items()}


def filled(form: Form) -> list[tuple[Slot, Post]]:
    """The rows in which something was filled in."""
    slots = [slot for members in SLOTS.values() for slot in members]
    rows = [(slot, form.get(f"{slot.key}-place", ""), form.get(f"{slot.key}-name", "").strip()) for slot in slots]
    return [(slot, _post(slot.role, place, name)) for slot, place, name in rows if place or name]


def _post(role: str, place: str, name: str) -> Post:
    if place.startswith(GOVERNMENT):
        return Post(role, name, organ=place.removeprefix(GOVERNMENT))
    return Post(role, name, unit=place or None)


def post_values(posts: Iterable[Post]) -> dict[str, str]:
    """The posts as the form's fields show them."""
    numbers: Counter[str] = Counter()
    values: dict[str, str] = {}
    for post in posts:
        numbers[post.role] += 1
        key = f"{post.role}-{numbers[post.role]}"
        values[f"{key}-place"] = post.unit or f"{GOVERNMENT}{post.organ}"
        values[f"{key}-name"] = post.name
    return values


def post_field(field: str, rows: list[tuple[Slot, Post]]) -> str:
    """The field of the form that a refusal's field is about."""
    if field.startswith("posts."):
        return f"{rows[int(field.removeprefix('posts.'))][0].key}-name"
    return f"{field}-1-name" if field in ("convener", "office_director", "office_deputy") else ""
