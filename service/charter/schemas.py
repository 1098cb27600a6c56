"""The shapes of the charter in the API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from config.charter import CATEGORIES, GRADES, POLICY_FIELDS
from service.charter.rules import LONGEST_DUTY, LONGEST_FIELD, LONGEST_NAME, POST_ROLES
from service.kit import listing
from service.kit.listing import sorted_by

NAME = validate.Length(min=1, max=LONGEST_NAME)
TEXT = validate.Length(min=1, max=LONGEST_DUTY)
OWN_FIELD = validate.Length(max=LONGEST_FIELD)


class CautionOut(Schema):
    message = fields.String()
    en = fields.String()
    source = fields.String()


class PostSchema(Schema):
    role = fields.String(required=True, validate=validate.OneOf(POST_ROLES))
    name = fields.String(required=True, validate=NAME)
    unit = fields.String(load_default=None, allow_none=True, metadata={"description": "key of a member unit"})
    organ = fields.String(load_default="", metadata={"description": "instead of a unit: the government itself"})
    rank = fields.String(load_default="")


class PostOut(Schema):
    role = fields.String()
    name = fields.String()
    unit = fields.String(allow_none=True)
    organ = fields.String()
    rank = fields.String()
    source = fields.String()


class HolderSchema(Schema):
    unit = fields.String(required=True, metadata={"description": "key of a member unit"})
    grade = fields.String(required=True, validate=validate.OneOf(GRADES))
    joint = fields.Boolean(load_default=False)


class UnitIn(Schema):
    key = fields.String(load_default="", validate=validate.Regexp(r"[A-Z0-9_]{0,20}$"))
    name = fields.String(required=True, validate=NAME)
    category = fields.String(required=True, validate=validate.OneOf(CATEGORIES))
    source = fields.String(load_default="", validate=validate.Length(max=200))


class UnitText(UnitIn):
    joined_on = fields.Date(allow_none=True, dump_only=True)


class DutyIn(Schema):
    code = fields.String(required=True, validate=validate.Length(min=1, max=20))
    text = fields.String(required=True, validate=TEXT)
    policy_field = fields.String(required=True, validate=validate.OneOf(POLICY_FIELDS))
    own_field = fields.String(load_default="", validate=OWN_FIELD, metadata={"description": "what the place calls it"})
    source = fields.String(load_default="", validate=validate.Length(max=200))
    holders = fields.List(fields.Nested(HolderSchema), required=True, validate=validate.Length(max=60))


class WordsIn(Schema):
    """What a tenant decides, whole."""

    conference_name = fields.String(required=True, validate=NAME)
    leads = fields.List(fields.String(), required=True, metadata={"description": "keys of one or two units"})
    office_host = fields.String(required=True, allow_none=True, metadata={"description": "key of a unit, or none"})
    units = fields.List(fields.Nested(UnitText), required=True, validate=validate.Length(max=200))
    duties = fields.List(fields.Nested(DutyIn), required=True, validate=validate.Length(max=500))
    posts = fields.List(fields.Nested(PostSchema), required=True, validate=validate.Length(max=20))
    rules = fields.Dict(keys=fields.String(), required=True, validate=validate.Length(max=200))


class CharterOut(WordsIn):
    id = fields.UUID()
    title = fields.String()
    version = fields.String()
    state = fields.String()
    effective_from = fields.Date(allow_none=True)
    reason = fields.String()
    remark = fields.String()
    drafted_by = fields.String()
    submitted_by = fields.String()
    approved_by = fields.String()
    approved_at = fields.AwareDateTime(allow_none=True)
    posts = fields.List(fields.Nested(PostOut))
    basis = fields.List(fields.Dict())
    association = fields.Dict()
    template_level = fields.String()
    template_version = fields.String()
    differences = fields.Integer(metadata={"description": "in how many places it differs from its template"})
    revision = fields.Integer()
    cautions = fields.List(fields.Nested(CautionOut))


class VersionOut(Schema):
    id = fields.UUID()
    version = fields.String()
    state = fields.String()
    effective_from = fields.Date()
    reason = fields.String()
    approved_by = fields.String()
    approved_at = fields.AwareDateTime(allow_none=True)


class PublishedOut(Schema):
    revision = fields.Integer()
    title = fields.String()
    sha256 = fields.String()
    published_by = fields.String()
    published_at = fields.AwareDateTime()


class NameIn(Schema):
    conference_name = fields.String(required=True, validate=NAME)


class LeadIn(Schema):
    units = fields.List(fields.String(), required=True, metadata={"description": "keys of one or two units"})
    office_host = fields.String(required=True, allow_none=True)


class PostsIn(Schema):
    posts = fields.List(fields.Nested(PostSchema), required=True, validate=validate.Length(max=20))


class ReasonIn(Schema):
    reason = fields.String(required=True, validate=validate.Length(max=200))


class RemarkIn(Schema):
    remark = fields.String(required=True, validate=validate.Length(max=200))


class ApprovalIn(Schema):
    revision = fields.Integer(required=True, metadata={"description": "of the draft as it was read"})
    draft = fields.UUID(required=True, metadata={"description": "its id: one begun anew may bear the same revision"})
    effective_from = fields.Date(load_default=None, metadata={"description": "today if none is named"})


class ParagraphOut(Schema):
    key = fields.String()
    text = fields.String()
    source = fields.String()
    own = fields.Boolean(metadata={"description": "it says something else than the template"})


class ArticleOut(Schema):
    number = fields.String()
    heading = fields.String()
    paragraphs = fields.List(fields.Nested(ParagraphOut))


class DifferenceOut(Schema):
    kind = fields.String()
    key = fields.String()
    template = fields.Raw(allow_none=True)
    own = fields.Raw(allow_none=True)


class FaultOut(Schema):
    message = fields.String()
    en = fields.String()
    field = fields.String()
    source = fields.String()


class ChangesOut(Schema):
    differences = fields.List(fields.Nested(DifferenceOut))
    faults = fields.List(fields.Nested(FaultOut))
    gaps = fields.List(fields.String(), metadata={"description": "codes of the template's duties that nobody holds"})
    overlaps = fields.List(fields.Nested(lambda: OverlapOut()))
    cautions = fields.List(fields.Nested(CautionOut))


class RuleOut(Schema):
    key = fields.String()
    label = fields.String()
    kind = fields.String()
    value = fields.Raw(allow_none=True)
    template = fields.Raw(allow_none=True)
    choices = fields.List(fields.String())
    article = fields.String()
    source = fields.String()
    strength = fields.String()
    adjustable = fields.Boolean()


class RulesOut(Schema):
    items = fields.List(fields.Nested(RuleOut))
    revision = fields.Integer()


class RulesIn(Schema):
    rules = fields.Dict(keys=fields.String(), required=True, validate=validate.Length(min=1, max=200))


class ListQuery(Schema):
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    per_page = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    sort = sorted_by(("position", "name", "joined_on"))


VERSION_SORTS = ("effective_from", "version", "state", "approved_at")


class VersionsQuery(listing.ListQuery):
    sort = sorted_by(VERSION_SORTS)


class OnQuery(ListQuery):
    """Lists are as of a day, today if none is named."""

    on = fields.Date(load_default=None)


class DayQuery(Schema):
    on = fields.Date(load_default=None, metadata={"description": "today if none is named"})


class DutyQuery(OnQuery):
    sort = sorted_by(("position", "code", "policy_field"))
    unit = fields.UUID(load_default=None)
    policy_field = fields.String(load_default=None, validate=validate.OneOf(POLICY_FIELDS))


class UnitOut(Schema):
    id = fields.UUID()
    key = fields.String()
    name = fields.String()
    category = fields.String()
    position = fields.Integer()
    is_lead = fields.Boolean()
    source = fields.String()
    joined_on = fields.Date()
    left_on = fields.Date(allow_none=True)
    left_basis = fields.String(allow_none=True)
    revision = fields.Integer()


class UnitPatch(Schema):
    name = fields.String(validate=NAME)
    category = fields.String(validate=validate.OneOf(CATEGORIES))
    source = fields.String(validate=validate.Length(max=200))


class OrderIn(Schema):
    units = fields.List(fields.String(), required=True, validate=validate.Length(max=200))


class RouteOut(Schema):
    lead = fields.UUID(allow_none=True)
    cooperating = fields.List(fields.UUID())


class OverlapOut(Schema):
    policy_field = fields.String()
    units = fields.List(fields.String())


class HolderOut(Schema):
    unit = fields.UUID()
    grade = fields.String()
    joint = fields.Boolean()


class DutyOut(Schema):
    id = fields.UUID()
    code = fields.String()
    text = fields.String()
    policy_field = fields.String()
    own_field = fields.String(metadata={"description": "what the place calls the field, if it has a name of its own"})
    source = fields.String()
    position = fields.Integer()
    began_on = fields.Date()
    ended_on = fields.Date(allow_none=True)
    holders = fields.List(fields.Nested(HolderOut))
    revision = fields.Integer()


class NoticeIn(Schema):
    text = fields.String(required=True, validate=validate.Length(min=1, max=30_000))


class RestOut(Schema):
    line = fields.Integer()
    words = fields.String()


class NoticeOut(Schema):
    text = fields.Nested(
        WordsIn, metadata={"description": "what the draft would be; to be corrected and written whole"}
    )
    faults = fields.List(fields.Nested(FaultOut))
    new_duties = fields.List(fields.String(), metadata={"description": "codes of duties that the template lacks"})
    rest = fields.List(fields.Nested(RestOut), metadata={"description": "what was not recognised"})


class StartOut(Schema):
    id = fields.UUID()
    title = fields.String()
    place = fields.String(metadata={"description": "whose charter it is"})
    note = fields.String()
    offered_by = fields.String()
    received_at = fields.AwareDateTime()


class StartsOut(Schema):
    items = fields.List(fields.Nested(StartOut))


class StartWhole(StartOut):
    text = fields.Nested(WordsIn, metadata={"description": "as one's own would begin with it"})


class FieldIn(Schema):
    own_field = fields.String(required=True, validate=validate.Length(min=1), metadata={"description": "as it is"})
    name = fields.String(required=True, validate=OWN_FIELD, metadata={"description": "empty: the seed's own word"})
    policy_field = fields.String(required=True, validate=validate.OneOf(POLICY_FIELDS))


class HoldersIn(Schema):
    holders = fields.List(fields.Nested(HolderSchema), required=True, validate=validate.Length(max=60))


class DutyPatch(Schema):
    code = fields.String(validate=validate.Length(min=1, max=20))
    text = fields.String(validate=TEXT)
    policy_field = fields.String(validate=validate.OneOf(POLICY_FIELDS))
    own_field = fields.String(validate=OWN_FIELD)
    source = fields.String(validate=validate.Length(max=200))
    holders = fields.List(fields.Nested(HolderSchema), validate=validate.Length(max=60))


class _Page(Schema):
    total = fields.Integer()
    page = fields.Integer()
    per_page = fields.Integer()


class VersionsPage(_Page):
    items = fields.List(fields.Nested(VersionOut))


class UnitsPage(_Page):
    items = fields.List(fields.Nested(UnitOut))


class DutiesPage(_Page):
    items = fields.List(fields.Nested(DutyOut))


BASIS = {"load_default": "", "validate": validate.Length(max=200)}


class MergerIn(UnitIn):
    units = fields.List(fields.String(), required=True, validate=validate.Length(max=60))
    basis = fields.String(**BASIS, metadata={"description": "the document that decided it"})


class HeirIn(UnitIn):
    key = fields.String(required=True, validate=validate.Regexp(r"[A-Z0-9_]{1,20}$"))


class SplitIn(Schema):
    unit = fields.String(required=True)
    into = fields.List(fields.Nested(HeirIn), required=True, validate=validate.Length(max=10))
    duties = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        required=True,
        validate=validate.Length(max=500),
        metadata={"description": "code of each duty -> keys of the units that take it over"},
    )
    basis = fields.String(**BASIS)


class RenamingIn(UnitIn):
    unit = fields.String(required=True)
    category = fields.String(load_default="", validate=validate.OneOf(("", *CATEGORIES)))
    basis = fields.String(**BASIS)


class AbolitionIn(Schema):
    unit = fields.String(required=True)
    duties = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default=dict,
        validate=validate.Length(max=500),
        metadata={"description": "code of a duty -> key of the unit that takes it over"},
    )
    basis = fields.String(**BASIS)


class TransferIn(Schema):
    duty = fields.String(required=True, metadata={"description": "code"})
    giver = fields.String(required=True, data_key="from")
    taker = fields.String(required=True, data_key="into")
    basis = fields.String(**BASIS)


class NamedOut(Schema):
    key = fields.String()
    name = fields.String()


class ReformOut(Schema):
    kind = fields.String(metadata={"description": "merge, split, rename, abolish or transfer"})
    sources = fields.List(fields.Nested(NamedOut), attribute="from", data_key="from")
    heirs = fields.List(fields.Nested(NamedOut), attribute="into", data_key="into")
    duties = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    basis = fields.String()


class SuccessionOut(Schema):
    id = fields.UUID()
    kind = fields.String()
    on = fields.Date()
    from_unit_id = fields.UUID()
    into_unit_id = fields.UUID(allow_none=True)
    place = fields.Integer(metadata={"description": "the first carries on in whatever no duty decides"})
    duties = fields.List(fields.String())
    charter_id = fields.UUID()


class SuccessionsQuery(listing.ListQuery):
    sort = sorted_by(("on", "kind"))


class SuccessionsPage(listing.ListOut):
    items = fields.List(fields.Nested(SuccessionOut))
