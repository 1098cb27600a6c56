"""A charter as a workbook: out as one fills it in, back in row by row. Pure.

Three sheets, each of which may be missing: the member units, the division of duties, the working rules. Units are
named by key or by name; a row that cannot be read is told by sheet, row and column, and nothing of it is taken.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from openpyxl import Workbook, load_workbook

from config.catalogue import Rule, choices, label
from service.charter import amending, rules, working_rules
from service.charter.document import rule_text
from service.charter.rules import Holding
from service.charter.text import OWN_SOURCE, CharterText, DutyEntry, UnitEntry
from service.charter.writing import keyed
from service.kit.export import harmless
from tenants.errors import Refused

UNITS, DUTIES, RULES = "成员单位", "职责分工", "工作规则"
GRADES = {"负责": "lead", "会同": "coordinate", "协助": "assist", "配合": "cooperate"}
COLUMNS: Mapping[str, Sequence[str]] = {
    UNITS: ("代码", "名称", "类别", "牵头", "办公室", "依据"),
    DUTIES: ("代码", "职责", "领域", *GRADES, "共同承担", "本级领域名称", "依据"),
    RULES: ("代码", "规则", "值"),
}
YES = ("是", "√", "1")
MOST_ROWS, MOST_COLUMNS, MOST_LETTERS, MOST_BYTES = 2000, 30, 4000, 30_000_000

Line = dict[str, str]
_NEW = UnitEntry("", "", "")


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be taken, and why."""

    sheet: str
    row: int
    column: str
    message: str
    en: str


@dataclass
class Import:
    """What a workbook says: the rows as they were read, the text that follows, and what is wrong with it."""

    tables: Mapping[str, list[Line]]
    text: CharterText
    before: CharterText
    faults: list[Fault] = field(default_factory=list)


