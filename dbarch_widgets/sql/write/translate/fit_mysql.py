"""MySQL's limits: keys over long texts, rows of 65,535 bytes, types of foreign keys, checks that it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from dbarch_widgets.model.schema import Column, Index, IndexKey, QName, Schema, Table
from dbarch_widgets.sql.write.base import Loss
from dbarch_widgets.sql.write.order import words_of

# The loss names the place within the table, as `.column` or `: constraint …`.
Tell = Callable[[Loss, Table], None]
Lose = Callable[[Loss], None]

KEY_BYTES = 3072
ROW_BYTES = 65000
WIDTH = 255  # characters of a text that is part of a key
_LONG = {"longtext": "varchar", "longblob": "varbinary"}
_SIZED = re.compile(r"(varchar|char|varbinary)\((\d+)\)\Z")
_FAMILY = re.compile(r"\w+")


def fit(schema: Schema, lose: Lose, labels: Mapping[QName, str]) -> Schema:
    """The schema, already in MySQL's words, so that InnoDB takes it; `labels` are the tables' names in the source."""

    def tell(loss: Loss, table: Table) -> None:
        lose(replace(loss, object=labels[table.qname] + loss.object))

    schema = replace(schema, tables=tuple(_generated(table, tell) for table in schema.tables))
    in_keys = _in_keys(schema)
    tables = [_short_texts(table, in_keys.get(table.qname, {}), tell) for table in schema.tables]
    tables = [_short_rows(table, in_keys.get(table.qname, {}), tell) for table in tables]
    tables = [_keys(table, tell) for table in tables]
    by_name = {table.qname: table for table in tables}
    tables = [_foreign_keys(table, by_name, tell) for table in tables]
    return replace(schema, tables=tuple(_checks(table, tell) for table in tables))


def _generated(table: Table, tell: Tell) -> Table:
    """A generated column may not read an AUTO_INCREMENT one."""
    counted = {column.name for column in table.columns if column.identity}
    columns = []
    for column in table.columns:
        if counted and column.generated is not None and words_of(column.generated) & counted:
            why = "MySQL generates no value from an AUTO_INCREMENT column"
            loss = Loss(f".{column.name}", "generated value", why, "an ordinary column", column.generated)
            tell(loss, table)
            columns.append(replace(column, generated=None, generated_kind=None, nullable=True))
        else:
            columns.append(column)
    return replace(table, columns=tuple(columns))


def _in_keys(schema: Schema) -> dict[QName, dict[str, int]]:
    """The columns of keys, unique sets and foreign keys, with the number of columns of the longest such key."""
    found: dict[QName, dict[str, int]] = {}

    def add(name: QName, columns: tuple[str, ...]) -> None:
        for column in columns:
            here = found.setdefault(name, {})
            here[column] = max(here.get(column, 0), len(columns))

    for table in schema.tables:
        for columns in table.keys():  # noqa: SIM118
            add(table.qname, columns)
        for key in table.foreign_keys:
            add(table.qname, key.columns)
            add(key.target, key.ref_columns)
    return found


def _short_texts(table: Table, in_keys: dict[str, int], tell: Tell) -> Table:
    """Long texts in keys become texts of limited length: a unique prefix would mean something else."""

    def short(column: Column) -> Column:
        if column.type not in _LONG or column.name not in in_keys:
            return column
        width = min(WIDTH, KEY_BYTES // 4 // in_keys[column.name])
        new = f"{_LONG[column.type]}({width})"
        reason = "MySQL puts no text without a limit into a key"
        tell(Loss(f".{column.name}", f"type {column.type}", reason, f"type {new}"), table)
        return replace(column, type=new)

    return replace(table, columns=tuple(short(column) for column in table.columns))


def _short_rows(table: Table, in_keys: dict[str, int], tell: Tell) -> Table:
    """The longest texts leave the row until it fits."""
    sizes = {column.name: _bytes(column.type) for column in table.columns}
    columns = {column.name: column for column in table.columns}
    for name in sorted(sizes, key=lambda each: -sizes[each]):
        if sum(sizes.values()) <= ROW_BYTES:
            break
        if columns[name].type.startswith("varchar") and name not in in_keys:
            reason = "a row has at most 65,535 bytes"
            tell(Loss(f".{name}", f"type {columns[name].type}", reason, "type longtext"), table)
            columns[name], sizes[name] = replace(columns[name], type="longtext"), 12
    return replace(table, columns=tuple(columns.values()))


def _bytes(kind: str) -> int:
    match = _SIZED.match(kind)
    if match is None:
        return 12
    return int(match[2]) * (1 if match[1] == "varbinary" else 4)


def _keys(table: Table, tell: Tell) -> Table:
    """Keys of more bytes than InnoDB takes are left out, indexes get a prefix."""
    types = {column.name: column.type for column in table.columns}

    def reason(columns: tuple[str, ...]) -> str | None:
        if any(types[name] == "json" or types[name] in _LONG for name in columns):
            return "MySQL has no key over such a type"
        too_long = sum(_bytes(types[name]) for name in columns) > KEY_BYTES
        return f"a key has at most {KEY_BYTES} bytes" if too_long else None

    if table.primary_key and (why := reason(table.primary_key.columns)):
        tell(Loss(f": primary key {table.primary_key.name}", "primary key", why), table)
        table = replace(table, primary_key=None)
    unique = []
    for key in table.unique:
        if why := reason(key.columns):
            tell(Loss(f": unique {key.name}", "unique", why), table)
        else:
            unique.append(key)
    return replace(table, unique=tuple(unique), indexes=tuple(_indexes(table, types, reason, tell)))


def _indexes(
    table: Table, types: dict[str, str], reason: Callable[[tuple[str, ...]], str | None], tell: Tell
) -> Iterator[Index]:
    for index in table.indexes:
        where = f": index {index.name}"
        columns = tuple(name for name in index.columns if name)
        if index.method in ("fulltext", "spatial") or (why := reason(columns)) is None:
            yield index
            continue
        if index.unique or any(types[name] == "json" for name in columns):
            tell(Loss(where, "index", why), table)
            continue
        most = min(WIDTH, KEY_BYTES // 4 // len(columns))
        keys = tuple(_prefixed(key, types, most) for key in index.keys)
        tell(Loss(where, "whole texts as keys", why, f"the first {most} characters"), table)
        yield replace(index, keys=keys)


def _prefixed(key: IndexKey, types: dict[str, str], most: int) -> IndexKey:
    kind = types.get(key.column or "", "")
    long = kind in _LONG or _bytes(kind) > most * 4
    return replace(key, length=most) if long and not key.length else key


def _foreign_keys(table: Table, tables: dict[QName, Table], tell: Tell) -> Table:
    """InnoDB wants the same type on both sides, and a key that begins with the columns that are pointed at."""
    kept = []
    for key in table.foreign_keys:
        target = tables[key.target]
        pairs = [
            (table.column(a).type, target.column(b).type) for a, b in zip(key.columns, key.ref_columns, strict=True)
        ]
        odd = next((pair for pair in pairs if not _alike(*pair)), None)
        where = f": foreign key {key.name}"
        if odd:
            why = f"InnoDB wants the same type on both sides, and here are {odd[0]} and {odd[1]}"
            tell(Loss(where, "foreign key", why), table)
        elif not _leads(target, key.ref_columns):
            tell(Loss(where, "foreign key", f"the key of {target.qname} that it points at is left out"), table)
        else:
            kept.append(key)
    return replace(table, foreign_keys=tuple(kept))


def _leads(target: Table, wanted: tuple[str, ...]) -> bool:
    """Whether a key of the table begins with those columns."""
    keys = target.keys()
    return any(columns[: len(wanted)] == wanted for columns in keys)


def _alike(one: str, other: str) -> bool:
    texts = ("varchar", "char")
    families = [match[0] if (match := _FAMILY.match(kind)) else kind for kind in (one, other)]
    if all(family in texts for family in families):
        return True
    if families[0] == families[1] == "enum":
        return True
    return one == other


def _checks(table: Table, tell: Tell) -> Table:
    counted = {
        column.name: "MySQL refuses a check on an AUTO_INCREMENT column" for column in table.columns if column.identity
    }
    acting = "MySQL refuses a check on a column that a foreign key changes"
    for key in table.foreign_keys:
        if (key.on_delete, key.on_update) != ("no action", "no action") and not {key.on_delete, key.on_update} <= {
            "no action",
            "restrict",
        }:
            changes_delete = key.on_delete in ("set null", "set default")
            if changes_delete or key.on_update not in ("no action", "restrict"):
                counted.update(dict.fromkeys(key.columns, acting))
    kept = []
    for check in table.checks:
        named = words_of(check.expression)
        why = next((reason for name, reason in counted.items() if name in named), None)
        if why:
            tell(Loss(f": check {check.name}", "check", why, definition=check.expression), table)
        else:
            kept.append(check)
    return replace(table, checks=tuple(kept))
