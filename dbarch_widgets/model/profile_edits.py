"""Changes to a Profile: a new one comes back, and names that are not there are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.profile import ColumnProfile, Profile, TableProfile

_NONE: Mapping[str, int] = MappingProxyType({})


def edit_profile(
    profile: Profile,
    rows: Mapping[str, int] | None = None,
    nulls: Mapping[str, float] | None = None,
    generators: Mapping[str, str] | None = None,
) -> Profile:
    """A profile with other rows, shares of nulls and generators.

        edit_profile(profile, rows={"orders": 5_000}, nulls={"orders.note": 0.2}, generators={"orders.note": "title"})

    Args:
        profile: stays as it is.
        rows: by table, as `str(table.table)` names it.
        nulls: 0 to 1, by `table.column`.
        generators: by `table.column`; another generator has its usual settings, "" is the default one.

    Raises:
        UnknownName: a table or column is not in the profile.
        InputError: a number of rows is negative, or a share is not between 0 and 1.
    """
    rows, nulls, generators = rows or {}, nulls or {}, generators or {}
    tables = {str(table.table) for table in profile.tables}
    columns = {f"{table.table}.{column.column}" for table in profile.tables for column in table.columns}
    for kind, names, known in (("table", rows, tables), ("column", {**nulls, **generators}, columns)):
        for name in names:
            if name not in known:
                raise UnknownName(kind, name, known, where="the profile")
    for name, count in rows.items():
        if count < 0:
            raise InputError(f"{count} rows are negative", where=f"profile of {name}")
    for name, share in nulls.items():
        if not 0 <= share <= 1:
            raise InputError(f"the share of nulls {share} is not between 0 and 1", where=f"profile of {name}")
    return replace(profile, tables=tuple(_table(table, rows, nulls, generators) for table in profile.tables))


def _table(
    table: TableProfile, rows: Mapping[str, int], nulls: Mapping[str, float], generators: Mapping[str, str]
) -> TableProfile:
    name = str(table.table)
    columns = tuple(_column(f"{name}.{column.column}", column, nulls, generators) for column in table.columns)
    return replace(table, rows=rows.get(name, table.rows), columns=columns)


def _column(
    name: str, column: ColumnProfile, nulls: Mapping[str, float], generators: Mapping[str, str]
) -> ColumnProfile:
    column = replace(column, null_fraction=nulls.get(name, column.null_fraction))
    if generators.get(name, column.generator) == column.generator:
        return column
    return replace(column, generator=generators[name], settings=(), why="chosen by hand")


@dataclass(frozen=True)
class ProfileEdits:
    """What was changed by hand, as plain values: `edit_profile(profile, **edits.arguments)` does it again."""

    rows: Mapping[str, int] = field(default_factory=lambda: _NONE)
    nulls: Mapping[str, float] = field(default_factory=dict)
    generators: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def between(cls, before: Profile, after: Profile) -> ProfileEdits:
        """What differs between two profiles of the same tables and columns."""
        rows: dict[str, int] = {}
        nulls: dict[str, float] = {}
        generators: dict[str, str] = {}
        for old, new in zip(before.tables, after.tables, strict=True):
            if new.rows != old.rows:
                rows[str(new.table)] = new.rows
            for was, now in zip(old.columns, new.columns, strict=True):
                name = f"{new.table}.{now.column}"
                if now.null_fraction != was.null_fraction:
                    nulls[name] = now.null_fraction
                if now.generator != was.generator:
                    generators[name] = now.generator
        return cls(rows, nulls, generators)

    @property
    def arguments(self) -> dict[str, dict[str, object]]:
        """The arguments of `edit_profile`, without those that are empty."""
        parts = (("rows", self.rows), ("nulls", self.nulls), ("generators", self.generators))
        return {name: dict(part) for name, part in parts if part}

    @property
    def code(self) -> str:
        """A cell that makes the same changes; empty when there are none."""
        given = ", ".join(f"{name}={part!r}" for name, part in self.arguments.items())
        return f"profile = edit_profile(profile, {given})" if given else ""
