"""What one more tenant costs in each way: counted on a real PostgreSQL, and growing with the number of tenants alone."""

from __future__ import annotations

import pytest

from dbarch_widgets import read_schema
from dbarch_widgets.errors import InputError
from dbarch_widgets.evidence.tenancy_ways import measure_tenancy_ways

SHOP = """
CREATE ROLE shop_app;
CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id), total numeric(10, 2));
CREATE INDEX orders_customer_idx ON orders (customer_id);
CREATE VIEW totals AS SELECT customer_id, sum(total) FROM orders GROUP BY 1;
GRANT SELECT ON orders TO shop_app;
"""


def test_each_way_is_counted() -> None:
    shared, schemas, databases = measure_tenancy_ways(read_schema(SHOP), copies=3)
    assert (shared.relations, shared.bytes_on_disk, shared.bytes_in_session) == (0, 0, 0)
    # Two tables, a view, four indexes, and for the texts of one table a TOAST table with its index.
    assert schemas.relations == databases.relations == 2 + 1 + 4 + 2
    assert 0 < schemas.bytes_on_disk < databases.bytes_on_disk
    assert schemas.bytes_in_session > 10_000
    assert schemas.wal_of_a_column > 0 < databases.wal_of_a_column
    assert (schemas.own_connections, databases.own_connections) == (False, True)
    at = schemas.at(10_000)
    assert at["statements for one column"] == 10_000
    assert at["relations"] == 9 * 9_999


def test_tables_in_other_schemas_are_told() -> None:
    with pytest.raises(InputError, match="in the schema harbour, and copies"):
        measure_tenancy_ways(read_schema("CREATE SCHEMA harbour; CREATE TABLE harbour.t (id int);"))
    with pytest.raises(InputError, match="in the schemas a, public, and copies"):
        measure_tenancy_ways(read_schema("CREATE SCHEMA a; CREATE TABLE a.t (id int); CREATE TABLE u (id int);"))
