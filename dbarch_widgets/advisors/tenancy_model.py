"""How tenants are kept apart."""

from __future__ import annotations

import re
from dataclasses import replace

from dbarch_widgets.advisors.base import KEEPS_RECORDS, Advisor, Because, Brief, Option, Weighing, keep_their_data
from dbarch_widgets.model.weighing import Standing

# Azure documentation on sharding models of Citus: schemas hold to about ten thousand tenants, rows to a million and more.
_MOST_SCHEMAS = 10_000
# Cloudflare D1 documentation, Limits: databases of a paid account, and the bytes of one.
_MOST_D1 = 50_000
_D1_BYTES = 10_000_000_000
# Measured on PostgreSQL 18.6 by evidence/tenancy_ways.py on three designs with 36 to 91 tables and indexes: each empty one takes
# 14 to 18 kB on disk and 7 to 9 kB in every session that has touched it; an empty database takes 8.6 to 9.0 MB.
_DISK_EACH, _SESSION_EACH, _DATABASE = 15_000, 8_000, 9_000_000
_FEW, _MANY_DATABASES = 100, 1_000
# From here on the largest is no usual tenant with more rows: it needs a place, a restore and limits of its own.
_UNEQUAL = 50
_NUMBER = re.compile(r"\d[\d,_ ]*\d|\d")
_NAMED = {
    "shared_table": "shared tables, a tenant column and row-level security",
    "schema_per_tenant": "a schema for each tenant in one database",
    "database_per_tenant": "a database for each tenant",
}
_EVEN = ("none", "no", "even", "equal")


def weigh(brief: Brief) -> Weighing | None:
    """Asked as soon as there is more than one tenant."""
    tenancy = brief.intake.tenancy
    tenants = tenancy.tenants
    if tenants is None or tenants < 2:
        return None
    bound = brief.regime(*KEEPS_RECORDS)
    said = [Because("tenancy.tenants", f"{tenants:,}")]
    said += [Because("tenancy.skew", tenancy.skew)] if tenancy.skew else []
    said += [Because("tenancy.model", tenancy.model)] if tenancy.model else []
    said += [Because("regions", keep_their_data(brief.must_stay))] if len(brief.must_stay) > 1 else []
    said += [Because("regimes", ", ".join(bound))] if bound else []
    options = [_shared(brief, tenants), _mixed(brief, tenants), _schemas(brief, tenants), _databases(brief, tenants)]
    if brief.on_the_edge:
        options.append(_d1(brief, tenants))
        said.append(Because("engines", ", ".join(f"{use}: {name}" for use, name in brief.intake.engines.items())))
    return Weighing(
        topic="tenancy model",
        question=f"How are {tenants:,} tenants kept apart?",
        options=tuple(_asked_for(option, tenancy.model) for option in options),
        because=tuple(said),
        to_measure="`measure_tenancy_ways(schema)` makes these tables once for each tenant in each way and counts what one more costs; isolation is "
        "proved by the script among the deliverables, and what a policy costs is measured by `dbarch review --measure`",
        sources=(
            "AWS Prescriptive Guidance, SaaS multi-tenant managed PostgreSQL",
            "Azure documentation, sharding models",
        ),
        unanswered=() if tenancy.skew else ("tenancy.skew: one very large tenant speaks for a place of its own",),
    )


def ratio(skew: str | None) -> float | None:
    """How many times the usual tenant the largest is, where the answer names two sizes: `one of 4,000 people, most below 20` is 200."""
    sizes = [int(re.sub(r"[,_ ]", "", found)) for found in _NUMBER.findall(skew or "")]
    sizes = [size for size in sizes if size > 0]
    return max(sizes) / min(sizes) if len(sizes) > 1 else None


def _asked_for(option: Option, model: str | None) -> Option:
    """The way that the answers name says so: what speaks against it still stands beside it."""
    if model is None or option.name != _NAMED.get(model):
        return option
    return replace(option, why="; ".join(part for part in ("the answers ask for it", option.why) if part))


