"""A file is kept whole within the caller's command, and served so that no browser runs it."""

import hashlib
import io
from urllib.parse import quote
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import InvalidRequestError, ProgrammingError
from werkzeug.datastructures import FileStorage

from service.files.keeping import store, stored
from service.files.models import StoredFile
from service.files.web import read, served, uploaded
from tenants.errors import Missing, Refused
from tests.factories import a_seat, a_tenant
from tests.files.samples import PDF


@pytest.fixture
def seat(engine):
    return a_seat(engine, a_tenant(engine), "OS")


def test_a_file_is_kept_with_its_hash_and_its_bytes_are_read_only_where_asked_for(seat):
    file_id = store(seat, "第1次会议/议题.pdf", PDF).id
    seat.session.commit()
    seat.session.expunge_all()
    row = seat.session.scalars(select(StoredFile)).one()
    assert (row.name, row.size, row.sha256) == ("议题.pdf", len(PDF), hashlib.sha256(PDF).hexdigest())
    assert (row.uploaded_by, row.uploaded_by_id) == (seat.name, seat.account_id)
    with pytest.raises(InvalidRequestError):
        _ = row.content
    assert stored(seat.session, file_id).content == PDF


def test_the_wall_guards_the_bytes_too(engine, seat):
    file_id = store(seat, "议题.pdf", PDF).id
    seat.session.commit()
    neighbour = a_seat(engine, a_tenant(engine), "OS")
    for unknown in (file_id, uuid4()):
        with pytest.raises(Missing):
            stored(neighbour.session, unknown)
    assert stored(seat.session, file_id).content == PDF


def test_what_was_kept_is_never_changed(seat):
    store(seat, "议题.pdf", PDF)
    seat.session.commit()
    for statement in (update(StoredFile).values(content=b"other"), delete(StoredFile)):
        with pytest.raises(ProgrammingError, match="permission denied"):
            seat.session.execute(statement)
        seat.session.rollback()


def test_a_file_is_served_as_a_download_under_its_chinese_name(app: Flask, seat):
    row = store(seat, "征求意见稿 “一”;.txt", b"<script>alert(1)</script>")
    with app.test_request_context():
        answer = app.process_response(served(stored(seat.session, row.id)))
    disposition = answer.headers["Content-Disposition"]
    assert disposition == f"attachment; filename*=UTF-8''{quote('征求意见稿 “一”;.txt', safe='')}"
    assert disposition.isascii()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.get_data() == b"<script>alert(1)</script>"


def test_a_form_without_a_file_or_with_one_too_large_is_told_so_at_its_field(app: Flask, settings):
    with app.test_request_context(method="POST", data={}), pytest.raises(Refused, match="请选择") as refused:
        uploaded()
    assert refused.value.field == "file"
    whole = FileStorage(io.BytesIO(bytes(settings.max_upload_bytes + 1)), "大.pdf")
    with app.test_request_context(), pytest.raises(Refused, match="文件最大20 MB"):
        read(whole)
    assert app.config["MAX_CONTENT_LENGTH"] > app.config["MAX_FILE_BYTES"] == settings.max_upload_bytes


def test_a_program_that_sends_names_in_gbk_is_told_so(app: Flask):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="'
        + "议题.pdf".encode("gbk")
        + b'"\r\nContent-Type: application/pdf\r\n\r\n'
        + PDF
        + b"\r\n--x--\r\n"
    )
    sent = {"method": "POST", "data": body, "content_type": "multipart/form-data; boundary=x"}
    with app.test_request_context(**sent), pytest.raises(Refused, match="UTF-8"):
        uploaded()
    sent["data"] = body.replace("议题".encode("gbk"), "议题".encode())
    with app.test_request_context(**sent):
        assert uploaded().filename == "议题.pdf"
