"""The table of plans in data/slow_webshop/README.md says what PostgreSQL does."""

from __future__ import annotations

import re

import pytest

from dbarch_widgets.errors import EngineMissing
from tools.slow_webshop_plans import QUERIES, ROWS, measured, table_rows, written_rows

# With a tenth of the rows these plans are the same; the others hang on sizes.
SAME_WHEN_SMALLER = (
    *("customer_by_email", "items_of_order", "order_by_number", "payment_state", "orders_of_day", "search_products"),
    "product_by_id",
)


def test_the_table_has_a_row_for_each_query_and_its_numbers() -> None:
    rows = written_rows()
    assert tuple(row[0] for row in rows) == QUERIES
    looked_at = {row[0]: int(row[2].replace(",", "")) for row in rows}
    assert looked_at["items_of_order"] >= ROWS["order_items"]
    assert looked_at["order_by_number"] == ROWS["orders"]
    assert looked_at["product_by_id"] == 1


def first_scan(row: tuple[str, ...]) -> str:
    """The outermost scan of a query; what it leads to, and how often, hangs on the values drawn."""
    return re.sub(r", [\d,]+ times", "", row[1].split("; ")[0])


@pytest.mark.slow
def test_a_smaller_run_has_the_plans_of_the_table() -> None:
    try:
        fresh = {row[0]: row for row in table_rows(measured({table: rows // 10 for table, rows in ROWS.items()}))}
    except EngineMissing as error:
        pytest.skip(str(error))
    written = {row[0]: row for row in written_rows()}
    for query in SAME_WHEN_SMALLER:
        assert first_scan(fresh[query]) == first_scan(written[query]), query
    for query in ("customer_by_email", "order_by_number", "payment_state", "search_products"):
        assert int(written[query][2].replace(",", "")) == 10 * int(fresh[query][2].replace(",", "")), query
