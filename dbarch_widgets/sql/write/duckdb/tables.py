"""Tables and indexes of DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from dbarch_widgets.model.schema import Column, Index, IndexKey, QName, Table
from dbarch_widgets.sql.write.words import after_default, create_table, enclosed, is_generated, named, names


def at(name: QName) -> str:
    return named(name.name) if name.schema in ("", "main") else f"{named(name.schema)}.{named(name.name)}"


def table(
    one: Table, broken: Collection[tuple[QName, str]] = (), types: Callable[[str], str] = lambda printed: printed
) -> str:
    """CREATE TABLE without the foreign keys in `broken`, pairs of table and name."""
    lines = [_column(column, types) for column in one.columns]
    return create_table(f"CREATE TABLE {at(one.qname)}", [*lines, *_constraints(one, broken)])


def _column(column: Column, types: Callable[[str], str]) -> str:
    parts = [named(column.name), types(column.type)]
    if column.generated is not None:  # DuckDB takes neither NOT NULL nor a default beside it
        return " ".join([*parts, f"GENERATED ALWAYS AS {enclosed(_uncast(column.generated, column.type))}"])
    parts += [f"COLLATE {named(column.collation)}"] if column.collation else []
    parts += [f"DEFAULT {after_default(column.default)}"] if column.default is not None else []
    return " ".join([*parts, *([] if column.nullable else ["NOT NULL"])])


def _uncast(expression: str, kind: str) -> str:
    """The expression without the cast to the column's type that DuckDB puts around it each time."""
    head, rest, depth = expression[:5], expression[5:], 1
    if head != "CAST(":
        return expression
    for at_, letter in enumerate(rest):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            inner, _, cast = rest[:at_].rpartition(" AS ")
            whole = at_ == len(rest) - 1 and cast.replace(" ", "") == kind.replace(" ", "") and inner
            return inner if whole else expression
    return expression


def _constraints(one: Table, broken: Collection[tuple[QName, str]]) -> Iterator[str]:
    if one.primary_key:
        yield f"{_name(one, one.primary_key.name, None, 'pkey')}PRIMARY KEY ({names(one.primary_key.columns)})"
    for unique in one.unique:
        yield f"{_name(one, unique.name, unique.columns, 'key')}UNIQUE ({names(unique.columns)})"
    for check in one.checks:
        yield f"CONSTRAINT {named(check.name)} CHECK {enclosed(check.expression)}"
    for key in one.foreign_keys:
        if (one.qname, key.name) not in broken:
            target = f" ({names(key.ref_columns)})" if key.ref_columns else ""
            head = f"{_name(one, key.name, key.columns, 'fkey')}FOREIGN KEY ({names(key.columns)})"
            yield f"{head} REFERENCES {at(key.target)}{target}"


def _name(one: Table, name: str, columns: tuple[str, ...] | None, label: str) -> str:
    return "" if is_generated(name, one.name, columns, label) else f"CONSTRAINT {named(name)} "


def index(one: Table, each: Index) -> str:
    keys = ", ".join(_key(key) for key in each.keys)
    return f"CREATE {'UNIQUE ' if each.unique else ''}INDEX {named(each.name)} ON {at(one.qname)} ({keys})"


def _key(key: IndexKey) -> str:
    return named(key.column) if key.column is not None else enclosed(key.expression or "")
