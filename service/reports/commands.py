"""Writing a report: draft it on a frozen snapshot, revise its words, sign it once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from service.charter.queries import in_force, lead_units, rule
from service.documents.rules import check_document_number
from service.kit.command import command, note
from service.kit.period import Period
from service.kit.seat import Seat
from service.reports.models import Report, Snapshot
from service.reports.queries import newest_snapshot, next_serial, number_taken, open_draft, picture, report
from service.reports.rules import PARTS, RULE_VERSION, choose, full_name
from tenants.audit import digest
from tenants.errors import Conflict, Refused


@command("report.draft")
def draft_report(seat: Seat, period: Period, on: date) -> Report:
    """The period has a draft resting on a snapshot of what is published now; an open draft moves to it.

    Refused: a period that is not over. Source: seed 四(一); dossier 1.4 R1 (snapshot number and cut-off).
    """
    if not period.closed(on):
        raise Refused(
            f"{period.label}要到{period.end.isoformat()}结束后才能起草报告。",
            en=f"{period} ends on {period.end}; its report can be drafted after that day.",
            source="制度四(一)",
            field="period",
        )
    taken = _take_snapshot(seat, period)
    row = open_draft(seat.session, str(period)) or Report(period=str(period), parts=_first_parts(taken))
    row.snapshot_id = taken.id
    row.parts = row.parts | {"head": _head(seat, on)}
    seat.session.add(row)
    seat.session.flush()
    note(seat, f"report:{row.id}", period=str(period), snapshot=taken.number, sha256=taken.sha256)
    return row


def _take_snapshot(seat: Seat, period: Period) -> Snapshot:
    """The newest snapshot if it still shows what is published, else the next one."""
    content = picture(seat.session, seat.tenant, period)
    latest = newest_snapshot(seat.session, str(period))
    if latest is not None and latest.content == content:
        return latest
    serial = next_serial(seat.session, period)
    taken = Snapshot(
        number=f"S-{period}-{serial:03d}",
        period=str(period),
        serial=serial,
        cutoff=period.end,
        rules=RULE_VERSION,
        content=content,
        sha256=digest({"rules": RULE_VERSION, "period": str(period), "content": content}),
        taken_by=seat.name,
    )
    seat.session.add(taken)
    seat.session.flush()
    return taken


def _first_parts(taken: Snapshot) -> dict[str, Any]:
    return {kind: choose(taken.content["participants"], kind) for kind in PARTS}


def _head(seat: Seat, on: date) -> dict[str, str]:
    """Who reports to whom. The lead department issues: a joint conference is no organ. Source: 国办函〔2003〕49号."""
    session = seat.session
    to = rule(session, "report_to", on)
    return {
        "organ": "、".join(full_name(seat.tenant.name, unit.name) for unit in lead_units(session, on)),
        "conference": in_force(session, on).conference_name,
        "subject": "发展家庭服务业",
        "addressee": to.replace("政府", "人民政府") if to in ("省政府", "市政府", "县政府") else to,
        "signer": "",
        "copy_to": "联席会议各成员单位",
    }


@command("report.draft")
def revise_report(seat: Seat, report_id: UUID, parts: Mapping[str, Sequence[Mapping[str, Any]]]) -> Report:
    """The draft's parts two to four say this; a signed report is never touched."""
    row = _a_draft(seat, report_id)
    before = row.parts
    said = {kind: [_item(entry) for entry in parts.get(kind, []) if entry["text"].strip()] for kind in PARTS}
    row.parts = row.parts | said
    note(seat, f"report:{row.id}", before=before, after=row.parts)
    return row


def _item(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A passage; `edited` once a person has changed what the place wrote."""
    return {
        "source": entry.get("source") or "",
        "slug": entry.get("slug") or "",
        "revision": entry.get("revision"),
        "text": entry["text"].strip(),
        "edited": bool(entry.get("edited")),
    }


def _a_draft(seat: Seat, report_id: UUID) -> Report:
    row = report(seat.session, report_id)
    if row.state != "draft":
        raise Conflict(
            "报告已签发，内容锁定；如需更正请另拟更正件。",
            en="The report is signed and locked; a correction is a document of its own.",
        )
    return row


@command("report.sign")
def sign_report(seat: Seat, report_id: UUID, document_number: str, signer: str, on: date) -> Report:
    """The report is signed, numbered and dated; from now on it never changes.

    Refused: a number not of the form 机关代字〔年份〕序号号; no signer. Source: GB/T 9704 7.2.5, 条例第二十二条.
    """
    row = _a_draft(seat, report_id)
    check_document_number(document_number)
    if number_taken(seat.session, document_number):
        raise Conflict(
            f"发文字号{document_number}已用于另一份报告，请核对顺序号。",
            en=f"The number {document_number} belongs to another report.",
            source="发文字号唯一（GB/T 9704 7.2.5）",
            field="document_number",
        )
    if not signer.strip():
        raise Refused("报告须有签发人。", en="A report needs a signer.", source="条例第二十二条", field="signer")
    row.state, row.document_number = "signed", document_number
    row.signer, row.document_date = signer.strip(), on
    note(seat, f"report:{row.id}", document_number=document_number, signer=row.signer)
    return row
