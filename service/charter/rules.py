"""What must hold of a charter, whoever wrote it. Pure: no database, no web.

Source: seed 二, 三 and its last sentence; dossier 1.2 to 1.5. The working rules of 四 are in working_rules.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from config.charter import CATEGORIES, GRADES, POLICY_FIELDS
from tenants.errors import Refused

LAST_SENTENCE = "制度末句：各地根据本地区实际，因地制宜，确定牵头部门和职责分工"
COMPOSITION = "制度二 成员单位"
DIVISION = "制度三 职责分工"
MAIN_DUTIES = "制度一 主要职责"
MOST_LEADS = 2
MOST_CONVENERS = 5
LONGEST_NAME, LONGEST_DUTY, LONGEST_FIELD = 60, 500, 30
PRINCIPAL = ("lead", "coordinate")  # the grades that carry a duty shared by several units
POST_ROLES = ("convener", "deputy_convener", "office_director", "office_deputy")  # the others stand in every unit


@dataclass(frozen=True)
class Caution:
    """Something that is let pass and said: a warning with the rule it rests on."""

    message: str
    en: str
    source: str


@dataclass(frozen=True, slots=True)
class Holding:
    """A unit, by its key, that holds a duty in a grade; `joint` where several hold it together in that grade."""

    unit: str
    grade: str
    joint: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """Which post fills a seat: one in a member unit (`unit`, its key) or of the government itself (`organ`).

    Neither unit nor organ: one in each member unit.
    """

    role: str
    name: str
    unit: str | None = None
    organ: str = ""
    rank: str = ""
    source: str = "本级制度"


def ranked(posts: Iterable[Post], rank: str) -> tuple[Post, ...]:
    """The posts, the liaison's saying the rank that the rule asks for. Source: seed 二; dossier 1.2 M7."""
    return tuple(replace(post, rank=rank, name=f"{rank}干部") if post.role == "liaison" else post for post in posts)


def refuse(message: str, en: str, field: str, source: str) -> Refused:
    """The refusal, ready to be raised."""
    return Refused(message, en=en, field=field, source=source)


def check_lead(chosen: Sequence[str], members: Collection[str]) -> None:
    """One or two member units lead, or it is refused. Source: seed 末句; dossier 1.5 L1."""
    if not 1 <= len(set(chosen)) <= MOST_LEADS:
        raise refuse(
            "联席会议须有一个或两个牵头部门。",
            "A conference has one or two lead departments.",
            "lead_units",
            LAST_SENTENCE,
        )
    if not set(chosen) <= set(members):
        raise refuse("牵头部门须是本级成员单位。", "A lead department is a member unit.", "lead_units", LAST_SENTENCE)


def check_office_host(host: str | None, members: Collection[str]) -> None:
    """The office stands in a member unit, or there is none. Source: seed 二; dossier 1.2 M4."""
    if host is not None and host not in members:
        raise refuse(
            "联席会议办公室所在单位须是成员单位。",
            "The unit that hosts the office is a member unit.",
            "office_host",
            COMPOSITION,
        )


def office_cautions(host: str | None, leads: Collection[str]) -> list[Caution]:
    """A word where the office does not stand in a lead department. Source: dossier 1.2 M4."""
    if host is None or host in leads:
        return []
    return [
        Caution(
            "办公室所在单位不是牵头部门，请确认办公室是否一并调整。",
            "The office does not stand in a lead department; check whether it should move too.",
            COMPOSITION,
        )
    ]


def check_unit(name: str, category: str, names: Collection[str]) -> None:
    """The unit has a name of its own and a known category."""
    if not name:
        raise refuse("请填写单位名称。", "Give the unit a name.", "name", COMPOSITION)
    if len(name) > LONGEST_NAME:
        raise refuse(f"单位名称不超过{LONGEST_NAME}字。", "The name is too long.", "name", COMPOSITION)
    if name in names:
        raise refuse(
            f"已有名为“{name}”的成员单位。", f"There is a member unit named {name} already.", "name", COMPOSITION
        )
    if category not in CATEGORIES:
        raise refuse(
            f"单位类别须是{'、'.join(CATEGORIES)}之一。", "Choose one of the categories.", "category", COMPOSITION
        )


def check_departure(name: str, *, leads: bool, hosts_office: bool, posts: Sequence[str], alone: Sequence[str]) -> None:
    """A unit leaves only when nothing hangs on it alone. Source: seed 二、三; dossier 1.2 M1."""
    if leads:
        raise refuse(
            f"{name}是牵头部门，请先另行确定牵头部门。",
            f"{name} leads; choose another lead first.",
            "unit",
            LAST_SENTENCE,
        )
    if hosts_office:
        raise refuse(
            f"联席会议办公室设在{name}，请先调整办公室所在单位。",
            f"{name} hosts the office; move the office first.",
            "unit",
            COMPOSITION,
        )
    if posts:
        raise refuse(
            f"{'、'.join(posts)}由{name}的职务担任，请先另行确定。",
            f"{name} fills {len(posts)} posts of the conference; settle them first.",
            "unit",
            COMPOSITION,
        )
    if alone:
        raise refuse(
            f"{name}仍单独承担{len(alone)}项职责（{'、'.join(alone)}），请先确定承接单位。",
            f"{name} alone still holds {len(alone)} duties ({', '.join(alone)}); hand them over first.",
            "unit",
            DIVISION,
        )


