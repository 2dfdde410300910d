"""More queries than one D1 database answers.

Symptom: The intake states more queries a second, at the peak, than a single D1 database can answer, and the design has one
database for all.

Why it matters: A D1 database is one thread that answers one query after the other: about 1,000 a second when each takes a
millisecond, 10 when each takes 100. What comes on top waits in a queue, and when that is full it fails with "D1 DB is
overloaded".

When it is fine: Most reads are answered by a cache or by read replicas and never reach the primary.

How to fix: A database for each tenant or region; a cache before the reads; batches for the writes. Keep queries under a
millisecond, which means an index for each.

Source: Cloudflare D1 documentation, Limits and its frequently asked questions (figures as quoted
by others); Cloudflare D1 documentation, Debug D1.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import QUERIES_PER_SECOND, engine_path, is_d1


def check(context: Context) -> Iterator[Finding]:
    """One finding for the design."""
    if not is_d1(context) or context.tenancy_model == "database_per_tenant" or not context.tables:
        return
    busy = (context.reads_per_second or 0) + (context.writes_per_second or 0)
    peak = busy * context.peak_factor
    writes = context.peak_writes_per_second or 0
    if peak <= QUERIES_PER_SECOND:
        return
    yield RULE.finding(
        f"{peak:,.0f} queries a second at the peak ({writes:,.0f} of them writes) meet one D1 database, which answers about "
        f"{QUERIES_PER_SECOND:,} of one millisecond each: the rest waits or fails as overloaded",
        object="throughput",
        file=context.only_file,
        severity="high" if writes > QUERIES_PER_SECOND else None,
        because=(
            "scale.reads_per_second",
            "scale.writes_per_second",
            "scale.peak_factor",
            "tenancy.model",
            *engine_path(context),
        ),
    )


RULE = Rule(
    name="d1-single-thread",
    area="edge",
    severity="medium",
    confidence="likely",
    summary="The stated load is more than one Cloudflare D1 database answers",
    check=check,
)
