"""What every step of a matter shares: the state it leads to, its line in the history, for whom a seat speaks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from service.charter.queries import duties
from service.kit.command import note
from service.kit.seat import Seat
from service.matters.binding import Passage, Text
from service.matters.models import Matter, MatterEvent
from service.matters.news import tell_of
from service.matters.queries import latest_text, matter
from service.matters.rules import GO_UP, MATTER, RAISE, checked
from tenants.errors import Conflict, Forbidden, Refused

LONGEST_TITLE, LONGEST_PASSAGE, MOST_PASSAGES = 100, 4000, 60


def stepping(seat: Seat, matter_id: UUID, verb: str) -> Matter:
    """The matter, held until commit, in the state that the verb leads to; refused where its state forbids it."""
    row = matter(seat, matter_id, hold=True)
    row.state = MATTER.step(row.state, verb)
    return row


def happened(seat: Seat, row: Matter, verb: str, on: date, text: str = "", *, unit_id: UUID | None = None) -> Matter:
    """The matter's history has one more line, and so has the audit log; whatever belongs to it is a new revision of it."""
    flag_modified(row, "title")
    seat.session.add(MatterEvent(matter_id=row.id, verb=verb, on=on, by=seat.name, unit_id=unit_id, text=text))
    note(seat, f"matter:{row.id}", verb=verb, state=row.state, unit_id=unit_id, text=text)
    tell_of(seat, row, verb, on, unit_id)
    return row


def check_speaks(seat: Seat, unit_id: UUID, operation: str) -> None:
    """Nothing, or who does not sit for the unit is refused."""
    if not seat.sits_for(unit_id, operation):
        raise Forbidden(
            "只能办理本单位的事项和意见，您不是该单位的人员。",
            en="One acts for one's own unit only.",
            source="角色与权限矩阵：单位会签/同意意见",
        )


def check_read(seat: Seat, row: Matter, text_no: int | None) -> None:
    """Nothing, or who read another text than the one that stands is refused: one answers for what one has read."""
    if text_no not in (None, latest_text(seat.session, row.id).no):
        raise Conflict(
            "正文在您打开后有修改，请看过新稿后再办理。",
            en="The text has changed since you read it: read it again.",
            source=GO_UP,
        )


def checked_text(seat: Seat, title: str, passages: Iterable[Any], on: date, cited: Iterable[str] = ()) -> Text:
    """What was written, whole and in bounds; every duty that it cites stands, or was cited already. Refused at its field."""
    name = checked(title, "title", "请填写题目。", "Give it a title.", RAISE)
    if len(name) > LONGEST_TITLE:
        raise Refused(f"题目不超过{LONGEST_TITLE}字。", en="The title is too long.", field="title", source=RAISE)
    rows, known = list(passages), {str(duty.id) for duty in duties(seat.session, on)} | set(cited)
    if not 1 <= len(rows) <= MOST_PASSAGES:
        raise Refused(
            f"正文应有1至{MOST_PASSAGES}条。", en="Write one passage or more.", field="passages.0.text", source=RAISE
        )
    return Text(name, tuple(_passage(number, row, known) for number, row in enumerate(rows)))


def _passage(number: int, row: Any, known: set[str]) -> Passage:
    at = f"passages.{number}."
    text = checked(row["text"], f"{at}text", "请填写条文内容。", "Write the passage.", RAISE)
    if len(text) > LONGEST_PASSAGE:
        raise Refused(f"每条不超过{LONGEST_PASSAGE}字，请分条。", en="Too long.", field=f"{at}text", source=RAISE)
    cites = tuple(dict.fromkeys(str(duty) for duty in row["duties"]))
    if not known.issuperset(cites):
        raise Refused(
            "所引职责不是现行制度中的职责，请从列表中选择。",
            en="There is no such duty in the charter.",
            field=f"{at}duties",
            source="制度三 职责分工",
        )
    return Passage(text, cites)
