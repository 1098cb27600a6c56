"""How a title falls into lines: whole words, a trapezoid or a diamond, never an hourglass.

Source: GB/T 9704—2012 7.3.1 (回行时,要做到词意完整,排列对称,长短适宜,间距恰当,标题排列应当使用梯形或菱形).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

# 156 mm hold 20 characters of 2号 (22 pt); one is left for air.
MOST = 19
# More lines than this are no title any more; they are filled without looking for a shape.
LONGEST = 4

# Words that a title of these genres must not be torn in. Longest first when matching.
_WORDS = """
人力资源和社会保障 人力资源社会保障 发展改革委 联席会议办公室 联席会议 成员单位
家庭服务业 家政服务业 家庭服务 家政服务 高质量发展 提质扩容 国务院办公厅 国务院
省人民政府 市人民政府 县人民政府 人民政府 办公厅 办公室 自治区 自治州 从业人员
职业技能 职业培训 社会保险 服务网络 信息平台 行业标准 公益性 规划 产业政策 政策措施
政策落实 重大问题 重点工程 对策建议 工作情况 工作进展 进展情况 完成情况 落实情况
有关情况 工作要点 工作计划 工作安排 工作总结 任务分解 督查 督办 上半年 下半年 全年
年度 季度 第一季度 第二季度 第三季度 第四季度 前三季度 一季度 二季度 三季度 四季度
关于 印发 开展 加强 推进 推动 促进 加快 做好 发展 工作 任务 情况 进展 完成
落实 意见 措施 方案 办法 问题 建议 报告 请示 通报 通知 会议 纪要 全省 全市
全县 各地 服务 质量 管理 监督 培训 就业 行业 标准 规范 重大 重点 专项 行动
实施 组织 人社厅 商务厅 民政厅 财政厅 总工会 妇联 团省委 税务局
"""
_LEXICON = "|".join(sorted(map(re.escape, _WORDS.split()), key=len, reverse=True))
# A number keeps its unit, a bracketed name stays whole, known words stay whole; all else falls into characters.
_NUMBER = r"\d{1,12}(?:\.\d{1,4})?(?:年度|年|月|日|季度|项|个|％|%)?"
_TOKEN = re.compile(rf"《[^》]{{1,14}}》|〔\d{{1,4}}〕\d{{0,5}}号?|{_NUMBER}|[A-Za-z]{{1,12}}|{_LEXICON}|.")
_NOT_FIRST = re.compile(r"[的和与及、，。：；）》”」之]")
_NOT_LAST = re.compile(r"(?:关于|[和与及、（《“「第各全对在以])$")


def width_of(text: str) -> float:
    """How many full-width characters the text is wide: a digit or small letter counts a half, a capital 0.75."""
    return sum(1.0 if character >= "\u0250" else 0.75 if character.isupper() else 0.5 for character in text)


def title_lines(title: str) -> tuple[str, ...]:
    """The title in as few lines as hold it, broken where it reads and looks best."""
    tokens = _TOKEN.findall(title.strip())
    fewest = max(1, -int(-width_of(title) // MOST))
    for count in range(fewest, LONGEST + 1):
        candidates = list(_breakings(tokens, count))
        if candidates:
            return min(candidates, key=_cost)
    return _filled(tokens)


def _breakings(tokens: list[str], count: int) -> Iterator[tuple[str, ...]]:
    """Every way to lay the tokens in `count` lines that each fit."""
    if count == 1:
        if tokens and width_of("".join(tokens)) <= MOST:
            yield ("".join(tokens),)
        return
    for end in range(1, len(tokens)):
        line = "".join(tokens[:end])
        if width_of(line) > MOST:
            return
        if width_of("".join(tokens[end:])) <= MOST * (count - 1):
            yield from ((line, *rest) for rest in _breakings(tokens[end:], count - 1))


def _filled(tokens: list[str]) -> tuple[str, ...]:
    """Lines filled one after another: for a title too long to look well in any shape."""
    lines = [""]
    for token in tokens:
        if lines[-1] and width_of(lines[-1] + token) > MOST:
            lines.append("")
        lines[-1] += token
    return tuple(lines)


def _cost(lines: tuple[str, ...]) -> float:
    """How ill the lines look: torn words, uneven lengths, an hourglass or a plain rectangle."""
    widths = [width_of(line) for line in lines]
    mean = sum(widths) / len(widths)
    uneven = sum((width - mean) ** 2 for width in widths)
    return uneven + _shape_cost(widths) + sum(_break_cost(a, b) for a, b in pairwise(lines))


def _shape_cost(widths: list[float]) -> float:
    """12 for a waist, 3 for two lines of one length."""
    waist = any(left > middle < right for left, middle, right in zip(widths, widths[1:], widths[2:], strict=False))
    return 12.0 * waist + 3.0 * any(a == b for a, b in pairwise(widths))


def _break_cost(before: str, after: str) -> float:
    """What it costs to break between these two lines."""
    torn = len(_last_token(before)) == 1 and len(_first_token(after)) == 1
    bad = bool(_NOT_FIRST.match(after)) or bool(_NOT_LAST.search(before))
    good = before.endswith("的")
    return 200.0 * bad + 20.0 * torn - 6.0 * good


def _first_token(line: str) -> str:
    return _TOKEN.findall(line)[0]


def _last_token(line: str) -> str:
    return _TOKEN.findall(line)[-1]
