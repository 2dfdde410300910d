"""Metrics that postgres_exporter does not bring, as a collector of sql_exporter: each is one SELECT.

What is missing there and worth an alert: the age of transaction ids, archiving, what slots hold back, sequences that run
out, tables without row security beside others that have it, roles that bypass it.
"""

from __future__ import annotations

from dataclasses import dataclass

from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part
from dbarch_widgets.model.review import Review
from dbarch_widgets.sql.write.words import literal


@dataclass(frozen=True)
class Metric:
    """A gauge: `sql` gives a row for each set of `labels`, with its number in the column `value`."""

    name: str
    help: str
    sql: str
    labels: tuple[str, ...] = ()


METRICS: tuple[Metric, ...] = (
    Metric(
        "dbarch_uptime_seconds",
        "Seconds since the server was started; postgres_exporter tells the start only with --collector.postmaster.",
        "SELECT extract(epoch FROM now() - pg_postmaster_start_time()) AS value",
    ),
    Metric(
        "dbarch_transaction_id_age",
        "Transactions since the oldest unfrozen one of each database; writes stop short of 2.1 billion.",
        "SELECT datname, age(datfrozenxid) AS value FROM pg_database WHERE datallowconn",
        ("datname",),
    ),
    Metric(
        "dbarch_multixact_age",
        "Multixacts since the oldest one of each database.",
        "SELECT datname, mxid_age(datminmxid) AS value FROM pg_database WHERE datallowconn",
        ("datname",),
    ),
    Metric(
        "dbarch_archive_failed",
        "1 when the last attempt to archive WAL failed.",
        "SELECT CASE WHEN last_failed_time > coalesce(last_archived_time, '-infinity') THEN 1 ELSE 0 END AS value"
        " FROM pg_stat_archiver",
    ),
    Metric(
        "dbarch_archive_age_seconds",
        "Seconds since WAL was last archived; -1 when archiving is off or nothing was archived yet.",
        "SELECT coalesce(extract(epoch FROM now() - last_archived_time), -1) AS value FROM pg_stat_archiver",
    ),
    Metric(
        "dbarch_slot_retained_bytes",
        "WAL that a replication slot keeps from being removed.",
        "SELECT slot_name, coalesce(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()"
        " ELSE pg_current_wal_lsn() END, restart_lsn), 0) AS value FROM pg_replication_slots",
        ("slot_name",),
    ),
    Metric(
        "dbarch_idle_in_transaction_seconds",
        "The longest time that a session has waited inside an open transaction.",
        "SELECT coalesce(max(extract(epoch FROM now() - state_change)), 0) AS value FROM pg_stat_activity"
        " WHERE state LIKE 'idle in transaction%'",
    ),
    Metric(
        "dbarch_sequence_used_ratio",
        "How much of its numbers a sequence has given out, 0 to 1.",
        "SELECT schemaname || '.' || sequencename AS sequence,"
        " coalesce(last_value, start_value)::double precision / max_value AS value"
        " FROM pg_sequences WHERE increment_by > 0 AND NOT cycle",
        ("sequence",),
    ),
    Metric(
        "dbarch_roles_that_bypass_row_security",
        "Roles that sign in, are no superuser, and are bound by no policy.",
        "SELECT count(*) AS value FROM pg_roles WHERE rolbypassrls AND rolcanlogin AND NOT rolsuper",
    ),
    Metric(
        "dbarch_invalid_indexes",
        "Indexes that a failed CREATE INDEX CONCURRENTLY left behind: they cost writes and serve nobody.",
        "SELECT count(*) AS value FROM pg_index WHERE NOT indisvalid",
    ),
    Metric(
        "dbarch_checksum_failures",
        "Pages of each database whose checksum did not fit.",
        "SELECT datname, coalesce(checksum_failures, 0) AS value FROM pg_stat_database WHERE datname IS NOT NULL",
        ("datname",),
    ),
)


def tenant_tables(context: DeliveryContext) -> tuple[str, ...]:
    """The columns that say whose a row is, where tenants share tables: of the target, or of the way to many tenants."""
    if context.tenancy is not None:
        places = context.tenancy.tenancy.of("own", "first", "parent")
        return tuple(dict.fromkeys(place.column for place in places if place.column))
    known = context.rules.tenants
    return (known.column,) if known and any(table.rls.enabled for table in context.target.tables) else ()


def open_to_all(columns: tuple[str, ...]) -> str:
    """The condition of tables c that row security does not reach: with such a column, or beside others that have it.

    A partition to which nobody has a right of its own is reached by its parent's policies only, and is no gap.
    """
    named = ", ".join(map(literal, columns))
    which = (
        f"EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attname IN ({named}))"
        if columns
        else "c.relnamespace IN (SELECT relnamespace FROM pg_class WHERE relrowsecurity)"
    )
    return (
        f"c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND NOT (c.relispartition AND c.relacl IS NULL) AND {which}"
    )


def metrics(context: DeliveryContext) -> tuple[Metric, ...]:
    """All metrics; which tables row security has to reach follows the schema."""
    columns = tenant_tables(context)
    words = f"Tables with {' or '.join(columns)}" if columns else "Tables in schemas where others have it,"
    reach = Metric(
        "dbarch_tables_without_row_security",
        f"{words} and without row security; partitions that nobody has a right on by themselves are left out.",
        f"SELECT count(*) AS value FROM pg_class c WHERE {open_to_all(columns)}",
    )
    return (*METRICS, reach)


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """The collector."""
    import yaml

    if context.dialect != "postgres":
        raise LeftOut(f"its metrics are of PostgreSQL, and this is {context.database}")
    made = {
        "collector_name": "dbarch",
        "metrics": [
            {
                "metric_name": metric.name,
                "type": "gauge",
                "help": metric.help,
                **({"key_labels": list(metric.labels)} if metric.labels else {}),
                "values": ["value"],
                "query": metric.sql,
            }
            for metric in metrics(context)
        ],
    }
    text = "# A collector of sql_exporter; its target is the database. Beside it runs postgres_exporter.\n"
    note = "What postgres_exporter lacks. Give its role pg_monitor; every metric is one SELECT."
    return (
        File(
            "monitoring/dbarch.collector.yml",
            text + yaml.safe_dump(made, sort_keys=False, width=120),
            "Metrics that the exporters lack",
            note,
        ),
    )


PART = Part("metrics", "Metrics", write)
