"""Any schema becomes DDL that runs on DuckDB, and what is lost is said."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest
from engine_doors import fixture, schema
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import EngineError
from dbarch_widgets.model.objects import Domain, EnumType
from dbarch_widgets.model.schema import (
    Check,
    Column,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    QName,
    Schema,
    Table,
    Unique,
)
from dbarch_widgets.sql.duckdb_ddl import duckdb_ddl, duckdb_index_ddl, duckdb_scripts
from dbarch_widgets.sql.names import duckdb_name, qualified, quote, text_literal

AWKWARD = fixture("awkward.sql")


def _run_one_by_one(made: Schema, *, constraints: bool) -> None:
    """On a DuckDB that nobody prepared."""
    scripts = duckdb_scripts(made, constraints=constraints)
    with duckdb.connect() as plain:
        for part in (scripts.tables, scripts.keys, scripts.indexes):
            for statement in part.statements:
                plain.execute(statement)


@pytest.mark.parametrize("constraints", [True, False])
def test_every_statement_runs_on_a_fresh_duckdb(constraints: bool) -> None:
    _run_one_by_one(schema(AWKWARD), constraints=constraints)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("everything.n2", "cut to 38 digits"),
        ("everything.ip", "inet is text"),
        ("everything.tr", "tstzrange is text"),
        ("everything.pr", "not known"),
        ("everything.m", "DECIMAL(18, 2)"),
        ("everything.code", "next_code"),
        ("everything.odd", "is_fine"),
        ("everything: check everything_fine_check", "is_fine"),
        ("everything: trigger stamped", "left out"),
        ("everything: row-level security", "left out"),
        ('We"ird ünï 😀.child: foreign key child_parent_fkey', "without ON DELETE CASCADE"),
        ('We"ird ünï 😀.child: foreign key child_parent_fkey', "without ON UPDATE SET NULL"),
        ("system.elsewhere: foreign key", "between schemas"),
        ("egg: foreign key egg_chicken_id_fkey", "cycle"),
        ("heir: inherits plain_parent", "does not see"),
        ("bare", "no columns"),
        ("view with_function", "next_code"),
        ("materialized view kept", "plain view"),
    ],
)
def test_what_is_lost_is_named(place: str, words: str) -> None:
    notes = duckdb_ddl(schema(AWKWARD)).no_counterpart
    assert [note for note in notes if note.startswith(place) and words in note], "\n".join(notes)


def test_what_is_kept_is_not_complained_about() -> None:
    notes = "\n".join(duckdb_ddl(schema(AWKWARD)).no_counterpart)
    kept = [
        "big",
        "t:",
        "dt",
        "ts:",
        "later",
        "iv",
        "by",
        "jb",
        "arr",
        "deep",
        "words",
        "k:",
        "ks",
        "pos",
        "sp",
        "twice",
    ]
    assert not [name for name in kept if f"everything.{name}" in notes]
    assert "everything_A b" not in notes
    assert "check names" not in notes
    assert "chicken: foreign key" not in notes, "the key that may be null is the one to give up"
    assert "log" not in {note.split(":")[0].split(".")[0] for note in notes.splitlines()}


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ("everything_jb_idx", "no gin index"),
        ("part", "no partial index"),
        ("spans", "INTERVAL"),
        ("lists", "INTEGER[]"),
        ("covering", "INCLUDE"),
        ("bad_expr", "is_fine"),
        ("json_expr", "->>"),
    ],
)
def test_an_index_that_duckdb_lacks_is_named(index: str, words: str) -> None:
    notes = duckdb_index_ddl(schema(AWKWARD)).no_counterpart
    assert [note for note in notes if f"index {index}:" in note and words in note], "\n".join(notes)


def test_indexes_on_expressions_and_on_partitioned_tables_are_made() -> None:
    made = "\n".join(duckdb_index_ddl(schema(AWKWARD)).statements)
    assert '"expr" ON "main"."everything" ((LOWER(t)), "big")' in made
    assert '"log_n" ON "main"."log"' in made


def test_defaults_have_their_values() -> None:
    with DuckDBEngine() as engine:
        engine.create(schema(AWKWARD))
        engine.execute("INSERT INTO everything (pos) VALUES (3)")
        engine.execute("INSERT INTO everything (pos) VALUES (4)")
        row = engine.execute(
            'SELECT "select", "A b""c", big, t, vc, dt = current_date, ts < now(), date_diff(\'day\', tstz, later), iv,'
            ' "by", jb, arr, deep, words, k, sp, twice FROM everything ORDER BY pos'
        ).rows[0]
    assert row[:4] == (1, 7, 12, "it's 'quoted'")
    assert row[4:8] == ("x", True, True, 7)
    assert row[8].total_seconds() == 26 * 3600
    assert row[9:] == (b"\xde\xad\xbe\xef", '{"a": [1]}', [1, 2], [], ["a b", None, "c"], "a", 1, 14)


@pytest.mark.parametrize(
    "statement",
    [
        'INSERT INTO everything ("A b""c") VALUES (1)',
        "INSERT INTO everything (pos) VALUES (-1)",
        "INSERT INTO everything (sp) VALUES (100)",
        "INSERT INTO everything (sp) VALUES (-1)",
        "INSERT INTO everything (t, jb) VALUES ('UPPER', '{\"a\": 1}')",
        "INSERT INTO everything (k) VALUES ('c')",
        "INSERT INTO person VALUES (1, 2)",
        "INSERT INTO points_at_log VALUES (1, '2024-02-02')",
        "INSERT INTO log (id) VALUES (1)",
    ],
)
def test_checks_domains_enums_and_keys_hold(statement: str) -> None:
    with DuckDBEngine() as engine:
        engine.create(schema(AWKWARD))
        with pytest.raises(EngineError):
            engine.execute(statement)


def test_partitions_are_folded_into_their_root() -> None:
    with DuckDBEngine() as engine:
        engine.create(schema(AWKWARD))
        engine.execute("INSERT INTO log VALUES (1, '2024-02-02', 1), (1, '1999-01-01', 2)")
        tables = engine.execute("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'log%'").rows
        assert tables == (("log",),)


def test_a_schema_that_duckdb_keeps_to_itself_gets_an_underscore() -> None:
    name = duckdb_name(QName("system", "elsewhere"))
    with DuckDBEngine() as engine:
        engine.create(schema(AWKWARD))
        assert engine.execute(f"SELECT count(*) FROM {qualified(name)}").rows == ((0,),)
        engine.load(QName("system", "elsewhere"), ["id"], [(1,)])


def test_names_that_differ_only_in_case_do_not_stop_the_rest() -> None:
    made = Schema(
        tables=(
            Table("public", "Order", (Column("A", "integer"), Column("a", "integer"))),
            Table("public", "order", (Column("a", "integer"),)),
            Table("Public", "other", (Column("a", "integer"),)),
        )
    )
    ddl = duckdb_ddl(made)
    assert ddl.left_out == (QName("public", "order"),)
    assert [note for note in ddl.no_counterpart if note.startswith("Order.a: left out")]
    _run_one_by_one(made, constraints=True)


# Any text that PostgreSQL takes as a name: not empty, no NUL, no half of a surrogate pair.
letters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
names = st.text(letters, min_size=1, max_size=20)


@given(
    table=names,
    column=names,
    space=names,
    value=st.text(letters),
)
@example(table="select", column='a"b', space="order by", value="it's")
@example(table="😀 'x'", column="--", space="/*", value=";")
@example(table="a.b", column="$x", space="_dbarch", value=":y")
@example(table="t", column="c", space="\n", value="")
@example(table="t", column="c", space="temp", value="")
@example(table="t", column="c", space="main", value="\\")
@example(table="t", column="c", space="information_schema", value="\n")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_name_survives(table: str, column: str, space: str, value: str) -> None:
    columns = (
        Column(column, "text", nullable=False, default=text_literal(value)),
        Column(column + "_2", "bigint", identity="always"),
    )
    made = Schema(
        tables=(
            Table(
                space,
                table,
                columns,
                primary_key=PrimaryKey(table, (column,)),
                indexes=(Index(column, (IndexKey(column + "_2"),)),),
            ),
        )
    )
    with DuckDBEngine() as engine:
        assert engine.create(made) == ()
        assert engine.load(QName(space, table), [column], [("first" + value,)]) == 1
        target = qualified(duckdb_name(QName(space, table)))
        engine.execute(f"INSERT INTO {target} ({quote(column)}) VALUES ($v)", {"v": "second" + value})
        engine.execute(f"INSERT INTO {target} ({quote(column + '_2')}) VALUES (DEFAULT)")
        answer = engine.execute(f"SELECT {quote(column)}, {quote(column + '_2')} FROM {target} ORDER BY 2")
        assert answer.columns == (column, column + "_2")
        assert answer.rows == (("first" + value, 1), ("second" + value, 2), (value, 3))
        plan = engine.explain(f"SELECT * FROM {target} WHERE {quote(column)} = $v", {"v": value})
        assert [node.table for node in plan.root.walk() if node.table] == [str(QName(target_schema(space), table))]


def target_schema(space: str) -> str:
    """`main` is DuckDB's own public."""
    moved = duckdb_name(QName(space, "")).schema
    return "public" if moved == "main" else moved


