"""What the working rules decide, said in the charter's own words. Pure.

Where a rule is the template's the seed's words stand as they are. Where a place decided otherwise its clause says so, and
what has no clause of its own comes last: the text that one reads is what the system does.
Source: seed 四; dossier 1.4, 2.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from config.catalogue import CharterTemplate, Rule
from config.labels import label
from service.charter.own_meetings import IRREGULAR, OwnMeeting, own_meetings, post
from service.charter.working_rules import body

Rules = Mapping[str, Any]
DIGITS = "零一二三四五六七八九十"
TIMES = "每年召开一至两次联席会议全体会议"
CONVENER_CHAIRS = "会议由召集人主持召开"
DIRECTOR_CHAIRS = "专题会议由联席会议办公室主任主持，或受办公室主任委托，由办公室副主任主持"


def in_its_words(words: str, rules: Rules, *, office: bool) -> str:
    """The passage with the body's own word in it, and without an office where there is none."""
    for was, now in () if office else WITHOUT_OFFICE:
        words = words.replace(was, now)
    return words.replace("联席会议", body(rules))


# Without an office the lead department does its work. Source: dossier 2.1.
WITHOUT_OFFICE = (
    ("及办公室工作人员参加", "及联络员参加"),
    ("由召集人或联席会议办公室主任负责协调", "由召集人负责协调"),
    ("联席会议办公室工作人员或联络员", "联络员"),
    ("联席会议办公室主任主持，或受办公室主任委托，由办公室副主任主持", "牵头部门负责同志主持"),
    ("联席会议办公室", "牵头部门"),
    ("由办公室汇总", "由牵头部门汇总"),
)


def told(key: str, words: str, rules: Rules, template: CharterTemplate) -> str:
    """The clause as these rules have it."""
    was = values(template)
    rules = {**was, **rules}  # a text published long ago says nothing of a rule that is newer
    for change in CHANGES.get(key, ()):
        words = change(words, rules, was)
    return words + "".join(_sentences(key, rules, was))


def values(template: CharterTemplate) -> dict[str, Any]:
    """The template's rules as a charter keeps them."""
    return {rule.key: list(rule.value) if isinstance(rule.value, tuple) else rule.value for rule in template.rules}


def _differs(key: str, rules: Rules, was: Rules) -> bool:
    return rules.get(key, was[key]) != was[key]


def _sentences(clause: str, rules: Rules, was: Rules) -> list[str]:
    said = [(keys, say) for place, keys, say in SENTENCES if place == clause]
    return [say(rules) for keys, say in said if any(_differs(key, rules, was) for key in keys)]


def rest(rules: Rules, template: CharterTemplate, read: Callable[[Rule, Any], str]) -> str:
    """What the place decided otherwise and no clause says yet; empty where there is nothing."""
    was = values(template)
    rules = {**was, **rules}
    said = {key for _place, keys, _say in SENTENCES for key in keys} | REWORDED
    own = [rule for rule in template.rules if rule.key not in said and _differs(rule.key, rules, was)]
    parts = [f"{rule.label_zh.partition('(')[0]}：{read(rule, rules[rule.key])}" for rule in own]
    sentences = _sentences("", rules, was) + ([f"{'；'.join(parts)}。"] if parts else [])
    return f"（七）本级另行规定。{''.join(sentences)}" if sentences else ""


# --- words that take the place of the seed's ---


def _rhythm(words: str, rules: Rules, was: Rules) -> str:
    cadence, low, high = (rules[key] for key in ("plenary_cadence", "plenary_min", "plenary_max"))
    if cadence == "year" and (low, high) == (was["plenary_min"], was["plenary_max"]):
        return words
    if cadence == "irregular":
        often = (
            f"不定期召开联席会议全体会议，每年{f'不少于{times(low, low)}、' if low else ''}不超过{times(high, high)}"
        )
    elif cadence == "year":
        often = f"每年召开{times(low, high)}联席会议全体会议"
    else:
        every = label("cadence", cadence).removesuffix("一次")
        often = f"原则上{every}召开一次联席会议全体会议，全年{times(low, high)}"
    return words.replace(TIMES, often)


