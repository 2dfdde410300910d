"""Checks that nobody understood are tried out on a sample; columns that may be empty or have a default give way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.errors import DbarchError, InputError
from dbarch_widgets.model.profile import ColumnProfile
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.sql.names import duckdb_name, quote, text_literal
from dbarch_widgets.sql.transpile import expression_to_duckdb
from dbarch_widgets.synth.compile import Compiled, Compiler
from dbarch_widgets.synth.part import Part
from dbarch_widgets.synth.unique_sets import columns_in

_SAMPLE = 1_000
_MOST_TRIES = 24


def repaired(compiler: Compiler, engine: Engine, name: QName) -> tuple[dict[str, ColumnProfile], tuple[str, ...]]:
    """Columns to be emptied or set to their default where a check asks for something unknown, and what was done."""
    plan = compiler.plan
    table = plan.references.tables[name]
    conditions = _conditions(table, plan.rules[name].opaque)
    if not conditions or compiler.rows(name) == 0:
        return {}, ()
    compiled = compiler.table(name, part=_sample(compiler, name))
    broken = [text for text, condition in conditions if _violations(engine, compiled, condition)]
    if not broken:
        return {}, ()
    wanted = [column for text in broken for column in columns_in(table, text)]
    for overrides in _ways(compiler, table, list(dict.fromkeys(wanted))):
        changed = compiler.table(name, overrides, _sample(compiler, name))
        if not any(_violations(engine, changed, condition) for _, condition in conditions):
            said = ", ".join(f"{column} {_words(profile)}" for column, profile in overrides.items())
            return overrides, (f"{name}: to satisfy {'; '.join(broken)}: {said}",)
    return {}, (f"{name}: no way found to satisfy {'; '.join(broken)}",)


def _sample(compiler: Compiler, name: QName) -> Part:
    """The first rows: a systematic sample would find no more, as every row is made alike."""
    return Part(0, min(compiler.rows(name), _SAMPLE))


def storable(compiler: Compiler, engine: Engine, name: QName) -> tuple[dict[str, ColumnProfile], tuple[str, ...]]:
    """Columns to stay empty as the engine's own types refuse their values, and what it says of them."""
    table = compiler.plan.references.tables[name]
    compiled = compiler.table(name)
    refused: dict[str, str] = {}
    for column in compiled.columns:
        typed = typed_select(engine, compiled, (column,))
        try:
            engine.execute(f"SELECT count({quote(column)}) FROM ({typed}) AS typed")
        except DbarchError as error:
            refused[column] = error.what
    empty = {
        column: ColumnProfile(column, "constant", (("value", None),), 1.0, "its values are refused")
        for column in refused
    }
    return empty, tuple(f"{table.qname}.{column} STAYS EMPTY: {why}" for column, why in refused.items())


def _words(profile: ColumnProfile) -> str:
    value = dict(profile.settings).get("value")
    return "stays null" if value is None else f"is always {value!r}"


def _conditions(table: Table, opaque: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    found = []
    for name, text in opaque:
        value = name.removeprefix("domain of ") if name.startswith("domain of ") else None
        expression = text.removeprefix(f"{value}: ") if value else text
        try:
            found.append((text, expression_to_duckdb(expression, value if value and table.has_column(value) else None)))
        except DbarchError:
            continue
    return found


def _violations(engine: Engine, compiled: Compiled, condition: str) -> int:
    """Rows of a sample that break the condition, seen with the table's own types; a failing query counts as one."""
    typed = typed_select(engine, compiled, compiled.columns)
    try:
        return int(engine.execute(f"SELECT count(*) FROM ({typed}) AS typed WHERE NOT ({condition})").rows[0][0])
    except DbarchError:
        return 1


def typed_select(engine: Engine, compiled: Compiled, columns: Sequence[str]) -> str:
    """A SELECT of generated columns cast to the types that the table has in this DuckDB."""
    there = duckdb_name(compiled.table)
    sql = f"""SELECT column_name, data_type FROM duckdb_columns()
              WHERE lower(schema_name) = lower({text_literal(there.schema)})
                AND lower(table_name) = lower({text_literal(there.name)})"""
    types = {str(row[0]): str(row[1]) for row in engine.execute(sql).rows}
    if missing := [column for column in columns if column not in types]:
        raise InputError(
            f"DuckDB, in which its checks are tried, has no column {missing[0]}: does another name differ in case only?",
            where=f"table {compiled.table}",
            to_do="give it a name of its own in the copy that you generate rows for",
        )
    picked = ", ".join(f"CAST({quote(column)} AS {types[column]}) AS {quote(column)}" for column in columns)
    return f"SELECT {picked} FROM ({compiled.select}) AS s"


def _ways(compiler: Compiler, table: Table, columns: list[str]) -> Iterator[dict[str, ColumnProfile]]:
    """Ever more columns emptied or set to their default."""
    layout = compiler.plan.layouts[table.qname]
    fixed = {
        *layout.unique,
        *layout.digits,
        *layout.referenced,
        *(table.primary_key.columns if table.primary_key else ()),
    }
    single: list[dict[str, ColumnProfile]] = []
    for name in columns:
        column = table.column(name)
        if name in fixed or column.generated is not None:
            continue
        if column.nullable and compiler.plan.domains[table.qname][name].kind.nullable:
            single.append({name: ColumnProfile(name, "constant", (("value", None),), 1.0, "a check asks for it")})
        default = _constant(column.default)
        if default is not None and name not in layout.sources:
            single.append({name: ColumnProfile(name, "constant", (("value", default),), 0.0, "a check asks for it")})
    tries = 0
    for count in range(1, len(single) + 1):
        for chosen in combinations(single, count):
            tries += 1
            if tries > _MOST_TRIES:
                return
            merged: dict[str, ColumnProfile] = {}
            for each in chosen:
                merged |= each
            if len(merged) == count:
                yield merged


def _constant(default: str | None) -> str | None:
    """A default that is a literal."""
    if default is None:
        return None
    text = default.split("::")[0].strip()
    if text.startswith("'") and text.endswith("'"):
        return text[1:-1].replace("''", "'")
    return text if text.lower() in ("true", "false") or text.lstrip("-").replace(".", "", 1).isdigit() else None
