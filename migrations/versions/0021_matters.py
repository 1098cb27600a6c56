"""matters: what goes up, its text from draft to draft, who consents to it, and what came of it above

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fence import raise_fence

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = ("matter", "reply_delegation", "disagreement", "instruction", "matter_unit")
SEALED = ("matter_event", "matter_text", "coordination_round", "deliberation")


def upgrade() -> None:
    op.create_table(
        "matter",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("charter_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("consulted_on", sa.Date(), nullable=True),
        sa.Column("consulted_by", sa.String(), nullable=False),
        sa.Column("tendency", sa.String(), nullable=False),
        sa.Column("sides", sa.String(), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("sent_to", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("closing", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('major_issue', 'key_project', 'policy_proposal')", name=op.f("ck_matter_kind")),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'withdrawn', 'accepted', 'merged', 'discontinued', 'signed', 'sent', 'received', 'closed')",
            name=op.f("ck_matter_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "charter_id"],
            ["charter.tenant_id", "charter.id"],
            name=op.f("fk_matter_tenant_id_charter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "merged_into_id"],
            ["matter.tenant_id", "matter.id"],
            name=op.f("fk_matter_tenant_id_merged_into_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_matter_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_matter")),
    )
    op.create_index("ix_matter_state", "matter", ["tenant_id", "state"], unique=False)
    op.create_index("ix_matter_unit", "matter", ["tenant_id", "unit_id"], unique=False)
    op.create_table(
        "reply_delegation",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("to_date >= from_date", name=op.f("ck_reply_delegation_dates")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_reply_delegation_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_reply_delegation")),
    )
    op.create_table(
        "disagreement",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("positions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("conclusion", sa.String(), nullable=False),
        sa.Column("concluded_by", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'apart', 'settled')", name=op.f("ck_disagreement_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "matter_id"],
            ["matter.tenant_id", "matter.id"],
            name=op.f("fk_disagreement_tenant_id_matter_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_disagreement")),
    )
    op.create_index(
        "ux_disagreement_open",
        "disagreement",
        ["tenant_id", "matter_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'settled'"),
    )
    op.create_table(
        "instruction",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("done_text", sa.String(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "matter_id"],
            ["matter.tenant_id", "matter.id"],
            name=op.f("fk_instruction_tenant_id_matter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_instruction_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_instruction")),
    )
    op.create_index("ix_instruction_unit", "instruction", ["tenant_id", "unit_id"], unique=False)
    op.create_table(
        "matter_event",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "matter_id"],
            ["matter.tenant_id", "matter.id"],
            name=op.f("fk_matter_event_tenant_id_matter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_matter_event_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_matter_event")),
    )
    op.create_index("ix_matter_event_matter", "matter_event", ["tenant_id", "matter_id", "id"], unique=False)
    op.create_table(
        "matter_text",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("passages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("editorial", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "matter_id"],
            ["matter.tenant_id", "matter.id"],
            name=op.f("fk_matter_text_tenant_id_matter_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_matter_text")),
        sa.UniqueConstraint("tenant_id", "matter_id", "no", name=op.f("uq_matter_text_tenant_id_matter_id_no")),
    )
    op.create_table(
        "matter_unit",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("duties", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_reason", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=True),
        sa.Column("text_no", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("coordinated", sa.Boolean(), nullable=False),
        sa.Column("entered", sa.String(), nullable=False),
        sa.Column("entered_text", sa.String(), nullable=False),
        sa.Column("paper_no", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("removal_reason", sa.String(), nullable=False),
        sa.Column("removal_by", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("entered IN ('', 'agree', 'condition', 'object')", name=op.f("ck_matter_unit_entered")),
        sa.CheckConstraint(
            "state IN ('listed', 'asked', 'agreed', 'conditional', 'objected', 'removed')",
            name=op.f("ck_matter_unit_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "matter_id"],
            ["matter.tenant_id", "matter.id"],
            name=op.f("fk_matter_unit_tenant_id_matter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_matter_unit_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_matter_unit")),
        sa.UniqueConstraint(
            "tenant_id", "matter_id", "unit_id", name=op.f("uq_matter_unit_tenant_id_matter_id_unit_id")
        ),
    )
    op.create_index(
        "ix_matter_unit_asked",
        "matter_unit",
        ["tenant_id", "unit_id"],
        unique=False,
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "coordination_round",
        sa.Column("disagreement_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("coordinator", sa.String(), nullable=False),
        sa.Column("coordinator_name", sa.String(), nullable=False),
        sa.Column("participants", sa.String(), nullable=False),
        sa.Column("points", sa.String(), nullable=False),
        sa.Column("conclusion", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "coordinator IN ('convener', 'office_director')", name=op.f("ck_coordination_round_coordinator")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "disagreement_id"],
            ["disagreement.tenant_id", "disagreement.id"],
            name=op.f("fk_coordination_round_tenant_id_disagreement_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_coordination_round")),
        sa.UniqueConstraint(
            "tenant_id", "disagreement_id", "no", name=op.f("uq_coordination_round_tenant_id_disagreement_id_no")
        ),
    )
    op.create_table(
        "deliberation",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("agenda_item_id", sa.Uuid(), nullable=False),
        sa.Column("text_no", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agenda_item_id"],
            ["agenda_item.tenant_id", "agenda_item.id"],
            name=op.f("fk_deliberation_tenant_id_agenda_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "matter_id"],
            ["matter.tenant_id", "matter.id"],
            name=op.f("fk_deliberation_tenant_id_matter_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_deliberation")),
        sa.UniqueConstraint("tenant_id", "agenda_item_id", name=op.f("uq_deliberation_tenant_id_agenda_item_id")),
    )
    op.create_index("ix_deliberation_matter", "deliberation", ["tenant_id", "matter_id"], unique=False)
    raise_fence(*TABLES)
    raise_fence(*SEALED, verbs="SELECT, INSERT")


def downgrade() -> None:
    for table in (
        "deliberation",
        "coordination_round",
        "matter_unit",
        "matter_text",
        "matter_event",
        "instruction",
        "disagreement",
        "reply_delegation",
        "matter",
    ):
        op.drop_table(table)
