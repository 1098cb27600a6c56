"""Keeping a file, and getting it back: steps of other rooms' commands and routes, whose policy they stand under."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from service.files.models import StoredFile
from service.files.rules import accepted
from service.kit.seat import Seat
from tenants.errors import Missing


@dataclass(frozen=True)
class Upload:
    """A file as a form or a program sent it; its size was checked where it was read."""

    filename: str
    content: bytes


def store(seat: Seat, filename: str, content: bytes) -> StoredFile:
    """The file is kept, within the caller's command. Refused: what no official paper is (rules.accepted)."""
    kept = accepted(filename, content)
    row = StoredFile(
        name=kept.name,
        media_type=kept.media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=seat.name,
        uploaded_by_id=seat.account_id,
        content=content,
    )
    seat.session.add(row)
    seat.session.flush()
    return row


def stored(session: Session, file_id: UUID) -> StoredFile:
    """The file of that id with its bytes, for whom the caller lets read it."""
    query = select(StoredFile).where(StoredFile.id == file_id).options(undefer(StoredFile.content))
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise Missing()
    return row
