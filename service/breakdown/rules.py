"""任务分解表: its nine columns, the ways they are headed, and what a cell of days says. Pure.

Source: dossier 5.3 (年度计划表列固定9列), 2.2 (以季度为节点), 7.5, 7.6.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

NO, CONTENT, DELIVERABLE, DUTY = "no", "content", "deliverable", "duty"
LEAD, HELPING, QUARTERS, DUE, PERSON = "lead", "cooperating", "quarters", "due", "person"
# The nine columns in their order, as the table is headed.
COLUMNS: Mapping[str, str] = {
    NO: "序号",
    CONTENT: "工作任务",
    DELIVERABLE: "目标/成果形式",
    DUTY: "对应职责",
    LEAD: "牵头单位",
    HELPING: "配合单位",
    QUARTERS: "季度节点（Q1–Q4）",
    DUE: "完成时限",
    PERSON: "责任人",
}
NEEDED = (CONTENT, LEAD, DUE)
# How else they are headed.
_CALLED: Mapping[str, str] = {
    NO: "序号 编号 项号 号",
    CONTENT: "工作任务 任务 任务内容 工作内容 重点任务 主要任务 任务名称 工作事项 事项 重点工作 工作任务内容",
    DELIVERABLE: "目标/成果形式 目标成果形式 目标或成果形式 成果形式 目标 成果 工作目标 任务目标 预期成果 目标成果 目标及成果形式",
    DUTY: "对应职责 职责 职责代码 职责编码 对应职责代码 职责分工",
    LEAD: "牵头单位 牵头部门 牵头 责任单位 主办单位 主责单位 承办单位 主责部门 牵头责任单位",
    HELPING: "配合单位 配合部门 配合 协办单位 参加单位 协同单位 会同单位 参与单位 配合责任单位",
    QUARTERS: "季度节点 节点 时间节点 阶段节点 进度安排 季度安排 分季度节点",
    DUE: "完成时限 时限 完成时间 截止时间 办结时限 完成期限 完成日期 截止日期 时间要求",
    PERSON: "责任人 负责人 联系人 责任人员 具体责任人 分管领导",
}
_COLUMN_OF = {name: column for column, names in _CALLED.items() for name in names.split()}
_QUARTER_OF = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
SEPARATORS = re.compile(r"[、,，;；/\s]+")
LONGEST = {CONTENT: 2000, DELIVERABLE: 500, PERSON: 100}


def plain(text: str) -> str:
    """The text in half-width digits and letters, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()


def column_of(heading: str) -> str | None:
    """Which of the nine a column is, or `Q1` to `Q4` where each quarter has a column of its own."""
    name = re.sub(r"\s|[（(].*?[）)]|[:：*]", "", plain(heading))
    quarter = re.fullmatch(r"(?:Q|q)([1-4])|第?([一二三四1-4])季度(?:节点|目标|任务)?", name)
    if quarter:
        return f"Q{_QUARTER_OF[quarter[1] or quarter[2]]}"
    return _COLUMN_OF.get(name)


def headed(row: Sequence[str]) -> dict[int, str] | None:
    """The columns by place, if the row is the table's head: it names the task and who leads it."""
    found: dict[int, str] = {}
    for place, heading in enumerate(row):
        column = column_of(heading)
        if column and column not in found.values():
            found[place] = column
    return found if {CONTENT, LEAD} <= set(found.values()) else None


def cells_of(row: Sequence[str], columns: Mapping[int, str]) -> dict[str, str]:
    """The nine cells of a row; what stands in columns of single quarters is one cell."""
    found = dict.fromkeys(COLUMNS, "")
    quarters: list[str] = []
    for place, column in columns.items():
        text = row[place].strip() if place < len(row) else ""
        if column in found:
            found[column] = text
        elif text:
            quarters.append(f"{column}：{text}")
    if quarters:
        found[QUARTERS] = "；".join([*filter(None, [found[QUARTERS]]), *quarters])
    return found


def identity(content: str) -> str:
    """What two rows have in common that say the same: the text without blanks and punctuation, in half width."""
    return re.sub(r"[\W_]+", "", plain(content)).lower()


def nearest(text: str, words: Mapping[UUID, str]) -> UUID | None:
    """Which of the words shares most pairs of characters with the text; the first of them where none does."""
    said = _pairs(text)
    return max(words, key=lambda key: len(said & _pairs(words[key])), default=None)


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


# --- days ---


@dataclass(frozen=True)
class Days:
    """By when, from when if it says so, and a hint where the words left it open."""

    due: date
    start: date | None = None
    hint: str = ""
    hint_en: str = ""


_MORE = r"(?:前|之前|以前|止|完成|前完成|底前完成|内)?"
_FULL = re.compile(rf"(\d{{4}})\s*[年./-]\s*(\d{{1,2}})\s*[月./-]\s*(\d{{1,2}})\s*[日号]?\s*(?:0+:00(?::00)?)?{_MORE}")
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_DAY = re.compile(rf"(?:(\d{{4}})年)?(\d{{1,2}})月(\d{{1,2}})[日号]?{_MORE}")
_MONTH = re.compile(r"(?:(\d{4})\s*[年./-])?\s*(\d{1,2})\s*月?份?(初|上旬|中旬|下旬|底|末|月底|月末)?" + _MORE)
_QUARTER = re.compile(rf"(?:(\d{{4}})年)?(?:第?([一二三四1-4])季度|[Qq]([1-4]))(?:底|末)?{_MORE}")
_MONTHS = re.compile(r"(?:(\d{4})年)?(\d{1,2})月?[-—–~至到](?:(\d{4})年)?(\d{1,2})月(底|末)?" + _MORE)
_HALF = re.compile(rf"(?:(\d{{4}})年)?(上|下)半年(?:底|末)?{_MORE}")
_YEAR_END = re.compile(rf"(?:(\d{{4}})年|本年|当年|今年)?(?:年?底|年?末|内|年内|度内|度)?{_MORE}")
_ALWAYS = ("全年", "长期", "常年", "持续", "持续推进", "长期坚持", "全年推进", "长期推进", "贯穿全年", "常态化")


