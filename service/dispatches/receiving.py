"""The receiver's writing: what came is accepted or not, routed by one's own duties, carried out, and told of upwards."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from service.dispatches import rules
from service.dispatches.models import DispatchTask
from service.dispatches.queries import held, passed_counts, tasks_of, told_files, told_of
from service.files.keeping import Upload, stored
from service.files.rules import accepted
from service.kit.command import command, note
from service.kit.seat import Seat
from service.plans.queries import plan_of
from service.tasks.commands import TaskText, add_task
from service.tasks.models import Task
from service.tasks.queries import evidence
from tenants import answers
from tenants.answers import DispatchAnswer
from tenants.dispatch import OPEN, Attached, ReceivedDispatch
from tenants.errors import Conflict, Refused

ACCEPT, ANSWER = "dispatch.accept", "dispatch.answer"


def _came(seat: Seat, received_dispatch_id: UUID, verb: str) -> tuple[ReceivedDispatch, str]:
    """The dispatch that came, held, and the state that the verb leads to."""
    row: ReceivedDispatch = held(seat.session, ReceivedDispatch, received_dispatch_id)
    if row.sender_state != OPEN and verb != "note":
        raise Conflict("上级已撤回或办结该事项。", en="It was recalled or closed above.", source=rules.RECEIVING)
    if row.verdict == "accepted" and verb != "note":
        raise Conflict("上级已确认办结，不再上报。", en="Its sender has taken it as finished.", source=rules.RECEIVING)
    return row, rules.RECEIVED.step(row.state, verb)


def _answer(seat: Seat, row: ReceivedDispatch, state: str, on: date, **said: Any) -> DispatchAnswer:
    note(seat, f"received_dispatch:{row.id}", state=state, number=row.answers + 1, words=said.get("words", ""))
    return answers.answer(seat.session, row, state, by=seat.name, on=on, **said)


@command(ACCEPT)
def acknowledge(seat: Seat, received_dispatch_id: UUID, *, on: date) -> ReceivedDispatch:
    """Its latest wording was taken note of, and its sender knows."""
    verb = "acknowledge" if held(seat.session, ReceivedDispatch, received_dispatch_id).state == "received" else "note"
    row, state = _came(seat, received_dispatch_id, verb)
    if row.kind not in ("circular",) and verb == "acknowledge":
        raise Conflict("请接受、交办，或说明不能承办的理由。", en="Accept it, or say why not.", source=rules.RECEIVING)
    if row.acknowledged == row.wording and verb == "note":
        raise Conflict("已经阅知。", en="It was taken note of already.", source=rules.RECEIVING)
    percent = (row.answers and _last_percent(seat, row)) or None
    _answer(seat, row, state, on, percent=percent, words="已阅知" if row.kind == "circular" else "已阅知修改后的内容")
    return row


def _last_percent(seat: Seat, row: ReceivedDispatch) -> int | None:
    found = answers.own_answers(seat.session, row.id)
    return found[0].percent if found else None


@command(ACCEPT)
def accept(seat: Seat, received_dispatch_id: UUID, *, on: date) -> ReceivedDispatch:
    """This tenant takes it on, and its sender knows."""
    row, state = _came(seat, received_dispatch_id, "accept")
    _check_done_here(row)
    _answer(seat, row, state, on, words="已接受")
    return row


@command(ACCEPT)
def decline(seat: Seat, received_dispatch_id: UUID, *, reason: str, on: date) -> ReceivedDispatch:
    """This tenant says why it cannot take it on."""
    row, state = _came(seat, received_dispatch_id, "decline")
    _check_done_here(row)
    if tasks_of(seat.session, row.id):
        raise Conflict("已交办单位，不能再说明不承办；请先撤销任务。", en="It was routed to a unit already.")
    _answer(seat, row, state, on, words=rules.checked(reason, "reason", "不能承办的理由", "why not", 500))
    return row


def _check_done_here(row: ReceivedDispatch) -> None:
    if row.kind == "circular":
        raise Conflict("通报只需阅知。", en="A circular is only taken note of.", source=rules.RECEIVING)


@command(ACCEPT)
def route(seat: Seat, received_dispatch_id: UUID, text: TaskText, *, on: date) -> Task:
    """By this tenant's own division of duties it is a task of a unit, in the plan of its year; accepted if it was not.

    Source: seed 末句 (各地自定职责分工); dossier 1.5 L1.
    """
    row, _state = _came(seat, received_dispatch_id, "route")
    if row.kind not in ("task", "order"):
        raise Conflict("只有任务和督办可以交办单位。", en="Only a task is routed.", source=rules.RECEIVING)
    plan = plan_of(seat.session, text.due.year)
    if plan is None:
        raise Refused(
            f"还没有{text.due.year}年度工作计划，请先在“工作计划”中拟订，再交办。",
            en=f"There is no plan of {text.due.year} yet; draft one first.",
            field="due",
        )
    task = add_task(seat, plan.id, text, on=on)
    seat.session.add(DispatchTask(received_dispatch_id=row.id, task_id=task.id))
    note(seat, f"received_dispatch:{row.id}", task=task.id, **asdict(text))
    if row.state in ("received", "declined"):
        _answer(seat, row, rules.RECEIVED.step(row.state, "accept"), on, words="已接受并交办")
    return task


@command(ANSWER)
def report(
    seat: Seat, received_dispatch_id: UUID, *, words: str, files: Collection[Upload] = (), on: date
) -> ReceivedDispatch:
    """What this tenant tells its sender: the words, how far its tasks are, the counts below, these files, and the
    evidence that is marked for it and was not told before. Nothing else."""
    row, _state = _came(seat, received_dispatch_id, "report")
    if row.kind != "task" and row.kind != "order":
        raise Conflict("该件不报进展，请直接答复或阅知。", en="Progress is told of tasks only.", source=rules.RECEIVING)
    said = rules.checked(words, "words", "上报的进展", "what is told", 1000)
    below = passed_counts(seat.session, row.id, on)
    state, percent = rules.told(told_of(tasks_of(seat.session, row.id)), below)
    told = rules.RECEIVED.step(row.state, {"begun": "begin", "finished": "answer"}.get(state, "report"))
    content = {"counts": asdict(below)} if below else {}
    _answer(
        seat,
        row,
        told,
        on,
        percent=percent,
        words=said,
        content=content,
        files=[*_attached(files), *_shared(seat, row)],
    )
    return row


def _shared(seat: Seat, row: ReceivedDispatch) -> list[Attached]:
    """The evidence of its tasks that may be sent up, in the order in which it was brought; each file once."""
    told = told_files(seat.session, row.id)
    marked = [one for task in tasks_of(seat.session, row.id) for one in reversed(evidence(seat.session, task.id, True))]
    files = {file.sha256: file for file in (stored(seat.session, one.file_id) for one in marked)}
    fresh = [file for sha256, file in files.items() if sha256 not in told]
    return [Attached(file.name, file.media_type, file.sha256, file.content) for file in fresh]


@command(ANSWER)
def answer_request(
    seat: Seat,
    received_dispatch_id: UUID,
    *,
    values: Mapping[str, str],
    words: str = "",
    files: Collection[Upload] = (),
    on: date,
) -> ReceivedDispatch:
    """Every question of the data request is answered: a figure, words, or 无. An earlier answer is replaced by this one."""
    row, state = _came(seat, received_dispatch_id, "answer")
    if row.kind != "data_request":
        raise Conflict("该件不是数据报送要求。", en="It is no data request.", source=rules.RECEIVING)
    given = _complete(row.content["questions"], values)
    _answer(seat, row, state, on, percent=100, words=words.strip(), content={"values": given}, files=_attached(files))
    return row


def _attached(uploads: Collection[Upload]) -> list[Attached]:
    """The files as they travel; what no official paper is, is refused."""
    kept = [(accepted(upload.filename, upload.content), upload.content) for upload in uploads]
    return [Attached(one.name, one.media_type, hashlib.sha256(body).hexdigest(), body) for one, body in kept]


def _complete(questions: list[str], values: Mapping[str, str]) -> list[list[str]]:
    found: list[list[str]] = []
    for number, question in enumerate(questions):
        said = values.get(str(number), "").strip()
        if not said or len(said) > 500:
            raise Refused(
                f"请填写“{question}”；没有的填“无”，为零的填“0”。",
                en="Answer every question; 无 for nothing, 0 for zero.",
                field=f"values.{number}",
            )
        found.append([question, said])
    return found
