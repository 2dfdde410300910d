"""SQLite text: everything that its tables can say comes through, as the engine itself has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlite_truth import differences, load

from dbarch_widgets.importers.sqlite.read import SqliteReader
from dbarch_widgets.model.schema import Schema

FIXTURES = Path(__file__).parent / "fixtures" / "sqlite"


def read(text: str, file: str | None = None) -> Schema:
    reader = SqliteReader()
    reader.read(text, file)
    return reader.schema()


@pytest.fixture(scope="module")
def hard() -> Schema:
    return read((FIXTURES / "hard.sql").read_text(), "hard.sql")


def test_every_statement_of_the_hard_text_is_understood(hard: Schema) -> None:
    report = hard.report
    assert (report.statements, report.understood, report.skipped) == (28, 21, 7)
    assert report.problems == ()
    (note,) = report.notes
    assert "set aside" in note
    assert note.startswith("hard.sql, line 59 and 1 more")


def test_the_hard_text_equals_the_engine() -> None:
    text = (FIXTURES / "hard.sql").read_text()
    kept = [
        line for line in text.splitlines() if not line.startswith((".", "INSERT INTO accounts", "CREATE VIEW broken"))
    ]
    text = "\n".join(kept)
    assert differences(read(text), load(text)) == []


def test_names_of_constraints(hard: Schema) -> None:
    accounts, orders = hard.table("accounts"), hard.table("orders")
    assert accounts.primary_key is not None
    assert accounts.primary_key.name == "accounts_pkey"
    assert [unique.name for unique in accounts.unique] == ["email_taken"]
    assert [check.name for check in accounts.checks] == ["accounts_email_check", "sane; really", "no_comma"]
    assert [key.name for key in orders.foreign_keys] == ["orders_account_id_fkey", "parent", "orders_account_id_fkey1"]
    assert [check.name for check in orders.checks] == ["total_sane"]


def test_what_the_pragmas_do_not_tell(hard: Schema) -> None:
    accounts, orders = hard.table("accounts"), hard.table("orders")
    assert accounts.column("id").identity == "by default"
    assert accounts.column("email").collation == "nocase"
    assert accounts.column("doubled").generated == "negative * 2"
    assert accounts.column("shouted").generated_kind == "virtual"
    assert accounts.options == {"on_conflict": "flag not null: replace, email_taken: ignore"}
    assert orders.options == {"keys of orders_pkey": "region DESC, number COLLATE NOCASE"}
    account, parent, again = orders.foreign_keys
    assert (account.deferrable, parent.deferrable, again.deferrable) == (False, True, False)
    assert (parent.initially_deferred, again.initially_deferred) == (True, False)
    assert (parent.ref_table, parent.ref_columns) == ("orders", ("region", "number"))
    assert account.ref_columns == ("id",)
    lower, name, email = hard.table("accounts").indexes[0].keys
    assert (lower.expression, lower.collation, lower.order) == ("lower(email)", "NOCASE", "desc")
    assert (name.column, name.collation) == ("full name", "rtrim")
    assert email.collation is None  # the column's own
    assert orders.indexes[0].where == "total > 0 AND region IS NOT NULL"


def test_which_columns_may_be_null(hard: Schema) -> None:
    def nullable(table: str, column: str) -> bool:
        return hard.table(table).column(column).nullable

    assert not nullable("accounts", "id")  # another name of the rowid
    assert nullable("renamed", "a")  # a primary key that SQLite lets be null
    assert nullable("descending", "id")  # INTEGER PRIMARY KEY DESC is none of the rowid
    assert not nullable("orders", "region")  # WITHOUT ROWID
    assert not nullable("strict_one", "a")


def test_places_in_the_text(hard: Schema) -> None:
    accounts = hard.table("accounts")
    assert (accounts.file, accounts.line) == ("hard.sql", 5)
    assert accounts.column("full name").line == 9
    assert [check.line for check in accounts.checks] == [19, 20, 22]
    assert hard.table("renamed").column("c").line == 58
    assert hard.table("orders").indexes[0].line == 42
    assert hard.views[0].line == 47
    assert hard.table("orders").triggers[0].line == 49


def test_triggers_and_views(hard: Schema) -> None:
    (touch,) = hard.table("orders").triggers
    assert (touch.timing, touch.events, touch.columns) == ("after", ("update",), ("total", "region"))
    assert touch.when == "new.total > 0"
    assert touch.body is not None
    assert touch.body.startswith("BEGIN UPDATE accounts SET made = CASE WHEN new.total > 1 THEN 'x;y' ELSE 'END' END")
    (no_time,) = hard.table("accounts").triggers
    assert (no_time.timing, no_time.events) == ("before", ("delete",))
    assert [view.name for view in hard.views] == ["open_orders", "broken"]
    assert hard.views[0].sql.startswith("WITH open_orders(number, who) AS (SELECT o.number")


def test_virtual_tables_without_their_shadows(hard: Schema) -> None:
    virtual = {table.name: table for table in hard.tables if table.kind == "foreign"}
    assert {name: table.options["module"] for name, table in virtual.items()} == {
        "documents": "fts5",
        "places": "rtree",
    }
    assert virtual["documents"].column_names == ("title", "body")
    assert not [table.name for table in hard.tables if table.name.startswith(("documents_", "places_", "sqlite_"))]


def test_a_dump_with_virtual_tables() -> None:
    schema = read(
        """PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
