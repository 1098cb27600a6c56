"""A rule is cited in one form everywhere, the dossier's: 制度四(四), 条例第十五条(一), with narrow brackets."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOOKED_IN = ("config", "docs", "migrations", "scripts", "service", "tenants", "tests")
TEXTS = {".py", ".html", ".js", ".md", ".po", ".yaml", ".csv", ".json", ".txt"}
# 四 or 条, then an item in brackets of which at least one is wide.
WIDE = re.compile(r"[四条](?:\uff08[一二三四五六七八九十]+[)\uff09]|\([一二三四五六七八九十]+\uff09)")


def texts() -> Iterator[Path]:
    for folder in LOOKED_IN:
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in TEXTS)


def test_a_rule_is_cited_with_narrow_brackets():
    astray = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if WIDE.search(line)
    ]
    assert astray == []


def test_the_look_out_sees_each_wide_form_and_passes_the_narrow_one():
    wide = ("制度四\uff08四\uff09", "条例第十五条\uff08一\uff09", "制度四\uff08二)", "制度四(二\uff09")
    assert all(WIDE.search(said) for said in wide)
    assert not WIDE.search("制度四(四)\uff08一\uff09另见条例第十五条(一)")
    assert sum(1 for _ in texts()) > 300
