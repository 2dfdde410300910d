"""The names of MySQL's keys, and the indexes that it makes by itself behind foreign keys.

While a statement is read, a key without a name is called by a NUL and a number; `settle_keys` gives the names in the
order of the text, as `mysql_prepare_create_table` does. An index that the server made for a foreign key is dropped as
soon as another key begins with its columns; `table.own["generated"]` remembers which those are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import NamedTuple

from dbarch_widgets.importers.sqlglot_ddl import mysql_charsets as charsets
from dbarch_widgets.importers.sqlglot_ddl.draft import TableDraft
from dbarch_widgets.importers.sqlglot_ddl.mysql_columns import is_text
from dbarch_widgets.importers.sqlglot_ddl.mysql_expressions import canonical, quoted
from dbarch_widgets.importers.sqlglot_ddl.mysql_types import parts_of, whole
from dbarch_widgets.model.schema import Check, Column, ForeignKey, Index, IndexKey, Unique

_numbers = count(1)
_MOST_BYTES = {"innodb": 3072, "myisam": 1000, "aria": 2000, "memory": 3072}
# They read FOREIGN KEY, make the index behind it, and forget the key.
_WITHOUT_FOREIGN_KEYS = frozenset({"myisam", "memory", "aria", "csv", "archive", "blackhole", "mrg_myisam"})
_OLD_ROW_FORMATS = ("compact", "redundant")
_SIZED = ("char", "varchar", "binary", "varbinary")
_SPECIAL = ("fulltext", "spatial", "vector")


class _Key(NamedTuple):
    """A key of any kind: which index it is (0: none), and the columns with their lengths that it begins with."""

    place: int
    parts: tuple[tuple[str | None, int | None], ...]
    generated: bool


def generated_name(table: TableDraft, kind: str, columns: tuple[str, ...]) -> str:  # noqa: ARG001 - a Naming
    """`PRIMARY`, `orders_ibfk_1`, `CONSTRAINT_1`; for other keys a mark that `settle_keys` replaces."""
    if kind == "primary":
        return "PRIMARY"
    if kind == "check":
        taken = {check.name.lower() for check in table.checks}
        return next(name for n in count(1) if (name := f"CONSTRAINT_{n}").lower() not in taken)
    if kind == "foreign":
        name = f"{table.name}_ibfk_{_highest(table) + 1}"
        table.own.setdefault("unnamed", {})[name] = next(_numbers)
        return name
    return f"\0{next(_numbers)}"


def _highest(table: TableDraft) -> int:
    pattern = re.compile(re.escape(table.name) + r"_ibfk_(\d+)\Z", re.IGNORECASE)
    return max((int(hit[1]) for key in table.foreign_keys if (hit := pattern.match(key.name))), default=0)


def renamed_table(table: TableDraft, old: str) -> None:
    """The names that the server made of the table's name follow it."""
    stem = f"{old}_ibfk_"
    table.foreign_keys = [
        replace(key, name=f"{table.name}_ibfk_{key.name[len(stem) :]}") if key.name.startswith(stem) else key
        for key in table.foreign_keys
    ]
    table.own["keyed"] = {key.name.lower() for key in table.foreign_keys}


def settle_keys(table: TableDraft, collation: str | None) -> None:
    """Names for the keys of the last statement, and what the server does to keys on its own."""
    generated: set[str] = table.own.setdefault("generated", set())
    table.indexes = [_fitting(table, index, collation) for index in table.indexes]
    if table.primary_key:
        # Whatever name it is given.
        table.primary_key = replace(table.primary_key, name="PRIMARY")
    _primary_lengths(table, collation)
    _sort_out_uniques(table)
    generated &= {index.name for index in table.indexes}
    added = [_fitting(table, index, collation) for index in _behind_foreign_keys(table)]
    if generated or added:
        made = [index for index in table.indexes if index.name in generated] + added
        table.indexes += added
        kept = _without_covered(table, made)
        generated.clear()
        generated |= {index.name for index in kept}
    _name(table, generated)
    if without_foreign_keys(table):
        table.foreign_keys.clear()
    table.checks = [_settled_check(check) for check in table.checks]


