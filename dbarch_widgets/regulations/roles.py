"""Which tables of a design play the part that a requirement speaks of: known by their names and columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.words import bag, singular, words

_TRADED = bag("side isin instrument symbol security mic venue price quantity qty")
_ORDER = bag("order quote")
_TRADE = bag("execution fill trade transaction")
_NOT_TRADE = bag("type kind rule schedule session halt calendar account state status report setting item line")
_REPORTED = bag("regulatory regulator authority arm")
_SWAP = bag("swap derivative otc")
_LEDGER = bag("ledger posting journal")
_TRAIL = bag("audit log trail history event journal")
_NOT_TRAIL = bag("setting config rule policy type plan schedule kind")


def tables_of(context: Context, role: str) -> tuple[Table, ...]:
    """The tables that play a role; roles are the keys of `ROLES`."""
    return tuple(table for table in context.tables if ROLES[role](context, table))


def _names(table: Table) -> set[str]:
    return {word for name in table.column_names for word in words(name)}


def _last(table: Table) -> tuple[str, ...]:
    return words(singular(table.name))


def _orders(_: Context, table: Table) -> bool:
    parts = _last(table)
    told = bool(parts) and (
        parts[-1] in _ORDER or (parts[-1] in ("event", "record") and bool(set(parts[:-1]) & _ORDER))
    )
    return told and len(_names(table) & _TRADED) >= 2


def _transactions(_: Context, table: Table) -> bool:
    parts = _last(table)
    if not parts or parts[-1] not in _TRADE or set(parts) & _NOT_TRADE:
        return False
    names = _names(table)
    return "price" in names and bool(names & {"quantity", "qty", "volume"})


def _reports(_: Context, table: Table) -> bool:
    parts = set(_last(table))
    return "report" in parts and bool(parts & (_TRADE | _SWAP | _REPORTED))


def _swaps(_: Context, table: Table) -> bool:
    return bool(set(words(f"{table.schema}.{singular(table.name)}")) & _SWAP)


def _ledger(_: Context, table: Table) -> bool:
    return bool(set(_last(table)) & _LEDGER)


def _trails(_: Context, table: Table) -> bool:
    parts = _last(table)
    if set(parts) & _NOT_TRAIL:
        return False
    place = words(table.schema)
    return "audit" in parts or ("audit" in place and bool(set(parts) & _TRAIL)) or parts[-2:] == ("security", "event")


def _records(context: Context, table: Table) -> bool:
    return any(each(context, table) for each in (_trails, _ledger, _transactions)) or _last(table)[-2:] in (
        ("order", "event"),
        ("order", "record"),
    )


def _personal(context: Context, table: Table) -> bool:
    return any(each.confidence != "hint" for each in context.classification.personal(table.qname))


ROLES: Mapping[str, Callable[[Context, Table], bool]] = {
    "orders": _orders,
    "transactions": _transactions,
    "reports": _reports,
    "swaps": _swaps,
    "ledger": _ledger,
    "trails": _trails,
    "records": _records,
    "personal data": _personal,
}