TYPES = [
    "integer",
    "text",
    "numeric",
    "numeric(10,2)",
    "jsonb",
    "nonsense",
    "app.mood",
    "mood[]",
    "dom",
    "text[]",
    "interval",
    "tsvector",
    "",
    "a b c",
    '"',
    "numeric(1000,-5)",
    "vector(3)",
    "numeric(x,y)",
    "bit(4)",
]
WORDS = [
    "1",
    "now()",
    "'x'",
    "NULL",
    "nope(1)",
    "a + 1",
    "(((",
    "'{}'::text[]",
    "nextval('s')",
    "$$",
    "a > 0",
    "VALUE > 1",
    "1; DROP TABLE t",
    "-- x",
    "SELECT 1",
    "",
    "'a'::mood",
    "count(*)",
    "a OVER ()",
    "(SELECT 1)",
    "?",
    ":x",
    "b.c",
    "0/0",
    "*",
]
small = st.sampled_from(["a", "b", "c", "A"])


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """Nonsense with the form of a schema."""
    words = st.sampled_from(WORDS)
    maybe = st.none() | words
    spaces = st.sampled_from(["public", "app"])
    column = st.builds(Column, small, st.sampled_from(TYPES), st.booleans(), maybe, generated=maybe)
    key = st.lists(small, min_size=1, max_size=2).map(tuple)
    foreign = st.builds(ForeignKey, words, key, spaces, small, key)
    table = st.builds(
        Table,
        spaces,
        small,
        st.lists(column, max_size=4).map(tuple),
        primary_key=st.none() | st.builds(PrimaryKey, words, key),
        unique=st.lists(st.builds(Unique, small, key), max_size=2).map(tuple),
        checks=st.lists(st.builds(Check, words, words), max_size=2).map(tuple),
        foreign_keys=st.lists(foreign, max_size=2).map(tuple),
        indexes=st.lists(
            st.builds(
                Index,
                small,
                st.lists(
                    st.builds(IndexKey, small) | st.builds(IndexKey, st.none(), words), min_size=1, max_size=2
                ).map(tuple),
            ),
            max_size=2,
        ).map(tuple),
    )
    tables = draw(st.lists(table, max_size=4, unique_by=lambda each: each.qname))
    return Schema(
        tables=tuple(tables),
        enums=(EnumType("app", "mood", draw(st.sampled_from([(), ("x",), ("x", "'")]))),),
        domains=(Domain("public", "dom", draw(st.sampled_from(TYPES)), checks=(("d", draw(words)),)),),
    )


@given(made=schemas(), constraints=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_schema_makes_ddl_that_stops(made: Schema, constraints: bool) -> None:
    _run_one_by_one(made, constraints=constraints)


def test_a_thousand_tables_in_a_chain_of_references() -> None:
    """Deeper than Python's stack, and nothing is lost on the way."""
    first = Table("public", "t0", (Column("id", "integer", False),), primary_key=PrimaryKey("p0", ("id",)))
    tables = [
        replace(
            first,
            name=f"t{n}",
            primary_key=PrimaryKey(f"p{n}", ("id",)),
            foreign_keys=(ForeignKey(f"f{n}", ("id",), "public", f"t{n + 1}", ("id",)),) if n < 1100 else (),
        )
        for n in range(1101)
    ]
    ddl = duckdb_ddl(Schema(tables=tuple(tables)))
    assert ddl.no_counterpart == ()
    assert sum("FOREIGN KEY" in statement for statement in ddl.statements) == 1100
