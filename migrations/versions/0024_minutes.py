"""minutes: a document of its own, from the draft to the register; agreed items are corrected by another one

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB

from migrations.fence import converting, raise_fence

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLES = ("minutes_series", "minutes", "confirmation", "minutes_number")
OLD_KEY, NEW_KEY = ["tenant_id", "meeting_id", "unit_id"], ["tenant_id", "minutes_id", "unit_id", "sha256"]


def upgrade() -> None:
    op.create_table(
        "minutes_series",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_minutes_series")),
        sa.UniqueConstraint("tenant_id", "series", "year", name=op.f("uq_minutes_series_tenant_id_series_year")),
    )
    op.create_table(
        "minutes",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("passages", JSONB(), nullable=False),
        sa.Column("changes", JSONB(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("drafted_on", sa.Date(), nullable=False),
        sa.Column("circulated_on", sa.Date(), nullable=True),
        sa.Column("countersign_on", sa.Date(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("content", JSONB(), nullable=True),
        sa.Column("content_sha256", sa.String(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'published') = (content IS NOT NULL AND content_sha256 IS NOT NULL AND published_on IS NOT NULL)",
            name=op.f("ck_minutes_published"),
        ),
        sa.CheckConstraint(
            "(state IN ('numbered', 'published')) = (number IS NOT NULL)", name=op.f("ck_minutes_numbered")
        ),
        sa.CheckConstraint(
            "(state IN ('signed', 'numbered', 'published')) = (signed_on IS NOT NULL)", name=op.f("ck_minutes_signed")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'circulated', 'countersigning', 'signed', 'numbered', 'published')",
            name=op.f("ck_minutes_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "corrects_id"],
            ["minutes.tenant_id", "minutes.id"],
            name=op.f("fk_minutes_tenant_id_corrects_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meeting_id"],
            ["meeting.tenant_id", "meeting.id"],
            name=op.f("fk_minutes_tenant_id_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_minutes")),
    )
    op.create_index("ix_minutes_state", "minutes", ["tenant_id", "state"], unique=False)
    op.create_index(
        "uq_minutes_original",
        "minutes",
        ["tenant_id", "meeting_id"],
        unique=True,
        postgresql_where=sa.text("corrects_id IS NULL"),
    )
    op.create_table(
        "confirmation",
        sa.Column("minutes_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Uuid(), nullable=False),
        sa.Column("attendee_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("opinion IN ('agree', 'amend')", name=op.f("ck_confirmation_opinion")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "attendee_id"],
            ["attendee.tenant_id", "attendee.id"],
            name=op.f("fk_confirmation_tenant_id_attendee_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "minutes_id"],
            ["minutes.tenant_id", "minutes.id"],
            name=op.f("fk_confirmation_tenant_id_minutes_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_confirmation_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint(
            "tenant_id", "minutes_id", "party", "sha256", name=op.f("uq_confirmation_tenant_id_minutes_id_party_sha256")
        ),
    )
    op.create_table(
        "minutes_number",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("minutes_id", sa.Uuid(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("voided_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "minutes_id"],
            ["minutes.tenant_id", "minutes.id"],
            name=op.f("fk_minutes_number_tenant_id_minutes_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_minutes_number")),
        sa.UniqueConstraint(
            "tenant_id", "series", "year", "serial", name=op.f("uq_minutes_number_tenant_id_series_year_serial")
        ),
    )
    op.create_index("ix_minutes_number_minutes", "minutes_number", ["tenant_id", "minutes_id"], unique=False)
    raise_fence(*TABLES)
    _countersignatures()
    op.drop_column("meeting", "minutes_sent_on")


def _countersignatures() -> None:
    """What units said before the text was kept here stays, and belongs to no document."""
    op.add_column("countersignature", sa.Column("minutes_id", sa.Uuid(), nullable=True))
    op.add_column("countersignature", sa.Column("sha256", sa.String(), server_default="", nullable=False))
    op.alter_column("countersignature", "sha256", server_default=None)
    op.drop_constraint(op.f("uq_countersignature_tenant_id_meeting_id_unit_id"), "countersignature", type_="unique")
    op.create_index("ix_countersignature_meeting", "countersignature", ["tenant_id", "meeting_id"], unique=False)
    op.create_unique_constraint(
        op.f("uq_countersignature_tenant_id_minutes_id_unit_id_sha256"), "countersignature", NEW_KEY
    )
    op.create_foreign_key(
        op.f("fk_countersignature_tenant_id_minutes_id"),
        "countersignature",
        "minutes",
        ["tenant_id", "minutes_id"],
        ["tenant_id", "id"],
    )


def downgrade() -> None:
    """The texts and the register go; of each unit's countersignatures of a meeting the last one stays."""
    op.add_column("meeting", sa.Column("minutes_sent_on", sa.Date(), nullable=True))
    op.drop_constraint(op.f("fk_countersignature_tenant_id_minutes_id"), "countersignature", type_="foreignkey")
    op.drop_constraint(
        op.f("uq_countersignature_tenant_id_minutes_id_unit_id_sha256"), "countersignature", type_="unique"
    )
    op.drop_index("ix_countersignature_meeting", table_name="countersignature")
    with converting("countersignature"):
        op.execute(
            text(
                "DELETE FROM countersignature AS said USING countersignature AS later WHERE said.id < later.id AND"
                " (said.tenant_id, said.meeting_id, said.unit_id) = (later.tenant_id, later.meeting_id, later.unit_id)"
            )
        )
    op.create_unique_constraint(op.f("uq_countersignature_tenant_id_meeting_id_unit_id"), "countersignature", OLD_KEY)
    op.drop_column("countersignature", "sha256")
    op.drop_column("countersignature", "minutes_id")
    for table in reversed(TABLES):
        op.drop_table(table)
