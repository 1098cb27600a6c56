"""Writing: policies are recorded, measures carry them out through tasks, laws and standards go through their stages."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from service.charter import queries as charter
from service.charter.amending import own_fields
from service.files.keeping import Upload, store
from service.kit.command import command, note
from service.kit.seat import Seat
from service.measures import rules
from service.measures.models import Instrument, InstrumentStage, Measure, MeasureTask, PolicyDocument
from service.measures.queries import held, one
from service.tasks import queries as tasks
from service.tasks.commands import TaskText, add_task
from service.tasks.models import Task
from tenants.errors import Conflict, Forbidden, Refused

POLICY, MEASURE, INSTRUMENT = "policy.record", "measure.record", "instrument.record"
OFFICE = "policy.record"  # who does it for any unit


@dataclass(frozen=True)
class PolicyText:
    """What is recorded of a policy document."""

    level: str
    title: str
    issuer: str
    issued_on: date
    number: str = ""
    summary: str = ""


@command(POLICY)
def record_policy(seat: Seat, text: PolicyText, upload: Upload | None = None, *, on: date) -> PolicyDocument:
    """The document is on record, with its file if there is one. Source: dossier 1.1 D1."""
    row = PolicyDocument(recorded_on=on, recorded_by=seat.name, **_checked(seat, text, None, on))
    row.file_id = store(seat, upload.filename, upload.content).id if upload else None
    seat.session.add(row)
    seat.session.flush()
    note(seat, f"policy_document:{row.id}", before=None, after=asdict(text))
    return row


@command(POLICY)
def revise_policy(
    seat: Seat, policy_id: UUID, text: PolicyText, upload: Upload | None = None, *, on: date
) -> PolicyDocument:
    """The record reads so; a file that is sent takes the place of the one before."""
    row: PolicyDocument = held(seat.session, PolicyDocument, policy_id)
    given, before = _checked(seat, text, row.id, on), {name: getattr(row, name) for name in asdict(text)}
    for name, value in given.items():
        setattr(row, name, value)
    if upload:
        row.file_id = store(seat, upload.filename, upload.content).id
    note(seat, f"policy_document:{row.id}", before=before, after=asdict(text), file=upload.filename if upload else None)
    return row


def _checked(seat: Seat, text: PolicyText, mine: UUID | None, on: date) -> dict[str, object]:
    title = rules.checked(text.title, "title", "文件名称", "the title", 200)
    issuer = rules.checked(text.issuer, "issuer", "发文机关", "who issued it", 100)
    rules.check_past(text.issued_on, on, "issued_on")
    number = text.number.strip()
    there = select(PolicyDocument.id).where(PolicyDocument.title == title, PolicyDocument.number == number)
    if seat.session.scalar(there.where(PolicyDocument.id != mine) if mine else there):
        raise Conflict("这份文件已经登记。", en="The document is on record already.", field="title")
    return {
        "level": text.level,
        "title": title,
        "issuer": issuer,
        "issued_on": text.issued_on,
        "number": number,
        "summary": text.summary.strip(),
    }


@dataclass(frozen=True)
class MeasureText:
    """What a measure says. `field` is one of the policy fields, or a name that the place itself has for one."""

    content: str
    unit_id: UUID
    field: str
    policy_document_id: UUID | None = None


@command(MEASURE)
def record_measure(seat: Seat, text: MeasureText, *, on: date) -> Measure:
    """The unit's measure is on record, under a policy field and the document that it carries out, if any."""
    _check_for(seat, text.unit_id)
    if text.unit_id not in {unit.id for unit in charter.units(seat.session, on)}:
        raise Refused("请选择成员单位。", en="Choose a member unit.", field="unit_id")
    if text.policy_document_id:
        one(seat.session, PolicyDocument, text.policy_document_id)
    policy_field, own = _field(seat, text.field, on)
    row = Measure(
        policy_document_id=text.policy_document_id,
        unit_id=text.unit_id,
        policy_field=policy_field,
        own_field=own,
        content=rules.checked(text.content, "content", "措施内容", "what the measure is"),
        recorded_on=on,
        recorded_by=seat.name,
    )
    seat.session.add(row)
    seat.session.flush()
    note(seat, f"measure:{row.id}", before=None, after=asdict(text))
    return row


def _check_for(seat: Seat, unit_id: UUID) -> None:
    """A unit speaks for itself, the office for any."""
    if not (seat.may(OFFICE) or seat.sits_for(unit_id, MEASURE)):
        raise Forbidden("只能办理本单位的事项。", en="Only for one's own unit.", source=rules.D5)


def _field(seat: Seat, name: str, on: date) -> tuple[str, str]:
    own = own_fields(charter.in_force(seat.session, on).text.duties)
    if name in own:
        return own[name], name
    rules.check_field(name)
    return name, ""


@command(MEASURE)
def issue_measure(seat: Seat, measure_id: UUID, *, issued_as: str, issued_on: date, on: date) -> Measure:
    """The measure was put out that day, by that paper. Source: dossier 1.1 D5."""
    row: Measure = held(seat.session, Measure, measure_id)
    _check_for(seat, row.unit_id)
    rules.check_past(issued_on, on, "issued_on")
    paper = rules.checked(issued_as, "issued_as", "出台的文件", "the paper that put it out", 200)
    row.state = rules.MEASURE.step(row.state, "issue")
    row.issued_as, row.issued_on = paper, issued_on
    note(seat, f"measure:{row.id}", state=row.state, issued_as=paper, issued_on=issued_on)
    return row


