"""Tables of a warehouse, known by how they are called: facts, dimensions, and what is filled by COPY and emptied again."""

from __future__ import annotations

from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.words import bag, words

_FACT, _DIMENSION = bag("fact facts fct"), bag("dim dimension")
_STAGING = bag("stg staging landing tmp temp")


def is_fact(table: Table) -> bool:
    """`fact_sales`, `sales_fact`: measures of events that were loaded."""
    parts = words(table.name)
    return len(parts) > 1 and bool({parts[0], parts[-1]} & _FACT)


def is_dimension(table: Table) -> bool:
    """`dim_customer`, `customer_dim`."""
    parts = words(table.name)
    return len(parts) > 1 and bool({parts[0], parts[-1]} & _DIMENSION)


def is_staging(table: Table) -> bool:
    """`stg_sales`, `sales_staging`, or any table of a schema `staging`: nobody addresses its rows one by one."""
    parts = words(table.name)
    return bool(({*parts[:1], *parts[-1:], *words(table.schema)}) & _STAGING)
