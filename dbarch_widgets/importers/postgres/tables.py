"""CREATE TABLE with all that it can hold: columns, constraints, LIKE, INHERITS, PARTITION OF, PARTITION BY."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.columns import Late, identity_column, make_column, new_column
from dbarch_widgets.importers.postgres.constraints import add_constraint
from dbarch_widgets.importers.postgres.draft import Draft, NotKept, Refused, with_changes
from dbarch_widgets.importers.postgres.indexes import index_form, key_names
from dbarch_widgets.importers.postgres.names import column_addition
from dbarch_widgets.importers.postgres.options import read_options
from dbarch_widgets.importers.postgres.partitions import bound_text, partition_key
from dbarch_widgets.importers.postgres.sequences import counting_like
from dbarch_widgets.importers.postgres.words import names
from dbarch_widgets.model.schema import Column, Table, TableKind

Node = Any

_KEY_CONSTRAINTS = (pb.CONSTR_PRIMARY, pb.CONSTR_UNIQUE, pb.CONSTR_EXCLUSION)


def create_table(draft: Draft, statement: Node, *, foreign: bool = False) -> None:
    """`CREATE TABLE`; a second definition of a name is refused and the first is kept."""
    qname = draft.created(statement.relation)
    if statement.relation.relpersistence == "t":
        raise NotKept("a temporary table is no part of the schema")
    if qname in draft.tables or qname in draft.relations:
        first = draft.tables.get(qname)
        where = f" (line {first.line})" if first else ""
        if statement.if_not_exists:
            return
        raise Refused(f"{qname} is already defined{where}; the first definition is kept")
    table = Table(
        qname.schema,
        qname.name,
        kind="foreign" if foreign else "table",
        unlogged=statement.relation.relpersistence == "u",
        options=read_options(statement.options),
        file=draft.file,
        line=draft.line,
    )
    draft.take_relation(qname)
    try:
        table = _fill(draft, table, statement)
    except Refused:
        draft.relations.pop(qname, None)
        raise
    draft.put(table)


def _fill(draft: Draft, table: Table, statement: Node) -> Table:
    late: list[Late] = []
    table = _parents(draft, table, statement)
    if statement.HasField("of_typename"):
        table = with_changes(table, columns=_fields(draft, statement.of_typename))
    taken_over = frozenset(table.column_names)
    # A dictionary, not the table, grows with every column: tables of thousands of columns stay cheap.
    columns = {column.name: column for column in table.columns}
    elements = list(statement.table_elts)
    definitions = [element.column_def for element in elements]
    starts = [*[definition.location for definition in definitions[1:]], 0]
    for element, definition, after in zip(elements, definitions, starts, strict=False):
        kind = element.WhichOneof("node")
        if kind == "column_def":
            name = definition.colname
            if name not in columns:
                column, constraints = new_column(draft, table, definition, after)
            elif name in taken_over:
                column, constraints = make_column(draft, table, definition, columns[name])
            else:
                raise Refused(f"column {name!r} is defined twice in {table.qname}")
            columns[name] = column
            late += constraints
        elif kind == "constraint":
            late.append((element.constraint, None, draft.line_of(element.constraint.location)))
        elif kind == "table_like_clause":
            table = like(draft, with_changes(table, columns=tuple(columns.values())), element.table_like_clause)
            columns = {column.name: column for column in table.columns}
        else:
            draft.remark(f"the element {kind} of the table is not kept")
    table = with_changes(table, columns=tuple(columns.values()))
    if statement.HasField("partspec"):
        table = with_changes(table, kind="partitioned", partition_key=partition_key(draft, table, statement.partspec))
    # The order in which PostgreSQL makes them decides the numbers of generated names: checks, keys, foreign keys.
    for constraint, beside, line in _once(sorted(late, key=lambda item: _rank(item[0]))):
        table = add_constraint(draft, table, constraint, column=beside, line=line)
    if table.partition_of:
        table = inherit_keys(draft, draft.tables[table.partition_of], table)
    return table


def _once(late: list[Late]) -> list[Late]:
    """Without keys that say again what an earlier one says: PostgreSQL makes one of them, under the name that is given."""
    kept: list[Late] = []
    keys: dict[tuple[object, ...], Node] = {}
    for constraint, beside, line in late:
        if constraint.contype in (pb.CONSTR_PRIMARY, pb.CONSTR_UNIQUE):
            options = constraint.nulls_not_distinct, constraint.deferrable, constraint.initdeferred
            form = (names(constraint.keys) or (beside,), names(constraint.including), options)
            if form in keys:
                keys[form].conname = keys[form].conname or constraint.conname
                continue
            keys[form] = constraint
        kept.append((constraint, beside, line))
    return kept


def _fields(draft: Draft, type_name: Node) -> tuple[Column, ...]:
    """The columns of a table made `OF` a composite type."""
    parts = [part.string.sval for part in type_name.names]
    qname = draft.resolve(parts[-2] if len(parts) > 1 else "", parts[-1], draft.composites)
    if qname not in draft.composites:
        raise Refused(f"type {qname} is not defined before this statement")
    return draft.composites[qname]


def _rank(constraint: Node) -> int:
    if constraint.contype == pb.CONSTR_FOREIGN:
        return 3
    if constraint.contype == pb.CONSTR_PRIMARY:
        return 1
    return 2 if constraint.contype in _KEY_CONSTRAINTS else 0


def _parents(draft: Draft, table: Table, statement: Node) -> Table:
    """What the table takes over from the table that it is a partition of, or inherits from."""
    if not statement.inh_relations:
        return table
    parents = [draft.table_of(node.range_var) for node in statement.inh_relations]
    if statement.HasField("partbound"):
        return _as_partition(table, parents[0], bound_text(draft, parents[0], statement.partbound))
    columns: dict[str, Column] = {}
    for parent in parents:
        for column in parent.columns:
            columns.setdefault(column.name, with_changes(column, identity=None, comment=None))
    checks = [check for parent in parents for check in parent.checks if not check.no_inherit]
    return replace(
        table, columns=tuple(columns.values()), checks=tuple(checks), inherits=tuple(parent.qname for parent in parents)
    )


def _as_partition(table: Table, parent: Table, bound: str) -> Table:
    kind: TableKind = table.kind if table.kind in ("foreign", "partitioned") else "partition"
    return replace(
        table,
        columns=table.columns or tuple(with_changes(column, comment=None) for column in parent.columns),
        checks=(*(check for check in parent.checks if not check.no_inherit), *table.checks)
        if not table.checks
        else table.checks,
        kind=kind,
        partition_of=parent.qname,
        partition_bound=bound,
    )


def inherit_keys(draft: Draft, parent: Table, partition: Table) -> Table:
    """The partition with its own copies of the parent's primary key and unique constraints."""
    if parent.primary_key and partition.primary_key is None:
        name = draft.choose_relation(partition.schema, partition.name, None, "pkey")
        partition = with_changes(partition, primary_key=replace(parent.primary_key, name=name))
    for unique in parent.unique:
        if all(own.columns != unique.columns for own in partition.unique):
            addition = column_addition((*unique.columns, *unique.include))
            name = draft.choose_relation(partition.schema, partition.name, addition, "key")
            partition = with_changes(partition, unique=(*partition.unique, replace(unique, name=name)))
    return partition


