"""Writing a report: draft it on a frozen snapshot, revise its words, sign it once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from service.charter.models import Charter
from service.charter.names import full_name
from service.charter.queries import in_force, lead_units, rule
from service.charter.working_rules import body
from service.documents.rules import require_fit
from service.kit.command import command, note
from service.kit.period import Period
from service.kit.seat import Seat
from service.members.queries import office_holders
from service.notices.telling import of_roles, tell
from service.reports.models import Report, Snapshot
from service.reports.queries import (
    newest_snapshot,
    next_serial,
    numbers_given,
    open_draft,
    picture,
    report,
    snapshot,
)
from service.reports.rules import PARTS, RULE_VERSION, addressees, adopt, check_turn, choose
from service.reports.totals import contributors
from service.reports.writing import write
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
    _tell_signer(seat, row, period, on)
    note(seat, f"report:{row.id}", period=str(period), snapshot=taken.number, sha256=taken.sha256)
    return row


def _tell_signer(seat: Seat, row: Report, period: Period, on: date) -> None:
    """Who signs is told of the draft, and again once it rests on other figures."""
    accounts, key = of_roles(seat.session, ["CV"], on), f"report:{row.id}/draft/{row.snapshot_id}"
    words, place = {"period": period.label}, ("reports.show", {"report_id": str(row.id)})
    tell(seat.session, accounts, kind="report_to_sign", key=key, params=words, place=place, but=seat.account_id)


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
    return {kind: choose(contributors(taken.content), kind) for kind in PARTS}


def _head(seat: Seat, on: date) -> dict[str, str]:
    """Who reports to whom."""
    session, charter = seat.session, in_force(seat.session, on)
    to, others = addressees(rule(session, "report_to", on))
    return {
        "organ": _organ(seat, charter, on),
        "conference": charter.conference_name,
        "subject": "发展家庭服务业",
        "addressee": to,
        "signer": "、".join(_principals(seat, on)[:1]),
        "copy_to": "，".join([*others, f"{body(charter.rules)}各成员单位"]),
        "drafted_on": on.isoformat(),
    }


def _organ(seat: Seat, charter: Charter, on: date) -> str:
    """The lead department issues: a joint conference is no organ, unless its charter lets it issue documents.

    Source: 国办函〔2003〕49号; dossier 0-1.
    """
    if charter.rules["issues_documents"]:
        return full_name(seat.tenant.name, charter.conference_name)
    return "、".join(full_name(seat.tenant.name, unit.name) for unit in lead_units(seat.session, on))


def _principals(seat: Seat, on: date) -> list[str]:
    """The conveners: they head the lead departments and sign. Source: seed 二, 条例第二十二条."""
    return [person.name for person in office_holders(seat.session, "convener", on)]


@command("report.draft")
def revise_report(
    seat: Seat, report_id: UUID, parts: Mapping[str, Sequence[Mapping[str, Any]]], seen: int | None = None
) -> Report:
    """The draft's parts two to four say this; a signed report is never touched.

    Refused: a draft that somebody changed after revision `seen`; a passage too long.
    """
    row = _a_draft(seat, report_id)
    if seen is not None and seen != row.revision:
        raise Conflict(
            "文稿已被他人修改：下面是您填写的内容，请对照现稿后再保存。",
            en="Somebody changed the draft meanwhile: below is what you wrote; compare it, then save again.",
        )
    before, places = row.parts, _places(seat, row)
    said = {
        kind: [adopt(entry, kind, places) for entry in parts.get(kind, []) if entry["text"].strip()] for kind in PARTS
    }
    row.parts = row.parts | said
    note(seat, f"report:{row.id}", before=before, after=row.parts)
    return row


def _places(seat: Seat, row: Report) -> dict[str, Mapping[str, Any]]:
    """The places whose words the report may adopt, by slug."""
    return {place["slug"]: place for place in contributors(snapshot(seat.session, row.snapshot_id).content)}


def _a_draft(seat: Seat, report_id: UUID) -> Report:
    row = report(seat.session, report_id)
    if row.state != "draft":
        raise Conflict(
            "报告已签发，内容锁定；如需更正请另拟更正件。",
            en="The report is signed and locked; a correction is a document of its own.",
        )
    return row


@command("report.sign")
def sign_report(
    seat: Seat, report_id: UUID, document_number: str, signer: str, on: date, gap_reason: str = ""
) -> Report:
    """The report is signed, numbered and dated; from now on it never changes.

    Refused: a number not of the form 机关代字〔年份〕序号号, given before or out of turn; a signer who is not the convener;
    a document that a rule forbids. Source: GB/T 9704 7.2.5, 条例第十五、二十二条, dossier 3.7.
    """
    row = _a_draft(seat, report_id)
    check_turn(document_number, numbers_given(seat.session), gap_reason)
    row.signer = _signer(seat, signer.strip(), on)
    row.state, row.document_number, row.document_date = "signed", document_number, on
    require_fit(write(row, snapshot(seat.session, row.snapshot_id)))
    said = {"gap_reason": gap_reason.strip()} if gap_reason.strip() else {}
    note(seat, f"report:{row.id}", document_number=document_number, signer=row.signer, **said)
    return row


def _signer(seat: Seat, name: str, on: date) -> str:
    """The name of who signs: the convener, where one is in office."""
    conveners = _principals(seat, on)
    if not name:
        raise Refused("报告须有签发人。", en="A report needs a signer.", source="条例第二十二条", field="signer")
    if conveners and name not in conveners:
        raise Refused(
            f"上行文由机关主要负责人签发：签发人应为召集人{'或'.join(conveners)}，现为{name}。",
            en=f"An upward document is signed by the convener, {' or '.join(conveners)}, not by {name}.",
            source="条例第二十二条；制度四(一)",
            field="signer",
        )
    return name
