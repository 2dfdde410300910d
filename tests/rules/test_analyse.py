"""What `analyse` sees in a statement."""

from __future__ import annotations

import pytest

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.analyse import analyse, normal_expression
from dbarch_widgets.sql.statement import Block, Predicate


def block(sql: str, number: int = 0) -> Block:
    return analyse(sql).blocks[number]


def conditions(sql: str) -> list[tuple[str, str, str]]:
    return [(str(item.column), item.operator, item.value.text) for item in block(sql).predicates]


def only(sql: str) -> Predicate:
    (item,) = block(sql).predicates
    return item


def test_tables_aliases_and_schemas() -> None:
    tables = block('SELECT 1 FROM trade.Orders o JOIN "Mixed" ON true, plain').tables
    assert [(table.schema, table.name, table.alias) for table in tables] == [
        ("trade", "orders", "o"),
        (None, "Mixed", "Mixed"),
        (None, "plain", "plain"),
    ]


def test_a_cte_is_no_table() -> None:
    statement = analyse("WITH recent AS (SELECT id FROM orders) SELECT r.id FROM recent r JOIN items i ON i.id = r.id")
    assert [table.name for table in statement.tables] == ["orders", "items"]
    assert [(one.role, one.derived) for one in statement.blocks] == [("cte", ()), ("top", ("r",))]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("a = :x", [("a", "=", "x")]),
        ("$1 < a", [("a", ">", "1")]),
        ("a IN (1, 2)", [("a", "in", "1, 2")]),
        ("a = 1 OR a = 2", [("a", "in", "1, 2")]),
        ("a = ANY(:ids)", [("a", "in", "ids")]),
        ("a BETWEEN :low AND :high", [("a", "between", "low")]),
        ("a IS NOT NULL", [("a", "is not null", "null")]),
        ("NOT (a IS NULL)", [("a", "is not null", "null")]),
        ("a NOT LIKE 'x%'", [("a", "other", "x%")]),
        ("a NOT IN (SELECT b FROM u)", [("a", "not in", "a sub-query")]),
        ("active AND NOT gone", [("active", "=", "true"), ("gone", "=", "false")]),
        ("(a, b) > (:a, :b)", [("a", ">", "a"), ("b", ">", "b")]),
        ("t.a IS NOT DISTINCT FROM 3", [("t.a", "=", "3")]),
    ],
)
def test_conditions(where: str, expected: list[tuple[str, str, str]]) -> None:
    assert conditions(f"SELECT 1 FROM t WHERE {where}") == expected


def test_one_side_of_an_or_need_not_hold() -> None:
    assert [item.conjunct for item in block("SELECT 1 FROM t WHERE a = 1 AND (b = 2 OR c = 3)").predicates] == [
        True,
        False,
        False,
    ]


def test_what_stands_around_a_column() -> None:
    assert only("SELECT 1 FROM t WHERE lower(t.email) = :e").wrapped == "lower(email)"
    assert only("SELECT 1 FROM t WHERE at::date = :d").cast == "date"
    assert only("SELECT 1 FROM t WHERE id = CAST(:id AS numeric)").value.type in ("decimal", "numeric")
    assert only("SELECT 1 FROM t WHERE id = 10.0").value.type == "numeric"


def test_a_join_compares_both_ways() -> None:
    found = block("SELECT 1 FROM a JOIN b ON a.x = b.y").predicates
    assert [(str(item.column), str(item.value.column), item.join) for item in found] == [
        ("a.x", "b.y", True),
        ("b.y", "a.x", True),
    ]


def test_using_ties_the_new_table_to_the_old() -> None:
    assert conditions("SELECT 1 FROM a JOIN b USING (x)") == [("a.x", "=", "b.x"), ("b.x", "=", "a.x")]


def test_nested_queries_have_a_role_and_a_parent() -> None:
    blocks = analyse(
        "SELECT (SELECT max(x) FROM c) FROM a WHERE a.i IN (SELECT i FROM b) AND EXISTS (SELECT 1 FROM d WHERE d.a = a.i)"
    ).blocks
    assert [(one.role, one.parent, one.tables[0].name) for one in blocks] == [
        ("top", None, "a"),
        ("scalar", 0, "c"),
        ("in", 0, "b"),
        ("exists", 0, "d"),
    ]


def test_the_limit_of_a_union_bounds_its_sides() -> None:
    assert [
        one.limit and one.limit.text for one in analyse("SELECT 1 FROM a UNION ALL SELECT 2 FROM b LIMIT 5").blocks
    ] == [
        "5",
        "5",
    ]


