"""Policies, the measures that carry them out, and rules and standards in the making: what may be said of them. Pure.

Source: seed 一 (贯彻落实、法规规章、政策措施、服务规范); dossier 1.1 D1, D3, D5, D6.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from config.charter import POLICY_FIELDS
from service.kit.process import Process, Step
from tenants.errors import Refused

LEVELS = ("state", "province", "city", "county")  # the wording group `policy_level`
UNBROKEN_DAYS = 30  # a paper of the state or the province without a task after so many days is pointed out (D1)
ABOVE = frozenset({"state", "province"})
D1, D5, D6 = "制度一：贯彻落实国家政策措施", "制度一：研究制定政策措施", "制度一：建立服务规范、制定行业标准"

MEASURE = Process(
    "measure",
    "措施",
    "measure",
    "measure_state",
    (
        Step("record", (), "planned", "登记", "record", D5),
        Step("issue", ("planned",), "issued", "出台", "issue", D5),
        Step("end", ("issued",), "ended", "停止执行", "end", D5),
    ),
)
_MAKING = ("begun", "drafting", "consulting", "reviewing")
INSTRUMENT = Process(
    "instrument",
    "项目",
    "item",
    "instrument_state",
    (
        Step("begin", (), "begun", "立项", "begin", D6),
        Step("draft", ("begun", "consulting", "reviewing"), "drafting", "进入起草", "go to drafting", D6),
        Step("consult", ("begun", "drafting"), "consulting", "进入征求意见", "go to consultation", D6),
        Step("review", ("drafting", "consulting"), "reviewing", "进入审查", "go to review", D6),
        Step("publish", ("reviewing",), "published", "公布", "publish", D6),
        Step("drop", _MAKING, "dropped", "停止", "drop", D6),
    ),
)
PROCESSES = (MEASURE, INSTRUMENT)
# What an instrument can be, by kind; their names are in the wording group `instrument_type`.
TYPES: Mapping[str, tuple[str, ...]] = {
    "legislation": ("regulation", "government_rule", "normative_document"),
    "standard": ("service_norm", "local_standard", "group_standard"),
}


def checked(text: str, field: str, zh: str, en: str, most: int = 500) -> str:
    """The text without the blanks around it; an empty or overlong one is refused."""
    said = text.strip()
    if not said or len(said) > most:
        raise Refused(f"请填写{zh}，不超过{most}字。", en=f"Give {en}, at most {most} characters.", field=field)
    return said


def check_field(name: str) -> None:
    """Every measure belongs to a policy field. Source: dossier 1.1 D5 (硬)."""
    if name not in POLICY_FIELDS:
        raise Refused("请选择政策领域。", en="Choose a policy field.", field="policy_field", source=D5)


def kind_of(type_: str) -> str:
    """Whether such a thing is a law or rule, or a standard."""
    for kind, types in TYPES.items():
        if type_ in types:
            return kind
    raise Refused("请选择类型。", en="Choose a type.", field="type", source=D6)


def check_past(day: date, on: date, field: str) -> None:
    """Nothing, or a day to come is refused."""
    if day > on:
        raise Refused("日期不能晚于今天。", en="The day is not one to come.", field=field)


def unbroken(level: str, recorded_on: date, tasks: int, on: date) -> bool:
    """Whether a paper from above waits too long for its tasks. Source: dossier 1.1 D1 (警)."""
    return level in ABOVE and not tasks and on > recorded_on + timedelta(days=UNBROKEN_DAYS)
