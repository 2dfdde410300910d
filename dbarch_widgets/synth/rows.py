"""How many rows each table gets before its keys are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median_low

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.synth.kinds import kind_of
from dbarch_widgets.synth.references import References

ROOT_ROWS = 10_000
LARGEST = 100_000
_BY_DEPTH = (1, 2, 5, 10)
_LOOKUP_ROWS = 50
_LISTED_ROWS = 500
_LOOKUP_NAMES = ("code", "name", "label", "title", "slug", "key", "symbol", "mic", "iso", "description", "value")


def row_counts(
    schema: Schema,
    order: tuple[Table, ...],
    references: References,
    intake: Intake | None,
    rows: Mapping[str, int] | None,
    scale: float,
) -> tuple[dict[QName, int], tuple[str, ...]]:
    """Rows per table and the notes that say why; `rows` wins over the intake, the intake over the rule of thumb.

    Raises:
        UnknownName: `rows` names a table that is not there.
    """
    shapes = _by_shape(schema, order, references)
    counts = {name: max(min(count, 20), round(count * scale)) for name, count in shapes.items()}
    notes = [f"{ROOT_ROWS:,} rows × {scale:g} for a table that refers to none, up to ten times as many further down"]
    if intake is not None and intake.scale.tables:
        known = _from_intake(schema, references, intake, scale, counts)
        counts.update(known[0])
        notes += known[1]
    for written, count in (rows or {}).items():
        table = schema.table(written)
        counts[references.root(table.qname)] = max(0, int(count))
        notes.append(f"{table.qname}: {int(count):,} rows, as asked")
    return counts, tuple(notes)


def _by_shape(schema: Schema, order: tuple[Table, ...], references: References) -> dict[QName, int]:
    depth: dict[QName, int] = {}
    counts: dict[QName, int] = {}
    for table in order:
        parents = [
            reference.target
            for reference in references.of(table.qname)
            if reference.target != table.qname and not reference.soft
        ]
        real = [parent for parent in parents if counts.get(parent, 0) > _LOOKUP_ROWS]
        if _is_lookup(schema, table, bool(parents)):
            depth[table.qname], counts[table.qname] = 0, _LOOKUP_ROWS
            continue
        if _is_listed(schema, table):
            depth[table.qname], counts[table.qname] = 0, _LISTED_ROWS
            continue
        depth[table.qname] = 1 + max((depth.get(parent, 0) for parent in real), default=-1)
        counts[table.qname] = ROOT_ROWS * _BY_DEPTH[min(depth[table.qname], len(_BY_DEPTH) - 1)]
    return counts


def _is_lookup(schema: Schema, table: Table, has_parents: bool) -> bool:
    """A small table of codes: referenced, few columns, no parent but itself, named by a short code."""
    if has_parents or not schema.referencing(table.qname) or len(table.columns) > 5:
        return False
    key = table.primary_key
    if key is None or len(key.columns) != 1:
        return False
    kind = kind_of(schema, table.column(key.columns[0]))
    coded = bool(kind.values) or (kind.family == "text" and (kind.length or 99) <= 8) or kind.bits == 16
    named = any(column.name.lower() in _LOOKUP_NAMES for column in table.columns)
    timed = any(kind_of(schema, column).family.startswith("timestamp") for column in table.columns)
    return coded or (named and len(table.columns) <= 4 and not timed)


def _is_listed(schema: Schema, table: Table) -> bool:
    """A reference list such as trading venues: referenced, and known by a short code that people gave it."""
    key = table.primary_key
    if key is None or len(key.columns) != 1 or not schema.referencing(table.qname):
        return False
    kind = kind_of(schema, table.column(key.columns[0]))
    return kind.family == "text" and (kind.length or 99) <= 8


def _from_intake(
    schema: Schema, references: References, intake: Intake, scale: float, counts: Mapping[QName, int]
) -> tuple[dict[QName, int], list[str]]:
    """The real counts times one factor, each at most 100,000 × scale and, if it really has them, at least 1,000 × scale."""
    real: dict[QName, int] = {}
    notes: list[str] = []
    for written, facts in intake.scale.tables.items():
        table = schema.find(written)
        if table is None:
            notes.append(
                str(UnknownName("table", written, [str(each.qname) for each in schema.tables], where="intake"))
            )
        elif facts.rows:
            real[references.root(table.qname)] = facts.rows
    if not real:
        return {}, notes
    most, least = max(1, round(LARGEST * scale)), max(1, round(1_000 * min(scale, 1.0)))
    factor = _factor(list(real.values()), most)
    made = {name: max(min(round(count * factor), most), min(count, least)) for name, count in real.items()}
    capped = [str(name) for name, count in real.items() if count * factor > most]
    notes.append(
        f"the intake's row counts × {factor:.3g}, at most {most:,} and at least {least:,} rows: "
        + (
            f"{', '.join(sorted(capped))} would be larger, so fan-outs there are smaller than in truth"
            if capped
            else "true proportions"
        )
    )
    _bound_neighbours(references, made, counts)
    return made, notes


def _factor(real: list[int], most: int) -> float:
    """The factor that keeps true proportions, with as few huge tables cut off as leave the others worth having.

    The largest table gets `most` rows; while the middle one would get less than a twentieth of that, the next largest
    table takes its place and those above it are cut off.
    """
    ranked = sorted(real, reverse=True)
    middle = median_low(ranked)
    return next((min(1.0, most / top) for top in ranked if middle * most / top >= most / 20), 1.0)


def _bound_neighbours(references: References, made: dict[QName, int], counts: Mapping[QName, int]) -> None:
    """Tables that the intake does not name: parents get half their children's rows at most, children twice their parents'."""
    order = list(counts)
    for name in reversed(order):
        for parent in _parents(references, name):
            if name in made and parent not in made and counts[parent] > max(made[name] // 2, 20):
                made[parent] = max(made[name] // 2, 20)
    for name in order:
        parents = _parents(references, name) & set(made)
        if name not in made and parents:
            made[name] = min(counts[name], 2 * max(made[parent] for parent in parents))


def _parents(references: References, name: QName) -> set[QName]:
    return {reference.target for reference in references.of(name) if not reference.soft} - {name}
