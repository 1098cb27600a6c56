"""offers: a tenant offers sealed texts to the level below; each place there holds its copy

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fence import raise_fence

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SEAL = "uq_received_offer_tenant_id_source_id_kind_level_number"


def upgrade() -> None:
    op.create_table(
        "offer",
        *_sealed(),
        *_owned("offer"),
        sa.UniqueConstraint("tenant_id", "kind", "level", "number", name=op.f("uq_offer_tenant_id_kind_level_number")),
    )
    op.create_table(
        "received_offer",
        *_sealed(),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *_owned("received_offer"),
        sa.UniqueConstraint("tenant_id", "source_id", "kind", "level", "number", name=op.f(SEAL)),
    )
    op.create_index("ix_received_offer_kind", "received_offer", ["tenant_id", "kind", "received_at"], unique=False)
    op.create_table(
        "offer_delivery",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *_owned("offer_delivery"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "offer_id"],
            ["offer.tenant_id", "offer.id"],
            name=op.f("fk_offer_delivery_tenant_id_offer_id"),
        ),
        sa.UniqueConstraint(
            "tenant_id", "offer_id", "receiver_id", name=op.f("uq_offer_delivery_tenant_id_offer_id_receiver_id")
        ),
    )
    raise_fence("offer", "received_offer", "offer_delivery", verbs="SELECT, INSERT")


def _sealed() -> list[sa.Column[object]]:
    return [
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "level", "title", "note")),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("sha256", "offered_by")),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _owned(table: str) -> list[sa.Column[object] | sa.Constraint]:
    """The tenant's key."""
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    ]


def downgrade() -> None:
    for table in ("offer_delivery", "received_offer", "offer"):
        op.drop_table(table)
