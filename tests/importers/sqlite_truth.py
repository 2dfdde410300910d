"""What SQLite itself says of a database, by PRAGMAs asked one by one, in plain values; and the same of a Schema.

Written apart from the importer: it shares no code with it.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from dbarch_widgets.model.schema import Schema, Table

Facts = dict[str, Any]


def load(text: str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(text)
    return connection


def facts_of(connection: sqlite3.Connection) -> dict[str, Facts]:
    """Table → what the PRAGMAs say. Shadow tables and SQLite's own are left out."""
    found = {}
    for _, name, kind, _, without_rowid, strict in connection.execute("PRAGMA main.table_list").fetchall():
        if kind in ("table", "virtual") and not name.startswith("sqlite_"):
            found[name] = _table(connection, name, bool(without_rowid), bool(strict))
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _plain(text: str | None) -> str | None:
    """Without blanks that mean nothing: enough to hold two spellings of an expression against each other."""
    return None if text is None else re.sub(r"\s+", "", text).lower()


def _table(connection: sqlite3.Connection, name: str, without_rowid: bool, strict: bool) -> Facts:
    rows = [row for row in connection.execute(f"PRAGMA table_xinfo({_quoted(name)})") if row[6] != 1]
    key = [row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5]]
    unique, indexes, key_index = [], {}, False
    for _, index, is_unique, origin, partial in connection.execute(f"PRAGMA index_list({_quoted(name)})").fetchall():
        keys = [row for row in connection.execute(f"PRAGMA index_xinfo({_quoted(index)})") if row[5]]
        if origin == "u":
            unique.append(tuple(row[2] for row in keys))
        elif origin == "pk":
            key_index = True
        else:
            keyed = [(row[2], "desc" if row[3] else "asc") for row in keys]
            indexes[index] = (bool(is_unique), bool(partial), keyed)
    rowid_alias = len(key) == 1 and not key_index and not without_rowid
    references: dict[int, list[Any]] = {}
    for row in connection.execute(f"PRAGMA foreign_key_list({_quoted(name)})").fetchall():
        references.setdefault(row[0], []).append(row)
    sql = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ? AND type = 'table'", (name,)).fetchone()[0]
    return {
        "columns": [
            (row[1], _plain(re.sub(r"/\*.*?\*/", "", row[2])), bool(row[3]) or (rowid_alias and row[1] in key))
            for row in rows
        ],
        "defaults": [None if row[6] else _bare_default(row[4]) for row in rows],
        "generated": [{0: None, 2: "virtual", 3: "stored"}[row[6]] for row in rows],
        "key": key,
        "without_rowid": without_rowid,
        "strict": strict,
        "unique": sorted(unique),
        "indexes": indexes,
        "foreign_keys": sorted(
            (
                tuple(row[3] for row in rows_),
                rows_[0][2].lower(),
                tuple(row[4].lower() for row in rows_) if rows_[0][4] else (),
                rows_[0][5].lower(),
                rows_[0][6].lower(),
            )
            for rows_ in references.values()
        ),
        "checks": sorted(checks_in(sql)),
    }


def _bare_default(text: str | None) -> str | None:
    if text is None or text.upper() == "NULL":
        return None
    if re.fullmatch(r'"[^"]*"', text):
        return _plain("'" + text[1:-1] + "'")
    if re.fullmatch(r"[a-z]\w*", text, re.IGNORECASE) and not re.match("true|false|current_", text, re.IGNORECASE):
        return _plain(f"'{text}'")
    return _plain(text)


def checks_in(sql: str) -> list[str]:
    """The expressions behind CHECK, found by blanking out whatever is quoted or a comment."""
    quoted = r"'[^']*'|\"[^\"]*\"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/"
    blank = re.sub(quoted, lambda match: "~" * len(match.group()), sql, flags=re.DOTALL)
    without_comments = re.sub(r"--[^\n]*|/\*.*?\*/", lambda m: " " * len(m.group()), sql, flags=re.DOTALL)
    found = []
    for match in re.finditer(r"\bCHECK\s*\(", blank, re.IGNORECASE):
        depth, at = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(blank[at], 0)
            at += 1
        found.append(_plain(without_comments[match.end() : at - 1]) or "")
    return found


def facts_in(schema: Schema) -> dict[str, Facts]:
    """The same of a Schema."""
    return {table.name: _said(table) for table in schema.tables}


def _said(table: Table) -> Facts:
    return {
        "columns": [(column.name, _plain(column.type), not column.nullable) for column in table.columns],
        "defaults": [_plain(column.default) for column in table.columns],
        "generated": [column.generated_kind for column in table.columns],
        "key": list(table.primary_key.columns) if table.primary_key else [],
        "without_rowid": table.without_rowid,
        "strict": table.options.get("strict") == "true",
        "unique": sorted(unique.columns for unique in table.unique),
        "indexes": {
            index.name: (index.unique, index.where is not None, [(key.column, key.order) for key in index.keys])
            for index in table.indexes
        },
        "foreign_keys": sorted(
            (
                key.columns,
                key.ref_table.lower(),
                tuple(name.lower() for name in key.ref_columns),
                key.on_update,
                key.on_delete,
            )
            for key in table.foreign_keys
        ),
        "checks": sorted(_plain(check.expression) or "" for check in table.checks),
    }


def differences(schema: Schema, connection: sqlite3.Connection) -> list[str]:
    """Every fact on which the Schema and SQLite do not agree, in words."""
    ours, truth = facts_in(schema), facts_of(connection)
    found = [f"{name}: only {'read' if name in ours else 'there'}" for name in ours.keys() ^ truth.keys()]
    for name in ours.keys() & truth.keys():
        _resolve(truth[name], truth)
        for fact, value in truth[name].items():
            if ours[name][fact] != value:
                found.append(f"{name}: {fact}: read {ours[name][fact]!r}, there is {value!r}")
    return sorted(found)


def _resolve(facts: Facts, all_facts: dict[str, Facts]) -> None:
    """A foreign key without columns means the primary key of its target."""
    keys = {name.lower(): tuple(column.lower() for column in other["key"]) for name, other in all_facts.items()}
    facts["foreign_keys"] = sorted(
        (columns, table, to or keys.get(table, ()), on_update, on_delete)
        for columns, table, to, on_update, on_delete in facts["foreign_keys"]
    )