def rhythm(rules: Rules) -> str:
    """How often the plenary meets, in short: 每年一至两次; 每月一次，全年十至十二次; 不定期，每年不超过两次."""
    cadence, low, high = rules.get("plenary_cadence", "year"), rules["plenary_min"], rules["plenary_max"]
    if cadence == "year":
        return f"每年{times(low, high)}"
    if cadence == "irregular":
        return f"不定期，每年不超过{times(high, high)}"
    return f"{label('cadence', cadence)}，全年{times(low, high)}"


def times(least: int, most: int) -> str:
    """How often a year, as the seed says it: 一至两次, 两次, 十至十二次."""
    return f"{_count(least)}次" if least == most else f"{_count(least)}至{_count(most)}次"


def _count(number: int) -> str:
    if number == 2:
        return "两"
    if number <= 10:
        return DIGITS[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def _plenary_chair(words: str, rules: Rules, was: Rules) -> str:
    if not any(_differs(key, rules, was) for key in ("deputy_may_chair", "plenary_chair_substitute")):
        return words
    chair = CONVENER_CHAIRS
    if rules["deputy_may_chair"]:
        chair += "，或受召集人委托由副召集人主持"
    if not rules["plenary_chair_substitute"]:
        chair += "，不由其他同志代行"
    return words.replace(CONVENER_CHAIRS, chair)


def _no_special(words: str, rules: Rules, _was: Rules) -> str:
    return words if rules["special_meeting"] else "（三）不单独召开专题工作会议，专项工作由联席会议全体会议研究。"


def _special_chair(words: str, rules: Rules, was: Rules) -> str:
    if not _differs("special_chair", rules, was):
        return words
    return words.replace(DIRECTOR_CHAIRS, f"专题会议由{_named('chair_post', rules['special_chair'])}主持")


def _report_to(words: str, rules: Rules, was: Rules) -> str:
    return words.replace(was["report_to"], rules["report_to"])


Change = Callable[[str, Rules, Rules], str]
CHANGES: dict[str, tuple[Change, ...]] = {
    "responsibilities": (_report_to,),
    "reporting": (_report_to,),
    "plenary": (_rhythm, _plenary_chair),
    "special": (_special_chair, _no_special),
    "escalation": (_report_to,),
}
REWORDED = {
    "body_kind",
    "chief_convener",
    "convener_count",
    "liaison_rank",
    "report_to",
    "plenary_min",
    "plenary_max",
    "plenary_cadence",
    "deputy_may_chair",
    "plenary_chair_substitute",
    "special_meeting",
    "special_chair",
}


# --- sentences that a clause gains ---


def _named(group: str, keys: list[str]) -> str:
    return "、".join(label(group, key).partition("（")[0] for key in keys)


def _days(number: int | None, before: str, after: str) -> str:
    return f"{before}{number}个工作日{after}" if number is not None else ""


def _cycle(rules: Rules) -> str:
    return f"报告周期为{'、'.join(label('cycle', key) for key in rules['report_cycle'])}。"


def _documents(rules: Rules) -> str:
    return "可以联席会议名义编号发文。" if rules["issues_documents"] else "联席会议不以自身名义正式行文。"


def _partial(rules: Rules) -> str:
    return "可视议题召集全部或部分成员单位参加。" if rules["partial_attendance"] else "全体会议须召集全部成员单位。"


def _prepared(rules: Rules) -> str:
    return "会前召开联络员会议预审议题。" if rules["liaison_before_plenary"] else "会前不要求召开联络员会议。"


def _quorum(rules: Rules) -> str:
    percent, mode = rules["quorum_percent"], label("decision_mode", rules["decision_mode"])
    said = f"到会单位不低于应到单位的{percent}%，" if percent is not None else "不规定到会比例，"
    return f"{said}议决方式为{mode}。"


def _proxy(rules: Rules) -> str:
    may = rules["proxy_attendance"]
    return f"成员因故不能参加的，{'可委派本单位其他同志参加' if may else '不得委派他人参加'}。"


def _agenda(rules: Rules) -> str:
    day, lead = rules["agenda_day_of_prev_month"], rules["agenda_lead_workdays"]
    if day is not None:
        return f"成员单位于每月{day}日前报送下月议题。"
    return _days(lead, "议题于会前", "征集。") or "议题随时报送。"


def _papers(rules: Rules) -> str:
    parts = [
        _days(rules["notice_workdays"], "会议通知于会前", "发出"),
        _days(rules["materials_workdays"], "会议材料于会前", "报送"),
    ]
    return f"{'，'.join(part for part in parts if part) or '会议通知和材料不设期限'}。"


def _minutes(rules: Rules) -> str:
    within = _days(rules["minutes_workdays"], "于会后", "内") or ""
    signed = f"由{label('role', rules['plenary_minutes_signer'])}签发"
    if not rules["minutes_countersign"]:
        return f"会议纪要{within}{signed}。"
    limit = _days(rules["minutes_countersign_workdays"], "，", "内反馈") or ""
    silence = "，逾期视为无意见" if rules["minutes_countersign_deemed"] else ""
    return f"会议纪要经到会单位会签{limit}{silence}，{within}{signed}。"


def _special_minutes(rules: Rules) -> str:
    return f"其会议纪要由{label('role', rules['special_minutes_signer'])}签发。"


def _liaison(rules: Rules) -> str:
    if not rules["liaison_meeting"]:
        return "不召开联络员会议。"
    return f"联络员会议{label('cadence', rules['liaison_cadence'])}召开，预审议题、核对进度。".replace(
        "一次召开", "召开一次"
    )


def _own(rules: Rules) -> str:
    own = own_meetings(rules)
    if not own:
        return "不另设其他会议。"
    like = [one.name for one in own if not one.chairs]
    told = [_own_said(one) for one in own if one.chairs or one.cadence != IRREGULAR]
    rest = f"{'、'.join(like)}主持人与专题会议相同。" if told and like else ""
    names = "、".join(one.name for one in own)
    return f"另设{names}。{''.join(told)}{rest}" if told else f"另设{names}，主持人与专题会议相同。"


def _own_said(own: OwnMeeting) -> str:
    """月度调度会每月召开一次，由办公室主任主持。"""
    rhythm = "" if own.cadence == IRREGULAR else label("cadence", own.cadence).removesuffix("一次") + "召开一次"
    rhythm = "每年召开一次" if own.cadence == "year" else rhythm
    chairs = f"由{'或'.join(post(chair) for chair in own.chairs)}主持" if own.chairs else ""
    return f"{own.name}{'，'.join(part for part in (rhythm, chairs) if part)}。"


def _progress(rules: Rules) -> str:
    cycle, day, offset = (rules[key] for key in ("progress_cycle", "progress_day_of_month", "progress_offset_days"))
    approved = "，任务进展须经成员代表审定" if rules["progress_approval"] else ""
    every = f"工作进展{label('cycle', cycle)}报送"
    if offset is not None:
        return f"{every}，期后{offset}日内报送{approved}。"
    return f"{every}，于期后次月{day}日前报送{approved}。" if day is not None else f"{every}{approved}。"


def _month_day(text: str) -> str:
    month, day = (int(part) for part in text.split("-"))
    return f"{month}月{day}日"


def _yearly(rules: Rules) -> str:
    return f"年度工作计划于{_month_day(rules['plan_due'])}前、年度工作总结于{_month_day(rules['summary_due'])}前报送。"


def _bulletin(rules: Rules) -> str:
    least, every = rules["bulletin_min"], label("cycle", rules["bulletin_cycle"])
    often = f"{every}不少于{least}期" if least else "随有随编，不定期数"
    scored = "，信息采用计分" if rules["bulletin_scoring"] else ""
    return f"简报{often}{scored}，由{label('role', rules['bulletin_signer'])}签发。"


def _consultation(rules: Rules) -> str:
    within = _days(rules["consult_workdays"], "征求意见期限为", "") or "征求意见期限随文载明"
    times_said = f"，催办{rules['consult_reminders']}次" if rules["consult_reminders"] else ""
    silence = "逾期视为无意见" if rules["consult_deemed_no_objection"] else "须明示意见"
    proxy = "，办公室可代录意见" if rules["consult_proxy_entry"] else ""
    return f"普通文稿{within}{times_said}，{silence}{proxy}；重大问题及对策建议上报须有关成员单位明示同意。"


def _dissent(rules: Rules) -> str:
    return "经协调仍有分歧的，" + (
        "可附各方理据和倾向性意见上报。" if rules["escalation_with_dissent"] else "不得上报。"
    )


def _supervision(rules: Rules) -> str:
    levels = rules["supervision_levels"]
    if not levels:
        how = "由联席会议办公室催办" if rules["supervision_reminders"] else "以议定事项台账督促落实"
        blue = "，已延期的任务亮蓝灯" if rules["extended_light"] else ""
        return f"不发督办单，{how}{blue}。"
    named = "、".join(label("supervision_level", level).partition("(")[0] for level in levels)
    parts = [f"督办分{named}{_count(len(levels))}级"]
    warning = next((level for level in ("yellow", "orange") if level in levels), None)
    if warning and rules["overdue_yellow_days"] is not None:
        parts.append(
            f"逾期{rules['overdue_yellow_days']}日发{label('supervision_level', warning).partition('(')[0]}督办"
        )
    if "red" in levels and rules["overdue_red_days"] is not None:
        parts.append(f"逾期{rules['overdue_red_days']}日发红色督办")
    if not rules["supervision_reminders"]:
        parts.append("不另催办")
    if rules["extended_light"]:
        parts.append("已延期的任务亮蓝灯")
    return f"{'，'.join(parts)}。"


# What a level is called there, the levels that may bear it, its rules.
_LEVELS = (("blue", ("blue",)), ("warning", ("yellow", "orange")), ("red", ("red",)))


ORDER_RULES = tuple(f"supervision_{family}_{what}" for family, _named in _LEVELS for what in ("workdays", "signers"))


def _orders(rules: Rules) -> str:
    """Who signs each of the place's own levels, by when it is answered, who gets a copy."""
    levels = rules["supervision_levels"]
    known = ((family, next((one for one in named if one in levels), "")) for family, named in _LEVELS)
    parts = [_order(rules, family, level) for family, level in known if level]
    copies = "、".join(rules["supervision_red_copies"]) if "red" in levels else ""
    coded = f"督办单以“{rules['supervision_code']}”按年编号"
    return f"{'；'.join([coded, *parts])}{f'，并抄送{copies}' if copies else ''}。" if parts else ""


def _order(rules: Rules, family: str, level: str) -> str:
    signers = "或".join(label("role", role) for role in rules[f"supervision_{family}_signers"])
    within = _days(rules[f"supervision_{family}_workdays"], "，承办单位", "内回复")
    return f"{label('supervision_level', level).partition('(')[0]}督办单由{signers}签发{within}"


def _sunset(rules: Rules) -> str:
    day = rules["sunset_on"]
    if day is None:
        return "不设运行截止日。"
    year, month, last = (int(part) for part in day.split("-"))
    return f"联席会议运行至{year}年{month}月{last}日，此后不再新立事项。"


Sentence = Callable[[Rules], str]
# clause (none: at the end) → the rules it speaks of → what it says where one of them differs from the template.
SENTENCES: tuple[tuple[str, tuple[str, ...], Sentence], ...] = (
    ("reporting", ("report_cycle",), _cycle),
    ("reporting", ("issues_documents",), _documents),
    ("plenary", ("partial_attendance",), _partial),
    ("plenary", ("proxy_attendance",), _proxy),
    ("plenary", ("quorum_percent", "decision_mode"), _quorum),
    ("plenary", ("agenda_day_of_prev_month", "agenda_lead_workdays"), _agenda),
    ("plenary", ("liaison_before_plenary",), _prepared),
    ("plenary", ("notice_workdays", "materials_workdays"), _papers),
    (
        "plenary",
        (
            "plenary_minutes_signer",
            "minutes_countersign",
            "minutes_countersign_deemed",
            "minutes_countersign_workdays",
            "minutes_workdays",
        ),
        _minutes,
    ),
    ("special", ("special_minutes_signer",), _special_minutes),
    ("special", ("liaison_meeting", "liaison_cadence"), _liaison),
    ("special", ("own_meetings",), _own),
    ("units_work", ("progress_cycle", "progress_day_of_month", "progress_offset_days", "progress_approval"), _progress),
    ("units_work", ("plan_due", "summary_due"), _yearly),
    ("information", ("bulletin_cycle", "bulletin_min", "bulletin_scoring", "bulletin_signer"), _bulletin),
    (
        "escalation",
        ("consult_workdays", "consult_deemed_no_objection", "consult_reminders", "consult_proxy_entry"),
        _consultation,
    ),
    ("escalation", ("escalation_with_dissent",), _dissent),
    (
        "",
        ("supervision_levels", "overdue_yellow_days", "overdue_red_days", "supervision_reminders", "extended_light"),
        _supervision,
    ),
    (
        "",
        (*ORDER_RULES, "supervision_red_copies", "supervision_code"),
        _orders,
    ),
    ("", ("sunset_on",), _sunset),
)
