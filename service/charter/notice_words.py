"""The words of a notice: names of units, phrases, grades, fields and numbers as such papers write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

LEVELS = "省市县区州盟旗"
NUMERALS = {
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十二": 12,
}
UNIT_ENDS = (*"局厅委办部会院行联署团社校", "中心", "公司", "集团", "街道", "工会")
CATEGORY_SIGNS = (
    ("群团", ("总工会", "团省委", "团市委", "团县委", "团区委", "团州委", "共青团", "妇联", "妇女联合会", "残联", "残疾人联合会", "工商联")),
    ("党委部门", ("宣传部", "组织部", "统战部", "政法委", "网信办", "编办", "机要")),
    ("垂管部门", ("税务局", "国税局", "地税局", "海关", "人民银行", "金融监管", "银保监", "邮政管理局")),
    ("街道乡镇", ("街道", "镇政府", "乡政府")),
    ("事业单位", ("中心", "学院", "大学", "学校", "医院")),
    ("其他单位", ("公司", "集团", "协会")),
)  # fmt: skip
FIELD_SIGNS = (
    ("fiscal_tax_social_insurance", ("财税", "财政", "税收", "资金", "社会保险", "补贴", "经费")),
    ("training", ("培训", "技能", "持证", "职业教育", "鉴定", "评价")),
    ("info_platform", ("平台", "信息", "信用", "数据")),
    ("service_network", ("网络", "社区", "站点", "网点")),
    ("industry_reform", ("规划", "政策", "标准", "规范", "市场", "监管", "企业", "行业", "产业", "质量")),
)
GRADE_SIGNS = (
    ("coordinate", ("负责会同", "会同", "牵头会同", "统筹协调会同")),
    ("assist", ("协助", "负责协助")),
    ("cooperate", ("配合", "负责配合")),
)
QUOTED = re.compile(r"“[^”]*”|《[^》]*》|（[^）]*）")


def bare(name: str) -> str:
    """What of a unit's name is the same at every level: 市人力资源和社会保障局 and 省人力资源社会保障厅 are one."""
    if re.search(r"团[省市县区州]委|共青团", name):
        return "团委"
    stem = re.sub(r"妇女联合会", "妇联", name.strip()).lstrip(LEVELS)
    stem = re.sub(r"(委员会|厅|局|委|办公室|办)$", "", stem)
    return re.sub(r"[和与]", "", stem)


def names_in(text: str) -> list[str]:
    """The names that stand in a list: 甲局、乙局和丙局 is three; what stands in brackets belongs to its name."""
    flat = QUOTED.sub(lambda found: found[0].replace("、", "\0"), text)
    parts = re.split(r"[、，,；;]|(?<=[局厅委办部会联行院])(?:以及|和|及)", flat)
    return [name.replace("\0", "、").strip() for name in parts if name.strip()]


def is_unit(name: str) -> bool:
    """Whether a name looks like that of a unit."""
    return 2 < len(name) <= 30 and name.endswith(UNIT_ENDS) and not re.search(r"[，。；：]", name)


def category_of(name: str) -> str:
    """The category that the name speaks for."""
    return next((category for category, signs in CATEGORY_SIGNS if any(sign in name for sign in signs)), "政府部门")


def field_of(phrase: str) -> str:
    """The policy field that the words speak for."""
    return next((field for field, signs in FIELD_SIGNS if any(sign in phrase for sign in signs)), "other")


def grade_of(phrase: str) -> str:
    """How the duty is held, by its first word: 负责 unless it says 会同, 协助 or 配合."""
    return next((grade for grade, signs in GRADE_SIGNS if phrase.startswith(signs)), "lead")


def number_of(word: str) -> int | None:
    """One to twelve, in digits or in words."""
    return int(word) if word.isdecimal() else NUMERALS.get(word)


def phrases(text: str) -> Iterator[tuple[int, str]]:
    """Each phrase between commas, semicolons and full stops with its place; what is quoted or in brackets is whole."""
    flat = QUOTED.sub(lambda found: "□" * len(found[0]), text)
    for found in re.finditer(r"[^，；。,;]+", flat):
        yield found.start(), text[found.start() : found.end()]


def sentences(text: str) -> list[str]:
    """The sentences of a passage."""
    return [found for found in re.findall(r"[^。；]+[。；]?", text) if found.strip()]
