"""How tables come to be shared by many tenants: whose each row is, and the migration that says and fences it."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.deliverables.migration.files import migration_files
from dbarch_widgets.deliverables.part import File, LeftOut, Part
from dbarch_widgets.deliverables.tenancy.places import Place
from dbarch_widgets.deliverables.tenancy.plan import TenancyPlan
from dbarch_widgets.deliverables.tenancy.undecided import undecided
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.review import Review
from dbarch_widgets.render.block_markdown import code_span, escaped
from dbarch_widgets.render.words import count
from dbarch_widgets.sql.write.postgres.names import qualified
from dbarch_widgets.sql.write.words import literal, named

_APART = {
    "schema_per_tenant": "a schema for each: schema/schema.sql makes the tables once, and its copies for the tenants' schemas are not written",
    "database_per_tenant": "a database for each: schema/schema.sql is run in each of them",
}
STAGES = ("columns", "keys", "fence")
_WAYS = {
    "root": "the tenants themselves",
    "own": "a column of its own, there already",
    "first": "a new column; today's rows belong to the first tenant",
    "parent": "a new column, filled from the parent",
    "through": "no column; its policy asks the parent",
    "shared": "everybody's: no fence",
    "open": "OPEN: nobody knows, no fence",
}


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """The plan for people, and the migration's files."""
    plan = context.tenancy
    if plan is None:
        raise LeftOut(
            _no_sharing(context)
            if context.dialect == "postgres"
            else f"row security is PostgreSQL's, and this is {context.database}"
        )
    _, second, last = plan.ends
    open_ones = [str(place.table) for place in plan.tenancy.of("open")]
    note = (
        f"Whose the rows of each table are and why; {last} steps in three stages. Up to step {second} the application of today "
        f"goes on (ON CONFLICT apart, see the plan); step {second + 1} needs one that says who asks."
    )
    if open_ones:
        shown = ", ".join(open_ones[:5]) + (f" and {len(open_ones) - 5} more" if len(open_ones) > 5 else "")
        note += f" Nobody has said yet whose the rows of these are: {shown}."
    return (
        File("tenancy/PLAN.md", "\n\n".join(_plan(review, plan, context)) + "\n", "The way to shared tables", note),
        *migration_files(plan.migration, tuple(zip(STAGES, plan.ends, strict=True))),
    )


def _no_sharing(context: DeliveryContext) -> str:
    apart = _APART.get(context.rules.tenancy_model or "")
    if apart:
        return f"it is for tables that several tenants share, and the answers ask for {apart}"
    return (
        "it is for tables that several tenants share: the answers speak of none (`tenancy: {tenants: 200}` in intake.yaml orders it), "
        "or every table has its fence"
    )


def _plan(review: Review, plan: TenancyPlan, context: DeliveryContext) -> Iterator[str]:
    tenancy = plan.tenancy
    yield "# Many tenants in the same tables"
    yield (
        f"Each row says whose it is by {code_span(tenancy.column)}; the session says who asks by {code_span(tenancy.setting)}; "
        "policies compare the two. A forgotten condition then shows no row instead of somebody else's."
    )
    if context.chosen:
        yield "It begins where `migration/run.sh up` ends: run that first, or deliver with `--fix none` to begin from today's schema."
    yield "## What to run"
    yield "\n".join(_order(plan))
    refuses = f" (it refuses while {code_span(str(tenancy.root))} holds others than the first)" if tenancy.made else ""
    yield (
        f"Back: `sh tenancy/run.sh down {plan.ends[1]}` takes the fence away, `sh tenancy/run.sh down` all of it; the rows of later "
        f"tenants must be gone by then, for keys are those of one again{refuses}. `sh tenancy/run.sh forget` then drops what it remembers. "
        "Locks of each step: [README.md](README.md)."
    )
    yield "## What the application does"
    yield f"```sql\nBEGIN;\nSELECT set_config({literal(tenancy.setting)}, '42', true);  -- for this transaction only: safe behind PgBouncer\n-- the statements of today\nCOMMIT;\n```"
    yield "\n".join(f"- {line}" for line in _application(plan))
    yield "## A new tenant"
    yield from _newcomer(plan)
    yield "## Whose the rows of each table are"
    yield "| table | its tenant is known by | why |\n|---|---|---|\n" + "\n".join(
        _row(place) for place in tenancy.places
    )
    yield "A table with the same rows for everybody is named in the answers (`tenancy: {shared: [countries]}`), and gets neither column nor fence."
    left = [f"- {line}" for line in undecided(review, plan, context.rules.postgres_version)]
    if left:
        yield "## What stays to be decided"
        yield "\n".join(left)


