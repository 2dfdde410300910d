"""Queries for sizes, column statistics and executed statements. No query reads a value of a table."""

from __future__ import annotations

from dbarch_widgets.importers.postgres_live.sql_own import OWN_CLASS, TABLE_KINDS
from dbarch_widgets.sql.names import quote


def sizes(_version: int) -> str:
    """`rows` is -1 of a table that was never analysed; `live` is PostgreSQL's running count."""
    return f"""
SELECT c.oid, c.reltuples::float8 AS rows, pg_stat_get_live_tuples(c.oid) AS live, pg_total_relation_size(c.oid) AS bytes,
    pg_relation_size(c.oid) AS main_bytes, has_any_column_privilege(c.oid, 'SELECT') AS readable,
    row_security_active(c.oid) AS filtered
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {TABLE_KINDS} AND {OWN_CLASS} ORDER BY c.oid"""


def planned_sizes(_version: int) -> str:
    """The same without a lock on any table: pages as of the last ANALYZE or VACUUM."""
    return f"""
SELECT c.oid, c.reltuples::float8 AS rows, pg_stat_get_live_tuples(c.oid) AS live,
    current_setting('block_size')::bigint * (c.relpages
        + coalesce((SELECT sum(i.relpages) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid), 0)
        + coalesce((SELECT t.relpages FROM pg_class t WHERE t.oid = c.reltoastrelid), 0)) AS bytes,
    c.relpages AS main_bytes, has_any_column_privilege(c.oid, 'SELECT') AS readable, row_security_active(c.oid) AS filtered
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {TABLE_KINDS} AND {OWN_CLASS} ORDER BY c.oid"""


def columns(_version: int) -> str:
    """Of a partitioned table the statistics over its partitions. The most common values themselves are not asked for."""
    return f"""
SELECT c.oid, s.attname AS name, s.null_frac::float8 AS nulls, s.n_distinct::float8 AS distinct,
    s.most_common_freqs AS frequencies
FROM pg_stats s JOIN pg_namespace n ON n.nspname = s.schemaname
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
WHERE {TABLE_KINDS} AND s.inherited = (c.relkind = 'p') AND {OWN_CLASS} ORDER BY c.oid"""


def statements_place(_version: int) -> str:
    """Where the extension pg_stat_statements is, if it is in this database."""
    return """
SELECT n.nspname AS schema, e.extversion AS version FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = 'pg_stat_statements'"""


def statements(schema: str) -> str:
    """The statements of this database, each once for every role that ran it; most time first."""
    return f"""
SELECT s.queryid, s.query, s.calls, s.rows, s.total_exec_time AS milliseconds,
    pg_get_userbyid(s.userid)::text AS role
FROM {quote(schema)}.pg_stat_statements s
WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY s.total_exec_time DESC, s.queryid"""


def statements_info(schema: str) -> str:
    """Since when is counted, how many statements fell out for want of room, how many belong to other databases."""
    return f"""
SELECT i.dealloc, i.stats_reset::text AS since, extract(epoch FROM clock_timestamp() - i.stats_reset)::float8 AS seconds,
    (SELECT count(*) FROM {quote(schema)}.pg_stat_statements(false) s
      WHERE s.dbid <> (SELECT oid FROM pg_database WHERE datname = current_database())) AS elsewhere
FROM {quote(schema)}.pg_stat_statements_info i"""
