"""Roles, rights and row security of the target, and the script that proves tenants apart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files

from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part
from dbarch_widgets.deliverables.psql import psql_file
from dbarch_widgets.deliverables.security.fences import Fence, fences
from dbarch_widgets.deliverables.security.rights_sql import rights_script
from dbarch_widgets.deliverables.tenancy.change import bound_roles, column_of_parent, of_parent
from dbarch_widgets.deliverables.tenancy.places import Place
from dbarch_widgets.deliverables.tenancy.plan import TenancyPlan
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.rights import all_grants
from dbarch_widgets.model.schema import ForeignKey, Schema
from dbarch_widgets.sql.names import qualified
from dbarch_widgets.sql.write.words import literal

_NONE = {
    "sqlite": "SQLite and D1 have neither roles nor row security: give each tenant a database of its own, or fence in the application",
}


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """The script of rights; with policies that read a setting also the proof."""
    if context.dialect != "postgres":
        raise LeftOut(
            _NONE.get(context.dialect, f"row security is written for PostgreSQL only, and this is {context.database}")
        )
    schema, plan = context.target, context.tenancy
    granted = next(all_grants(schema), None) is not None or bool(schema.default_privileges)
    policed = [table for table in schema.tables if table.rls.enabled or table.rls.policies]
    found = []
    if granted or policed or schema.roles:
        found.append(
            File(
                "security/roles_and_policies.sql",
                rights_script(schema),
                "Roles, row security and rights",
                f"{len(policed)} tables with row security; can be run again.",
                psql_file("security/roles_and_policies.sql"),
            )
        )
    found += _proof("security/test_isolation.sql", schema, None)
    if plan is not None:
        found += [_fence(plan), *_proof("security/test_tenant_fence.sql", plan.schema, plan)]
    if not found:
        raise LeftOut("the schema has no role, no right and no policy; one owner may do everything")
    return tuple(found)


def _fence(plan: TenancyPlan) -> File:
    """The same policies and rights as the last stage of tenancy/run.sh, as a script that can be run again."""
    text = rights_script(plan.schema)
    if plan.roles:
        more = [*plan.roles.usage(plan.schema), *plan.roles.owning(plan.schema)]
        text = text.replace("COMMIT;\n", "".join(f"{line};\n" for line in more) + "\nCOMMIT;\n")
    policed = sum(table.rls.enabled for table in plan.schema.tables)
    when = (
        f"the columns must be there (sh tenancy/run.sh up {plan.ends[1]})" if plan.ends[1] else "nothing else is needed"
    )
    return File(
        "security/tenant_fence.sql",
        text,
        "The fence between tenants",
        f"ENABLE and FORCE ROW LEVEL SECURITY with policies on {policed} tables, roles and rights without TRUNCATE; {when}. It does what the last stage of tenancy/run.sh does, and can be run again.",
        psql_file("security/tenant_fence.sql"),
    )


def _proof(path: str, schema: Schema, plan: TenancyPlan | None) -> list[File]:
    apart = fences(schema)
    through = plan.tenancy.of("through") if plan else ()
    if not apart:
        return []
    tables, roles = len({fence.table for fence in apart}) + len(through), len({fence.role for fence in apart})
    return [
        File(
            path,
            isolation_script(schema, apart, [call for place in through for call in _through(schema, plan, place)]),
            f"Proof that tenants are apart{' behind the new fence' if plan else ''}",
            f"Tries to read, move, write and delete across the fences of {tables} tables as {f'each of {roles} roles' if roles > 1 else 'the role that may use them'}, undoes it, and fails when a row got through. Needs rows; where they are all of one tenant, one is given to a second for the time of the proof.",
            psql_file(path),
        )
    ]


def _through(schema: Schema, plan: TenancyPlan | None, place: Place) -> list[str]:
    """One call for each role that may read a table whose policy asks its parent."""
    table = schema.table(place.table)
    if plan is None or place.key is None:
        return []
    bound = bound_roles(schema, plan.tenancy)
    roles = sorted({grant.role for grant in table.grants} - {"public", table.owner})
    owner = of_parent(place, plan.tenancy, "t")
    words = [literal(qualified(place.table)) + "::regclass", literal(owner), literal(plan.tenancy.setting)]
    return [
        f"SELECT pg_temp.prove_through({', '.join([*words, literal(role), _further(plan, place.key, role)])});"
        for role in roles
        if not bound or role in bound
    ]


def _further(plan: TenancyPlan, key: ForeignKey, role: str) -> str:
    """The other settings that the parent's policies compare for the role, each with the parent's column as an expression."""
    pairs = [(one.setting, one.column) for one in fences(plan.schema) if (one.table, one.role) == (key.target, role)]
    read = {name: column_of_parent(key, column, "t") for name, column in pairs if name != plan.tenancy.setting}
    return literal(json.dumps(read, ensure_ascii=False)) + "::jsonb"


def isolation_script(schema: Schema, apart: tuple[Fence, ...], more: Sequence[str] = ()) -> str:
    """The proof with one call for each fence, and for each partition that its role may use by itself."""
    text = files("dbarch_widgets.deliverables.security").joinpath("isolation.sql").read_text(encoding="utf-8")
    return text.replace("@CALLS@", "\n".join([*(_call(fence) for fence in apart), *more]))


def _call(fence: Fence) -> str:
    place, role = literal(qualified(fence.table)), literal(fence.role)
    others = literal(json.dumps(dict(fence.others), ensure_ascii=False))
    rest = f"{literal(fence.column)}, {literal(fence.setting)}, {role}, {others}::jsonb"
    usable = f"relid = {place}::regclass OR EXISTS (SELECT FROM pg_roles WHERE rolname = {role} AND has_table_privilege(oid, relid, 'SELECT, INSERT, UPDATE, DELETE'))"
    return (
        f"SELECT pg_temp.prove(relid, {rest}) FROM "
        f"(SELECT {place}::regclass AS relid UNION SELECT relid FROM pg_partition_tree({place}::regclass)) AS parts\n"
        f"    WHERE {usable};"
    )


PART = Part("security", "Roles and row security", write)
