"""The notice of a meeting as a letter, with the slip on which a unit replies. Pure: it is written from its words alone.

What was sent is kept (`as_json`), so that a letter says for ever what it said when it went out.
Source: seed 四(二), 四(三); dossier 2.2 (会议通知/回执), 3.5 (信函格式), 5.4 (会议材料包).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, time
from typing import Any

from service.documents.composition import date_text
from service.documents.model import (
    Attachment,
    Block,
    Genre,
    Heading,
    Layout,
    OfficialDocument,
    Paragraph,
    Table,
    runs,
)

WEEKDAYS = "一二三四五六日"
SLIP_ROWS, SLIP_HEIGHT = 5, 36.0
SLIP = ("单位", "姓名", "职务", "参加、委派或请假", "受委派人姓名、职务", "联系电话")
SLIP_WIDTHS = (5.0, 4.0, 5.0, 5.5, 6.0, 5.5)
ROLL = ("序号", "单位", "姓名", "职务")
ROLL_WIDTHS = (2.0, 10.0, 5.0, 11.0)


@dataclass(frozen=True)
class Letter:
    """All that a notice says. `kind` is request, update or cancel; `changed` says what is otherwise than before."""

    kind: str
    organ: str
    conference: str
    title: str
    addressee: str
    sent_on: date
    held_on: date
    begins: time | None = None
    ends: time | None = None
    place: str = ""
    basis: str = ""
    chair: str = ""
    agenda: tuple[str, ...] = ()
    expected: tuple[tuple[str, str, str], ...] = ()  # unit, name, title
    observers: tuple[tuple[str, str, str], ...] = ()
    changed: tuple[str, ...] = ()
    reason: str = ""
    reply_by: date | None = None
    contact: str = ""
    phone: str = ""
    requirements: str = ""
    proxies: bool = True

    def as_json(self) -> dict[str, Any]:
        """The words as they are kept."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date | time) else value


def from_json(kept: Mapping[str, Any]) -> Letter:
    """The letter that was kept."""
    read = {"sent_on": date.fromisoformat, "held_on": date.fromisoformat, "reply_by": date.fromisoformat}
    readers: dict[str, Any] = read | {"begins": time.fromisoformat, "ends": time.fromisoformat}
    readers |= {"agenda": tuple, "changed": tuple, "expected": _rows, "observers": _rows}
    known = {field.name for field in fields(Letter)} & set(kept)
    return Letter(**{n: readers[n](kept[n]) if n in readers and kept[n] is not None else kept[n] for n in known})


def _rows(rows: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for row in rows)


def written(letter: Letter) -> OfficialDocument:
    """The letter set as GB/T 9704 10.1 has it: mark, double rules, title, text, slip."""
    return OfficialDocument(
        genre=Genre.NOTICE,
        layout=Layout.LETTER,
        issuing_organ=letter.organ,
        title=_title(letter),
        addressee=letter.addressee,
        blocks=tuple(_body(letter)),
        document_date=letter.sent_on,
        attachments=() if letter.kind == "cancel" else tuple(_attachments(letter)),
        note=_contact(letter),
    )


def named(letter: Letter) -> str:
    """The meeting with whose it is, once."""
    return letter.title if letter.conference in letter.title else f"{letter.conference}{letter.title}"


def _title(letter: Letter) -> str:
    verb = {"request": "召开", "update": "变更", "cancel": "取消"}[letter.kind]
    tail = "安排" if letter.kind == "update" else ""
    return f"关于{verb}{named(letter)}{tail}的通知"


def _body(letter: Letter) -> Iterator[Block]:
    yield _said(_opening(letter))
    if letter.kind == "cancel":
        yield _said("请各单位通知参会人员。")
    else:
        yield from _particulars(letter)
    yield _said("特此通知。")


