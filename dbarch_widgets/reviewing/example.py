"""What a new review folder has in it until somebody puts their own there."""

from __future__ import annotations

from pathlib import Path

from dbarch_widgets.model.schema import Schema

SCHEMA = """-- The schema under review: PostgreSQL DDL, for example from pg_dump --schema-only.
-- This small example is here so that `dbarch review` has something to look at; replace it, or delete both .sql files to begin with the answers alone.

CREATE TABLE accounts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts (id),
    status text NOT NULL CHECK (status IN ('open', 'filled', 'cancelled')),
    amount numeric(18, 2) NOT NULL CHECK (amount > 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
"""

WORKLOAD = """-- The queries that matter, each with its name, rate, parameters and service level.
-- Sources of parameters: uniform(t.c), zipf(t.c), pick('a','b'), int(lo,hi), decimal(lo,hi,scale), recent(t.c, 7 days),
-- new(t.c), text(n), uuid(), now().

-- name: open_orders_of_account
-- rate: 40/s  params: account_id=zipf(orders.account_id)  slo: p99<20ms
SELECT id, amount, created_at FROM orders
WHERE account_id = :account_id AND status = 'open' ORDER BY created_at DESC LIMIT 50;

-- name: place_order
-- rate: 5/s  params: account_id=uniform(accounts.id), amount=decimal(1,1000,2)  slo: p99<50ms
INSERT INTO orders (account_id, status, amount) VALUES (:account_id, 'open', :amount);
"""


def is_left_over(workload: Path, schema: Schema) -> bool:
    """Whether the file is still the example, while the schema is somebody's own and has none of its tables."""
    if any(table.name in ("accounts", "orders") for table in schema.tables):
        return False
    return workload.read_text(encoding="utf-8", errors="replace") == WORKLOAD