def check_duty(code: str, text: str, policy_field: str, codes: Collection[str]) -> None:
    """The duty has a code of its own, a text and a policy field. Source: dossier 1.3, 1.1 D5."""
    if not code or code in codes:
        sentence = f"职责代码“{code}”已使用，请另取。" if code else "请填写职责代码。"
        raise refuse(sentence, f"Duty code {code!r} is missing or taken.", "code", DIVISION)
    if not re.fullmatch(r"[\w.()（）-]{1,20}", code) or not code.strip("."):
        raise refuse(
            "职责代码由字母、数字或汉字组成，不超过20字，不含空格和斜线，也不能只有句点。",
            "A duty code is letters and digits, no blank or slash.",
            "code",
            DIVISION,
        )
    if not text:
        raise refuse("请填写职责内容。", "Say what the duty is.", "text", DIVISION)
    if len(text) > LONGEST_DUTY:
        raise refuse(f"职责内容不超过{LONGEST_DUTY}字。", "The duty is too long.", "text", DIVISION)
    check_policy_field(policy_field)


def check_policy_field(policy_field: str) -> None:
    """The field is one of the seed's five, or other. Source: seed 一."""
    if policy_field not in POLICY_FIELDS:
        raise refuse(
            "请选择职责所属领域（五类或其他）。",
            "Choose one of the five policy fields, or other.",
            "policy_field",
            MAIN_DUTIES,
        )


def check_own_field(own: str, policy_field: str, stands_for: Mapping[str, str]) -> None:
    """A field by a name of the place's own stands for one field of the seed. `stands_for`: what other duties say."""
    if len(own) > LONGEST_FIELD:
        raise refuse(
            f"本级领域名称不超过{LONGEST_FIELD}字。", "The field's name is too long.", "own_field", MAIN_DUTIES
        )
    if stands_for.get(own, policy_field) != policy_field:
        raise refuse(
            f"“{own}”在其他职责中对应的领域不同。同一名称只对应一个领域：请选择相同的领域或另取名称，或在“领域对应”中统一调整。",
            f"{own} stands for another field elsewhere; one name stands for one field.",
            "own_field",
            MAIN_DUTIES,
        )


def check_holders(holdings: Sequence[Holding], members: Collection[str]) -> None:
    """Somebody holds the duty; of several, one carries it. Source: seed 三; dossier 1.3."""
    if not holdings:
        raise refuse(
            "每项职责须有承担单位，请至少确定一个。", "A duty is held by at least one unit.", "holders", DIVISION
        )
    chosen = [holding.unit for holding in holdings]
    if not set(chosen) <= set(members) or len(chosen) != len(set(chosen)):
        raise refuse(
            "承担单位须是本级成员单位，且不得重复。",
            "Each holder is a member unit, named once.",
            "holders",
            DIVISION,
        )
    _check_grades(holdings)


def _check_grades(holdings: Sequence[Holding]) -> None:
    if any(holding.grade not in GRADES for holding in holdings):
        raise refuse(
            "承担方式须是负责、会同、协助、配合之一。",
            "The grade is lead, coordinate, assist or cooperate.",
            "holders",
            DIVISION,
        )
    if len(holdings) > 1 and not any(holding.grade in PRINCIPAL for holding in holdings):
        raise refuse(
            "多个单位承担的职责，须有一个负责（或会同）的单位。",
            "Of several holders one leads or coordinates.",
            "holders",
            DIVISION,
        )
    for grade in {holding.grade for holding in holdings if holding.joint}:
        if sum(holding.grade == grade and holding.joint for holding in holdings) < 2:
            raise refuse(
                "共同承担须有两个以上承担方式相同的单位。",
                "Joint means two or more units in the same grade.",
                "holders",
                DIVISION,
            )


def check_posts(posts: Sequence[Post], keys: Collection[str], has_office: bool) -> None:
    """One convener or several, one director where there is an office, each in a unit or of the government.

    Source: seed 二; dossier 1.2 M2, M5, M6.
    """
    for number, post in enumerate(posts):
        _check_post(post, f"posts.{number}", keys)
    conveners = sum(post.role == "convener" for post in posts)
    if not 1 <= conveners <= MOST_CONVENERS:
        raise refuse(
            f"联席会议须有召集人；共同召集的，不超过{MOST_CONVENERS}名。",
            f"There is one convener, or up to {MOST_CONVENERS} together.",
            "convener",
            COMPOSITION,
        )
    directors = sum(post.role == "office_director" for post in posts)
    if directors != int(has_office):
        raise refuse(
            "设办公室的，须有且只有一名办公室主任；不设的，不设主任。",
            "An office has exactly one director.",
            "office_director",
            COMPOSITION,
        )
    if not has_office and any(post.role == "office_deputy" for post in posts):
        raise refuse(
            "不设办公室的，不设办公室副主任。", "Without an office there are no deputies.", "office_deputy", COMPOSITION
        )


def _check_post(post: Post, field: str, keys: Collection[str]) -> None:
    if post.role not in POST_ROLES or not post.name:
        raise refuse("请填写职务名称。", "Name the post.", field, COMPOSITION)
    if bool(post.unit) == bool(post.organ):
        raise refuse(
            "职务须属于一个成员单位，或注明其所在机关。",
            "The post belongs to a unit or to an organ.",
            field,
            COMPOSITION,
        )
    if post.unit and post.unit not in keys:
        raise refuse("职务所在单位须是成员单位。", "The post's unit is a member unit.", field, COMPOSITION)


def post_cautions(posts: Sequence[Post], host: str | None) -> list[Caution]:
    """A word where the director comes from outside the office's unit. Source: dossier 1.2 M5."""
    outside = [post for post in posts if post.role == "office_director" and post.unit != host]
    if not outside:
        return []
    return [
        Caution(
            "办公室主任不属于办公室所在单位，请确认。",
            "The office director does not come from the unit that hosts the office.",
            COMPOSITION,
        )
    ]
