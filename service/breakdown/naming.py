"""Who is meant by a name in a cell, and which duty: by name, short name, former name or successor. Pure.

Source: dossier 5.3, 2.2 (列第一位的责任单位为牵头), 2.3 (机构改革).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from service.breakdown.rules import SEPARATORS, nearest, plain

EVERYBODY = ("各成员单位", "全体成员单位", "各成员单位按职责分工", "联席会议各成员单位")
_LEVELS = "省市县区州"


@dataclass(frozen=True)
class Member:
    """A unit at the table, and every name it goes or went by."""

    id: UUID
    name: str
    names: Sequence[str] = ()


@dataclass(frozen=True)
class Former:
    """A unit that has left: who carries on for it, and in which duties; the first in whatever no duty decides."""

    name: str
    heirs: Sequence[tuple[UUID, frozenset[str]]]


@dataclass(frozen=True)
class Meant:
    """The unit that a name means, with a hint where it was not said in full; or why none."""

    unit: UUID | None
    hint: str = ""
    hint_en: str = ""


@dataclass
class Table:
    """Who sits at the table, and who left it."""

    place: str
    members: Sequence[Member]
    former: Sequence[Former] = ()
    _by_name: dict[str, UUID] = field(default_factory=dict[str, UUID], init=False)
    _met: dict[tuple[str, str], Meant] = field(default_factory=dict[tuple[str, str], Meant], init=False)

    def __post_init__(self) -> None:
        for member in reversed(self.members):
            for name in (*member.names, member.name):
                self._by_name |= {word: member.id for word in self._ways(name)}

    def _ways(self, name: str) -> set[str]:
        """省财政厅 is also 财政厅, and 衡川省财政厅."""
        bare = name[1:] if name[:1] in _LEVELS else name
        return {plain(word) for word in (name, bare, self.place + bare)}

    def meant(self, said: str, code: str = "") -> Meant:
        """Who is meant; `code` is the duty at hand, which decides where a unit was divided. Each name is looked up once."""
        key = (plain(said), code)
        if key not in self._met:
            self._met[key] = self._looked_up(*key)
        return self._met[key]

    def _looked_up(self, said: str, code: str) -> Meant:
        if said in self._by_name:
            return Meant(self._by_name[said])
        for gone in self.former:
            if said in self._ways(gone.name):
                return self._heir(said, gone, code)
        return self._in_short(said)

    def _heir(self, said: str, gone: Former, code: str) -> Meant:
        heir = next((unit for unit, codes in gone.heirs if code in codes), gone.heirs[0][0] if gone.heirs else None)
        if heir is None:
            return Meant(None, f"“{said}”已不是成员单位，且没有承接单位", f"{said} has left and nobody carries on")
        name = next(member.name for member in self.members if member.id == heir)
        return Meant(heir, f"“{said}”已由{name}承接，按{name}列", f"{said} is carried on by {name}")

    def _in_short(self, said: str) -> Meant:
        """人社厅 is 人力资源社会保障厅: its characters in their order, to the last one; if that is one unit only."""
        found = [one for one in self.members if any(_within(said, name) for name in (one.name, *one.names))]
        if len(said) < 2 or not found:
            return Meant(None, f"“{said}”不是成员单位，请填写制度中的单位名称", f"{said} is no member unit")
        if len(found) > 1:
            names = "、".join(one.name for one in found)
            return Meant(None, f"“{said}”可能是{names}，请写全称", f"{said} may be any of {names}")
        return Meant(found[0].id, f"“{said}”按{found[0].name}识别", f"{said} is taken as {found[0].name}")

    def all_meant(self, cell: str, code: str = "") -> list[Meant]:
        """Everybody named in a cell, in its order; 各成员单位 names them all."""
        found: list[Meant] = []
        for said in names_in(cell):
            if said in EVERYBODY:
                found += [Meant(member.id) for member in self.members]
            else:
                found.append(self.meant(said, code))
        return found


def names_in(cell: str) -> list[str]:
    """The names in a cell, apart from 等 and what stands in brackets behind them."""
    bare = re.sub(r"[（(][^（()）]*[）)]", "", plain(cell))
    return [name for part in SEPARATORS.split(bare) if (name := part.removesuffix("等").removesuffix("等单位"))]


def _within(short: str, name: str) -> bool:
    letters = iter(name)
    return short[-1:] == name[-1:] and all(letter in letters for letter in short)


@dataclass(frozen=True)
class DutyWords:
    """A duty as cells name it."""

    id: UUID
    code: str
    text: str


def duty_meant(cell: str, duties: Iterable[DutyWords]) -> DutyWords | None:
    """The duty whose code or text stands in the cell; nothing where none does, or several."""
    said = re.sub(r"\s+", "", plain(cell))
    by_code = [duty for duty in duties if re.match(rf"{re.escape(duty.code)}(?![0-9A-Za-z])", said, re.IGNORECASE)]
    if by_code:
        return by_code[0]
    words = [duty for duty in duties if re.sub(r"\s+", "", plain(duty.text)) == said]
    words = words or [duty for duty in duties if len(said) > 3 and said in re.sub(r"\s+", "", plain(duty.text))]
    return words[0] if len(words) == 1 else None


def duty_proposed(content: str, owed: Sequence[DutyWords]) -> DutyWords | None:
    """Where a row names no duty: the one of its lead's whose words come nearest to the task's."""
    by_id: Mapping[UUID, DutyWords] = {duty.id: duty for duty in owed}
    found = nearest(content, {duty.id: duty.text for duty in owed})
    return by_id[found] if found else None
