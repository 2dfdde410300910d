"""What a PostgreSQL statement that somebody ran does: its verb, its tables, whether it writes; by PostgreSQL's own grammar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import postgast
from google.protobuf.message import DecodeError
from postgast import pg_query_pb2 as pb

# A syntax of a newer version; an expression that nests deeper than its tree can be handed over.
NOT_UNDERSTOOD = (postgast.PgQueryError, DecodeError)
SYSTEM_SCHEMAS = ("pg_catalog", "information_schema", "pg_toast")
_VERBS = {
    "select_stmt": "select",
    "insert_stmt": "insert",
    "update_stmt": "update",
    "delete_stmt": "delete",
    "merge_stmt": "merge",
}
_WRITES = ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt")

Verb = Literal["select", "insert", "update", "delete", "merge"]


@dataclass(frozen=True)
class RowStatement:
    """A statement that reads or writes rows. `tables` are (schema or "", name) as written, without those of its WITH."""

    verb: Verb
    tables: tuple[tuple[str, str], ...]
    writes: bool

    @property
    def title(self) -> str:
        """`select_orders`: the verb and the first table, as a name for a query."""
        table = self.tables[0][1] if self.tables else ""
        letters = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in table)
        return f"{self.verb}_{letters}" if letters else self.verb


def row_statement(statement: Any) -> RowStatement | None:
    """What a parsed statement (`parse(sql).stmts[0].stmt`) does; None for one that handles no rows, such as SET."""
    verb = _VERBS.get(statement.WhichOneof("node"))
    if verb is None:
        return None
    tables: list[tuple[str, str]] = []
    named: set[str] = set()
    writes = False
    for _, node in postgast.walk(statement):
        kind = type(node).__name__
        if kind == "RangeVar":
            tables.append((node.schemaname, node.relname))
        elif kind == "CommonTableExpr":
            named.add(node.ctename)
        elif kind in _WRITES:
            writes = True
    own = tuple((schema, name) for schema, name in tables if schema or name not in named)
    return RowStatement(verb, own, writes)  # type: ignore[arg-type]


def with_names(text: str) -> str:
    """`$1` as `:p1`, by the tokens of PostgreSQL's own scanner: not in strings, names or comments."""
    data = text.encode()
    parts, at = [], 0
    for token in postgast.scan(text).tokens:
        if token.token == pb.PARAM:
            parts.append(data[at : token.start] + b":p" + data[token.start + 1 : token.end])
            at = token.end
    return b"".join([*parts, data[at:]]).decode()
