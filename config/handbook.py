"""What the handbook lists beside the tenant's own data: the forms in use, and how one works with the system."""

from dataclasses import dataclass
from functools import cache

from config.reading import read_yaml


@dataclass(frozen=True, slots=True)
class Form:
    """A form or document of the conference: what for, by whom, and where it is found."""

    name: str
    use: str
    by: str
    where: str
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a user does, and how."""

    title: str
    text: str


@cache
def handbook_forms() -> tuple[Form, ...]:
    """The forms in use, in the order of the work."""
    return tuple(Form(**row) for row in read_yaml("handbook.yaml")["forms"])


@cache
def handbook_guide() -> tuple[Step, ...]:
    """How one works with the system."""
    return tuple(Step(**row) for row in read_yaml("handbook.yaml")["guide"])
