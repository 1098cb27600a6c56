"""A document as a file of the kind that was asked for."""

from __future__ import annotations

from service.documents.booklet_docx import render_booklet_docx
from service.documents.booklet_pdf import render_booklet_pdf
from service.documents.docx import render_docx
from service.documents.model import Booklet, OfficialDocument
from service.documents.pdf import render_pdf
from service.documents.proceedings import Proceedings
from service.documents.proceedings_docx import render_proceedings_docx
from service.documents.proceedings_pdf import render_proceedings_pdf

KINDS = ("docx", "pdf")


def rendered(document: Booklet | OfficialDocument | Proceedings, kind: str) -> bytes:
    """The document as DOCX or PDF."""
    if isinstance(document, Booklet):
        return render_booklet_docx(document) if kind == "docx" else render_booklet_pdf(document)
    if isinstance(document, Proceedings):
        return render_proceedings_docx(document) if kind == "docx" else render_proceedings_pdf(document)
    return render_docx(document) if kind == "docx" else render_pdf(document)
