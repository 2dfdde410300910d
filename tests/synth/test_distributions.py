"""Generated columns against the laws that they promise: exact heads, even spreads, independence."""

from __future__ import annotations

from collections import Counter
from math import sqrt

import duckdb
import pytest

from dbarch_widgets.model.schema import QName
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.compile import Compiler
from dbarch_widgets.synth.hashing import permutation
from dbarch_widgets.synth.profile import default_profile
from dbarch_widgets.synth.thresholds import zipf_masses

ROWS, PARENTS = 300_000, 20_000
SQL = """
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, born date);
CREATE TABLE orders (
    id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id), created_at timestamptz NOT NULL,
    shipped_at timestamptz, price numeric(12, 2) NOT NULL, quantity integer NOT NULL, mark smallint NOT NULL,
    note varchar(40) NOT NULL
);
"""


@pytest.fixture(scope="module")
def orders() -> duckdb.DuckDBPyConnection:
    schema = in_public(read_schema(SQL))
    compiler = Compiler(schema, default_profile(schema, rows={"customers": PARENTS, "orders": ROWS}), seed=1)
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE orders AS {compiler.table(QName('public', 'orders')).select}")
    return connection


def z(counts: list[float], expected: list[float]) -> float:
    """Standard deviations of the chi-square statistic from its expectation."""
    chi2 = sum((count - wanted) ** 2 / wanted for count, wanted in zip(counts, expected, strict=True))
    return (chi2 - (len(counts) - 1)) / sqrt(2 * (len(counts) - 1))


def rank_counts(connection: duckdb.DuckDBPyConnection) -> Counter[int]:
    """How often each rank was drawn: the scattering of heavy rows undone."""
    moved = permutation(PARENTS, 1, str(QName("public", "customers")), "", "heavy rows")
    back = {moved.of(rank): rank for rank in range(PARENTS)}
    rows = connection.execute("SELECT customer_id - 1, count(*) FROM orders GROUP BY 1").fetchall()
    return Counter({back[row]: count for row, count in rows})


def test_a_zipf_reference_has_the_exact_masses_head_and_tail(orders: duckdb.DuckDBPyConnection) -> None:
    counts = rank_counts(orders)
    masses = zipf_masses(PARENTS, 1.1)
    exact = [(rank + 1) ** -1.1 for rank in range(PARENTS)]
    total = sum(exact)
    head = [float(counts[rank]) for rank in range(16)]
    assert abs(z(head, [ROWS * mass / total * sum(head) / (ROWS * sum(exact[:16]) / total) for mass in exact[:16]])) < 4
    assert sum(head) / ROWS == pytest.approx(sum(exact[:16]) / total, rel=0.01)
    buckets = [float(sum(counts[rank] for rank in range(low, low + size))) for low, size, _ in masses]
    assert abs(z(buckets, [ROWS * float(mass) for *_, mass in masses])) < 4


def test_the_ranks_of_one_bucket_are_drawn_evenly(orders: duckdb.DuckDBPyConnection) -> None:
    counts = rank_counts(orders)
    low, size, _ = zipf_masses(PARENTS, 1.1)[-6]
    drawn = [float(counts[rank]) for rank in range(low, low + size)]
    assert abs(z(drawn, [sum(drawn) / size] * size)) < 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ntile(16) OVER (ORDER BY price)", "ntile(16) OVER (ORDER BY note)"),
        ("customer_id % 16", "epoch_us(created_at) % 16"),
        ("customer_id % 16", "mark % 16"),
        ("(shipped_at IS NULL)::int", "mark % 16"),
        ("mark % 16", "lag(mark % 16) OVER (ORDER BY id)"),
        ("epoch_us(created_at) % 16", "lag(epoch_us(created_at) % 16) OVER (ORDER BY id)"),
    ],
)
def test_columns_know_nothing_of_each_other_nor_of_the_row_before(
    orders: duckdb.DuckDBPyConnection, one: str, other: str
) -> None:
    pairs = orders.execute(
        f"SELECT a, b, count(*) FROM (SELECT {one} AS a, {other} AS b FROM orders) WHERE b IS NOT NULL GROUP BY ALL"
    ).fetchall()
    left, right = Counter[int](), Counter[int]()
    for a, b, count in pairs:
        left[a] += count
        right[b] += count
    total = sum(left.values())
    expected = {(a, b): left[a] * right[b] / total for a in left for b in right}
    seen = {(a, b): count for a, b, count in pairs}
    chi2 = sum((seen.get(cell, 0) - wanted) ** 2 / wanted for cell, wanted in expected.items())
    free = (len(left) - 1) * (len(right) - 1)
    assert abs(chi2 - free) / sqrt(2 * free) < 4.5


def test_first_and_last_bits_of_what_uses_both_halves_of_a_hash(orders: duckdb.DuckDBPyConnection) -> None:
    """The money's cell comes from the first bits of its hash, the place in the cell from the last ones."""
    counts = orders.execute(
        "SELECT ntile, count(*) FROM (SELECT price, ntile(64) OVER (ORDER BY price) AS ntile FROM orders) GROUP BY 1"
    ).fetchall()
    assert len(counts) == 64
    cents = [float(count) for (count,) in orders.execute(
        "SELECT count(*) FROM orders WHERE price > 100 GROUP BY (price * 100)::bigint % 10 ORDER BY 1"
    ).fetchall()]  # fmt: skip
    assert len(cents) == 10
    assert max(cents) / min(cents) < 1.1
