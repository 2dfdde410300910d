"""Partition keys and bounds, as `pg_get_partkeydef` and `pg_get_expr` print them."""

from __future__ import annotations

import re
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres import literals
from dbarch_widgets.importers.postgres.deparsing import deparse, quote
from dbarch_widgets.importers.postgres.draft import Draft
from dbarch_widgets.importers.postgres.kinds import NUMBERS, base, type_of
from dbarch_widgets.model.schema import Table

Node = Any

_STRATEGY = {
    pb.PARTITION_STRATEGY_LIST: "LIST",
    pb.PARTITION_STRATEGY_RANGE: "RANGE",
    pb.PARTITION_STRATEGY_HASH: "HASH",
}
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(:\d\d)?)?\s*(Z|[+-]00(?::?00)?)?\Z")


def partition_key(draft: Draft, table: Table, spec: Node) -> str:
    """`RANGE (at)`; the types of the keys are remembered for the bounds of the partitions."""
    parts, kinds = [], []
    types = draft.types_of(table)
    for node in spec.part_params:
        element = node.partition_elem
        parts.append(quote(element.name) if element.name else f"({draft.expression(element.expr, table)})")
        kinds.append(types.get(element.name) if element.name else type_of(element.expr, types))
        if element.opclass:
            parts[-1] += f" {quote(element.opclass[-1].string.sval)}"
    draft.key_types[table.qname] = tuple(base(kind) if kind else None for kind in kinds)
    return f"{_STRATEGY[spec.strategy]} ({', '.join(parts)})"


def bound_text(draft: Draft, parent: Table, bound: Node) -> str:
    """The bound of a partition of `parent`, its values printed as the key's type prints them."""
    if bound.is_default:
        return "DEFAULT"
    if bound.strategy == "h":
        return f"FOR VALUES WITH (modulus {bound.modulus}, remainder {bound.remainder})"
    kinds = draft.key_types.get(parent.qname, ())
    first = kinds[0] if kinds else None
    if bound.strategy == "l":
        return f"FOR VALUES IN ({', '.join(_datum(node, first) for node in bound.listdatums)})"
    pairs = (
        tuple(zip(data, (*kinds, *[None] * len(data)), strict=False)) for data in (bound.lowerdatums, bound.upperdatums)
    )
    low, high = (", ".join(_datum(node, kind) for node, kind in pair) for pair in pairs)
    return f"FOR VALUES FROM ({low}) TO ({high})"


def _datum(node: Node, kind: str | None) -> str:
    value = node
    while value.WhichOneof("node") == "type_cast":
        value = value.type_cast.arg
    if value.WhichOneof("node") != "a_const":
        text = deparse(node)
        return text.upper() if text.lower() in ("minvalue", "maxvalue") else text
    if value.a_const.WhichOneof("val") == "sval":
        return _value(value.a_const.sval.sval, kind)
    text = deparse(value)
    if value.a_const.WhichOneof("val") in ("ival", "fval"):
        return f"'{text}'" if text.startswith("-") or (kind and kind not in NUMBERS) else text
    return text


def _value(text: str, kind: str | None) -> str:
    if kind in NUMBERS and (number := literals.number(text, kind or "")):
        return f"'{number}'" if number.startswith("-") else number
    if kind == "boolean":
        return literals.truth(text) or literals.quoted(text)
    found = _MOMENT.match(text) if kind and kind.startswith("timestamp") else None
    if found is None:
        return literals.quoted(text)
    clock = f"{found[2]}{found[3] or ':00'}" if found[2] else "00:00:00"
    # The catalog is read in UTC, and so is what has no zone.
    return f"'{found[1]} {clock}{'+00' if kind == 'timestamp with time zone' else ''}'"
