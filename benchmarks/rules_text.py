"""A schema with policies and a workload of any size, for the benchmarks of rules and reports."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.ddl_text import ddl

TABLES, FOREIGN_KEYS, POLICIES, QUERIES = 470, 990, 180, 120
INTAKE = """
scale:
  tables:
    table_1: {rows: 40_000_000, growth_per_month: 900_000}
    table_2: {rows: 2_000_000_000, growth_per_month: 80_000_000}
    table_300: {rows: 700_000, growth_per_month: 10_000}
tenancy: {tenants: 300, model: shared_table}
regimes: [gdpr, mifid2]
data_classes: [personal, financial]
"""


def schema_text() -> str:
    """470 tables, 990 foreign keys, and 180 policies on tables with a tenant, of five kinds good and bad."""
    return ddl(TABLES, FOREIGN_KEYS) + "\n".join(_policies()) + "\n"


def _policies() -> Iterator[str]:
    conditions = (
        "tenant_id = (SELECT nullif(current_setting('app.tenant', true), '')::uuid)",
        "tenant_id = current_setting('app.tenant')::uuid",
        "tenant_id::text = current_setting('app.tenant')",
        "true",
        "status = 'open' AND tenant_id IN (SELECT nullif(current_setting('app.tenant', true), '')::uuid)",
    )
    yield "CREATE ROLE app NOLOGIN;"
    for number in range(POLICIES):
        table = f"public.table_{number * 2}"
        yield f"ALTER TABLE {table} ADD COLUMN tenant_id uuid NOT NULL;"
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        yield f"CREATE POLICY fence_{number} ON {table} TO app USING ({conditions[number % 5]});"
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO app;"


def workload_text() -> str:
    """Queries over those tables, reads and writes."""
    return "\n".join(_queries())


def _queries() -> Iterator[str]:
    for number in range(QUERIES):
        table = f"table_{number * 3 + 1}"
        kind = number % 4
        yield f"-- name: query_{number}\n-- rate: {number + 1}/s  params: id=uniform({table}.id)  role: app"
        if kind == 0:
            yield f"SELECT * FROM {table} WHERE id = :id;\n"
        elif kind == 1:
            yield f"SELECT t.id, p.status FROM {table} t JOIN table_0 p ON p.id = t.parent_0_id WHERE lower(t.status) = 'open' ORDER BY t.amount LIMIT 20 OFFSET 4000;\n"
        elif kind == 2:
            yield f"UPDATE {table} SET amount = amount + 1 WHERE id = :id;\n"
        else:
            yield f"SELECT count(*) FROM {table} WHERE status LIKE '%pen' AND id NOT IN (SELECT parent_0_id FROM table_{number * 3 + 2});\n"
