"""SQL Server text: a script as Management Studio writes it, and the older styles."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.importers.registry import reader
from dbarch_widgets.model.schema import Index, IndexKey, QName, Schema

FIXTURE = Path(__file__).parent / "fixtures" / "sqlserver" / "ssms.sql"


def read(text: str) -> Schema:
    made = reader("sqlserver")
    made.read(text, "a.sql")
    return made.schema()


@pytest.fixture(scope="module")
def shop() -> Schema:
    return read(FIXTURE.read_text())


def test_every_statement_is_accounted_for(shop: Schema) -> None:
    report = shop.report
    assert (report.not_understood, report.partly) == (0, 0)
    assert report.statements == report.understood + report.skipped
    assert [str(table.qname) for table in shop.tables] == [
        "Sales.Customer", "Sales.Order", "dbo.Log", "dbo.New", "dbo.History", "dbo.Part",
    ]  # fmt: skip


def test_columns(shop: Schema) -> None:
    customer = shop.table("Sales.Customer")
    assert {column.name: column.type for column in customer.columns} == {
        "CustomerID": "int",
        "AccountNumber": "",
        "Email": "varchar(max)",
        "FullName": "dbo.Name",
        "rowguid": "uniqueidentifier",
        "Balance": "decimal(19,4)",
        "Note": "xml",
        "Place": "geography",
        "ModifiedDate": "datetime2(7)",
    }
    key, number, email = (customer.column(name) for name in ("CustomerID", "AccountNumber", "Email"))
    assert (key.identity, key.nullable, key.line) == ("by default", False, 27)
    assert number.generated == "isnull('AW' + [dbo].[ufnLeadingZeros]([CustomerID]), '')"
    assert (email.collation, email.comment) == ("Latin1_General_CI_AS", "Where to write")
    assert (customer.column("rowguid").default, customer.column("ModifiedDate").default) == ("newid()", "getdate()")
    assert (customer.comment, customer.options) == ("Who's buying", {"fillfactor": "90"})


def test_keys_constraints_and_their_states(shop: Schema) -> None:
    order = shop.table("Sales.Order")
    assert order.primary_key is not None
    assert (order.primary_key.name, order.primary_key.columns) == ("PK_Order", ("OrderID", "Line"))
    assert order.options == {"nonclustered": "PK_Order", "clustered": "CX_Order"}
    (foreign,) = order.foreign_keys
    assert (foreign.target, foreign.ref_columns) == (QName("Sales", "Customer"), ("CustomerID",))
    assert (foreign.on_delete, foreign.on_update, foreign.validated, foreign.enforced) == (
        "set null", "cascade", False, True,
    )  # fmt: skip
    (check,) = order.checks
    assert check.expression == "[Status] >= (0) AND [Status] <= (8)"
    assert not check.enforced
    assert (order.column("Status").default, order.column("Total").generated_kind) == ("1", "stored")


def test_indexes(shop: Schema) -> None:
    filtered, clustered, columnstore = shop.table("Sales.Order").indexes
    assert filtered == Index(
        "AK_Order_Status",
        (IndexKey("Status"), IndexKey("CustomerID", order="desc")),
        unique=True,
        include=("Flags",),
        where="[Status] <> (0) AND [CustomerID] IS NOT NULL",
        file="a.sql",
        line=54,
    )
    assert (clustered.name, columnstore.method) == ("CX_Order", "columnstore")


def test_later_changes_and_other_objects(shop: Schema) -> None:
    new = shop.table("dbo.New")
    assert [(c.name, c.type, c.nullable, c.default) for c in new.columns] == [
        ("a", "int", False, None), ("B2", "varchar(30)", False, None), ("d", "float", True, None),
        ("e", "timestamp", True, None),
    ]  # fmt: skip
    assert new.foreign_keys == ()
    (trigger,) = shop.table("Sales.Order").triggers
    assert (trigger.name, trigger.timing, trigger.events) == ("tOrder", "after", ("insert", "update"))
    (procedure,) = shop.functions
    assert (procedure.name, procedure.kind, procedure.language) == ("uspReset", "procedure", "tsql")
    assert "CREATE TABLE #scratch" in (procedure.body or "")
    assert [view.sql for view in shop.views] == ["SELECT o.[OrderID] -- all; of them\nFROM [Sales].[Order] o"]
    assert [(sequence.name, sequence.start, sequence.increment) for sequence in shop.sequences] == [
        ("OrderNumbers", 1000, 5)
    ]
    assert [(domain.name, domain.type, domain.nullable) for domain in shop.domains] == [("Name", "nvarchar(50)", False)]
    assert shop.table("dbo.Part").options == {"partition scheme": "psMonth(at)"}
    assert shop.table("dbo.History").options["period"] == "SYSTEM_TIME (s, e)"


def test_repairs_are_named_with_their_count_and_first_line(shop: Schema) -> None:
    notes = "\n".join(shop.report.notes)
    assert "line 27 of a.sql and 1 more: NOT FOR REPLICATION is not kept" in notes
    assert "WITH (PAD_INDEX = …)" in notes
    assert "WITH NOCHECK: the constraints count as not validated" in notes


def test_names_are_the_same_whatever_their_case() -> None:
    schema = read(
        "CREATE TABLE Users (ID int PRIMARY KEY)\nCREATE TABLE Orders (UserId int REFERENCES dbo.USERS (id))\nGO\n"
        "ALTER TABLE ORDERS ADD CONSTRAINT u UNIQUE (userid)\nCREATE TABLE users (x int)\n"
    )
    (foreign,) = schema.table("dbo.Orders").foreign_keys
    assert (foreign.target, foreign.ref_columns) == (QName("dbo", "Users"), ("ID",))
    assert schema.table("dbo.Orders").unique[0].columns == ("UserId",)
    (problem,) = schema.report.problems
    assert (problem.line, problem.effect) == (5, "not_understood")


def test_a_condition_that_is_no_question_for_existence_is_said() -> None:
    schema = read("IF @@VERSION LIKE '%2008%'\nBEGIN\nCREATE TABLE a (x int)\nEND\nELSE\nCREATE TABLE b (x int)\n")
    assert [table.name for table in schema.tables] == ["a", "b"]
    assert [problem.effect for problem in schema.report.problems] == ["partly", "partly"]
    assert "condition" in schema.report.problems[0].reason


def test_constraints_switched_off_and_on_again() -> None:
    text = "CREATE TABLE a (x int CONSTRAINT c CHECK (x > 0), CONSTRAINT d CHECK (x > 1))\nGO\n"
    off = read(text + "ALTER TABLE a NOCHECK CONSTRAINT ALL").table("dbo.a").checks
    assert [(check.enforced, check.validated) for check in off] == [(False, False), (False, False)]
    on = read(text + "ALTER TABLE a NOCHECK CONSTRAINT ALL\nGO\nALTER TABLE a WITH CHECK CHECK CONSTRAINT c")
    assert [(check.enforced, check.validated) for check in on.table("dbo.a").checks] == [(True, True), (False, False)]


def test_what_stands_around_a_column_in_old_scripts() -> None:
    schema = read(
        'CREATE TABLE "Old" ("id" "int" IDENTITY (1, 1) NOT NULL, k AS id+1 PERSISTED, u int UNIQUE NONCLUSTERED, '
        "f int FOREIGN KEY REFERENCES Old(id), z int CONSTRAINT dz DEFAULT 1 WITH VALUES)\n"
        "ALTER TABLE Old ADD CONSTRAINT c PRIMARY KEY CLUSTERED (id) WITH FILLFACTOR = 90 ON [PRIMARY]\n"
        "ALTER TABLE Old DROP dz\n"
    )
    assert schema.report.complete
    table = schema.table("dbo.Old")
    assert table.column("k").generated == "id + 1"
    assert (table.column("z").default, table.unique[0].columns) == (None, ("u",))
    assert (table.foreign_keys[0].columns, table.options["fillfactor"]) == (("f",), "90")


def test_what_stands_behind_a_comma_goes_on_with_the_same_action() -> None:
    schema = read(
        "CREATE TABLE a (x char(1), y int)\nGO\n"
        "ALTER TABLE a WITH NOCHECK ADD CONSTRAINT d DEFAULT ('0') FOR x, CHECK (x = '1' or x = '0'), CHECK (y > 0), "
        "status int, [order] int, read_at datetime, CONSTRAINT u UNIQUE (y)\nGO\nALTER TABLE a DROP CONSTRAINT u, d\n"
    )
    assert schema.report.complete
    table = schema.table("dbo.a")
    assert [check.expression for check in table.checks] == ["x = '1' OR x = '0'", "y > 0"]
    assert table.column_names == ("x", "y", "status", "order", "read_at")
    assert (table.unique, table.column("x").default) == ((), None)