PRAGMA writable_schema=ON;
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','f','f',0,'CREATE VIRTUAL TABLE f USING fts5(a, tokenize=''porter'')');
CREATE TABLE IF NOT EXISTS 'f_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO f_data VALUES(1,X'00');
PRAGMA writable_schema=OFF;
COMMIT;"""
    )
    (table,) = schema.tables
    assert (table.name, table.kind, table.column_names) == ("f", "foreign", ("a",))
    assert schema.report.not_understood == 0


def test_a_dump_by_python() -> None:
    import sqlite3

    with sqlite3.connect(":memory:") as connection:
        connection.executescript("CREATE VIRTUAL TABLE f USING fts5(a); CREATE TABLE t (x); INSERT INTO t VALUES (1);")
        schema = read("\n".join(connection.iterdump()))
    assert [table.name for table in schema.tables] == ["f", "t"]
    assert schema.report.problems == ()


def test_a_trigger_that_cannot_be_put_back_is_said() -> None:
    schema = read(
        "CREATE TABLE a (x); CREATE TABLE b (x);\n"
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO gone VALUES (1); END;\n"
        "ALTER TABLE a RENAME TO c;"
    )
    assert [table.name for table in schema.tables] == ["c", "b"]
    (problem,) = schema.report.problems
    assert (problem.line, problem.effect) == (3, "partly")
    assert problem.reason == "could not be put back: trigger t: no such table: main.a"


def test_many_broken_views_are_set_aside() -> None:
    views = "".join(f"CREATE VIEW v{at} AS SELECT * FROM gone;" for at in range(300))
    schema = read(f"CREATE TABLE a (x);{views}ALTER TABLE a RENAME COLUMN x TO y;")
    assert schema.table("a").column_names == ("y",)
    assert len(schema.views) == 300


def test_an_export_of_d1() -> None:
    schema = read((FIXTURES / "d1_export.sql").read_text())
    assert [table.name for table in schema.tables] == ["d1_migrations", "users", "posts"]
    assert schema.table("posts").foreign_keys[0].on_delete == "cascade"
    assert schema.report.problems == ()


@pytest.mark.parametrize(
    ("text", "words", "table"),
    [
        ("CREATE TABLE t (a CHECK (is_email(a)));", "the function is_email() is not SQLite's own", "t"),
        ("CREATE TABLE t (a, b AS (slug(a)));", "the function slug() is not SQLite's own", "t"),
        ("CREATE TABLE t (a TEXT COLLATE icu UNIQUE);", "the collation icu is not SQLite's own", "t"),
        ("CREATE VIRTUAL TABLE t USING vec0(a float[3]);", "the module vec0 is not here", "t"),
        ("CREATE TABLE t (a)\nCREATE TABLE u (b);", "a missing semicolon was added", "u"),
        ("CREATE TABLE other.t (a);", "the database other is not attached", "other.t"),
    ],
)
def test_a_repair_is_named(text: str, words: str, table: str) -> None:
    schema = read(text)
    assert schema.find(table)
    (note,) = schema.report.notes
    assert note.startswith("line 1: ")
    assert words in note
    assert schema.report.not_understood == 0


def test_a_repair_counts_who_needs_it() -> None:
    schema = read(
        "CREATE TABLE a (x CHECK (f(x)));\nCREATE TABLE b (x CHECK (f(x)));\nCREATE TABLE c (x CHECK (F(x)));"
    )
    assert schema.report.notes[0].startswith("line 1 and 2 more: the function f()")


def test_an_unknown_virtual_table_can_be_renamed_and_dropped() -> None:
    schema = read("CREATE VIRTUAL TABLE a USING vec0(x); CREATE VIRTUAL TABLE b USING vec0(x);"
                  "ALTER TABLE a RENAME TO c; DROP TABLE b;")  # fmt: skip
    assert [table.name for table in schema.tables] == ["c"]
    assert schema.tables[0].options == {"module": "vec0", "arguments": "x"}


def test_temporary_tables_are_run_and_left_out() -> None:
    schema = read("CREATE TEMP TABLE scratch (a TEXT); CREATE TABLE kept AS SELECT a FROM scratch; DROP TABLE scratch;")
    assert [table.name for table in schema.tables] == ["kept"]
    (problem,) = schema.report.problems
    assert (problem.effect, problem.reason) == ("skipped", "a temporary table is no part of the schema")


def test_several_texts_follow_one_another() -> None:
    reader = SqliteReader()
    reader.read("CREATE TABLE a (id INTEGER PRIMARY KEY);", "1.sql")
    reader.read("ALTER TABLE a ADD COLUMN\n  note TEXT;\nCREATE TABLE a (x);", "2.sql")
    schema = reader.schema()
    assert schema.table("a").column_names == ("id", "note")
    (problem,) = schema.report.problems
    assert (problem.file, problem.line, problem.effect) == ("2.sql", 3, "not_understood")
    assert "already exists" in problem.reason


def test_legacy_renames_are_obeyed() -> None:
    remake = (
        "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p_id REFERENCES p);"
        "PRAGMA foreign_keys=off; {}"
        "ALTER TABLE p RENAME TO p_old; CREATE TABLE p (id INTEGER PRIMARY KEY, more TEXT); DROP TABLE p_old;"
    )
    assert read(remake.format("")).table("c").foreign_keys[0].ref_table == "p_old"
    legacy = read(remake.format("PRAGMA legacy_alter_table = ON;"))
    assert legacy.table("c").foreign_keys[0].ref_table == "p"


def test_foreign_key_to_nowhere() -> None:
    schema = read("CREATE TABLE a (x REFERENCES gone (id), y REFERENCES gone);")
    whole, open_ = schema.table("a").foreign_keys
    assert (whole.ref_table, whole.ref_columns) == ("gone", ("id",))
    assert open_.ref_columns == ()
    (problem,) = schema.report.problems
    assert problem.effect == "partly"
    assert (schema.report.understood, schema.report.partly) == (0, 1)


def test_crlf_bom_and_hash_lines() -> None:
    schema = read("\ufeff# made by hand\r\nCREATE TABLE a (\r\n  x TEXT,\r\n  y TEXT\r\n);\r\n.exit\r\n")
    assert schema.table("a").column("y").line == 4
    assert schema.report.not_understood == 0


def test_comments_that_begin_with_a_hash() -> None:
    """SQLite refuses them; programs that load such files take them out first."""
    schema = read(
        "CREATE TABLE a (\n  id integer, # the key, \n  n text DEFAULT '# no comment' # it's the \"name\"\n);\nCREATE TABLE b (x);"
    )
    assert [table.name for table in schema.tables] == ["a", "b"]
    assert schema.tables[0].column("n").default == "'# no comment'"
    assert any("comments" in note for note in schema.report.notes)
