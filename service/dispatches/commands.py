"""The sender's writing: a dispatch is drafted, submitted, sent, amended, recalled, closed; places are judged and reminded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from config.charter import POLICY_FIELDS
from service.dispatches import rules
from service.dispatches.models import DispatchDraft, DispatchDraftFile
from service.dispatches.queries import draft_files, held, one, place_named, places_below
from service.files.keeping import Upload, store, stored
from service.files.models import StoredFile
from service.kit.command import command, note
from service.kit.seat import Seat
from tenants import dispatch as door
from tenants.dispatch import OPEN, Attached, Dispatch, DispatchPlace, ReceivedDispatch
from tenants.errors import Conflict, Missing, Refused

WRITE, SEND, APPROVE = "demand.draft", "demand.send_down", "demand.approve"


@dataclass(frozen=True)
class DispatchText:
    """What a dispatch says, and to whom it goes."""

    kind: str
    title: str
    text: str
    due: date | None = None
    policy_field: str = ""
    duty: str = ""
    form: str = ""
    questions: str = ""  # one a line
    places: Sequence[UUID] = field(default_factory=tuple)
    passes_on_id: UUID | None = None


@command(WRITE)
def write_draft(seat: Seat, text: DispatchText, *, on: date) -> DispatchDraft:
    """The dispatch is written and may be submitted; nobody below knows of it."""
    row = DispatchDraft(written_by=seat.name, written_on=on, passes_on_id=text.passes_on_id, **_checked(seat, text, on))
    if text.passes_on_id:
        one(seat.session, ReceivedDispatch, text.passes_on_id)
    seat.session.add(row)
    seat.session.flush()
    note(seat, f"dispatch_draft:{row.id}", before=None, after=asdict(text))
    return row


@command(WRITE)
def revise_draft(seat: Seat, draft_id: UUID, text: DispatchText, *, on: date) -> DispatchDraft:
    """The draft reads so."""
    row: DispatchDraft = held(seat.session, DispatchDraft, draft_id)
    rules.DRAFT.step(row.state, "revise")
    for name, value in _checked(seat, text, on).items():
        setattr(row, name, value)
    note(seat, f"dispatch_draft:{row.id}", after=asdict(text))
    return row


def _checked(seat: Seat, text: DispatchText, on: date) -> dict[str, object]:
    title = rules.checked(text.title, "title", "标题", "a title", rules.LONGEST_TITLE)
    words = rules.checked(text.text, "text", "内容", "what it is about")
    rules.check_due(text.kind, text.due, on)
    questions = rules.questions_of(text.questions) if text.kind == "data_request" else []
    rules.check_questions(text.kind, questions)
    if text.policy_field and text.policy_field not in POLICY_FIELDS:
        raise Refused("请选择政策领域。", en="Choose a policy field.", field="policy_field")
    return {
        "kind": text.kind,
        "title": title,
        "text": words,
        "due": text.due,
        "policy_field": text.policy_field,
        "duty": text.duty.strip(),
        "form": text.form.strip(),
        "questions": questions,
        "places": [str(place) for place in _below(seat, text.places)],
    }


def _below(seat: Seat, places: Sequence[UUID]) -> list[UUID]:
    """The receivers, each directly below; a place that is not is refused as one that does not exist."""
    below = {place.id for place in places_below(seat.session)}
    if not places:
        raise Refused("请至少选择一个下级联席会议。", en="Choose at least one place below.", field="places")
    if not below.issuperset(places):
        raise Missing()
    return list(dict.fromkeys(places))


@command(WRITE)
def attach(seat: Seat, draft_id: UUID, upload: Upload) -> DispatchDraft:
    """The file goes down with it."""
    row: DispatchDraft = held(seat.session, DispatchDraft, draft_id)
    rules.DRAFT.step(row.state, "revise")
    if len(draft_files(seat.session, row.id)) >= 10:
        raise Conflict("一件最多附10个文件。", en="At most ten files go with one dispatch.", field="file")
    kept = store(seat, upload.filename, upload.content)
    seat.session.add(DispatchDraftFile(draft_id=row.id, file_id=kept.id))
    note(seat, f"dispatch_draft:{row.id}", attached=kept.name)
    return row


@command(WRITE)
def detach(seat: Seat, draft_id: UUID, *, file_id: UUID) -> DispatchDraft:
    """The file does not go down with it."""
    row: DispatchDraft = held(seat.session, DispatchDraft, draft_id)
    rules.DRAFT.step(row.state, "revise")
    mine = (DispatchDraftFile.draft_id == row.id, DispatchDraftFile.file_id == file_id)
    if seat.session.scalar(select(DispatchDraftFile.id).where(*mine)) is None:
        raise Missing()
    seat.session.execute(delete(DispatchDraftFile).where(*mine))
    note(seat, f"dispatch_draft:{row.id}", detached=file_id)
    return row


@command(WRITE)
def submit_draft(seat: Seat, draft_id: UUID) -> DispatchDraft:
    """It waits for who may send it."""
    row: DispatchDraft = held(seat.session, DispatchDraft, draft_id)
    row.state, row.reason = rules.DRAFT.step(row.state, "submit"), ""
    note(seat, f"dispatch_draft:{row.id}", state=row.state)
    return row


@command(WRITE)
def discard_draft(seat: Seat, draft_id: UUID) -> DispatchDraft:
    """It is not sent."""
    row: DispatchDraft = held(seat.session, DispatchDraft, draft_id)
    row.state = rules.DRAFT.step(row.state, "discard")
    note(seat, f"dispatch_draft:{row.id}", state=row.state)
    return row


@command(SEND)
def return_draft(seat: Seat, draft_id: UUID, *, reason: str) -> DispatchDraft:
    """It goes back to who wrote it."""
    return _returned(seat, draft_id, reason)


@command(APPROVE)
def disapprove_draft(seat: Seat, draft_id: UUID, *, reason: str) -> DispatchDraft:
    """The same, by the convener."""
    return _returned(seat, draft_id, reason)


def _returned(seat: Seat, draft_id: UUID, reason: str) -> DispatchDraft:
    row: DispatchDraft = held(seat.session, DispatchDraft, draft_id)
    why = rules.checked(reason, "reason", "退回理由", "the reason", 500)
    row.state, row.reason = rules.DRAFT.step(row.state, "return"), why
    note(seat, f"dispatch_draft:{row.id}", state=row.state, reason=why)
    return row


@command(SEND)
def send_draft(seat: Seat, draft_id: UUID, *, on: date) -> Dispatch:
    """It is numbered, sealed, and on its way. Source: dossier 1.6 (下发报送要求给下级)."""
    return _sent(seat, draft_id, on)


@command(APPROVE)
def approve_draft(seat: Seat, draft_id: UUID, *, on: date) -> Dispatch:
    """The same, by the convener, of what was submitted."""
    row: DispatchDraft = one(seat.session, DispatchDraft, draft_id)
    if row.state != "submitted":
        rules.DRAFT.step(row.state, "return")  # refuses what was not submitted
    return _sent(seat, draft_id, on)


def _sent(seat: Seat, draft_id: UUID, on: date) -> Dispatch:
    row: DispatchDraft = held(seat.session, DispatchDraft, draft_id)
    state = rules.DRAFT.step(row.state, "send")
    rules.check_due(row.kind, row.due, on)
    came = held(seat.session, ReceivedDispatch, row.passes_on_id) if row.passes_on_id else None
    if came is not None and came.sender_state != OPEN:
        raise Conflict(
            "上级已撤回或办结该事项，不必转办。", en="It was recalled or closed above.", source=rules.RECEIVING
        )
    columns = {name: getattr(row, name) for name in ("text", "policy_field", "duty", "form", "questions")}
    sent = door.send(
        seat.session,
        row.kind,
        row.title,
        rules.content_of(columns),
        row.due,
        to=_below(seat, [UUID(place) for place in row.places]),
        by=seat.name,
        on=on,
        passes_on=came,
        files=[_attached(seat, file) for file in draft_files(seat.session, row.id)],
    )
    row.state, row.dispatch_id = state, sent.id
    note(seat, f"dispatch:{sent.id}", kind=sent.kind, number=sent.number, title=sent.title, places=len(row.places))
    return sent


def _attached(seat: Seat, file: StoredFile) -> Attached:
    """The stored file as it travels."""
    whole = stored(seat.session, file.id)
    return Attached(whole.name, whole.media_type, whole.sha256, whole.content)


def _open(seat: Seat, dispatch_id: UUID) -> Dispatch:
    row: Dispatch = held(seat.session, Dispatch, dispatch_id)
    if row.state != OPEN:
        raise Conflict("该事项已撤回或已办结。", en="It was recalled or closed.", source=rules.SOURCE)
    return row


@command(SEND)
def amend(seat: Seat, dispatch_id: UUID, *, title: str, text: str, due: date | None, why: str, on: date) -> Dispatch:
    """It reads so from now on; every place gets the new wording and is asked to take note of it."""
    row = _open(seat, dispatch_id)
    if row.kind == "order":
        raise Conflict("督办单不能修改；请撤销后另行签发。", en="An order is not amended.", source=rules.SOURCE)
    reason = rules.checked(why, "why", "修改说明", "what changes", 500)
    rules.check_due(row.kind, due, on)
    before = {"title": row.title, "due": row.due}
    last = _last(seat, row)
    content = last.content | {"text": rules.checked(text, "text", "内容", "what it is about")}
    said = rules.checked(title, "title", "标题", "a title", rules.LONGEST_TITLE)
    files = [Attached(f.name, f.media_type, f.sha256, f.content) for f in door.files_of(seat.session, last.id)]
    door.amend(seat.session, row, title=said, content=content, due=due, note=reason, by=seat.name, files=files)
    note(seat, f"dispatch:{row.id}", before=before, after={"title": row.title, "due": row.due}, why=reason)
    return row


def _last(seat: Seat, row: Dispatch) -> door.DispatchRevision:
    query = select(door.DispatchRevision).where(door.DispatchRevision.dispatch_id == row.id)
    return seat.session.scalars(query.where(door.DispatchRevision.wording == row.wording)).one()


@command(SEND)
def recall(seat: Seat, dispatch_id: UUID, *, why: str) -> Dispatch:
    """It is taken back; every place is told, and nothing more is awaited."""
    row, reason = _open(seat, dispatch_id), rules.checked(why, "why", "撤回理由", "why it is recalled", 500)
    note(seat, f"dispatch:{row.id}", state="recalled", why=reason)
    return door.recall(seat.session, row, reason)


@command(SEND)
def close(seat: Seat, dispatch_id: UUID, *, why: str = "") -> Dispatch:
    """It is done with; every place is told."""
    row = _open(seat, dispatch_id)
    note(seat, f"dispatch:{row.id}", state="closed", why=why.strip())
    return door.close(seat.session, row, why.strip())


@command(SEND)
def add_places(seat: Seat, dispatch_id: UUID, *, places: Sequence[UUID]) -> Dispatch:
    """It goes to these places too: newly opened ones, or the successor of one that was merged."""
    row = _open(seat, dispatch_id)
    added = door.add_places(seat.session, row, _below(seat, places))
    if not added:
        raise Conflict("所选地方都已收到。", en="They all have it already.", field="places")
    note(seat, f"dispatch:{row.id}", added=added)
    return row


@command(SEND)
def end_place(seat: Seat, dispatch_id: UUID, *, receiver_id: UUID, why: str, on: date) -> Dispatch:
    """Nothing more is awaited of that place."""
    row, place = _open(seat, dispatch_id), place_named(seat.session, dispatch_id, receiver_id)
    reason = rules.checked(why, "why", "理由", "why", 500)
    door.end_place(seat.session, place, on, reason)
    note(seat, f"dispatch:{row.id}", ended=receiver_id, why=reason)
    return row


@command(SEND)
def accept_answer(seat: Seat, dispatch_id: UUID, *, receiver_id: UUID) -> Dispatch:
    """What the place says is finished is taken as finished."""
    return _judged(seat, dispatch_id, receiver_id, "accepted", "")


@command(SEND)
def return_answer(seat: Seat, dispatch_id: UUID, *, receiver_id: UUID, reason: str) -> Dispatch:
    """The place is told what its answer still lacks."""
    return _judged(
        seat, dispatch_id, receiver_id, "returned", rules.checked(reason, "reason", "退回理由", "what it lacks", 500)
    )


def _judged(seat: Seat, dispatch_id: UUID, receiver_id: UUID, verdict: str, text: str) -> Dispatch:
    row, place = _open(seat, dispatch_id), place_named(seat.session, dispatch_id, receiver_id)
    if place.finished_on is None or place.verdict == "accepted":
        raise Conflict("该地方没有待确认的办结。", en="The place has nothing to be confirmed.", source=rules.SOURCE)
    door.judge(seat.session, place, verdict, text)
    note(seat, f"dispatch:{row.id}", place=receiver_id, verdict=verdict, text=text)
    return row


@command(SEND)
def remind(seat: Seat, dispatch_id: UUID, *, places: Sequence[UUID], text: str) -> int:
    """These places are reminded; who has finished or ended is left alone. Returns how many."""
    row, words = _open(seat, dispatch_id), rules.checked(text, "text", "催办内容", "the reminder", 500)
    query = select(DispatchPlace).where(
        DispatchPlace.dispatch_id == row.id,
        DispatchPlace.receiver_id.in_(list(places)),
        DispatchPlace.finished_on.is_(None),
        DispatchPlace.ended_on.is_(None),
    )
    lagging = list(seat.session.scalars(query.with_for_update()))
    if not lagging:
        raise Conflict("没有可催办的地方。", en="There is nobody to remind.", field="places")
    for place in lagging:
        door.judge(seat.session, place, "returned" if place.verdict == "returned" else "reminded", words)
    note(seat, f"dispatch:{row.id}", reminded=[place.receiver_id for place in lagging], text=words)
    return len(lagging)
