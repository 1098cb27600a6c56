"""The structure of the wall, read from PostgreSQL's own catalogue."""

from sqlalchemy import text

from service.rooms import metadata
from tenants.db import GLOBAL_TABLES

FENCE = """
SELECT c.relname, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
       (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
       (SELECT min(pg_get_expr(p.polqual, p.polrelid)) FROM pg_policy p WHERE p.polrelid = c.oid) AS using_,
       (SELECT min(pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy p WHERE p.polrelid = c.oid) AS check_
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
"""


def test_every_table_is_behind_the_wall_or_on_the_reviewed_list(owner):
    with owner.connect() as connection:
        tables = {row.relname: row for row in connection.execute(text(FENCE))}
    for name, row in tables.items():
        if name in GLOBAL_TABLES:
            continue
        assert (row.enabled, row.forced, row.policies) == (True, True, 1), name
        assert row.using_ == row.check_ == "(tenant_id = app.tenant())", name
    assert set(GLOBAL_TABLES) <= set(tables)


def test_every_key_of_a_tenant_table_is_led_by_the_tenant(engine):
    for table in metadata().tables.values():
        if table.name in GLOBAL_TABLES:
            continue
        assert next(iter(table.primary_key)).name == "tenant_id", table.name
        for key in table.foreign_key_constraints:
            assert key.column_keys[0] == "tenant_id", f"{table.name}: {key}"
        for index in table.indexes:
            if index.unique:
                assert next(iter(index.columns)).name == "tenant_id", f"{table.name}: {index.name}"


def test_the_service_owns_nothing_and_append_only_tables_stay_so(owner):
    query = """
        SELECT table_name, string_agg(privilege_type, ',' ORDER BY privilege_type) AS verbs
        FROM information_schema.role_table_grants WHERE grantee = 'lianxi_app' GROUP BY table_name
    """
    with owner.connect() as connection:
        verbs = {row.table_name: row.verbs for row in connection.execute(text(query))}
        owned = connection.execute(text("SELECT count(*) FROM pg_class WHERE relowner = 'lianxi_app'::regrole"))
        assert owned.scalar() == 0
    for table in ("audit_entry", "publication", "delivery", "snapshot", "task_event"):
        assert verbs[table] == "INSERT,SELECT", table
