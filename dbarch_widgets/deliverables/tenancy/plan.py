"""The way to shared tables in three stages, each a migration of its own, joined to one that can stop between them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.deliverables.migration import Hints, Migration, Step, plan_migration
from dbarch_widgets.deliverables.migration.backfill import backfill
from dbarch_widgets.deliverables.migration.step import Check
from dbarch_widgets.deliverables.target import make_target
from dbarch_widgets.deliverables.tenancy import change, primary_keys
from dbarch_widgets.deliverables.tenancy.places import Tenancy, tenancy_of
from dbarch_widgets.deliverables.tenancy.roles import OwnRoles, own_roles
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.tenancy import foreign_key_without_tenant, global_unique_in_tenant_table
from dbarch_widgets.sql.postgres_words import in_postgres_words
from dbarch_widgets.sql.write.order import words_of
from dbarch_widgets.sql.write.postgres.functions import dollar_quoted
from dbarch_widgets.sql.write.postgres.names import qualified
from dbarch_widgets.sql.write.words import literal, named

FOLDER, STATE, KEPT = "tenancy", "dbarch_tenancy", "dbarch_tenancy_kept"


@dataclass(frozen=True)
class TenancyPlan:
    """`schema` is where it leads. The steps are those of three stages; `ends` is the number of the last of each.

    `changed` are the findings whose fixes put the tenant into keys. `untied` are foreign keys that still do not carry it.
    """

    tenancy: Tenancy
    schema: Schema
    migration: Migration
    ends: tuple[int, int, int]
    changed: tuple[Finding, ...]
    untied: tuple[Finding, ...]
    roles: OwnRoles | None


def plan_of(context: DeliveryContext) -> TenancyPlan | None:
    """The plan from the target of the review; None where tenants do not share tables, or all is fenced already."""
    tenancy = tenancy_of(context)
    if tenancy is None:
        return None
    old = context.target
    roles = own_roles(context, tenancy)
    first = change.read_on(old, change.columns(old, tenancy))
    keyed = _keyed(change.read_on(first, change.required(tenancy)), context, tenancy)
    second = make_target(keyed.schema, keyed.changed)
    ties = [*change.tied(second.schema, tenancy), *primary_keys.indexes_for(second.schema, keyed.chosen)]
    tied = change.read_on(second.schema, ties)
    chosen = change.read_on(tied, primary_keys.statements(keyed.chosen))
    given = change.read_on(chosen, roles.statements(chosen) if roles else ())
    last = change.read_on(given, change.fence(given, tenancy, context.rules.postgres_version))
    rows = {table.qname: count for table in old.tables if (count := context.rules.scale(table).rows) is not None}
    one = plan_migration(old, first, Hints(rows=rows))
    two = plan_migration(first, tied, Hints(rows=rows, findings=second.applied))
    three = plan_migration(given, last, Hints(rows=rows))
    stages = (
        _only_the_first(_with_first_tenant(one.steps, tenancy), tenancy),
        _only_the_first(
            (
                *_fillings(first, tenancy),
                *_checked(two.steps, tenancy, tied),
                *primary_keys.steps(tied, keyed.chosen),
                *((roles.giving(last),) if roles else ()),
            ),
            tenancy,
        ),
        (*three.steps, *((roles.taking(last, KEPT),) if roles else ())),
    )
    steps = tuple(step for stage in stages for step in stage)
    if not steps:
        return None
    left = tuple(dict.fromkeys((*keyed.untied, *(each.finding for each in second.not_applied))))
    ends = (len(stages[0]), len(stages[0]) + len(stages[1]), len(steps))
    cannot = tuple(dict.fromkeys((*one.cannot, *two.cannot, *three.cannot)))
    back = tuple(dict.fromkeys((*one.cannot_back, *two.cannot_back, *three.cannot_back)))
    migration = Migration(steps, cannot, back, three.search_path, FOLDER, STATE, KEPT)
    changed = (*second.applied, *(each.finding for each in keyed.chosen))
    return TenancyPlan(tenancy, last, migration, ends, changed, left, roles)


@dataclass(frozen=True)
class _Keyed:
    """The schema with its columns, and what the rules on keys say of it: with a fix, on chosen primary keys, and the rest."""

    schema: Schema
    changed: tuple[Finding, ...]
    chosen: tuple[primary_keys.Chosen, ...]
    untied: tuple[Finding, ...]


def _keyed(schema: Schema, context: DeliveryContext, tenancy: Tenancy) -> _Keyed:
    rules = Context(in_postgres_words(schema), context.review.workload, context.review.intake)
    accepted = {finding.key for finding in context.review.findings if finding.accepted}
    planned = {place.table for place in tenancy.of("own", "first", "parent")}
    found = [
        finding
        for rule in (foreign_key_without_tenant.RULE, global_unique_in_tenant_table.RULE)
        for finding in rule.check(rules)
        if finding.key not in accepted and (finding.schema, finding.table) in planned
    ]
    chosen = primary_keys.chosen_keys(rules, tenancy, [each for each in found if each.fix is None])
    # These foreign keys change with the primary key that they point at.
    with_it = {(child, old.name) for one in chosen for child, old, _ in one.keys}
    rest = [each for each in found if ((each.schema, each.table), each.object) not in with_it]
    changed = tuple(each for each in rest if each.fix)
    untied = tuple(each for each in rest if not each.fix and each not in [one.finding for one in chosen])
    return _Keyed(schema, changed, chosen, untied)


def _with_first_tenant(steps: tuple[Step, ...], tenancy: Tenancy) -> tuple[Step, ...]:
    """The row of the first tenant, as soon as there is a table for it."""
    if not tenancy.made or tenancy.root is None:
        return steps
    place = qualified(tenancy.root)
    row = Step(
        f"Name the first tenant in {tenancy.root}",
        (
            f"INSERT INTO {place} (id, name) VALUES (1, {literal('the first tenant: give it its name')})",
            f"ALTER TABLE {place} ALTER COLUMN id RESTART WITH 2",
        ),
        (f"DELETE FROM {place} WHERE id = 1",),
        tenancy.root,
        ("id",),
        notes=("All rows that are there today are its.",),
    )
    at = next(number for number, step in enumerate(steps, 1) if step.title == f"Make table {tenancy.root}")
    return (*steps[:at], row, *steps[at:])


def _only_the_first(steps: tuple[Step, ...], tenancy: Tenancy) -> tuple[Step, ...]:
    """Going back begins with a question: without the columns the rows of later tenants would be the first one's.

    A stage that has steps asks before it takes back its last one.
    """
    if not tenancy.made or tenancy.root is None or not steps:
        return steps
    words = f"{tenancy.root} holds tenants besides the first: going back would give their rows to it"
    hint = "move or delete the rows of the later tenants, then their rows there"
    asked = dollar_quoted(
        f"BEGIN IF EXISTS (SELECT FROM {qualified(tenancy.root)} WHERE id <> 1) THEN "
        f"RAISE EXCEPTION USING MESSAGE = {literal(words)}, HINT = {literal(hint)}; END IF; END"
    )
    *before, last = steps
    note = f"Going back is refused while {tenancy.root} holds tenants besides the first."
    return (*before, replace(last, down=(f"DO {asked}", *last.down), notes=(*last.notes, note)))


def _fillings(schema: Schema, tenancy: Tenancy) -> list[Step]:
    """Parents before children, each along its key."""
    found = []
    for place in tenancy.of("parent"):
        table = schema.table(place.table)
        step = backfill(table, place.column, change.of_parent(place, tenancy, "filled"), STATE)
        sql = f"SELECT * FROM {qualified(place.table)} AS filled WHERE {change.of_parent(place, tenancy, 'filled')} IS NULL"
        known = place.key is not None and not any(other.table == place.key.target for other in tenancy.of("parent"))
        checks = (Check(f"{place.table}: rows whose parent has no {place.column}", sql),) if known else ()
        found.append(replace(step, checks=checks))
    return found


def _checked(steps: tuple[Step, ...], tenancy: Tenancy, schema: Schema) -> tuple[Step, ...]:
    """Without checks that read what is not there before the first stage; of a foreign key one that asks the parents instead."""
    came = {place.table.name for place in tenancy.of("first", "parent")}
    made = {tenancy.root.name} if tenancy.made and tenancy.root else set()
    found = []
    for step in steps:
        kept = [
            check
            for check in step.checks
            if not words_of(check.sql) & made
            and not (tenancy.column in words_of(check.sql) and words_of(check.sql) & came)
        ]
        if len(kept) < len(step.checks) and (crossing := _crossing(step, tenancy, schema)):
            kept.append(crossing)
        found.append(replace(step, checks=tuple(kept)))
    return tuple(found)


def _crossing(step: Step, tenancy: Tenancy, schema: Schema) -> Check | None:
    """Rows that point at a row of another tenant, by what the database of today knows of both."""
    table = schema.find(step.table) if step.table else None
    key = next((each for each in table.foreign_keys if each.name == step.names[0]), None) if table else None
    places = {place.table: place for place in tenancy.of("own", "parent")}
    if table is None or key is None or not {table.qname, key.target} <= set(places):
        return None
    mine, theirs = places[table.qname], places[key.target]
    pairs = [pair for pair in zip(key.columns, key.ref_columns, strict=True) if pair[0] != mine.column]
    join = " AND ".join(f"t.{named(ref)} = c.{named(column)}" for column, ref in pairs)
    sql = (
        f"SELECT c.* FROM {qualified(table.qname)} AS c JOIN {qualified(key.target)} AS t ON {join} "
        f"WHERE {change.today(mine, tenancy, 'c')} IS DISTINCT FROM {change.today(theirs, tenancy, 't')}"
    )
    shown = ", ".join(column for column, _ in pairs)
    return Check(f"{table.qname}: rows whose {shown} is of another {tenancy.column} than they are", sql)
