"""What an official document may not say or leave out: findings with their source, nothing is changed here.

A refusal stops the signing, a warning is shown and let pass. `corrected_number` and `corrected_dates` put the form
of a text right.
Source: dossier §3.7; 党政机关公文处理工作条例（中办发〔2012〕14号）; GB/T 9704—2012.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from service.documents.composition import figures_of, first_page_room, passages
from service.documents.model import Genre, OfficialDocument
from tenants.errors import Refused

REGULATION = "《党政机关公文处理工作条例》"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wrong: a sentence to act on, the same in English, and the rule it rests on."""

    kind: Literal["refusal", "warning"]
    code: str
    message: str
    message_en: str
    source: str


def _refusal(code: str, message: str, message_en: str, source: str) -> Finding:
    return Finding("refusal", code, message, message_en, source)


def _warning(code: str, message: str, message_en: str, source: str) -> Finding:
    return Finding("warning", code, message, message_en, source)


def review(
    document: OfficialDocument, *, principal: str | None = None, subordinates: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Everything found, refusals first. `principal` heads the lead department, `subordinates` are the places below."""
    found = (
        *check_number(document.document_number),
        *check_signer(document, principal),
        *check_single_addressee(document),
        *check_data_note(document),
        *check_no_request(document),
        *check_no_order_to_governments(document),
        *check_copy_to(document, subordinates),
        *check_title(document),
        *check_dates(document),
        *check_first_page(document),
        *check_contact(document),
    )
    return tuple(sorted(found, key=lambda finding: finding.kind != "refusal"))


def require_fit(
    document: OfficialDocument, *, principal: str | None = None, subordinates: Collection[str] = ()
) -> tuple[Finding, ...]:
    """The warnings of a document that may be signed. Raises Refused with the first refusal."""
    found = review(document, principal=principal, subordinates=subordinates)
    if found and found[0].kind == "refusal":
        raise Refused(found[0].message, en=found[0].message_en, source=found[0].source)
    return found


# ── 发文字号 ─────────────────────────────────────────────────────────────────────────────────────────────────────

NUMBER = re.compile(r"[\u4e00-\u9fa5]{2,12}〔20\d{2}〕[1-9]\d*号")
_BRACKETED_YEAR = re.compile(r"[\[［(（【〔{]\s*(20\d{2})\s*[\]］)）】〕}]")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def check_number(number: str | None) -> Iterator[Finding]:
    """Refused unless it reads 代字〔年份〕序号号; none yet is a warning: numbering follows signing. Source: 7.2.5."""
    source = "GB/T 9704—2012 7.2.5"
    if number is None:
        yield _warning("number.missing", "尚未编发文字号，印发前请编号。", "The document has no number yet.", source)
    elif not NUMBER.fullmatch(number):
        yield _refusal(
            "number.form",
            f"发文字号“{number}”不合规范，应为“{corrected_number(number)}”一类：年份用六角括号，序号不加“第”、不编虚位。",
            "A document number reads code〔year〕serial号, without 第 and without leading zeros.",
            source,
        )


def check_document_number(number: str) -> None:
    """The number reads 代字〔年份〕序号号. Raises Refused with the number put right."""
    for finding in check_number(number):
        raise Refused(finding.message, en=finding.message_en, source=finding.source, field="document_number")


def corrected_number(number: str) -> str:
    """The number with hexagonal brackets, no 第, no leading zero; only its form is put right."""
    plain = re.sub(r"\s+", "", number.translate(_FULL_WIDTH))
    bracketed = _BRACKETED_YEAR.sub(r"〔\1〕", plain)
    return re.sub(r"〕第?0*(\d+)号?$", r"〕\1号", bracketed)


# ── 签发人、主送、抄送 ────────────────────────────────────────────────────────────────────────────────────────────


def check_signer(document: OfficialDocument, principal: str | None) -> Iterator[Finding]:
    """An upward document names its signer, who heads the lead department. Source: 条例第九条(六)、第二十二条."""
    if not document.genre.upward:
        return
    source = f"{REGULATION}第九条(六)、第二十二条"
    if not document.signer:
        yield _refusal(
            "signer.missing",
            f"{document.genre}是上行文，须标注签发人。",
            "An upward document names its signer.",
            source,
        )
    elif principal and document.signer != principal:
        message = f"上行文由机关主要负责人签发：签发人应为{principal}，现为{document.signer}。"
        yield _refusal("signer.principal", message, "An upward document is signed by the head of its organ.", source)


def check_single_addressee(document: OfficialDocument) -> Iterator[Finding]:
    """A report or request goes to one superior organ. Source: 条例第十五条(一)."""
    names = [name for name in re.split(r"[、，,；;\s]+", document.addressee.strip().rstrip("：:")) if name]
    if document.genre.upward and len(names) != 1:
        message = f"{document.genre}原则上主送一个上级机关，现为{len(names)}个；其他机关请用抄送。"
        yield _refusal(
            "addressee.single", message, "An upward document has one addressee.", f"{REGULATION}第十五条(一)"
        )


def check_copy_to(document: OfficialDocument, subordinates: Collection[str]) -> Iterator[Finding]:
    """An upward document is not copied to subordinate organs. Source: 条例第十五条(一)."""
    named = [name for name in ("各市", "各县", "各区", "各地", *subordinates) if name and name in document.copy_to]
    if document.genre.upward and named:
        message = f"上行文不得抄送下级机关，抄送栏含“{'、'.join(named)}”，请删去。"
        yield _warning(
            "copy_to.subordinate", message, "An upward document is not copied downwards.", f"{REGULATION}第十五条(一)"
        )


def check_no_order_to_governments(document: OfficialDocument) -> Iterator[Finding]:
    """A department instructs no government below without its own government's leave. Source: 条例第十六条(二)."""
    downward = document.genre in (Genre.CIRCULAR, Genre.NOTICE)
    from_department = not re.search(r"(人民政府|政府办公厅|政府办公室)$", document.issuing_organ)
    with_leave = any(
        re.search(r"经[^，。；]{0,16}(政府|党委|省委|市委|县委)[^，。；]{0,4}同意", text) for text in passages(document)
    )
    if downward and from_department and "人民政府" in document.addressee and not with_leave:
        yield _warning(
            "addressee.government",
            "部门不得向下级政府发布指令性公文：请改主送联席会议（牵头部门），或在正文注明“经×政府同意”。",
            "A department may not instruct a government below without stating its own government's consent.",
            f"{REGULATION}第十六条(二)",
        )


# ── 正文 ──────────────────────────────────────────────────────────────────────────────────────────────────────

REQUESTS = re.compile(r"请(?:予)?(?:批示|批复|审批|批准)|[妥当]否")


def check_no_request(document: OfficialDocument) -> Iterator[Finding]:
    """A report carries no request. Source: 条例第十五条(四)."""
    if document.genre is not Genre.REPORT:
        return
    met = dict.fromkeys(match.group() for text in passages(document) for match in REQUESTS.finditer(text))
    if met:
        message = f"报告不得夹带请示事项，正文出现“{'”“'.join(met)}”：请改为建议，或另用请示上报。"
        yield _warning("report.request", message, "A report may not carry a request.", f"{REGULATION}第十五条(四)")


def check_data_note(document: OfficialDocument) -> Iterator[Finding]:
    """A report with figures names its snapshot and lists who did not report. Source: dossier §1.4 R1; seed 四(一)."""
    source = "省发展家庭服务业联席会议制度四(一)；数据快照规则"
    note = document.data_note
    if note is None:
        if document.genre is Genre.REPORT and figures_of(document):
            yield _refusal(
                "data.missing",
                "报告引用了数据，须附数据说明（截止日、快照编号）。",
                "A report with figures needs its data note.",
                source,
            )
        return
    if not note.snapshot.strip():
        yield _refusal(
            "data.snapshot", "数据说明缺快照编号，请先冻结数据。", "The data note names no snapshot.", source
        )
    if note.due - note.reported != len(note.absent):
        missing = note.due - note.reported
        message = f"应报{note.due}、实报{note.reported}，须逐一列明{missing}个未报地区，现列{len(note.absent)}个。"
        yield _refusal("data.absent", message, "Those that did not report must be listed one by one.", source)


# ── 标题、日期、版面 ─────────────────────────────────────────────────────────────────────────────────────────────

_TITLE_MARKS = re.compile(r"[，。；：！？、“”‘’,.;:!?]")


def check_title(document: OfficialDocument) -> Iterator[Finding]:
    """A title is 关于…的文种, with no marks but 书名号. Source: GB/T 9704—2012 7.3.1; 条例第九条(七)."""
    source = f"{REGULATION}第九条(七)；GB/T 9704—2012 7.3.1"
    if "关于" not in document.title or not document.title.endswith(document.genre):
        message = f"标题应由“关于＋事由＋的{document.genre}”组成。"
        yield _warning("title.parts", message, f"A title names its matter and ends in {document.genre}.", source)
    marks = "".join(dict.fromkeys(_TITLE_MARKS.findall(document.title)))
    if marks:
        yield _warning(
            "title.marks", f"标题除书名号外一般不用标点，请去掉“{marks}”。", "A title carries no marks.", source
        )


_NUMERAL = "[一二三四五六七八九十]"
_CHINESE_DATE = re.compile(rf"[二〇○零一三四五六七八九]{{4}}年(?:{_NUMERAL}{{1,2}}月(?:{_NUMERAL}{{1,3}}日)?)?")
_ZERO = re.compile(r"(?<!\d)0([1-9])(?=[月日])")
_WRONG_DATE = re.compile(rf"{_CHINESE_DATE.pattern}|(?:\d{{4}}年)?(?:0[1-9]月(?:\d{{1,2}}日)?|\d{{1,2}}月0[1-9]日)")
_CHINESE_DIGITS = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}


