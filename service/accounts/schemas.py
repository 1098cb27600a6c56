"""The shapes of accounts, seats, invitations and tokens in the API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from config.catalogue import roles
from service.accounts.queries import SORTABLE
from service.kit.listing import ListOut, ListQuery, sorted_by


class AccountsQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    role = fields.String(validate=validate.OneOf(list(roles())), metadata={"description": "Only who holds this role"})


class SeatOut(Schema):
    id = fields.UUID()
    account_id = fields.UUID()
    role = fields.String(metadata={"description": "CV, OD, OS, LI …: config/role_names.csv"})
    unit_id = fields.UUID(allow_none=True)
    from_date = fields.Date()
    to_date = fields.Date(allow_none=True, metadata={"description": "The first day on which it is held no more"})
    former = fields.Boolean(
        metadata={"description": "The post was left: from to_date on the seat reads, and does nothing"}
    )


class AccountOut(Schema):
    id = fields.UUID(attribute="account.id")
    username = fields.String(attribute="account.username")
    name = fields.String(attribute="account.name")
    state = fields.String(
        metadata={"description": "active, invited, expired (invitation), former (reads only), ended (no seat)"}
    )
    seats = fields.List(fields.Nested(SeatOut), attribute="held", metadata={"description": "The seats held today"})


class AccountsOut(ListOut):
    items = fields.List(fields.Nested(AccountOut))


class TenantOut(Schema):
    id = fields.UUID()
    slug = fields.String()
    name = fields.String()
    level = fields.String(metadata={"description": "province, city, county"})
    region_code = fields.String()


class UnitOut(Schema):
    id = fields.UUID()
    name = fields.String()


class MeOut(Schema):
    account_id = fields.UUID()
    name = fields.String()
    tenant = fields.Nested(TenantOut)
    roles = fields.List(fields.String())
    former = fields.List(fields.String(), metadata={"description": "Roles of posts that were left: read, nothing more"})
    units = fields.List(fields.Nested(UnitOut), metadata={"description": "The units this seat speaks for"})
    operations = fields.List(fields.String(), metadata={"description": "What this seat may do"})


class GrantIn(Schema):
    roles = fields.List(fields.String(), required=True, metadata={"example": ["LI"]})
    unit_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "MR, LI and UC need one"})


class InvitationIn(GrantIn):
    username = fields.String(required=True, metadata={"example": "zhang.wei"})
    name = fields.String(required=True, metadata={"example": "张伟"})
    same_person = fields.Boolean(
        load_default=False,
        metadata={"description": "you made sure: the account of that name elsewhere is this person's"},
    )


class InvitationOut(Schema):
    account_id = fields.UUID()
    link = fields.String(
        allow_none=True, metadata={"description": "Opens once, shown once; null where the person has a password"}
    )
    expires_at = fields.DateTime(allow_none=True)


class OpenInvitationOut(Schema):
    account_id = fields.UUID()
    invited_by = fields.String()
    created_at = fields.DateTime()
    expires_at = fields.DateTime()


class TokenIn(Schema):
    label = fields.String(load_default="", validate=validate.Length(max=100))
    hours = fields.Integer(load_default=24, metadata={"description": "How long it works, at most a year"})


class TokenOut(Schema):
    id = fields.UUID()
    label = fields.String()
    created_at = fields.DateTime()
    expires_at = fields.DateTime()


class NewTokenOut(Schema):
    token = fields.String(allow_none=True, metadata={"description": "Shown this once"})
    id = fields.UUID(attribute="row.id")
    label = fields.String(attribute="row.label")
    expires_at = fields.DateTime(attribute="row.expires_at")
