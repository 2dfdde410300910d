"""Health checks as SQL that a person runs: each returns rows only where something is wrong."""

from __future__ import annotations

from dbarch_widgets.deliverables.monitoring.metrics import open_to_all, tenant_tables
from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part
from dbarch_widgets.deliverables.psql import psql_file
from dbarch_widgets.model.review import Review

_CHECKS: tuple[tuple[str, str], ...] = (
    (
        "indexes that are invalid",
        'SELECT indexrelid::regclass AS index, indrelid::regclass AS "table" FROM pg_index WHERE NOT indisvalid',
    ),
    (
        "constraints that were never validated",
        "SELECT conrelid::regclass AS \"table\", conname FROM pg_constraint WHERE NOT convalidated AND contype IN ('c', 'f')",
    ),
    (
        "foreign keys without an index that begins with their columns",
        "SELECT c.conrelid::regclass AS \"table\", c.conname FROM pg_constraint c WHERE c.contype = 'f' AND NOT EXISTS"
        " (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indisvalid"
        " AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey) ORDER BY 1, 2",
    ),
    (
        "indexes that were not used since statistics began, without those of constraints",
        "SELECT s.indexrelid::regclass AS index, pg_size_pretty(pg_relation_size(s.indexrelid)) AS size"
        " FROM pg_stat_user_indexes s JOIN pg_index i USING (indexrelid)"
        " WHERE s.idx_scan = 0 AND NOT i.indisunique AND pg_relation_size(s.indexrelid) > 10000000",
    ),
    (
        "tables with row security on and no policy: nobody but the owner sees a row",
        'SELECT c.oid::regclass AS "table" FROM pg_class c WHERE c.relrowsecurity'
        " AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)",
    ),
    (
        "tables with policies and row security off: the policies bind nobody",
        'SELECT DISTINCT p.polrelid::regclass AS "table" FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid'
        " WHERE NOT c.relrowsecurity",
    ),
    (
        "functions with their owner's rights and the caller's search_path",
        "SELECT p.oid::regprocedure AS function FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        " AND NOT coalesce(p.proconfig::text LIKE '%search_path=%', false)",
    ),
    (
        "sequences of which three quarters are used",
        "SELECT schemaname, sequencename, last_value, max_value FROM pg_sequences"
        " WHERE increment_by > 0 AND NOT cycle AND last_value > max_value * 0.75",
    ),
    (
        "tables that were not vacuumed or analyzed for ten days and have changed",
        'SELECT relid::regclass AS "table", n_dead_tup, n_mod_since_analyze FROM pg_stat_user_tables'
        " WHERE (n_dead_tup > 10000 OR n_mod_since_analyze > 10000)"
        " AND greatest(last_vacuum, last_autovacuum, last_analyze, last_autoanalyze, '-infinity') < now() - interval '10 days'",
    ),
    (
        "transactions open for more than five minutes",
        "SELECT pid, usename, state, now() - xact_start AS since FROM pg_stat_activity"
        " WHERE xact_start < now() - interval '5 minutes' AND pid <> pg_backend_pid()",
    ),
)


def _of_tenants(context: DeliveryContext) -> tuple[tuple[str, str], ...]:
    found = tenant_tables(context)
    title = f"tables with a tenant whose rows no policy keeps apart ({', '.join(found)})"
    return ((title, f'SELECT c.oid::regclass AS "table" FROM pg_class c WHERE {open_to_all(found)}'),) if found else ()


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """One file of read-only checks."""
    if context.dialect != "postgres":
        raise LeftOut(f"its checks read PostgreSQL's catalog, and this is {context.database}")
    parts = ["-- Each check returns rows only where something is wrong. Nothing is written.", "BEGIN READ ONLY;"]
    parts += [
        f"\\echo '{title.replace(chr(39), chr(39) * 2)}'\n{sql};" for title, sql in (*_CHECKS, *_of_tenants(context))
    ]
    text = "\n\n".join([*parts, "COMMIT;"]) + "\n"
    path = "monitoring/health.sql"
    return (File(path, text, "Health checks", "Reads only; empty answers are good ones.", psql_file(path)),)


PART = Part("health", "Health checks", write)
