"""How tables come to be shared by many tenants: whose each row is, and the migration that says and fences it."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.deliverables.migration.files import migration_files
from dbarch_widgets.deliverables.part import File, LeftOut, Part
from dbarch_widgets.deliverables.tenancy import change
from dbarch_widgets.deliverables.tenancy.places import Place
from dbarch_widgets.deliverables.tenancy.plan import TenancyPlan
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.render.block_markdown import code_span, escaped
from dbarch_widgets.render.words import count
from dbarch_widgets.rules.access import accesses
from dbarch_widgets.sql.write.postgres.names import qualified
from dbarch_widgets.sql.write.words import literal, named

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
            "it is for tables that several tenants share: the answers speak of none (`tenancy: {tenants: 200}` in intake.yaml orders it), "
            "or every table has its fence"
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
        *migration_files(plan.migration, tuple(zip(STAGES, plan.ends, strict=True))),
    )


def _plan(plan: TenancyPlan, context: DeliveryContext) -> Iterator[str]:
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
    yield (
        f"Back: `sh tenancy/run.sh down {plan.ends[1]}` takes the fence away, `sh tenancy/run.sh down` all of it; the rows of later "
        "tenants must be gone by then, for keys are those of one again. Locks of each step: [README.md](README.md)."
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
    left = [f"- {line}" for line in _left(plan, context.rules.postgres_version)]
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
        yield (
            f"```sql\n{role}BEGIN;\nSELECT set_config({setting}, nextval(pg_get_serial_sequence({literal(place)}, 'id'))::text, true);\n"
            f"INSERT INTO {place} (id, name) VALUES (current_setting({setting})::bigint, 'its name');\n"
            "-- the rows that every tenant begins with\nCOMMIT;\n```"
        )
    else:
        yield f"The policy of {code_span(str(tenancy.root))} holds for it too: the session sets {code_span(tenancy.setting)} to the new key, then inserts the row with that key."


def _row(place: Place) -> str:
    return f"| {escaped(str(place.table))} | {_WAYS[place.way]} | {escaped(place.because)} |"


def _left(plan: TenancyPlan, version: int | None) -> Iterator[str]:
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
        yield f"{escaped(finding.message)}{_why_untied(plan, finding, version)}."
    yield from _defaults(plan)
    yield from _views(plan, version)
    if twice := _doubled(plan):
        yield (
            f"Behind the fence every query compares {code_span(plan.tenancy.column)} as well, so that these indexes have a successor that begins with it and "
            f"can go once `pg_stat_user_indexes` shows no more use of them: {', '.join(map(code_span, twice))}."
        )
    for function in plan.schema.functions:
        if function.security_definer:
            yield f"{escaped(function.name)} runs with its owner's rights: look at what it reads."


def _why_untied(plan: TenancyPlan, finding: Finding, version: int | None) -> str:
    table = plan.schema.find(QName(finding.schema or "", finding.table or ""))
    key = next((each for each in table.foreign_keys if each.name == finding.object), None) if table else None
    if key is None:
        return ""
    if key.on_delete in ("set null", "set default") and version is not None and version < change.INVOKER:
        return f" (before PostgreSQL 15 ON DELETE {key.on_delete.upper()} would set the tenant as well: the upgrade comes first)"
    parent = plan.schema.find(key.target)
    return (
        " (the parent is partitioned: a key of it needs the partition key too)"
        if parent and parent.kind == "partitioned"
        else ""
    )


def _defaults(plan: TenancyPlan) -> Iterator[str]:
    """ON DELETE SET DEFAULT sets a value that is there for one tenant only."""
    for place in plan.tenancy.of("own", "first", "parent"):
        table = plan.schema.table(place.table)
        for key in table.foreign_keys:
            column = table.column(key.on_delete_columns[0]) if key.on_delete_columns else None
            if (
                key.on_delete == "set default"
                and column is not None
                and column.default is not None
                and place.column in key.columns
            ):
                yield (
                    f"{escaped(str(table.qname))} ({escaped(column.name)}): ON DELETE SET DEFAULT sets {code_span(column.default)}, "
                    f"which is a row of one tenant; for the others deleting fails."
                )


def _doubled(plan: TenancyPlan) -> list[str]:
    """Plain indexes whose columns stand in another one behind the tenant."""
    found = []
    for place in plan.tenancy.of("own", "first", "parent"):
        table = plan.schema.table(place.table)
        behind = {columns[1:] for columns in _searched(table) if columns[:1] == (place.column,)}
        found += [
            str(QName(table.schema, index.name))
            for index in table.indexes
            if index.method == "btree"
            and not (index.unique or index.where or index.include)
            and all(key.column for key in index.keys)
            and any(columns[: len(index.keys)] == index.columns for columns in behind)
        ]
    return found


def _searched(table: Table) -> list[tuple[str | None, ...]]:
    """The columns of each index without a condition, keys among them."""
    return [access.columns for access in accesses(table) if access.where is None and access.method == "btree"]


def _views(plan: TenancyPlan, version: int | None) -> Iterator[str]:
    for view in plan.schema.views:
        if not change.seen(plan.schema, plan.tenancy, view.sql):
            continue
        name = escaped(view.name)
        if view.materialized:
            yield (
                f"{name} is a materialized view: it holds rows of all tenants, and no policy reaches it. Whoever owns it must have BYPASSRLS, or "
                f"REFRESH will fill it with nothing. Add {code_span(plan.tenancy.column)} to what it selects and let the application read it through a view "
                f"that compares that column with {code_span(plan.tenancy.setting)}{'; no role was given it' if plan.roles else ''}."
            )
        elif roles := change.blocked(plan.schema, plan.tenancy, view.name, view.sql):
            yield f"{name} reads with its owner's rights: {escaped(', '.join(dict.fromkeys(roles)))} may not read all the tables beneath it."
        elif version is not None and version < change.INVOKER:
            yield (
                f"{name} reads with its owner's rights, which PostgreSQL {version} cannot change: the fence holds in it while its owner is "
                "neither superuser nor has BYPASSRLS."
            )


PART = Part("tenancy", "Shared tables for many tenants", write)
"""Shared tables for many tenants: whose each row is, the columns and keys that say so, the fence, and the way there."""
