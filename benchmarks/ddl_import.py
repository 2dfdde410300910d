"""Reading PostgreSQL DDL, beside sqlglot reading the same statements one by one."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.base import Result, in_turns

TABLES = 200


def run() -> Iterator[Result]:
    """A generated schema of 200 tables, each with ten columns, a foreign key and an index."""
    import sqlglot

    from dbarch_widgets.reviewing.sources import read_schema
    from dbarch_widgets.sql.split import next_piece

    text = ddl(TABLES)

    def with_sqlglot() -> None:
        at = 0
        while piece := next_piece(text, at):
            sqlglot.parse_one(piece.text, read="postgres")
            at = piece.end

    ours, theirs = in_turns(lambda: read_schema(text), with_sqlglot, turns=5)
    work = f"read {TABLES} tables, {len(text) // 1024} KB of DDL, to a full Schema"
    yield Result(work, ours, "sqlglot parses the same statements, no schema", theirs, "under 0.5 s", ours < 0.5)


def ddl(tables: int) -> str:
    """DDL of that many tables; each but the first points at the one before it."""
    parts = []
    for number in range(tables):
        columns = ",\n".join(f"    value_{n} numeric(12, 2) DEFAULT 0 NOT NULL" for n in range(8))
        parent = f",\n    parent_id bigint REFERENCES table_{number - 1} (id) ON DELETE CASCADE" if number else ""
        parts.append(f"CREATE TABLE table_{number} (\n    id bigint PRIMARY KEY,\n{columns}{parent}\n);")
        parts.append(f"CREATE INDEX ON table_{number} (value_1, value_2 DESC) WHERE value_3 > 0;")
        parts.append(f"COMMENT ON TABLE table_{number} IS 'number {number}';")
    return "\n".join(parts)
