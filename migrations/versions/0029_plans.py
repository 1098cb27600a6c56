"""plans: long-term, annual, of a phase, or a unit's own; drawn from one another

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

from migrations.fence import converting

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

CHECKS = {
    "kind": "kind IN ('annual', 'long_term', 'phase', 'unit')",
    "unit": "(kind = 'unit') = (unit_id IS NOT NULL)",
    "submitted": "state <> 'submitted' OR kind = 'unit'",
    "span": "begins <= ends",
}
STATES, AGREED = "state IN ('draft', 'submitted', 'approved', 'closed')", "(state IN ('draft', 'submitted'))"


def upgrade() -> None:
    for name, default in (("kind", "annual"), ("text", ""), ("opinion", ""), ("remark", "")):
        op.add_column("plan", sa.Column(name, sa.String(), nullable=False, server_default=default))
        op.alter_column("plan", name, server_default=None)
    for name, kind in (("begins", sa.Date()), ("ends", sa.Date()), ("unit_id", sa.Uuid()), ("parent_id", sa.Uuid())):
        op.add_column("plan", sa.Column(name, kind, nullable=True))
    with converting("plan"):
        op.execute("UPDATE plan SET begins = make_date(year, 1, 1), ends = make_date(year, 12, 31)")
        for name in ("begins", "ends"):
            op.alter_column("plan", name, nullable=False)
    _check(STATES, f"{AGREED} = (agreed_on IS NULL)")
    for name, rule in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_plan_{name}"), "plan", rule)
    _keys()


def _check(states: str, agreed: str) -> None:
    for name, rule in (("state", states), ("agreed", agreed)):
        op.drop_constraint(op.f(f"ck_plan_{name}"), "plan")
        op.create_check_constraint(op.f(f"ck_plan_{name}"), "plan", rule)


def _keys() -> None:
    for column, target in (("unit_id", "unit"), ("parent_id", "plan")):
        name = op.f(f"fk_plan_tenant_id_{column}")
        op.create_foreign_key(name, "plan", target, ["tenant_id", column], ["tenant_id", "id"])
    op.drop_constraint(op.f("uq_plan_tenant_id_year"), "plan")
    op.create_index(
        "uq_plan_annual", "plan", ["tenant_id", "year"], unique=True, postgresql_where=sa.text("kind = 'annual'")
    )
    unit = sa.text("kind = 'unit'")
    op.create_index("uq_plan_unit", "plan", ["tenant_id", "unit_id", "year"], unique=True, postgresql_where=unit)
    op.create_index("ix_plan_parent", "plan", ["tenant_id", "parent_id"])


def downgrade() -> None:
    for name in ("ix_plan_parent", "uq_plan_unit", "uq_plan_annual"):
        op.drop_index(name, "plan")
    op.create_unique_constraint(op.f("uq_plan_tenant_id_year"), "plan", ["tenant_id", "year"])
    for column in ("unit_id", "parent_id"):
        op.drop_constraint(op.f(f"fk_plan_tenant_id_{column}"), "plan")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_plan_{name}"), "plan")
    _check("state IN ('draft', 'approved', 'closed')", "(state = 'draft') = (agreed_on IS NULL)")
    for name in ("begins", "ends", "unit_id", "parent_id", "kind", "text", "opinion", "remark"):
        op.drop_column("plan", name)
