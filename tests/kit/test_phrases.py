"""Whatever marshmallow can say of a field of ours is said in Chinese too."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from marshmallow import Schema, ValidationError, fields, validate
from marshmallow.class_registry import _registry

from service.kit.phrases import chinese
from tests.factories import a_tenant, a_token, bearing

CHINESE = re.compile(r"[\u4e00-\u9fff].*。$")
OFFERED = [kind for kind in vars(validate).values() if isinstance(kind, type) and issubclass(kind, validate.Validator)]


def schemas() -> list[type[Schema]]:
    """Every shape of the service."""
    found = [cls for known in _registry.values() for cls in known if isinstance(cls, type)]
    return sorted({cls for cls in found if cls.__module__.startswith("service.")}, key=str)


def every_field(schema: Schema) -> Iterator[fields.Field]:
    for field in schema.declared_fields.values():
        yield field
        if isinstance(field, fields.List):
            yield field.inner


def filled(template: str) -> str:
    return template.format_map(defaultdict(lambda: "7", input="x", awareness="aware", obj_type="datetime"))


def met() -> list[fields.Field]:
    """One field of each kind: those in use, and those that rooms to come will use first."""
    others = [fields.Decimal(), fields.Float(), fields.Email(), fields.URL(), fields.Time(), fields.NaiveDateTime()]
    used = [field for schema in schemas() for field in every_field(schema())]
    return list({type(field): field for field in (*others, *used)}.values())


def test_the_shapes_of_the_rooms_are_met(app):
    assert len(schemas()) > 50
    assert {fields.String, fields.UUID, fields.Nested} <= {type(field) for field in met()}


def test_every_message_of_every_kind_of_field_is_put_into_words(app):
    assert [
        (type(field).__name__, template)
        for field in met()
        for template in field.error_messages.values()
        if not CHINESE.search(chinese(filled(str(template))))
    ] == []


def test_every_message_of_a_schema_is_put_into_words():
    assert all(CHINESE.search(chinese(said)) for said in Schema().error_messages.values())


RANGES = [
    validate.Range(min=low, max=high, min_inclusive=low_in, max_inclusive=high_in)
    for low, high in ((1, 9), (1, None), (None, 9))
    for low_in in (True, False)
    for high_in in (True, False)
]
VALIDATORS: list[validate.Validator] = [
    *RANGES,
    validate.Length(min=2, max=3),
    validate.Length(min=2),
    validate.Length(max=3),
    validate.Length(equal=2),
    validate.OneOf(["a"]),
    validate.NoneOf(["x"]),
    validate.ContainsOnly(["a"]),
    validate.ContainsNoneOf(["x"]),
    validate.Equal("a"),
    validate.Regexp("a+$"),
    validate.Email(),
    validate.URL(),
    validate.Predicate("isdigit"),
]


def test_every_validator_that_is_offered_is_tried():
    ours = {type(one) for one in VALIDATORS}
    assert set(OFFERED) - ours - {validate.Validator, validate.And} == set()


@pytest.mark.parametrize("validator", VALIDATORS, ids=repr)
def test_what_every_validator_says_is_put_into_words(validator):
    wrong = [-100, 100] if isinstance(validator, validate.Range) else ["x", "xxxx", ""]
    said = set()
    for value in wrong:
        try:
            validator(value)
        except ValidationError as error:
            said |= set(error.messages)
    assert said
    assert [one for one in said if not CHINESE.search(chinese(one))] == []


@pytest.mark.parametrize(
    ("message", "zh"),
    [
        ("Length must be between 1 and 200.", "长度须在1—200之间。"),
        ("Longer than maximum length 50.", "长度不得超过50。"),
        ("Must be greater than or equal to 1 and less than or equal to 366.", "须在1—366之间。"),
        ("Must be less than or equal to 9.", "不得大于9。"),
        ("Must be one of: a, b.", "不在可选值之内。"),
        ("期别“x”无法识别。", "期别“x”无法识别。"),
        ("Something else entirely", ""),
    ],
)
def test_a_sentence_keeps_its_numbers(message, zh):
    assert chinese(message) == zh


def test_a_body_that_is_no_json_is_refused_in_chinese(client, engine):
    tenant = a_tenant(engine)
    headers = bearing(a_token(engine, tenant, "SA"), Content_Type="application/json")
    answer = client.post(f"/api/v1/t/{tenant.slug}/invitations", data="{", headers=headers)
    assert answer.status_code == 400
    assert "内容不是有效的 JSON。" in str(answer.json["errors"])


def test_a_field_that_is_too_long_is_refused_in_chinese(client, engine):
    tenant = a_tenant(engine)
    headers = bearing(a_token(engine, tenant, "OS"))
    answer = client.post(f"/api/v1/t/{tenant.slug}/plans", json={"year": 2027, "title": "长" * 999}, headers=headers)
    assert answer.status_code == 422
    (said,) = answer.json["errors"]["json"]["title"]
    assert said.startswith("长度须在1—") and "Length must be between" in said
