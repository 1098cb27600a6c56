"""sittings: the sign-in code, when each item was talked about, every version of a note

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

from migrations.fence import raise_fence

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("sign_in_code", "agenda_run", "sitting_note")


def own_columns() -> list[sa.Column]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def own_keys(table: str, *targets: str) -> list[sa.Constraint]:
    keys: list[sa.Constraint] = [
        sa.ForeignKeyConstraint(
            ["tenant_id", f"{target}_id"],
            [f"{target}.tenant_id", f"{target}.id"],
            name=op.f(f"fk_{table}_tenant_id_{target}"),
        )
        for target in targets
    ]
    return [*keys, sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}"))]


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "sign_in_code",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        moment("renewed_at"),
        sa.Column("revision", sa.Integer(), nullable=False),
        *own_columns(),
        *own_keys("sign_in_code", "meeting"),
        sa.UniqueConstraint("tenant_id", "meeting_id", name=op.f("uq_sign_in_code_tenant_id_meeting_id")),
    )
    op.create_table(
        "agenda_run",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("agenda_item_id", sa.Uuid(), nullable=False),
        moment("started_at"),
        moment("stopped_at", nullable=True),
        *own_columns(),
        *own_keys("agenda_run", "meeting", "agenda_item"),
        sa.CheckConstraint("stopped_at >= started_at", name=op.f("ck_agenda_run_times")),
    )
    op.create_table(
        "sitting_note",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("agenda_item_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("aside", sa.Boolean(), nullable=False),
        sa.Column("settles", sa.Integer(), nullable=True),
        sa.Column("write_id", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *own_columns(),
        *own_keys("sitting_note", "meeting", "agenda_item"),
        sa.UniqueConstraint(
            "tenant_id", "meeting_id", "write_id", name=op.f("uq_sitting_note_tenant_id_meeting_id_write_id")
        ),
    )
    op.create_index(
        "uq_agenda_run_running",
        "agenda_run",
        ["tenant_id", "meeting_id"],
        unique=True,
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.create_index(
        "uq_sitting_note_revision",
        "sitting_note",
        ["tenant_id", "meeting_id", "agenda_item_id", "revision"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    for table in TABLES:
        raise_fence(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
