"""The handbook as a booklet: its parts in the order of dossier 5.5, each written from the tenant's own data.

Documents are Chinese whoever prints them. Source: seed 四(五) (编印工作手册); dossier 5.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from config.catalogue import handbook_forms, handbook_guide, label, statistical_indicators
from service.charter.document import field_text, rule_text
from service.charter.original import definitions
from service.charter.overview import Overview
from service.charter.paper import charter_blocks, holders_said, inscription, units_table
from service.charter.sayings import rhythm
from service.charter.text import CharterText
from service.charter.working_rules import body
from service.documents.model import Block, Booklet, Cover, Heading, Paragraph, Part, Table, runs
from service.handbook.queries import Material, PlaceLine
from service.handbook.rules import calendar, event_deadlines
from service.members.chart_files import chart_picture
from service.members.organisation import organisation
from service.members.queries import Held
from service.members.rules import UNIT_ROLES, masked

DASH = "—"


@dataclass(frozen=True)
class Handbook:
    """The material, read through the charter in force; numbers as a whole or in part."""

    material: Material
    seen: Overview
    numbers: bool = False

    @property
    def booklet(self) -> Booklet:
        """The whole book."""
        name, on = self.seen.text.conference_name, self.material.on
        cover = Cover(name, "工作手册", self._edition(), self._compiler(), self._day(), "内部资料　注意保存")
        return Booklet(f"{name}工作手册", name, on, tuple(parts(self)), cover=cover, contents=True)

    def _edition(self) -> str:
        """The edition that was issued; a print whose roster has changed since says up to when it is told. Source: R5."""
        edition, on = self.material.edition, self.material.on
        if edition is None:
            return f"{on.year}年版"
        return f"{edition.title}（名单更新至{on.isoformat()}）" if self.material.outdated else edition.title

    def _day(self) -> date:
        edition = self.material.edition
        return edition.issued_on if edition else self.material.on

    def said(self, words: str) -> str:
        """Our own words, with what this body calls itself in them. Source: dossier 1.5, 2.1 (术语)."""
        return words.replace("联席会议", body(self.seen.text.rules))

    def _compiler(self) -> str:
        """Who compiles it: the office, or where there is none the lead department. Source: seed 四(五)."""
        leads = "、".join(unit.name for unit in self.seen.leads)
        return f"{self.seen.text.conference_name}办公室　编印" if self.seen.office_host else f"{leads}　编印"


Writer = Callable[[Handbook], list[Block]]


def parts(book: Handbook) -> Iterator[Part]:
    """The parts that have anything to say, numbered."""
    written = ((title, writer(book)) for title, writer in WRITERS)
    for number, (title, blocks) in enumerate((one for one in written if one[1]), 1):
        under = inscription(book.material.charter, None) if title == "制度文本" else ""
        yield Part(f"第{_ordinal(number)}部分　{title}", tuple(blocks), inscription=under)


def _ordinal(number: int) -> str:
    digits = "零一二三四五六七八九十"
    return digits[number] if number <= 10 else f"十{digits[number - 10]}"


def _prose(text: str) -> Paragraph:
    return Paragraph(runs(text))


# ── 一、制度文本 ──────────────────────────────────────────────────────────────────────────────────────────────────


def _charter(book: Handbook) -> list[Block]:
    rows = tuple(
        (row.version, _day(row.effective_from), row.reason or "开通时由模板而来", row.approved_by or DASH)
        for row in book.material.versions
    )
    history = Table(("版本", "施行日期", "修订依据", "批准人"), rows, (4.0, 6.0, 14.0, 5.0), caption="制度沿革")
    return [*charter_blocks(book.seen), history]


def _day(day: date | None) -> str:
    """2026-03-05: as tables write dates. Source: dossier 7.5."""
    return day.isoformat() if day else DASH


# ── 二、组织机构；三、通讯录 ──────────────────────────────────────────────────────────────────────────────────────


def _organisation(book: Handbook) -> list[Block]:
    tiers = organisation(book.material.roster, book.material.charter).tiers
    chart = chart_picture(f"{book.seen.text.conference_name}组织机构图", tiers)
    # The chart comes last: it takes a page, in Word as in the PDF, and what the contents say is so in both.
    return [
        Heading(1, "召集人和办公室"),
        _seats(book),
        Heading(1, "成员单位"),
        units_table(book.seen),
        Heading(1, book.said("联席会议成员")),
        _representatives(book),
        Heading(1, "组织机构图"),
        chart,
    ]


def _seats(book: Handbook) -> Table:
    rows = tuple(
        (label("role", held.place.role), f"{_seated(held)}{held.place.name}", _name(held), _since(held))
        for held in book.material.roster
        if held.place.role not in UNIT_ROLES
    )
    return Table(("席位", "职务", "姓名", "任职日期"), rows, (5.0, 14.0, 5.0, 6.5))


def _representatives(book: Handbook) -> Table:
    rows = tuple((_seated(held), _name(held), _title(held), _since(held)) for held in _of(book, "member_rep"))
    return Table(("成员单位", "姓名", "职务", "任职日期"), rows, (11.0, 5.0, 8.0, 6.5))


def _directory(book: Handbook) -> list[Block]:
    rows = tuple(
        (_seated(held), _name(held), _title(held), _rank(held), _number(book, held), _since(held))
        for held in _of(book, "liaison")
    )
    note = "" if book.numbers else book.said("注：电话号码按权限显示部分数字，完整号码请向联席会议办公室查询。")
    header = ("单位", "姓名", "职务", "职级", "电话", "任职日期")
    return [Table(header, rows, (11.0, 4.0, 6.0, 3.2, 6.4, 6.2), note=note)]


def _of(book: Handbook, role: str) -> Iterator[Held]:
    return (held for held in book.material.roster if held.place.role == role)


def _seated(held: Held) -> str:
    return held.unit.name if held.unit else held.place.organ


def _name(held: Held) -> str:
    """Names of two characters are spread to three. Source: dossier 7.5."""
    if held.person is None:
        return "空缺"
    name = held.person.name
    return f"{name[0]}　{name[1]}" if len(name) == 2 else name


def _title(held: Held) -> str:
    return (held.person and held.person.title) or DASH


def _rank(held: Held) -> str:
    return (held.person and held.person.rank) or DASH


def _number(book: Handbook, held: Held) -> str:
    number = (held.person and held.person.mobile) or ""
    return (number if book.numbers else masked(number)) or DASH


def _since(held: Held) -> str:
    return _day(held.appointment.from_date) if held.appointment else DASH


# ── 四、职责分工；五、工作规则 ────────────────────────────────────────────────────────────────────────────────────


def _duties(book: Handbook) -> list[Block]:
    rows = tuple(
        (duty.code, duty.text, holders_said(book.seen, duty), field_text(duty.own_field, duty.policy_field))
        for duty in book.seen.duties
    )
    return [Table(("代码", "职责", "承担单位", "领域"), rows, (3.2, 11.5, 15.2, 7.0))]


def _working_rules(book: Handbook) -> list[Block]:
    rules = book.seen.text.rules
    when = calendar(book.material.on.year, rules, book.material.days, below=bool(book.material.places))
    dates = tuple(
        (_day(due.day), book.said(due.what), book.said(label("owed_by", due.who)), f"制度{due.article}") for due in when
    )
    return [
        Heading(1, f"{book.material.on.year}年工作时间表"),
        Table(("期限", "事项", "责任单位", "依据"), dates, (6.0, 16.0, 8.0, 6.0)),
        Heading(1, "办理时限"),
        Table(("事项", "时限"), tuple((one.what, one.within) for one in event_deadlines(rules)), (18.0, 14.0)),
        Heading(1, "规则和本级规定"),
        _rule_table(book),
    ]


def _rule_table(book: Handbook) -> Table:
    known, rules = definitions(book.material.tenant), book.seen.text.rules
    rows = tuple(
        (rule.article, book.said(rule.label_zh), book.said(rule_text(rule.kind, rules.get(rule.key), rule.group)))
        for rule in known.values()
    )
    return Table(("条款", "规则", "本级规定"), rows, (4.0, 17.0, 15.0))


# ── 六、计划；七、统计 ────────────────────────────────────────────────────────────────────────────────────────────


def _plan(book: Handbook) -> list[Block]:
    if not book.material.tasks:
        return []
    rows = tuple(
        (str(line.no), line.content, line.duty, line.lead, line.cooperating or DASH, _day(line.due))
        for line in book.material.tasks
    )
    header = ("序号", "工作任务", "对应职责", "牵头单位", "配合单位", "完成时限")
    return [Table(header, rows, (3.0, 16.5, 11.0, 10.0, 10.0, 6.5), landscape=True)]


def _statistics(book: Handbook) -> list[Block]:
    rows = tuple(
        (one.code, one.name_zh, one.unit, label("cycle", one.frequency), one.department, one.definition or DASH)
        for one in statistical_indicators()
    )
    header = ("代码", "指标", "单位", "频次", "责任部门", "口径")
    return [Table(header, rows, (3.0, 11.0, 3.5, 4.0, 8.0, 27.0), landscape=True)]


# ── 八 至 十一、附 ────────────────────────────────────────────────────────────────────────────────────────────────


def _forms(book: Handbook) -> list[Block]:
    told = ((form.name, form.use, form.by, form.where) for form in handbook_forms())
    rows = tuple((str(n), *map(book.said, words)) for n, words in enumerate(told, 1))
    return [Table(("序号", "名称", "用途", "填报（编制）", "在系统中的位置"), rows, (3.0, 8.0, 9.5, 7.0, 9.5))]


def _policies(book: Handbook) -> list[Block]:
    rows = tuple((str(n), item["title"], item["number"]) for n, item in enumerate(book.seen.text.basis, 1))
    return [Table(("序号", "文件名称", "文号"), rows, (3.0, 21.5, 12.0))] if rows else []


def _places(book: Handbook) -> list[Block]:
    """Only what a place published: nobody looks into its charter otherwise. Source: dossier 5.5 十."""
    if not book.material.places:
        return []
    rows = tuple(_place(line) for line in book.material.places)
    told = sum(line.charter is not None for line in book.material.places)
    note = f"注：应列{len(rows)}个地区，已公开本级制度的{told}个；未公开的只列名称。"
    return [Table(("地区", "名称", "牵头部门", "办公室设在", "全体会议"), rows, (5.5, 11.0, 9.0, 8.0, 6.0), note=note)]


def _place(line: PlaceLine) -> tuple[str, ...]:
    if line.charter is None:
        return (line.name, *[DASH] * 4)
    text = CharterText.from_json(line.charter["text"])
    leads = "、".join(unit.name for unit in text.lead_units)
    often = rhythm(text.rules)
    return line.name, text.conference_name, leads, text.host.name if text.host else "不设办公室", often


def _guide(book: Handbook) -> list[Block]:
    return [Heading(2, step.title, runs(book.said(step.text))) for step in handbook_guide()]


def _chronicle(book: Handbook) -> list[Block]:
    """附：年度大事记: the year's meetings, and the versions of the charter that took effect in it."""
    year = book.material.on.year
    events = [(row.held_on, f"{label('meeting_type', row.kind)}：{row.title}") for row in book.material.meetings]
    events += [
        (row.effective_from, book.said(f"联席会议制度（{row.version}）施行"))
        for row in book.material.versions
        if row.effective_from and row.effective_from.year == year
    ]
    return [_prose(f"{day.month}月{day.day}日　{what}。") for day, what in sorted(events)]


WRITERS: tuple[tuple[str, Writer], ...] = (
    ("制度文本", _charter),
    ("组织机构", _organisation),
    ("联络员通讯录", _directory),
    ("职责分工", _duties),
    ("工作规则和时限", _working_rules),
    ("年度工作计划和任务分解", _plan),
    ("统计报表制度", _statistics),
    ("文书表单目录", _forms),
    ("政策文件", _policies),
    ("各地联席会议概况", _places),
    ("系统操作指引", _guide),
    ("年度大事记", _chronicle),
)
