"""reminders: the daily round of every place that is open already stands in the ledger

Revision ID: 0031
Revises: 0030
"""

from alembic import op
from sqlalchemy import text

from migrations.fence import converting

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# The first round is due at once; it posts its own next (service/notices/daily.py).
_BEGUN = """
WITH job AS (
    INSERT INTO ledger_job (tenant_id, id, kind, payload, dedupe, state, attempts, due_at, progress_done, progress_total)
    SELECT id, gen_random_uuid(), 'reminders.daily', '{}', 'first', 'waiting', 0, now(), 0, 0 FROM tenant
    RETURNING tenant_id, id
)
INSERT INTO bell (tenant_id, job_id, due_at) SELECT tenant_id, id, now() FROM job
"""


def upgrade() -> None:
    with converting("ledger_job"):
        op.execute(text(_BEGUN))


def downgrade() -> None:
    with converting("ledger_job"):
        op.execute(text("DELETE FROM bell USING ledger_job WHERE job_id = id AND kind = 'reminders.daily'"))
        op.execute(text("DELETE FROM ledger_job WHERE kind = 'reminders.daily'"))
