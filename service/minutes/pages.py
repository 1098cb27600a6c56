"""The pages of minutes: the register, the document of a meeting with its course, and its text being edited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from service.charter.names import unit_names
from service.documents.rendering import rendered
from service.kit.export import download, table_file
from service.kit.face import label
from service.kit.forms import said, submitted, whole_number
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.meetings.queries import meeting
from service.meetings.tabs import Tab
from service.minutes import commands, correcting_pages, issuing, items_pages, plan_pages, queries, schemas
from service.minutes.document import content, printed, proceedings
from service.minutes.models import Minutes
from service.minutes.queries import Whole
from service.minutes.rules import ASKING, MINUTES, OPINIONS, STATES, Passage, contradictions
from service.minutes.settling import why_unconfirmed, why_unsettled
from service.plans.rules import COLLECTIVE
from service.plans.tabs import PlanTab
from service.tasks.beside import Panel
from service.tasks.models import Task
from tenants.errors import Conflict, LianxiError, Missing, Refused

pages = Blueprint("minutes", __name__, url_prefix="/t/<slug>", template_folder="templates")
pages.register_blueprint(items_pages.pages)
pages.register_blueprint(correcting_pages.pages)
pages.register_blueprint(plan_pages.pages)
MEETING_TABS = (
    Tab(50, "纪要", "minutes.show", "meeting.read", ("held",)),
    Tab(60, "议定事项", "minutes.items.show", "meeting.read", ("in_session", "held")),
)
PLAN_TABS = (PlanTab(40, "议定", "minutes.plans.show", "plan.read", COLLECTIVE),)
Errors = Mapping[str, str]
AT = "/meetings/<uuid:meeting_id>/minutes"


def beside(seat: Seat, row: Task, _on: date) -> Markup | str:
    """The corrections of minutes that change the agreed item which this task came from."""
    found = queries.corrections_of_task(seat.session, row.id)
    readable = [one for one in found if queries.readable(seat, one.correction)]
    if not readable:
        return ""
    names = unit_names(seat.session)
    return Markup(render_template("minutes/_beside.html", changed=readable, names=names))


TASK_PANELS = (Panel(15, "meeting.read", beside),)
ONE = f"{AT}/<uuid:minutes_id>"


# --- the register ---


@pages.get("/minutes/")
def index() -> ResponseReturnValue:
    """The minutes, narrowed, sorted, paged; or as a file. Below them the numbers that were given, void ones too."""
    seat, kind = reading("meeting.read"), request.args.get("format", "")
    listed = queries.listed(seat, asked_here(schemas.MinutesQuery()), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        return _file(seat, kind, listed.rows)
    return page(
        "minutes/index.html",
        listed=listed,
        states=[(state, label("minutes_state", state)) for state in STATES],
        numbers=queries.numbers(seat.session) if queries.works_on_them(seat) else [],
        undrafted=queries.undrafted(seat.session) if seat.may("minutes.draft") else [],
    )


def _file(seat: Seat, kind: str, rows: list[Any]) -> Response:
    header = ["编号", "纪要", "会议日期", "状态", "签发日期", "签发人", "印发日期"]
    cells = (
        [
            row.minutes.number,
            row.minutes.title,
            row.meeting.held_on,
            label("minutes_state", row.minutes.state),
            row.minutes.signed_on,
            row.minutes.signed_by,
            row.minutes.published_on,
        ]
        for row in rows
    )
    return table_file(kind, f"{seat.tenant.name}-会议纪要-{today().isoformat()}", header, cells)


# --- one document ---


@pages.get(AT)
def show(meeting_id: UUID) -> ResponseReturnValue:
    """The minutes of the meeting, or how one begins them."""
    seat = reading("meeting.read")
    held, row = meeting(seat.session, meeting_id), queries.original(seat.session, meeting_id)
    if row is None or not queries.readable(seat, row):
        return page("minutes/none.html", meeting=held, begun=row is not None, paper=held.minutes_signed_on)
    return _page(seat, row, {})


@pages.get(ONE)
def show_one(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """One of the meeting's documents: the minutes or a correction."""
    seat = reading("meeting.read")
    return _page(seat, found(seat, meeting_id, minutes_id), {})


def found(seat: Seat, meeting_id: UUID, minutes_id: UUID) -> Minutes:
    """The meeting's document of that id, where the seat may read it."""
    row = queries.minutes(seat.session, minutes_id)
    if row.meeting_id != meeting_id or not queries.readable(seat, row):
        raise Missing()
    return row


