"""What the way to shared tables leaves to people: what no policy reaches, and what only they know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbarch_widgets.deliverables.tenancy import change
from dbarch_widgets.deliverables.tenancy.plan import TenancyPlan
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.objects import View
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.model.type_family import type_family
from dbarch_widgets.render.block_markdown import code_span, escaped
from dbarch_widgets.rules.access import accesses
from dbarch_widgets.rules.rights import owner_rights, unbound
from dbarch_widgets.rules.words import and_list
from dbarch_widgets.sql.write.postgres.names import qualified
from dbarch_widgets.sql.write.words import named

_WRITING = ("insert", "update", "delete", "truncate")
_MOST = 8


def undecided(review: Review, plan: TenancyPlan, version: int | None) -> Iterator[str]:
    """A sentence in Markdown for each; `version` is PostgreSQL's, as the answers have it."""
    for place in plan.tenancy.of("open"):
        yield f"{escaped(str(place.table))}: {escaped(place.because)}."
    yield from _loose(review, plan)
    yield from _numbered_for_all(plan)
    yield from _numbers_of_people(plan)
    yield from _written_lists(plan)
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
            rights = escaped(owner_rights(plan.schema, function.owner).rstrip(","))
            yield f"{escaped(function.name)} runs with {rights}: look at what it reads."


def _read_by(view: View) -> str:
    """Who reads the rows of all tenants in it as soon as it is refreshed."""
    roles = tuple(dict.fromkeys(grant.role for grant in view.grants if "select" in grant.privileges))
    if not roles:
        return ""
    return f". Until then {escaped(and_list(roles))} may read the rows of all in it: {code_span(_revoked('SELECT', QName(view.schema, view.name), roles))}"


def _revoked(privileges: str, name: QName, roles: Sequence[str]) -> str:
    return f"REVOKE {privileges} ON {qualified(name)} FROM {', '.join(map(named, roles))};"


def _loose(review: Review, plan: TenancyPlan) -> Iterator[str]:
    """Tables that point at rows of several tables by their names: no foreign key, so no tenant in it."""
    told = {(each.schema, each.table) for each in review.findings if each.rule == "polymorphic-reference"}
    for place in plan.tenancy.of("first", "parent", "own"):
        table = plan.schema.table(place.table)
        if place.table in told or ("target_type" in table.column_names and not table.foreign_keys[1:]):
            yield f"{escaped(str(place.table))}: its references are no foreign keys, so that nothing holds them within a tenant."


def _numbered_for_all(plan: TenancyPlan) -> Iterator[str]:
    """Document numbers: one sequence serves all tenants, who see gaps and by them how much the others write."""
    found = []
    for place in plan.tenancy.of("first", "parent"):
        table = plan.schema.table(place.table)
        for key in table.unique:
            own = [table.column(name) for name in key.columns if name != place.column]
            if len(own) == 1 and "nextval(" in (own[0].default or ""):
                found.append(code_span(f"{table.qname} ({own[0].name})"))
    if found:
        yield (
            f"{', '.join(found)}: one sequence numbers the rows of all tenants. Each tenant sees gaps, and by them how much the others write. Where a "
            f"tenant's numbers have to follow each other, count them in a row of its own (`UPDATE … SET last = last + 1 … RETURNING last`, one table with a row "
            f"for each tenant) and make the key UNIQUE ({code_span(plan.tenancy.column)}, number)."
        )


def _numbers_of_people(plan: TenancyPlan) -> Iterator[str]:
    """Keys of numbers that nothing draws: whoever inserts says which, and it must be free among all tenants."""
    found = []
    for place in plan.tenancy.of("first", "parent"):
        table = plan.schema.table(place.table)
        key = table.primary_key
        if key is None or len(key.columns) != 1 or place.column in key.columns:
            continue
        column = table.column(key.columns[0])
        drawn = column.identity or column.default or column.generated
        if (
            type_family(column.type) == "integer"
            and not drawn
            and not any(column.name in each.columns for each in table.foreign_keys)
        ):
            found.append(code_span(f"{table.qname} ({column.name})"))
    if found:
        yield (
            f"{', '.join(found[:_MOST])}{f' and {len(found) - _MOST} more' if len(found) > _MOST else ''}: nothing draws these numbers, so that whoever inserts "
            "chooses them, and number 1 of the first tenant is refused to the second. Where people choose, as with the numbers of rooms or piers, give the key an "
            "identity and keep their number in a column that is unique within the tenant; where a program draws them for all, nothing is to be done."
        )


def _written_lists(plan: TenancyPlan) -> Iterator[str]:
    """What everybody reads one tenant's session must not write."""
    lines = []
    for place in plan.tenancy.of("shared"):
        table = plan.schema.table(place.table)
        writers = [each for each in table.grants if set(each.privileges) & set(_WRITING)]
        rights = [name for name in _WRITING if any(name in each.privileges for each in writers)]
        if writers:
            roles = tuple(dict.fromkeys(each.role for each in writers))
            lines.append(code_span(_revoked(", ".join(rights).upper(), table.qname, roles)))
    if lines:
        yield (
            "Everybody's tables have no fence, and a role of the application may write them: what one tenant's session changes there, all see. Where only you keep "
            f"these lists: {' '.join(lines)}"
        )


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
                f"that compares that column with {code_span(plan.tenancy.setting)}{'; no role was given it' if plan.roles else _read_by(view)}."
            )
        elif roles := change.blocked(plan.schema, plan.tenancy, view.name, view.sql):
            rights = escaped(owner_rights(plan.schema, view.owner).rstrip(","))
            yield f"{name} reads with {rights}: {escaped(', '.join(dict.fromkeys(roles)))} may not read all the tables beneath it."
        elif version is not None and version < change.INVOKER:
            past = unbound(plan.schema, view.owner)
            holds = (
                "does not hold in it" if past else "holds in it while its owner is neither superuser nor has BYPASSRLS"
            )
            rights = escaped(owner_rights(plan.schema, view.owner).rstrip(","))
            yield f"{name} reads with {rights}, which PostgreSQL {version} cannot change: the fence {holds}."
