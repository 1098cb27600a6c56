"""batches: one verb for many tasks, looked through before it is done

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fence import raise_fence

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("given", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("job_id", sa.Uuid()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_batch")),
        sa.CheckConstraint("state IN ('draft', 'running', 'done')", name=op.f("ck_batch_state")),
    )
    op.create_index("ix_batch_made", "batch", ["tenant_id", "made_on"])
    _rows()
    raise_fence("batch", "batch_row")


def _rows() -> None:
    op.create_table(
        "batch_row",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Uuid()),
        sa.Column("given", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("said_en", sa.String(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_batch_row")),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", f"{target}_id"],
                [f"{target}.tenant_id", f"{target}.id"],
                name=op.f(f"fk_batch_row_tenant_id_{target}_id"),
            )
            for target in ("batch", "task")
        ),
        sa.UniqueConstraint("tenant_id", "batch_id", "line", name=op.f("uq_batch_row_tenant_id_batch_id_line")),
        sa.CheckConstraint(
            "state IN ('ready', 'refused', 'same', 'carried', 'failed')", name=op.f("ck_batch_row_state")
        ),
    )


def downgrade() -> None:
    op.drop_table("batch_row")
    op.drop_table("batch")
