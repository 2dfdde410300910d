"""The alerts: of postgres_exporter's metrics and of ours, each with a series that fires it and one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.deliverables.part import DeliveryContext

_DB = 'datname="app"'
_TO = 'server="db:5432"'


@dataclass(frozen=True)
class Alert:
    """`fires` and `quiet` map a series to its values in promtool's notation, one a minute; `after` is when it is looked at."""

    name: str
    expr: str
    wait: str
    severity: str
    summary: str
    fires: tuple[tuple[str, str], ...]
    quiet: tuple[tuple[str, str], ...]
    after: str = "30m"


def _level(
    name: str, metric: str, limit: float, severity: str, summary: str, labels: str = "", wait: str = "5m"
) -> Alert:
    """A gauge over a limit."""
    over, under = limit * 1.1 + 1, limit * 0.5
    series = f"{metric}{{{labels}}}" if labels else metric
    return Alert(
        name,
        f"{metric} > {limit:.12g}",
        wait,
        severity,
        summary,
        ((series, f"{over:.12g}x60"),),
        ((series, f"{under:.12g}x60"),),
    )


def alerts(context: DeliveryContext) -> tuple[Alert, ...]:
    """All alerts; limits follow the intake where it says something."""
    found = [*_alive(), *_load(), *_health(), *_ours(), *_recovery(context)]
    if context.tenancy is not None or any(table.rls.enabled for table in context.target.tables):
        found += _row_security()
    return tuple(found)


def _alive() -> Iterator[Alert]:
    up = f"pg_up{{{_TO}}}"
    yield Alert(
        "PostgresDown",
        "pg_up == 0",
        "1m",
        "critical",
        "the database does not answer the exporter",
        ((up, "0x60"),),
        ((up, "1x60"),),
    )
    yield Alert(
        "PostgresRestarted",
        "dbarch_uptime_seconds < 300",
        "0m",
        "warning",
        "the server was started less than five minutes ago",
        (("dbarch_uptime_seconds", "60x60"),),
        (("dbarch_uptime_seconds", "9000x60"),),
    )


def _load() -> Iterator[Alert]:
    used, limit = f'pg_stat_activity_count{{{_TO},state="active"}}', f"pg_settings_max_connections{{{_TO}}}"
    yield Alert(
        "PostgresConnectionsNearlyUsed",
        "sum by (server) (pg_stat_activity_count) / sum by (server) (pg_settings_max_connections) > 0.8",
        "10m",
        "warning",
        "more than 80 % of the connections are used: the next wave of clients is refused",
        ((used, "90x60"), (limit, "100x60")),
        ((used, "20x60"), (limit, "100x60")),
    )
    hit, read = f"pg_stat_database_blks_hit{{{_DB}}}", f"pg_stat_database_blks_read{{{_DB}}}"
    yield Alert(
        "PostgresReadsFromDisk",
        "rate(pg_stat_database_blks_hit[10m]) / (rate(pg_stat_database_blks_hit[10m]) + rate(pg_stat_database_blks_read[10m])) < 0.98",
        "15m",
        "warning",
        "fewer than 98 of 100 pages were found in memory",
        ((hit, "0+900x60"), (read, "0+100x60")),
        ((hit, "0+9990x60"), (read, "0+10x60")),
    )
    commit, rollback = f"pg_stat_database_xact_commit{{{_DB}}}", f"pg_stat_database_xact_rollback{{{_DB}}}"
    yield Alert(
        "PostgresManyRollbacks",
        "rate(pg_stat_database_xact_rollback[5m]) / (rate(pg_stat_database_xact_commit[5m]) + rate(pg_stat_database_xact_rollback[5m])) > 0.1",
        "5m",
        "warning",
        "more than a tenth of the transactions end in a rollback",
        ((commit, "0+600x60"), (rollback, "0+120x60")),
        ((commit, "0+600x60"), (rollback, "0+6x60")),
    )
    dead = f"pg_stat_database_deadlocks{{{_DB}}}"
    yield Alert(
        "PostgresDeadlocks",
        "increase(pg_stat_database_deadlocks[5m]) > 5",
        "0m",
        "warning",
        "more than five deadlocks in five minutes: two transactions take the same locks in different orders",
        ((dead, "0+3x60"),),
        ((dead, "0x60"),),
    )


