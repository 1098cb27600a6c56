"""The catalogue of all that is data: whoever needs a datum asks here."""

from config.charter import CharterTemplate, Clause, Duty, Holder, Post, Rule, Unit
from config.charter_templates import after_reform, charter_template, charter_template_for
from config.divisions import Region, children_of, regions, subtree
from config.labels import choices, label, labels
from config.matrix import MARKS, Operation, Role, operations, permissions, roles
from config.progress import Indicator, progress_indicators

__all__ = [
    "MARKS",
    "CharterTemplate",
    "Clause",
    "Duty",
    "Holder",
    "Indicator",
    "Operation",
    "Post",
    "Region",
    "Role",
    "Rule",
    "Unit",
    "after_reform",
    "charter_template",
    "charter_template_for",
    "children_of",
    "choices",
    "label",
    "labels",
    "operations",
    "permissions",
    "progress_indicators",
    "regions",
    "roles",
    "subtree",
]
