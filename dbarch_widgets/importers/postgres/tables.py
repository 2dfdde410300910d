"""CREATE TABLE with all that it can hold: columns, constraints, LIKE, INHERITS, PARTITION OF, PARTITION BY."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.constraints import add_constraint
from dbarch_widgets.importers.postgres.draft import Draft, NotKept, Refused
from dbarch_widgets.importers.postgres.expressions import deparse
from dbarch_widgets.importers.postgres.names import column_addition
from dbarch_widgets.importers.postgres.types import serial_type
from dbarch_widgets.model.objects import Sequence
from dbarch_widgets.model.schema import Column, QName, Table, TableKind

Node = Any

_STRATEGY = {
    pb.PARTITION_STRATEGY_LIST: "LIST",
    pb.PARTITION_STRATEGY_RANGE: "RANGE",
    pb.PARTITION_STRATEGY_HASH: "HASH",
}
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
    late: list[tuple[Node, str | None, int | None]] = []
    table = _parents(draft, table, statement)
    if statement.HasField("of_typename"):
        table = replace(table, columns=_fields(draft, statement.of_typename))
    for element in statement.table_elts:
        kind = element.WhichOneof("node")
        if kind == "column_def":
            table, constraints = add_column(draft, table, element.column_def)
            late += constraints
        elif kind == "constraint":
            late.append((element.constraint, None, draft.line_of(element.constraint.location)))
        elif kind == "table_like_clause":
            table = _like(draft, table, element.table_like_clause)
        else:
            draft.remark(f"the element {kind} of the table is not kept")
    if statement.HasField("partspec"):
        table = replace(table, kind="partitioned", partition_key=_partition_key(draft, statement.partspec))
    # The order in which PostgreSQL makes them decides the numbers of generated names: checks, keys, foreign keys.
    for constraint, column, line in sorted(late, key=lambda item: _rank(item[0])):
        table = add_constraint(draft, table, constraint, column=column, line=line)
    if table.partition_of:
        table = inherit_keys(draft, draft.tables[table.partition_of], table)
    return table


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
        return _as_partition(table, parents[0], bound_text(statement.partbound))
    columns: dict[str, Column] = {}
    for parent in parents:
        for column in parent.columns:
            columns.setdefault(column.name, replace(column, identity=None))
    checks = [check for parent in parents for check in parent.checks if not check.no_inherit]
    return replace(
        table, columns=tuple(columns.values()), checks=tuple(checks), inherits=tuple(parent.qname for parent in parents)
    )


def _as_partition(table: Table, parent: Table, bound: str) -> Table:
    kind: TableKind = table.kind if table.kind in ("foreign", "partitioned") else "partition"
    return replace(
        table,
        columns=table.columns or parent.columns,
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
        partition = replace(partition, primary_key=replace(parent.primary_key, name=name))
    for unique in parent.unique:
        if all(own.columns != unique.columns for own in partition.unique):
            addition = column_addition((*unique.columns, *unique.include))
            name = draft.choose_relation(partition.schema, partition.name, addition, "key")
            partition = replace(partition, unique=(*partition.unique, replace(unique, name=name)))
    return partition


def attach(draft: Draft, parent: Table, child: Table, bound: str) -> None:
    """`ATTACH PARTITION`."""
    partition = _as_partition(child, parent, bound)
    draft.put(inherit_keys(draft, parent, partition))


def bound_text(bound: Node) -> str:
    """The bound as `pg_get_expr(relpartbound)` prints it."""
    if bound.is_default:
        return "DEFAULT"
    if bound.strategy == "h":
        return f"FOR VALUES WITH (modulus {bound.modulus}, remainder {bound.remainder})"
    if bound.strategy == "l":
        return f"FOR VALUES IN ({', '.join(_datum(node) for node in bound.listdatums)})"
    low = ", ".join(_datum(node) for node in bound.lowerdatums)
    high = ", ".join(_datum(node) for node in bound.upperdatums)
    return f"FOR VALUES FROM ({low}) TO ({high})"


def _datum(node: Node) -> str:
    text = deparse(node)
    return text.upper() if text.lower() in ("minvalue", "maxvalue") else text


def _partition_key(draft: Draft, spec: Node) -> str:
    parts = []
    for node in spec.part_params:
        element = node.partition_elem
        parts.append(element.name or f"({draft.expression(element.expr)})")
    return f"{_STRATEGY[spec.strategy]} ({', '.join(parts)})"


def read_options(options: Any) -> dict[str, str]:
    """Storage parameters as texts."""
    found = {}
    for node in options:
        element = node.def_elem
        if element.defname == "oids":
            continue
        prefix = f"{element.defnamespace}." if element.defnamespace else ""
        found[prefix + element.defname] = option_text(element)
    return found


def option_text(element: Node) -> str:
    """The value of one option; an option without value means true."""
    if not element.HasField("arg"):
        return "true"
    kind = element.arg.WhichOneof("node")
    if kind == "integer":
        return str(element.arg.integer.ival)
    if kind == "float":
        return str(element.arg.float.fval)
    if kind == "string":
        return str(element.arg.string.sval)
    if kind == "boolean":
        return "true" if element.arg.boolean.boolval else "false"
    if kind == "type_name":
        return str(element.arg.type_name.names[-1].string.sval)
    return str(deparse(element.arg))


def add_column(draft: Draft, table: Table, definition: Node) -> tuple[Table, list[tuple[Node, str | None, int | None]]]:
    """The table with one more column, and the constraints written beside it, which are to be added later."""
    name = str(definition.colname)
    line = draft.line_of(definition.location)
    if table.has_column(name):
        if definition.is_local and definition.HasField("type_name") and not (table.partition_of or table.inherits):
            raise Refused(f"column {name!r} is defined twice in {table.qname}")
        column = table.column(name)
    else:
        column = Column(name, "", line=line)
    serial = None
    if definition.HasField("type_name"):
        serial = serial_type(definition.type_name)
        column = replace(column, type=serial or draft.format_type(definition.type_name))
    if definition.HasField("coll_clause"):
        column = replace(column, collation=definition.coll_clause.collname[-1].string.sval)
    if serial:
        column = _serial(draft, table, column)
    column, late = _column_constraints(draft, table, column, definition)
    columns = [old for old in table.columns if old.name != name]
    if table.has_column(name):
        position = table.column_names.index(name)
        columns.insert(position, column)
    else:
        columns.append(column)
    return replace(table, columns=tuple(columns)), late


def _serial(draft: Draft, table: Table, column: Column) -> Column:
    name = draft.choose_relation(table.schema, table.name, column.name, "seq")
    qname = QName(table.schema, name)
    draft.sequences[qname] = Sequence(
        table.schema, name, column.type, 1, 1, (table.schema, table.name, column.name), column.line
    )
    return replace(column, nullable=False, default=f"nextval('{_regclass(qname)}'::regclass)")


def _regclass(name: QName) -> str:
    plain = str(name)
    return plain if plain.replace("_", "").replace(".", "").isalnum() and plain.islower() else f'"{name.name}"'


def _column_constraints(
    draft: Draft, table: Table, column: Column, definition: Node
) -> tuple[Column, list[tuple[Node, str | None, int | None]]]:
    late: list[tuple[Node, str | None, int | None]] = []
    for node in definition.constraints:
        constraint = node.constraint
        kind = constraint.contype
        if kind == pb.CONSTR_NOTNULL:
            column = replace(column, nullable=False)
        elif kind == pb.CONSTR_NULL:
            column = replace(column, nullable=True)
        elif kind == pb.CONSTR_DEFAULT:
            text = draft.expression(constraint.raw_expr, column.type)
            column = replace(column, default=None if text.upper() == "NULL" else text)
        elif kind == pb.CONSTR_IDENTITY:
            column = identity_column(draft, table, column, constraint.generated_when, constraint.options)
        elif kind == pb.CONSTR_GENERATED:
            stored = constraint.generated_kind != "v"
            text = draft.expression(constraint.raw_expr)
            column = replace(column, generated=text, generated_kind="stored" if stored else "virtual")
        elif kind in (pb.CONSTR_ATTR_DEFERRABLE, pb.CONSTR_ATTR_DEFERRED, pb.CONSTR_ATTR_NOT_ENFORCED):
            _attribute(late, kind)
        elif kind in (pb.CONSTR_ATTR_NOT_DEFERRABLE, pb.CONSTR_ATTR_IMMEDIATE, pb.CONSTR_ATTR_ENFORCED):
            pass
        else:
            late.append((constraint, column.name, draft.line_of(constraint.location)))
    return column, late


def _attribute(late: list[tuple[Node, str | None, int | None]], kind: int) -> None:
    """`DEFERRABLE`, `INITIALLY DEFERRED` and `NOT ENFORCED` belong to the constraint written before them."""
    if not late:
        return
    constraint = late[-1][0]
    if kind == pb.CONSTR_ATTR_NOT_ENFORCED:
        constraint.is_enforced = False
        return
    constraint.deferrable = True
    if kind == pb.CONSTR_ATTR_DEFERRED:
        constraint.initdeferred = True


def identity_column(draft: Draft, table: Table, column: Column, when: str, options: Any = ()) -> Column:
    """The column as an identity, with its sequence."""
    given = read_options([node for node in options if node.def_elem.defname in ("start", "increment", "sequence_name")])
    name = draft.choose_relation(table.schema, table.name, column.name, "seq")
    increment = int(given.get("increment", 1))
    draft.sequences[QName(table.schema, name)] = Sequence(
        table.schema,
        name,
        column.type,
        int(given.get("start", 1 if increment > 0 else -1)),
        increment,
        (table.schema, table.name, column.name),
        column.line,
    )
    return replace(column, nullable=False, identity="always" if when == "a" else "by default")


def _like(draft: Draft, table: Table, clause: Node) -> Table:
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
    table = replace(table, columns=(*table.columns, *columns))
    if options & 4:
        table = replace(table, checks=(*table.checks, *source.checks))
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
            # PostgreSQL copies the settings, but not the type.
            draft.sequences[qname] = replace(sequence, type="bigint", start=first.start, increment=first.increment)
            break
    return copied


def copy_indexes(draft: Draft, source: Table, table: Table) -> Table:
    """The table with its own copies of the other's indexes, under the names that PostgreSQL would give them."""
    copies = []
    for index in source.indexes:
        middle = column_addition([name or "expr" for name in index.columns] + list(index.include))
        copies.append(replace(index, name=draft.choose_relation(table.schema, table.name, middle, "idx")))
    return replace(table, indexes=(*table.indexes, *copies))
