"""invitations: what units propose to meet about, notices as they went out, calendars by secret address

Revision ID: 0020
Revises: 0019
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.fence import raise_fence

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "convening_proposal",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("noted_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_own("convening_proposal", unit_id="unit", meeting_id="meeting"),
        sa.CheckConstraint(
            "state IN ('submitted', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_convening_proposal_state")
        ),
    )
    op.create_index("ix_convening_proposal_state", "convening_proposal", ["tenant_id", "state", "proposed_on"])
    op.create_table(
        "convening_proposal_unit",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        *_own("convening_proposal_unit", proposal_id="convening_proposal", unit_id="unit"),
        _unique("convening_proposal_unit", "proposal_id", "unit_id"),
    )
    op.create_table(
        "meeting_notice",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("letter", JSONB(), nullable=False),
        sa.Column("told", JSONB(), nullable=False),
        *_own("meeting_notice", meeting_id="meeting"),
        sa.CheckConstraint("kind IN ('request', 'update', 'cancel')", name=op.f("ck_meeting_notice_kind")),
    )
    op.create_index("ix_meeting_notice_meeting", "meeting_notice", ["tenant_id", "meeting_id", "sent_at"])
    op.create_table(
        "calendar_feed",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_own("calendar_feed"),
        _unique("calendar_feed", "account_id"),
        _unique("calendar_feed", "token_hash"),
    )
    raise_fence("convening_proposal", "convening_proposal_unit", "calendar_feed")
    raise_fence("meeting_notice", verbs="SELECT, INSERT")


def _own(table: str, **keys: str) -> list[Any]:
    """The key of a tenant's own row, and the keys that lead to its other rows."""
    ends = [
        sa.ForeignKeyConstraint(
            ["tenant_id", column],
            [f"{parent}.tenant_id", f"{parent}.id"],
            name=op.f(f"fk_{table}_tenant_id_{column}"),
        )
        for column, parent in keys.items()
    ]
    primary = sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}"))
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        primary,
        *ends,
    ]


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    name = op.f(f"uq_{table}_tenant_id_{'_'.join(columns)}")
    return sa.UniqueConstraint("tenant_id", *columns, name=name)


def downgrade() -> None:
    for table in ("calendar_feed", "meeting_notice", "convening_proposal_unit", "convening_proposal"):
        op.drop_table(table)
