"""The report as an official document, written from its snapshot and its parts alone.

The same report always gives the same document: nothing here reads the database or the clock.
Source: seed 四(一), dossier 5.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from service.documents.model import Block, DataNote, Genre, Heading, OfficialDocument, Paragraph, runs
from service.kit.period import Period
from service.reports.models import Report, Snapshot
from service.reports.rules import PARTS, TITLES
from service.reports.sentences import part_one
from service.reports.tables import attachments
from service.reports.totals import ROUNDED, rounding_differs


def write(report: Report, snapshot: Snapshot) -> OfficialDocument:
    """The document of a draft or a signed report."""
    period, head = Period.parse(report.period), report.parts["head"]
    return OfficialDocument(
        genre=Genre.REPORT,
        issuing_organ=head["organ"],
        title=f"{head['organ']}关于{period.label}{head['subject']}工作情况的报告",
        addressee=head["addressee"],
        blocks=(
            _opening(head, period),
            Heading(1, TITLES["work"]),
            *part_one(snapshot),
            *(block for kind in PARTS for block in _words(report, kind)),
            Paragraph(runs("特此报告。")),
        ),
        document_date=_day_of(report, snapshot),
        document_number=report.document_number,
        signer=report.signer or head["signer"],
        attachments=attachments(snapshot),
        copy_to=head["copy_to"],
        printed_by=head["organ"],
        printed_on=_day_of(report, snapshot),
        data_note=_data_note(snapshot),
    )


def _day_of(report: Report, snapshot: Snapshot) -> date:
    """成文日期: the day of signing; a draft bears the day it was drafted. Source: GB/T 9704 7.3.5.4."""
    drafted = report.parts["head"].get("drafted_on")
    return report.document_date or (date.fromisoformat(drafted) if drafted else snapshot.cutoff)


def _data_note(snapshot: Snapshot) -> DataNote:
    content = snapshot.content
    sealed = f"口径版本{snapshot.rules}；快照校验值{snapshot.sha256[:16]}。"
    return DataNote(
        cutoff=snapshot.cutoff,
        due=content["expected"] or 1,
        reported=content["reported"] if content["expected"] else int(bool(content["holder"]["own"])),
        snapshot=snapshot.number,
        counter="个地区",
        absent=tuple(place["name"] for place in content["silent"]),
        remarks=(sealed, ROUNDED) if rounding_differs(content) else (sealed,),
    )


def _opening(head: Mapping[str, Any], period: Period) -> Block:
    return Paragraph(runs(f"按照{head['conference']}制度要求，现将{period.label}{head['subject']}有关情况报告如下："))


def _words(report: Report, kind: str) -> list[Block]:
    blocks: list[Block] = [Heading(1, TITLES[kind])]
    for item in report.parts.get(kind, []):
        said_by = f"（{item['source']}）" if item.get("source") else ""
        blocks += [Paragraph(runs(f"{line}{said_by}")) for line in item["text"].splitlines() if line.strip()]
    if len(blocks) == 1:
        blocks.append(Paragraph(runs("本期无。")))
    return blocks
