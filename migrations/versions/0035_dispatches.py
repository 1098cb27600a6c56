"""dispatches: drafts of what goes down, and the tasks that carry out what came

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fence import raise_fence

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dispatch_draft",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("policy_field", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("questions", postgresql.JSONB(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("places", postgresql.JSONB(), nullable=False),
        sa.Column("passes_on_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("dispatch_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (dispatch_id IS NOT NULL)", name=op.f("ck_dispatch_draft_sent")),
        sa.CheckConstraint("kind IN ('task', 'data_request', 'circular')", name=op.f("ck_dispatch_draft_kind")),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'sent', 'discarded')", name=op.f("ck_dispatch_draft_state")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "dispatch_id"],
            ["dispatch.tenant_id", "dispatch.id"],
            name=op.f("fk_dispatch_draft_tenant_id_dispatch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "passes_on_id"],
            ["received_dispatch.tenant_id", "received_dispatch.id"],
            name=op.f("fk_dispatch_draft_tenant_id_passes_on_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dispatch_draft")),
    )
    op.create_table(
        "dispatch_draft_file",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "draft_id"],
            ["dispatch_draft.tenant_id", "dispatch_draft.id"],
            name=op.f("fk_dispatch_draft_file_tenant_id_draft_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_dispatch_draft_file_tenant_id_file_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dispatch_draft_file")),
    )
    op.create_table(
        "dispatch_task",
        sa.Column("received_dispatch_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "received_dispatch_id"],
            ["received_dispatch.tenant_id", "received_dispatch.id"],
            name=op.f("fk_dispatch_task_tenant_id_received_dispatch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "task_id"], ["task.tenant_id", "task.id"], name=op.f("fk_dispatch_task_tenant_id_task_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dispatch_task")),
        sa.UniqueConstraint("tenant_id", "task_id", name=op.f("uq_dispatch_task_tenant_id_task_id")),
    )
    op.create_index("ix_dispatch_task_received", "dispatch_task", ["tenant_id", "received_dispatch_id"], unique=False)
    raise_fence("dispatch_draft")
    raise_fence("dispatch_draft_file")
    raise_fence("dispatch_task")


def downgrade() -> None:
    op.drop_table("dispatch_task")
    op.drop_table("dispatch_draft_file")
    op.drop_table("dispatch_draft")
