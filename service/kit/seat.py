"""A seat: who acts, in which tenant, in which roles, for which units. Every command is given one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from config.catalogue import permissions
from tenants.db import FencedSession
from tenants.errors import Forbidden, Resting
from tenants.models import Tenant

OWN = "account.own"  # one's own account: also of whoever only reads here
SEEING = ("do", "read", "propose", "draft", "review", "delegated")  # the marks of the matrix that see


@dataclass(frozen=True)
class Seat:
    """One person at one tenant's table. Default deny: what the matrix does not grant is refused.

    `console` is the operator of the installation at the command line, who holds the database anyway;
    what he does is audited under that name.
    `former`: the roles of posts that this person has left. They still see what they saw, and do nothing.
    """

    session: FencedSession
    tenant: Tenant
    name: str
    account_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    posts: frozenset[tuple[str, UUID]] = field(default_factory=frozenset)  # in which role for which unit
    former: frozenset[str] = frozenset()
    console: bool = False
    request_id: str = ""

    def may(self, operation: str) -> bool:
        """Whether a role of this seat does the operation, here and now. Source: dossier 1.6 (config/roles.csv)."""
        return self.tenant.working and self._does(operation)

    def may_read(self, operation: str) -> bool:
        """Whether a role of this seat, or of a post that was left, sees what the operation is about."""
        return self._holds(operation, SEEING, self.roles | self.former)

    @property
    def sits(self) -> bool:
        """Whether there is any seat at all here, be it only to read."""
        return bool(self.roles or self.former)

    def _does(self, operation: str) -> bool:
        return self._holds(operation, ("do",), self.roles | self.former if operation == OWN else self.roles)

    def _holds(self, operation: str, marks: Iterable[str], roles: Iterable[str]) -> bool:
        row = permissions()[operation]  # an unknown operation is a programming mistake: KeyError
        return self.console or any(row.get(role, "no") in marks for role in roles)

    def require(self, operation: str) -> None:
        """Nothing happens, or the seat is refused: a suspended or closed tenant is read and never written."""
        if not self.tenant.working:
            raise _resting(self.tenant)
        self.require_role(operation)

    def require_role(self, operation: str) -> None:
        """The same, whatever the tenant's state."""
        if not self._does(operation):
            raise Forbidden(
                "您在本联席会议中的角色不能办理此事项，请联系本级联席会议办公室。",
                en=f"Your role here may not do this ({operation}).",
                source="角色与权限矩阵",
            )

    @property
    def unit_ids(self) -> frozenset[UUID]:
        """The units that this seat speaks for in one role or another."""
        return frozenset(unit_id for _role, unit_id in self.posts)

    def units_for(self, operation: str) -> frozenset[UUID]:
        """The units for which this seat may do the operation: a role held for one unit says nothing of another."""
        if not self.tenant.working:
            return frozenset()
        row = permissions()[operation]
        return frozenset(unit_id for role, unit_id in self.posts if row.get(role) == "do")

    def sits_for(self, unit_id: UUID, operation: str) -> bool:
        """Whether this seat may do the operation for that unit."""
        return self.console or unit_id in self.units_for(operation)


def _resting(tenant: Tenant) -> Resting:
    zh, en = {"suspended": ("已停用", "suspended"), "closed": ("已撤销", "closed")}[tenant.state]
    return Resting(
        f"{tenant.name}的联席会议{zh}，现在只能查看，不能办理任何事项。确需办理的，请联系系统管理员恢复。",
        en=f"The conference of {tenant.name} is {en}: it can be read, and nothing in it can be changed.",
        source="租户状态",
    )