def days_of(text: str, year: int) -> Days | None:
    """What a cell of days says, in a plan of that year; nothing where it says no day."""
    words = re.sub(r"\s+", " ", plain(text)).rstrip("。.")
    if not words:
        return None
    if words in _ALWAYS:
        return Days(date(year, 12, 31), None, f"“{text.strip()}”按{year}年12月31日计", f"taken as {year}-12-31")
    try:
        return _read(words.replace(" ", "") if "月" in words else words, year)
    except ValueError:  # 2月30日
        return None


def _read(words: str, year: int) -> Days | None:
    if found := _FULL.fullmatch(words) or _COMPACT.fullmatch(words):
        return Days(date(int(found[1]), int(found[2]), int(found[3])))
    if words.isdecimal() and 40_000 <= int(words) <= 80_000:  # a spreadsheet's own count of days
        return Days(date.fromordinal(date(1899, 12, 30).toordinal() + int(words)))
    if found := _DAY.fullmatch(words):
        return Days(date(int(found[1] or year), int(found[2]), int(found[3])))
    if found := _MONTHS.fullmatch(words):
        first, last = int(found[1] or year), int(found[3] or found[1] or year)
        return Days(_end(last, int(found[4])), date(first, int(found[2]), 1))
    if found := _QUARTER.fullmatch(words):
        return Days(quarter_end(int(found[1] or year), _QUARTER_OF[found[2] or found[3]]))
    if found := _HALF.fullmatch(words):
        return Days(_end(int(found[1] or year), 6 if found[2] == "上" else 12))
    if ("月" in words or re.fullmatch(r"\d{4}[-/.]\d{1,2}", words)) and (found := _MONTH.fullmatch(words)):
        return _in_month(words, int(found[1] or year), int(found[2]), found[3] or "")
    if found := _YEAR_END.fullmatch(words):
        return Days(date(int(found[1] or year), 12, 31))
    return None


def _in_month(words: str, year: int, month: int, part: str) -> Days:
    """9月底, 9月上旬, 9月; of 9月前 the month before is meant, and it is said so."""
    if not part and words.endswith(("前", "前完成")):
        due = date(year, month, 1).toordinal() - 1
        before = date.fromordinal(due)
        return Days(before, None, f"“{words}”按{before.month}月{before.day}日计", f"taken as {before}")
    day = {"初": 10, "上旬": 10, "中旬": 20}.get(part)
    return Days(date(year, month, day) if day else _end(year, month))


def _end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def quarter_end(year: int, quarter: int) -> date:
    """The last day of a quarter."""
    return _end(year, 3 * quarter)


# --- what is to be reached by which quarter ---

_STEP = re.compile(
    r"(?P<when>[Qq][1-4]|第?[一二三四1-4]季度|(?:\d{4}年)?\d{1,2}月(?:\d{1,2}[日号]|底|末|上旬|中旬|下旬)?|[上下]半年|年底)"
    r"\s*(?:前|之前|以前|末|底)?\s*(?:[:：,，.、]\s*|(?=[^:：\d]))(?P<title>.+)",
    re.DOTALL,
)
ON_SCHEDULE = "按序时进度推进"
_TICKS = ("√", "✓", "是", "V", "v", "●", "○")


@dataclass(frozen=True)
class Steps:
    """The steps a cell names, each with its day; and those of its words in which no step can be read."""

    steps: Sequence[tuple[str, date]]
    unread: Sequence[str]


def steps_of(text: str, year: int, due: date) -> Steps:
    """Q1：印发方案；Q2：…: the step of a quarter is due at its end, or with the task where that is in the quarter."""
    steps: list[tuple[str, date]] = []
    unread: list[str] = []
    for part in filter(None, (part.strip(" 。\t") for part in re.split(r"[；;\n\r]+", text))):
        found = _STEP.fullmatch(part)
        day = days_of(found["when"], year) if found else None
        if found is None or day is None:
            unread.append(part)
        else:
            title = found["title"].strip()
            steps.append((ON_SCHEDULE if title in _TICKS else title, _kept(day.due, due)))
    return Steps(steps, unread)


def _kept(day: date, due: date) -> date:
    """The task's own day where it is due before its quarter ends."""
    same = (day.year, (day.month - 1) // 3) == (due.year, (due.month - 1) // 3)
    return min(day, due) if same else day


def steps_text(steps: Iterable[tuple[str, date]], due: date) -> str:
    """The steps as one cell, in words that are read back as the same."""
    return "；".join(f"{_named(day, due)}：{title.replace('；', '，').replace(chr(10), ' ')}" for title, day in steps)


def _named(day: date, due: date) -> str:
    quarter = (day.month - 1) // 3 + 1
    if day == _kept(quarter_end(day.year, quarter), due):
        return f"Q{quarter}"
    return f"{day.month}月{day.day}日"
