"""Counts what violates the schema's constraints, by SQL on the engine that holds the rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.errors import DbarchError
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.names import duckdb_name, qualified, quote, quoted_list
from dbarch_widgets.sql.transpile import expression_to_duckdb
from dbarch_widgets.synth.kinds import kind_of
from dbarch_widgets.synth.references import References
from dbarch_widgets.synth.unique_sets import UniqueSet, unique_sets

What = Literal["primary key", "unique", "not null", "foreign key", "check", "partition"]


@dataclass(frozen=True)
class Violation:
    """Rows that break one constraint. `rows` is None when it could not be checked; `reason` then says why."""

    table: str
    constraint: str
    kind: What
    rows: int | None
    reason: str | None = None

    def __str__(self) -> str:
        if self.rows is None:
            return f"{self.table}: {self.kind} {self.constraint} could not be checked: {self.reason}"
        why = f": {self.reason}" if self.reason else ""
        return f"{self.table}: {self.kind} {self.constraint} is violated by {self.rows:,} rows{why}"


@dataclass(frozen=True)
class Constraint:
    """A constraint and the query that counts the rows against it; `refused` says why there is no query."""

    table: str
    name: str
    kind: What
    sql: str | None
    refused: str | None = None


def verify(schema: Schema, engine: Engine) -> tuple[Violation, ...]:
    """Every constraint that is violated or could not be checked; empty when all hold."""
    found = []
    for constraint in constraints(schema):
        if constraint.sql is None:
            found.append(Violation(constraint.table, constraint.name, constraint.kind, None, constraint.refused))
            continue
        try:
            rows = int(engine.execute(constraint.sql).rows[0][0] or 0)
        except DbarchError as error:
            found.append(Violation(constraint.table, constraint.name, constraint.kind, None, error.what))
            continue
        if rows:
            found.append(Violation(constraint.table, constraint.name, constraint.kind, rows))
    return tuple(found)


def constraints(schema: Schema) -> Iterator[Constraint]:
    """All constraints of the schema's tables, partitions folded into their roots."""
    references = References(schema)
    for table in references.tables.values():
        yield from _not_null(schema, table)
        yield from _unique(table)
        for reference in references.of(table.qname):
            if not reference.soft:
                yield _foreign_key(
                    table.qname, reference.name, reference.columns, reference.target, reference.ref_columns
                )
        yield from _checks(schema, table)


def _from(name: QName) -> str:
    return qualified(duckdb_name(name))


def _not_null(schema: Schema, table: Table) -> Iterator[Constraint]:
    names = {
        column.name
        for column in table.columns
        if column.generated is None and (not column.nullable or not kind_of(schema, column).nullable)
    }
    names |= set(table.primary_key.columns if table.primary_key else ())
    if names:
        broken = " OR ".join(f"{quote(name)} IS NULL" for name in table.column_names if name in names)
        yield Constraint(
            str(table.qname), "NOT NULL", "not null", f"SELECT count(*) FROM {_from(table.qname)} WHERE {broken}"
        )


def _unique(table: Table) -> Iterator[Constraint]:
    for unique in unique_sets(table):
        primary = table.primary_key is not None and unique.name == table.primary_key.name
        kind: What = "primary key" if primary else "unique"
        if unique.ranges:
            yield _exclusion(table, unique)
            continue
        index = next((index for index in table.indexes if index.name == unique.name), None)
        try:
            keys = [
                quote(key.column) if key.column else expression_to_duckdb(key.expression or "")
                for key in (index.keys if index else ())
            ] or [quote(name) for name in unique.columns]
            where = expression_to_duckdb(unique.where) if unique.where else "TRUE"
        except DbarchError as error:
            yield Constraint(str(table.qname), unique.name, kind, None, error.what)
            continue
        listed, known = ", ".join(keys), " AND ".join(f"{key} IS NOT NULL" for key in keys)
        inner = f"SELECT count(*) AS n FROM {_from(table.qname)} WHERE ({where}) AND {known} GROUP BY {listed} HAVING count(*) > 1"
        yield Constraint(str(table.qname), unique.name, kind, f"SELECT coalesce(sum(n - 1), 0) FROM ({inner}) AS twice")


def _exclusion(table: Table, unique: UniqueSet) -> Constraint:
    """Ranges of time that overlap their successor; ranges are text in DuckDB."""
    name, where = str(table.qname), unique.name
    ranges = [table.column(column).type for column in unique.ranges]
    if len(ranges) != 1 or ranges[0] not in ("daterange", "tsrange", "tstzrange"):
        return Constraint(name, where, "unique", None, "an exclusion that DuckDB has no operators for")
    during = quote(unique.ranges[0])
    low, high = (
        f"TRY_CAST(nullif(trim(split_part({during}, ',', {part}), '[]()\"'), '') AS TIMESTAMP)" for part in (1, 2)
    )
    keys = [quote(column) for column in unique.columns if column not in unique.ranges]
    within = f"PARTITION BY {', '.join(keys)} " if keys else ""
    following = f"lead({low}) OVER ({within}ORDER BY {low})"
    inner = f"SELECT {following} AS next, {high} AS high FROM {_from(table.qname)} WHERE {during} IS NOT NULL"
    sql = f"SELECT count(*) FROM ({inner}) AS r WHERE next < coalesce(high, TIMESTAMP 'infinity')"
    return Constraint(name, where, "unique", sql)


def _foreign_key(
    table: QName, name: str, columns: tuple[str, ...], target: QName, ref_columns: tuple[str, ...]
) -> Constraint:
    known = " AND ".join(f"c.{quote(column)} IS NOT NULL" for column in columns)
    pairs = " AND ".join(
        f"p.{quote(ref)} = c.{quote(column)}" for column, ref in zip(columns, ref_columns, strict=True)
    )
    parents = f"(SELECT DISTINCT {quoted_list(ref_columns)} FROM {_from(target)})"
    sql = f"SELECT count(*) FROM {_from(table)} AS c ANTI JOIN {parents} AS p ON {pairs} WHERE {known}"
    return Constraint(str(table), name, "foreign key", sql)


def _checks(schema: Schema, table: Table) -> Iterator[Constraint]:
    written = [(check.name, check.expression, None) for check in table.checks]
    for column in table.columns:
        kind = kind_of(schema, column)
        if not kind.array:
            written += [(f"domain of {column.name}", expression, column.name) for expression in kind.checks]  # type: ignore[misc]
    for name, expression, value in written:
        try:
            condition = expression_to_duckdb(expression, value)
        except DbarchError as error:
            yield Constraint(str(table.qname), name, "check", None, error.what)
            continue
        yield Constraint(
            str(table.qname), name, "check", f"SELECT count(*) FROM {_from(table.qname)} WHERE NOT ({condition})"
        )
