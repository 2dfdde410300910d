"""Recovery goal without the copy that it needs.

Symptom: The intake states how much may be lost (RPO) or how soon it must run again (RTO), and no replica that could keep it; or the
data is so large that a restore alone takes longer.

Why it matters: An RPO of zero needs a synchronous standby: nothing else has the last commit. Archiving of the log loses what has not
been archived yet, up to archive_timeout. A restore reads the whole backup: at 200 MB a second a terabyte takes an hour and a half,
before the log is replayed.

When it is fine: The goals are wishes that nobody has signed.

How to fix: synchronous_commit with a standby in another zone for an RPO of zero (and two, so that one may fail); a hot standby for an
RTO of minutes; less data in the database that must come back first. Measure a restore before promising one.

Source: PostgreSQL documentation, Log-Shipping Standby Servers; PostgreSQL documentation, Continuous Archiving and Point-in-Time
Recovery.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import row_bytes

_RESTORED_PER_SECOND = 200 * 10**6
_SOON = 60.0


def check(context: Context) -> Iterator[Finding]:
    """One finding for what may be lost and one for the time."""
    if not context.tables:
        return
    rpo, rto, replica = context.rpo_seconds, context.rto_seconds, context.replica
    if rpo is not None and rpo < _SOON and replica != "sync" and not (rpo > 0 and replica == "async"):
        zero = rpo == 0
        has = {"none": "there is no replica", "async": "the replica is asynchronous"}.get(
            replica or "", "no replica is named"
        )
        goal = (
            f", and every write then waits for it within its {context.write_goal_ms:g} ms"
            if context.write_goal_ms
            else ""
        )
        needs = f"a synchronous standby{goal}" if zero else "a standby that streams the log"
        yield RULE.finding(
            f"{'Nothing' if zero else f'At most {rpo:g} seconds of data'} may be lost, which needs {needs}; {has}",
            object="rpo",
            file=context.only_file,
            severity=None if replica else "medium",
            confidence=None if replica else "hint",
            because=("recovery.rpo_seconds", "recovery.replica", "latency.p99_write_ms"),
        )
    size = sum((context.scale(table).rows or 0) * row_bytes(context, table) for table in context.tables)
    seconds = size / _RESTORED_PER_SECOND
    if rto is not None and replica in (None, "none") and seconds > rto:
        yield RULE.finding(
            f"It must run again within {_time(rto)}, and reading back {size / 1e9:,.0f} GB takes about {_time(seconds)} at 200 MB a "
            "second: only a standby is there sooner",
            object="rto",
            file=context.only_file,
            severity=None if replica else "medium",
            because=("recovery.rto_seconds", "recovery.replica", "scale.tables"),
        )


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:,.0f} hours"


RULE = Rule(
    name="recovery-goal-unmet",
    area="operations",
    severity="high",
    confidence="likely",
    summary="What may be lost, or how soon it must run again, is promised without the replica that it needs",
    check=check,
)
