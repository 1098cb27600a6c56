"""The charter as it is printed: annexed to the 通知 that issues it, with the table of its units and of their duties.

The articles keep the numbers by which they are cited. Source: seed; dossier 3.3 (附件), 1.1 P1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from config.catalogue import label
from service.charter.document import Article, Paragraph
from service.charter.models import DRAFT, IN_REVIEW, Charter
from service.charter.overview import Overview
from service.charter.rules import Holding
from service.charter.text import DutyEntry, UnitEntry
from service.charter.working_rules import body
from service.documents import model
from service.documents.composition import date_text

# （一）每年召开一至两次联席会议全体会议。学习贯彻…: its first sentence is a heading where it reads like one.
_NUMBERED = re.compile(r"(（[一二三四五六七八九十]+）)([^，；。]{1,28}。(?=.))?(.*)", re.DOTALL)
MARKS = {DRAFT: "（征求意见稿）", IN_REVIEW: "（草案）"}


def charter_booklet(seen: Overview, charter: Charter, until: date | None, on: date) -> model.Booklet:
    """The version as a document. `until`: the day on which another one took its place, if one did."""
    charter_part = model.Part(
        seen.text.title, charter_blocks(seen), label=seen.template.annex, inscription=inscription(charter, until)
    )
    day = charter.effective_from or on
    return model.Booklet(seen.text.title, seen.text.conference_name, day, (charter_part, *annexes(seen)))


def inscription(charter: Charter, until: date | None) -> str:
    """题注: a draft says that it is one; a settled version from when, and until when, it is in force."""
    if charter.effective_from is None:
        return MARKS[charter.state]
    ended = f"，自{date_text(until)}起由新版本替代" if until else ""
    return f"（自{date_text(charter.effective_from)}起施行{ended}）"


def charter_blocks(seen: Overview) -> tuple[model.Block, ...]:
    """The articles with their passages."""
    return tuple(block for article in seen.articles for block in _article(article))


def _article(article: Article) -> Iterator[model.Block]:
    if article.heading:
        yield model.Heading(1, article.heading, number=f"{article.number}、")
    yield from map(_passage, article.paragraphs)


def _passage(paragraph: Paragraph) -> model.Block:
    found = _NUMBERED.fullmatch(paragraph.text)
    if found is None:
        return model.Paragraph(model.runs(paragraph.text))
    number, lead, rest = found.groups()
    return model.Heading(2, lead or "", model.runs(rest), number=number)


def annexes(seen: Overview) -> tuple[model.Part, ...]:
    """附表: who sits at the table, in order, and who owes what."""
    return (
        model.Part("成员单位名单", (units_table(seen),), label="附表1"),
        model.Part("职责分工表", (duties_table(seen),), label="附表2"),
    )


UNIT_HEADER, UNIT_WIDTHS = ("序号", "成员单位", "类别", "备注"), (2.0, 8.0, 4.0, 8.0)


def units_table(seen: Overview) -> model.Table:
    """The member units in the charter's order."""
    rows = tuple(
        (str(number), unit.name, label("unit_category", unit.category), _remark(seen, unit))
        for number, unit in enumerate(seen.units, 1)
    )
    return model.Table(UNIT_HEADER, rows, UNIT_WIDTHS)


def _remark(seen: Overview, unit: UnitEntry) -> str:
    lead = "牵头部门" if unit.key in seen.text.leads else ""
    host = f"{body(seen.text.rules)}办公室所在单位" if unit.key == seen.text.office_host else ""
    return "、".join(filter(None, (lead, host)))


DUTY_HEADER, DUTY_WIDTHS = ("代码", "职责", "承担单位"), (3.0, 16.8, 17.0)


def duties_table(seen: Overview) -> model.Table:
    """Each duty with the units that hold it."""
    rows = tuple((duty.code, duty.text, holders_said(seen, duty)) for duty in seen.duties)
    return model.Table(DUTY_HEADER, rows, DUTY_WIDTHS)


def holders_said(seen: Overview, duty: DutyEntry) -> str:
    """The units in the charter's order, each with its grade; those that hold it together say so."""
    held = ((unit, seen.grade(duty, unit)) for unit in seen.units)
    return "、".join(f"{unit.name}（{grade_said(holding)}）" for unit, holding in held if holding)


def grade_said(holding: Holding) -> str:
    """负责, 负责（共同）: as a table says it."""
    return label("grade", holding.grade) + ("，共同" if holding.joint else "")
