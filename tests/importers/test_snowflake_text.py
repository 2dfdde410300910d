"""Snowflake text: GET_DDL's output and scripts written by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.importers.registry import reader
from dbarch_widgets.model.schema import Schema

FIXTURE = Path(__file__).parent / "fixtures" / "snowflake" / "shop.sql"


@pytest.fixture(scope="module")
def shop() -> Schema:
    made = reader("snowflake")
    made.read(FIXTURE.read_text(), "a.sql")
    return made.schema()


def test_only_the_masking_policy_is_lost(shop: Schema) -> None:
    lost = [(problem.line, problem.effect) for problem in shop.report.problems if problem.effect != "skipped"]
    assert lost == [(7, "partly")]
    assert [str(table.qname) for table in shop.tables] == [
        "PUBLIC.CUSTOMERS", "PUBLIC.OTHER", "PUBLIC.SALES", "PUBLIC.COPY_OF", "PUBLIC.TOTALS", "PUBLIC.D",
    ]  # fmt: skip


def test_columns(shop: Schema) -> None:
    table = shop.table("PUBLIC.CUSTOMERS")
    assert {column.name: column.type for column in table.columns} == {
        "ID": "NUMBER(38,0)",
        "EMAIL": "VARCHAR(16777216)",
        "Mixed Case": "VARCHAR(16777216)",
        "PAYLOAD": "VARIANT",
        "TAGS": "ARRAY",
        "SCORE": "FLOAT",
        "CREATED": "TIMESTAMP_LTZ(9)",
        "UPDATED": "TIMESTAMP_NTZ(9)",
        "PLACE": "GEOGRAPHY",
    }
    assert (table.column("ID").identity, table.column("ID").comment) == ("by default", "surrogate")
    assert (table.column("EMAIL").collation, table.comment) == ("en-ci", "People; and more")
    assert table.options["cluster by"] == "ID, to_date(CREATED)"
    assert [unique.columns for unique in table.unique] == [("EMAIL",)]


def test_a_swapped_renamed_and_altered_table(shop: Schema) -> None:
    table = shop.table("PUBLIC.SALES")
    assert [column.name for column in table.columns] == ["ID", "CUSTOMER_ID", "AMOUNT", "DOUBLED", "TS", "REMARK"]
    assert (table.column("REMARK").type, table.column("AMOUNT").comment) == ("VARCHAR(50)", "money")
    assert table.column("DOUBLED").generated == "amount * 2"
    other = shop.table("PUBLIC.OTHER").foreign_keys
    assert [(key.ref_table, key.ref_columns, key.enforced) for key in other] == [("CUSTOMERS", ("ID",), False)] * 2
    assert [column.type for column in shop.table("PUBLIC.TOTALS").columns] == ["NUMBER(38,0)", "NUMBER(10,2)"]
    assert shop.table("PUBLIC.D").options["target_lag"] == "1 minute"


def test_routines_views_and_sequences(shop: Schema) -> None:
    assert {f.name: (f.kind, f.language) for f in shop.functions} == {
        "P": ("procedure", "javascript"), "F": ("function", "sql"), "Q": ("procedure", "sql"),
    }  # fmt: skip
    assert [(view.name, view.materialized) for view in shop.views] == [("M", True)]
    assert [(s.name, s.start, s.increment) for s in shop.sequences] == [("S", 5, 2)]
