"""A booklet in both kinds: parts on pages of their own, cover and contents without numbers, the same words and pages."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from service.documents.booklet_pdf import pages_of
from service.documents.composition import contents_of, picture_size
from service.documents.model import Block, Booklet, Cover, Heading, Paragraph, Part, Picture, Table, runs
from service.documents.picture import as_pdf, as_png
from service.documents.rendering import rendered
from tests.documents.measure import Sheet, opened

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200" viewBox="0 0 400 200">'
    '<rect x="10" y="10" width="380" height="180" fill="none" stroke="#000"/>'
    '<text x="40" y="100" font-size="20" font-family="FandolHei">召集人</text></svg>'
)
PICTURE = Picture(DRAWING, 400, 200, "召集人在最上面", "组织图")
COVER = Cover("测试省发展家庭服务业联席会议", "工作手册", "2026年版", "联席会议办公室", date(2026, 11, 25), "内部资料")
LONG = "贯彻落实国家发展家庭服务业的政策措施。" * 40
TABLE = Table(("序号", "单位"), tuple((str(n), "省人力资源社会保障厅") for n in range(1, 61)))


def first_part(*more: Block) -> Part:
    article = Heading(2, "定期报告工作。", runs("每年两次。"), number="（三）")
    return Part(
        "测试省发展家庭服务业联席会议制度",
        (Paragraph(runs("为加强领导，建立制度。")), Heading(1, "主要职责", number="四、"), article, *more),
        label="附件1",
        inscription="（2026年1月1日起施行）",
    )


def a_charter() -> Booklet:
    return Booklet("制度", "测试省联席会议", date(2026, 1, 1), (first_part(),))


def a_handbook() -> Booklet:
    parts = (
        first_part(Paragraph(runs(LONG))),
        Part("第二部分　组织机构", (Heading(1, "组织图"), PICTURE, Heading(1, "名单"), TABLE)),
        Part("第三部分　宽表", (Table(("甲", "乙"), (("1", "2"),), landscape=True),)),
        Part("第四部分　附录", (Paragraph(runs("完。")),)),
    )
    return Booklet("工作手册", "测试省联席会议", date(2026, 11, 25), parts, cover=COVER, contents=True)


@pytest.fixture(scope="module")
def printed() -> list[Sheet]:
    return opened(rendered(a_handbook(), "pdf"))


@pytest.fixture(scope="module")
def package() -> bytes:
    return rendered(a_handbook(), "docx")


@pytest.fixture(scope="module")
def word(package: bytes) -> Any:
    return docx.Document(io.BytesIO(package))


def bare(text: str) -> str:
    return "".join(text.split())


def test_an_article_keeps_the_number_it_is_cited_by_in_both_kinds() -> None:
    page = bare(opened(rendered(a_charter(), "pdf"))[0].text)
    written = [item.text for item in docx.Document(io.BytesIO(rendered(a_charter(), "docx"))).paragraphs]
    for line in ("四、主要职责", "（三）定期报告工作。每年两次。"):
        assert line in page
        assert line in written


def test_an_annexed_charter_has_its_label_first_its_title_on_the_third_line_and_page_one() -> None:
    lines = opened(rendered(a_charter(), "pdf"))[0].lines()
    texts = ["".join(char.text for char in line) for line in lines]
    assert texts[:3] == ["附件1", "测试省发展家庭服务业联席会议制度", "（2026年1月1日起施行）"]
    label, title = lines[0][0], lines[1][0]
    assert (label.font, title.font, title.size) == ("FandolHei-Regular", "FandolSong-Bold", 22)
    assert title.baseline - label.baseline == pytest.approx(2 * 28.95 / 72 * 25.4, abs=2)
    assert texts[-1] == "—1—"


def test_cover_and_contents_bear_no_number_and_the_text_begins_on_a_right_hand_page_as_page_one(
    printed: list[Sheet],
) -> None:
    assert bare(printed[0].text).startswith("内部资料测试省发展家庭服务业联席会议工作手册2026年版")
    assert bare(printed[0].text).endswith("联席会议办公室2026年11月")
    assert "—" not in printed[0].text + printed[1].text
    assert bare(printed[2].text).endswith("—1—")


def test_the_contents_name_each_part_and_first_heading_with_the_page_it_is_on(printed: list[Sheet]) -> None:
    entries, pages = contents_of(a_handbook()), pages_of(a_handbook())
    assert [entry.text for entry in entries if entry.level == 2] == ["四、主要职责", "一、组织图", "二、名单"]
    told = bare(printed[1].text)
    for entry, page in zip(entries, pages, strict=True):
        assert bare(entry.text) in bare(printed[page + 1].text)
        assert f"{bare(entry.text)}" in told
    assert pages[0] == 1 and pages[-1] == len(printed) - 2


def test_the_word_contents_are_a_field_that_says_the_same_pages(word: Any) -> None:
    lines = [item for item in word.paragraphs if item.style.name.startswith("toc ")]
    entries, pages = contents_of(a_handbook()), pages_of(a_handbook())
    told = ["".join(node.text or "\t" for node in line._p.iter(qn("w:t"), qn("w:tab"))) for line in lines]
    assert told == [f"{entry.text}\t{page}" for entry, page in zip(entries, pages, strict=True)]
    codes = [node.text for line in lines for node in line._p.iter(qn("w:instrText"))]
    assert codes[0].strip() == r'TOC \o "1-2" \h \z \u'
    marks = {node.get(qn("w:name")) for node in word.element.body.iter(qn("w:bookmarkStart"))}
    assert {code.split()[1] for code in codes[1:]} <= marks
    kinds = [node.get(qn("w:fldCharType")) for line in lines for node in line._p.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end") == len(entries) + 1


def test_the_word_text_is_counted_from_one_once_and_only_after_the_front(word: Any) -> None:
    starts = [section._sectPr.find(qn("w:pgNumType")) is not None for section in word.sections]
    assert starts == [False, True, False, False]
    assert [section.footer.is_linked_to_previous for section in word.sections] == [True, False, False, False]


def test_what_stands_after_a_table_and_at_a_sections_end_never_takes_a_page_of_its_own(word: Any) -> None:
    body = list(word.element.body)
    after = [body[place + 1] for place, node in enumerate(body) if node.tag == qn("w:tbl")]
    ends = [node for node in body if node.tag == qn("w:p") and node.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None]
    assert after and ends
    for paragraph in (*after, *ends):
        spacing = paragraph.find(f"{qn('w:pPr')}/{qn('w:spacing')}")
        assert (spacing.get(qn("w:lineRule")), spacing.get(qn("w:line"))) == ("exact", "20")


def test_a_wide_part_is_turned_and_the_next_is_upright(printed: list[Sheet]) -> None:
    wide = [page.width > page.height for page in printed]
    assert wide.count(True) == 1 and wide[-2]


def test_a_picture_fits_the_text_and_is_described(package: bytes, word: Any) -> None:
    width, height = picture_size(PICTURE)
    assert (width, height) == pytest.approx((156 / 25.4 * 72, 78 / 25.4 * 72), abs=0.1)
    (shape,) = word.inline_shapes
    assert (shape.width.pt, shape.height.pt) == pytest.approx((width, height), abs=0.1)
    assert shape._inline.docPr.get("descr") == "召集人在最上面"
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        (image,) = [name for name in files.namelist() if name.startswith("word/media/")]
        assert files.read(image).startswith(b"\x89PNG")


def test_a_tall_picture_stays_within_the_page() -> None:
    width, height = picture_size(Picture("", 100, 1000, ""))
    assert height < 225 / 25.4 * 72 and width == pytest.approx(height / 10, abs=0.01)


def test_a_drawing_prints_by_itself_as_png_and_pdf_with_its_words() -> None:
    assert as_png(DRAWING, (400, 200)).startswith(b"\x89PNG")
    (page,) = opened(as_pdf(DRAWING, (400, 200), 0))
    assert "召集人" in page.text
    assert (page.width, page.height) == pytest.approx((400 / 96 * 25.4, 200 / 96 * 25.4), abs=0.2)


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_the_same_booklet_gives_the_same_bytes_and_hostile_words_stay_words(kind: str) -> None:
    part = Part('#panic("x") <w:t> & $ =1+1', (Paragraph(runs("#import \u202e\x00 𝄞")),), label="*", inscription="_")
    booklet = Booklet("t", "o", date(2026, 1, 1), (part,), contents=True)
    assert rendered(booklet, kind) == rendered(booklet, kind)
    assert rendered(a_charter(), kind) == rendered(a_charter(), kind)


def test_a_booklet_that_begins_with_a_wide_table_begins_turned_in_both() -> None:
    table = Table(("甲", "乙"), (("1", "2"),), landscape=True)
    booklet = Booklet("汇总表", "办公室", date(2026, 9, 18), (Part("汇总表", (table,)),))
    (page,) = opened(rendered(booklet, "pdf"))
    (section,) = docx.Document(io.BytesIO(rendered(booklet, "docx"))).sections
    assert (round(page.width), round(page.height)) == (297, 210)
    assert section.orientation == WD_ORIENT.LANDSCAPE
