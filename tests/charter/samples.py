"""The sample localities of dossier 2.4 as bodies of a request: what a program sends to enter each charter whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Body = dict[str, Any]
REFERENCE = Path(__file__).parents[1] / "config/reference/localities.json"
LOCALITIES: dict[str, Body] = {row["key"]: row for row in json.loads(REFERENCE.read_text(encoding="utf-8"))["tenants"]}
GOVERNMENT = {"province": "省政府", "city": "市政府", "county": "县政府"}
HEIRS = {"STAX": "TAX", "LTAX": "TAX", "AIC": "AMR"}  # the reform of 2018: dossier 2.3
MERGED = {"YOUTH": "WOMEN_YOUTH", "WOMEN": "WOMEN_YOUTH"}  # 禾丰县

# What the table of dossier 2.4 says beside the machine-readable file.
BESIDE: dict[str, Body] = {
    "hengchuan": {},
    "yunlan": {"liaison_before_plenary": True},
    "qingyu": {"plenary_cadence": "quarter", "liaison_cadence": "month"},
    "luoxi": {"plenary_cadence": "month", "body_kind": "bureau_conference", "bulletin_min": 0},
    "hefeng": {"plenary_cadence": "half_year", "bulletin_min": 0},
}


def body_of(key: str, level: str, draft: Body) -> Body:
    """The charter of that locality, over the draft that a new tenant begins with."""
    given = LOCALITIES[key]
    units = given["charter_versions"][-1]["units"]
    return {
        "conference_name": given["conference_name"],
        "leads": given["lead_units"],
        "office_host": given["office_host"],
        "units": [{field: unit[field] for field in ("key", "name", "category")} for unit in units],
        "duties": [_duty(duty, {unit["key"] for unit in units}) for duty in draft["duties"]],
        "posts": list(_posts(given, GOVERNMENT[level])),
        "rules": rules_of(given) | BESIDE[key],
    }


def _duty(duty: Body, members: set[str]) -> Body:
    """The duty, with the unit that took it over where its holder is no member."""
    heirs = {_heir(held["unit"], members): held["grade"] for held in duty["holders"]}
    holders = [{"unit": unit, "grade": grade, "joint": len(heirs) > 1} for unit, grade in heirs.items()]
    return {field: duty[field] for field in ("code", "text", "policy_field", "source")} | {"holders": holders}


def _heir(unit: str, members: set[str]) -> str:
    return unit if unit in members else next(heirs[unit] for heirs in (HEIRS, MERGED) if heirs.get(unit) in members)


def _posts(given: Body, government: str):
    seats = [("convener", seat) for seat in given["conveners"]]
    seats += [("deputy_convener", seat) for seat in given["deputy_conveners"]]
    for role, seat in [*seats, ("office_director", given["office_director"])]:
        if seat["unit"].startswith("GOV"):
            yield {"role": role, "name": seat["post"].removeprefix(government), "organ": government}
        else:
            yield {"role": role, "name": seat["post"], "unit": seat["unit"]}


def rules_of(given: Body) -> Body:
    """The working rules as the reference gives them."""
    progress, bulletin, consult = given["progress_due"], given["bulletin"] or {}, given["consult"]
    found = {
        "liaison_rank": given["liaison_rank"],
        "plenary_min": given["plenary"]["min"],
        "plenary_max": given["plenary"]["max"],
        "partial_attendance": given.get("partial_attendance", False),
        "deputy_may_chair": given.get("deputy_may_chair", False),
        "special_meeting": given["special_meeting"],
        "liaison_meeting": given["liaison_meeting"],
        "agenda_lead_workdays": given.get("agenda_lead_workdays"),
        "agenda_day_of_prev_month": given.get("agenda_day_of_prev_month"),
        "progress_cycle": progress["cycle"],
        "progress_offset_days": progress.get("offset_days"),
        "progress_day_of_month": progress.get("day"),
        "report_to": given["report_to"],
        "report_cycle": given["report_cycle"],
        "bulletin_scoring": bulletin.get("scoring", False),
        "consult_workdays": consult["workdays"],
        "consult_deemed_no_objection": consult["deemed_no_objection"],
        "consult_reminders": consult["reminders"],
        "consult_proxy_entry": consult.get("proxy_entry", False),
        "escalation_with_dissent": given["escalation_with_dissent"],
        "supervision_levels": given["supervision_levels"],
        "ranking": given["ranking"],
    }
    if bulletin.get("min_per"):
        found |= {"bulletin_cycle": bulletin["min_per"], "bulletin_min": bulletin["count"]}
    return found
