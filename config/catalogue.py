"""The catalogue of all that is data: whoever needs a datum asks here."""

from config.charter import CharterTemplate, Clause, Duty, Holder, Post, Rule, Unit
from config.charter_templates import after_reform, charter_template, charter_template_for, reforms
from config.divisions import Region, children_of, regions, subtree
from config.handbook import Form, Step, handbook_forms, handbook_guide
from config.labels import choices, label, labels
from config.matrix import MARKS, Operation, Role, operations, permissions, roles
from config.progress import Indicator, progress_indicators
from config.sample_province import (
    AgreedItem,
    SampleFounding,
    SampleOpinion,
    SamplePaper,
    SamplePerson,
    SamplePlace,
    SampleSeat,
    SampleTask,
    SampleTopic,
    sample_papers,
    sample_people,
    sample_places,
    sample_tasks,
    sample_texts,
    sample_topics,
)
from config.statistics import Statistic, statistical_indicators
from config.workdays import add_working_days, calendar_known, is_working_day, next_working_day, working_days

__all__ = [
    "MARKS",
    "AgreedItem",
    "CharterTemplate",
    "Clause",
    "Duty",
    "Form",
    "Holder",
    "Indicator",
    "Operation",
    "Post",
    "Region",
    "Role",
    "Rule",
    "SampleFounding",
    "SampleOpinion",
    "SamplePaper",
    "SamplePerson",
    "SamplePlace",
    "SampleSeat",
    "SampleTask",
    "SampleTopic",
    "Statistic",
    "Step",
    "Unit",
    "add_working_days",
    "after_reform",
    "calendar_known",
    "charter_template",
    "charter_template_for",
    "children_of",
    "choices",
    "handbook_forms",
    "handbook_guide",
    "is_working_day",
    "label",
    "labels",
    "next_working_day",
    "operations",
    "permissions",
    "progress_indicators",
    "reforms",
    "regions",
    "roles",
    "sample_papers",
    "sample_people",
    "sample_places",
    "sample_tasks",
    "sample_texts",
    "sample_topics",
    "statistical_indicators",
    "subtree",
    "working_days",
]
