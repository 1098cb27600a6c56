"""Who may do what: the roles and the one table of permissions (dossier §1.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from config.reading import read_csv

MARKS = ("do", "delegated", "propose", "draft", "review", "read", "no")


@dataclass(frozen=True, slots=True)
class Role:
    """One of the fourteen roles; `plane` is business or administration, and no one holds both."""

    code: str
    key: str
    name_zh: str
    name_en: str
    plane: str


@dataclass(frozen=True, slots=True)
class Operation:
    key: str
    label_zh: str
    label_en: str
    source: str
    note: str


@cache
def roles() -> dict[str, Role]:
    """The roles by code, in the order of the matrix."""
    return {row["code"]: Role(**row) for row in read_csv("role_names.csv")}


@cache
def operations() -> dict[str, Operation]:
    """What can be done, by key, with the row of the matrix it rests on."""
    return {
        row["operation"]: Operation(row["operation"], row["label_zh"], row["label_en"], row["source"], row["note"])
        for row in read_csv("roles.csv")
    }


@cache
def permissions() -> Mapping[str, Mapping[str, str]]:
    """operation → role code → mark (one of MARKS); every operation names every role."""
    return {row["operation"]: {code: row[code] for code in roles()} for row in read_csv("roles.csv")}
