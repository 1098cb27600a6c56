"""consultations: units are asked for their opinion of a paper, and each opinion is handled

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fence import raise_fence

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consultation",
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("charter_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("background", sa.String(), nullable=False),
        sa.Column("clauses", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("short_reason", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("drafted_on", sa.Date(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("mode IN ('explicit', 'deemed_no_objection')", name=op.f("ck_consultation_mode")),
        sa.CheckConstraint("state IN ('draft', 'sent', 'closed', 'withdrawn')", name=op.f("ck_consultation_state")),
        sa.CheckConstraint(
            "state NOT IN ('sent', 'closed') OR (sha256 <> '' AND sent_on IS NOT NULL AND due IS NOT NULL)",
            name=op.f("ck_consultation_sent"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "charter_id"],
            ["charter.tenant_id", "charter.id"],
            name=op.f("fk_consultation_tenant_id_charter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_consultation_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "previous_id"],
            ["consultation.tenant_id", "consultation.id"],
            name=op.f("fk_consultation_tenant_id_previous_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("tenant_id", "previous_id", name=op.f("uq_consultation_tenant_id_previous_id")),
    )
    op.create_index("ix_consultation_state", "consultation", ["tenant_id", "state", "due"], unique=False)
    op.create_table(
        "consulted_unit",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("removed_by", sa.String(), nullable=False),
        sa.Column("removed_reason", sa.String(), nullable=False),
        sa.Column("delegated_by", sa.String(), nullable=False),
        sa.Column("delegated_on", sa.Date(), nullable=True),
        sa.Column("draft", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("replied_by", sa.String(), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("paper_basis", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "answer IS NULL OR answer IN ('no_objection', 'amend', 'object')", name=op.f("ck_consulted_unit_answer")
        ),
        sa.CheckConstraint("removed_on IS NULL OR removed_reason <> ''", name=op.f("ck_consulted_unit_removed")),
        sa.CheckConstraint("(answer IS NULL) = (replied_on IS NULL)", name=op.f("ck_consulted_unit_replied")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "consultation_id"],
            ["consultation.tenant_id", "consultation.id"],
            name=op.f("fk_consulted_unit_tenant_id_consultation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_consulted_unit_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_consulted_unit")),
        sa.UniqueConstraint(
            "tenant_id", "consultation_id", "unit_id", name=op.f("uq_consulted_unit_tenant_id_consultation_id_unit_id")
        ),
    )
    op.create_index("ix_consulted_unit_unit", "consulted_unit", ["tenant_id", "unit_id", "answer"], unique=False)
    op.create_table(
        "consulted_passage",
        sa.Column("consulted_unit_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("original", sa.String(), nullable=False),
        sa.Column("suggested", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("outcome_reason", sa.String(), nullable=False),
        sa.Column("handled_by", sa.String(), nullable=False),
        sa.Column("handled_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome = 'adopted' OR outcome_reason <> ''", name=op.f("ck_consulted_passage_reason")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('adopted', 'partly_adopted', 'not_adopted')",
            name=op.f("ck_consulted_passage_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "consulted_unit_id"],
            ["consulted_unit.tenant_id", "consulted_unit.id"],
            name=op.f("fk_consulted_passage_tenant_id_consulted_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_consulted_passage")),
    )
    op.create_index(
        "ix_consulted_passage_unit", "consulted_passage", ["tenant_id", "consulted_unit_id", "position"], unique=False
    )
    op.create_table(
        "consultation_reminder",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("unit_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "consultation_id"],
            ["consultation.tenant_id", "consultation.id"],
            name=op.f("fk_consultation_reminder_tenant_id_consultation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_consultation_reminder")),
    )
    raise_fence("consultation", "consulted_unit", "consulted_passage")
    raise_fence("consultation_reminder", verbs="SELECT, INSERT")


def downgrade() -> None:
    op.drop_table("consultation_reminder")
    op.drop_table("consulted_passage")
    op.drop_table("consulted_unit")
    op.drop_table("consultation")
