"""What becomes of data about persons: a way of erasure, a hold, protection of special kinds, the region they stay in."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dbarch_widgets.model.schema import Table
from dbarch_widgets.regulations.checks.base import Outcome, Parameters, nothing_to_hold
from dbarch_widgets.regulations.roles import tables_of
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.words import and_list, bag, words

_ROLE = "personal data"
_ERASED = bag("erased anonymized anonymised pseudonymized pseudonymised forgotten")
_HOLD = bag("hold held restricted restriction frozen")
_LEGAL_HOLD = bag("hold held")
_REGION = bag("region jurisdiction country residency")

_HOLD_IS_NOT_RESTRICTION = (
    "A hold that keeps a row from deletion does not keep it from use: ask which of the two is meant."
)
_GROUND = "On which ground they are processed is not in a schema."


def erasure(context: Context, _: Parameters) -> Outcome:
    """Whether rows about persons can be deleted, or are marked when their content was erased."""
    tables = _direct(context)
    if not tables:
        return nothing_to_hold([_ROLE])
    seen: list[str] = []
    missing: list[str] = []
    for table in tables:
        marks = [name for name in table.column_names if set(words(name)) & _ERASED]
        stops = [
            f"{other.qname} ({key.name})"
            for other, key in context.schema.referencing(table.qname)
            if key.on_delete in ("no action", "restrict") and not other.partition_of
        ]
        if marks:
            seen.append(f"{table.qname}: {and_list(marks)} says that a row was erased")
        elif stops:
            missing.append(f"{table.qname}: a DELETE is refused while rows of {and_list(stops, at_most=3)} point at it")
        else:
            seen.append(f"{table.qname}: no foreign key stands in the way of a DELETE")
    return Outcome(tuple(seen), tuple(missing), "Backups, replicas, caches and exports are not in a schema.")


def hold(context: Context, _: Parameters) -> Outcome:
    """Whether rows about persons can be marked as not to be processed."""
    tables = _direct(context)
    if not tables:
        return nothing_to_hold([_ROLE])
    seen, missing = _told_apart(tables, lambda table: [n for n in table.column_names if set(words(n)) & _HOLD], "")
    gaps = (f"no column marks a row of {and_list(missing, at_most=6)} as held or restricted",) if missing else ()
    kept = any(set(words(name)) & _LEGAL_HOLD for table in tables for name in table.column_names)
    return Outcome(tuple(seen), gaps, _HOLD_IS_NOT_RESTRICTION if kept else "")


def special(context: Context, _: Parameters) -> Outcome:
    """Whether data of a special kind lie behind row security."""
    seen: list[str] = []
    missing: list[str] = []
    for table in context.tables:
        kinds = [each for each in context.classification.of(table.qname) if each.data_class in ("special", "criminal")]
        if not kinds:
            continue
        names = and_list(each.column for each in kinds)
        if table.rls.enabled:
            seen.append(f"{table.qname}: {names} behind row security")
        else:
            missing.append(f"{table.qname}: {names} without row security: whoever may read the table reads all of them")
    note = _GROUND if seen or missing else "No column of a special kind was recognised by its name."
    return Outcome(tuple(seen), tuple(missing), note)


def residency(context: Context, _: Parameters) -> Outcome:
    """Whether rows about persons are kept apart by region, where data must stay."""
    regions, staying = context.regions, context.staying_regions
    if regions is None or staying is None:
        return Outcome(missing=("nobody said in which regions the people are, and whether their data must stay there",))
    if not staying:
        ask = f" Ask by which ground data go from one to another: {and_list(regions)}." if len(regions) > 1 else ""
        return Outcome(note=f"The intake names no region whose data must stay.{ask}")
    if len(regions) == 1:
        return Outcome(seen=(f"one region only: {regions[0]}",))
    tables = _direct(context)
    if not tables:
        return nothing_to_hold([_ROLE])
    seen, missing = _told_apart(
        tables,
        lambda table: [n for n in context.partition_columns(table) if set(words(n)) & _REGION],
        "partitioned by ",
    )
    gaps = (f"not partitioned by region, though data of {and_list(staying)} must stay: {and_list(missing, at_most=6)}",)
    return Outcome(tuple(seen), gaps if missing else ())


def _told_apart(
    tables: Iterable[Table], telling: Callable[[Table], list[str]], how: str
) -> tuple[list[str], list[str]]:
    """The tables whose columns tell rows apart, each with these, and the names of the others."""
    seen: list[str] = []
    missing: list[str] = []
    for table in tables:
        if columns := telling(table):
            seen.append(f"{table.qname}: {how}{and_list(columns)}")
        else:
            missing.append(str(table.qname))
    return seen, missing


def _direct(context: Context) -> tuple[Table, ...]:
    """The tables with columns that alone lead to a person."""
    found = tables_of(context, _ROLE)
    return tuple(table for table in found if any(each.direct for each in context.classification.personal(table.qname)))
