"""The SQL that mends slow statements makes them faster where it is tried, also with values that pg_stat_statements hides."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dbarch_widgets import load_workload, read_schema, review
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.evidence import measure
from dbarch_widgets.model.review import Review

SCHEMA = """
CREATE TABLE samples (
    id bigint PRIMARY KEY,
    barcode text NOT NULL UNIQUE,
    reason text,
    request jsonb NOT NULL,
    taken_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    expired boolean NOT NULL DEFAULT false
);
CREATE INDEX samples_taken_idx ON samples (taken_at);
"""
STATEMENTS = {
    "search-inside-values": "SELECT id FROM samples WHERE request @> $1",
    "or-across-columns": "SELECT id FROM samples WHERE barcode = $1 OR reason = $2",
    "non-sargable-predicate": "SELECT id FROM samples WHERE date(taken_at) = $1",
    "missing-index-for-query": "UPDATE samples SET expired = $1 WHERE expires_at < now() AND NOT expired",
}
OTHERS = (
    "SELECT date_trunc($1, taken_at) AS m, count(*) FROM samples GROUP BY date_trunc($2, taken_at) ORDER BY m",
    "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY reason) AS n FROM samples) x WHERE n <= $1",
)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as running:
        yield running


@pytest.fixture(scope="module")
def measured(server: PostgresServer) -> Review:
    lines = [f'"{sql}",1000,200000,3000' for sql in (*STATEMENTS.values(), *OTHERS)]
    schema = read_schema(SCHEMA)
    workload = load_workload("\n".join(["query,calls,total_exec_time,rows", *lines]) + "\n", schema)
    return measure(review(schema, workload=workload, only=tuple(STATEMENTS)), pairs=3, cache=False, server=server)


@pytest.mark.parametrize("rule", STATEMENTS)
def test_the_mended_statement_reads_less(measured: Review, rule: str) -> None:
    (evidence,) = (each.evidence for each in measured.findings if each.rule == rule)
    assert evidence is not None, measured.notes
    assert dict(evidence.after)["rows read"] < dict(evidence.before)["rows read"] / 2
    assert dict(evidence.after)["pages"] < dict(evidence.before)["pages"]


def test_statements_with_hidden_constants_are_run(measured: Review) -> None:
    assert [each.why for each in measured.plans_seen] == ["", ""]
    assert all("costliest step" in (each.evidence.said or "") for each in measured.plans_seen if each.evidence)
