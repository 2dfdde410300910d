"""A profile that somebody wrote, or a database told, laid over the default one: what it leaves out keeps its default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.profile import ColumnProfile, Profile, TableProfile
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.profile import default_profile

# A small table of codes stays what it is when everything else is made smaller.
_FEW = 20


def completed(
    schema: Schema,
    given: Profile | None = None,
    rows: Mapping[str, int] | None = None,
    scale: float = 1.0,
    intake: Intake | None = None,
) -> Profile:
    """A profile with a generator for every column.

    A given column that names no generator keeps the default one, with the given settings over the default's. A column that
    stands as the default profile would have it for the given rows is made anew for the rows at this scale.

    Args:
        schema: what is to be filled.
        given: rows and columns that win over the default.
        rows: rows per table (`"schema.table"` or a name that occurs once); they win over everything.
        scale: multiplies the rows of `given` and of the default.
        intake: see `default_profile`.

    Raises:
        InputError: the scale is not over 0.
        UnknownName: `given` or `rows` name a table or column that is not there.
    """
    if given is None:
        return default_profile(schema, intake, rows, scale)
    if not scale > 0:
        raise InputError(f"the scale {scale} is not over 0")
    inside = in_public(schema)
    seen = _found(schema, inside, given)
    before = {_written(name): table.rows for name, table in seen.items()}
    scaled = {_written(name): _scaled(table.rows, scale) for name, table in seen.items()}
    asked = {_written(inside.table(name).qname): count for name, count in (rows or {}).items()}
    fresh = default_profile(inside, intake, {**scaled, **asked}, scale)
    usual = fresh if scale == 1 and not asked else default_profile(inside, intake, before)
    tables = tuple(_laid_over(inside, table, usual, seen.get(table.table)) for table in fresh.tables)
    return replace(fresh, tables=tables, notes=tuple(dict.fromkeys((*given.notes, *_kept(fresh.notes, seen)))))


def _found(schema: Schema, inside: Schema, given: Profile) -> dict[QName, TableProfile]:
    """The given tables by their name in the schema as generators see it."""
    places = {old.qname: new.qname for old, new in zip(schema.tables, inside.tables, strict=True)}
    found = {}
    for table in given.tables:
        owner = inside.find(places.get(table.table, table.table))
        if owner is None:
            known = [str(each.qname) for each in inside.tables]
            raise UnknownName("table", str(table.table), known, where="the profile")
        for column in table.columns:
            if not owner.has_column(column.column):
                raise UnknownName("column", column.column, owner.column_names, where=f"profile of {table.table}")
        if owner.kind != "partition":  # the rows of a partition are those of its root
            found[owner.qname] = table
    return found


def _written(name: QName) -> str:
    return f"{name.schema}.{name.name}"


def _scaled(rows: int, scale: float) -> int:
    return rows if scale == 1 else max(min(rows, _FEW), round(rows * scale))


def _kept(notes: tuple[str, ...], seen: Mapping[QName, TableProfile]) -> list[str]:
    """The default's notes, but for "… rows, as asked", which says what the profile says already."""
    said = {f"{name}: " for name in seen}
    return [note for note in notes if not (note.endswith("as asked") and any(map(note.startswith, said)))]


def _laid_over(schema: Schema, fresh: TableProfile, usual: Profile, given: TableProfile | None) -> TableProfile:
    owner = schema.find(fresh.table)
    if given is None or owner is None:
        return fresh
    before = {column.column: column for column in usual.table(fresh.table).columns}
    wanted = {column.column: column for column in given.columns}
    columns = tuple(
        _column(owner, column, before.get(column.column), wanted.get(column.column)) for column in fresh.columns
    )
    return replace(fresh, columns=columns, bytes=given.bytes, notes=tuple(dict.fromkeys((*given.notes, *fresh.notes))))


def _column(
    owner: Table, fresh: ColumnProfile, usual: ColumnProfile | None, given: ColumnProfile | None
) -> ColumnProfile:
    if given is None:
        return fresh
    nulls = given.null_fraction if owner.column(fresh.column).nullable else 0.0
    told = replace(fresh, null_fraction=nulls, distinct=given.distinct, frequencies=given.frequencies)
    if usual is not None and given.generator == usual.generator and dict(given.settings) in ({}, dict(usual.settings)):
        return told
    if not given.generator:
        return replace(told, settings=tuple(sorted({**dict(fresh.settings), **dict(given.settings)}.items())))
    return replace(told, generator=given.generator, settings=given.settings, why=given.why or "as the profile says")
