"""The pages that show many tasks: list, board, calendar, timeline; the same question carries over from one to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, Select

from config.labels import choices
from service.calendar.queries import workdays
from service.charter.names import unit_names
from service.charter.queries import all_units, duties, rule
from service.filters.queries import of_list
from service.kit.export import table_file
from service.kit.face import label, query
from service.kit.layout import locale
from service.kit.listing import asked_here
from service.kit.paging import Asked
from service.kit.seat import Seat
from service.kit.web import page, reading, today
from service.plans.models import Plan
from service.plans.queries import all_plans
from service.plans.rules import ANNUAL
from service.tasks import origins, queries, schemas, views
from service.tasks.choosing import PARTS
from service.tasks.models import Task
from service.tasks.queries import Row
from service.tasks.rules import LIGHTS, STATES

looks = Blueprint("views", __name__)
VIEWS = {
    "list": "tasks.index",
    "board": "tasks.views.board",
    "calendar": "tasks.views.month",
    "timeline": "tasks.views.timeline",
}
PLACE = ("page", "format", "month")  # of one view alone: it does not carry over
SEEN_AT_ONCE = {"mine", "plan", "state", "unit", "light"}  # the other filters unfold


@dataclass(frozen=True)
class Look:
    """Who looks, on which day, at which tasks."""

    seat: Seat
    on: date
    asked: Asked
    plans: Sequence[Plan]

    @property
    def only(self) -> ColumnElement[bool]:
        """Of those the seat asked for as its own, and by where they came from."""
        mine = queries.mine(self.seat, self.asked.filters.get("mine", ""), self.on)
        came = origins.came_by(current_app, self.asked.filters.get("origin", ""))
        return came if mine is None else came & mine

    @property
    def found(self) -> Select[Task]:
        """The tasks."""
        return queries.wanted(self.seat.session, self.asked, self.on, self.only)

    @property
    def args(self) -> dict[str, Any]:
        """The question as another view of it is asked; the plan also where it was not chosen."""
        plan = {"plan": self.asked.filters["plan"]} if "plan" in self.asked.filters else {}
        return {name: text for name, text in request.args.items() if name not in PLACE} | plan


def looking() -> Look:
    """What the address of this page asks of the tasks."""
    seat = reading("task.read")
    plans = all_plans(seat.session)
    return Look(seat, today(), _first_seen(asked_here(schemas.TasksQuery()), plans), plans)


def _first_seen(asked: Asked, plans: Sequence[Plan]) -> Asked:
    """Where nothing was asked for, the newest annual plan's tasks; the years before are one choice away."""
    if asked.filters or asked.q or "plan" in request.args or len(plans) < 2:
        return asked
    newest = next((plan for plan in plans if plan.kind == ANNUAL), plans[0])
    return replace(asked, filters={"plan": str(newest.id)})


def _frame(look: Look, view: str) -> dict[str, Any]:
    """What stands around every view: whose tasks, which view, the filters."""
    given = dict(look.asked.filters)
    return {
        "view": view,
        "asked": given | {"q": look.asked.q},
        "args": look.args,
        "tabs": _tabs(look),
        "views": [
            (label("task_view", name), url_for(at) + query(look.args), name == view) for name, at in VIEWS.items()
        ],
        "unfolded": bool(set(given) - SEEN_AT_ONCE),
        "options": _options(look),
        "names": unit_names(look.seat.session),
        "saved": of_list(look.seat, "tasks"),
        "plans": look.plans,
        "open_plans": any(plan.takes_tasks for plan in look.plans),
    }


def _tabs(look: Look) -> list[dict[str, Any]]:
    """Everybody's, mine, my unit's, the office's, each with how many."""
    seat, mine = look.seat, look.asked.filters.get("mine", "")
    piles = {"": None, "all": queries.mine(seat, "all", look.on)}
    piles |= {pile: queries.mine(seat, pile, look.on) for pile in queries.PILES if pile != "unit" or seat.unit_ids}
    others = {name: text for name, text in look.asked.filters.items() if name != "mine"}
    found = replace(look, asked=replace(look.asked, filters=others)).found
    counts = views.whose(seat.session, found, piles)
    here = "all" if mine in queries.REASONS else mine
    return [
        {
            "label": label("task_whose", pile or "every"),
            "url": query(look.args, mine=pile),
            "active": pile == here,
            "count": count,
        }
        for pile, count in counts.items()
    ]


