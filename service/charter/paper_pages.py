"""The charter and its division of duties as files: of the version in force, of each other one, and of the draft."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response

from service.charter import queries
from service.charter.desk import Desk, opened, read_at
from service.charter.matrix_sheet import matrix_sheet
from service.charter.paper import charter_booklet, inscription
from service.documents.rendering import rendered
from service.kit.export import download
from service.kit.web import today

papers = Blueprint("papers", __name__)


@read_at(papers, "/document.<any(docx, pdf):kind>")
def document(at: str, kind: str) -> Response:
    """The charter as a document set to GB/T 9704."""
    return document_file(opened(at), kind)


@read_at(papers, "/duties/matrix.xlsx")
def matrix(at: str) -> Response:
    """The division of duties as a sheet to print."""
    return matrix_file(opened(at))


def document_file(desk: Desk, kind: str) -> Response:
    """That version as a download; in Chinese, as it is issued."""
    booklet = charter_booklet(desk.seen, desk.charter, _until(desk), today())
    return download(kind, f"{booklet.title}{_named(desk)}", rendered(booklet, kind))


def matrix_file(desk: Desk) -> Response:
    """That version's matrix as a download."""
    said = f"版本：{desk.charter.version}{inscription(desk.charter, _until(desk))}"
    name = f"{desk.seat.tenant.name}-职责分工矩阵{_named(desk)}"
    return download("xlsx", name, matrix_sheet(desk.seen, said))


def _named(desk: Desk) -> str:
    """Which version, as the file's name says it; a draft says that it is one."""
    mark = "" if desk.charter.effective_from else inscription(desk.charter, None)
    return f"（{desk.charter.version}）{mark}"


def _until(desk: Desk) -> date | None:
    """The day on which the next version took effect, if that day has come."""
    since = desk.charter.effective_from
    later = [row.effective_from for row in queries.settled(desk.seat.session) if row.effective_from]
    return min((day for day in later if since and since < day <= today()), default=None)
