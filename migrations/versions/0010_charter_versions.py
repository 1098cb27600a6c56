"""a version of the charter is a whole document: its units and duties stand in it, and drafts beside it

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.fence import converting

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

DOCUMENT = ("leads", "units", "duties")
WORDS = ("reason", "remark", "drafted_by", "submitted_by", "approved_by")
OPEN, SETTLED = "state IN ('draft', 'in_review')", "state IN ('approved', 'in_force', 'superseded')"


def upgrade() -> None:
    for name in DOCUMENT:
        op.add_column("charter", sa.Column(name, JSONB(), server_default="[]", nullable=False))
    for name in WORDS:
        op.add_column("charter", sa.Column(name, sa.String(), server_default="", nullable=False))
    op.add_column("charter", sa.Column("office_host", sa.String(), nullable=True))
    op.add_column("charter", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    with converting("charter", "unit", "duty", "duty_holder"):
        op.execute(sa.text(_WRITTEN_OUT))
    for name in (*DOCUMENT, *WORDS):
        op.alter_column("charter", name, server_default=None)
    _states()
    op.drop_constraint("fk_charter_tenant_id_office_host_id", "charter", type_="foreignkey")
    for name in ("office_host_id", "title", "effective_to"):
        op.drop_column("charter", name)
    op.drop_constraint("uq_unit_tenant_id_key", "unit", type_="unique")
    op.create_index(
        "ux_unit_key", "unit", ["tenant_id", "key"], unique=True, postgresql_where=sa.text("left_on IS NULL")
    )
    op.drop_index("ux_duty_code", "duty")
    op.create_index("ux_duty_code", "duty", ["tenant_id", "code"], unique=True, postgresql_where=sa.text("ended_on IS NULL"))  # fmt: skip


def _states() -> None:
    op.drop_constraint(op.f("ck_charter_state"), "charter", type_="check")
    op.drop_constraint(op.f("ck_charter_dates"), "charter", type_="check")
    op.alter_column("charter", "effective_from", nullable=True)
    states = "state IN ('draft', 'in_review', 'approved', 'in_force', 'superseded')"
    op.create_check_constraint("state", "charter", states)
    op.create_check_constraint("settled", "charter", f"{OPEN} OR effective_from IS NOT NULL")
    for name, columns, where in (
        ("ux_charter_effective", ["tenant_id", "effective_from"], SETTLED),
        ("ux_charter_open", ["tenant_id"], OPEN),
    ):
        op.create_index(name, "charter", columns, unique=True, postgresql_where=sa.text(where))


# Each charter says in its own words what its rows have said so far.
_WRITTEN_OUT = """
UPDATE charter AS c SET
  office_host = (SELECT key FROM unit AS u WHERE u.tenant_id = c.tenant_id AND u.id = c.office_host_id),
  leads = COALESCE((
    SELECT jsonb_agg(u.key ORDER BY u.position) FROM unit AS u
    WHERE u.tenant_id = c.tenant_id AND u.left_on IS NULL AND u.is_lead), '[]'),
  units = COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'key', u.key, 'name', u.name, 'category', u.category, 'source', u.source, 'joined_on', u.joined_on::text)
      ORDER BY u.position)
    FROM unit AS u WHERE u.tenant_id = c.tenant_id AND u.left_on IS NULL), '[]'),
  duties = COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'code', d.code, 'text', d.text, 'policy_field', d.policy_field, 'source', d.source,
      'holders', COALESCE((
        SELECT jsonb_agg(jsonb_build_object('unit', u.key, 'grade', h.grade, 'joint', h.joint) ORDER BY u.position)
        FROM duty_holder AS h JOIN unit AS u ON u.tenant_id = h.tenant_id AND u.id = h.unit_id
        WHERE h.tenant_id = d.tenant_id AND h.duty_id = d.id AND u.left_on IS NULL), '[]'))
      ORDER BY d.position)
    FROM duty AS d WHERE d.tenant_id = c.tenant_id AND d.ended_on IS NULL), '[]')
"""


def downgrade() -> None:
    """Drafts and versions to come are lost: the shape before knew only what is in force and what was."""
    op.drop_index("ux_duty_code", "duty")
    op.create_index("ux_duty_code", "duty", ["tenant_id", "charter_id", "code"], unique=True, postgresql_where=sa.text("ended_on IS NULL"))  # fmt: skip
    op.drop_index("ux_unit_key", "unit")
    op.create_unique_constraint(op.f("uq_unit_tenant_id_key"), "unit", ["tenant_id", "key"])
    for name in ("ux_charter_open", "ux_charter_effective"):
        op.drop_index(name, "charter")
    op.add_column("charter", sa.Column("effective_to", sa.Date(), nullable=True))
    op.add_column("charter", sa.Column("title", sa.String(), server_default="", nullable=False))
    op.add_column("charter", sa.Column("office_host_id", sa.Uuid(), nullable=True))
    with converting("charter", "unit"):
        op.execute(sa.text(_TAKEN_BACK))
        op.execute(sa.text("DELETE FROM charter WHERE state IN ('draft', 'in_review', 'approved')"))
    op.create_foreign_key(
        op.f("fk_charter_tenant_id_office_host_id"),
        "charter",
        "unit",
        ["tenant_id", "office_host_id"],
        ["tenant_id", "id"],
    )
    op.alter_column("charter", "title", server_default=None)
    op.drop_constraint(op.f("ck_charter_state"), "charter", type_="check")
    op.drop_constraint(op.f("ck_charter_settled"), "charter", type_="check")
    op.alter_column("charter", "effective_from", nullable=False)
    states = "state IN ('draft', 'in_review', 'in_force', 'superseded', 'repealed')"
    op.create_check_constraint(op.f("ck_charter_state"), "charter", states)
    op.create_check_constraint(op.f("ck_charter_dates"), "charter", "effective_to >= effective_from")
    for name in (*DOCUMENT, *WORDS, "office_host", "approved_at"):
        op.drop_column("charter", name)


_TAKEN_BACK = """
UPDATE charter AS c SET
  title = c.conference_name || '制度',
  office_host_id = (
    SELECT id FROM unit AS u WHERE u.tenant_id = c.tenant_id AND u.key = c.office_host AND u.left_on IS NULL)
"""
