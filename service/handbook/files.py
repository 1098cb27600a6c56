"""The handbook as a file."""

from __future__ import annotations

from flask import Response

from service.charter.overview import overview
from service.documents.rendering import rendered
from service.handbook.queries import Material
from service.handbook.writing import Handbook
from service.kit.export import download


def handbook_of(material: Material, *, numbers: bool = False) -> Handbook:
    """The material, ready to be written."""
    return Handbook(material, overview(material.tenant, material.charter.text), numbers)


def handbook_file(material: Material, kind: str, *, numbers: bool = False) -> Response:
    """The handbook as a download; one with whole numbers says so in its name."""
    booklet = handbook_of(material, numbers=numbers).booklet
    whole = "（含完整号码）" if numbers else ""
    return download(kind, f"{booklet.title}-{material.on.isoformat()}{whole}", rendered(booklet, kind))