def _order(plan: TenancyPlan) -> Iterator[str]:
    first, second, last = plan.ends
    yield "1. A backup that was restored once; then `sh tenancy/run.sh preflight`, which shows the rows that are in the way."
    yield _stage("columns", 0, first, "The application of today goes on and notices nothing.")
    roles = " At its end the roles are there, for logins to be made members of." if plan.roles else ""
    yield _stage(
        "keys",
        first,
        second,
        f"Filling, keys and foreign keys that carry the tenant, indexes. The application still goes on, but see ON CONFLICT below.{roles}",
    )
    login = f", and whose login is a member of {code_span(plan.roles.app)}" if plan.roles else ""
    yield f"4. Deploy the application that says who asks (below){login}. It works without the fence as well."
    owner = (
        f" The last step gives the tables to {code_span(plan.roles.owner)}: it refuses while others than members of the roles use them as their owner."
        if plan.roles
        else ""
    )
    yield _stage("fence", second, last, f"From here on nobody sees or writes a row without saying who asks.{owner}", 5)
    yield (
        "6. The proof, on a copy with rows: `security/test_tenant_fence.sql` reads, moves, writes and deletes across each fence, "
        "and undoes it. It makes its own second tenant where there is one only."
    )


def _stage(name: str, before: int, end: int, words: str, number: int = 0) -> str:
    at = number or (2 if name == "columns" else 3)
    if before == end:
        return f"{at}. Stage *{name}*: nothing is to be done."
    return f"{at}. `sh tenancy/run.sh up {end}`, stage *{name}* ({count(end - before, 'step')}). {words}"


def _application(plan: TenancyPlan) -> Iterator[str]:
    tenancy = plan.tenancy
    if tenancy.of("first", "parent"):
        yield f"INSERT needs no change: {code_span(tenancy.column)} has the session's tenant as its default."
    uniques = [finding for finding in plan.changed if finding.rule == "global-unique-in-tenant-table"]
    if uniques:
        keys = ", ".join(code_span(_key(finding)) for finding in uniques)
        yield f"ON CONFLICT that names one of these keys must name {code_span(tenancy.column)} too: {keys}."
    yield "It connects as a role that is neither superuser nor has BYPASSRLS. The owner is bound as well (FORCE)."
    if plan.roles:
        yield (
            f"Roles: {code_span(plan.roles.app)} for the application, {code_span(plan.roles.readonly)} for who only reads, "
            f"{code_span(plan.roles.owner)} owns the tables and nobody logs in as it. `GRANT {plan.roles.app} TO …` gives it to a login. "
            "A table that is made later has no right for them and no fence: review again."
        )
    yield "What works over all tenants (backups, purges, reports) needs a role with BYPASSRLS: any other sees no row, and says nothing."
    yield "Who may run any SQL may also set the setting: this is a fence against mistakes, not against a stolen connection."


def _key(finding: Finding) -> str:
    """`staff (email)`; an index over an expression by its name."""
    return finding.place if finding.columns else f"{finding.place} ({finding.object})"


def _newcomer(plan: TenancyPlan) -> Iterator[str]:
    """How a tenant comes in: the session has to say a key that is not there yet."""
    tenancy = plan.tenancy
    if tenancy.root is None:
        yield f"No table holds the tenants: a new one is a value of {code_span(tenancy.setting)} that no row has yet."
    elif tenancy.made:
        place, setting = qualified(tenancy.root), literal(tenancy.setting)
        role = f"SET ROLE {named(plan.roles.owner)};\n" if plan.roles else ""
        if not plan.roles:
            yield f"As the owner of {code_span(str(tenancy.root))}, not as the application, which may only read it:"
        yield (
            f"```sql\n{role}BEGIN;\nSELECT set_config({setting}, nextval(pg_get_serial_sequence({literal(place)}, 'id'))::text, true);\n"
            f"INSERT INTO {place} (id, name) VALUES (current_setting({setting})::bigint, 'its name');\n"
            "-- the rows that every tenant begins with\nCOMMIT;\n```"
        )
    else:
        yield f"The policy of {code_span(str(tenancy.root))} holds for it too: the session sets {code_span(tenancy.setting)} to the new key, then inserts the row with that key."


def _row(place: Place) -> str:
    return f"| {escaped(str(place.table))} | {_WAYS[place.way]} | {escaped(place.because)} |"


PART = Part("tenancy", "Shared tables for many tenants", write)
"""Shared tables for many tenants: whose each row is, the columns and keys that say so, the fence, and the way there."""
