"""How tables come to be shared by many tenants: whose each row is, and the migration that says and fences it."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.deliverables.migration.files import migration_files
from dbarch_widgets.deliverables.part import File, LeftOut, Part
from dbarch_widgets.deliverables.tenancy import change
from dbarch_widgets.deliverables.tenancy.places import Place
from dbarch_widgets.deliverables.tenancy.plan import TenancyPlan
from dbarch_widgets.model.review import Review
from dbarch_widgets.render.block_markdown import code_span, escaped
from dbarch_widgets.render.words import count
from dbarch_widgets.sql.write.words import literal

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
            "it is for tables that several tenants share: the answers and the schema speak of none, or every table has its fence"
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
        File("tenancy/PLAN.md", "\n\n".join(_plan(plan, context)) + "\n", "The way to shared tables", note),
        *migration_files(plan.migration),
    )


def _plan(plan: TenancyPlan, context: DeliveryContext) -> Iterator[str]:
    tenancy, (first, second, last) = plan.tenancy, plan.ends
    yield "# Many tenants in the same tables"
    yield (
        f"Each row says whose it is by {code_span(tenancy.column)}; the session says who asks by {code_span(tenancy.setting)}; "
        "policies compare the two. A forgotten condition then shows no row instead of somebody else's."
    )
    if context.chosen:
        yield "It begins where `migration/run.sh up` ends: run that first, or deliver with `--fix none` to begin from today's schema."
    yield "## What to run"
    yield "\n".join(
        [
            "1. A backup that was restored once; then `sh tenancy/run.sh preflight`, which shows the rows that are in the way.",
            _stage("columns", 0, first, "The application of today goes on and notices nothing."),
            _stage(
                "keys",
                first,
                second,
                "Filling, keys and foreign keys that carry the tenant, indexes. The application still goes on, but see ON CONFLICT below.",
            ),
            "4. Deploy the application that says who asks (below). It works without the fence as well.",
            _stage("fence", second, last, "From here on nobody sees or writes a row without saying who asks.", 5),
            "6. The proof, on a copy with rows of two tenants: `security/test_tenant_fence.sql` reads, moves, writes and deletes across each fence.",
        ]
    )
    yield f"Back: `sh tenancy/run.sh down {second}` takes the fence away, `sh tenancy/run.sh down` all of it. Locks of each step: [README.md](README.md)."
    yield "## What the application does"
    yield f"```sql\nBEGIN;\nSELECT set_config({literal(tenancy.setting)}, '42', true);  -- for this transaction only: safe behind PgBouncer\n-- the statements of today\nCOMMIT;\n```"
    yield "\n".join(f"- {line}" for line in _application(plan))
    yield "## Whose the rows of each table are"
    yield "| table | its tenant is known by | why |\n|---|---|---|\n" + "\n".join(
        _row(place) for place in tenancy.places
    )
    left = [f"- {line}" for line in _left(plan)]
    if left:
        yield "## What stays to be decided"
        yield "\n".join(left)


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
        keys = ", ".join(code_span(finding.place) for finding in uniques)
        yield f"ON CONFLICT that names one of these keys must name {code_span(tenancy.column)} too: {keys}."
    yield "It connects as a role that is neither superuser nor has BYPASSRLS. The owner is bound as well (FORCE); backups and jobs over all tenants need a role with BYPASSRLS."
    if plan.roles:
        yield (
            f"Roles: {code_span(plan.roles.app)} for the application, {code_span(plan.roles.readonly)} for who only reads, "
            f"{code_span(plan.roles.owner)} owns the tables and nobody logs in as it. `GRANT {plan.roles.app} TO …` gives it to a login."
        )
    yield "Who may run any SQL may also set the setting: this is a fence against mistakes, not against a stolen connection."


def _row(place: Place) -> str:
    return f"| {escaped(str(place.table))} | {_WAYS[place.way]} | {escaped(place.because)} |"


def _left(plan: TenancyPlan) -> Iterator[str]:
    for place in plan.tenancy.of("open"):
        yield f"{escaped(str(place.table))}: {escaped(place.because)}."
    for place in plan.tenancy.of("first"):
        if (
            (table := plan.schema.find(place.table))
            and not table.foreign_keys[1:]
            and "target_type" in table.column_names
        ):
            yield f"{escaped(str(place.table))}: its references are no foreign keys, so that nothing holds them within a tenant."
    for finding in plan.untied:
        yield f"{escaped(finding.message)}."
    for view in plan.schema.views:
        if not change.seen(plan.schema, plan.tenancy, view.sql):
            continue
        if view.materialized:
            yield f"{escaped(view.name)} is a materialized view: it holds rows of all tenants and no policy reaches it."
        elif roles := change.blocked(plan.schema, plan.tenancy, view.name, view.sql):
            yield f"{escaped(view.name)} reads with its owner's rights: {escaped(', '.join(dict.fromkeys(roles)))} may not read all the tables beneath it."
    for function in plan.schema.functions:
        if function.security_definer:
            yield f"{escaped(function.name)} runs with its owner's rights: look at what it reads."


PART = Part("tenancy", "Shared tables for many tenants", write)