def test_order_by_a_name_or_a_place_is_order_by_what_it_stands_for() -> None:
    keys = block("SELECT created_at AS at, lower(name) FROM t ORDER BY at DESC, 2").order_by
    assert [(str(key.column), key.expression, key.descending) for key in keys] == [
        ("created_at", "created_at", True),
        ("None", "lower(name)", False),
    ]


def test_shapes_of_answers() -> None:
    assert block("SELECT count(*), max(a) FROM t").one_row
    assert not block("SELECT count(*) OVER () FROM t").one_row
    assert block("SELECT *, o.* FROM o").stars == (None, "o")
    assert block("SELECT count(*) FROM t").stars == ()
    assert block("SELECT a AS b FROM t").names == ("b",)


@pytest.mark.parametrize(
    ("sql", "verb", "table", "columns"),
    [
        ("INSERT INTO a (x, y) VALUES (1, 2) ON CONFLICT (x) DO UPDATE SET y = 3", "insert", "a", ("x", "y")),
        ("UPDATE a SET x = 1, (y, z) = (2, 3) FROM b WHERE b.i = a.i", "update", "a", ("x", "y", "z")),
        ("DELETE FROM a USING b WHERE b.i = a.i", "delete", "a", ()),
        ("WITH d AS (DELETE FROM q RETURNING *) INSERT INTO a SELECT * FROM d", "insert", "a", ()),
    ],
)
def test_writes(sql: str, verb: str, table: str, columns: tuple[str, ...]) -> None:
    statement = analyse(sql)
    assert statement.written is not None
    assert (statement.kind, statement.verb, statement.written.name) == ("write", verb, table)
    assert statement.written_columns == columns


def test_statements_that_change_no_rows() -> None:
    assert analyse("BEGIN").kind == "other"


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELEC x FROM", "line 1: does not parse"),
        ("SELECT 1; SELECT 2", "expected one statement, found 2"),
        ("CALL f(1)", "CALL is not a statement that reads or writes rows"),
        ("", "expected one statement, found 0"),
        ("SELECT a * FROM t", "line 1: does not parse: a part of an expression is missing at 'FROM'"),
        ("SELECT a FROM t JOIN ON x = 1", "line 1: does not parse: Expected table name but got something else at 'ON'"),
        ("SELECT " + "(" * 5000, "does not parse"),
    ],
)
def test_what_is_not_understood_is_said(sql: str, words: str) -> None:
    with pytest.raises(InputError, match=words.replace("(", r"\(")):
        analyse(sql)


def test_expressions_compare_in_one_form() -> None:
    assert normal_expression("lower((t.email)::text)") == normal_expression("LOWER(email :: TEXT)")
    assert normal_expression("(payload ->> 'a'::text)") == normal_expression("payload->>'a'")
    assert normal_expression("1 +") is None


@pytest.mark.parametrize(
    ("sql", "locks", "skips"),
    [
        ("SELECT id FROM q LIMIT 1", None, False),
        ("SELECT id FROM q LIMIT 1 FOR UPDATE", "update", False),
        ("SELECT id FROM q LIMIT 1 FOR UPDATE SKIP LOCKED", "update", True),
        ("SELECT id FROM q LIMIT 1 FOR UPDATE NOWAIT", "update", False),
        ("SELECT id FROM q FOR SHARE", "share", False),
    ],
)
def test_locks(sql: str, locks: str | None, skips: bool) -> None:
    assert (block(sql).locks, block(sql).skips_locked) == (locks, skips)


def test_what_an_update_sets_its_columns_to() -> None:
    found = analyse("UPDATE t SET used = used + :n, rest = :rest, at = now(), total = a + :b WHERE id = :id")
    assert (found.added_to, found.given) == (("used",), ("rest",))


def test_unions_that_remove_doubles_are_counted() -> None:
    sides = ("SELECT a FROM t", "SELECT b FROM u", "SELECT c FROM v")
    assert analyse(" UNION ".join(sides)).unions == 2
    assert analyse(" UNION ALL ".join(sides)).unions == 0


def test_an_insert_that_says_what_to_do_with_a_row_that_is_there() -> None:
    assert analyse("INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING").on_conflict
    assert not analyse("INSERT INTO t (a) VALUES (1)").on_conflict


def test_columns_that_are_joined_to_a_text() -> None:
    found = block("SELECT a || ' ' || b, coalesce('x' || c, ''), (d || e) FROM t").concatenated
    assert [str(ref) for ref in found] == ["a", "b", "d", "e"]


def test_counts_of_rows() -> None:
    assert block("SELECT count(*) FROM t").counts
    assert not block("SELECT count(a) FROM t").counts
