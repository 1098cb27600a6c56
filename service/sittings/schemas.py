"""The shapes of a sitting, in the API and in the pages' forms."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.agendas.rules import OUTCOMES
from service.kit.listing import ListQuery, sorted_by
from service.meetings.schemas import AgreedIn
from service.sittings.queries import SORTABLE
from service.sittings.rules import CAME, HOW, NOTE_LENGTH, SETTLED

NAME = validate.Length(max=50)
TEXT = validate.Length(max=NOTE_LENGTH)
WRITE_ID = validate.Regexp(r"^[0-9A-Za-z-]{8,64}$", error="写入编号应为8—64个字母、数字或连字符。")
CODE = fields.String(required=True, validate=validate.Length(max=20))
COUNT = validate.Range(min=0, max=10_000)


class VersionsQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    item = fields.UUID()


class MarkIn(Schema):
    attendee_id = fields.UUID(required=True)
    came = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(CAME),
        metadata={"description": "null: nothing is said of this person any more"},
    )
    proxy_name = fields.String(load_default="", validate=NAME)
    proxy_title = fields.String(load_default="", validate=NAME)


class MarksIn(Schema):
    marks = fields.List(fields.Nested(MarkIn), required=True, validate=validate.Length(min=1, max=500))


class SignInIn(Schema):
    attendee_id = fields.UUID(required=True)
    came = fields.String(load_default="present", validate=validate.OneOf(("present", "proxy")))
    proxy_name = fields.String(load_default="", validate=NAME)
    proxy_title = fields.String(load_default="", validate=NAME)
    code = CODE


class GuestIn(SignInIn):
    class Meta:
        exclude = ("code",)


class RunIn(Schema):
    agenda_item_id = fields.UUID(required=True)


class OutcomeIn(Schema):
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    text = fields.String(load_default="", validate=validate.Length(max=2000))
    votes_for = fields.Integer(load_default=None, allow_none=True, validate=COUNT)
    votes_against = fields.Integer(load_default=None, allow_none=True, validate=COUNT)
    votes_abstained = fields.Integer(load_default=None, allow_none=True, validate=COUNT)


class NoteIn(Schema):
    agenda_item_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "null: the whole meeting"}
    )
    text = fields.String(load_default="", validate=TEXT)
    base = fields.Integer(required=True, metadata={"description": "the version it was written upon; 0: upon none"})
    write_id = fields.String(
        required=True,
        validate=WRITE_ID,
        metadata={"description": "the writer's own name for this act of writing: sent twice, it is kept once"},
    )
    settles = fields.Integer(
        load_default=None,
        allow_none=True,
        metadata={"description": "the version aside that this one takes the place of"},
    )


class SettlingIn(Schema):
    agenda_item_id = fields.UUID(load_default=None, allow_none=True)
    aside = fields.Integer(required=True)
    base = fields.Integer(required=True)
    decision = fields.String(required=True, validate=validate.OneOf(SETTLED))
    text = fields.String(load_default="", validate=TEXT)
    write_id = fields.String(required=True, validate=WRITE_ID)


class AgreedHereIn(AgreedIn):
    agenda_item_id = fields.UUID(load_default=None, allow_none=True)
    write_id = fields.UUID(required=True)


class ObserverIn(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=50))
    title = fields.String(load_default="", validate=NAME)
    unit_id = fields.UUID(load_default=None, allow_none=True)


class KeptOut(Schema):
    revision = fields.Integer()
    aside = fields.Boolean(metadata={"description": "somebody wrote meanwhile: both texts are kept, to be settled"})


class CodeOut(Schema):
    code = fields.String()
    open = fields.Boolean()
    renewed_at = fields.DateTime()
    address = fields.String(metadata={"description": "what the picture on the wall leads to"})


class PersonOut(Schema):
    id = fields.UUID()
    unit_id = fields.UUID(allow_none=True)
    role = fields.String()
    name = fields.String()
    expected = fields.Boolean()
    reply = fields.String(allow_none=True)
    came = fields.String(allow_none=True)
    proxy_name = fields.String()
    proxy_title = fields.String()
    leave_granted = fields.Boolean(allow_none=True)
    signed_in_at = fields.DateTime(allow_none=True)
    signed_in_how = fields.String(metadata={"description": f"{', '.join(HOW)}, or empty"})
    late = fields.Boolean()


class CountOut(Schema):
    expected = fields.Integer()
    present = fields.Integer()
    proxy = fields.Integer()
    leave = fields.Integer()
    absent = fields.Integer()
    waiting = fields.Integer()
    observers = fields.Integer()
    units = fields.Integer()
    units_came = fields.Integer()
    units_needed = fields.Integer()
    percent = fields.Integer(
        allow_none=True, metadata={"description": "the quorum of the charter: rule quorum_percent"}
    )
    short = fields.Boolean()


class TalkOut(Schema):
    agenda_item_id = fields.UUID()
    title = fields.String()
    minutes = fields.Integer(allow_none=True)
    running = fields.Boolean()
    elapsed_seconds = fields.Integer()
    outcome = fields.String(allow_none=True)


class SittingOut(Schema):
    meeting_id = fields.UUID()
    state = fields.String()
    count = fields.Nested(CountOut)
    people = fields.List(fields.Nested(PersonOut))
    items = fields.List(fields.Nested(TalkOut))
    current_id = fields.UUID(allow_none=True)
    next_id = fields.UUID(allow_none=True)


class NoteOut(Schema):
    agenda_item_id = fields.UUID(allow_none=True)
    revision = fields.Integer()
    text = fields.String()
    base = fields.Integer()
    aside = fields.Boolean()
    settles = fields.Integer(allow_none=True)
    said_by = fields.String()
    said_at = fields.DateTime()


class NotesOut(Schema):
    notes = fields.List(fields.Nested(NoteOut))
