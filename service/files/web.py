"""A file on its way through the web: read from a form within bounds, and served so that no browser runs it.

    {% from "kit/uploads.html" import upload %}        {{ upload(errors) }} with the line on what is not sent here
    upload = uploaded()                       a route; refused at the field if none was chosen or it is too large
    row = commands.add_paper(seat, item_id, upload)       the command calls keeping.store(seat, upload.filename, upload.content)
    return served(stored(seat.session, file_id))          after the route has made sure that this seat may read it

In the API: `@api.arguments(UploadIn, location="files")`, the body being multipart/form-data.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response, current_app, request
from flask_smorest.fields import Upload as UploadField
from marshmallow import Schema
from werkzeug.datastructures import FileStorage

from service.files.keeping import Upload
from service.files.models import StoredFile
from service.files.rules import ACCEPT, FIELD, check_size
from tenants.errors import Refused


class UploadIn(Schema):
    """One file."""

    file = UploadField(
        required=True, metadata={"description": "pdf, docx, xlsx, pptx, png, jpg or txt; nothing classified"}
    )


def install(app: Flask) -> None:
    """Templates know which files may be chosen, and how large they may be."""
    app.jinja_env.globals.update(upload_accept=ACCEPT, upload_most=_most)


def _most() -> int:
    """How many MB a file may have here."""
    most: int = current_app.config["MAX_FILE_BYTES"]
    return most // 1024 // 1024


def uploaded(field: str = FIELD) -> Upload:
    """The file that the request brought."""
    found = request.files.get(field)
    if found is None or not found.filename:
        raise Refused(
            "请选择要上传的文件。程序上传的，文件名须为 UTF-8 编码。",
            en="Choose a file; a program sends its name in UTF-8.",
            field=field,
        )
    return read(found)


def uploaded_if_any(field: str = FIELD) -> Upload | None:
    """The file that the request brought, where it need not bring one."""
    found = request.files.get(field)
    return read(found) if found and found.filename else None


def read(found: FileStorage) -> Upload:
    """Its name and its bytes, none beyond what a file may have."""
    most: int = current_app.config["MAX_FILE_BYTES"]
    content = found.stream.read(most + 1)
    check_size(len(content), most)
    return Upload(found.filename or "", content)


def served(row: StoredFile) -> Response:
    """The file as a download under its Chinese name: never shown in a page of ours, never taken for another kind."""
    response = Response(row.content, content_type=row.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.name, safe='')}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
