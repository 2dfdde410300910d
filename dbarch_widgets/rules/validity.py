"""What a row with a span of time is about: everything that must be the same before two spans may not overlap."""

from __future__ import annotations

from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.ddl import ident
from dbarch_widgets.rules.words import bag, is_money, words

_CODES = frozenset(("text", "character varying", "character", "citext", "bpchar", "uuid", "boolean"))
_WHOLE = frozenset(("smallint", "integer", "bigint"))
_NUMBERS = _WHOLE | {"numeric"}
# What the row says of the thing, or who wrote it: not what the thing is.
_SAID = bag(
    "name title label description note notes comment comments remark remarks reason text by author source url hash version "
    "revision status state value amount percent percentage factor quantity qty count active enabled approved sort rank "
    "position order number no seq sequence days minutes hours score reference ref"
)
_BETWEEN = (("min", "max"), ("from", "to"), ("lower", "upper"), ("low", "high"))
_MEASURED = bag("weight size volume amount quantity qty distance length height width age kg grams g units kwh kw value")


def bands(context: Context, table: Table, span: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Pairs of numbers between which the row holds (`weight_from`, `weight_to`; `min_kg`, `max_kg`)."""
    found = []
    for low in _others(table, span):
        parts = words(low.name)
        for one, other in _BETWEEN:
            name = low.name.lower().replace(one, other) if one in parts else ""
            high = next((column for column in table.columns if column.name.lower() == name), None)
            measured = one in ("min", "lower", "low") or set(parts) & _MEASURED
            if high and measured and {context.family(low.type), context.family(high.type)} <= _NUMBERS:
                found.append((low.name, high.name))
    return tuple(found)


def things(context: Context, table: Table, span: tuple[str, ...]) -> tuple[str, ...]:
    """What the row is about: its references, what a unique key names beside the span, and its other required codes."""
    found = [name for key in table.foreign_keys for name in key.columns]
    keyed = {name for unique in table.unique if set(unique.columns) & set(span) for name in unique.columns}
    between = {name for pair in bands(context, table, span) for name in pair}
    found += [
        column.name
        for column in _others(table, span)
        if column.name in keyed or (not column.nullable and _is_code(context, column))
    ]
    return tuple(dict.fromkeys(name for name in found if name not in {*span, *between}))


def _others(table: Table, span: tuple[str, ...]) -> list[Column]:
    """The columns beside the span and the key that only counts."""
    key = table.primary_key.columns if table.primary_key else ()
    counted = set(key) if len(key) == 1 else set()
    return [column for column in table.columns if column.name not in {*span, *counted}]


def _is_code(context: Context, column: Column) -> bool:
    """Whether the column tells one thing from another: a code, a kind, a number of a zone; no price and no remark."""
    if column.generated or is_money(column.name) or set(words(column.name)) & _SAID:
        return False
    family = context.family(column.type)
    if family in _WHOLE:
        return bool(set(words(column.name)) & bag("id zone class tier level group type kind category code region year"))
    return family in _CODES or context.enum(context.base_type(column.type)) is not None


def compared(context: Context, table: Table, name: str) -> str:
    """The column as an element of EXCLUDE; btree_gist compares booleans only from PostgreSQL 15 on, so as a number."""
    boolean = context.family(table.column(name).type) == "boolean"
    return f"({ident(name)}::integer) WITH =" if boolean else f"{ident(name)} WITH ="


def band(context: Context, table: Table, pair: tuple[str, str]) -> str:
    """The pair as a range of an exclusion constraint; its upper end is outside of it."""
    families = {context.family(table.column(name).type) for name in pair}
    maker = "numrange" if "numeric" in families else "int8range"
    cast = "" if "numeric" in families else "::bigint"
    return f"{maker}({ident(pair[0])}{cast}, {ident(pair[1])}{cast}) WITH &&"
