"""The words of an uploaded notice: a .txt in whatever encoding such files come, or the paragraphs of a .docx. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from tenants.errors import Refused

MOST_BYTES, MOST_UNPACKED, MOST_LETTERS = 2_000_000, 30_000_000, 30_000
ZIPPED = b"PK\x03\x04"


def words_of(data: bytes) -> str:
    """The text of the file. Refused: what is no such file, and what is too long for one notice."""
    if len(data) > MOST_BYTES:
        raise _refused("文件超过 2 MB，请只上传通知正文。", "The file is over 2 MB.")
    return checked(_from_docx(data) if data.startswith(ZIPPED) else _from_text(data))


def checked(text: str) -> str:
    """The text, if there is any and it is no book."""
    if not text.strip():
        raise _refused("请粘贴通知正文，或选择文件。", "Paste the notice or choose a file.")
    if len(text) > MOST_LETTERS:
        raise _refused(f"正文超过{MOST_LETTERS}字，请只保留通知正文。", "The text is too long for one notice.")
    return text


def _refused(message: str, en: str) -> Refused:
    return Refused(message, en=en, field="notice")


def _from_text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _refused("请上传 .docx 或 .txt 文件（.doc、.wps 请先另存为 .docx）。", "Upload a .docx or .txt file.")


def _from_docx(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise _refused("文件过大，请只保留通知正文。", "The file is too large.")
        return "\n".join(_lines(data))
    except Refused:
        raise
    except Exception:  # a broken or hostile file raises whatever it likes
        raise _refused("文件不是可以读取的 Word 文档，请另存为 .docx 后上传。", "The file is no .docx.") from None


def _lines(data: bytes) -> Iterator[str]:
    """The paragraphs in order; a row of a table reads as one, its first cell before a colon."""
    for block in Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table):
            for row in block.rows:
                yield "：".join(dict.fromkeys(cell.text.replace("\n", "") for cell in row.cells))
