"""What an official document may not say or leave out, each rule with the same document put right."""

from __future__ import annotations

from datetime import date

import pytest

from service.documents.model import DataNote, Genre, OfficialDocument
from service.documents.rules import (
    check_document_number,
    corrected_dates,
    corrected_number,
    require_fit,
    review,
)
from tenants.errors import Refused
from tests.documents.sample import prose, provincial_report


def codes(document: OfficialDocument, **who: object) -> list[str]:
    return [finding.code for finding in review(document, **who)]  # type: ignore[arg-type]


def plain(**changes: object) -> OfficialDocument:
    """A report without figures, so that one rule at a time can fail."""
    return provincial_report(**({"blocks": (prose("特此报告。"),), "data_note": None} | changes))


def test_the_sample_report_is_found_in_order() -> None:
    assert codes(provincial_report(), principal="林昇远", subordinates=("云澜市",)) == []


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("衡人社报[2026]36号", "衡人社报〔2026〕36号"),
        ("衡人社报（2026）第36号", "衡人社报〔2026〕36号"),
        ("衡人社报〔２０２６〕０３６号", "衡人社报〔2026〕36号"),
        ("衡人社报【2026】 36", "衡人社报〔2026〕36号"),
    ],
)
def test_a_wrong_number_is_refused_with_the_right_one(typed: str, right: str) -> None:
    assert corrected_number(typed) == right
    assert codes(plain(document_number=typed)) == ["number.form"]
    assert codes(plain(document_number=right)) == []
    with pytest.raises(Refused, match=right) as refused:
        check_document_number(typed)
    assert refused.value.field == "document_number"


def test_a_right_number_passes() -> None:
    check_document_number("衡人社报〔2026〕36号")


@pytest.mark.parametrize(
    "number", ["〔2026〕3号", "衡人社报〔1999〕3号", "衡人社报〔2026〕0号", "衡人社报〔2026〕3号附", ""]
)
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(Refused):
        check_document_number(number)


def test_a_document_not_yet_numbered_is_only_warned() -> None:
    assert [finding.kind for finding in review(plain(document_number=None))] == ["warning"]


def test_an_upward_document_without_signer_is_refused_and_a_circular_is_not() -> None:
    assert "signer.missing" in codes(plain(signer=None))
    assert "signer.missing" not in codes(plain(signer=None, genre=Genre.CIRCULAR))


def test_only_the_head_of_the_lead_department_signs_upwards() -> None:
    assert codes(plain(), principal="张三") == ["signer.principal"]
    assert codes(plain(), principal="林昇远") == []


def test_a_report_goes_to_one_organ() -> None:
    assert codes(plain(addressee="省人民政府、省委")) == ["addressee.single"]
    assert codes(plain(addressee="省人民政府：")) == []


@pytest.mark.parametrize(
    "words", ["以上意见妥否？", "以上意见当否？", "请批示。", "请予批复。", "请予审批。", "请批准。"]
)
def test_a_report_that_requests_is_warned(words: str) -> None:
    assert codes(plain(blocks=(prose(words),))) == ["report.request"]
    request = plain(blocks=(prose(words),), genre=Genre.REQUEST, title="关于经费的请示")
    assert codes(request) == []


def test_a_request_split_by_runs_is_found() -> None:
    assert codes(plain(blocks=(prose("以上如无不妥，请", "批示。"),))) == ["report.request"]


def test_reporting_that_leaders_gave_instructions_is_no_request() -> None:
    assert codes(plain(blocks=(prose("省领导作出批示后，已批复3个市。"),))) == []


def test_a_department_that_instructs_governments_needs_consent() -> None:
    circular = {"genre": Genre.CIRCULAR, "title": "关于进展情况的通报", "addressee": "各市人民政府"}
    assert codes(plain(**circular)) == ["addressee.government"]
    assert codes(plain(**circular, blocks=(prose("经省人民政府同意，现将情况通报如下："),))) == []
    assert codes(plain(**circular, issuing_organ="衡川省人民政府办公厅")) == []
    assert codes(plain(**circular | {"addressee": "各市发展家庭服务业联席会议（办公室）"})) == []


