"""Which tables know the tenant: by a column of their own, or by the rows that they refer to."""

from __future__ import annotations

from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.model.tenant_map import TenantMap
from dbarch_widgets.rules.context import Context
from dbarch_widgets.sql.postgres_words import in_postgres_words


def tenants_in(schema: Schema, intake: Intake | None = None) -> TenantMap | None:
    """The tenant column of the schema and how each table gets to it; None where nothing tells one tenant from another.

    A path is the shortest one over foreign keys. The column is the one that the rules on tenancy see.
    """
    context = Context(in_postgres_words(schema), None, intake, None, schema)
    found = context.tenants
    if found is None:
        return None
    reached = {*found.tables, *([found.root] if found.root else [])}
    paths: dict[QName, QName] = {}
    while True:
        step = {
            table.qname: key.target
            for table in context.tables
            for key in table.foreign_keys
            if table.qname not in reached and key.target in reached
        }
        if not step:
            return TenantMap(found.column, found.root, found.tables, paths)
        paths |= step
        reached |= set(step)
