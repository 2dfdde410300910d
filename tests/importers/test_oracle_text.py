"""Oracle text: what DBMS_METADATA and SQL Developer write, and scripts written by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.importers.registry import reader
from dbarch_widgets.model.schema import IndexKey, QName, Schema

FIXTURE = Path(__file__).parent / "fixtures" / "oracle" / "dump.sql"


def read(text: str) -> Schema:
    made = reader("oracle")
    made.read(text, "a.sql")
    return made.schema()


@pytest.fixture(scope="module")
def shop() -> Schema:
    return read(FIXTURE.read_text())


def test_what_is_not_understood_is_what_cannot_be(shop: Schema) -> None:
    lost = [(problem.effect, problem.statement[:30]) for problem in shop.report.problems if problem.effect != "skipped"]
    assert lost == [
        ("partly", "FOREIGN KEY (ID) REFERENCES SH"),
        ("partly", "CREATE TABLE copies AS SELECT "),
        ("partly", "BEGIN EXECUTE IMMEDIATE 'CREAT"),
        ("not_understood", "@more.sql"),
    ]
    assert [str(table.qname) for table in shop.tables] == [
        "SHOP.CUSTOMERS",
        "SHOP.SALES",
        "SHOP.SCRATCH",
        "SHOP.COPIES",
    ]


def test_columns_and_storage_clauses(shop: Schema) -> None:
    table = shop.table("SHOP.CUSTOMERS")
    assert {column.name: column.type for column in table.columns} == {
        "ID": "NUMBER(10,0)",
        "NAME": "VARCHAR2(100 CHAR)",
        "CODE": "VARCHAR2(10)",
        "CREATED": "TIMESTAMP(6) WITH LOCAL TIME ZONE",
        "PHOTO": "BLOB",
        "NOTES": "CLOB",
        "SPAN": "INTERVAL DAY(3) TO SECOND(6)",
        "UPPER_NAME": "VARCHAR2(100 CHAR)",
    }
    name = table.column("NAME")
    assert (name.default, name.nullable, name.comment) == ("'it''s; new'", False, "Who; it's the name")
    assert table.column("ID").identity == "by default"
    assert table.column("UPPER_NAME").generated == 'UPPER("NAME")'
    assert (table.comment, table.options) == ("People", {})
    (check,) = table.checks
    assert (check.expression, check.enforced, check.validated) == ("code IN ('A', 'B')", False, False)
    assert any("TABLESPACE, PCTFREE" in note for note in shop.report.notes)


def test_a_table_written_by_hand_and_changed_later(shop: Schema) -> None:
    table = shop.table("SHOP.SALES")
    assert {column.name: (column.type, column.nullable) for column in table.columns} == {
        "ID": ("NUMBER(38,0)", False),
        "CUSTOMER_ID": ("NUMBER(10,0)", False),
        "STATUS": ("CHAR(1)", False),
        "QTY": ("NUMBER(38,0)", True),
        "PRICE": ("NUMBER(8,2)", True),
        "TOTAL": ("", True),
        "AT": ("DATE", True),
        "Mixed": ("NVARCHAR2(20)", False),
        "REMARK": ("VARCHAR2(400)", True),
        "PAID": ("NUMBER(1,0)", True),
    }
    assert (table.column("PRICE").default, table.column("TOTAL").generated) == ("1", "qty * price")
    assert (table.kind, table.partition_key, table.options["partitions"]) == ("partitioned", "range (at)", "2")
    unique, later = table.unique
    assert (unique.columns, unique.initially_deferred) == (("CUSTOMER_ID", "AT"), True)
    assert later.columns == ("REMARK",)
    assert [(key.name, key.target, key.on_delete) for key in table.foreign_keys] == [
        ("ORDERS_CUSTOMER_ID_FKEY", QName("SHOP", "CUSTOMERS"), "cascade"),
        ("ORDERS_ID_FKEY", QName("SHOP", "MISSING"), "no action"),
    ]
    assert table.foreign_keys[0].ref_columns == ("ID",)
    assert {check.name: (check.enforced, check.validated) for check in table.checks} == {
        "ORDERS_QTY": (True, True),
        "ORDERS_PAID_CK": (False, False),
    }


def test_indexes_triggers_views_and_routines(shop: Schema) -> None:
    table = shop.table("SHOP.SALES")
    upper, bitmap = table.indexes
    assert upper.keys == (IndexKey(expression="upper(status)"), IndexKey("AT", order="desc"))
    assert (upper.unique, bitmap.method) == (True, "bitmap")
    (trigger,) = table.triggers
    assert (trigger.timing, trigger.events, trigger.columns) == ("before", ("insert", "update"), ("ID", "STATUS"))
    assert (trigger.for_each_row, trigger.when) == (True, "n.id IS NULL")
    assert (trigger.body or "").endswith("END IF;\nEND;")
    assert [(view.name, view.materialized) for view in shop.views] == [("BIG_ORDERS", False), ("ORDER_TOTALS", True)]
    assert [(f.name, f.kind, f.language) for f in shop.functions] == [
        ("SHOP_API", "procedure", "plsql"), ("TAX", "function", "plsql"),
    ]  # fmt: skip
    assert [(grant.role, grant.columns) for grant in table.grants] == [("APP_ROLE", ("REMARK",))]


def test_the_columns_of_a_query_are_known_as_far_as_they_are(shop: Schema) -> None:
    columns = shop.table("SHOP.COPIES").columns
    assert [(column.name, column.type) for column in columns] == [("ID", "NUMBER(38,0)"), ("BUYER", "NUMBER(10,0)")]


def test_quoted_and_unquoted_names_differ() -> None:
    schema = read('CREATE TABLE t (a NUMBER);\nCREATE TABLE "t" (a NUMBER);\nALTER TABLE T ADD b DATE;')
    assert {table.name: len(table.columns) for table in schema.tables} == {"T": 2, "t": 1}


def test_dropping_a_column_takes_its_indexes_and_constraints() -> None:
    schema = read(
        "CREATE TABLE t (a NUMBER PRIMARY KEY, b NUMBER CHECK (b > 0), c NUMBER UNIQUE);\n"
        "CREATE INDEX i ON t (a, b);\nCREATE INDEX j ON t (UPPER(b));\nCREATE INDEX k ON t (a);\nALTER TABLE t DROP COLUMN b;"
    )
    table = schema.table("T")
    assert [index.name for index in table.indexes] == ["K"]
    assert (table.checks, len(table.unique)) == ((), 1)


def test_a_misspelt_statement_is_not_passed_over() -> None:
    schema = read("CREATE TABLE t (a NUMBER);\nCREATE UNIUQE INDEX i ON t (a);")
    (problem,) = schema.report.problems
    assert (problem.line, problem.effect) == (2, "not_understood")
