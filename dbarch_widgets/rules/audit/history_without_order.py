"""History without an order.

Symptom: A table of versions or of past states has no key that puts the versions of one thing into an order: neither a version
number nor a time is unique together with the thing.

Why it matters: "What was it on the first of May?" and "what came after?" have no certain answer: two versions with one time, or
the same version twice, are both accepted.

When it is fine: The table is a log of lines that are only read as text.

How to fix: A primary or unique key over the thing and its version number or its valid time (`(order_id, version)`,
`(order_id, valid_from)`), or an exclusion constraint over the range.

Source: Snodgrass, Developing Time-Oriented Database Applications in SQL; PostgreSQL documentation, Exclusion Constraints.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import ForeignKey, Table
from dbarch_widgets.rules.access import unique_keys
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import bag, singular, words

_HISTORIES = bag("history version versions revision revisions snapshot")
_ORDER = bag(
    "version revision seq sequence number no valid from at on since date time start begin effective as ts timestamp created create"
)
_NOT_OF_THINGS = bag("migration migrations schema search login password")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table of versions that refers to the thing that it is a version of."""
    for table in context.designed:
        parts = words(singular(table.name))
        if parts[-1:] and parts[-1] in _HISTORIES and not set(parts) & _NOT_OF_THINGS:
            thing = _thing(table, parts[:-1])
            linked = thing is not None and bool(set(words(singular(thing.ref_table))[-1:]) & _HISTORIES)
            if thing is not None and not linked and not _is_ordered(table, thing) and not table.exclusions:
                yield RULE.finding(
                    f"{table.qname} keeps versions by {thing.columns[0]}, but no key puts them into an order: two versions may have "
                    "the same number or the same time",
                    table=table,
                    columns=thing.columns,
                    object=thing.name,
                )


def _thing(table: Table, parts: tuple[str, ...]) -> ForeignKey | None:
    """The reference to what the rows are versions of: the table that has the rest of the name, or the only one."""
    keys = [key for key in table.foreign_keys if len(key.columns) == 1 and key.target != table.qname]
    named = [key for key in keys if words(singular(key.ref_table)) == parts]
    return named[0] if named else keys[0] if len(keys) == 1 else None


def _is_ordered(table: Table, thing: ForeignKey) -> bool:
    for key in unique_keys(table):
        others = set(key) - set(thing.columns)
        if set(thing.columns) <= set(key) and (not others or any(set(words(name)) & _ORDER for name in others)):
            return True
    return False


RULE = Rule(
    name="history-without-order",
    area="audit",
    severity="low",
    confidence="likely",
    summary="A table of versions has no key that puts the versions of one thing into an order",
    check=check,
)
