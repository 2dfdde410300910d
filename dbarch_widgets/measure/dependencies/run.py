"""The door: `dependencies(table, rows)`."""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.dependencies.proof import proved
from dbarch_widgets.measure.dependencies.search import Found, search
from dbarch_widgets.measure.dependencies.source import MOST_ROWS, Coded, RowsSource, load
from dbarch_widgets.measure.dependencies.theory import Rule, bcnf, keys_of, lost, minimal_cover, normal_form, synthesis
from dbarch_widgets.model.dependency import Decomposition, Dependencies
from dbarch_widgets.model.schema import Table

_MOST_RULES = 200


def dependencies(
    table: Table | str,
    rows: RowsSource,
    *,
    columns: Sequence[str] | None = None,
    max_lhs: int = 2,
    max_columns: int = 16,
    near: float = 0.98,
    least_support: float = 0.05,
) -> Dependencies:
    """Which columns of a table determine others, by its rows: keys, exact and near dependencies, a decomposition.

    Args:
        table: the table, or only its name, which picks the table of a DuckDB file.
        rows: a .csv file with a header, a .parquet file, a DuckDB file, or a mapping from columns to their values.
            NULL, and the empty value of a CSV file, is a value like any other.
        columns: only these are looked at.
        max_lhs: the most columns on a left side, 1 to 4.
        max_columns: the most columns that are looked at; which are left out is in the notes.
        near: the least confidence of a near dependency.
        least_support: the least share of rows whose left side repeats; below it a dependency proves little.

    Raises:
        SourceError: the file cannot be read.
        InputError: it holds no rows, or a bound makes no sense.
        UnknownName: a column or table that is not there.
    """
    if not 1 <= max_lhs <= 4 or not 2 <= max_columns <= 40 or not 0 < near <= 1 or not 0 <= least_support < 1:
        raise InputError(
            "max_lhs is 1 to 4, max_columns 2 to 40, near above 0 up to 1, least_support from 0 to below 1",
            where="dependencies()",
        )
    name = table if isinstance(table, str) else str(table.qname)
    coded = load(rows, name, columns, None if isinstance(table, str) else table.column_names)
    try:
        return _found(coded, name, max_lhs, max_columns, near, least_support)
    finally:
        coded.connection.close()


def _found(coded: Coded, name: str, max_lhs: int, max_columns: int, near: float, least_support: float) -> Dependencies:
    same = ", ".join(f"min({coded.code(each)}) = max({coded.code(each)})" for each in coded.columns)
    is_constant = dict(zip(coded.columns, coded.one(f"SELECT {same} FROM coded"), strict=True))
    constant = tuple(each for each in coded.columns if is_constant[each])
    varying = tuple(each for each in coded.columns if not is_constant[each])
    looked = varying[:max_columns]
    (distinct,) = coded.one(f"SELECT count(*) FROM (SELECT DISTINCT {coded.codes(coded.columns)} FROM coded)")
    (within,) = coded.one(f"SELECT count(*) FROM (SELECT DISTINCT {coded.codes(looked or coded.columns)} FROM coded)")
    found = search(coded, looked, max_lhs=max_lhs, near=near, least_support=least_support, distinct_rows=int(within))
    rules: list[Rule] = [(frozenset(each.left), each.right) for each in found.exact]
    rules += [(frozenset(key), right) for key in found.keys for right in looked if right not in key]
    notes = _notes(coded, varying[max_columns:], found, max_lhs, least_support)
    form = "BCNF"
    parts: tuple[Decomposition, ...] = ()
    if looked and len(rules) <= _MOST_RULES * len(looked):
        keys = keys_of(looked, minimal_cover(rules)) or (frozenset(looked),)
        form = normal_form(looked, rules, keys)
        parts = _decompositions(coded, looked, rules, keys, form)
    elif looked:
        notes += ("There are too many dependencies for a decomposition: name the columns that belong to the question.",)
    return Dependencies(
        name,
        coded.columns,
        coded.rows,
        int(distinct),
        tuple(found.keys),
        tuple(found.exact),
        tuple(sorted(found.near, key=lambda each: -each.confidence)),
        constant,
        form,
        parts,
        notes,
    )


def _decompositions(
    coded: Coded, looked: tuple[str, ...], rules: list[Rule], keys: Sequence[frozenset[str]], form: str
) -> tuple[Decomposition, ...]:
    """3NF by synthesis, and BCNF where that is not the same; nothing where the table is in BCNF already."""
    if form == "BCNF":
        return ()
    cover = minimal_cover(rules)
    third = synthesis(looked, cover, keys)
    made = [proved(coded, "3NF", third, cover, lost(cover, [names for names, _ in third]))]
    strict = bcnf(looked, cover)
    if {names for names, _ in strict} != {names for names, _ in third}:
        made.append(proved(coded, "BCNF", strict, cover, lost(cover, [names for names, _ in strict])))
    return tuple(made)


def _notes(
    coded: Coded, left_out: tuple[str, ...], found: Found, max_lhs: int, least_support: float
) -> tuple[str, ...]:
    notes = []
    if coded.cut:
        notes.append(f"Only the first {MOST_ROWS:,} rows were looked at; what they show may not hold for the others.")
    if left_out:
        notes.append(f"Not looked at, as there are too many columns: {', '.join(left_out)}.")
    many = "one column" if max_lhs == 1 else f"{max_lhs} columns"
    notes.append(f"Left sides of more than {many} were not tried; near dependencies only with one column.")
    if found.weak:
        some = ", ".join(map(str, found.weak[:3]))
        notes.append(
            f"{len(found.weak):,} more hold, but in less than {least_support:.0%} of the rows the left side repeats, so they "
            f"may hold by chance, and are not used: {some}{' …' if len(found.weak) > 3 else ''}."
        )
    return tuple(notes)
