"""measures: policy documents, measures with their tasks, legislation and standards in the making

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

from migrations.fence import raise_fence

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instrument",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("drafter", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('legislation', 'standard')", name=op.f("ck_instrument_kind")),
        sa.CheckConstraint(
            "state IN ('begun', 'drafting', 'consulting', 'reviewing', 'published', 'dropped')",
            name=op.f("ck_instrument_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_instrument_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_instrument")),
    )
    op.create_table(
        "policy_document",
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("level IN ('state', 'province', 'city', 'county')", name=op.f("ck_policy_document_level")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_policy_document_tenant_id_file_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_policy_document")),
        sa.UniqueConstraint("tenant_id", "title", "number", name=op.f("uq_policy_document_tenant_id_title_number")),
    )
    op.create_table(
        "instrument_stage",
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "instrument_id"],
            ["instrument.tenant_id", "instrument.id"],
            name=op.f("fk_instrument_stage_tenant_id_instrument_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_instrument_stage")),
    )
    op.create_index(
        "ix_instrument_stage_instrument", "instrument_stage", ["tenant_id", "instrument_id", "reached_on"], unique=False
    )
    op.create_table(
        "measure",
        sa.Column("policy_document_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("policy_field", sa.String(), nullable=False),
        sa.Column("own_field", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("issued_as", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'issued', 'ended')", name=op.f("ck_measure_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "policy_document_id"],
            ["policy_document.tenant_id", "policy_document.id"],
            name=op.f("fk_measure_tenant_id_policy_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_measure_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_measure")),
    )
    op.create_index("ix_measure_policy_document", "measure", ["tenant_id", "policy_document_id"], unique=False)
    op.create_table(
        "measure_task",
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "measure_id"],
            ["measure.tenant_id", "measure.id"],
            name=op.f("fk_measure_task_tenant_id_measure_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "task_id"], ["task.tenant_id", "task.id"], name=op.f("fk_measure_task_tenant_id_task_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_measure_task")),
        sa.UniqueConstraint(
            "tenant_id", "measure_id", "task_id", name=op.f("uq_measure_task_tenant_id_measure_id_task_id")
        ),
    )
    op.create_index("ix_measure_task_task", "measure_task", ["tenant_id", "task_id"], unique=False)
    raise_fence("instrument")
    raise_fence("policy_document")
    raise_fence("instrument_stage", verbs="SELECT, INSERT")
    raise_fence("measure")
    raise_fence("measure_task")


def downgrade() -> None:
    op.drop_table("measure_task")
    op.drop_table("measure")
    op.drop_table("instrument_stage")
    op.drop_table("policy_document")
    op.drop_table("instrument")
