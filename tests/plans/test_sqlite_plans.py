"""Plans that SQLite itself makes, read from its rows and from the tree of its shell."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import pytest

from dbarch_widgets.errors import InputError
from dbarch_widgets.plans.sqlite import plan_from_sqlite

TABLES = """
CREATE TABLE o (id integer PRIMARY KEY, c int, "we ird" text, d int);
CREATE INDEX oc ON o (c, d);
CREATE INDEX "i x" ON o ("we ird");
CREATE TABLE k (id integer PRIMARY KEY, n text);
CREATE TABLE nr (a int, b int, c text, PRIMARY KEY (a, b)) WITHOUT ROWID;
"""
QUERIES = (
    "SELECT * FROM o WHERE c = 1 AND d > 3",
    "SELECT * FROM o JOIN k ON k.id = o.c LEFT JOIN k k2 ON k2.id = o.d WHERE o.\"we ird\" = 'x' ORDER BY n",
    "SELECT * FROM nr WHERE a = 1",
    "SELECT * FROM o WHERE c = 1 OR \"we ird\" = 'a'",
    "SELECT c FROM o WHERE c IN (SELECT id FROM k) UNION SELECT id FROM k ORDER BY 1",
    "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT * FROM r JOIN o ON o.c = r.n",
    "SELECT (SELECT count(*) FROM o WHERE o.c = k.id) FROM k",
    "SELECT * FROM (SELECT c, count(*) AS n FROM o GROUP BY c) x JOIN k ON k.id = x.n",
    "SELECT * FROM k a JOIN k b ON a.n = b.n",
    "SELECT 1",
)

Row = tuple[int, int, int, str]


def rows_of(query: str) -> list[Row]:
    with sqlite3.connect(":memory:") as database:
        database.executescript(TABLES)
        return database.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()


def shell_tree(rows: Sequence[Row]) -> str:
    """The rows as SQLite's shell prints them: below a parent come the rows after it that name it, up to the next of its id."""
    lines = ["QUERY PLAN"]

    def below(parent: int, among: Sequence[Row], lead: str) -> None:
        mine = [place for place, row in enumerate(among) if row[1] == parent]
        for number, place in enumerate(mine):
            last = number == len(mine) - 1
            lines.append(f"{lead}{'`--' if last else '|--'}{among[place][3]}")
            below(
                among[place][0],
                among[place + 1 : None if last else mine[number + 1]],
                lead + ("   " if last else "|  "),
            )

    below(0, rows, "")
    return "\n".join(lines)


@pytest.mark.parametrize("query", QUERIES)
def test_rows_and_the_tree_of_the_shell_are_the_same_plan(query: str) -> None:
    rows = rows_of(query)
    plan = plan_from_sqlite(rows, version=sqlite3.sqlite_version)
    assert plan == plan_from_sqlite(shell_tree(rows), version=sqlite3.sqlite_version)
    assert len(list(plan.root.walk())) == len(rows) + 1
    assert not plan.analysed


def test_a_search_names_its_index_and_its_condition() -> None:
    (search,) = plan_from_sqlite(rows_of(QUERIES[0])).root.children
    assert (search.operator, search.table, search.index) == ("SEARCH", "o", "oc")
    assert search.condition("Index Cond") == "c=? AND d>?"
    first, second, third, sort = plan_from_sqlite(rows_of(QUERIES[1])).root.children
    assert (first.index, second.index, third.index) == ("i x", "integer primary key", "integer primary key")
    assert third.fact("Join") == "LEFT-JOIN"
    assert (sort.operator, sort.table) == ("USE TEMP B-TREE FOR ORDER BY", None)
    (key,) = plan_from_sqlite(rows_of(QUERIES[2])).root.children
    assert (key.table, key.index, key.condition("Index Cond")) == ("nr", "primary key", "a=?")


def test_an_index_that_sqlite_builds_for_the_query_is_told() -> None:
    outer, inner = plan_from_sqlite(rows_of(QUERIES[8])).root.children
    assert (outer.operator, outer.index) == ("SCAN", None)
    assert (inner.index, inner.fact("Automatic"), inner.fact("Covering")) == ("automatic", "true", "true")


def test_the_words_of_older_versions() -> None:
    text = (
        "|--SCAN TABLE orders AS o USING COVERING INDEX orders_idx\n`--SEARCH TABLE lines USING INDEX l_o (order_id=?)"
    )
    scan, search = plan_from_sqlite(text).root.children
    assert (scan.operator, scan.table, scan.alias, scan.index) == ("SCAN", "orders", "o", "orders_idx")
    assert (search.table, search.index) == ("lines", "l_o")


@pytest.mark.parametrize(
    ("text", "line"), [("QUERY PLAN\n|--SCAN a\nnonsense", "line 3"), ("QUERY PLAN\n|  |--SCAN a", "line 2")]
)
def test_what_is_no_tree_is_refused_with_its_line(text: str, line: str) -> None:
    with pytest.raises(InputError, match=f"{line}: "):
        plan_from_sqlite(text)


@pytest.mark.parametrize("rows", ["", "QUERY PLAN", [], [(1, 2)], [("a", "b", "c", "d")]])
def test_what_is_no_plan_is_refused(rows: str | list[tuple[object, ...]]) -> None:
    with pytest.raises(InputError, match="not a plan that SQLite wrote"):
        plan_from_sqlite(rows)
