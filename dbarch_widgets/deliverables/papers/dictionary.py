"""The data dictionary: every column of the target with its meaning, its kind of data, and what it refers to."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.classification.classify import classify
from dbarch_widgets.deliverables.papers.cells import csv_text, markdown_table
from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part
from dbarch_widgets.model.classification import Classification
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Column, Schema, Table
from dbarch_widgets.render.block_markdown import code_span, escaped
from dbarch_widgets.sql.write.order import words_of

_HEADERS = ("Column", "Type", "Null", "Default", "Key", "Refers to", "Allowed", "Kind of data", "Meaning")


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """A page for people and a table for spreadsheets."""
    schema = context.target
    if not schema.tables:
        raise LeftOut("the schema has no table")
    classes = classify(schema)
    tables = sorted(schema.base_tables, key=lambda table: table.qname)
    silent = sum(not column.comment for table in tables for column in table.columns)
    columns = sum(len(table.columns) for table in tables)
    parts = [
        f"# Data dictionary of {escaped(review.title.removeprefix('Review of '))}",
        f"{len(tables):,} tables, {columns:,} columns; {silent:,} columns have no comment in the database, so their meaning is open.",
    ]
    for table in tables:
        parts.append(f"## {code_span(str(table.qname))}")
        parts += [escaped(table.comment)] if table.comment else []
        parts.append(markdown_table(_HEADERS, _rows(table, schema, classes)))
    parts += _views(schema)
    every = [[str(table.qname), *row] for table in tables for row in _rows(table, schema, classes)]
    note = "The kind of data is judged by name, type and comment; correct it where it is wrong."
    return (
        File("papers/data_dictionary.md", "\n\n".join(parts) + "\n", "Data dictionary", note),
        File("papers/data_dictionary.csv", csv_text(("Table", *_HEADERS), every), "Data dictionary as a table"),
    )


def _rows(table: Table, schema: Schema, classes: Classification) -> Iterator[tuple[str, ...]]:
    for column in table.columns:
        found = classes.find(table.qname, column.name)
        kind = f"{found.category} ({found.data_class})" if found else ""
        yield (
            column.name,
            column.type,
            "yes" if column.nullable else "no",
            _default(column),
            _key(table, column),
            _target(table, column, schema),
            _allowed(table, column, schema),
            kind,
            column.comment or "",
        )


def _default(column: Column) -> str:
    if column.generated:
        return f"computed: {column.generated}"
    return "numbered" if column.identity else column.default or ""


def _allowed(table: Table, column: Column, schema: Schema) -> str:
    """The values of an enumeration, the condition of a domain, and the checks that speak of this column alone."""
    kind = column.type.removesuffix("[]")
    enums = [enum for enum in schema.enums if kind in (enum.name, f"{enum.schema}.{enum.name}")]
    domains = [domain for domain in schema.domains if kind in (domain.name, f"{domain.schema}.{domain.name}")]
    names = set(table.column_names)
    found = [", ".join(enum.values) for enum in enums]
    found += [condition for domain in domains for _, condition in domain.checks]
    found += [check.expression for check in table.checks if words_of(check.expression) & names == {column.name}]
    return "; ".join(found)


def _views(schema: Schema) -> Iterator[str]:
    """What is read without being a table."""
    if not schema.views:
        return
    yield "## Views"
    rows = [
        (
            f"{view.schema}.{view.name}",
            "kept, refreshed by hand"
            if view.materialized
            else "with the reader's rights"
            if view.security_invoker
            else f"with the rights of its owner, {view.owner}"
            if view.owner
            else "with its owner's rights",
            view.comment or "",
        )
        for view in sorted(schema.views, key=lambda view: (view.schema, view.name))
    ]
    yield markdown_table(("View", "Reads", "Meaning"), rows)


def _key(table: Table, column: Column) -> str:
    if table.primary_key and column.name in table.primary_key.columns:
        return "primary"
    return "unique" if any(key.columns == (column.name,) for key in table.unique) else ""


def _target(table: Table, column: Column, schema: Schema) -> str:
    keys = [key for key in table.foreign_keys if column.name in key.columns]
    return ", ".join(
        f"{key.target}.{_referred(key.columns, key.ref_columns, column.name, schema.find(key.target))}" for key in keys
    )


def _referred(columns: tuple[str, ...], referred: tuple[str, ...], name: str, parent: Table | None) -> str:
    if not referred and parent and parent.primary_key:
        referred = parent.primary_key.columns
    position = columns.index(name)
    return referred[position] if position < len(referred) else "?"


PART = Part("dictionary", "Data dictionary", write)
