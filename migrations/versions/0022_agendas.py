"""agendas: items are called for, have papers in versions and access, and an agenda that was settled is kept

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fence import raise_fence

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = (
    "agenda_call",
    "agenda_call_unit",
    "agenda_paper",
    "agenda_paper_unit",
    "item_forward",
)
KEPT = ("agenda_paper_version", "agenda_version")  # never changed


def upgrade() -> None:
    _items()
    op.create_table(
        "agenda_call",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("computed", sa.Date(), nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("called_by", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meeting_id"],
            ["meeting.tenant_id", "meeting.id"],
            name=op.f("fk_agenda_call_tenant_id_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agenda_call")),
        sa.UniqueConstraint("tenant_id", "meeting_id", name=op.f("uq_agenda_call_tenant_id_meeting_id")),
    )
    op.create_table(
        "agenda_call_unit",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "call_id"],
            ["agenda_call.tenant_id", "agenda_call.id"],
            name=op.f("fk_agenda_call_unit_tenant_id_call_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_agenda_call_unit_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agenda_call_unit")),
        sa.UniqueConstraint(
            "tenant_id", "call_id", "unit_id", name=op.f("uq_agenda_call_unit_tenant_id_call_id_unit_id")
        ),
    )
    op.create_table(
        "agenda_paper",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("access", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("access IN ('attendees', 'units', 'office')", name=op.f("ck_agenda_paper_access")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "item_id"],
            ["agenda_item.tenant_id", "agenda_item.id"],
            name=op.f("fk_agenda_paper_tenant_id_item_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agenda_paper")),
    )
    op.create_index("ix_agenda_paper_item", "agenda_paper", ["tenant_id", "item_id"], unique=False)
    op.create_table(
        "agenda_paper_unit",
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "paper_id"],
            ["agenda_paper.tenant_id", "agenda_paper.id"],
            name=op.f("fk_agenda_paper_unit_tenant_id_paper_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_agenda_paper_unit_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agenda_paper_unit")),
        sa.UniqueConstraint(
            "tenant_id", "paper_id", "unit_id", name=op.f("uq_agenda_paper_unit_tenant_id_paper_id_unit_id")
        ),
    )
    op.create_table(
        "agenda_paper_version",
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_agenda_paper_version_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "paper_id"],
            ["agenda_paper.tenant_id", "agenda_paper.id"],
            name=op.f("fk_agenda_paper_version_tenant_id_paper_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agenda_paper_version")),
        sa.UniqueConstraint(
            "tenant_id", "paper_id", "number", name=op.f("uq_agenda_paper_version_tenant_id_paper_id_number")
        ),
    )
    op.create_table(
        "agenda_version",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("after_notice", sa.Boolean(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meeting_id"],
            ["meeting.tenant_id", "meeting.id"],
            name=op.f("fk_agenda_version_tenant_id_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agenda_version")),
        sa.UniqueConstraint(
            "tenant_id", "meeting_id", "number", name=op.f("uq_agenda_version_tenant_id_meeting_id_number")
        ),
    )
    op.create_table(
        "item_forward",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("forwarded_to", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("forwarded_on", sa.Date(), nullable=False),
        sa.Column("forwarded_by", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("returned_by", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "item_id"],
            ["agenda_item.tenant_id", "agenda_item.id"],
            name=op.f("fk_item_forward_tenant_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_item_forward_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_item_forward")),
    )
    raise_fence(*TABLES)
    raise_fence(*KEPT, verbs="SELECT, INSERT")


def _items() -> None:
    op.add_column("agenda_item", sa.Column("for_meeting_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_agenda_item_tenant_id_for_meeting_id"),
        "agenda_item",
        "meeting",
        ["tenant_id", "for_meeting_id"],
        ["tenant_id", "id"],
    )
    op.add_column("agenda_item", sa.Column("grounds", sa.String(), server_default="", nullable=False))
    op.alter_column("agenda_item", "grounds", server_default=None)
    op.create_check_constraint(
        op.f("ck_agenda_item_on_agenda"), "agenda_item", "meeting_id IS NULL OR state = 'accepted'"
    )
    op.create_index("ix_agenda_item_state", "agenda_item", ["tenant_id", "state"], unique=False)


def downgrade() -> None:
    for table in ("agenda_version", "agenda_paper_version", "agenda_paper_unit", "agenda_paper"):
        op.drop_table(table)
    for table in ("item_forward", "agenda_call_unit", "agenda_call"):
        op.drop_table(table)
    op.drop_index("ix_agenda_item_state", table_name="agenda_item")
    op.drop_constraint(op.f("ck_agenda_item_on_agenda"), "agenda_item", type_="check")
    op.drop_constraint(op.f("fk_agenda_item_tenant_id_for_meeting_id"), "agenda_item", type_="foreignkey")
    op.drop_column("agenda_item", "grounds")
    op.drop_column("agenda_item", "for_meeting_id")
