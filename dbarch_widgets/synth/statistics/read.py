"""Statistics of a PostgreSQL → a Profile that generates tables for which PostgreSQL would find about the same statistics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.profile import ColumnProfile, Profile
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.capacity import Domain
from dbarch_widgets.synth.layout import TableLayout
from dbarch_widgets.synth.plan import make_plan
from dbarch_widgets.synth.profile import default_profile, needed_width, table_rows
from dbarch_widgets.synth.statistics.observe import Seen, seen_in
from dbarch_widgets.synth.statistics.source import Row, Statistics, load_statistics
from dbarch_widgets.synth.statistics.zipf_fit import fitted_s

WHY = "as the statistics say"
_STRUCTURAL = ("reference", "numbered", "short", "shared", "array", "pattern")
_PLAIN = frozenset(
    {"integer", "decimal", "real", "date", "timestamp", "timestamptz", "boolean", "text", "uuid", "inet"}
)
_ORDERED_ENOUGH = 0.25


def read_statistics(source: str | Path, schema: Schema) -> Profile:
    """The Profile of a database by its statistics: rows, nulls, distinct and most common values, histograms, correlation.

    Keys, references and columns whose values a check prescribes keep the generators that hold them together; of those the null
    shares are taken over, and of references the skew.

    Args:
        source: the address of a PostgreSQL, a folder with pg_class.csv and pg_stats.csv, or a JSON file (docs/statistics.md).
        schema: of the same database.

    Raises:
        SourceError: the source cannot be read.
        InputError: it does not hold what is needed, or nothing about the tables of the schema.
    """
    inside = in_public(schema)
    told = load_statistics(source)
    notes: list[str] = []
    rows = _rows(inside, told, str(source), notes)
    usual = default_profile(inside, rows=rows)
    plan = make_plan(inside, table_rows(usual))
    columns = _by_column(inside, told, notes)
    bytes_ = {QName(str(row["schemaname"]), str(row["tablename"])): row.get("bytes") for row in told.sizes}
    tables = []
    for table in usual.tables:
        owner, layout, domains = inside.table(table.table), plan.layouts[table.table], plan.domains[table.table]
        told_notes: list[str] = []
        made = tuple(
            _column(owner, layout, domains[each.column], each, columns.get((table.table, each.column)), told_notes)
            for each in table.columns
        )
        size = bytes_.get(table.table)
        notes_of = tuple(dict.fromkeys((*table.notes, *told_notes)))
        tables.append(replace(table, columns=made, bytes=None if size is None else int(float(size)), notes=notes_of))
    return Profile(tuple(tables), ("rows, nulls and values as the statistics say", *notes))


def _rows(schema: Schema, told: Statistics, where: str, notes: list[str]) -> dict[str, int]:
    """Rows by table; a partitioned table has those of its partitions where it was not analysed itself."""
    counts: dict[QName, int] = {}
    for row in told.sizes:
        counts[QName(str(row["schemaname"]), str(row["tablename"]))] = round(_number(row["rows"], "rows", where))
    found, unknown = {}, []
    for table in schema.base_tables:
        if table.kind == "partition":
            continue
        count = counts.get(table.qname, -1)
        if count <= 0 and table.kind == "partitioned":
            parts = [counts.get(part.qname, 0) for part in schema.partitions(table.qname)]
            count = sum(max(part, 0) for part in parts) if parts else count
        if count < 0:
            unknown.append(str(table.qname))
        else:
            found[f"{table.schema}.{table.name}"] = count
    if not found:
        raise InputError("the statistics say nothing about the tables of the schema", where=where)
    if unknown:
        shown = ", ".join(unknown[:10])
        notes.append(f"rows not known of {len(unknown)} tables (run ANALYZE), taken as usual: {shown}")
    return found


def _by_column(schema: Schema, told: Statistics, notes: list[str]) -> dict[tuple[QName, str], Row]:
    found: dict[tuple[QName, str], Row] = {}
    strange: dict[str, None] = {}
    for row in told.columns:
        name = QName(str(row["schemaname"]), str(row["tablename"]))
        table = schema.find(name)
        if table is None or not table.has_column(str(row["attname"])):
            strange[str(name)] = None
        elif _true(row.get("inherited")) == (table.kind == "partitioned") or (name, row["attname"]) not in found:
            found[name, str(row["attname"])] = row
    if strange:
        shown = ", ".join(list(strange)[:10])
        notes.append(f"statistics of tables or columns that the schema does not have: {shown}")
    return found


def _true(value: object) -> bool:
    return value is True or str(value).lower() in ("t", "true")


def _number(value: Any, name: str, where: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} {value!r} is no number", where=where) from error


def _column(
    owner: Table, layout: TableLayout, domain: Domain, usual: ColumnProfile, row: Row | None, notes: list[str]
) -> ColumnProfile:
    if row is None:
        return usual
    try:
        seen = seen_in(row, domain)
    except (TypeError, ValueError) as error:
        notes.append(f"statistics of {usual.column} not understood: {error}")
        return usual
    column = owner.column(usual.column)
    free = column.nullable and domain.kind.nullable and not domain.limits.required and column.name not in _key(owner)
    nulls = seen.nulls if free and usual.null_fraction < 1 else usual.null_fraction
    distinct = seen.distinct if seen.share is None else round(seen.share * layout.rows, 1)
    told = replace(usual, null_fraction=nulls, distinct=distinct, frequencies=seen.frequencies)
    if usual.generator == "reference":
        return _reference(told, layout, seen)
    if seen.settings is None or not _follows(owner, layout, domain, usual):
        return told
    settings = {**_base(domain, usual, seen, layout.rows), **seen.settings, "filled": round(1 - nulls, 7)}
    if not nulls:
        del settings["filled"]
    return replace(told, generator="observed", settings=tuple(sorted(settings.items())), why=WHY)


def _key(owner: Table) -> Iterable[str]:
    return owner.primary_key.columns if owner.primary_key else ()


def _follows(owner: Table, layout: TableLayout, domain: Domain, usual: ColumnProfile) -> bool:
    """Whether the column may follow its statistics: keys, partitions and patterns have to hold first."""
    name = domain.column.name
    held = {*layout.unique, *layout.digits, *layout.referenced, *layout.sources, *_key(owner)}
    held |= {guard.column for guard in layout.guards}
    if name in held or name in (owner.partition_key or "") or usual.generator in _STRUCTURAL:
        return False
    limits = domain.limits
    return domain.kind.family in _PLAIN and not (limits.patterns or limits.prefix or limits.empty)


def _base(domain: Domain, usual: ColumnProfile, seen: Seen, rows: int) -> dict[str, Any]:
    """The generator that writes the text of a value's number: the usual one, or one whose texts are in order or short."""
    settings = seen.settings or {}
    if "labels" in settings or "low" in settings:
        return {}
    if domain.kind.family != "text":
        return {"base": usual.generator}
    count = round(seen.share * rows) if seen.share is not None else round(seen.distinct or 1)
    if domain.max_length is not None and domain.max_length < needed_width(usual.generator, dict(usual.settings), count):
        return {"base": "digits", "width": min(len(str(max(count, 1))), domain.max_length)}
    if abs(float(settings.get("correlation", 0)) - sum(share**2 for share in seen.frequencies)) > _ORDERED_ENOUGH:
        return {"base": "code", "prefix": ""}
    if usual.generator in ("words", "choice", "vocabulary"):
        return {"base": "vocabulary"}
    own = {key: value for key, value in usual.settings if key in ("pool", "prefix", "width", "words", "letter_case")}
    return {"base": usual.generator, **own}


def _reference(told: ColumnProfile, layout: TableLayout, seen: Seen) -> ColumnProfile:
    """A reference picks few parents as often as the statistics say."""
    pick = layout.pick_of(told.column)
    if pick is None or pick.how not in ("zipf", "uniform") or not seen.frequencies:
        return told
    shares = [share / (1 - seen.nulls) for share in seen.frequencies] if seen.nulls < 1 else []
    settings = dict(told.settings) | {"s": fitted_s(pick.size, shares), "shape": "zipf"}
    return replace(told, settings=tuple(settings.items()), why=f"{told.why}, skewed {WHY}")