def check_dates(document: OfficialDocument) -> Iterator[Finding]:
    """Dates are in Arabic digits without leading zeros. Source: GB/T 9704—2012 7.3.5.4."""
    wrong = dict.fromkeys(match.group() for text in passages(document) for match in _WRONG_DATE.finditer(text))
    for text in wrong:
        message = f"日期“{text}”应写作“{corrected_dates(text)}”：用阿拉伯数字，月、日不编虚位。"
        yield _warning(
            "date.form", message, "Dates are in Arabic digits without leading zeros.", "GB/T 9704—2012 7.3.5.4"
        )


def corrected_dates(text: str) -> str:
    """The text with 03月05日 as 3月5日 and 二〇二六年三月五日 as 2026年3月5日."""
    arabic = _CHINESE_DATE.sub(lambda match: _arabic_date(match.group()), text)
    return _ZERO.sub(r"\1", arabic)


def _arabic_date(chinese: str) -> str:
    year, rest = chinese.split("年", 1)
    digits = "".join(_CHINESE_DIGITS.get(character, character) for character in year)
    return f"{digits}年" + re.sub(f"{_NUMERAL}+", lambda match: str(_below_hundred(match.group())), rest)


def _below_hundred(chinese: str) -> int:
    tens, has_ten, ones = chinese.partition("十")
    if not has_ten:
        return int("".join(_CHINESE_DIGITS[character] for character in tens))
    return int(_CHINESE_DIGITS.get(tens, "1")) * 10 + int(_CHINESE_DIGITS.get(ones, "0"))


def check_first_page(document: OfficialDocument) -> Iterator[Finding]:
    """The first page shows text. Source: GB/T 9704—2012 7.3.3."""
    if first_page_room(document) < 1:
        message = "首页必须显示正文：主送机关或标题过长，请将主送机关移至版记。"
        yield _warning(
            "page.first",
            message,
            "The first page must show text; move addressees to the imprint.",
            "GB/T 9704—2012 7.3.3",
        )


def check_contact(document: OfficialDocument) -> Iterator[Finding]:
    """A request tells whom to ask. Source: GB/T 9704—2012 7.3.6; dossier §3.3 附注."""
    if document.genre is Genre.REQUEST and "联系人" not in document.note:
        yield _warning(
            "note.contact",
            "请示应在附注处注明联系人和电话。",
            "A request names a contact in its note.",
            "GB/T 9704—2012 7.3.6",
        )
