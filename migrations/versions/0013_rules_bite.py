"""rules: what localities vary stands in every charter; meetings keep what the rules ask of them

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from migrations.fence import converting, raise_fence

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# What a charter from before means by not saying it: the values of every level's template.
UNSAID = """{
  "body_kind": "joint_conference", "chief_convener": false, "sunset_on": null, "issues_documents": false,
  "plenary_cadence": "year", "liaison_before_plenary": false, "minutes_countersign": false,
  "minutes_countersign_deemed": false, "special_minutes_signer": "office_director",
  "liaison_cadence": "irregular", "own_meetings": []
}"""
WORDS = ("own_kind", "chair_basis", "departure_reason")
KINDS, MODES = "kind IN ('plenary', 'special', 'liaison'{})", "mode IN ('present', 'proxy', 'leave'{})"


def upgrade() -> None:
    with converting("charter"):
        op.execute(sa.text("UPDATE charter SET rules = CAST(:unsaid AS jsonb) || rules").bindparams(unsaid=UNSAID))
    for name in WORDS:
        op.add_column("meeting", sa.Column(name, sa.String(), nullable=False, server_default=""))
        op.alter_column("meeting", name, server_default=None)
    op.add_column("meeting", sa.Column("minutes_sent_on", sa.Date(), nullable=True))
    _checks(", 'own'", ", 'not_called'")
    op.create_table(
        "countersignature",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("opinion IN ('agree', 'amend')", name=op.f("ck_countersignature_opinion")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meeting_id"],
            ["meeting.tenant_id", "meeting.id"],
            name=op.f("fk_countersignature_tenant_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_countersignature_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_countersignature")),
        sa.UniqueConstraint(
            "tenant_id", "meeting_id", "unit_id", name=op.f("uq_countersignature_tenant_id_meeting_id_unit_id")
        ),
    )
    raise_fence("countersignature")


def _checks(kind: str, mode: str) -> None:
    for table, name, check in (("meeting", "kind", KINDS.format(kind)), ("attendance", "mode", MODES.format(mode))):
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        op.create_check_constraint(name, table, check)


def downgrade() -> None:
    """A meeting of a kind of its own is a special one again; who was not called has no row."""
    op.drop_table("countersignature")
    with converting("charter", "meeting", "attendance"):
        op.execute("UPDATE meeting SET kind = 'special' WHERE kind = 'own'")
        op.execute("DELETE FROM attendance WHERE mode = 'not_called'")
        said = sa.text("UPDATE charter SET rules = rules - ARRAY(SELECT jsonb_object_keys(CAST(:unsaid AS jsonb)))")
        op.execute(said.bindparams(unsaid=UNSAID))
    _checks("", "")
    for name in (*WORDS, "minutes_sent_on"):
        op.drop_column("meeting", name)
