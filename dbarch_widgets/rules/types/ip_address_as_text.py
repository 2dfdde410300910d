"""Network address kept as text.

Symptom: A column named like an IP address is text.

Why it matters: `10.0.0.9` sorts after `10.0.0.10`, one IPv6 address has many spellings, and whether an address lies in a
network cannot be asked of an index. Fifteen characters have no room for IPv6 at all.

When it is fine: The column also takes host names, or lists out of a proxy's header.

How to fix: inet (cidr for networks), with a GiST index on inet_ops where networks are searched.

Source: PostgreSQL documentation, Network Address Types; RFC 5952.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import ident
from dbarch_widgets.rules.retype import retyped
from dbarch_widgets.rules.words import and_list, count_of, words

_NAMED = frozenset(("ip", "ipaddr", "ipaddress", "ipv4", "ipv6", "inet"))
_PAIRS = frozenset((("ip", "address"), ("ip", "addr"), ("remote", "addr"), ("client", "addr"), ("peer", "addr")))
_LENGTH = re.compile(r"\((\d+)\)")
_IPV6 = 39
_MANY = 5
_NOTE = "An empty text becomes NULL; fails on the first value that is no address. Rewrites the table under a lock."


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column, or one for all when there are many."""
    found = [
        (table, column)
        for table in context.designed
        for column in table.columns
        if context.is_text(column.type) and not column.type.endswith("]") and _is_named(column.name)
    ]
    if len(found) <= _MANY:
        for table, column in found:
            yield _finding(context, table, column)
        return
    names = and_list((f"{table.qname}.{column.name}" for table, column in found), at_most=3)
    yield RULE.finding(
        f"{count_of(len(found), 'column')} keep network addresses as text ({names}): one IPv6 address has many spellings, and "
        "no index answers which are in a network",
        file=context.only_file,
    )


def _is_named(name: str) -> bool:
    parts = words(name)
    return parts[-1:] != () and (parts[-1] in _NAMED or parts[-2:] in _PAIRS)


def _finding(context: Context, table: Table, column: Column) -> Finding:
    match = _LENGTH.search(context.base_type(column.type))
    short = match is not None and int(match[1]) < _IPV6
    room = f"{match[1]} characters cannot hold an IPv6 address (up to {_IPV6})" if match and short else ""
    why = room or "it takes any text, one IPv6 address has many spellings, and no index answers which are in a network"
    name = ident(column.name)
    fix = None
    if not (column.default or "").strip("'") and column.nullable:
        fix = retyped(context, table, column, "inet", f"nullif({name}, '')::inet", _NOTE, "NULL")
    elif column.default is None:
        fix = retyped(context, table, column, "inet", f"{name}::inet", _NOTE)
    return RULE.finding(
        f"{table.qname}.{column.name} keeps an address as {column.type}: {why}",
        table=table,
        columns=(column.name,),
        line=column.line,
        confidence="likely" if short else None,
        fix=fix,
    )


RULE = Rule(
    name="ip-address-as-text",
    area="types",
    severity="low",
    confidence="hint",
    summary="A column named like an IP address is text",
    check=check,
    only_for=("postgres",),
)
