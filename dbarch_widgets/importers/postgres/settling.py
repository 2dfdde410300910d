"""The expressions of a whole Schema once more, now that the types of all columns are known.

A catalog is read expression by expression; only the types of the columns tell that `(status)::text = 'open'` is what
PostgreSQL makes of `status = 'open'`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from dbarch_widgets.importers.postgres.expressions import TypesOf, canonical
from dbarch_widgets.importers.postgres.functions import canonical_arguments
from dbarch_widgets.importers.postgres.types import printed_type
from dbarch_widgets.model.objects import Domain, Policy, Trigger
from dbarch_widgets.model.schema import Column, Index, QName, Schema, Table


def settled(schema: Schema) -> Schema:
    """The schema with every expression in its canonical form; a settled schema comes back equal."""
    domains = {printed_type(domain.schema, domain.name): domain.type for domain in schema.domains}
    known = {table.qname: table for table in schema.tables}

    def types(schema_name: str, name: str) -> TypesOf | None:
        table = known.get(QName(schema_name or "public", name))
        return TypesOf(table, domains, types) if table else None

    return replace(
        schema,
        tables=tuple(_table(table, TypesOf(table, domains, types)) for table in schema.tables),
        domains=tuple(_domain(domain) for domain in schema.domains),
        functions=tuple(replace(f, arguments=canonical_arguments(f.arguments)) for f in schema.functions),
    )


def _table(table: Table, types: TypesOf) -> Table:
    @cache
    def text(expression: str) -> str:
        return canonical(expression, None, types)

    def maybe(expression: str | None) -> str | None:
        return None if expression is None else text(expression)

    def column(each: Column) -> Column:
        return each if each.generated is None else replace(each, generated=text(each.generated))

    def index(each: Index) -> Index:
        if each.where is None and all(each.columns):
            return each
        keys = tuple(replace(key, expression=maybe(key.expression)) for key in each.keys)
        return replace(each, keys=keys, where=maybe(each.where))

    def policy(each: Policy) -> Policy:
        return replace(each, using=maybe(each.using), check=maybe(each.check))

    def trigger(each: Trigger) -> Trigger:
        return each if each.when is None else replace(each, when=text(each.when))

    return replace(
        table,
        columns=tuple(map(column, table.columns)),
        checks=tuple(replace(check, expression=text(check.expression)) for check in table.checks),
        indexes=tuple(map(index, table.indexes)),
        rls=replace(table.rls, policies=tuple(map(policy, table.rls.policies))),
        triggers=tuple(map(trigger, table.triggers)),
    )


def _domain(domain: Domain) -> Domain:
    types = {"value": domain.type}
    return replace(domain, checks=tuple((name, canonical(text, None, types)) for name, text in domain.checks))
