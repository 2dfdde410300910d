"""Own rows against the schema: types, NOT NULL, keys, checks, and references among own rows. What does not fit is told by its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import DbarchError, InputError
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.names import duckdb_name, quote, quoted_list, text_literal
from dbarch_widgets.sql.transpile import expression_to_duckdb
from dbarch_widgets.synth.generate import for_loading
from dbarch_widgets.synth.kinds import kind_of
from dbarch_widgets.synth.own.read import OwnRows
from dbarch_widgets.synth.references import References
from dbarch_widgets.synth.unique_sets import unique_sets

_SHOWN = 5
_AT = '"dbarch row"'
Typed = dict[str, tuple[str | None, ...]]


def checked(schema: Schema, own: Sequence[OwnRows]) -> dict[QName, Typed]:
    """The values of each table's columns as the database would write them.

    Raises:
        InputError: rows do not fit; the message has the first five with file, line and reason, and how many there are in all.
    """
    with DuckDBEngine() as engine:
        engine.create(for_loading(schema), indexes=False, constraints=False)
        for rows in own:
            _stage(engine, rows)
        wrong = [problem for rows in own for problem in _types(engine, schema, rows)]
        if not wrong:
            names = {rows.table.qname: rows for rows in own}
            wrong = [problem for rows in own for problem in _rules(engine, schema, rows, names)]
        if wrong:
            more = f"; and {len(wrong) - _SHOWN:,} more" if len(wrong) > _SHOWN else ""
            raise InputError(
                f"own rows do not fit the schema: {'; '.join(wrong[:_SHOWN])}{more}", to_do="correct the file"
            )
        return {rows.table.qname: _values(engine, rows) for rows in own}


def _raw(rows: OwnRows) -> str:
    return quote(f"dbarch raw {rows.table.qname}")


def _typed(rows: OwnRows) -> str:
    return quote(f"dbarch typed {rows.table.qname}")


def _stage(engine: DuckDBEngine, rows: OwnRows) -> None:
    """The texts as a table, and with the types that the schema's table has; what cannot be cast is NULL there."""
    columns = ", ".join(f"{quote(column)} VARCHAR" for column in rows.columns)
    engine.execute(f"CREATE TABLE {_raw(rows)} ({_AT} BIGINT, {columns})")
    name = QName("public", f"dbarch raw {rows.table.qname}")
    engine.load(name, ["dbarch row", *rows.columns], [(at, *row) for at, row in enumerate(rows.rows)])
    there = duckdb_name(rows.table.qname)
    types = dict(
        engine.execute(
            f"""SELECT lower(column_name), data_type FROM duckdb_columns()
                WHERE lower(schema_name) = lower({text_literal(there.schema)}) AND lower(table_name) = lower({text_literal(there.name)})"""
        ).rows
    )
    cast = ", ".join(
        f"TRY_CAST({quote(column)} AS {types[column.lower()]}) AS {quote(column)}" for column in rows.columns
    )
    engine.execute(f"CREATE TABLE {_typed(rows)} AS SELECT {_AT}, {cast} FROM {_raw(rows)}")


def _types(engine: DuckDBEngine, schema: Schema, rows: OwnRows) -> Iterator[str]:
    for column in rows.columns:
        owner, name = rows.table.column(column), quote(column)
        kind = kind_of(schema, owner)
        sql = f"""SELECT r.{_AT} FROM {_raw(rows)} r JOIN {_typed(rows)} t USING ({_AT})
                  WHERE r.{name} IS NOT NULL AND t.{name} IS NULL ORDER BY 1"""
        for at in _rows(engine, sql):
            yield f"{rows.where(at)}: {column}: {_value(rows, at, column)!r} is no {owner.type}"
        if kind.family == "text" and kind.length is not None and not kind.array:
            sql = f"SELECT {_AT} FROM {_raw(rows)} WHERE length({name}) > {kind.length} ORDER BY 1"
            for at in _rows(engine, sql):
                yield f"{rows.where(at)}: {column}: longer than {kind.length} characters"
        in_key = rows.table.primary_key is not None and column in rows.table.primary_key.columns
        if not owner.nullable or in_key:
            for at in _rows(engine, f"SELECT {_AT} FROM {_raw(rows)} WHERE {name} IS NULL ORDER BY 1"):
                yield f"{rows.where(at)}: {column}: is empty and must not be"


def _value(rows: OwnRows, at: int, column: str) -> str | None:
    return rows.rows[at][rows.columns.index(column)]


def _rules(engine: DuckDBEngine, schema: Schema, rows: OwnRows, own: dict[QName, OwnRows]) -> Iterator[str]:
    yield from _keys(engine, rows)
    yield from _checks(engine, schema, rows)
    for reference in References(schema).of(rows.table.qname):
        parent = own.get(reference.target)
        if parent is None or reference.soft or not set(reference.columns) <= set(rows.columns):
            continue
        if not set(reference.ref_columns) <= set(parent.columns):
            continue
        pairs = " AND ".join(
            f"p.{quote(theirs)} = c.{quote(ours)}"
            for ours, theirs in zip(reference.columns, reference.ref_columns, strict=True)
        )
        known = " AND ".join(f"c.{quote(each)} IS NOT NULL" for each in reference.columns)
        sql = f"SELECT c.{_AT} FROM {_typed(rows)} c ANTI JOIN {_typed(parent)} p ON {pairs} WHERE {known} ORDER BY 1"
        for at in _rows(engine, sql):
            yield f"{rows.where(at)}: {reference.name}: there is no such row in {reference.target}"


def _keys(engine: DuckDBEngine, rows: OwnRows) -> Iterator[str]:
    for unique in unique_sets(rows.table):
        if unique.ranges or unique.where or not unique.columns or not set(unique.columns) <= set(rows.columns):
            continue
        keys = quoted_list(unique.columns)
        known = " AND ".join(f"{quote(each)} IS NOT NULL" for each in unique.columns)
        sql = f"""SELECT {_AT} FROM (SELECT {_AT}, row_number() OVER (PARTITION BY {keys} ORDER BY {_AT}) AS n
                  FROM {_typed(rows)} WHERE {known}) AS d WHERE n > 1 ORDER BY 1"""
        for at in _rows(engine, sql):
            yield f"{rows.where(at)}: {unique.name}: the same {', '.join(unique.columns)} as in a row before"


def _checks(engine: DuckDBEngine, schema: Schema, rows: OwnRows) -> Iterator[str]:
    written: list[tuple[str, str, str | None]] = [(each.name, each.expression, None) for each in rows.table.checks]
    for column in rows.columns:
        kind = kind_of(schema, rows.table.column(column))
        written += [] if kind.array else [(f"domain of {column}", each, column) for each in kind.checks]
    for name, expression, value in written:
        try:
            condition = expression_to_duckdb(expression, value)
            found = _rows(engine, f"SELECT {_AT} FROM {_typed(rows)} WHERE NOT ({condition}) ORDER BY 1")
        except DbarchError:
            continue  # it names a column that the file does not have, or nobody understands it: verified with the rest
        for at in found:
            yield f"{rows.where(at)}: {name}: {expression} does not hold"


def _rows(engine: DuckDBEngine, sql: str) -> list[int]:
    return [int(row[0]) for row in engine.execute(sql).rows]


def _values(engine: DuckDBEngine, rows: OwnRows) -> Typed:
    picked = ", ".join(f"CAST({quote(column)} AS VARCHAR)" for column in rows.columns)
    found = engine.execute(f"SELECT {picked} FROM {_typed(rows)} ORDER BY {_AT}").rows
    return {column: tuple(row[at] for row in found) for at, column in enumerate(rows.columns)}
