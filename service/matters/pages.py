"""The pages of matters: the list, one matter with its two gates, its text, and what may be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.models import Unit
from service.charter.names import unit_names
from service.charter.queries import all_units, duties, gone_among, in_force, units
from service.documents.rendering import rendered
from service.kit.export import download, table_file
from service.kit.face import label
from service.kit.forms import rows_of, submitted
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.problems import english
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.matters import commands, consulting, listing, queries, schemas, verbs
from service.matters.course import course_booklet
from service.matters.listing import Row
from service.matters.rules import COORDINATORS, EDITABLE, KINDS, MATTER, OPINIONS
from service.matters.verbs import VERBS, offered
from service.matters.whole import Whole, whole
from service.meetings.queries import upcoming
from service.members.queries import roster

pages = Blueprint("matters", __name__, url_prefix="/t/<slug>/matters", template_folder="templates")
NAV = (Entry(38, "重大事项", "matters.index", "matter.read", "flag"),)
Errors = Mapping[str, str]
PASSAGE, MORE = ("text", "duty", "duty2", "duty3"), "more"
CONFIRMED = ("signature", "consultation", "withdrawal")  # asked about before they are done


@pages.get("/")
def index() -> ResponseReturnValue:
    """The matters, narrowed, sorted, paged; or as a file."""
    seat, on, kind = reading("matter.read"), today(), request.args.get("format", "")
    asked = asked_here(schemas.MattersQuery())
    found = listing.listed(seat, asked, on, whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        return _file(seat, kind, found.rows)
    return page(
        "matters/index.html",
        listed=found,
        kinds=_choices("matter_kind", KINDS),
        states=_choices("matter_state", MATTER.all_states()),
        lates=_choices("matter_late", listing.LATE),
        waiting=[(key, label("matter_waiting", key)) for key in listing.MINE if _mine(seat, key)],
        units=[(unit.key, unit.name) for unit in all_units(seat.session, on)],
        drafts=bool(seat.units_for("matter.draft")),
    )


def _choices(group: str, keys: Sequence[str]) -> list[tuple[str, str]]:
    return [(key, label(group, key)) for key in keys]


def _mine(seat: Seat, key: str) -> bool:
    """Whether such things can wait for the seat at all."""
    own = {"returned": "matter.draft", "answer": "consult.reply", "follow": "matter.follow", "raised": "matter.draft"}
    office = {"accept": "matter.handle", "removal": "matter.reduce", "coordinate": "dissent.coordinate"}
    if key in own:
        return bool(seat.units_for(own[key]) or (key == "answer" and seat.units_for("consult.reply_delegated")))
    return seat.may((office | {"sign": "report.sign"})[key])


def _file(seat: Seat, kind: str, rows: Sequence[Row]) -> ResponseReturnValue:
    header = ["题目", "类型", "报送单位", "报送日期", "状态", "审议", "同意单位", "征求单位", "逾期"]

    def cells(row: Row) -> list[Any]:
        found = row.matter
        text = [found.title, label("matter_kind", found.kind), row.unit, found.submitted_on]
        stands = [label("matter_state", found.state), label("matter_gate", row.gate)]
        late = "、".join(label("matter_late", key) for key in row.late)
        return [*text, *stands, row.consents.get("agreed", 0), row.asked, late]

    return table_file(kind, f"{seat.tenant.name}-重大事项-{today().isoformat()}", header, map(cells, rows))


# --- one matter ---


@pages.get("/<uuid:matter_id>")
def show(matter_id: UUID) -> ResponseReturnValue:
    """One matter: where it stands, what is missing, and what this seat can do."""
    return _one_page(reading("matter.read"), matter_id, "", {})


def _one_page(seat: Seat, matter_id: UUID, noun: str, errors: Errors) -> ResponseReturnValue:
    """The matter; with errors, the verb's form stands as it was sent."""
    on = today()
    found = whole(seat, matter_id, on)
    can = offered(seat, found, on)
    return page(
        "matters/show.html",
        422 if errors else 200,
        whole=found,
        matter=found.matter,
        offered=can,
        lacking=[en if english() else zh for zh, en in found.lacking],
        gone=_gone(seat, found, on),
        signs=seat.may("report.sign") and found.matter.state == "accepted",
        answering={name: verbs.units_for(seat, name, found, on) for name in ANSWERS if name in can},
        following=verbs.open_instructions(seat, found) if "follow-up" in can else [],
        mergeable=[(row.id, row.title) for row in queries.mergeable(seat, found.matter)] if "merger" in can else [],
        units=[(unit.id, unit.name) for unit in units(seat.session, on)],
        opinions=_choices("consent_opinion", tuple(OPINIONS)),
        meetings=[(one.id, f"{one.title}（{one.held_on}）") for one in upcoming(seat.session)]
        if "placement" in can
        else [],
        item_kinds=_choices("agenda_type", found.charter["plenary_agenda_types"]),
        coordinators=_coordinators(seat) if "round" in can else [],
        noun=noun,
        values=request.form,
        errors=errors,
        today=on,
    )