def test_an_upward_document_is_not_copied_downwards() -> None:
    assert codes(plain(copy_to="省财政厅，云澜市人民政府"), subordinates=("云澜市",)) == ["copy_to.subordinate"]
    assert codes(plain(copy_to="各市联席会议办公室")) == ["copy_to.subordinate"]
    assert codes(plain(copy_to="省财政厅"), subordinates=("云澜市",)) == []


def test_a_title_names_its_matter_and_its_genre_without_marks() -> None:
    assert codes(plain(title="2026年工作报告")) == ["title.parts"]
    assert codes(plain(title="关于2026年工作的通报")) == ["title.parts"]
    assert codes(plain(title="关于贯彻《意见》，做好工作的报告")) == ["title.marks"]


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("2026年03月05日", "2026年3月5日"),
        ("2026年10月05日", "2026年10月5日"),
        ("03月15日", "3月15日"),
        ("二〇二六年三月十五日", "2026年3月15日"),
        ("二○二六年十二月二十一日", "2026年12月21日"),
    ],
)
def test_dates_with_zeros_or_in_chinese_are_warned_and_put_right(typed: str, right: str) -> None:
    assert corrected_dates(typed) == right
    found = review(plain(blocks=(prose(f"截至{typed}，进展顺利。"),)))
    assert [finding.code for finding in found] == ["date.form"]
    assert typed in found[0].message and right in found[0].message
    assert codes(plain(blocks=(prose(f"截至{right}，进展顺利。"),))) == []


@pytest.mark.parametrize(
    "text", ["2026年10月20日", "10月10日", "一年来", "每年十月", "二十年", "100日行动", "2026年以来"]
)
def test_what_is_well_written_is_left_alone(text: str) -> None:
    assert corrected_dates(text) == text


def test_figures_without_a_data_note_are_refused() -> None:
    assert codes(provincial_report(data_note=None)) == ["data.missing"]


def test_those_who_did_not_report_are_listed_one_by_one() -> None:
    note = DataNote(date(2026, 9, 30), due=12, reported=10, snapshot="S-1", absent=("北岭市",))
    assert codes(plain(data_note=note)) == ["data.absent"]


def test_a_data_note_without_snapshot_is_refused() -> None:
    assert codes(plain(data_note=DataNote(date(2026, 9, 30), due=1, reported=1, snapshot=" "))) == ["data.snapshot"]


def test_a_list_of_addressees_that_fills_the_first_page_is_warned() -> None:
    many = "，".join(f"第{n}个联席会议成员单位" for n in range(1, 40))
    circular = {"genre": Genre.CIRCULAR, "title": "关于进展情况的通报"}
    assert codes(plain(**circular, addressee=many)) == ["page.first"]


def test_a_request_names_a_contact() -> None:
    assert codes(plain(genre=Genre.REQUEST, title="关于经费的请示", note="")) == ["note.contact"]


def test_refusals_come_first_and_stop_the_signing() -> None:
    wrong = plain(blocks=(prose("请批示。"),), signer=None)
    assert [finding.kind for finding in review(wrong)] == ["refusal", "warning"]
    with pytest.raises(Refused, match="签发人") as refused:
        require_fit(wrong)
    assert refused.value.source and refused.value.message_en.startswith("An upward")


def test_warnings_are_handed_back_by_a_document_that_may_be_signed() -> None:
    assert [finding.code for finding in require_fit(plain(blocks=(prose("请批示。"),)))] == ["report.request"]


def test_every_finding_has_a_sentence_in_both_languages_and_a_source() -> None:
    wrong = provincial_report(
        document_number="3号", signer=None, addressee="甲，乙", title="情况，汇报", copy_to="各市", data_note=None,
        blocks=(*provincial_report().blocks, prose("2026年03月05日，请批示。")),
    )  # fmt: skip
    found = review(wrong)
    assert len(found) == 9
    assert all(
        finding.message.endswith("。") and finding.message_en.endswith(".") and finding.source for finding in found
    )
