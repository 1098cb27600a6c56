"""What may be kept as a file: its kind by what it begins with, its name, its size, what an office archive may unfold to."""

from __future__ import annotations

import io
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tenants.errors import Refused

FIELD = "file"
MOST_NAME = 120  # characters
MOST_PARTS = 5_000
MOST_UNFOLDED = 200 * 1024 * 1024
CHUNK = 1024 * 1024
OFFICE_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # Source: ECMA-376 Part 2, 10.2.2 (no other in a package)

_OFFICE = "application/vnd.openxmlformats-officedocument."
# The part that makes an office archive what it is.
OFFICE: Mapping[str, tuple[str, str]] = {
    "docx": (f"{_OFFICE}wordprocessingml.document", "word/document.xml"),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", "xl/workbook.xml"),
    "pptx": (f"{_OFFICE}presentationml.presentation", "ppt/presentation.xml"),
}
MAGIC: Mapping[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
}
TEXT = "txt"
SAME = {"jpeg": "jpg"}
EXTENSIONS = ("pdf", "docx", "xlsx", "pptx", "png", "jpg", "jpeg", "txt")
ACCEPT = ",".join(f".{extension}" for extension in EXTENSIONS)
# Marks that turn the direction of text: a name that hides its ending is no name.
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_UNREADABLE = "\ufffd"  # what bytes that are not UTF-8 arrive as
_LAYOUT = frozenset("\t\n\r\f")


@dataclass(frozen=True)
class Kept:
    """A file as it may be kept: its own name, and what it is."""

    name: str
    media_type: str


def accepted(filename: str, content: bytes) -> Kept:
    """What the bytes are, under a harmless name. Refused: any other kind, or one that its ending belies."""
    name = harmless_name(filename)
    if not content:
        raise _refused("文件是空的，请核对后重新选择。", "The file is empty.")
    return Kept(name, _READERS[_kind_of(name)](content))


def harmless_name(filename: str) -> str:
    """The last part of the path without what cannot be seen; never a path, never a hidden file."""
    last = unicodedata.normalize("NFC", filename).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in last if letter.isprintable() and letter not in _TURNING).strip(" .")
    if _UNREADABLE in name:
        raise _refused("文件名无法识别，请改名后再上传。", "The name of the file is not readable; rename it.")
    if len(name) > MOST_NAME:
        raise _refused(f"文件名最长{MOST_NAME}个字符，请改短后再上传。", "The name of the file is too long.")
    return name


def check_size(size: int, most: int) -> None:
    """No file is larger than the installation lets it be."""
    if size > most:
        raise _refused(
            f"文件最大{most // 1024 // 1024} MB，请压缩后再上传。", f"A file has at most {most // 1024 // 1024} MB."
        )


def _refused(message: str, en: str) -> Refused:
    return Refused(message, en=en, field=FIELD, source="附件上传规则")


def _kind_of(name: str) -> str:
    stem, _dot, extension = name.rpartition(".")
    extension = extension.lower()
    if not stem or extension not in EXTENSIONS:
        raise _refused(
            "只能上传 PDF、Word（docx）、Excel（xlsx）、PPT（pptx）、PNG、JPEG 和 TXT 文件。",
            "Only PDF, DOCX, XLSX, PPTX, PNG, JPEG and TXT files are taken.",
        )
    return SAME.get(extension, extension)


def _belied(kind: str) -> Refused:
    return _refused(
        f"文件内容与扩展名“{kind}”不符，请用原软件另存后再上传。", f"The content of the file is not that of a .{kind}."
    )


def _begins(kind: str) -> Callable[[bytes], str]:
    media_type, magic = MAGIC[kind]

    def read(content: bytes) -> str:
        if not content.startswith(magic):
            raise _belied(kind)
        return media_type

    return read


def _holds(kind: str) -> Callable[[bytes], str]:
    media_type, part = OFFICE[kind]

    def read(content: bytes) -> str:
        names = _unfolded(content, kind)
        if not {"[Content_Types].xml", part} <= names:
            raise _belied(kind)
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise _refused("文件含有宏，请另存为不含宏的文件再上传。", "The file holds macros; save it without.")
        return media_type

    return read


def _unfolded(content: bytes, kind: str) -> set[str]:
    """The names of the archive's parts, every one read to its end within bounds; a broken or hostile one is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if any(part.compress_type not in OFFICE_METHODS for part in parts):
                raise _belied(kind)
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNFOLDED:
                raise _refused("文件展开后过大，请精简后再上传。", "The file unfolds to too much.")
            for part in parts:
                _read_through(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError):
        raise _belied(kind) from None
    return {part.filename for part in parts}


def _read_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """The part is as long as it says, and sound: its checksum holds."""
    with archive.open(part) as stream:
        while stream.read(CHUNK):
            pass


def _text(content: bytes) -> str:
    for charset in ("utf-8", "gb18030"):
        try:
            words = content.decode(charset)
        except UnicodeDecodeError:
            continue
        if all(letter in _LAYOUT or ord(letter) >= 32 for letter in words):
            return f"text/plain; charset={charset}"
    raise _belied(TEXT)


_READERS: Mapping[str, Callable[[bytes], str]] = {
    **{kind: _begins(kind) for kind in MAGIC},
    **{kind: _holds(kind) for kind in OFFICE},
    TEXT: _text,
}
