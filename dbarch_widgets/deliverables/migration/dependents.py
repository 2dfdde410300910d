"""What PostgreSQL makes one drop before a column's type changes: views and policies, made again right after."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.deliverables.migration.born import rights_of_new
from dbarch_widgets.deliverables.migration.draft import Draft
from dbarch_widgets.model.objects import View
from dbarch_widgets.model.rights import Rights
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.sql.write.base import Script
from dbarch_widgets.sql.write.order import views_in_order, words_of
from dbarch_widgets.sql.write.postgres import comments, objects, rights
from dbarch_widgets.sql.write.postgres.names import at, qualified
from dbarch_widgets.sql.write.postgres.owners import OWNERS, owner_to, view_place
from dbarch_widgets.sql.write.words import named


def around(draft: Draft, table: Table, *columns: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The statements before and after: as things are in the old schema, which later steps may change."""
    views = views_over(draft, table, columns)
    policies = [
        policy for policy in table.rls.policies if words_of(f"{policy.using or ''} {policy.check or ''}") & set(columns)
    ]
    after = next((new for old, new in draft.pairs if old.qname == table.qname), table)
    drop = [f"DROP {_kind(view)} {at(view.schema, view.name)}" for view in reversed(views)]
    drop += [f"DROP POLICY {named(policy.name)} ON {qualified(after.qname)}" for policy in policies]
    make = [rights.policy(after, policy) for policy in policies]
    return tuple(drop), (*make, *view_statements(draft, views))


def views_over(draft: Draft, table: Table, columns: tuple[str, ...]) -> list[View]:
    """The old schema's views that read one of the columns, and those that read them, in the order of their making."""
    found: list[View] = []
    of_table = {table.name, table.name.lower()}
    of_views: set[str] = set()
    for view in views_in_order(draft.old.views):
        words = words_of(view.sql)
        reads = words & of_table and (words & set(columns) or "*" in view.sql)
        if reads or words & of_views:
            found.append(view)
            of_views |= {view.name, view.name.lower()}
    return found


def view_statements(draft: Draft, views: list[View], of: Schema | None = None) -> list[str]:
    """What makes the views with their comments, rights and indexes; they are `of` the old schema where it is not said."""
    script = Script()
    only = replace(of or draft.old, views=tuple(views))
    objects.write_views(only, script)
    only = replace(only, tables=(), enums=(), domains=(), functions=(), namespaces=())
    for view in views:
        on = Rights("table", at(view.schema, view.name), view.grants)
        script.add(rights.GRANTS, *rights_of_new(draft, on, view.schema))
        if view.owner:
            script.add(OWNERS, owner_to(view_place(view), view.owner))
    comments.write_comments(only, script)
    return [statement for section in script.sections.values() for statement in section]


def _kind(view: View) -> str:
    return "MATERIALIZED VIEW" if view.materialized else "VIEW"
