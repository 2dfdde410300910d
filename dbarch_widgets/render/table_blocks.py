"""One table in blocks: columns, keys, foreign keys both ways, indexes, checks, row security, triggers, rights."""

from __future__ import annotations

from dbarch_widgets.model.objects import Policy, Trigger
from dbarch_widgets.model.schema import Check, Column, ForeignKey, Index, IndexKey, PrimaryKey, Schema, Table, Unique
from dbarch_widgets.render.blocks import Blocks, Code, Grid, Para, Strong, Words, code, inlines, listed, slim
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.rights_blocks import table_rights
from dbarch_widgets.render.words import count, place


def table_blocks(table: Table, schema: Schema | None = None) -> Blocks:
    """Everything about one table. With its schema also who points at it and its partitions."""
    grids: list[Grid] = [_columns(table), _keys(table), _foreign_keys(table)]
    if schema is not None:
        grids.append(_referencing(schema, table))
    grids += [_indexes(table), _checks(table), _policies(table), _triggers(table), table_rights(table)]
    shown = tuple(slim(grid) for grid in grids if grid.rows)
    comment: Blocks = (Para(table.comment),) if table.comment else ()
    return (Para(_headline(table, schema)), *comment, *shown)


def _headline(table: Table, schema: Schema | None) -> Words:
    parts = [f": {table.kind}, {count(len(table.columns), 'column')}"]
    if table.partition_key:
        parts.append(f", partitioned by {table.partition_key}")
    if table.partition_of:
        parts.append(f" of {table.partition_of} {table.partition_bound or ''}".rstrip())
    if schema is not None and (pieces := schema.partitions(table.qname)):
        parts.append(f", {count(len(pieces), 'partition')}")
    if table.inherits:
        parts.append(f", inherits {', '.join(map(str, table.inherits))}")
    if table.unlogged:
        parts.append(", unlogged (lost after a crash)")
    if table.options:
        parts.append(f", {', '.join(f'{key} {value}' for key, value in table.options.items())}")
    if table.owner:
        parts.append(f", owned by {table.owner}")
    if where := place(table.file, table.line):
        parts.append(f" — {where}")
    return (Strong(str(table.qname)), "".join(parts))


def _columns(table: Table) -> Grid:
    rows = tuple(_column(table, column) for column in table.columns)
    return Grid("Columns", ("Column", "Type", "Null", "Default", "Keys", "Comment"), rows)


def _column(table: Table, column: Column) -> tuple[Words, ...]:
    marks = []
    if table.primary_key and column.name in table.primary_key.columns:
        marks.append("PK")
    if any(column.name in key.columns for key in table.foreign_keys):
        marks.append("FK")
    if any(column.name in unique.columns for unique in table.unique):
        marks.append("UQ")
    return (
        Code(column.name),
        Code(column.type),
        "null" if column.nullable else "not null",
        _default(column),
        " ".join(marks),
        one_line(column.comment or "", 160),
    )


def _default(column: Column) -> Words:
    if column.identity:
        return f"identity, {column.identity}"
    if column.generated is not None:
        return (f"generated {column.generated_kind or ''}".rstrip() + " ", Code(column.generated))
    return Code(column.default) if column.default is not None else ""


def _keys(table: Table) -> Grid:
    rows: list[tuple[Words, ...]] = []
    if key := table.primary_key:
        rows.append((Code(key.name), "primary key", listed(key.columns), _key_notes(key)))
    rows += [(Code(unique.name), "unique", listed(unique.columns), _key_notes(unique)) for unique in table.unique]
    return Grid("Keys", ("Name", "Kind", "Columns", "Notes"), tuple(rows))


def _key_notes(key: PrimaryKey | Unique) -> str:
    notes = [
        "nulls are equal" if isinstance(key, Unique) and not key.nulls_distinct else "",
        f"includes {', '.join(key.include)}" if key.include else "",
        _deferred(key.deferrable, key.initially_deferred),
    ]
    return ", ".join(filter(None, notes))


def _deferred(deferrable: bool, initially: bool) -> str:
    return "deferred" if initially else "deferrable" if deferrable else ""


