"""Trail that does not say who or when.

Symptom: An audit table has no column for who did it, or none for when.

Why it matters: A trail is read when something went wrong, and the first two questions are who and when. An entry without them
proves nothing; rules on books and records ask for the identity and the time of each change (SEC 17a-4(f), PCI DSS 10.2).

When it is fine: The who is in a row that the entry refers to (a session, a request), and that row is kept as long.

How to fix: `actor` (the person or service that the application signed in, not the database's role alone) and `happened_at`,
both NOT NULL with a default where there is one, filled by a trigger or by the application.

Source: SEC Rule 17a-4(f); PCI DSS 4.0.1 requirement 10.2; NIST SP 800-92.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.records import is_trail
from dbarch_widgets.rules.words import bag, words

_WHO = bag(
    "actor author user userid username account member person principal subject performer operator employee agent by who "
    "owner session login identity role client ident requester initiator modifier creator admin"
)
_TIMES = ("timestamp with time zone", "timestamp without time zone", "date")
_WHEN = bag("at time clock when date on timestamp ts created changed")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each trail."""
    for table in context.tables:
        parents = [context.schema.find(key.target) for key in table.foreign_keys if key.target != table.qname]
        if not is_trail(table) or any(parent and is_trail(parent) for parent in parents):
            # The lines of an entry are as the entry is.
            continue
        referring = {word for key in table.foreign_keys for word in words(key.ref_table)}
        names = {word for name in table.column_names for word in words(name)}
        who = bool(_WHO & (names | referring)) or any(name.lower().endswith("userid") for name in table.column_names)
        when = any(context.family(column.type) in _TIMES for column in table.columns) or bool(_WHEN & names)
        if not who or not when:
            yield _finding(table, who=who, when=when)


def _finding(table: Table, *, who: bool, when: bool) -> Finding:
    missing = "who did it, nor when" if not who and not when else "when it happened" if who else "who did it"
    adds = [] if who else ["ADD COLUMN actor text NOT NULL DEFAULT session_user"]
    adds += [] if when else ["ADD COLUMN happened_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()"]
    neither = "does not say" if who or when else "says neither"
    return RULE.finding(
        f"{table.qname} is an audit trail, but {neither} {missing}",
        table=table,
        fix=Fix(
            f"ALTER TABLE {dotted(table.qname)} {', '.join(adds)};",
            note="Rewrites the table; entries that are there get the values of the change. The application should write its own.",
        ),
        because=("regimes",),
    )


RULE = Rule(
    name="audit-trail-without-author",
    area="audit",
    severity="medium",
    confidence="likely",
    summary="An audit table does not say who did it, or when",
    check=check,
)
