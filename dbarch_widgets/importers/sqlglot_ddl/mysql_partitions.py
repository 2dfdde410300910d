"""PARTITION BY and what ALTER TABLE does to partitions.

A partition of MySQL is no table: the key is `Table.partition_key`, the partitions are one text among the options.
"""

from __future__ import annotations

from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, Unread
from dbarch_widgets.importers.sqlglot_ddl.draft import TableDraft
from dbarch_widgets.importers.sqlglot_ddl.mysql_expressions import canonical_tokens, quoted
from dbarch_widgets.importers.sqlglot_ddl.mysql_types import whole
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.importers.sqlglot_ddl.tokens import tokenize
from dbarch_widgets.sql.split_lexis import MYSQL

MOST = 8192  # the server takes no more
_OPTIONS = ("partitions", "subpartition_key", "subpartitions")


def partition_by(table: TableDraft, statement: Statement, cursor: Cursor) -> None:
    """`PARTITION BY …` to its end."""
    cursor.expect("PARTITION", "BY")
    remove_partitioning(table)
    table.partition_key = _key(table, statement, cursor)
    table.kind = "partitioned"
    number = _count(cursor, "PARTITIONS")
    inner = 0
    if cursor.take("SUBPARTITION", "BY"):
        table.options["subpartition_key"] = _key(table, statement, cursor)
        inner = _count(cursor, "SUBPARTITIONS") or 1
    listed = _listed(statement, cursor.group(), table) if cursor.sees("(") else {}
    listed = listed or {f"p{n}": "" for n in range(min(number or 1, MOST))}
    _keep(table, listed)
    if "subpartition_key" in table.options:
        table.options["subpartitions"] = str(table.own.pop("subpartitions", 0) or inner)


def _key(table: TableDraft, statement: Statement, cursor: Cursor) -> str:
    words = [cursor.next().up]
    if words == ["LINEAR"]:
        words.append(cursor.next().up)
    if words[-1] in ("RANGE", "LIST") and cursor.take("COLUMNS"):
        words.append("COLUMNS")
    if cursor.take("ALGORITHM"):
        cursor.take("=")
        cursor.next()
    if words == ["SYSTEM_TIME"]:
        cursor.until(("PARTITIONS", "(", "SUBPARTITION"))
        return "system_time"
    inner = cursor.group()
    method = " ".join(words).lower()
    if words[-1] in ("COLUMNS", "KEY"):
        names = [_column(table, part.name().text) for part in inner.parts()]
        if not names and table.primary_key:
            return f"{method}()"
        return f"{method}({','.join(names)})"
    return f"{method}({canonical_tokens(inner.rest(), statement.source)})"


def _column(table: TableDraft, name: str) -> str:
    found = table.columns.get(name.lower())
    return quoted(found.name if found else name)


def _count(cursor: Cursor, word: str) -> int:
    return whole(cursor.next().text) if cursor.take(word) else 0


def _listed(statement: Statement, inner: Cursor, table: TableDraft) -> dict[str, str]:
    """From the name of each partition to its bound."""
    found: dict[str, str] = {}
    for part in inner.parts():
        part.expect("PARTITION")
        name = part.name().text
        found[name] = _bound(statement, part)
        part.until(("(",))
        if part.sees("(", "SUBPARTITION"):
            table.own["subpartitions"] = sum(1 for _ in part.group().parts())
    return found


def _bound(statement: Statement, part: Cursor) -> str:
    if part.take("VALUES", "LESS", "THAN"):
        if part.take("MAXVALUE"):
            return " values less than (MAXVALUE)"
        return f" values less than ({_values(statement, part.group())})"
    if part.take("VALUES", "IN"):
        return f" values in ({_values(statement, part.group())})"
    return ""


def _values(statement: Statement, inner: Cursor) -> str:
    parts = []
    for part in inner.parts():
        tokens = part.rest()
        parts.append("MAXVALUE" if tokens[0].up == "MAXVALUE" else canonical_tokens(tokens, statement.source))
    return ",".join(parts)


def _keep(table: TableDraft, listed: dict[str, str]) -> None:
    table.options["partitions"] = ", ".join(f"{quoted(name)}{bound}" for name, bound in listed.items())


def _kept(table: TableDraft) -> dict[str, str]:
    text = table.options.get("partitions", "")
    found: dict[str, str] = {}
    for part in Cursor(tokenize(text, MYSQL)).parts():
        name = part.name()
        rest = part.rest()
        found[name.text] = f" {text[rest[0].start : rest[-1].end]}" if rest else ""
    return found


def remove_partitioning(table: TableDraft) -> None:
    for option in _OPTIONS:
        table.options.pop(option, None)
    table.partition_key = None
    table.kind = "table"


def add_partitions(table: TableDraft, statement: Statement, cursor: Cursor) -> None:
    """`ADD PARTITION (…)` and `ADD PARTITION PARTITIONS 3`."""
    cursor.expect("ADD", "PARTITION")
    cursor.take("IF", "NOT", "EXISTS")
    listed = _kept(table)
    if cursor.take("PARTITIONS"):
        listed |= {f"p{len(listed) + n}": "" for n in range(min(whole(cursor.next().text), MOST))}
    else:
        listed |= _listed(statement, cursor.group(), table)
    _keep(table, listed)


def drop_partitions(table: TableDraft, cursor: Cursor) -> None:
    """`DROP PARTITION p0, p1`: the names behind the comma come as parts of their own."""
    cursor.take("DROP", "PARTITION")
    cursor.take("IF", "EXISTS")
    name = cursor.name().text
    listed = _kept(table)
    if listed.pop(name, None) is None:
        raise Unread(f"table {table.qname} has no partition {name!r}")
    _keep(table, listed)


def reorganize(table: TableDraft, statement: Statement, cursor: Cursor) -> None:
    """`REORGANIZE PARTITION … INTO (…)`; its list of names may have commas, which the caller put together."""
    cursor.expect("REORGANIZE", "PARTITION")
    old: list[str] = []
    while not cursor.sees("INTO"):
        old.append(cursor.name().text)
        cursor.take(",")
    cursor.expect("INTO")
    new = _listed(statement, cursor.group(), table)
    listed: dict[str, str] = {}
    for name, bound in _kept(table).items():
        if old and name == old[0]:
            listed |= new
        if name not in old:
            listed[name] = bound
    _keep(table, listed)


def coalesce(table: TableDraft, cursor: Cursor) -> None:
    """`COALESCE PARTITION 2`: so many fewer."""
    cursor.expect("COALESCE", "PARTITION")
    listed = list(_kept(table).items())
    _keep(table, dict(listed[: max(1, len(listed) - whole(cursor.next().text))]))
