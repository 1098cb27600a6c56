"""Small files of each kind, made by hand: as much of them as makes them what they are."""

import io
import zipfile

from service.files.rules import OFFICE

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def an_archive(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def an_office_file(kind: str, more: dict[str, bytes] | None = None) -> bytes:
    return an_archive({"[Content_Types].xml": b"<Types/>", OFFICE[kind][1]: b"<x/>"} | (more or {}))