def _options(look: Look) -> Mapping[str, list[tuple[Any, str]]]:
    """What each filter can be."""
    session, on = look.seat.session, look.on
    words = {group: choices(group, locale()) for group in ("policy_field", "task_state", "traffic_light")}
    mine = look.asked.filters.get("mine", "")
    return {
        "reasons": [(name, label("task_waiting", name)) for name in ("all", *queries.waiting(look.seat, on))]
        if mine in ("all", *queries.REASONS)
        else [],
        "plans": [("all", _every()), *((plan.id, plan.named) for plan in look.plans)] if len(look.plans) > 1 else [],
        "states": [(state, label("task_state", state)) for state in STATES],
        "units": [(unit.id, unit.name) for unit in all_units(session, on)],
        "parts": [(part, label("task_part", part)) for part in PARTS],
        "lights": [(light, label("traffic_light", light)) for light in LIGHTS],
        "duties": [(duty.id, f"{duty.code} {duty.text}") for duty in duties(session, on)],
        "fields": words["policy_field"],
        "rungs": [(level, label("supervision_level", level)) for level in rule(session, "supervision_levels", on)],
        "origins": [(key, label("task_origin", key)) for key in origins.known(current_app)],
    }


def _every() -> str:
    return label("task_whose", "every_plan")


# --- list ---


def index() -> ResponseReturnValue:
    """The tasks, narrowed, sorted, paged; or as a file."""
    look = looking()
    kind = request.args.get("format", "")
    whole = kind in ("csv", "xlsx")
    listed = queries.ledger(look.seat.session, look.asked, look.on, only=look.only, whole=whole)
    if whole:
        return _file(look.seat, kind, listed.rows)
    return page("tasks/index.html", listed=listed, **_frame(look, "list"))


def _file(seat: Seat, kind: str, rows: list[Row]) -> ResponseReturnValue:
    header = ["序号", "工作任务", "成果形式", "对应职责", "牵头单位", "配合单位", "启动日", "完成时限", "原定时限"]
    names, duties = unit_names(seat.session), queries.duty_names(seat.session)
    helping = queries.cooperating(seat.session, [row.task.id for row in rows])

    def cells(row: Row) -> list[Any]:
        task = row.task
        lead, *others = (names.then(unit, task.done_on) for unit in (task.lead_unit_id, *helping[task.id]))
        text = [task.no, task.content, task.deliverable, duties[task.duty_id], lead, "、".join(others)]
        light = label("traffic_light", row.light) if row.light else "—"
        state = label("task_state", task.state)
        rung = label("supervision_level", row.supervision) if row.supervision else "—"
        return [*text, task.start, task.due, task.due0, task.percent, state, light, rung, task.claimed_on, task.done_on]

    name = f"{seat.tenant.name}-任务台账-{today().isoformat()}"
    header += ["进度%", "状态", "预警", "应督办", "申请销号日", "确认销号日"]
    return table_file(kind, name, header, map(cells, rows))


# --- board ---


@looks.get("/board")
def board() -> ResponseReturnValue:
    """The tasks by state, as cards."""
    look = looking()
    columns = views.board(look.seat.session, look.found, look.on)
    shown = [column for column in columns if look.asked.filters.get("state") in (None, column.state)]
    return page(
        "tasks/board.html", columns=shown, reports=look.seat.units_for("task.report_progress"), **_frame(look, "board")
    )


# --- calendar ---


@looks.get("/calendar")
def month() -> ResponseReturnValue:
    """What is due in a month, day by day; or as a file."""
    look = looking()
    seen = views.month(look.seat.session, look.found, _month_asked(look.on), look.on)
    kind = request.args.get("format", "")
    if kind in ("csv", "xlsx"):
        return _month_file(look, kind, seen)
    days = workdays(look.seat.session)
    return page(
        "tasks/calendar.html",
        month=seen,
        works=days.works,
        known=days.known(seen.first.year),
        on=look.on,
        **_frame(look, "calendar"),
    )


def _month_asked(on: date) -> date:
    """The first day of the month that the address names; this month where it names none."""
    try:
        return date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return on.replace(day=1)


def _month_file(look: Look, kind: str, seen: views.Month) -> ResponseReturnValue:
    names, works = unit_names(look.seat.session), workdays(look.seat.session).works
    header = ["日期", "是否工作日", "类别", "事项", "任务序号", "工作任务", "牵头单位", "状态", "预警"]
    rows = [
        [
            entry.day,
            "是" if works(entry.day) else "否",
            "节点" if entry.step else "完成时限",
            entry.step or entry.row.task.content,
            entry.row.task.no,
            entry.row.task.content,
            names.then(entry.row.task.lead_unit_id, entry.row.task.done_on),
            label("milestone_state", "done" if entry.done else "open"),
            label("traffic_light", entry.light) if entry.light else "—",
        ]
        for entry in seen.entries
    ]
    return table_file(kind, f"{look.seat.tenant.name}-任务日历-{seen.first:%Y-%m}", header, rows)


# --- timeline ---


@looks.get("/timeline")
def timeline() -> ResponseReturnValue:
    """The tasks as bars over the months; on paper lying A4."""
    look = looking()
    seen = views.timeline(look.seat.session, look.found, look.asked, look.on)
    return page(
        "tasks/timeline.html", seen=seen, span=seen.span, listed=seen.page, on=look.on, **_frame(look, "timeline")
    )
