"""Two events with one number.

Symptom: A table of events has the id of a stream and a version or sequence within it, but no unique key over the two.

Why it matters: Two writers read version 7, both write version 8, and both are stored: the stream forks. Who builds the state
from it gets one or the other by chance. The unique key is the optimistic lock of an event store: the second writer fails and
tries again.

When it is fine: One process only writes a stream, and it checks.

How to fix: UNIQUE (stream, version).

Source: Greg Young, CQRS Documents, Building an Event Storage; PostgreSQL documentation, Unique Constraints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import IndexKey, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import create_index
from dbarch_widgets.rules.trading_tables import last_word
from dbarch_widgets.rules.words import singular, words

_STREAM = re.compile(r"(stream(_?id)?|aggregate_?(id|uuid)|entity_?id)\Z", re.IGNORECASE)
_VERSION = re.compile(
    r"((event_|stream_|aggregate_)?version|seq|sequence|(event_|stream_)?(sequence|seq)_?(no|nr|num|number)|event_(no|number)"
    r"|stream_position|revision)\Z",
    re.IGNORECASE,
)
_WHOLE = ("smallint", "integer", "bigint", "numeric")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    for table in context.tables:
        pair = _pair(context, table)
        if pair is None or _is_numbered(table, pair[1]):
            continue
        stream, version = pair
        sql = create_index(context, table, [IndexKey(stream), IndexKey(version)], unique=True)
        fix = Fix(sql, note="Find streams that have forked first: GROUP BY both HAVING count(*) > 1.")
        yield RULE.finding(
            f"{table.qname} has no unique key over {stream} and {version}: two writers store two events under one number, and the "
            "stream forks",
            table=table,
            columns=(stream, version),
            fix=fix if table.kind == "table" else None,
        )


def _pair(context: Context, table: Table) -> tuple[str, str] | None:
    """The stream and the number within it."""
    if last_word(table) not in ("event", "journal", "commit", "message"):
        return None
    numbers = [
        column.name
        for column in table.columns
        if _VERSION.match(column.name)
        and context.family(column.type) in _WHOLE
        and not column.identity
        and "nextval" not in (column.default or "")
    ]
    streams = [name for name in table.column_names if _STREAM.match(name)]
    head = words(singular(table.name))[:-1]
    streams += [name for name in table.column_names if head and name == f"{head[-1]}_id"]
    return (streams[0], numbers[0]) if streams and numbers else None


def _is_numbered(table: Table, version: str) -> bool:
    """Whether a unique key has the number: with the stream, or with what stands for it (a venue and day)."""
    indexes = [tuple(name for name in index.columns if name) for index in table.indexes if index.unique]
    return any(version in key for key in (*table.keys(), *indexes))


RULE = Rule(
    name="event-version-not-unique",
    area="trading",
    severity="high",
    confidence="likely",
    summary="A stream's event numbers are in no unique key, so that two writers fork it",
    check=check,
)