def _gone(seat: Seat, found: Whole, on: date) -> list[Unit]:
    """To the office: the units whose consent is asked and that are members no more."""
    if found.matter.state != "accepted" or not seat.may("matter.handle"):
        return []
    return gone_among(seat.session, [line.row.unit_id for line in found.lines if line.row.state == "asked"], on)


ANSWERS = ("reply", "delegated-reply", "entry", "entry-confirmation")


def _coordinators(seat: Seat) -> list[tuple[str, str]]:
    """The posts that may coordinate, each with who holds it."""
    on = today()
    held = {one.place.role: one.person.name for one in roster(seat.session, on) if one.person}
    allowed = in_force(seat.session, on).rules["dissent_coordinators"]
    return [(key, f"{label('role', key)} {held.get(key, '')}".strip()) for key in COORDINATORS if key in allowed]


@pages.get(f"/<uuid:matter_id>/<any({', '.join(map(repr, CONFIRMED))}):noun>")
def ask(matter_id: UUID, noun: str) -> ResponseReturnValue:
    """The question before what cannot be taken back."""
    seat = reading("matter.read")
    found = whole(seat, matter_id, today())
    seat.require(VERBS[noun].operation)
    title, consequences, button = _question(noun, found)
    return page(
        "confirm.html",
        title=title,
        consequences=consequences,
        action_url=url_for("matters.move", matter_id=matter_id, noun=noun),
        confirm_label=button,
        fields={"text_no": request.args.get("text_no", found.texts[-1].no)} if noun == "signature" else {},
        cancel_url=url_for("matters.show", matter_id=matter_id),
    )


def _question(noun: str, found: Whole) -> tuple[str, list[str], str]:
    title = found.matter.title
    if noun == "signature":
        said = [
            _("正文和各单位意见随即锁定，不能再改。"),
            _("由办公室以牵头部门名义编号报送%(to)s。", to=found.charter["report_to"]),
        ]
        return _("签发上报“%(title)s”？", title=title), said, _("签发上报")
    if noun == "consultation":
        names = "、".join(line.name for line in found.lines if line.row.state == "listed") or _("（没有有关成员单位）")
        said = [
            _("向下列单位征求同意：%(names)s。", names=names),
            _("名单随即固定：可以增列；移出须说明理由并经办公室主任批准。"),
        ]
        said.append(
            _("各单位须在%(n)s个工作日内明示答复；未答复不视为同意。", n=found.charter["consult_workdays"] or 7)
        )
        return _("就“%(title)s”征求同意？", title=title), said, _("发起征求同意")
    return _("撤回“%(title)s”？", title=title), [_("撤回后不再办理，也不能恢复；需要时另行报送。")], _("撤回")


@pages.post(f"/<uuid:matter_id>/<any({', '.join(map(repr, VERBS))}):noun>")
def move(matter_id: UUID, noun: str) -> ResponseReturnValue:
    """The verb is done, or its form comes back with the sentence at the field."""
    seat, verb = current_seat(), VERBS[noun]
    _done, errors = submitted(verb.schema(), lambda given: verb.act(seat, matter_id, **given, on=today()))
    if errors:
        return _one_page(reading("matter.read"), matter_id, noun, errors)
    flash(_("已办理。"), "success")
    return redirect(url_for("matters.show", matter_id=matter_id))


@pages.get("/<uuid:matter_id>/course.<any(docx, pdf):kind>")
def course(matter_id: UUID, kind: str) -> Response:
    """The whole course as one document. Source: dossier 1.4 R6."""
    seat, on = reading("matter.read"), today()
    found = whole(seat, matter_id, on)
    booklet = course_booklet(found, in_force(seat.session, on).conference_name, on)
    return download(kind, f"{found.matter.title}-审议会签协调单", rendered(booklet, kind))


# --- the text ---


@pages.get("/new")
def new() -> ResponseReturnValue:
    """The form of a new matter."""
    return _text_page(current_seat(), None, request.args, {}, [{}, {}])


@pages.post("/")
def create() -> ResponseReturnValue:
    """The unit has a draft, or the form comes back as it was; or with one passage more or less."""
    seat = current_seat()
    if (rows := _other_rows()) is not None:
        return _text_page(seat, None, request.form, {}, rows)
    row, errors = submitted(schemas.MatterForm(), lambda given: commands.draft_matter(seat, **given, on=today()))
    if row is None:
        return _text_page(seat, None, request.form, errors, _written())
    flash(_("已存为草稿，确认无误后报送办公室。"), "success")
    return redirect(url_for("matters.show", matter_id=row.id))


