"""Plans read from recorded text; the engines' own plans are read in tests/engines."""

from __future__ import annotations

import json

import pytest

from dbarch_widgets.errors import InputError
from dbarch_widgets.plans.duckdb import plan_from_duckdb
from dbarch_widgets.plans.postgres import plan_from_postgres

DUCKDB_SCAN = {
    "type": "TABLE_SCAN",
    "extra_info": {
        "Table": '_dbarch.shop."or.der"',
        "Type": "Index Scan",
        "Filters": "(id = 5)",
        "Estimated Cardinality": "7",
    },
    "intermediate_rows": 3,
    "rows_scanned": 4,
    "timing": 0.25,
}
DUCKDB = {
    "operator": [
        {
            "type": "RESULT_COLLECTOR",
            "children": [
                {
                    "type": "EXPLAIN_ANALYZE",
                    "children": [
                        {
                            "type": "HASH_JOIN",
                            "extra_info": {"Join Type": "INNER", "Conditions": ["a = b", "c = d"]},
                            "intermediate_rows": 9,
                            "timing": 0.5,
                            "children": [
                                DUCKDB_SCAN,
                                DUCKDB_SCAN | {"extra_info": {"Table": "_dbarch.public.t"}, "rows_scanned": 100},
                            ],
                        }
                    ],
                }
            ],
        }
    ]
}


def test_an_analysed_duckdb_plan() -> None:
    plan = plan_from_duckdb(json.dumps(DUCKDB), version="2.0.0")
    assert plan.analysed
    assert plan.rows_scanned == 104
    join, index, sequential = plan.root.walk()
    assert (join.operator, join.rows, join.scanned, join.seconds) == ("HASH_JOIN", 9, None, 0.5)
    assert join.detail == "Join Type: INNER; Conditions: a = b, c = d"
    assert (index.operator, index.table, index.rows, index.scanned, index.estimated) == (
        "Index Scan",
        "shop.or.der",
        3,
        4,
        7.0,
    )
    assert (sequential.table, sequential.scanned) == ("t", 100)


def test_a_duckdb_plan_that_was_not_run_has_no_counts() -> None:
    written = [
        {"name": "SEQ_SCAN ", "children": [], "extra_info": {"Table": "c.main.t", "Estimated Cardinality": "300"}}
    ]
    plan = plan_from_duckdb(json.dumps(written), version="2.0.0")
    assert not plan.analysed
    assert (plan.root.operator, plan.root.table, plan.root.estimated) == ("SEQ_SCAN", "t", 300.0)
    assert (plan.root.rows, plan.root.scanned, plan.root.seconds) == (None, None, None)


POSTGRES = [
    {
        "Plan": {
            "Node Type": "Nested Loop",
            "Join Type": "Inner",
            "Plan Rows": 10,
            "Actual Rows": 12.0,
            "Actual Loops": 1,
            "Actual Total Time": 5.0,
            "Shared Hit Blocks": 30,
            "Shared Read Blocks": 2,
            "Plans": [
                {
                    "Node Type": "Seq Scan",
                    "Relation Name": "outer",
                    "Schema": "public",
                    "Plan Rows": 4,
                    "Actual Rows": 4.0,
                    "Actual Loops": 1,
                    "Actual Total Time": 1.0,
                    "Rows Removed by Filter": 96,
                    "Filter": "(a > 1)",
                },
                {
                    "Node Type": "Index Scan",
                    "Relation Name": "inner",
                    "Schema": "shop",
                    "Index Name": "inner_pkey",
                    "Plan Rows": 2,
                    "Actual Rows": 3.0,
                    "Actual Loops": 4,
                    "Actual Total Time": 0.5,
                    "Rows Removed by Filter": 1,
                    "Index Cond": "(id = outer.id)",
                },
            ],
        }
    }
]


@pytest.mark.parametrize("document", [POSTGRES, json.dumps(POSTGRES)])
def test_an_analysed_postgres_plan_has_totals_over_the_loops(document: str | list[object]) -> None:
    plan = plan_from_postgres(document, version="18.6")
    assert plan.analysed
    join, outer, inner = plan.root.walk()
    assert (join.operator, join.rows, join.scanned, join.seconds) == ("Nested Loop", 12, None, 0.002)
    assert join.detail == "Pages: 32"
    assert (outer.table, outer.rows, outer.scanned) == ("outer", 4, 100)
    assert (inner.table, inner.index, inner.rows, inner.scanned, inner.estimated) == (
        "shop.inner",
        "inner_pkey",
        12,
        16,
        8.0,
    )
    assert plan.rows_scanned == 116


def test_a_postgres_plan_that_was_not_run_has_no_counts() -> None:
    written = [{"Plan": {"Node Type": "Seq Scan", "Relation Name": "t", "Schema": "public", "Plan Rows": 50}}]
    plan = plan_from_postgres(written, version="18.6")
    assert not plan.analysed
    assert (plan.root.estimated, plan.root.rows, plan.root.scanned, plan.root.seconds) == (50.0, None, None, None)


def test_a_write_in_postgres_is_named_for_what_it_does() -> None:
    node = {
        "Node Type": "ModifyTable",
        "Operation": "Update",
        "Relation Name": "t",
        "Plan Rows": 0,
        "Actual Rows": 0,
        "Actual Loops": 1,
    }
    root = plan_from_postgres([{"Plan": node}], version="18.6").root
    assert (root.operator, root.table, root.scanned) == ("Update", "t", None)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "[1]", '{"operator": []}', '{"operator": [3]}', "not json", '[{"Plan": 1}]']
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not a plan that DuckDB"):
        plan_from_duckdb(text, version="2.0.0")
    with pytest.raises(InputError, match="not a plan that PostgreSQL"):
        plan_from_postgres(text, version="18.6")
