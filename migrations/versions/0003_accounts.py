"""accounts: an invitation names its tenant, locks are no column, an answer is kept with its key

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("account", "failures")
    op.drop_column("account", "locked_until")
    op.create_check_constraint(op.f("ck_seat_dates"), "seat", "to_date >= from_date")
    op.create_index(op.f("ix_api_token_account_id"), "api_token", ["account_id"])
    op.create_index(op.f("ix_invitation_account_id"), "invitation", ["account_id"])
    # No release has invited anybody yet; whoever was invited by a link of before is invited again.
    op.execute("DELETE FROM invitation")
    op.add_column("invitation", sa.Column("tenant_id", sa.Uuid(), nullable=False))
    op.add_column("invitation", sa.Column("invited_by", sa.String(), nullable=False))
    op.add_column(
        "invitation",
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.create_foreign_key(op.f("fk_invitation_tenant_id"), "invitation", "tenant", ["tenant_id"], ["id"])
    op.create_index(op.f("ix_invitation_tenant_id"), "invitation", ["tenant_id"])
    op.execute("DELETE FROM idempotency_key")
    op.alter_column("idempotency_key", "status", nullable=False)
    op.alter_column("idempotency_key", "body", nullable=False)
    op.add_column("idempotency_key", sa.Column("headers", postgresql.JSONB(), nullable=False))


def downgrade() -> None:
    op.drop_column("idempotency_key", "headers")
    op.alter_column("idempotency_key", "body", nullable=True)
    op.alter_column("idempotency_key", "status", nullable=True)
    op.drop_index(op.f("ix_invitation_tenant_id"), "invitation")
    op.drop_constraint(op.f("fk_invitation_tenant_id"), "invitation", type_="foreignkey")
    for name in ("created_at", "invited_by", "tenant_id"):
        op.drop_column("invitation", name)
    op.drop_index(op.f("ix_invitation_account_id"), "invitation")
    op.drop_index(op.f("ix_api_token_account_id"), "api_token")
    op.drop_constraint(op.f("ck_seat_dates"), "seat", type_="check")
    op.add_column("account", sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
    op.alter_column("account", "failures", server_default=None)
