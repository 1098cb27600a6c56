"""the charter, the units, their duties, and who holds which post

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fence import raise_fence

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("unit", "charter", "duty", "duty_holder", "person", "appointment")


def upgrade() -> None:
    op.create_table(
        "unit",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_basis", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("left_on >= joined_on", name=op.f("ck_unit_dates")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_unit")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_unit_tenant_id_key")),
    )
    op.create_table(
        "charter",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("conference_name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("basis", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("template_level", sa.String(), nullable=False),
        sa.Column("template_version", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("office_host_id", sa.Uuid(), nullable=True),
        sa.Column("posts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("association", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("clauses", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'in_force', 'superseded', 'repealed')", name=op.f("ck_charter_state")
        ),
        sa.CheckConstraint("effective_to >= effective_from", name=op.f("ck_charter_dates")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "office_host_id"],
            ["unit.tenant_id", "unit.id"],
            name=op.f("fk_charter_tenant_id_office_host_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_charter")),
        sa.UniqueConstraint("tenant_id", "version", name=op.f("uq_charter_tenant_id_version")),
    )
    op.create_index(
        "ux_charter_in_force", "charter", ["tenant_id"], unique=True, postgresql_where=sa.text("state = 'in_force'")
    )
    op.create_table(
        "person",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("rank", sa.String(), nullable=False),
        sa.Column("mobile", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_person_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_person")),
    )
    op.create_table(
        "appointment",
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("to_date >= from_date", name=op.f("ck_appointment_dates")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_appointment_tenant_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_appointment_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_appointment")),
    )
    op.create_index(
        "ux_appointment_open",
        "appointment",
        ["tenant_id", "post"],
        unique=True,
        postgresql_where=sa.text("to_date IS NULL"),
    )
    op.create_table(
        "duty",
        sa.Column("charter_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("policy_field", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ended_on >= began_on", name=op.f("ck_duty_dates")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "charter_id"], ["charter.tenant_id", "charter.id"], name=op.f("fk_duty_tenant_id_charter_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_duty")),
    )
    op.create_index(
        "ux_duty_code",
        "duty",
        ["tenant_id", "charter_id", "code"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "duty_holder",
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("joint", sa.Boolean(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("grade IN ('lead', 'coordinate', 'assist', 'cooperate')", name=op.f("ck_duty_holder_grade")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "duty_id"], ["duty.tenant_id", "duty.id"], name=op.f("fk_duty_holder_tenant_id_duty_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_duty_holder_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_duty_holder")),
        sa.UniqueConstraint("tenant_id", "duty_id", "unit_id", name=op.f("uq_duty_holder_tenant_id_duty_id_unit_id")),
    )
    op.create_index("ix_duty_holder_unit", "duty_holder", ["tenant_id", "unit_id"], unique=False)
    raise_fence(*TABLES)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