def _page(seat: Seat, row: Minutes, errors: Errors, status: int = 422) -> ResponseReturnValue:
    whole = queries.whole(seat.session, row, today())
    units = seat.units_for("minutes.check")
    said_of = proceedings(row.content or content(seat, row, whole.meeting, today()))
    return page(
        "minutes/show.html",
        status if errors else 200,
        whole=whole,
        minutes=row,
        meeting=whole.meeting,
        document=said_of,
        beside={line.key: line for line in whole.compared},
        astray=contradictions(whole.compared),
        works=queries.works_on_them(seat),
        may=_verbs(seat, whole),
        why_not=_why_not(seat, whole),
        mine=[line for line in whole.confirming if line.unit_id in units] if row.state in ASKING else [],
        my_units=[line for line in whole.countersigning if line.unit_id in units]
        if row.state == "countersigning"
        else [],
        opinions=[(opinion, label("countersignature", opinion)) for opinion in OPINIONS],
        names=unit_names(seat.session),
        changed_tasks=queries.changed_tasks(seat.session, [row]),
        errors=errors,
        values=request.form,
        on=today(),
    )


def _verbs(seat: Seat, whole: Whole) -> frozenset[str]:
    """What this seat may do with the document as it stands."""
    possible = MINUTES.possible(whole.minutes.state)
    office = possible - {"sign", "confirm", "countersign"} if seat.may("minutes.draft") else frozenset[str]()
    if not whole.charter["minutes_countersign"]:
        office -= {"send"}
    if whole.corrects is not None:
        office -= {"correct"}
    signs = seat.may("minutes.sign_named") and queries.signs(seat, whole.meeting)
    return office | (possible & {"sign"} if signs else set())


def _why_not(seat: Seat, whole: Whole) -> dict[str, str]:
    """What the text still waits for before it is signed, or sent to be countersigned; absent where nothing is."""
    if whole.minutes.state not in ASKING:
        return {}
    asked = {"sign": why_unsettled, "send": why_unconfirmed}
    found = {verb: why(seat.session, whole.minutes, today()) for verb, why in asked.items()}
    return {verb: said(refusal) for verb, refusal in found.items() if refusal}


@pages.get(f"{ONE}.<any(docx, pdf):kind>")
def file(meeting_id: UUID, minutes_id: UUID, kind: str) -> Response:
    """The document as it is printed, set to GB/T 9704 10.3."""
    seat = reading("meeting.read")
    row = found(seat, meeting_id, minutes_id)
    return download(kind, row.title, rendered(printed(seat, row, meeting(seat.session, meeting_id), today()), kind))


def _there(row: Minutes) -> ResponseReturnValue:
    if row.corrects_id is None:
        return redirect(url_for("minutes.show", meeting_id=row.meeting_id))
    return redirect(url_for("minutes.show_one", meeting_id=row.meeting_id, minutes_id=row.id))


# --- the text ---


@pages.post(AT)
def draft(meeting_id: UUID) -> ResponseReturnValue:
    """The meeting has minutes, drafted from its record."""
    row = commands.draft(current_seat(), meeting_id, today())
    flash(_("已按会议记录起草纪要，请核改后送参会人员核对。"), "success")
    return _there(row)