def _unequal(brief: Brief) -> bool:
    """Whether the largest is far from the usual one, or was called unequal without numbers."""
    skew = brief.intake.tenancy.skew
    known = ratio(skew)
    return bool(skew) and (skew or "").strip().lower() not in _EVEN and (known is None or known >= _UNEQUAL)


def _each(brief: Brief) -> int:
    """Tables and indexes of one tenant."""
    return sum(1 + len(table.indexes) + len(table.key_constraints) for table in brief.tables)


def _shared(brief: Brief, tenants: int) -> Option:
    tables = len(brief.tables)
    many, unequal = tenants > _FEW, _unequal(brief)
    reasons = []
    if tables and many:
        reasons.append(f"{tenants:,} copies of {tables} tables would be more to migrate than one")
    if many and (bound := brief.regime(*KEEPS_RECORDS)):
        reasons.append(
            f"{', '.join(bound)}: the proof of the fence is what an auditor is shown, and one restore brings back all"
        )
    if many and unequal:
        reasons.append("the largest tenant speaks for a place of its own, see there")
    return Option(
        _NAMED["shared_table"],
        "one schema to migrate, central management, the lowest cost, any number of tenants",
        "one forgotten policy shows every tenant's rows; a large tenant is everyone's noisy neighbour; all share one restore",
        "favoured" if many and not unequal else "possible",
        "; ".join(reasons),
        (("relations", f"{tables:,} tables"),) if tables else (),
    )


def _mixed(brief: Brief, tenants: int) -> Option:
    """The bridge: what most share, and a place of their own for some, with the same schema and the same policies."""
    known = ratio(brief.intake.tenancy.skew)
    unequal = _unequal(brief)
    how = f"the largest is {known:,.0f} times the smallest that was named" if known else "the answer calls them unequal"
    return Option(
        "shared tables, and a database of its own for the largest tenants",
        "the usual tenant costs nothing more; the largest gets its own restore, limits and version, and disturbs nobody",
        "two kinds of place, and a directory that says where a tenant is; moving one must be practised",
        "favoured" if unequal and tenants > _FEW else "possible",
        f"{how}: a plan, a lock or a restore that suits the one does not suit the other" if unequal else "",
    )


def _schemas(brief: Brief, tenants: int) -> Option:
    each = _each(brief)
    standing: Standing = "ruled out" if tenants >= _MOST_SCHEMAS else "possible"
    why = (
        f"the field's figure for schemas ends at {_MOST_SCHEMAS:,} tenants"
        if standing == "ruled out"
        else "every migration runs once for each tenant"
    )
    figures = (
        ("relations", f"{tenants * each:,} tables and indexes"),
        ("empty, on disk", _bytes(tenants * each * _DISK_EACH)),
        ("in a session that has served all", _bytes(tenants * each * _SESSION_EACH)),
    )
    return Option(
        _NAMED["schema_per_tenant"],
        "rights by schema, tables of its own for a tenant, one tenant can be dumped alone",
        "a query over all tenants names every schema, functions name theirs, migrations and the catalog grow with the tenants",
        standing,
        why,
        figures if each else (),
    )


def _databases(brief: Brief, tenants: int) -> Option:
    few = tenants <= _FEW
    bound = brief.regime(*KEEPS_RECORDS)
    apart = len(brief.must_stay) > 1 or bool(bound)
    why = ""
    if few and apart:
        records = f"records under {', '.join(bound)} are kept, held and handed over apart"
        why = f"few, and {'their regions must keep their data' if len(brief.must_stay) > 1 else records}"
    elif tenants > _MANY_DATABASES:
        why = "each needs a connection of its own while it works: so many are a fleet of servers with a directory, not one server"
    return Option(
        _NAMED["database_per_tenant"],
        "the strongest fence, restore and region for each tenant alone, no noisy neighbour in the catalog",
        "connections cannot be pooled across databases; central reports need a copy; every change is rolled out tenant by tenant",
        "favoured" if few and apart else "possible",
        why,
        (("databases", f"{tenants:,}"), ("empty, on disk", _bytes(tenants * _DATABASE))),
    )


def _bytes(number: int) -> str:
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.0f} MB"


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
