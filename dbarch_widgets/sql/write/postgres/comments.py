"""COMMENT ON everything of PostgreSQL that has a comment in the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.sql.write.base import Script
from dbarch_widgets.sql.write.postgres.names import at, qualified
from dbarch_widgets.sql.write.postgres.objects import argument_types
from dbarch_widgets.sql.write.words import literal, named

COMMENTS = "Comments"


def write_comments(schema: Schema, script: Script) -> None:
    for what, text in comments_of(schema):
        if text is not None:
            script.add(COMMENTS, f"COMMENT ON {what} IS {literal(text)}")


def comments_of(schema: Schema) -> Iterator[tuple[str, str | None]]:
    """What has a comment or could have one, as COMMENT ON names it, and the comment."""
    for namespace in schema.namespaces:
        yield f"SCHEMA {named(namespace.name)}", namespace.comment
    for enum in schema.enums:
        yield f"TYPE {at(enum.schema, enum.name)}", enum.comment
    for domain in schema.domains:
        yield f"DOMAIN {at(domain.schema, domain.name)}", domain.comment
    for table in schema.tables:
        yield from _of_table(table)
    for view in schema.views:
        yield f"{'MATERIALIZED ' if view.materialized else ''}VIEW {at(view.schema, view.name)}", view.comment
        for index in view.indexes:
            yield f"INDEX {at(view.schema, index.name)}", index.comment
    times = Counter((function.schema, function.name) for function in schema.functions)
    for function in schema.functions:
        if function.body is None:
            continue
        only = times[function.schema, function.name] == 1
        arguments = "" if only else f"({argument_types(function.arguments)})"
        yield f"{function.kind.upper()} {at(function.schema, function.name)}{arguments}", function.comment


def _of_table(table: Table) -> Iterator[tuple[str, str | None]]:
    yield f"TABLE {qualified(table.qname)}", table.comment
    for column in table.columns:
        yield f"COLUMN {qualified(table.qname)}.{named(column.name)}", column.comment
    for index in table.indexes:
        yield f"INDEX {at(table.schema, index.name)}", index.comment
