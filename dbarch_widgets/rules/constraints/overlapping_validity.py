"""Two values for one day.

Symptom: A table says what holds for something from one time to another (`valid_from` and `valid_to` beside a reference, or a
range column) and nothing keeps two rows of the same thing from overlapping.

Why it matters: For a day inside both rows there are two prices, two rates or two owners. A join over that day doubles the
rows, and the sum is wrong without an error. A unique key over the start does not help: the ends still overlap.

When it is fine: Several rows may hold at a time, as with roles of a person or discounts that add up.

How to fix: EXCLUDE USING gist over all that the row is about (its references, its other required codes such as from and to
country, a band of weights as a range) and the span (extension btree_gist); a unique key WITHOUT OVERLAPS from
PostgreSQL 18 on. Clean up first: the constraint cannot be added NOT VALID.

Source: PostgreSQL documentation, Exclusion Constraints; PostgreSQL documentation, btree_gist; Richard Snodgrass, Developing
Time-Oriented Database Applications in SQL, chapter 5.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, free_name, ident, idents
from dbarch_widgets.rules.validity import band, bands, compared, things
from dbarch_widgets.rules.words import and_list, bag, singular, words

_STARTS = ("valid_from", "effective_from", "valid_since", "valid_von", "valid_ab", "valid_desde")
_ENDS = ("valid_to", "valid_until", "effective_to", "effective_until", "valid_till", "valid_bis", "valid_hasta")
_ONE_AT_A_TIME = bag(
    "price rate tariff fee salary exchange schedule version assignment ownership lease tax reservation booking appointment rental shift"
)
# Rows that take a place, a thing or a person's time for a while.
_TAKES = bag("reservation booking appointment rental lease shift")
_TAKEN = bag(
    "room resource seat table vehicle car unit court desk property apartment practitioner doctor dentist stylist instructor "
    "equipment bay slot bed studio machine"
)
_SPANS = (
    ("starts_at", "ends_at"), ("start_at", "end_at"), ("start_time", "end_time"), ("starts_on", "ends_on"),
    ("start_date", "end_date"), ("check_in", "check_out"), ("begins_at", "ends_at"),
)  # fmt: skip
_RANGES = {"timestamp with time zone": "tstzrange", "timestamp without time zone": "tsrange", "date": "daterange"}


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table, of bookings one for each thing that is taken."""
    for table in context.designed:
        if table.exclusions or table.kind != "table" or not set(words(singular(table.name))) & _ONE_AT_A_TIME:
            continue
        span = _span(context, table) or _taken(context, table)
        about = things(context, table, span) if span else ()
        if span and set(words(singular(table.name))) & _TAKES:
            # A guest may book two rooms, and a room or a doctor may not be booked by two guests.
            for name in about:
                if set(words(name)) & _TAKEN:
                    yield _finding(context, table, span, (name,), taken=True)
        elif span and about:
            yield _finding(context, table, span, about)


def _span(context: Context, table: Table) -> tuple[str, ...] | None:
    """The two columns of the span, or the one range column."""
    low = next((name for name in table.column_names if "_".join(words(name)) in _STARTS), None)
    high = next((name for name in table.column_names if "_".join(words(name)) in _ENDS), None)
    if low and high and context.family(column_of(table, low).type) in _RANGES:
        return (low, high)
    ranged = [column for column in table.columns if context.family(column.type) in _RANGES.values()]
    return (ranged[0].name,) if len(ranged) == 1 and _is_validity(ranged[0]) else None


def _taken(context: Context, table: Table) -> tuple[str, ...] | None:
    """The span for which a booking or an appointment takes something."""
    if not set(words(singular(table.name))) & _TAKES:
        return None
    for first, last in _SPANS:
        low = next((column for column in table.columns if "_".join(words(column.name)) == first), None)
        high = next((column for column in table.columns if "_".join(words(column.name)) == last), None)
        if low and high and context.family(low.type) in _RANGES:
            return low.name, high.name
    return None


def _is_validity(column: Column) -> bool:
    return bool({"valid", "during", "validity", "effective", "period"} & set(words(column.name)))


def _finding(
    context: Context, table: Table, span: tuple[str, ...], about: tuple[str, ...], *, taken: bool = False
) -> Finding:
    maker = _RANGES.get(context.family(column_of(table, span[0]).type), "")
    ranged = ident(span[0]) if len(span) == 1 else f"{maker}({idents(span)})"
    name = ident(free_name(context, table, about, "no_overlap"))
    within = bands(context, table, span)
    keys = ", ".join(
        [*(compared(context, table, each) for each in about), *(band(context, table, each) for each in within)]
    )
    beside = f" and {and_list(f'{low} to {high}' for low, high in within)}" if within else ""
    sql = (
        "CREATE EXTENSION IF NOT EXISTS btree_gist;\n"
        f"ALTER TABLE {dotted(table.qname)} ADD CONSTRAINT {name} EXCLUDE USING gist ({keys}, {ranged} WITH &&);"
    )
    return RULE.finding(
        f"{table.qname} may have two rows for the same {and_list(about)}{beside} whose {and_list(span)} overlap: "
        f"{'it is taken twice at that time' if taken else 'a join over such a day gives both'}",
        table=table,
        columns=(*about, *(name for pair in within for name in pair), *span),
        line=column_of(table, span[0]).line,
        fix=Fix(sql, note="Fails while rows overlap; the end of a span is outside of it."),
    )


RULE = Rule(
    name="overlapping-validity",
    area="constraints",
    severity="medium",
    confidence="hint",
    summary="Nothing keeps two rows about the same thing from holding at the same time",
    check=check,
    only_for=("postgres",),
)
