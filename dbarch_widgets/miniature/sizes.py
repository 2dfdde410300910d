"""How many rows every table has when a few of them have the named size."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.synth.part import MOST_ROWS
from dbarch_widgets.synth.plan import survey

# Lists of codes, countries or venues stay as they are when the business grows.
_LISTED = 500


def rows_at(schema: Schema, at: Mapping[str, int], usual: Profile) -> dict[QName, int]:
    """Rows of every table: the named sizes, and the others in the proportion that they usually have to them.

    A table that is not named grows like the nearest named one, over foreign keys in either direction; of several equally
    near the one that grows most. Tables of up to 500 rows are lists and keep their size, and so does what no key connects.

    Args:
        schema: whose tables they are.
        at: rows by table (`"schema.table"`, or a name that occurs once); a partition stands for its whole table.
        usual: the rows whose proportions are kept.

    Raises:
        UnknownName: `at` names a table that is not there.
        InputError: a number of rows is below 1 or over 2^45.
    """
    _, references, _, _ = survey(schema)
    rows = {table.table: table.rows for table in usual.tables}
    named: dict[QName, int] = {}
    for written, count in at.items():
        if not 1 <= count <= MOST_ROWS:
            raise InputError(f"{written} cannot have {count:,} rows", to_do=f"give 1 to {MOST_ROWS:,}")
        named[references.root(schema.table(written).qname)] = int(count)
    neighbours: dict[QName, set[QName]] = {name: set() for name in rows}
    for name in rows:
        for reference in references.of(name):
            if reference.target != name and reference.target in neighbours:
                neighbours[name].add(reference.target)
                neighbours[reference.target].add(name)
    factors = _factors({name: count / max(rows[name], 1) for name, count in named.items()}, neighbours, rows)
    grown = {name: max(round(count * factors.get(name, 1.0)), min(count, 1)) for name, count in rows.items()}
    return {**{name: min(count, MOST_ROWS) for name, count in grown.items()}, **named}


def _factors(
    named: Mapping[QName, float], neighbours: Mapping[QName, set[QName]], rows: Mapping[QName, int]
) -> dict[QName, float]:
    factors = dict(named)
    found = deque(sorted(named, key=lambda name: (-named[name], str(name))))
    while found:
        name = found.popleft()
        for other in sorted(neighbours[name], key=str):
            if other not in factors and rows[other] > _LISTED:
                factors[other] = factors[name]
                found.append(other)
    return factors
