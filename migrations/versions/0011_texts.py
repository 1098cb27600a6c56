"""texts that a tenant publishes up, and those that came from below: sealed, never changed

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.fence import raise_fence

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published_text",
        *_sealed(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_published_text")),
        sa.UniqueConstraint("tenant_id", "kind", "revision", name=op.f("uq_published_text_tenant_id_kind_revision")),
    )
    op.create_table(
        "received_text",
        *_sealed(),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_received_text")),
        sa.UniqueConstraint(
            "tenant_id",
            "source_id",
            "kind",
            "revision",
            name=op.f("uq_received_text_tenant_id_source_id_kind_revision"),
        ),
    )
    op.create_index("ix_received_text_kind", "received_text", ["tenant_id", "kind", "source_id"])
    raise_fence("published_text", "received_text", verbs="SELECT, INSERT")


def _sealed() -> list[sa.Column]:
    words = [sa.Column(name, sa.String(), nullable=False) for name in ("kind", "title", "sha256", "published_by")]
    return [
        *words,
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    ]


def downgrade() -> None:
    for table in ("received_text", "published_text"):
        op.drop_table(table)
