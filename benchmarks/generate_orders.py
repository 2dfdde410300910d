"""Ten million orders of eight columns into a DuckDB file, beside a trivial table, Faker and Mimesis. Seconds are CPU seconds."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb

from benchmarks.base import Result
from benchmarks.generating import Cost, measured, select, share_of_rows

ROWS = 10_000_000
DDL = """
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id),
    created_at timestamptz NOT NULL,
    shipped_at timestamptz,
    total_price numeric(12, 2) NOT NULL,
    status text NOT NULL CHECK (status IN ('new', 'paid', 'shipped', 'done', 'cancelled')),
    quantity integer NOT NULL,
    note varchar(32) NOT NULL
);
"""
CONSTRAINTS = (
    "ALTER TABLE orders ADD PRIMARY KEY (id)",
    *(f"ALTER TABLE orders ALTER {name} SET NOT NULL" for name in ("customer_id", "created_at", "status", "note")),
)
TURNS, SLICES = 5, 16
FAKED = 10_000


def run() -> Iterator[Result]:
    """Three rows: against the trivial table, both cores, against the libraries that make one row at a time."""
    rows = round(ROWS * share_of_rows())
    orders = select(DDL, "orders", {"customers": 1_000_000, "orders": rows})
    ours, trivial = [], []
    for _ in range(TURNS):
        trivial.append(_stored(f"CREATE TABLE orders AS {_trivial(rows)}"))
        ours.append(_stored(f"CREATE TABLE orders AS {orders}"))
    best, least = min(ours, key=lambda cost: cost.cpu), min(trivial, key=lambda cost: cost.cpu)
    share = least.cpu / best.cpu
    yield Result(
        f"{rows:,} orders of 8 columns into a DuckDB file, {rows / best.cpu / 1e6:.2f} M rows per CPU-second, {share:.0%} of the yardstick (least of {TURNS}, CPU s)",
        best.cpu,
        f"`CREATE TABLE AS` of 8 trivial columns, {rows / least.cpu / 1e6:.2f} M rows per CPU-second",
        least.cpu,
        "≥ 40 % of its rows per CPU-second",
        met=share >= 0.4,
    )
    spread = min(cost.wall / cost.cpu for cost in ours)
    yield Result(
        f"the same, wall ÷ CPU {spread:.2f} (least of {TURNS})",
        min(cost.wall for cost in ours),
        "its CPU seconds",
        best.cpu,
        "≤ 0.65",
        met=spread <= 0.65,
    )
    for name, work in (("Faker", _faker), ("Mimesis", _mimesis)):
        cost = measured(work)
        yield Result(
            f"{FAKED:,} orders (CPU s)",
            best.cpu / rows * FAKED,
            f"{name}, {FAKED / cost.cpu / 1e6:.4f} M rows per CPU-second",
            cost.cpu,
            "beside it",
            met=True,
        )


def _trivial(rows: int) -> str:
    edges = [rows * at // SLICES for at in range(SLICES + 1)]
    slices = (f"SELECT range AS n FROM range({a}, {b})" for a, b in pairwise(edges))
    return f"SELECT {', '.join(f'n + {at} AS c{at}' for at in range(8))} FROM ({' UNION ALL '.join(slices)})"


def _stored(sql: str) -> Cost:
    """Into a new file, checkpoint included. The constraints of `orders` are declared afterwards and must hold."""
    with tempfile.TemporaryDirectory() as folder:
        connection = duckdb.connect(str(Path(folder) / "orders.duckdb"))
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")

        def work() -> None:
            connection.execute(sql)
            connection.execute("CHECKPOINT")

        cost = measured(work)
        if "customer_id" in sql:
            for constraint in CONSTRAINTS:
                connection.execute(constraint)
        connection.close()
        return cost


def _faker() -> list[tuple[object, ...]]:
    from faker import Faker

    fake, start = Faker(), datetime(2025, 1, 1, tzinfo=UTC)
    return [
        (
            number,
            fake.random_int(1, 1_000_000),
            fake.date_time_between(start),
            fake.date_time_between(start) if fake.boolean(90) else None,
            fake.pydecimal(left_digits=4, right_digits=2, positive=True),
            fake.random_element(("new", "paid", "shipped", "done", "cancelled")),
            fake.random_int(1, 100),
            fake.text(32),
        )
        for number in range(FAKED)
    ]


def _mimesis() -> list[tuple[object, ...]]:
    from mimesis import Generic
    from mimesis.locales import Locale

    fake, chance, start = Generic(Locale.EN), random.Random(1), datetime(2025, 1, 1, tzinfo=UTC)
    return [
        (
            number,
            fake.numeric.integer_number(1, 1_000_000),
            start + timedelta(seconds=chance.randrange(60_000_000)),
            fake.datetime.datetime(2025, 2026) if chance.random() < 0.9 else None,
            fake.numeric.decimal_number(1, 2000),
            fake.random.choice(("new", "paid", "shipped", "done", "cancelled")),
            fake.numeric.integer_number(1, 100),
            " ".join(fake.text.words(3)),
        )
        for number in range(FAKED)
    ]
