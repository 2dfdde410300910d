"""Table that takes any type.

Symptom: Tables of a SQLite database are not STRICT.

Why it matters: Without STRICT a column's type is a wish: `'twelve'` goes into an INTEGER column, sorts after all numbers and
counts as 0 in a sum. The mistake is found by the report, months after the write.

When it is fine: Databases that must be read by SQLite before 3.37 (2021), and columns that are meant to hold anything (ANY).

How to fix: STRICT at the end of CREATE TABLE. A table that exists has to be made anew and its rows copied; the copy fails at
the first row of a wrong type, which is what one wants to know.

Source: SQLite documentation, STRICT Tables; SQLite documentation, Flexible Typing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.sqlite_rebuild import rebuild
from dbarch_widgets.rules.words import and_list, count_of

_STRICT_TYPES = frozenset(("INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"))


def check(context: Context) -> Iterator[Finding]:
    """One finding for the schema; for each table only when there are few of them."""
    loose = [table for table in context.source.base_tables if table.kind == "table" and _is_loose(table)]
    loose = [table for table in loose if table.qname in {own.qname for own in context.designed}]
    if len(loose) > 3:
        yield RULE.finding(
            f"{count_of(len(loose), 'table')} ({and_list((str(table.qname) for table in loose), at_most=3)}) "
            f"are not STRICT: SQLite stores text in their number columns without a word",
            object="tables",
            file=loose[0].file,
        )
        return
    for table in loose:
        numbers = _open_numbers(table)
        sql = rebuild(context, table, _strict(table))
        yield RULE.finding(
            f"{table.qname} is not STRICT: SQLite stores text in {and_list(numbers, at_most=3)} without a word",
            table=table,
            fix=Fix(sql, note="Makes the table anew; the copy fails at the first row of a wrong type.")
            if sql
            else None,
        )


def _is_loose(table: Table) -> bool:
    return not table.options.get("strict") and bool(_open_numbers(table))


def _open_numbers(table: Table) -> list[str]:
    """The number columns that take text; an INTEGER PRIMARY KEY takes integers only in any case."""
    key = table.primary_key.columns if table.primary_key else ()
    return [
        column.name
        for column in table.columns
        if affinity(column.type) in ("INTEGER", "REAL", "NUMERIC")
        and not ((column.name,) == key and column.type.upper() == "INTEGER")
    ]


def _strict(table: Table) -> Table:
    columns = tuple(replace(column, type=_strict_type(column)) for column in table.columns)
    return replace(table, columns=columns, options={**table.options, "strict": "true"})


def _strict_type(column: Column) -> str:
    if column.type.upper() in _STRICT_TYPES:
        return column.type
    found = affinity(column.type)
    # A name such as DATE or DECIMAL has the affinity of numbers, and may hold text all the same.
    return "ANY" if found == "NUMERIC" else found


def affinity(declared: str) -> str:
    """The affinity that SQLite takes from a declared type (its documentation, section 3.1)."""
    upper = declared.upper()
    if "INT" in upper:
        return "INTEGER"
    if any(part in upper for part in ("CHAR", "CLOB", "TEXT")):
        return "TEXT"
    if not upper or "BLOB" in upper:
        return "BLOB"
    return "REAL" if any(part in upper for part in ("REAL", "FLOA", "DOUB")) else "NUMERIC"


RULE = Rule(
    name="table-not-strict",
    area="edge",
    severity="low",
    confidence="likely",
    summary="A SQLite table is not STRICT, so that its columns take values of any type",
    check=check,
    only_for=("sqlite",),
    fix_dialect="sqlite",
)
