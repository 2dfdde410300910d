"""Database that outgrows D1.

Symptom: The rows that the intake states, now or within three years, are more than the 10 GB that one D1 database holds.

Why it matters: The limit cannot be raised. When it is reached every write fails, and by then the data has to be split over
several databases while it is in use.

When it is fine: Only some of the tables go to D1, or old rows leave it in time.

How to fix: A database for each tenant or region, old rows moved out to object storage, or another engine for the large
tables. Set an alert at 80 % of the size.

Source: Cloudflare D1 documentation, Limits; Cloudflare D1 documentation, Metrics and analytics.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import LARGEST_DATABASE, engine_path, is_d1, row_bytes
from dbarch_widgets.rules.words import and_list

_HORIZON = 36


def check(context: Context) -> Iterator[Finding]:
    """One finding for the whole database, at its largest table."""
    if not is_d1(context):
        return
    now: dict[str, float] = {}
    monthly: dict[str, float] = {}
    for table in context.tables:
        scale, width = context.scale(table), row_bytes(context, table)
        now[str(table.qname)] = (scale.rows or 0) * width
        monthly[str(table.qname)] = (scale.growth_per_month or 0) * width
    parts = _databases(context)
    size, growth = sum(now.values()) / parts, sum(monthly.values()) / parts
    if size + _HORIZON * growth <= LARGEST_DATABASE:
        return
    later = {name: now[name] + _HORIZON * monthly[name] for name in now}
    largest = sorted(later, key=lambda name: -later[name])
    share = [name for name in largest[:3] if later[name] >= 0.1 * sum(later.values())]
    first = next(table for table in context.tables if str(table.qname) == largest[0])
    each = "" if parts == 1 else f" in each of {parts:,} databases"
    when = (
        f"its tables hold about {size / 1e9:,.0f} GB{each} already"
        if size > LARGEST_DATABASE
        else f"its tables reach that{each} in about {(LARGEST_DATABASE - size) / growth:.0f} months"
    )
    yield RULE.finding(
        f"A D1 database holds 10 GB and not more, and {when}; most of it is {and_list(share)}",
        table=first,
        because=(*engine_path(context), context.rows_path(first), context.growth_path(first), "tenancy.model"),
    )


def _databases(context: Context) -> int:
    """Over how many databases the rows are spread."""
    return max(context.said_tenants or 1, 1) if context.tenancy_model == "database_per_tenant" else 1


RULE = Rule(
    name="d1-database-full",
    area="edge",
    severity="high",
    confidence="likely",
    summary="The rows that are stated outgrow the 10 GB of a Cloudflare D1 database",
    check=check,
)
