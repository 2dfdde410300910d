"""The JSON of `import` and `review`: every promised name is there with the promised kind of value."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from report_examples import ACCOUNTS, FINDINGS, NO_INDEX, ORDERS, REPORT, REVIEW, SCHEMA

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.objects import (
    DefaultPrivilege,
    Domain,
    EnumType,
    Extension,
    Function,
    Role,
    Sequence,
    View,
)
from dbarch_widgets.model.review import NotRun, Review
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.render.review_json import review_json
from dbarch_widgets.render.schema_json import schema_json

FULL = replace(
    SCHEMA,
    views=(View("public", "v", "SELECT 1"),),
    enums=(EnumType("public", "mood", ("sad", "happy")),),
    domains=(Domain("public", "price", "numeric(10,2)", checks=(("price_check", "(VALUE >= 0)"),)),),
    sequences=(Sequence("public", "s", owned_by=("public", "accounts", "id")),),
    functions=(Function("public", "my_id", "()", "bigint", "sql", security_definer=True),),
    extensions=(Extension("pg_trgm", "public", "1.6"),),
    roles=(Role("app", member_of=("readers",)),),
    default_privileges=(DefaultPrivilege("app", "tables", ("select",)),),
)

# The example of the promise: a value of the right kind for each name, one element for each list.
TEXT, NUMBER, YES = "text", 1, True
OPTIONAL_TEXT, OPTIONAL_NUMBER = (str, None), (int, None)
TABLE = {
    "schema": TEXT,
    "name": TEXT,
    "kind": TEXT,
    "comment": OPTIONAL_TEXT,
    "owner": OPTIONAL_TEXT,
    "options": {},
    "inherits": [TEXT],
    "partition_of": OPTIONAL_TEXT,
    "partition_bound": OPTIONAL_TEXT,
    "partition_key": OPTIONAL_TEXT,
    "without_rowid": YES,
    "file": OPTIONAL_TEXT,
    "line": OPTIONAL_NUMBER,
    "columns": [
        {
            "name": TEXT,
            "type": TEXT,
            "nullable": YES,
            "default": OPTIONAL_TEXT,
            "identity": YES,
            "generated": OPTIONAL_TEXT,
            "collation": OPTIONAL_TEXT,
            "comment": OPTIONAL_TEXT,
        }
    ],
    "unique": [{"name": TEXT, "columns": [TEXT], "nulls_distinct": YES}],
    "foreign_keys": [
        {
            "name": TEXT,
            "columns": [TEXT],
            "ref_schema": TEXT,
            "ref_table": TEXT,
            "ref_columns": [TEXT],
            "on_delete": TEXT,
            "on_delete_columns": [TEXT],
            "on_update": TEXT,
            "deferrable": YES,
            "initially_deferred": YES,
            "validated": YES,
        }
    ],
    "checks": [{"name": TEXT, "expression": TEXT, "validated": YES}],
    "exclusions": [{"name": TEXT, "definition": TEXT}],
    "indexes": [
        {
            "name": TEXT,
            "method": TEXT,
            "unique": YES,
            "nulls_distinct": YES,
            "keys": [{"opclass": OPTIONAL_TEXT, "order": TEXT, "nulls": OPTIONAL_TEXT}],
            "include": [TEXT],
            "where": OPTIONAL_TEXT,
            "valid": YES,
        }
    ],
    "rls": {
        "enabled": YES,
        "forced": YES,
        "policies": [
            {
                "name": TEXT,
                "command": TEXT,
                "permissive": YES,
                "roles": [TEXT],
                "using": OPTIONAL_TEXT,
                "check": OPTIONAL_TEXT,
            }
        ],
    },
    "triggers": [{"name": TEXT, "function": TEXT}],
    "grants": [{"role": TEXT, "privileges": [TEXT], "columns": [TEXT], "external_role": YES}],
}
PROMISED = {
    "dialect": TEXT,
    "tables": [TABLE],
    "views": [
        {
            "schema": TEXT,
            "name": TEXT,
            "materialized": YES,
            "security_invoker": YES,
            "sql": TEXT,
            "owner": OPTIONAL_TEXT,
        }
    ],
    "enums": [{"owner": OPTIONAL_TEXT}],
    "domains": [{"owner": OPTIONAL_TEXT}],
    "sequences": [{"owner": OPTIONAL_TEXT}],
    "functions": [
        {
            "schema": TEXT,
            "name": TEXT,
            "security_definer": YES,
            "search_path": OPTIONAL_TEXT,
            "language": OPTIONAL_TEXT,
            "owner": OPTIONAL_TEXT,
        }
    ],
    "extensions": [{}],
    "roles": [{}],
    "default_privileges": [{}],
    "report": {
        "statements": NUMBER,
        "understood": NUMBER,
        "partly": NUMBER,
        "skipped": NUMBER,
        "not_understood": NUMBER,
        "problems": [{"file": OPTIONAL_TEXT, "line": NUMBER, "statement": TEXT, "reason": TEXT, "effect": TEXT}],
    },
}
FINDING = {
    "rule": TEXT,
    "severity": TEXT,
    "confidence": TEXT,
    "area": TEXT,
    "schema": OPTIONAL_TEXT,
    "table": OPTIONAL_TEXT,
    "columns": [TEXT],
    "object": OPTIONAL_TEXT,
    "query": OPTIONAL_TEXT,
    "file": OPTIONAL_TEXT,
    "line": OPTIONAL_NUMBER,
    "message": TEXT,
    "references": [TEXT],
    "accepted": (None,),
    "key": TEXT,
}


def assert_keeps(promise: Any, given: Any, path: str = "") -> None:
    """`given` has every name of the promise, each with the kind of value that it shows."""
    if isinstance(promise, dict):
        assert isinstance(given, dict), path
        for name, value in promise.items():
            assert name in given, f"{path}.{name}"
            assert_keeps(value, given[name], f"{path}.{name}")
    elif isinstance(promise, list):
        assert isinstance(given, list), path
        for each in given:
            assert_keeps(promise[0], each, f"{path}[]")
    elif isinstance(promise, tuple):
        assert given is None or type(given) in promise, (path, given)
    else:
        assert type(given) is type(promise), (path, given)


def test_the_schema_keeps_the_promise() -> None:
    given = json.loads(json.dumps(schema_json(FULL)))
    assert_keeps(PROMISED, given)
    assert all(given[name] for name in PROMISED)  # so that every kind of object was looked at


def test_the_values_of_a_schema() -> None:
    given = schema_json(FULL)
    accounts, orders, part = given["tables"]
    assert [table["name"] for table in given["tables"]] == ["accounts", "orders", "orders_2026"]
    assert (accounts["kind"], orders["kind"], part["kind"]) == ("table", "partitioned", "partition")
    assert accounts["primary_key"] == {
        "name": "accounts_pkey",
        "columns": ["id"],
        "include": [],
        "deferrable": False,
        "initially_deferred": False,
        "line": None,
    }
    assert part["primary_key"] is None
    assert part["partition_of"] == "sales.orders"
    assert orders["partition_of"] is None
    assert [column["identity"] for column in accounts["columns"]] == [True, False, False]
    assert [column["identity_kind"] for column in accounts["columns"]] == ["always", None, None]
    assert accounts["columns"][2]["generated"] == "lower(email)"
    assert accounts["unique"][0]["nulls_distinct"] is False
    key = orders["foreign_keys"][0]
    assert (key["ref_schema"], key["ref_table"], key["ref_columns"]) == ("public", "accounts", ["id"])
    assert (key["on_delete"], key["on_update"]) == ("cascade", "no action")
    by_text, recent = orders["indexes"]
    assert recent["keys"] == [
        {"column": "placed_at", "opclass": None, "collation": None, "order": "desc", "nulls": "last"}
    ]
    assert by_text["keys"] == [
        {
            "expression": "lower(total::text)",
            "opclass": "text_pattern_ops",
            "collation": None,
            "order": "asc",
            "nulls": None,
        }
    ]
    assert orders["rls"] == {"enabled": False, "forced": False, "policies": []}
    assert given["report"]["problems"][0] == {
        "file": "schema.sql",
        "line": 41,
        "statement": "CREATE UNREADABLE THING x",
        "reason": 'syntax error at or near "UNREADABLE"',
        "effect": "not_understood",
    }


def test_a_parent_in_public_keeps_its_schema() -> None:
    """`str()` of a name leaves `public` out; the promise does not."""
    child = replace(ORDERS, partition_of=ACCOUNTS.qname, inherits=(ACCOUNTS.qname,))
    table = schema_json(Schema(tables=(child,)))["tables"][0]
    assert table["partition_of"] == "public.accounts"
    assert table["inherits"] == ["public.accounts"]


def test_an_empty_schema_has_every_name() -> None:
    given = schema_json(Schema())
    assert_keeps(PROMISED, given)
    assert given["report"]["statements"] == 0


def test_the_order_of_the_source_does_not_matter() -> None:
    turned = replace(FULL, tables=FULL.tables[::-1], report=REPORT)
    assert json.dumps(schema_json(turned)) == json.dumps(schema_json(FULL))


def test_the_review_keeps_the_promise() -> None:
    given = json.loads(json.dumps(review_json(REVIEW)))
    assert_keeps({"findings": [FINDING]}, given)
    assert given["summary"] == {"high": 1, "medium": 1, "low": 1, "info": 0}
    assert given["not_run"] == [{"rule": "unused-index", "reason": "there are no statistics of use"}]
    assert given["open_questions"][0]["key"] == "recovery.rpo_seconds"
    first = given["findings"][0]
    assert first["rule"] == "foreign-key-without-index"
    assert first["fix"] == {
        "sql": "CREATE INDEX CONCURRENTLY orders_account_id_idx ON sales.orders (account_id);",
        "reversible": True,
        "note": "Once per partition.",
    }
    assert first["evidence"] == {
        "kind": "measured",
        "engine": "duckdb 2.0.0",
        "seed": 1,
        "rows": {"sales.orders": 100_000},
        "before": {"rows_scanned": 100_000.0, "median_ms": 12.0},
        "after": {"rows_scanned": 40.0, "median_ms": 0.3},
        "ratio": {"median": 0.025, "low": 0.02, "high": 0.031},
        "name": "index_account_id",
        "command": "dbarch compare a.sql b.sql --workload workload.sql",
        "said": None,
        "stated_rows": {},
        "not_modelled": [],
        "sentence": "measured: index_account_id: 100,000 → 40 rows_scanned, 12 → 0.3 median_ms, "
        "×0.025 [×0.020 – ×0.031] of the time, duckdb 2.0.0, sales.orders 100,000 rows, seed 1",
    }
    assert given["findings"][2]["fix"] is None
    assert given["findings"][2]["evidence"] is None


def test_a_review_without_findings_has_every_name() -> None:
    given = review_json(Review("x", Schema()))
    assert given["summary"] == {"high": 0, "medium": 0, "low": 0, "info": 0}
    assert (given["findings"], given["not_run"], given["open_questions"]) == ([], [], [])


@given(st.permutations([*FINDINGS, replace(NO_INDEX, line=None), replace(NO_INDEX, table=None, columns=())]))
def test_findings_have_one_order(findings: list[Finding]) -> None:
    given = review_json(REVIEW.with_(findings=tuple(findings), not_run=(NotRun("b", "1"), NotRun("a", "2"))))
    assert [each["severity"] for each in given["findings"]] == ["high", "high", "high", "medium", "low"]
    assert given["findings"][0]["table"] is None
    assert [each["rule"] for each in given["not_run"]] == ["a", "b"]
