"""Trail whose rewriting nobody would notice.

Symptom: A regime asks for records that show every change, and the audit table has no chain of digests; or it has one, and the
head of the chain is published nowhere outside.

Why it matters: Rights and triggers bind roles, not the owner or whoever restores a changed backup. A chain (each row holds the
digest of the row before) shows a changed row in the middle; only a head that is kept elsewhere shows that the end was cut off
or that the whole was written anew.

When it is fine: The trail is sent, as it is written, to storage that nobody can change (object lock, a log service).

How to fix: `prev_hash` and `row_hash`, set by a trigger, one chain for each partition or tenant so that writers do not queue
(a chain took 5.7 times the CPU of a plain insert in a measurement); a job that checks it; each day the head into another system
or to a third party.

Source: SEC Rule 17a-4(f); AWS documentation, QLDB data verification; Crosby and Wallach, Efficient Data Structures for
Tamper-Evident Logging.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Severity
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.records import is_trail
from dbarch_widgets.rules.words import and_list, bag, words

_REGIMES = ("sec_17a4", "mifid2", "sox", "pci_dss", "cftc", "cat")
_DIGEST = bag("hash digest sha checksum hmac signature merkle")
_HEADS = bag("published publication head heads anchor anchors notary checkpoint digest digests root roots seal")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each trail, only where a regime of the intake asks for such records."""
    asking = [name for name in _REGIMES if context.regime(name)]
    if not asking:
        return
    anchored = any(_keeps_heads(table) for table in context.tables)
    for table in context.tables:
        if not is_trail(table) or _keeps_heads(table):
            continue
        chained = [name for name in table.column_names if set(words(name)) & _DIGEST]
        if not chained:
            yield _finding(
                table,
                (),
                f"nothing in {table.qname} would show that an entry was changed or left out by its owner",
                "medium",
            )
        elif not anchored:
            said = (
                f"the chain of {table.qname} ({and_list(chained)}) has no head outside of it: whoever may write the table can cut "
                "its end off or make the whole chain anew"
            )
            yield _finding(table, tuple(chained), said, "low")


def _keeps_heads(table: Table) -> bool:
    """Whether the table lists heads of a chain that were published."""
    parts = set(words(table.name))
    hashed = any(set(words(name)) & _DIGEST for name in table.column_names)
    return bool(parts & _HEADS) and hashed


def _finding(table: Table, columns: tuple[str, ...], said: str, severity: Severity) -> Finding:
    return RULE.finding(
        said[0].upper() + said[1:],
        table=table,
        columns=columns,
        severity=severity,
        because=("regimes",),
    )


RULE = Rule(
    name="audit-trail-without-anchor",
    area="audit",
    severity="medium",
    confidence="hint",
    summary="Nothing would show that an audit trail was rewritten, although a regime asks for it",
    check=check,
)
