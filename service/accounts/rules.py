"""What holds of passwords, usernames and seats, before any database is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from config.catalogue import roles
from tenants.errors import Refused

PASSWORD_LEAST, PASSWORD_MOST = 10, 128
INVITATION_LASTS = timedelta(days=7)
TOKEN_HOURS_MOST = 24 * 366

# Roles that speak for a member unit; the others sit for the conference, its office or the administration.
UNIT_ROLES = frozenset({"MR", "LI", "UC"})
OFFICE_HEADS = frozenset({"OD", "ODp"})
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}")


def normal_username(text: str) -> str:
    """The username as it is kept: small letters, no spaces around it."""
    return text.strip().lower()


def checked_username(text: str) -> str:
    """A username that can be kept; anything else is refused."""
    name = normal_username(text)
    if not _USERNAME.fullmatch(name):
        raise Refused(
            "用户名须为3—64位小写字母、数字、点、下划线或连字符，并以字母或数字开头。",
            en="A username is 3 to 64 small letters, digits, dots, underscores or hyphens.",
            field="username",
        )
    return name


def checked_name(text: str) -> str:
    """A person's name; an empty one is refused."""
    name = text.strip()
    if not 1 <= len(name) <= 50:
        raise Refused("请填写姓名（50字以内）。", en="Give a name of at most 50 characters.", field="name")
    return name


def check_password(password: str, username: str) -> None:
    """The password may stand, or is refused with what it lacks. Source: dossier 7.1 身份鉴别."""
    fault = _password_fault(password, username)
    if fault:
        zh, en = fault
        raise Refused(zh, en=en, source="等保三级 身份鉴别（GB/T 22239）", field="password")


def _password_fault(password: str, username: str) -> tuple[str, str] | None:
    if len(password) < PASSWORD_LEAST:
        return f"口令至少{PASSWORD_LEAST}位，请加长后再试。", f"A password has at least {PASSWORD_LEAST} characters."
    if len(password) > PASSWORD_MOST:
        return f"口令最长{PASSWORD_MOST}位。", f"A password has at most {PASSWORD_MOST} characters."
    if username.lower() in password.lower():
        return "口令不得包含用户名，请另设一个。", "A password may not contain the username."
    if len(set(password)) < 5:
        return "口令过于简单，请混用不同的字母、数字和符号。", "The password is too simple; mix letters, digits, signs."
    return None


def check_roles(wanted: Iterable[str], held: Iterable[str] = ()) -> None:
    """The roles exist and may stand together in one person. Source: dossier 1.6 硬(三员分立)."""
    wanted, together = list(wanted), {*wanted, *held}
    if not wanted or not set(wanted) <= set(roles()):
        raise Refused("请选择角色。", en="Choose one or more roles of the matrix.", source=_MATRIX, field="roles")
    administrative = {role for role in together if roles()[role].plane == "administration"}
    if len(administrative) > 1:
        raise Refused(
            "系统管理员、安全管理员、审计管理员须由不同人员担任，不得兼任。",
            en="The system, security and audit administrator are three different persons.",
            source=_MATRIX,
            field="roles",
        )
    if administrative and len(together) > 1:
        raise Refused(
            "管理员不得兼任业务角色，请为其业务工作另选人员。",
            en="An administrator holds no business role in the same conference.",
            source=_MATRIX,
            field="roles",
        )


_MATRIX = "角色与权限矩阵（三员互斥，管理员无业务数据权限）"


def check_unit(wanted: Iterable[str], has_unit: bool) -> None:
    """Roles that speak for a unit name one; the others name none."""
    speaking = [role for role in wanted if role in UNIT_ROLES]
    if speaking and not has_unit:
        raise Refused(
            f"{roles()[speaking[0]].name_zh}代表成员单位履职，请选择所属单位。",
            en=f"A {roles()[speaking[0]].name_en.lower()} speaks for a unit: choose it.",
            field="unit_id",
        )


def check_office(wanted: Iterable[str], has_office: bool) -> None:
    """Where the charter has no office nobody directs it: the lead department's own seats do. Source: seed 二; dossier 2.1."""
    if not has_office and OFFICE_HEADS & set(wanted):
        raise Refused(
            "本级制度不设办公室，日常工作由牵头部门承担：请为牵头部门授予成员代表或联络员席位，其席位即可办理办公室事项。",
            en="The charter has no office: seat the lead department's representative or liaison, who do its work.",
            source="制度二 成员单位",
            field="roles",
        )