def _opening(letter: Letter) -> str:
    if letter.kind == "cancel":
        why = f"，因{letter.reason.rstrip('。')}" if letter.reason else ""
        return f"原定于{when(letter)}召开的{named(letter)}{why}，现决定取消。"
    if letter.kind == "update":
        return f"{named(letter)}的有关安排已作变更：{'；'.join(letter.changed) or '以本通知为准'}。现将变更后的事项通知如下："
    lead = f"根据{letter.basis}，" if letter.basis else ""
    return f"{lead}定于{day_text(letter.held_on)}召开{named(letter)}。现将有关事项通知如下："


def _particulars(letter: Letter) -> Iterator[Block]:
    yield _item("会议时间", when(letter))
    yield _item("会议地点", letter.place or "另行通知")
    if letter.chair:
        yield _item("会议主持", letter.chair)
    yield from _agenda(letter)
    yield from _who(letter)
    yield Heading(1, "有关要求")
    for sentence in _asked(letter):
        yield Heading(3, "", runs(sentence))


def _item(name: str, said: str) -> Block:
    return Heading(1, f"{name}：", runs(f"{said.rstrip('。')}。"))


def _agenda(letter: Letter) -> Iterator[Block]:
    if not letter.agenda:
        yield _item("会议议程", "另行印发")
        return
    yield Heading(1, "会议议程")
    for line in letter.agenda:
        yield Heading(2, "", runs(f"{line.rstrip('。')}。"))


def _who(letter: Letter) -> Iterator[Block]:
    observers = f"，列席人员{len(letter.observers)}名" if letter.observers else ""
    yield _item("参会人员", f"应到人员{len(letter.expected)}名{observers}（名单见附件2）")


def _asked(letter: Letter) -> Iterator[str]:
    if letter.reply_by:
        yield f"请于{date_text(letter.reply_by)}前反馈参会回执（附件1），也可在系统中直接填报。"
    proxy = "确需委派的，由本单位人员代为参加，并在回执中写明姓名、职务；" if letter.proxies else ""
    yield f"请应到人员按时参加。{proxy}不能到会的，请说明原因，经会议主持人同意后方可请假。"
    if letter.requirements:
        yield letter.requirements.rstrip("。") + "。"


def _attachments(letter: Letter) -> Iterator[Attachment]:
    rows = tuple(tuple("" for _column in SLIP) for _row in range(SLIP_ROWS))
    slip = Table(SLIP, rows, SLIP_WIDTHS, row_height=SLIP_HEIGHT, caption=named(letter))
    yield Attachment("参会回执", (slip, *_slip_foot(letter)))
    yield Attachment("参会人员名单", tuple(_rolls(letter)))


def _slip_foot(letter: Letter) -> Iterator[Block]:
    yield _said("填报单位（盖章）：")
    yield _said("填报日期：　　　　年　　月　　日")
    if letter.contact:
        yield _said(f"反馈至：{letter.contact}{f'，{letter.phone}' if letter.phone else ''}")


def _rolls(letter: Letter) -> Iterator[Block]:
    for caption, people in (("应到人员", letter.expected), ("列席人员", letter.observers)):
        if people:
            rows = tuple(
                (str(n), unit or "—", name or "（待定）", title or "—")
                for n, (unit, name, title) in enumerate(people, 1)
            )
            yield Table(ROLL, rows, ROLL_WIDTHS, caption=caption)


def _contact(letter: Letter) -> str:
    if not letter.contact:
        return ""
    return f"联系人：{letter.contact}" + (f"，电话：{letter.phone}" if letter.phone else "")


def _said(text: str) -> Paragraph:
    return Paragraph(runs(text))


def day_text(day: date) -> str:
    """2026年3月12日（星期四）."""
    return f"{date_text(day)}（星期{WEEKDAYS[day.weekday()]}）"


def when(letter: Letter) -> str:
    """2026年3月12日（星期四）9:30—11:00."""
    return day_text(letter.held_on) + hours(letter.begins, letter.ends)


def hours(begins: time | None, ends: time | None) -> str:
    """9:30—11:00, or 9:30 alone; nothing where no hour is known."""
    texts = [f"{at.hour}:{at.minute:02}" for at in (begins, ends) if at is not None]
    return "—".join(texts)
