"""What may be kept as a file, and what is refused whatever it calls itself."""

import io
import zipfile
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.files import rules
from service.files.rules import accepted, check_size, harmless_name
from tenants.errors import Refused
from tests.files.samples import PDF, PNG, an_archive, an_office_file

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("议题.pdf", PDF, "application/pdf"),
        ("表.XLSX", an_office_file("xlsx"), rules.OFFICE["xlsx"][0]),
        ("稿.docx", an_office_file("docx"), WORD),
        ("片.pptx", an_office_file("pptx"), rules.OFFICE["pptx"][0]),
        ("图.png", PNG, "image/png"),
        ("照片.jpeg", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        ("说明.txt", "会议\r\n材料".encode(), "text/plain; charset=utf-8"),
        ("说明.txt", "会议材料".encode("gb18030"), "text/plain; charset=gb18030"),
    ],
)
def test_a_file_of_a_known_kind_is_taken_by_what_it_begins_with(name, content, media_type):
    assert accepted(name, content).media_type == media_type


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("议题.pdf", b"<html><script>alert(1)</script>"),
        ("议题.png", PDF),
        ("议题.docx", PDF),
        ("议题.docx", an_office_file("xlsx")),
        ("议题.xlsx", an_archive({"readme.txt": b"x"})),
        ("议题.docx", an_office_file("docx")[:-30]),
        ("议题.jpg", b"\x89PNG\r\n\x1a\n"),
        ("议题.txt", b"MZ\x00\x00program"),
        ("议题.txt", b"\xff\xfe\xfd"),
    ],
)
def test_a_file_whose_content_belies_its_ending_is_refused(name, content):
    with pytest.raises(Refused, match="与扩展名") as refused:
        accepted(name, content)
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    "name", ["run.exe", "page.html", "draw.svg", "old.doc", "议题", ".pdf", "a.pdf.exe", "macro.docm"]
)
def test_a_file_of_another_kind_is_refused_with_the_kinds_that_are_taken(name):
    with pytest.raises(Refused, match="只能上传 PDF"):
        accepted(name, PDF)


def test_an_empty_file_is_refused():
    with pytest.raises(Refused, match="文件是空的"):
        accepted("议题.pdf", b"")


def test_an_archive_that_unfolds_to_too_much_is_refused_before_it_unfolds():
    bomb = an_office_file("docx", {"word/media/zeros.bin": bytes(rules.MOST_UNFOLDED + 1)})
    assert len(bomb) < 1_000_000
    with pytest.raises(Refused, match="展开后过大"):
        accepted("议题.docx", bomb)


def test_an_archive_of_too_many_parts_is_refused():
    many = {f"word/{n}": b"" for n in range(rules.MOST_PARTS)}
    with pytest.raises(Refused, match="展开后过大"):
        accepted("议题.docx", an_office_file("docx", many))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_packed_as_no_office_program_does_is_refused_before_it_unfolds(method):
    """A damaged one of these breaks in ways of its own, and a sound one may ask for any amount of memory."""
    packed = an_archive({"[Content_Types].xml": b"x", "word/document.xml": b"x" * 1000}, method)
    with pytest.raises(Refused, match="不符"):
        accepted("办法.docx", packed)
    assert accepted("办法.docx", an_archive({"[Content_Types].xml": b"x", "word/document.xml": b"x" * 1000}))


def test_an_archive_that_lies_about_a_parts_length_is_refused():
    """The directory says 4 bytes; the part unfolds to a million."""
    whole = bytearray(an_office_file("docx", {"word/lies.bin": bytes(1_000_000)}))
    at = whole.rindex(b"word/lies.bin") - 46  # its entry in the directory
    whole[at + 24 : at + 28] = (4).to_bytes(4, "little")
    assert next(p for p in zipfile.ZipFile(io.BytesIO(whole)).infolist() if "lies" in p.filename).file_size == 4
    with pytest.raises(Refused, match="与扩展名"):
        accepted("议题.docx", bytes(whole))


def test_an_archive_under_a_password_or_with_macros_is_refused():
    locked = bytearray(an_office_file("docx"))
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1  # encrypted
    with pytest.raises(Refused, match="与扩展名"):
        accepted("议题.docx", bytes(locked))
    with pytest.raises(Refused, match="含有宏"):
        accepted("议题.docx", an_office_file("docx", {"word/vbaProject.bin": b"x"}))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\用户\\桌面\\议题.pdf", "议题.pdf"),
        ("..\\..\\议题.pdf", "议题.pdf"),
        ("议\r\n题\x00.pdf", "议题.pdf"),
        ("fdp\u202efdp.exe.pdf", "fdpfdp.exe.pdf"),
        (" .议题.pdf. ", "议题.pdf"),
        ("e\u0301.pdf", "é.pdf"),
    ],
)
def test_a_name_is_no_path_and_hides_nothing(sent, kept):
    assert harmless_name(sent) == kept


def test_a_name_that_is_too_long_or_not_readable_is_refused():
    assert accepted("长" * (rules.MOST_NAME - 4) + ".pdf", PDF)
    with pytest.raises(Refused, match="文件名最长120个字符"):
        accepted("长" * rules.MOST_NAME + ".pdf", PDF)
    with pytest.raises(Refused, match="文件名无法识别"):
        accepted("议题".encode("gbk").decode("utf-8", "replace") + ".pdf", PDF)


def test_a_name_in_another_coding_that_was_declared_is_read():
    assert harmless_name(unquote("%D2%E9%CC%E2.pdf", "gbk")) == "议题.pdf"


@given(st.text(max_size=60), st.binary(max_size=200))
def test_whatever_is_sent_is_taken_or_refused_and_never_breaks(name, content):
    for ending in ("", ".pdf", ".docx", ".txt"):
        try:
            kept = accepted(name + ending, content)
        except Refused:
            continue
        assert "/" not in kept.name and "\\" not in kept.name and kept.name.isprintable()


def test_the_largest_file_is_taken_and_one_byte_more_is_not():
    check_size(20 * 1024 * 1024, 20 * 1024 * 1024)
    with pytest.raises(Refused, match="文件最大20 MB"):
        check_size(20 * 1024 * 1024 + 1, 20 * 1024 * 1024)