@pages.get(f"{ONE}/text")
def edit(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """The text passage by passage, each beside the record."""
    seat = reading("meeting.read")
    return _text(seat, found(seat, meeting_id, minutes_id), {}, {})


def _text(seat: Seat, row: Minutes, values: Mapping[str, str], errors: Errors) -> ResponseReturnValue:
    seat.require("minutes.draft")
    lines = queries.beside(seat.session, row)
    return page(
        "minutes/text.html",
        422 if errors else 200,
        minutes=row,
        meeting=meeting(seat.session, row.meeting_id),
        lines=lines,
        values=values,
        errors=errors,
        out=row.state in ASKING,
    )


@pages.post(f"{ONE}/text")
def revise(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """The text reads so, or the form comes back as it was."""
    seat, form = current_seat(), request.form
    row = found(seat, meeting_id, minutes_id)
    passages = [Passage(key.removeprefix("p-"), text) for key, text in form.items() if key.startswith("p-")]
    try:
        row = commands.revise(
            seat,
            minutes_id,
            title=form.get("title", ""),
            passages=passages,
            seen=whole_number(form.get("revision", "")),
            accept=form.get("accept") == "1",
            on=today(),
        )
    except (Refused, Conflict) as refusal:
        return _text(seat, row, form, {_place(refusal): said(refusal)})
    flash(_("文稿已保存。"), "success")
    return _there(row)


def _place(refusal: LianxiError) -> str:
    return (refusal.field or "").replace("passages.", "p-")


# --- the course ---


@pages.post(f"{ONE}/circulation")
def circulate(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """The text lies before everybody who was there."""
    seat = current_seat()
    row = found(seat, meeting_id, minutes_id)
    _done, errors = submitted(
        schemas.CirculationIn(), lambda given: commands.circulate(seat, row.id, **given, on=today())
    )
    return _page(seat, row, errors) if errors else _said(row, _("纪要已送参会人员核对。"))


def _said(row: Minutes, words: str) -> ResponseReturnValue:
    flash(words, "success")
    return _there(row)


@pages.post(f"{ONE}/confirmations")
def confirm(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """Who was there has said what he thinks of the text."""
    seat = current_seat()
    row = found(seat, meeting_id, minutes_id)
    _done, errors = submitted(
        schemas.ConfirmationIn(), lambda given: commands.confirm(seat, row.id, **given, on=today())
    )
    return _page(seat, row, errors) if errors else _said(row, _("核对意见已记录。"))


@pages.post(f"{ONE}/answers")
def answer(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """Who asked for an amendment reads why it was not taken up."""
    seat = current_seat()
    row = found(seat, meeting_id, minutes_id)
    _done, errors = submitted(schemas.AnswerIn(), lambda given: commands.answer(seat, row.id, **given, on=today()))
    return _page(seat, row, errors) if errors else _said(row, _("已答复。"))


@pages.post(f"{ONE}/countersigning")
def send(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """The text lies before the units that attended, to be countersigned."""
    seat = current_seat()
    row = found(seat, meeting_id, minutes_id)
    _done, errors = submitted(schemas.NothingIn(), lambda _given: commands.send(seat, row.id, today()))
    return _page(seat, row, errors) if errors else _said(row, _("纪要已送到会单位会签。"))


@pages.post(f"{ONE}/countersignatures")
def countersign(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """The unit has said what it thinks of the minutes."""
    seat = current_seat()
    row = found(seat, meeting_id, minutes_id)
    _done, errors = submitted(
        schemas.CountersignatureIn(), lambda given: commands.countersign(seat, row.id, **given, on=today())
    )
    return _page(seat, row, errors) if errors else _said(row, _("会签意见已记录。"))


@pages.get(f"{ONE}/signature")
def ask_sign(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """The question before the text stands for good."""
    seat = current_seat()
    seat.require("minutes.sign_named")
    row = found(seat, meeting_id, minutes_id)
    kept = _("%(n)s 条议定事项随即锁定，不能再增减、改写。", n=len(queries.followed(seat.session, meeting_id)))
    changed = _("更正件签发后，所更正的议定事项随即按更正件执行。")
    return page(
        "confirm.html",
        title=_("签发“%(title)s”？", title=row.title),
        consequences=[
            _("文稿不再改动；此后如有错误，须另拟更正件。"),
            kept if row.corrects_id is None else changed,
            _("自今日起计入议定事项落实率，按时限跟踪。"),
        ],
        fields={"sha256": row.sha256},
        action_url=url_for("minutes.sign", meeting_id=meeting_id, minutes_id=minutes_id),
        confirm_label=_("签发纪要"),
        cancel_url=url_for("minutes.show_one", meeting_id=meeting_id, minutes_id=minutes_id),
    )


@pages.post(f"{ONE}/signature")
def sign(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """The text is signed; what was agreed is locked and followed."""
    seat = current_seat()
    row = found(seat, meeting_id, minutes_id)
    _done, errors = submitted(schemas.SignatureIn(), lambda given: commands.sign(seat, row.id, **given, on=today()))
    return _page(seat, row, errors) if errors else _said(row, _("纪要已签发，议定事项开始跟踪。"))


@pages.post(f"{ONE}/number")
def number(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """The minutes bear the next number."""
    seat = current_seat()
    row = issuing.number(seat, found(seat, meeting_id, minutes_id).id, today())
    return _said(row, _("已编号：%(number)s。请核对版面后印发。", number=row.number))


@pages.post(f"{ONE}/void-number")
def void_number(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """The number is void, and stays in the register."""
    seat = current_seat()
    row = found(seat, meeting_id, minutes_id)
    _done, errors = submitted(schemas.ReasonIn(), lambda given: issuing.void_number(seat, row.id, **given, on=today()))
    return _page(seat, row, errors) if errors else _said(row, _("编号已作废，登记簿留有记录。"))


@pages.get(f"{ONE}/publication")
def ask_publish(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """The question before everybody sees it."""
    seat = current_seat()
    seat.require("minutes.draft")
    row = found(seat, meeting_id, minutes_id)
    return page(
        "confirm.html",
        title=_("印发“%(title)s”？", title=row.title),
        consequences=[
            _("编号 %(number)s 随即生效，内容和校验值封存，任何人不能再改。", number=row.number),
            _("有权查看会议的人员都能看到、下载。"),
        ],
        action_url=url_for("minutes.publish", meeting_id=meeting_id, minutes_id=minutes_id),
        confirm_label=_("印发"),
        cancel_url=url_for("minutes.show_one", meeting_id=meeting_id, minutes_id=minutes_id),
    )


@pages.post(f"{ONE}/publication")
def publish(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """The minutes are published, for good."""
    seat = current_seat()
    row = issuing.publish(seat, found(seat, meeting_id, minutes_id).id, today())
    return _said(row, _("纪要已印发。"))
