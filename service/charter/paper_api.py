"""The charter's documents, for programs: the charter as DOCX or PDF, the division of duties as data or XLSX."""

from __future__ import annotations

from typing import Any

from service.charter import paper_schemas as schemas
from service.charter.desk import opened
from service.charter.paper_pages import document_file, matrix_file
from service.charter.reading_api import api


@api.get("/charter/document")
@api.arguments(schemas.DocumentQuery, location="query")
@api.response(200)
def document(query: dict[str, Any]) -> Any:
    """The charter as a document set to GB/T 9704: the version in force, another one by its id, or the draft."""
    return document_file(opened(query["at"]), query["format"])


@api.get("/charter/matrix")
@api.arguments(schemas.MatrixQuery, location="query")
@api.response(200, schemas.MatrixOut)
def matrix(query: dict[str, Any]) -> Any:
    """Units across, duties down, the grade in the cell: as data, or as a sheet to print."""
    desk = opened(query["at"])
    if query["format"] == "xlsx":
        return matrix_file(desk)
    seen = desk.seen
    return {
        "units": [{"key": unit.key, "name": unit.name} for unit in seen.units],
        "duties": [{"code": duty.code, "text": duty.text, "holders": duty.holders} for duty in seen.duties],
    }
