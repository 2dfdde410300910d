"""Roles, rights and row security of the target, and the script that proves tenants apart."""

from __future__ import annotations

import json
from importlib.resources import files

from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part
from dbarch_widgets.deliverables.psql import psql_file
from dbarch_widgets.deliverables.security.fences import Fence, fences
from dbarch_widgets.deliverables.security.rights_sql import rights_script
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.rights import all_grants
from dbarch_widgets.model.schema import Schema
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
    schema = context.target
    granted = next(all_grants(schema), None) is not None or bool(schema.default_privileges)
    policed = [table for table in schema.tables if table.rls.enabled or table.rls.policies]
    if not (granted or policed or schema.roles):
        raise LeftOut("the schema has no role, no right and no policy; one owner may do everything")
    found = [
        File(
            "security/roles_and_policies.sql",
            rights_script(schema),
            "Roles, row security and rights",
            f"{len(policed)} tables with row security; can be run again.{_open(context)}",
            psql_file("security/roles_and_policies.sql"),
        )
    ]
    apart = fences(schema)
    if apart:
        tables = len({fence.table for fence in apart})
        found.append(
            File(
                "security/test_isolation.sql",
                isolation_script(schema, apart),
                "Proof that tenants are apart",
                f"Tries to read, move, write and delete across the fences of {tables} tables as each of {len({fence.role for fence in apart})} roles, undoes it, and fails when a row got through. Needs rows of two tenants.",
                psql_file("security/test_isolation.sql"),
            )
        )
    return tuple(found)


def _open(context: DeliveryContext) -> str:
    from dbarch_widgets.rules.tenancy.tenant_table_without_rls import unfenced

    names = [str(table.qname) for table in unfenced(context.rules)]
    return f" Without row security although they have the tenant's column: {', '.join(names)}." if names else ""


def isolation_script(schema: Schema, apart: tuple[Fence, ...]) -> str:
    """The proof with one call for each fence, and for each partition that its role may use by itself."""
    text = files("dbarch_widgets.deliverables.security").joinpath("isolation.sql").read_text(encoding="utf-8")
    return text.replace("@CALLS@", "\n".join(_call(fence) for fence in apart))


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