def _written() -> list[dict[str, str]]:
    """The passages as they were sent."""
    return [row for row in rows_of(request.form, "passages", PASSAGE) if row] or [{}]


def _other_rows() -> list[dict[str, str]] | None:
    """The passages, where a button asked for one more or one less; else nothing."""
    wanted, rows = request.form.get("row"), rows_of(request.form, "passages", PASSAGE)
    if not wanted:
        return None
    return [*rows, {}] if wanted == MORE else [row for n, row in enumerate(rows) if str(n) != wanted] or [{}]


@pages.get("/<uuid:matter_id>/text")
def edit(matter_id: UUID) -> ResponseReturnValue:
    """The form of the text as it stands."""
    seat = reading("matter.read")
    content = queries.latest_text(seat.session, queries.matter(seat, matter_id).id).content
    rows = [{"text": one.text, **dict(zip(PASSAGE[1:], one.duties, strict=False))} for one in content.passages]
    return _text_page(seat, matter_id, {"title": content.title}, {}, rows)


@pages.post("/<uuid:matter_id>/text")
def rewrite(matter_id: UUID) -> ResponseReturnValue:
    """The unit's draft reads so, or the office's revision; or the form comes back."""
    seat = current_seat()
    own = queries.matter(seat, matter_id).state in EDITABLE
    if (rows := _other_rows()) is not None:
        return _text_page(seat, matter_id, request.form, {}, rows)
    form, act = (
        (schemas.TextForm(), commands.rewrite_draft) if own else (schemas.RevisionForm(), consulting.revise_text)
    )
    row, errors = submitted(form, lambda given: act(seat, matter_id, **given, on=today()))
    if row is None:
        return _text_page(seat, matter_id, request.form, errors, _written())
    flash(_("正文已修改。"), "success")
    return redirect(url_for("matters.show", matter_id=matter_id))


def _text_page(
    seat: Seat, matter_id: UUID | None, values: Mapping[str, Any], errors: Errors, passages: Sequence[Mapping[str, Any]]
) -> ResponseReturnValue:
    """A new matter, the unit's draft, or the office's revision: the same form, and to nobody who could not send it."""
    on = today()
    found = whole(seat, matter_id, on) if matter_id else None
    own = found is None or found.matter.state in EDITABLE
    seat.require("matter.draft" if own else "matter.handle")
    mine = seat.units_for("matter.draft")
    names = unit_names(seat.session)
    cited = [(duty, found.duties[duty]) for duty in _ended(found, seat)] if found else []
    return page(
        "matters/text.html",
        422 if errors else 200,
        found=found,
        own=own,
        values=values,
        passages=passages,
        errors=errors,
        kinds=_choices("matter_kind", KINDS),
        units=[(unit.id, names[unit.id]) for unit in units(seat.session, on) if unit.id in mine],
        duties=[*((duty.id, f"{duty.code} {duty.text}") for duty in duties(seat.session, on)), *cited],
    )


def _ended(found: Whole, seat: Seat) -> list[UUID]:
    """Duties that the text cites and that stand no more."""
    standing = {duty.id for duty in duties(seat.session, today())}
    cited = (UUID(duty) for duty in found.text.content.duties)
    return [duty for duty in cited if duty not in standing and duty in found.duties]


# --- who may answer for a unit ---


@pages.get("/delegations")
def delegations() -> ResponseReturnValue:
    """What the representatives of this seat's units let their liaisons do."""
    return _delegations_page(reading("matter.read"), {})


def _delegations_page(seat: Seat, errors: Errors) -> ResponseReturnValue:
    names = unit_names(seat.session)
    return page(
        "matters/delegations.html",
        422 if errors else 200,
        rows=queries.delegations(seat.session, seat.unit_ids),
        names=names,
        giving=[(unit, names[unit]) for unit in seat.units_for("consult.delegate")],
        errors=errors,
        values=request.form,
        today=today(),
    )


@pages.post("/delegations")
def delegate() -> ResponseReturnValue:
    """The unit's liaison may answer for it over those days."""
    seat = current_seat()
    row, errors = submitted(schemas.DelegationIn(), lambda given: consulting.delegate(seat, **given, on=today()))
    if row is None:
        return _delegations_page(reading("matter.read"), errors)
    flash(_("授权已登记。"), "success")
    return redirect(url_for("matters.delegations"))


@pages.post("/delegations/<uuid:delegation_id>/withdrawal")
def withdraw_delegation(delegation_id: UUID) -> ResponseReturnValue:
    """The liaison answers no more."""
    consulting.withdraw_delegation(current_seat(), delegation_id, on=today())
    flash(_("授权已撤回。"), "success")
    return redirect(url_for("matters.delegations"))
