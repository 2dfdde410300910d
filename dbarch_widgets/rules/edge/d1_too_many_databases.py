"""More tenants than D1 databases.

Symptom: Each tenant is to have a D1 database of its own, and the intake states more tenants than an account may have
databases.

Why it matters: An account holds 50,000 databases (10 on the Free plan), and a Worker can be bound to some 5,000. A tenant
too many cannot be taken on, and every migration has to run once for each database.

When it is fine: Cloudflare has raised the limit for the account.

How to fix: Let small tenants share a database by a tenant column and give one of their own only to large ones; ask for a
higher limit before it is needed.

Source: Cloudflare D1 documentation, Limits.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import MOST_DATABASES, engine_path, is_d1


def check(context: Context) -> Iterator[Finding]:
    """One finding for the design."""
    tenants = context.said_tenants or 0
    if not is_d1(context) or context.tenancy_model != "database_per_tenant" or not context.tables:
        return
    because = ("tenancy.tenants", "tenancy.model", *engine_path(context))
    if tenants > MOST_DATABASES:
        yield RULE.finding(
            f"A database for each of {tenants:,} tenants is more than the {MOST_DATABASES:,} that an account may have",
            object="tenancy",
            file=context.only_file,
            because=because,
        )
    elif tenants > 5_000:
        yield RULE.finding(
            f"A Worker can be bound to some 5,000 databases, and {tenants:,} tenants are to have one each: they have to be "
            "spread over several Workers, and each migration runs once per database",
            object="tenancy",
            file=context.only_file,
            severity="medium",
            because=because,
        )


RULE = Rule(
    name="d1-too-many-databases",
    area="edge",
    severity="high",
    confidence="likely",
    summary="A Cloudflare D1 database for each tenant is more than an account or a Worker may have",
    check=check,
)