def without_foreign_keys(table: TableDraft) -> bool:
    return table.options.get("engine", "").lower() in _WITHOUT_FOREIGN_KEYS


def _settled_check(check: Check) -> Check:
    expression = canonical(check.expression)
    return check if expression == check.expression else replace(check, expression=expression)


def _fitting(table: TableDraft, index: Index, collation: str | None) -> Index:
    """The index with the method that its engine has, and with keys that fit into it."""
    engine = table.options.get("engine", "innodb").lower()
    method = index.method
    ordered = method not in (*_SPECIAL, "hash")
    if method not in _SPECIAL:
        method = (method or "hash") if engine == "memory" else "btree"
    if not ordered or method == "hash":
        index = replace(index, keys=tuple(replace(key, order="asc") for key in index.keys))
    if method in _SPECIAL:
        keys = tuple(replace(key, length=None) if key.length else key for key in index.keys)
    else:
        most = _MOST_BYTES.get(engine, 3072)
        if engine == "innodb" and table.options.get("row_format") in _OLD_ROW_FORMATS:
            most = 767
        keys = tuple(_fitting_key(table, key, most, index.unique, collation) for key in index.keys)
        if index.unique and any(_too_long(table, key, most, collation) for key in keys):
            method, keys = "hash", tuple(replace(key, order="asc") for key in keys)
    if (method, keys) == (index.method, index.keys):
        return index
    return replace(index, method=method, keys=keys)


