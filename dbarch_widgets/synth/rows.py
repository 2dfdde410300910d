"""How many rows each table gets before its keys are looked at."""

from __future__ import annotations

from collections.abc import Mapping

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.synth.kinds import kind_of
from dbarch_widgets.synth.references import References

ROOT_ROWS = 10_000
LARGEST = 100_000
_BY_DEPTH = (1, 2, 5, 10)
_LOOKUP_ROWS = 50
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
    counts = {name: max(1, round(count * scale)) for name, count in _by_shape(schema, order, references).items()}
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
        if _is_lookup(schema, table, references, bool(parents)):
            depth[table.qname], counts[table.qname] = 0, _LOOKUP_ROWS
            continue
        depth[table.qname] = 1 + max((depth.get(parent, 0) for parent in real), default=-1)
        counts[table.qname] = ROOT_ROWS * _BY_DEPTH[min(depth[table.qname], len(_BY_DEPTH) - 1)]
    return counts


def _is_lookup(schema: Schema, table: Table, references: References, has_parents: bool) -> bool:
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


def _from_intake(
    schema: Schema, references: References, intake: Intake, scale: float, counts: Mapping[QName, int]
) -> tuple[dict[QName, int], list[str]]:
    """The real counts in proportion: the largest table becomes 100,000 × scale, small ones stay whole up to 1,000."""
    real: dict[QName, int] = {}
    notes: list[str] = []
    for written, facts in intake.scale.tables.items():
        table = schema.find(written)
        if table is None:
            notes.append(str(UnknownName("table", written, [str(each.qname) for each in schema.tables], where="intake")))
        elif facts.rows:
            real[references.root(table.qname)] = facts.rows
    if not real:
        return {}, notes
    largest = max(real.values())
    factor = min(1.0, LARGEST * scale / largest)
    floor = max(1, round(1_000 * min(scale, 1.0)))
    made = {name: max(round(count * factor), min(count, floor), 1) for name, count in real.items()}
    for name in counts:
        parents = {reference.target for reference in references.of(name) if not reference.soft} - {name}
        if name not in made and parents & set(made):
            made[name] = min(counts[name], 2 * max(made[parent] for parent in parents & set(made)))
    notes.append(
        f"the intake's row counts × {factor:.3g}, so that the largest table has {max(made.values()):,} rows; "
        f"none under {floor:,} if it really has that many: fan-outs of the largest tables are smaller than in truth"
    )
    return made, notes
