"""How tenants are kept apart."""

from __future__ import annotations

from dbarch_widgets.advisors.base import Advisor, Because, Brief, Option, Weighing
from dbarch_widgets.model.weighing import Standing

# Azure documentation on sharding models of Citus: schemas hold to about ten thousand tenants, rows to a million and more.
_MOST_SCHEMAS = 10_000
# Cloudflare D1 documentation, Limits: databases of a paid account, and the bytes of one.
_MOST_D1 = 50_000
_D1_BYTES = 10_000_000_000


def weigh(brief: Brief) -> Weighing | None:
    """Asked as soon as there is more than one tenant."""
    tenants = brief.intake.tenancy.tenants
    if tenants is None or tenants < 2:
        return None
    said = [Because("tenancy.tenants", f"{tenants:,}")]
    said += [Because("tenancy.skew", brief.intake.tenancy.skew)] if brief.intake.tenancy.skew else []
    said += [Because("regions", f"{', '.join(brief.must_stay)} must keep its data")] if len(brief.must_stay) > 1 else []
    options = [_shared(brief, tenants), _schemas(brief, tenants), _databases(brief, tenants)]
    if brief.on_the_edge:
        options.append(_d1(brief, tenants))
        said.append(Because("engines", ", ".join(f"{use}: {name}" for use, name in brief.intake.engines.items())))
    return Weighing(
        topic="tenancy model",
        question=f"How are {tenants:,} tenants kept apart?",
        options=tuple(options),
        because=tuple(said),
        to_measure="isolation is proved by the script among the deliverables; what a policy costs is measured by `dbarch review --measure`",
        sources=(
            "AWS Prescriptive Guidance, SaaS multi-tenant managed PostgreSQL",
            "Azure documentation, sharding models",
        ),
        unanswered=()
        if brief.intake.tenancy.skew
        else ("tenancy.skew: one very large tenant speaks for a place of its own",),
    )


def _shared(brief: Brief, tenants: int) -> Option:
    tables = len(brief.tables)
    return Option(
        "shared tables, a tenant column and row-level security",
        "one schema to migrate, central management, the lowest cost, any number of tenants",
        "one forgotten policy shows every tenant's rows; a large tenant is everyone's noisy neighbour; all share one restore",
        "favoured" if tenants > 100 else "possible",
        f"{tenants:,} copies of {tables} tables would be more to migrate than one" if tables and tenants > 100 else "",
        (("relations", f"{tables:,} tables"),) if tables else (),
    )


def _schemas(brief: Brief, tenants: int) -> Option:
    relations = tenants * (len(brief.tables) + sum(len(table.indexes) + 1 for table in brief.tables))
    standing: Standing = "ruled out" if tenants > _MOST_SCHEMAS else "possible"
    why = (
        f"the field's figure for schemas ends at {_MOST_SCHEMAS:,} tenants"
        if standing == "ruled out"
        else "every migration runs once for each tenant"
    )
    return Option(
        "a schema for each tenant in one database",
        "rights by schema, tables of its own for a tenant, one tenant can be dumped alone",
        "no foreign keys between schemas, no query over all tenants, migrations and the catalog grow with the tenants",
        standing,
        why,
        (("relations", f"{relations:,} tables and indexes"),) if relations else (),
    )


def _databases(brief: Brief, tenants: int) -> Option:
    few = tenants <= 100
    skew = bool(brief.intake.tenancy.skew and brief.intake.tenancy.skew.lower() not in ("none", "no", "even"))
    return Option(
        "a database for each tenant",
        "the strongest fence, restore and region for each tenant alone, no noisy neighbour in the catalog",
        "connections cannot be pooled across databases; central reports need a copy; every change is rolled out tenant by tenant",
        "favoured" if few and len(brief.must_stay) > 1 else "possible",
        "for the largest tenants, beside shared tables for the rest" if skew and not few else "",
        (("databases", f"{tenants:,}"),),
    )


def _d1(brief: Brief, tenants: int) -> Option:
    each = brief.bytes_in_two_years // tenants
    standing: Standing = "ruled out" if tenants > _MOST_D1 or each > _D1_BYTES else "possible"
    why = (
        "over D1's limits"
        if standing == "ruled out"
        else "the average tenant fits; the largest must be looked at alone (10 GB a database)"
    )
    return Option(
        "a D1 database for each tenant",
        "made for it: up to 50,000 databases of an account, each near its users, point-in-time restore of 30 days",
        "10 GB each, one query at a time, no interactive transactions, no row-level security, reports need a copy elsewhere",
        standing,
        why,
        (("in two years", f"{each / 1e9:,.2f} GB for an average tenant, without indexes"),),
    )


ADVISOR = Advisor("tenancy model", weigh)