def workbook(text: CharterText, known: Iterable[Rule]) -> bytes:
    """The text as a workbook to be filled in."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in ((UNITS, _units(text)), (DUTIES, _duties(text)), (RULES, _rules(text, known))):
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.append(list(COLUMNS[name]))
        for row in rows:
            sheet.append([harmless(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _units(text: CharterText) -> Iterator[list[str]]:
    for unit in text.units:
        lead, host = unit.key in text.leads, unit.key == text.office_host
        yield [unit.key, unit.name, unit.category, "是" if lead else "", "是" if host else "", unit.source]


def _duties(text: CharterText) -> Iterator[list[str]]:
    names = {unit.key: unit.name for unit in text.units}
    for duty in text.duties:
        held = ["、".join(names[h.unit] for h in duty.holders if h.grade == grade) for grade in GRADES.values()]
        joint = "是" if any(holding.joint for holding in duty.holders) else ""
        words = [duty.code, duty.text, label("policy_field", duty.policy_field, "zh")]
        yield [*words, *held, joint, duty.own_field, duty.source]


def _rules(text: CharterText, known: Iterable[Rule]) -> Iterator[list[str]]:
    for rule in known:
        value = text.rules.get(rule.key)
        yield [rule.key, rule.label_zh, "" if value in (None, []) else rule_text(rule.kind, value, rule.group)]


def tables_of(data: bytes) -> dict[str, list[Line]]:
    """The rows of the sheets that are known, by column; empty ones left out. Refused: what is no workbook."""
    try:
        found = _found(data)
    except Refused:
        raise
    except Exception:  # a broken or hostile file raises whatever it likes, at any cell
        raise _no_workbook("请上传 .xlsx 表格文件。", "Upload an .xlsx workbook.") from None
    if not found:
        raise _no_workbook(f"表格中须有“{'”“'.join(COLUMNS)}”中的至少一张。", "The workbook has none of the sheets.")
    return found


def _found(data: bytes) -> dict[str, list[Line]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
            raise _no_workbook("表格过大，请只保留需要导入的内容。", "The workbook is too large.")
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return {name: list(_lines(book[name], name)) for name in COLUMNS if name in book.sheetnames}


def _no_workbook(message: str, en: str) -> Refused:
    return Refused(message, en=en, field="file")


def _lines(sheet: Any, name: str) -> Iterator[Line]:
    rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS)
    header = [_said(cell) for cell in next(rows, ())]
    missing = [column for column in COLUMNS[name][:2] if column not in header]
    if missing:
        raise _no_workbook(f"“{name}”缺少“{'、'.join(missing)}”列。", f"Sheet {name} lacks {missing}.")
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS + 1 and any(map(_said, row)):
            raise _no_workbook(
                f"“{name}”超过{MOST_ROWS}行，请只保留需要导入的行。", f"{name} has over {MOST_ROWS} rows."
            )
        line = {column: _said(cell) for column, cell in zip(header, row, strict=False) if column}
        if any(len(text) > MOST_LETTERS for text in line.values()):
            raise _no_workbook(
                f"“{name}”第{number}行有内容超过{MOST_LETTERS}字的单元格。", f"{name} {number}: a cell is too long."
            )
        if any(line.values()):
            yield line | {"#": str(number)}


def _said(cell: object) -> str:
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else "" if cell is None else str(cell)
    return text.strip().removeprefix("'")


def imported(text: CharterText, known: Sequence[Rule], tables: Mapping[str, list[Line]]) -> Import:
    """The text with what the workbook says instead; a sheet that is missing leaves its part as it is."""
    done = Import(tables, text, text)
    for name, take in ((UNITS, _take_units), (DUTIES, _take_duties)):
        if name in tables:
            take(done, tables[name])
    if RULES in tables:
        _take_rules(done, tables[RULES], known)
    return done


def _fault(done: Import, sheet: str, line: Line, column: str, message: str, en: str) -> None:
    done.faults.append(Fault(sheet, int(line["#"]), column, message, en))


def _tried(done: Import, sheet: str, line: Line, column: str, step: Callable[[], object]) -> bool:
    try:
        step()
    except Refused as refusal:
        _fault(done, sheet, line, column, str(refusal), refusal.message_en)
        return False
    return True


def _take_units(done: Import, lines: list[Line]) -> None:
    """Units in the order of the rows; one that is known by key or name stays the same unit."""
    before = {name: unit for unit in done.text.units for name in (unit.key, unit.name)}
    units: list[UnitEntry] = []
    leads: list[str] = []
    host: str | None = None
    for line in lines:
        known = before.get(line.get("代码", "")) or before.get(line["名称"])
        key = known.key if known else line.get("代码") or keyed(_NEW).key
        unit = UnitEntry(
            key, line["名称"], line.get("类别") or "政府部门", line.get("依据") or OWN_SOURCE, known and known.joined_on
        )
        names = [other.name for other in units]
        if _tried(
            done, UNITS, line, "名称", lambda unit=unit, names=names: rules.check_unit(unit.name, unit.category, names)
        ):
            units.append(unit)
            leads += [key] if line.get("牵头") in YES else []
            host = key if line.get("办公室") in YES else host
    keys = [unit.key for unit in units]
    if lines and _tried(done, UNITS, lines[0], "牵头", lambda: rules.check_lead(leads, keys)):
        done.text = replace(done.text, units=tuple(units), leads=tuple(leads), office_host=host)


def _take_duties(done: Import, lines: list[Line]) -> None:
    fields = {word: key for key, zh in choices("policy_field", "zh") for word in (key, zh)}
    units = _names(done)
    duties: list[DutyEntry] = []
    for line in lines:
        duty = DutyEntry(
            line["代码"],
            line["职责"],
            fields.get(line.get("领域", ""), line.get("领域", "")),
            line.get("依据") or OWN_SOURCE,
            _holders(done, line, units),
            line.get("本级领域名称", ""),
        )
        codes = [other.code for other in duties]
        named = amending.own_fields(duties)
        if (
            _tried(
                done,
                DUTIES,
                line,
                "代码",
                lambda d=duty, codes=codes: rules.check_duty(d.code, d.text, d.policy_field, codes),
            )
            and _tried(
                done,
                DUTIES,
                line,
                "本级领域名称",
                lambda d=duty, named=named: rules.check_own_field(d.own_field, d.policy_field, named),
            )
            and _tried(done, DUTIES, line, "负责", lambda d=duty: rules.check_holders(d.holders, list(units.values())))
        ):
            duties.append(duty)
    done.text = replace(done.text, duties=tuple(duties))


def _names(done: Import) -> dict[str, str]:
    """The member units by key and name; one that was renamed in the same workbook is known by its old name too."""
    keys = {unit.key for unit in done.text.units}
    before = {unit.name: unit.key for unit in done.before.units if unit.key in keys}
    return before | {name: unit.key for unit in done.text.units for name in (unit.key, unit.name)}


def _holders(done: Import, line: Line, units: Mapping[str, str]) -> tuple[Holding, ...]:
    held: list[Holding] = []
    for column, grade in GRADES.items():
        for name in re.split(r"[、,，;；\s]+", line.get(column, "")):
            if name and name not in units:
                _fault(done, DUTIES, line, column, f"“{name}”不是成员单位。", f"{name} is no member unit.")
            elif name:
                held.append(Holding(units[name], grade, line.get("共同承担") in YES))
    return amending.together(held)


def _take_rules(done: Import, lines: list[Line], known: Sequence[Rule]) -> None:
    by_name = {name: rule for rule in known for name in (rule.key, rule.label_zh)}
    changes: dict[str, Any] = {}
    for line in lines:
        rule = by_name.get(line["代码"]) or by_name.get(line["规则"])
        if rule is None:
            _fault(
                done, RULES, line, "规则", f"没有名为“{line['规则'] or line['代码']}”的规则。", "There is no such rule."
            )
        elif rule.key != "convener_count":
            value = _value(rule, line.get("值", ""))
            if _tried(done, RULES, line, "值", lambda rule=rule, value=value: working_rules.rule_value(rule, value)):
                changes[rule.key] = value
    first = lines[0] if lines else {"#": "1"}
    changed: list[CharterText] = []
    if _tried(done, RULES, first, "值", lambda: changed.append(amending.ruled(done.text, known, changes))):
        done.text = changed[0]


def _value(rule: Rule, text: str) -> Any:
    """What a cell says of a rule; what cannot be read stays text and is refused."""
    words = {zh: key for key, zh in choices(rule.group, "zh")} if rule.group else {}
    if rule.kind == "boolean":
        return {"是": True, "否": False, "": False}.get(text, text)
    if rule.kind == "choice":
        return words.get(text, text)
    if rule.kind == "choices":
        return [words.get(part, part) for part in _parts(text, words)]
    return working_rules.from_form(rule, [text])


def _parts(text: str, words: Iterable[str]) -> list[str]:
    """The choices in a cell, some of which are words with a comma in them."""
    whole = [re.escape(word) for word in sorted(words, key=len, reverse=True)]
    return re.findall("|".join([*whole, "[^、,，]+"]), text)
