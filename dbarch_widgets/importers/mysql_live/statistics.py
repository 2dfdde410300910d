"""What the server knows of rows, sizes and statements → Profile and Workload."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import count

from dbarch_widgets.importers.mysql_live.queries import WORKLOAD
from dbarch_widgets.importers.mysql_live.session import Row, Session
from dbarch_widgets.importers.mysql_live.tables import BASE, Names, by_table
from dbarch_widgets.model.profile import ColumnProfile, Profile, TableProfile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.model.workload import Query, Workload
from dbarch_widgets.sql.load_order import load_order

_READS = ("SELECT", "WITH", "(", "VALUES", "TABLE")
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CALL", "LOAD")
_PLACEHOLDER = re.compile(r"(`(?:[^`]|``)*`|'(?:[^'\\]|\\.|'')*')|\?")
_ESTIMATES = "rows and distinct values are the storage engine's estimates; ANALYZE TABLE makes them better"
NO_STATEMENTS = "no workload: the server keeps no statements (start it with performance_schema=ON and the statements_digest consumer)"


def profile_of(parts: Mapping[str, list[Row]], schema: Schema, names: Names) -> Profile | None:
    """Rows, bytes and distinct values by table, parents first; None where the server told nothing."""
    sizes = {
        QName(names.schema(row["table_schema"]), row["table_name"]): row
        for row in parts["tables"]
        if row["table_type"] in BASE and row["table_rows"] is not None
    }
    indexes = by_table(parts["indexes"])
    found = []
    for table in load_order(schema).tables:
        if not (row := sizes.get(table.qname)):
            continue
        rows = int(row["table_rows"])
        distinct = _distinct(indexes.get(QName(row["table_schema"], row["table_name"]), []), rows)
        columns = tuple(
            ColumnProfile(column.name, "", why="observed", distinct=distinct[column.name])
            for column in table.columns
            if column.name in distinct
        )
        size = int(row["data_length"] or 0) + int(row["index_length"] or 0)
        found.append(TableProfile(table.qname, rows, columns, bytes=size))
    return Profile(tuple(found), notes=(_ESTIMATES,)) if found else None


def _distinct(rows: list[Row], table_rows: int) -> dict[str, float]:
    """Distinct values of each column that leads an index: the cardinality of the index's first key."""
    found: dict[str, float] = {}
    seen: set[str] = set()
    for row in rows:
        leads = row["index_name"] not in seen
        seen.add(row["index_name"])
        if leads and row["column_name"] and row["cardinality"] is not None and row["sub_part"] is None:
            value = min(float(row["cardinality"]), float(table_rows))
            found[row["column_name"]] = max(value, found.get(row["column_name"], 0.0))
    return found


def workload_of(session: Session) -> Workload | None:
    """The statements that took the most time, with their rates; None, and a word, where the server keeps none."""
    before = len(session.failed)
    database = session.server.database
    rows = session.ask("the statements", WORKLOAD, (database, database))
    queries: list[Query] = []
    for row in rows:
        kind = row["text"].lstrip().split(" ", 1)[0].upper()
        if kind in _READS or kind in _WRITES:
            queries.append(_query(row, len(queries) + 1, kind in _READS))
    if not queries and len(session.failed) == before:
        session.failed.append(NO_STATEMENTS)
    return Workload(tuple(queries), source="performance_schema") if queries else None


def _query(row: Row, number: int, reads: bool) -> Query:
    """`?` becomes `:p1`, `:p2` …; the rate is the count over the time between the first and the last execution."""
    numbers = count(1)
    sql = _PLACEHOLDER.sub(lambda hit: hit[1] or f":p{next(numbers)}", row["text"])
    return Query(
        f"statement_{number}",
        sql,
        "read" if reads else "write",
        rate=_rate(int(row["count"]), row["first"], row["last"]),
        description=f"executed {row['count']} times",
    )


def _rate(times: int, first: object, last: object) -> float | None:
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return None
    seconds = (last - first).total_seconds()
    return times / seconds if seconds > 0 else None