def attach(draft: Draft, parent: Table, child: Table, bound: str) -> None:
    """`ATTACH PARTITION`: the indexes of the child that are like the parent's belong to the parent's from now on."""
    partition = _as_partition(child, parent, bound)
    partition = with_changes(partition, columns=with_identity_of(parent, partition))
    wanted = [index_form(index) for index in parent.indexes]
    indexes = tuple(index for index in partition.indexes if index_form(index) not in wanted)
    draft.put(inherit_keys(draft, parent, with_changes(partition, indexes=indexes)))


def with_identity_of(parent: Table, partition: Table) -> tuple[Column, ...]:
    """The columns of a partition, which are identities where the parent's are (PostgreSQL 17 and later)."""
    identities = {column.name: column.identity for column in parent.columns}
    return tuple(with_changes(column, identity=identities.get(column.name)) for column in partition.columns)


def like(draft: Draft, table: Table, clause: Node) -> Table:
    """`LIKE other INCLUDING …`: always columns and NOT NULL; the rest by the option bits of PostgreSQL's grammar."""
    source = draft.table_of(clause.relation)
    options = clause.options
    columns = [
        replace(
            column,
            comment=column.comment if options & 1 else None,
            default=column.default if options & 8 else None,
            generated=column.generated if options & 16 else None,
            generated_kind=column.generated_kind if options & 16 else None,
            identity=column.identity if options & 32 else None,
        )
        for column in source.columns
    ]
    if options & 32:
        columns = [_like_identity(draft, source, table, column) for column in columns]
    table = with_changes(table, columns=(*table.columns, *columns))
    if options & 4:
        table = with_changes(table, checks=(*table.checks, *source.checks))
    if options & 64:
        table = copy_indexes(draft, source, inherit_keys(draft, source, table))
    return table


def _like_identity(draft: Draft, source: Table, table: Table, column: Column) -> Column:
    """The copy of an identity column with a sequence of its own, which counts like the first one."""
    if column.identity is None:
        return column
    owner = (source.schema, source.name, column.name)
    first = next((sequence for sequence in draft.sequences.values() if sequence.owned_by == owner), None)
    copied = identity_column(draft, table, column, "a" if column.identity == "always" else "d")
    owned = (table.schema, table.name, column.name)
    for qname, sequence in draft.sequences.items():
        if sequence.owned_by == owned and first is not None:
            draft.sequences[qname] = counting_like(first, sequence)
            break
    return copied


def copy_indexes(draft: Draft, source: Table, table: Table) -> Table:
    """The table with its own copies of the other's indexes, under the names that PostgreSQL would give them."""
    copies = []
    for index in source.indexes:
        middle = column_addition((*key_names(index), *index.include))
        copies.append(with_changes(index, name=draft.choose_relation(table.schema, table.name, middle, "idx")))
    return with_changes(table, indexes=(*table.indexes, *copies))
