"""notices: how a person is written to, who is told beside him, and the place's messenger

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fence import raise_fence

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

TABLES = ("mailbox", "notice_choice", "deputy", "letter")


def upgrade() -> None:
    _extend_notices()
    _mailbox()
    _choice()
    _deputy()
    _letter()
    _messenger()
    raise_fence(*TABLES, "messenger")


def _moment(name: str, nullable: bool = True, **more: object) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, **more)  # type: ignore[arg-type]


def _own(table: str) -> list[sa.Column | sa.Constraint]:
    """What every tenant table has."""
    ids = [sa.Column(name, sa.Uuid(), nullable=False) for name in ("tenant_id", "id")]
    return [*ids, sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}"))]


def _extend_notices() -> None:
    for name in ("for_id", "deputy_id"):
        op.add_column("notice", sa.Column(name, sa.Uuid()))
    op.add_column("notice", sa.Column("letter", sa.String()))
    op.add_column("notice", sa.Column("message", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.alter_column("notice", "message", server_default=None)
    op.create_check_constraint(op.f("ck_notice_letter"), "notice", "letter IN ('at_once', 'daily')")
    written, sent = sa.text("letter IS NOT NULL"), sa.text("message")
    op.create_index("ix_notice_letter", "notice", ["tenant_id", "account_id"], postgresql_where=written)
    op.create_index("ix_notice_message", "notice", ["tenant_id"], postgresql_where=sent)


def _mailbox() -> None:
    op.create_table(
        "mailbox",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        _moment("confirmed_at"),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        _moment("asked_at"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Time()),
        sa.Column("quiet_to", sa.Time()),
        sa.Column("locale", sa.String(), nullable=False),
        *_own("mailbox"),
        sa.UniqueConstraint("tenant_id", "account_id", name=op.f("uq_mailbox_tenant_id_account_id")),
    )


def _choice() -> None:
    op.create_table(
        "notice_choice",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        *_own("notice_choice"),
        sa.UniqueConstraint("tenant_id", "account_id", "kind", name=op.f("uq_notice_choice_tenant_id_account_id_kind")),
        sa.CheckConstraint("way IN ('at_once', 'daily', 'never')", name=op.f("ck_notice_choice_way")),
    )


def _deputy() -> None:
    op.create_table(
        "deputy",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        _moment("made_at", nullable=False, server_default=sa.func.now()),
        _moment("ended_at"),
        *_own("deputy"),
        sa.CheckConstraint("to_date >= from_date", name=op.f("ck_deputy_dates")),
    )
    op.create_index("ix_deputy_account", "deputy", ["tenant_id", "account_id", "to_date"])


def _letter() -> None:
    op.create_table(
        "letter",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        _moment("made_at", nullable=False),
        _moment("sent_at"),
        sa.Column("dropped", sa.String(), nullable=False),
        *_own("letter"),
        sa.CheckConstraint("channel IN ('mail', 'hook')", name=op.f("ck_letter_channel")),
    )
    op.create_index("ix_letter_made", "letter", ["tenant_id", "made_at"])


def _messenger() -> None:
    op.create_table(
        "messenger",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("kinds", postgresql.JSONB(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        _moment("set_at", nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_own("messenger"),
        sa.UniqueConstraint("tenant_id", "url", name=op.f("uq_messenger_tenant_id_url")),
    )


def downgrade() -> None:
    for table in (*TABLES, "messenger"):
        op.drop_table(table)
    for index in ("ix_notice_letter", "ix_notice_message"):
        op.drop_index(index, "notice")
    for name in ("for_id", "deputy_id", "letter", "message"):
        op.drop_column("notice", name)