def _foreign_keys(table: Table) -> Grid:
    rows = tuple(
        (
            Code(key.name),
            listed(key.columns),
            (Code(str(key.target)), " (", *inlines(listed(key.ref_columns)), ")"),
            key.on_delete + (f" ({', '.join(key.on_delete_columns)})" if key.on_delete_columns else ""),
            key.on_update,
            _foreign_key_notes(key),
        )
        for key in table.foreign_keys
    )
    return Grid("Foreign keys", ("Name", "Columns", "Points to", "On delete", "On update", "Notes"), rows)


def _foreign_key_notes(key: ForeignKey) -> str:
    notes = [
        _deferred(key.deferrable, key.initially_deferred),
        "" if key.validated else "not validated",
        "" if key.enforced else "not enforced",
        "match full" if key.match == "full" else "",
    ]
    return ", ".join(filter(None, notes))


def _referencing(schema: Schema, table: Table) -> Grid:
    rows = tuple(
        (Code(str(other.qname)), listed(key.columns), Code(key.name), key.on_delete)
        for other, key in schema.referencing(table.qname)
    )
    return Grid("Pointed at by", ("Table", "Columns", "Foreign key", "On delete"), rows)


def _indexes(table: Table) -> Grid:
    rows = tuple(
        (
            Code(index.name),
            index.method,
            _index_keys(index),
            listed(index.include),
            code(index.where),
            _index_notes(index),
        )
        for index in table.indexes
    )
    return Grid("Indexes", ("Name", "Method", "Keys", "Includes", "Only rows where", "Notes"), rows)


def _index_keys(index: Index) -> Words:
    return listed(key_text(key) for key in index.keys)


def key_text(key: IndexKey) -> str:
    """One key as in `CREATE INDEX`: `lower(email)`, `created_at desc nulls last`."""
    words = [key.column if key.column is not None else f"({key.expression})"]
    words += [f"collate {key.collation}"] if key.collation else []
    words += [key.opclass] if key.opclass else []
    words += ["desc"] if key.order == "desc" else []
    words += [f"nulls {key.nulls}"] if key.nulls else []
    return " ".join(words)


def _index_notes(index: Index) -> str:
    notes = [
        "unique" if index.unique else "",
        "" if index.nulls_distinct else "nulls are equal",
        "" if index.valid else "invalid: it is not used",
        index.comment or "",
    ]
    return ", ".join(filter(None, notes))


def _checks(table: Table) -> Grid:
    rows: list[tuple[Words, ...]] = [
        (Code(check.name), Code(check.expression), _check_notes(check)) for check in table.checks
    ]
    rows += [(Code(exclusion.name), Code(f"exclude {exclusion.definition}"), "") for exclusion in table.exclusions]
    return Grid("Checks and exclusions", ("Name", "Rule", "Notes"), tuple(rows))


def _check_notes(check: Check) -> str:
    notes = [
        "" if check.validated else "existing rows were not checked",
        "" if check.enforced else "not enforced",
        "not inherited" if check.no_inherit else "",
    ]
    return ", ".join(filter(None, notes))


def _policies(table: Table) -> Grid:
    rows: list[tuple[Words, ...]] = [_policy(policy) for policy in table.rls.policies]
    state = ("enabled" if table.rls.enabled else "not enabled") + (
        ", forced for the owner too" if table.rls.forced else ""
    )
    if table.rls.enabled and not rows:
        rows = [
            ("none: no row is visible" + ("" if table.rls.forced else " to any role but the owner"), "", "", "", "")
        ]
    headers = ("Policy", "Command", "Roles", "Rows seen", "Rows written")
    return Grid(f"Row security ({state})", headers, tuple(rows))


def _policy(policy: Policy) -> tuple[Words, ...]:
    command = policy.command if policy.permissive else f"{policy.command}, restrictive"
    using = code(policy.using)
    return (Code(policy.name), command, listed(policy.roles), using, code(policy.check))


def _triggers(table: Table) -> Grid:
    def row(trigger: Trigger) -> tuple[Words, ...]:
        when = f"{trigger.timing} {' or '.join(trigger.events)}".strip()
        return (
            Code(trigger.name),
            when,
            "row" if trigger.for_each_row else "statement",
            Code(trigger.function or trigger.body or ""),
        )

    return Grid("Triggers", ("Name", "When", "For each", "Calls"), tuple(map(row, table.triggers)))
