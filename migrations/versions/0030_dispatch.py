"""dispatch: what goes down to chosen places, and what they answer

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fence import raise_fence

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "received_dispatch",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("dispatch_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("parcel_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("sender_state", sa.String(), nullable=False),
        sa.Column("ended_why", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("verdict_text", sa.String(), nullable=False),
        sa.Column("verdicts", sa.Integer(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("acknowledged", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "sender_state IN ('open', 'recalled', 'closed')", name=op.f("ck_received_dispatch_sender_state")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_received_dispatch")),
        sa.UniqueConstraint(
            "tenant_id", "source_id", "dispatch_id", name=op.f("uq_received_dispatch_tenant_id_source_id_dispatch_id")
        ),
    )
    op.create_index(
        "ix_received_dispatch_kind", "received_dispatch", ["tenant_id", "kind", "received_at"], unique=False
    )
    op.create_table(
        "sealed_file",
        sa.Column("parcel_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sealed_file")),
        sa.UniqueConstraint(
            "tenant_id", "parcel_id", "position", name=op.f("uq_sealed_file_tenant_id_parcel_id_position")
        ),
    )
    op.create_table(
        "dispatch",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_why", sa.String(), nullable=False),
        sa.Column("passes_on_id", sa.Uuid(), nullable=True),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'recalled', 'closed')", name=op.f("ck_dispatch_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "passes_on_id"],
            ["received_dispatch.tenant_id", "received_dispatch.id"],
            name=op.f("fk_dispatch_tenant_id_passes_on_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dispatch")),
        sa.UniqueConstraint("tenant_id", "kind", "year", "number", name=op.f("uq_dispatch_tenant_id_kind_year_number")),
    )
    op.create_index("ix_dispatch_kind", "dispatch", ["tenant_id", "kind", "sent_at"], unique=False)
    op.create_table(
        "dispatch_answer",
        sa.Column("received_dispatch_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "received_dispatch_id"],
            ["received_dispatch.tenant_id", "received_dispatch.id"],
            name=op.f("fk_dispatch_answer_tenant_id_received_dispatch_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dispatch_answer")),
        sa.UniqueConstraint(
            "tenant_id",
            "received_dispatch_id",
            "number",
            name=op.f("uq_dispatch_answer_tenant_id_received_dispatch_id_number"),
        ),
    )
    op.create_table(
        "dispatch_place",
        sa.Column("dispatch_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("began_on", sa.Date(), nullable=True),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.Column("acknowledged", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("verdict_text", sa.String(), nullable=False),
        sa.Column("verdicts", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('', 'accepted', 'returned', 'reminded')", name=op.f("ck_dispatch_place_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "dispatch_id"],
            ["dispatch.tenant_id", "dispatch.id"],
            name=op.f("fk_dispatch_place_tenant_id_dispatch_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dispatch_place")),
        sa.UniqueConstraint(
            "tenant_id", "dispatch_id", "receiver_id", name=op.f("uq_dispatch_place_tenant_id_dispatch_id_receiver_id")
        ),
    )
    op.create_table(
        "dispatch_revision",
        sa.Column("dispatch_id", sa.Uuid(), nullable=False),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "dispatch_id"],
            ["dispatch.tenant_id", "dispatch.id"],
            name=op.f("fk_dispatch_revision_tenant_id_dispatch_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dispatch_revision")),
        sa.UniqueConstraint(
            "tenant_id", "dispatch_id", "wording", name=op.f("uq_dispatch_revision_tenant_id_dispatch_id_wording")
        ),
    )
    op.create_table(
        "received_answer",
        sa.Column("dispatch_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("parcel_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "dispatch_id"],
            ["dispatch.tenant_id", "dispatch.id"],
            name=op.f("fk_received_answer_tenant_id_dispatch_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_received_answer")),
        sa.UniqueConstraint(
            "tenant_id",
            "dispatch_id",
            "receiver_id",
            "number",
            name=op.f("uq_received_answer_tenant_id_dispatch_id_receiver_id_number"),
        ),
    )
    raise_fence("received_dispatch")
    raise_fence("sealed_file", verbs="SELECT, INSERT")
    raise_fence("dispatch")
    raise_fence("dispatch_answer", verbs="SELECT, INSERT")
    raise_fence("dispatch_place")
    raise_fence("dispatch_revision", verbs="SELECT, INSERT")
    raise_fence("received_answer", verbs="SELECT, INSERT")


def downgrade() -> None:
    op.drop_table("received_answer")
    op.drop_table("dispatch_revision")
    op.drop_table("dispatch_place")
    op.drop_table("dispatch_answer")
    op.drop_table("dispatch")
    op.drop_table("sealed_file")
    op.drop_table("received_dispatch")