def _fitting_key(table: TableDraft, key: IndexKey, most: int, unique: bool, collation: str | None) -> IndexKey:
    """A length that is the whole column is none; a key that is too long is cut, unless it is unique."""
    if key.expression is not None:
        expression = canonical(key.expression)
        return key if expression == key.expression else replace(key, expression=expression)
    column = table.columns.get((key.column or "").lower())
    if column is None:
        return key
    name, args, _ = parts_of(column.type)
    size = whole(args[0]) if name in _SIZED and args else None
    text = size is not None or name.endswith(("text", "blob"))
    length = key.length if text and key.length != size else None
    wide = _bytes(column, collation)
    long = length or size or (1 << 31 if name.endswith(("text", "blob")) else None)
    if not unique and long is not None and long * wide > most:
        length = min(most // wide, 255) if name.startswith("tiny") else most // wide
    return key if length == key.length else replace(key, length=length)


def _too_long(table: TableDraft, key: IndexKey, most: int, collation: str | None) -> bool:
    """MariaDB keeps a unique key that does not fit into an index as a hash of the values."""
    column = table.columns.get((key.column or "").lower())
    if column is None:
        return False
    name, args, _ = parts_of(column.type)
    if name.endswith(("text", "blob")) and key.length is None:
        return True
    size = key.length or (whole(args[0]) if args and name in _SIZED else 0)
    return size * _bytes(column, collation) > most


def _bytes(column: Column, collation: str | None) -> int:
    if not is_text(column):
        return 1
    return charsets.bytes_of(charsets.charset_of(column.collation or collation or charsets.ASSUMED))


def _primary_lengths(table: TableDraft, collation: str | None) -> None:
    """PrimaryKey has no lengths; those that cut a column are an option of the table."""
    lengths = table.own.pop("primary_lengths", None)
    if table.primary_key is None:
        table.options.pop("primary_key_lengths", None)
    elif lengths:
        keys = [IndexKey(name, length=length) for name, length in zip(table.primary_key.columns, lengths, strict=True)]
        keys = [_fitting_key(table, key, 0, True, collation) for key in keys]
        if any(key.length for key in keys):
            table.options["primary_key_lengths"] = lengths_of(keys)


def lengths_of(keys: Iterable[IndexKey]) -> str:
    """`a(10),b`."""
    return ",".join(f"{quoted(key.column or '')}{f'({key.length})' if key.length else ''}" for key in keys)


def _sort_out_uniques(table: TableDraft) -> None:
    """A unique index with nothing but columns is a unique key."""
    kept: list[Index] = []
    for index in table.indexes:
        plain = all(key.column and key.length is None and key.order == "asc" for key in index.keys)
        if index.unique and plain and index.valid and index.comment is None:
            columns = tuple(key.column for key in index.keys if key.column)
            table.unique.append(Unique(index.name, columns, line=index.line))
        else:
            kept.append(index)
    table.indexes = kept


def _behind_foreign_keys(table: TableDraft) -> list[Index]:
    """An index for each foreign key of the last statement."""
    known: set[str] = table.own.setdefault("keyed", set())
    unnamed: dict[str, int] = table.own.get("unnamed", {})
    found = []
    for key in table.foreign_keys:
        if key.name.lower() not in known:
            known.add(key.name.lower())
            found.append(_behind(key, unnamed.get(key.name)))
    known &= {key.name.lower() for key in table.foreign_keys}
    return found


def _behind(key: ForeignKey, number: int | None) -> Index:
    name = key.name if number is None else f"\0{number}"
    return Index(name, tuple(IndexKey(column) for column in key.columns), "", line=key.line)


def _without_covered(table: TableDraft, made: list[Index]) -> list[Index]:
    """Of a generated index and another key that begins with its columns only the other stays; the generated that stay.

    They are told by identity: a dump states an index under the name that the server would give the generated one.
    """
    generated = {id(index) for index in made}
    keys = [_Key(0, _parts(table.primary_key.columns), False)] if table.primary_key else []
    keys += [_Key(0, _parts(unique.columns), False) for unique in table.unique]
    keys += [
        _Key(id(index), tuple((key.column, key.length) for key in index.keys), id(index) in generated)
        for index in table.indexes
        if index.method not in _SPECIAL
    ]
    gone: set[int] = set()
    for place, key in enumerate(keys):
        if not key.generated:
            continue
        for other_place, other in enumerate(keys):
            covers = other.parts[: len(key.parts)] == key.parts and other_place != place
            longer = not other.generated or len(other.parts) > len(key.parts) or other_place > place
            if covers and longer and other.place not in gone:
                gone.add(key.place)
                break
    table.indexes = [index for index in table.indexes if id(index) not in gone]
    return [index for index in made if id(index) not in gone]


def _parts(columns: Iterable[str]) -> tuple[tuple[str | None, int | None], ...]:
    return tuple((column, None) for column in columns)


def _is_mark(name: str) -> bool:
    return name.startswith("\0") and name[1:].isdecimal()


def _name(table: TableDraft, generated: set[str]) -> None:
    """Names in place of the marks: the first column's, with a number where that is taken."""
    taken = {"primary"} | {
        name.lower()
        for name in (*(each.name for each in table.unique), *(each.name for each in table.indexes))
        if not _is_mark(name)
    }
    marks: dict[str, str | None] = {unique.name: next(iter(unique.columns), None) for unique in table.unique}
    marks |= {index.name: next((key.column for key in index.keys), None) for index in table.indexes}
    names: dict[str, str] = {}
    for mark in sorted((mark for mark in marks if _is_mark(mark)), key=lambda mark: int(mark[1:])):
        first = marks[mark] or "functional_index"  # MySQL's name where the first key is an expression
        name = next(name for n in count(1) if (name := f"{first}_{n}" if n > 1 else first).lower() not in taken)
        taken.add(name.lower())
        names[mark] = name
    if names:
        table.unique = [replace(unique, name=names.get(unique.name, unique.name)) for unique in table.unique]
        table.indexes = [replace(index, name=names.get(index.name, index.name)) for index in table.indexes]
        renamed = {names.get(name, name) for name in generated}
        generated.clear()
        generated |= renamed
