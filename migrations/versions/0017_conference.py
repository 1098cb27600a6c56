"""conference: a meeting has a life before it is held: its list of those called, its agenda, who may chair for whom

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

from migrations.fence import converting, raise_fence

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("chair_delegation", "agenda_item", "attendee", "meeting_unit", "resolution_unit")
# What a meeting that was held on paper has: it is on record.
TEXTS = {"state": "held", "place": "", "basis": "", "basis_text": "", "notice_reason": "", "cancel_reason": ""}
OTHERS = ("begins", "ends", "delegation_id", "noticed_on", "sequence")


def upgrade() -> None:
    op.create_table(
        "chair_delegation",
        sa.Column("from_post", sa.String(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("to_post", sa.String(), nullable=False),
        sa.Column("to_name", sa.String(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_post IN ('convener', 'office_director')", name=op.f("ck_chair_delegation_from_post")),
        sa.CheckConstraint(
            "to_post IN ('deputy_convener', 'substitute', 'office_deputy')", name=op.f("ck_chair_delegation_to_post")
        ),
        sa.CheckConstraint("to_date >= from_date", name=op.f("ck_chair_delegation_dates")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_chair_delegation")),
    )
    op.create_table(
        "agenda_item",
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("presenter", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("outcome_text", sa.String(), nullable=False),
        sa.Column("votes_for", sa.Integer(), nullable=True),
        sa.Column("votes_against", sa.Integer(), nullable=True),
        sa.Column("votes_abstained", sa.Integer(), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carried_to_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('study', 'progress', 'plan', 'other')", name=op.f("ck_agenda_item_kind")),
        sa.CheckConstraint("origin IN ('unit', 'office', 'matter', 'carried')", name=op.f("ck_agenda_item_origin")),
        sa.CheckConstraint(
            "outcome IN ('passed', 'not_passed', 'again', 'noted')", name=op.f("ck_agenda_item_outcome")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'returned', 'withdrawn')", name=op.f("ck_agenda_item_state")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "carried_to_id"],
            ["agenda_item.tenant_id", "agenda_item.id"],
            name=op.f("fk_agenda_item_tenant_id_carried_to_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meeting_id"],
            ["meeting.tenant_id", "meeting.id"],
            name=op.f("fk_agenda_item_tenant_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_agenda_item_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agenda_item")),
    )
    op.create_index("ix_agenda_item_meeting", "agenda_item", ["tenant_id", "meeting_id", "position"], unique=False)
    op.create_table(
        "attendee",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("expected", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("reply_text", sa.String(), nullable=False),
        sa.Column("proxy_name", sa.String(), nullable=False),
        sa.Column("proxy_title", sa.String(), nullable=False),
        sa.Column("replied_by", sa.String(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leave_granted", sa.Boolean(), nullable=True),
        sa.Column("came", sa.String(), nullable=True),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_in_how", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("came IN ('present', 'proxy', 'leave', 'absent')", name=op.f("ck_attendee_came")),
        sa.CheckConstraint("reply IN ('attends', 'proxy', 'leave')", name=op.f("ck_attendee_reply")),
        sa.CheckConstraint("signed_in_how IN ('', 'list', 'code')", name=op.f("ck_attendee_signed_in_how")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meeting_id"],
            ["meeting.tenant_id", "meeting.id"],
            name=op.f("fk_attendee_tenant_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"], ["person.tenant_id", "person.id"], name=op.f("fk_attendee_tenant_id_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_attendee_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_attendee")),
    )
    op.create_index("ix_attendee_meeting", "attendee", ["tenant_id", "meeting_id", "position"], unique=False)
    op.create_table(
        "meeting_unit",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meeting_id"],
            ["meeting.tenant_id", "meeting.id"],
            name=op.f("fk_meeting_unit_tenant_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_meeting_unit_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_meeting_unit")),
        sa.UniqueConstraint(
            "tenant_id", "meeting_id", "unit_id", name=op.f("uq_meeting_unit_tenant_id_meeting_id_unit_id")
        ),
    )
    op.create_table(
        "resolution_unit",
        sa.Column("resolution_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "resolution_id"],
            ["resolution.tenant_id", "resolution.id"],
            name=op.f("fk_resolution_unit_tenant_id_resolution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_resolution_unit_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_resolution_unit")),
        sa.UniqueConstraint(
            "tenant_id", "resolution_id", "unit_id", name=op.f("uq_resolution_unit_tenant_id_resolution_id_unit_id")
        ),
    )
    raise_fence(*TABLES)
    for name, before in TEXTS.items():
        op.add_column("meeting", sa.Column(name, sa.String(), server_default=before, nullable=False))
        op.alter_column("meeting", name, server_default=None)
    op.add_column("meeting", sa.Column("sequence", sa.Integer(), server_default="0", nullable=False))
    op.alter_column("meeting", "sequence", server_default=None)
    op.add_column("meeting", sa.Column("begins", sa.Time(), nullable=True))
    op.add_column("meeting", sa.Column("ends", sa.Time(), nullable=True))
    op.add_column("meeting", sa.Column("noticed_on", sa.Date(), nullable=True))
    op.add_column("meeting", sa.Column("delegation_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_meeting_tenant_id_delegation_id"),
        "meeting",
        "chair_delegation",
        ["tenant_id", "delegation_id"],
        ["tenant_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_meeting_state"), "meeting", "state IN ('planned', 'noticed', 'in_session', 'held', 'cancelled')"
    )
    with converting("resolution"):
        _resolutions()


def _resolutions() -> None:
    """What was agreed in principle or is to be studied was one mark; it stays the former."""
    op.add_column("resolution", sa.Column("kind", sa.String(), server_default="action", nullable=False))
    op.execute(text("UPDATE resolution SET kind = 'in_principle' WHERE informational"))
    op.alter_column("resolution", "kind", server_default=None)
    op.drop_column("resolution", "informational")
    op.add_column("resolution", sa.Column("deliverable", sa.String(), server_default="", nullable=False))
    op.alter_column("resolution", "deliverable", server_default=None)
    op.add_column("resolution", sa.Column("agenda_item_id", sa.Uuid(), nullable=True))
    op.add_column("resolution", sa.Column("task_id", sa.Uuid(), nullable=True))
    for name, table in (("agenda_item_id", "agenda_item"), ("task_id", "task")):
        op.create_foreign_key(
            op.f(f"fk_resolution_tenant_id_{name}"), "resolution", table, ["tenant_id", name], ["tenant_id", "id"]
        )
    for name in ("lead_unit_id", "due"):
        op.alter_column("resolution", name, nullable=True)
    op.create_check_constraint(
        op.f("ck_resolution_kind"), "resolution", "kind IN ('action', 'in_principle', 'to_study')"
    )
    op.create_check_constraint(
        op.f("ck_resolution_action"), "resolution", "kind <> 'action' OR (lead_unit_id IS NOT NULL AND due IS NOT NULL)"
    )


def downgrade() -> None:
    """Only meetings that were held stay, and what was agreed in them with a unit and a day."""
    with converting("resolution", "meeting", *TABLES):
        op.execute(text("DELETE FROM resolution_unit"))
        op.execute(text("DELETE FROM resolution WHERE lead_unit_id IS NULL OR due IS NULL"))
        op.execute(text("DELETE FROM resolution WHERE meeting_id IN (SELECT id FROM meeting WHERE state <> 'held')"))
        _back()
        op.execute(text("DELETE FROM attendee"))
        op.execute(text("DELETE FROM meeting_unit"))
        op.execute(text("DELETE FROM agenda_item"))
        op.execute(text("DELETE FROM meeting WHERE state <> 'held'"))
    op.drop_constraint(op.f("ck_meeting_state"), "meeting", type_="check")
    op.drop_constraint(op.f("fk_meeting_tenant_id_delegation_id"), "meeting", type_="foreignkey")
    for name in (*TEXTS, *OTHERS):
        op.drop_column("meeting", name)
    for table in reversed(TABLES):
        op.drop_table(table)


def _back() -> None:
    op.add_column("resolution", sa.Column("informational", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(text("UPDATE resolution SET informational = kind <> 'action'"))
    op.alter_column("resolution", "informational", server_default=None)
    for name in ("agenda_item_id", "task_id"):
        op.drop_constraint(op.f(f"fk_resolution_tenant_id_{name}"), "resolution", type_="foreignkey")
    for name in ("kind", "action"):
        op.drop_constraint(op.f(f"ck_resolution_{name}"), "resolution", type_="check")
    for name in ("kind", "deliverable", "agenda_item_id", "task_id"):
        op.drop_column("resolution", name)
    for name in ("lead_unit_id", "due"):
        op.alter_column("resolution", name, nullable=False)