@command(MEASURE)
def end_measure(seat: Seat, measure_id: UUID, *, why: str, on: date) -> Measure:
    """The measure is in effect no more."""
    row: Measure = held(seat.session, Measure, measure_id)
    _check_for(seat, row.unit_id)
    reason = rules.checked(why, "why", "停止执行的依据", "why it ended", 200)
    row.state = rules.MEASURE.step(row.state, "end")
    row.ended_on, row.ended_why = on, reason
    note(seat, f"measure:{row.id}", state=row.state, why=reason)
    return row


@command("task.plan")
def break_down(seat: Seat, measure_id: UUID, *, plan_id: UUID, text: TaskText, on: date) -> Task:
    """The measure has one more task, in that plan, under a duty of the unit. Source: dossier 1.1 D1."""
    row: Measure = held(seat.session, Measure, measure_id)
    _check_current(row)
    task = add_task(seat, plan_id, text, on=on)
    seat.session.add(MeasureTask(measure_id=row.id, task_id=task.id))
    note(seat, f"measure:{row.id}", task=task.id)
    return task


@command("task.plan")
def link_task(seat: Seat, measure_id: UUID, *, task_id: UUID, on: date) -> Measure:
    """A task that is there already carries the measure out."""
    row: Measure = held(seat.session, Measure, measure_id)
    _check_current(row)
    task = tasks.task(seat.session, task_id)
    there = select(MeasureTask.id).where(MeasureTask.measure_id == row.id, MeasureTask.task_id == task.id)
    if seat.session.scalar(there):
        raise Conflict("该任务已列在本措施之下。", en="The task is linked already.", field="task_id")
    seat.session.add(MeasureTask(measure_id=row.id, task_id=task.id))
    note(seat, f"measure:{row.id}", task=task.id, on=on)
    return row


@command("task.plan")
def unlink_task(seat: Seat, measure_id: UUID, *, task_id: UUID, on: date) -> Measure:
    """The task does not carry the measure out; the task itself stays as it is."""
    row: Measure = held(seat.session, Measure, measure_id)
    query = select(MeasureTask).where(MeasureTask.measure_id == row.id, MeasureTask.task_id == task_id)
    link = seat.session.scalars(query).one_or_none()
    if link is None:
        raise Refused("该任务不在本措施之下。", en="The task is not linked.", field="task_id")
    seat.session.delete(link)
    note(seat, f"measure:{row.id}", unlinked=task_id, on=on)
    return row


def _check_current(row: Measure) -> None:
    if row.state == "ended":
        raise Conflict("措施已停止执行，不能再列任务。", en="The measure has ended.", source=rules.D5)


@dataclass(frozen=True)
class InstrumentText:
    """What a law, a rule or a standard in the making is."""

    type: str
    title: str
    unit_id: UUID
    drafter: str = ""


@command(INSTRUMENT)
def begin_instrument(seat: Seat, text: InstrumentText, *, on: date) -> Instrument:
    """It is on record and begins with its first stage. Source: dossier 1.1 D3, D6."""
    if not (seat.may(OFFICE) or seat.sits_for(text.unit_id, INSTRUMENT)):
        raise Forbidden("只能办理本单位的事项。", en="Only for one's own unit.", source=rules.D6)
    kind = rules.kind_of(text.type)
    if text.unit_id not in {unit.id for unit in charter.units(seat.session, on)}:
        raise Refused("请选择成员单位。", en="Choose a member unit.", field="unit_id")
    title = rules.checked(text.title, "title", "名称", "the title", 200)
    row = Instrument(kind=kind, type=text.type, title=title, unit_id=text.unit_id, drafter=text.drafter.strip())
    seat.session.add(row)
    seat.session.flush()
    _reached(seat, row, on, "立项")
    note(seat, f"instrument:{row.id}", before=None, after=asdict(text))
    return row


def _reached(seat: Seat, row: Instrument, day: date, text: str) -> None:
    stage = InstrumentStage(instrument_id=row.id, state=row.state, reached_on=day, text=text, by=seat.name)
    seat.session.add(stage)


@command(INSTRUMENT)
def advance(
    seat: Seat, instrument_id: UUID, *, verb: str, text: str, reached_on: date, code: str = "", on: date
) -> Instrument:
    """It is in its next stage since that day; published, it bears its number."""
    row: Instrument = held(seat.session, Instrument, instrument_id)
    if not (seat.may(OFFICE) or seat.sits_for(row.unit_id, INSTRUMENT)):
        raise Forbidden("只能办理本单位的事项。", en="Only for one's own unit.", source=rules.D6)
    rules.check_past(reached_on, on, "reached_on")
    before, row.state = row.state, rules.INSTRUMENT.step(row.state, verb)
    if row.state == "published":
        row.code = rules.checked(code, "code", "公布的文号或标准编号", "its number", 100)
    _reached(seat, row, reached_on, rules.checked(text, "text", "办理情况", "what was done"))
    note(seat, f"instrument:{row.id}", before={"state": before}, after={"state": row.state}, code=row.code)
    return row
