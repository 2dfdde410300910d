"""Tables and indexes of SQLite."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.objects import Trigger
from dbarch_widgets.model.schema import Column, ForeignKey, Index, IndexKey, PrimaryKey, QName, Table, Unique
from dbarch_widgets.sql.write.words import after_default, create_table, enclosed, events_of, is_generated, named, names

_TRUE = frozenset({"true", "1", "yes", "on", ""})


def at(name: QName) -> str:
    """The name, with the name of an attached database where it lies in one."""
    return named(name.name) if name.schema in ("", "main") else f"{named(name.schema)}.{named(name.name)}"


def table(one: Table) -> str:
    """CREATE TABLE with all constraints in it, as SQLite adds none later."""
    if one.kind == "foreign" and "module" in one.options:
        arguments = one.options.get("arguments") or ", ".join(named(column.name) for column in one.columns)
        return f"CREATE VIRTUAL TABLE {at(one.qname)} USING {named(one.options['module'])}({arguments})"
    counted = counted_column(one)
    lines = [_column(one, column, counted) for column in one.columns]
    options = ["WITHOUT ROWID"] if one.without_rowid else []
    options += ["STRICT"] if one.options.get("strict", "false").lower() in _TRUE else []
    tail = " " + ", ".join(options) if options else ""
    return create_table(f"CREATE TABLE {at(one.qname)}", [*lines, *_constraints(one, counted)], tail)


def counted_column(one: Table) -> str | None:
    """The column that AUTOINCREMENT can stand beside: the only one of the primary key, an identity, an INTEGER."""
    key = one.primary_key
    if key is None or len(key.columns) != 1 or not one.has_column(key.columns[0]) or one.without_rowid:
        return None
    column = one.column(key.columns[0])
    return column.name if column.identity and column.type.upper() == "INTEGER" else None


def _column(one: Table, column: Column, counted: str | None) -> str:
    parts = [named(column.name), column.type] if column.type else [named(column.name)]
    if column.name == counted and one.primary_key:
        name = _name(one, one.primary_key.name, None, "pkey")
        return " ".join(parts) + f" {name}PRIMARY KEY AUTOINCREMENT"
    if _counts_down(one, column):
        parts.append("PRIMARY KEY DESC")
    parts += [f"COLLATE {named(column.collation)}"] if column.collation else []
    parts += [] if column.nullable else ["NOT NULL"]
    if column.generated is not None:
        kind = (column.generated_kind or "virtual").upper()
        parts.append(f"GENERATED ALWAYS AS {enclosed(column.generated)} {kind}")
    elif column.default is not None:
        parts.append(f"DEFAULT {_default(column.default)}")
    return " ".join(parts)


def _counts_down(one: Table, column: Column) -> bool:
    """`INTEGER PRIMARY KEY DESC` is no alias of the rowid, and so it takes nulls, but only where it stands like this."""
    key = one.primary_key
    if key is None or key.columns != (column.name,) or column.type.upper() != "INTEGER":
        return False
    return one.options.get(f"keys of {key.name}", "").upper().endswith(" DESC")


def _default(expression: str) -> str:
    """A call wants parentheses here."""
    return enclosed(expression) if "(" in expression else after_default(expression)


def _constraints(one: Table, counted: str | None) -> Iterator[str]:
    down = any(_counts_down(one, column) for column in one.columns)
    if one.primary_key and counted is None and not down:
        name = _name(one, one.primary_key.name, None, "pkey")
        yield f"{name}PRIMARY KEY ({_columns(one, one.primary_key)})"
    for unique in one.unique:
        yield f"{_name(one, unique.name, unique.columns, 'key')}UNIQUE ({_columns(one, unique)})"
    for check in one.checks:
        yield f"CONSTRAINT {named(check.name)} CHECK {enclosed(check.expression)}"
    for key in one.foreign_keys:
        yield _foreign_key(one, key)


def _columns(one: Table, key: PrimaryKey | Unique) -> str:
    """The columns of a key; an option keeps their orders and collations where it has some."""
    return one.options.get(f"keys of {key.name}") or names(key.columns)


def _name(one: Table, name: str, columns: tuple[str, ...] | None, label: str) -> str:
    """`CONSTRAINT name `, or nothing where the name is the one that a constraint without one is given."""
    return "" if is_generated(name, one.name, columns, label) else f"CONSTRAINT {named(name)} "


def _foreign_key(one: Table, key: ForeignKey) -> str:
    text = f"{_name(one, key.name, key.columns, 'fkey')}FOREIGN KEY ({names(key.columns)}) REFERENCES {named(key.ref_table)}"
    text += f" ({names(key.ref_columns)})" if key.ref_columns else ""
    text += f" ON DELETE {key.on_delete.upper()}" if key.on_delete != "no action" else ""
    text += f" ON UPDATE {key.on_update.upper()}" if key.on_update != "no action" else ""
    if not key.deferrable:
        return text
    return text + (" DEFERRABLE INITIALLY DEFERRED" if key.initially_deferred else " DEFERRABLE")


def index(one: Table, each: Index) -> str:
    place = "" if one.schema in ("", "main") else f"{named(one.schema)}."
    text = f"CREATE {'UNIQUE ' if each.unique else ''}INDEX {place}{named(each.name)} ON {named(one.name)}"
    text += f" ({', '.join(_key(key) for key in each.keys)})"
    return text + (f" WHERE {each.where}" if each.where is not None else "")


def _key(key: IndexKey) -> str:
    text = named(key.column) if key.column is not None else f"{key.expression}"
    text += "\n" if "--" in text else ""
    text += f" COLLATE {named(key.collation)}" if key.collation else ""
    return text + (" DESC" if key.order == "desc" else "")


def trigger(one: Table, each: Trigger) -> str | None:
    """CREATE TRIGGER; None where the model has no code for it."""
    if each.body is None:
        return None
    events = " OR ".join(events_of(each))
    text = f"CREATE TRIGGER {named(each.name)} {each.timing.upper()} {events} ON {named(one.name)} FOR EACH ROW"
    return text + (f" WHEN {each.when}" if each.when is not None else "") + f"\n{each.body}"
