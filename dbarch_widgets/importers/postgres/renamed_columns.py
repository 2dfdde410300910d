"""RENAME COLUMN: keys, indexes, expressions and the keys that point at the column follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import postgast
from google.protobuf.message import DecodeError
from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.draft import Draft, Refused, with_changes
from dbarch_widgets.importers.postgres.expressions import canonical_node, column_refs
from dbarch_widgets.model.schema import QName, Table


def rename_column(draft: Draft, table: Table, old: str, new: str) -> None:
    """Renames a column of a table, and of the tables that inherited it.

    Raises:
        Refused: there is no such column, or one of the new name.
    """
    if not table.has_column(old):
        raise Refused(f"column {old!r} is not in table {table.qname}")
    if table.has_column(new):
        raise Refused(f"column {new!r} is already in table {table.qname}")
    draft.change(table, **_changes(table, old, new))
    for sequence in draft.sequences_of(table, old):
        draft.sequences[QName(sequence.schema, sequence.name)] = replace(sequence, owned_by=(*table.qname, new))
    for other in draft.referring(table.qname):
        keys = tuple(
            with_changes(k, ref_columns=_each(k.ref_columns, old, new)) if k.target == table.qname else k
            for k in other.foreign_keys
        )
        draft.change(other, foreign_keys=keys)
    for child in draft.children(table.qname):
        if child.has_column(old):
            rename_column(draft, child, old, new)


def _each(columns: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if column == old else column for column in columns)


def _changes(table: Table, old: str, new: str) -> dict[str, Any]:
    """The fields of the table in which the column is named."""

    def text(expression: str | None) -> str | None:
        return rename_in_expression(expression, old, new) if expression else expression

    def each(columns: tuple[str, ...]) -> tuple[str, ...]:
        return _each(columns, old, new)

    primary = table.primary_key
    columns = [with_changes(c, name=new) if c.name == old else c for c in table.columns]
    policies = tuple(with_changes(p, using=text(p.using), check=text(p.check)) for p in table.rls.policies)
    keys = table.foreign_keys
    return {
        "columns": tuple(with_changes(c, generated=text(c.generated)) if c.generated else c for c in columns),
        "primary_key": replace(primary, columns=each(primary.columns), include=each(primary.include))
        if primary
        else None,
        "unique": tuple(replace(u, columns=each(u.columns), include=each(u.include)) for u in table.unique),
        "foreign_keys": tuple(
            with_changes(k, columns=each(k.columns), on_delete_columns=each(k.on_delete_columns)) for k in keys
        ),
        "checks": tuple(replace(check, expression=text(check.expression) or "") for check in table.checks),
        "indexes": tuple(
            with_changes(
                index,
                keys=tuple(
                    replace(
                        key,
                        column=new if key.column == old else key.column,
                        expression=text(key.expression),
                    )
                    for key in index.keys
                ),
                include=each(index.include),
                where=text(index.where),
            )
            for index in table.indexes
        ),
        "rls": replace(table.rls, policies=policies),
        "triggers": tuple(
            replace(trigger, when=text(trigger.when), columns=each(trigger.columns)) for trigger in table.triggers
        ),
        "grants": tuple(replace(grant, columns=each(grant.columns)) for grant in table.grants),
        "partition_key": _partition_key(table.partition_key, old, new),
    }


def _partition_key(key: str | None, old: str, new: str) -> str | None:
    if key is None:
        return None
    strategy, _, inside = key.partition(" (")
    renamed = rename_in_expression(f"ROW({inside}", old, new)
    return f"{strategy} {renamed.removeprefix('ROW')}"


def rename_in_expression(expression: str, old: str, new: str) -> str:
    """The canonical expression with one column renamed; unchanged when it does not parse."""
    try:
        tree = postgast.parse(f"SELECT {expression}")
    except (postgast.PgQueryError, DecodeError):
        return expression
    node = tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val
    if old not in column_refs(node):
        return expression
    for _, message in postgast.walk(node):
        if isinstance(message, pb.ColumnRef) and message.fields[-1].string.sval == old:
            message.fields[-1].string.sval = new
    return canonical_node(node)
