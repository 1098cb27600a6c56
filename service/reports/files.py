"""A report as a file."""

from __future__ import annotations

from collections.abc import Callable

from service.documents.docx import render_docx
from service.documents.model import OfficialDocument
from service.documents.pdf import render_pdf

RENDER: dict[str, Callable[[OfficialDocument], bytes]] = {"docx": render_docx, "pdf": render_pdf}