def _health() -> Iterator[Alert]:
    yield _level(
        "PostgresLongTransaction",
        "pg_stat_activity_max_tx_duration",
        600,
        "warning",
        "a transaction has been open for ten minutes: vacuum cannot remove what it might still see",
        f'{_TO},state="active"',
    )
    tuples, alive = (f'pg_stat_user_tables_n_{kind}_tup{{relname="orders"}}' for kind in ("dead", "live"))
    yield Alert(
        "PostgresDeadRows",
        "pg_stat_user_tables_n_dead_tup > 10000 and pg_stat_user_tables_n_dead_tup / (pg_stat_user_tables_n_live_tup + pg_stat_user_tables_n_dead_tup) > 0.2",
        "30m",
        "warning",
        "a fifth of a table's rows are dead: autovacuum does not keep up",
        ((tuples, "50000x120"), (alive, "100000x120")),
        ((tuples, "5000x120"), (alive, "100000x120")),
        after="90m",
    )


def _ours() -> Iterator[Alert]:
    """What the exporters lack: numbers that run out, and what stands in the way of vacuum and WAL."""
    yield from _numbers()
    yield from _held_back()


def _numbers() -> Iterator[Alert]:
    yield _level(
        "PostgresTransactionIdsRunOut",
        "dbarch_transaction_id_age",
        1_500_000_000,
        "critical",
        "vacuum has not frozen for 1.5 billion transactions: writes stop at 2.1 billion",
        _DB,
    )
    yield _level(
        "PostgresTransactionIdsOld",
        "dbarch_transaction_id_age",
        500_000_000,
        "warning",
        "vacuum has not frozen for 500 million transactions",
        _DB,
    )
    yield _level(
        "PostgresSequenceRunsOut",
        "dbarch_sequence_used_ratio",
        0.75,
        "warning",
        "three quarters of a sequence's numbers are used",
        'sequence="public.orders_id_seq"',
    )


def _held_back() -> Iterator[Alert]:
    yield _level(
        "PostgresIdleInTransaction",
        "dbarch_idle_in_transaction_seconds",
        300,
        "warning",
        "a session waits inside a transaction for five minutes, holding its locks",
    )
    yield _level(
        "PostgresSlotHoldsWal",
        "dbarch_slot_retained_bytes",
        10_000_000_000,
        "critical",
        "a replication slot that nobody reads keeps 10 GB of WAL: the disk fills",
        'slot_name="standby"',
    )
    yield _level(
        "PostgresInvalidIndex",
        "dbarch_invalid_indexes",
        0,
        "warning",
        "an index is invalid since a failed CREATE INDEX CONCURRENTLY",
    )
    yield _level(
        "PostgresChecksumFailure",
        "dbarch_checksum_failures",
        0,
        "critical",
        "a page was not read as it was written: look at the disk, and restore",
        _DB,
        "0m",
    )


def _recovery(context: DeliveryContext) -> Iterator[Alert]:
    intake = context.review.intake
    loss = intake.recovery.rpo_seconds if intake else None
    lag = 30.0 if loss is None else max(loss / 2, 1.0)
    allowed = f"{loss:,.0f} s may be lost" if loss is not None else "nobody said how much may be lost"
    yield _level(
        "PostgresReplicaBehind",
        "pg_replication_lag_seconds",
        lag,
        "critical" if loss is not None else "warning",
        f"a replica is {lag:,.0f} s behind: {allowed}",
        _TO,
        "1m",
    )
    failed = "dbarch_archive_failed"
    yield Alert(
        "PostgresArchivingFails",
        "dbarch_archive_failed == 1",
        "5m",
        "critical",
        "WAL is not archived: there is nothing to recover from but the last backup",
        ((failed, "1x60"),),
        ((failed, "0x60"),),
    )
    if loss is not None and loss >= 60:
        yield _level(
            "PostgresArchiveOld",
            "dbarch_archive_age_seconds",
            loss,
            "critical",
            f"the last WAL was archived longer ago than may be lost ({loss:,.0f} s); set archive_timeout below it",
        )


def _row_security() -> Iterator[Alert]:
    yield _level(
        "RowSecurityMissing",
        "dbarch_tables_without_row_security",
        0,
        "warning",
        "a table has no row security where it should: was it forgotten in a migration, or is the fence not up yet?",
    )
    yield _level(
        "RowSecurityBypassed",
        "dbarch_roles_that_bypass_row_security",
        0,
        "warning",
        "a role that signs in is bound by no policy",
    )
