"""One table out of the rows of the PRAGMAs and the parts of its CREATE TABLE."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Literal

from dbarch_widgets.importers.sqlite.declared import Declared, DeclaredKey, Unread
from dbarch_widgets.importers.sqlite.names import Names
from dbarch_widgets.importers.sqlite.objects import read_index
from dbarch_widgets.importers.sqlite.places import Place
from dbarch_widgets.importers.sqlite.tokens import fold, normal, tokens, unquote
from dbarch_widgets.model.schema import Action, Check, Column, ForeignKey, Index, IndexKey, PrimaryKey, Table, Unique
from dbarch_widgets.sql.names import text_literal

Rows = list[tuple[Any, ...]]

_ACTIONS: Mapping[str, Action] = {
    "NO ACTION": "no action",
    "RESTRICT": "restrict",
    "CASCADE": "cascade",
    "SET NULL": "set null",
    "SET DEFAULT": "set default",
}
_GENERATED: Mapping[int, Literal["virtual", "stored"]] = {2: "virtual", 3: "stored"}
_HIDDEN = 1
_CONSTANTS = frozenset({"TRUE", "FALSE", "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"})


@dataclass(frozen=True)
class Parts:
    """The rows of `catalog_sql` of one table without its name, and what its text says."""

    sql: str = ""
    declared: Declared = field(default_factory=Declared)
    place: Place | None = None
    columns: Rows = field(default_factory=list)
    indexes: Rows = field(default_factory=list)
    references: Rows = field(default_factory=list)
    index_sql: Mapping[str, str] = field(default_factory=dict)
    index_place: Callable[[str], Place | None] = lambda _: None

    def line(self, offset: int) -> int | None:
        return self.place.at(self.sql, offset) if self.place else None


def build_table(table: Table, parts: Parts, names: Names) -> tuple[Table, list[str]]:
    """The table with its columns, keys, checks and indexes, and what of its text did not fit the PRAGMAs."""
    reasons: list[str] = []
    keys = [tuple(group) for _, group in groupby(parts.indexes, key=lambda row: row[0])]
    by_origin = {origin: [rows for rows in keys if rows[0][2] == origin] for origin in ("pk", "u", "c")}
    key_columns = [row[0] for row in sorted(parts.columns, key=lambda row: int(row[4])) if row[4]]
    alias = _rowid_alias(table, parts, key_columns, indexed=bool(by_origin["pk"]))
    conflicts = [
        f"{column.name} not null: {column.not_null_conflict.lower()}"
        for column in parts.declared.columns.values()
        if column.not_null_conflict
    ]
    options = dict(table.options)
    primary = _primary_key(key_columns, parts, names, options, conflicts)
    unique = _unique(by_origin["u"], parts, names, options, conflicts, reasons)
    checks = _checks(parts, names, conflicts)
    references = _references(parts, names, reasons)
    indexes = tuple(_index(rows, parts, reasons) for rows in by_origin["c"])
    if conflicts:
        options["on_conflict"] = ", ".join(conflicts)
    built = replace(
        table,
        columns=tuple(_column(row, parts, alias) for row in parts.columns if row[5] != _HIDDEN),
        options=options,
        primary_key=primary,
        unique=unique,
        checks=checks,
        foreign_keys=references,
        indexes=indexes,
    )
    return built, reasons


def _rowid_alias(table: Table, parts: Parts, key: Sequence[str], *, indexed: bool) -> str | None:
    """The column that is only another name of the rowid: an INTEGER PRIMARY KEY that needs no index of its own.

    SQLite gives it a number when a row leaves it out or sets it to NULL, so it never holds one. Other columns of a
    primary key may hold NULL in SQLite, against the standard, but for STRICT and WITHOUT ROWID tables: the catalog says.
    """
    if len(key) != 1 or indexed or table.without_rowid or table.kind != "table":
        return None
    kind = next(row[1] for row in parts.columns if row[0] == key[0])
    return key[0] if kind.upper() == "INTEGER" else None


def _column(row: tuple[Any, ...], parts: Parts, alias: str | None) -> Column:
    name, kind, not_null, default, _, hidden = row
    declared = parts.declared.columns.get(fold(name))
    return Column(
        name,
        normal(kind),
        nullable=not (not_null or name == alias),
        default=default_text(default) if hidden not in _GENERATED else None,
        identity="by default" if declared and declared.autoincrement else None,
        generated=declared.generated if declared else None,
        generated_kind=_GENERATED.get(hidden),
        collation=declared.collation if declared and fold(declared.collation or "binary") != "binary" else None,
        line=parts.line(declared.at) if declared else None,
    )


def default_text(text: str | None) -> str | None:
    """A default as SQL: SQLite takes a bare or double-quoted name for a string; NULL is no default."""
    if text is None or text.upper() == "NULL":
        return None
    items = tokens(text)
    if len(items) == 1 and (items[0].kind == "name" or (items[0].upper and items[0].upper not in _CONSTANTS)):
        return text_literal(unquote(items[0]))
    return normal(text)


def _note_key(key: DeclaredKey, name: str, options: dict[str, str], conflicts: list[str]) -> None:
    if key.keys:
        options[f"keys of {name}"] = key.keys
    if key.conflict:
        conflicts.append(f"{name}: {key.conflict.lower()}")


def _primary_key(
    columns: list[str], parts: Parts, names: Names, options: dict[str, str], conflicts: list[str]
) -> PrimaryKey | None:
    if not columns:
        return None
    declared = parts.declared.primary_key
    name = (declared.name if declared else None) or names.key((), "pkey")
    if declared:
        _note_key(declared, name, options, conflicts)
    return PrimaryKey(name, tuple(columns), line=parts.line(declared.at) if declared else None)


def _unique(
    found: list[tuple[tuple[Any, ...], ...]],
    parts: Parts,
    names: Names,
    options: dict[str, str],
    conflicts: list[str],
    reasons: list[str],
) -> tuple[Unique, ...]:
    """One for each index that SQLite made; it makes none for a UNIQUE that says the same as another or as the key."""
    left = {rows[0][0]: tuple(str(row[5]) for row in rows) for rows in found}
    made = []
    for key in parts.declared.unique:
        wanted = tuple(map(fold, key.columns))
        index = next((name for name, columns in left.items() if tuple(map(fold, columns)) == wanted), None)
        if index is None:
            continue
        columns = left.pop(index)
        name = key.name or names.key(columns, "key")
        _note_key(key, name, options, conflicts)
        made.append(Unique(name, columns, line=parts.line(key.at)))
    for columns in left.values():
        made.append(Unique(names.key(columns, "key"), columns))
        reasons.append(f"the UNIQUE ({', '.join(columns)}) was not found in its text: its name is not known")
    return tuple(made)


def _checks(parts: Parts, names: Names, conflicts: list[str]) -> tuple[Check, ...]:
    made = []
    for check in parts.declared.checks:
        name = check.name or names.constraint(check.columns if len(check.columns) == 1 else (), "check")
        if check.conflict:
            conflicts.append(f"{name}: {check.conflict.lower()}")
        made.append(Check(name, check.expression, line=parts.line(check.at)))
    return tuple(made)


def _references(parts: Parts, names: Names, reasons: list[str]) -> tuple[ForeignKey, ...]:
    groups = [tuple(group) for _, group in groupby(parts.references, key=lambda row: row[0])]
    declared = parts.declared.references
    matches = len(declared) == len(groups) and all(
        tuple(map(fold, one.columns)) == tuple(fold(row[2]) for row in rows)
        for one, rows in zip(declared, groups, strict=True)
    )
    if not matches:
        reasons.append("its foreign keys were not found in its text: their names and whether they wait are not known")
    made = []
    for at, rows in enumerate(groups):
        text = declared[at] if matches else None
        _, table, _, to, on_update, on_delete = rows[0]
        columns = tuple(str(row[2]) for row in rows)
        key = ForeignKey(
            (text.name if text else None) or names.constraint(columns, "fkey"),
            columns,
            "",
            str(table),
            () if to is None else tuple(str(row[3]) for row in rows),
            on_delete=_ACTIONS[on_delete.upper()],
            on_update=_ACTIONS[on_update.upper()],
            deferrable=text.deferrable if text else False,
            initially_deferred=text.deferred if text else False,
            line=parts.line(text.at) if text else None,
        )
        made.append(key)
    return tuple(made)


def _index(rows: tuple[tuple[Any, ...], ...], parts: Parts, reasons: list[str]) -> Index:
    name, unique, _, partial = rows[0][:4]
    place = parts.index_place(name)
    try:
        text = read_index(parts.index_sql.get(name, ""))
        expressions, where = text.keys, text.where
    except Unread as error:
        expressions, where = (), None
        if partial or any(row[5] is None for row in rows):
            reasons.append(f"the expressions of index {name!r} could not be read: {error}")
    keys = []
    for at, (*_, column, descending, collation) in enumerate(rows):
        expression = expressions[at] if column is None and at < len(expressions) else None
        own = parts.declared.columns.get(fold(column)) if column else None
        usual = fold((own.collation if own else None) or "binary")
        keys.append(
            IndexKey(
                column=column,
                expression=expression if column is None else None,
                collation=None if fold(collation or "binary") == usual else collation,
                order="desc" if descending else "asc",
            )
        )
    return Index(
        name,
        tuple(keys),
        unique=bool(unique),
        where=where,
        file=place.file if place else None,
        line=place.line if place else None,
    )
