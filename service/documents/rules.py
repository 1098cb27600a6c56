"""What must hold of an official document's own marks. Source: GB/T 9704 7.2.5; dossier 3.7."""

from __future__ import annotations

import re

from tenants.errors import Refused

_NUMBER = re.compile("^[\u4e00-\u9fa5]{2,12}〔20\\d{2}〕[1-9]\\d*号$")


def check_document_number(number: str) -> None:
    """Nothing, or the number is refused: 机关代字〔年份〕序号号, no leading zero, no 第."""
    if not _NUMBER.match(number):
        raise Refused(
            "发文字号应如“衡人社发〔2026〕3号”:六角括号,序号不编虚位、不加“第”。",
            en="A document number reads like 衡人社发〔2026〕3号.",
            source="GB/T 9704 7.2.5",
            field="document_number",
        )
