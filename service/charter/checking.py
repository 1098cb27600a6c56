"""Whether a text is a charter: its faults, what is let pass with a word, and the day it may take effect. Pure.

Source: seed 二, 三, 四 and its last sentence; dossier 1.2 to 1.5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from config.catalogue import Rule
from service.charter import amending, rules, working_rules
from service.charter.rules import Caution
from service.charter.text import CharterText
from tenants.errors import Refused


def check(text: CharterText, known: Iterable[Rule]) -> None:
    """The text is a charter, or it is refused with its first fault."""
    for fault in faults(text, list(known)):
        raise fault


def faults(text: CharterText, known: list[Rule]) -> Iterator[Refused]:
    """Every way in which the text is no charter, in the order of its articles."""
    keys = [unit.key for unit in text.units]
    for step in (
        lambda: amending.named(text, text.conference_name),
        lambda: _unrepeated(keys, "units"),
        lambda: rules.check_lead(text.leads, keys),
        lambda: rules.check_office_host(text.office_host, keys),
        lambda: rules.check_posts(
            [post for post in text.posts if post.role in rules.POST_ROLES], keys, text.office_host is not None
        ),
        lambda: _unrepeated([duty.code for duty in text.duties], "duties"),
        lambda: working_rules.changed_rules(known, _frame(known, text), text.rules),
    ):
        yield from _fault(step)
    for unit in text.units:
        others = [other.name for other in text.units if other.key != unit.key]
        yield from _fault(lambda unit=unit, others=others: rules.check_unit(unit.name, unit.category, others))
    stands_for = amending.own_fields(reversed(text.duties))  # as the first that bears the name says
    for duty in text.duties:
        yield from _fault(lambda duty=duty: rules.check_duty(duty.code, duty.text, duty.policy_field, ()))
        yield from _fault(lambda duty=duty: rules.check_own_field(duty.own_field, duty.policy_field, stands_for))
        yield from _fault(lambda duty=duty: rules.check_holders(duty.holders, keys))


def _fault(step: Callable[[], object]) -> Iterator[Refused]:
    try:
        step()
    except Refused as fault:
        yield fault


def _frame(known: list[Rule], text: CharterText) -> dict[str, Any]:
    """The rules as the level fixes them, and no key that the text lacks."""
    return {rule.key: list(rule.value) if isinstance(rule.value, tuple) else rule.value for rule in known} | {
        "convener_count": text.rules.get("convener_count")
    }


def _unrepeated(names: list[str], field: str) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise rules.refuse(
            f"“{'、'.join(twice)}”列了两次，请核对。", f"Named twice: {', '.join(twice)}.", field, rules.DIVISION
        )


def cautions(text: CharterText) -> list[Caution]:
    """What is let pass and said, each with the rule it rests on. Source: dossier 1.2 M4, M5."""
    own = [post for post in text.posts if post.role in rules.POST_ROLES]
    return [
        *rules.office_cautions(text.office_host, text.leads),
        *rules.post_cautions(own, text.office_host),
        *working_rules.cautions(text.rules, [post.role for post in own], text.conference_name),
    ]


def check_effect(version: str, since: date | None, effective_from: date) -> None:
    """A version takes effect after the latest one did: on no day are two in force. Source: dossier 1.1 P1."""
    if since is not None and effective_from <= since:
        raise rules.refuse(
            f"{version}自{since.isoformat()}起施行，新版本须晚于该日施行，同一日只能有一个制度文本有效。",
            f"{version} takes effect on {since.isoformat()}; a later day is needed: one charter in force on a day.",
            "effective_from",
            "制度末句",
        )
