"""Types, domains, sequences, views, functions, triggers, extensions: everything beside tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import postgast
from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.draft import Draft, NotKept, Refused, with_changes
from dbarch_widgets.importers.postgres.expressions import canonical_node
from dbarch_widgets.importers.postgres.names import choose
from dbarch_widgets.importers.postgres.options import read_options
from dbarch_widgets.importers.postgres.owners import owner_named
from dbarch_widgets.importers.postgres.sequences import counting_options, first_value
from dbarch_widgets.importers.postgres.types import printed_type
from dbarch_widgets.importers.postgres.words import collation, names, split_name, truth
from dbarch_widgets.model.objects import Domain, EnumType, Extension, Namespace, Sequence, View
from dbarch_widgets.model.schema import Column, QName
from dbarch_widgets.model.sequences import usual_bounds

Node = Any


def _fresh(draft: Draft, nodes: Any) -> QName:
    schema, name = split_name(nodes)
    return QName(schema or draft.creation_schema, name)


def create_enum(draft: Draft, statement: Node) -> None:
    qname = _fresh(draft, statement.type_name)
    if qname in draft.enums:
        raise Refused(f"type {qname} is already defined; the first definition is kept")
    draft.know_type(qname.name)
    draft.enums[qname] = EnumType(qname.schema, qname.name, names(statement.vals), line=draft.line)


def alter_enum(draft: Draft, statement: Node) -> None:
    qname = draft.resolve(*split_name(statement.type_name), draft.enums)
    enum = draft.enums.get(qname)
    if enum is None:
        raise Refused(f"type {qname} is not defined before this statement")
    values = list(enum.values)
    if statement.old_val:
        values = [statement.new_val if value == statement.old_val else value for value in values]
    elif statement.new_val not in values:
        at = len(values)
        if statement.new_val_neighbor in values:
            at = values.index(statement.new_val_neighbor) + (1 if statement.new_val_is_after else 0)
        values.insert(at, statement.new_val)
    draft.enums[qname] = replace(enum, values=tuple(values))


def create_domain(draft: Draft, statement: Node) -> None:
    qname = _fresh(draft, statement.domainname)
    if qname in draft.domains:
        raise Refused(f"domain {qname} is already defined; the first definition is kept")
    domain = Domain(qname.schema, qname.name, draft.format_type(statement.type_name), line=draft.line)
    if statement.HasField("coll_clause"):
        domain = replace(domain, collation=collation(statement.coll_clause))
    for node in statement.constraints:
        domain = _domain_constraint(draft, domain, node.constraint)
    draft.know_type(qname.name)
    draft.domains[qname] = domain
    draft.domain_types[printed_type(*qname)] = domain.type


def _domain_constraint(draft: Draft, domain: Domain, constraint: Node) -> Domain:
    if constraint.contype == pb.CONSTR_NOTNULL:
        return replace(domain, nullable=False)
    if constraint.contype == pb.CONSTR_DEFAULT:
        return replace(domain, default=draft.default(constraint.raw_expr, domain.type))
    if constraint.contype == pb.CONSTR_CHECK:
        taken = {name for name, _ in domain.checks}
        name = constraint.conname or choose(domain.name, None, "check", taken.__contains__)
        return replace(
            domain, checks=(*domain.checks, (name, canonical_node(constraint.raw_expr, None, {"value": domain.type})))
        )
    return domain


def alter_domain(draft: Draft, statement: Node) -> None:
    qname = draft.resolve(*split_name(statement.type_name), draft.domains)
    domain = draft.domains.get(qname)
    if domain is None:
        raise Refused(f"domain {qname} is not defined before this statement")
    what = statement.subtype
    if what == "C":
        domain = _domain_constraint(draft, domain, getattr(statement, "def").constraint)
    elif what == "X":
        domain = replace(domain, checks=tuple(check for check in domain.checks if check[0] != statement.name))
    elif what in ("N", "O"):
        domain = replace(domain, nullable=what == "N")
    elif what == "T":
        default = draft.default(getattr(statement, "def"), domain.type) if statement.HasField("def") else None
        domain = replace(domain, default=default)
    draft.domains[qname] = domain


def create_composite(draft: Draft, statement: Node) -> None:
    fields = tuple(
        Column(node.column_def.colname, draft.format_type(node.column_def.type_name)) for node in statement.coldeflist
    )
    qname = draft.created(statement.typevar)
    draft.know_type(qname.name)
    draft.composites[qname] = fields
    draft.remark("a composite type has no place in the model; the tables made of it have its columns")


def create_range(draft: Draft, statement: Node) -> None:
    qname = _fresh(draft, statement.type_name)
    draft.know_type(qname.name)
    draft.composites[qname] = ()
    draft.remark("the details of a range type are not kept, only its name")


def create_sequence(draft: Draft, statement: Node) -> None:
    qname = draft.created(statement.sequence)
    if qname in draft.relations:
        if statement.if_not_exists:
            return
        raise Refused(f"{qname} is already defined; the first definition is kept")
    draft.take_relation(qname)
    draft.sequences[qname] = _sequence_options(
        draft, Sequence(qname.schema, qname.name, "bigint", 1, 1, line=draft.line), statement.options, created=True
    )


def alter_sequence(draft: Draft, statement: Node) -> None:
    qname = draft.resolve(statement.sequence.schemaname, statement.sequence.relname, draft.sequences)
    sequence = draft.sequences.get(qname)
    if sequence is None:
        if statement.missing_ok:
            return
        raise Refused(f"sequence {qname} is not defined before this statement")
    draft.sequences[qname] = _sequence_options(draft, sequence, statement.options)


def _sequence_options(draft: Draft, sequence: Sequence, options: Any, *, created: bool = False) -> Sequence:
    changes = counting_options(options)
    for node in options:
        option = node.def_elem
        if option.defname == "as":
            changes["type"] = draft.format_type(option.arg.type_name)
        elif option.defname == "owned_by":
            changes["owned_by"] = _owner(draft, sequence, names(option.arg.list.items))
            if sequence.owned_by and changes["owned_by"] is None:
                table = draft.tables.get(QName(*sequence.owned_by[:2]))
                changes["owner"] = (table and table.owner) or sequence.owner
    if created:
        changes["start"] = first_value(changes)
    return usual_bounds(with_changes(sequence, **changes)) if changes else sequence


def _owner(draft: Draft, sequence: Sequence, column: tuple[str, ...]) -> tuple[str, str, str] | None:
    """The column that a sequence belongs to from now on; None after OWNED BY NONE."""
    if len(column) < 2:
        draft.take_relation(QName(sequence.schema, sequence.name))
        return None
    table = draft.resolve(column[-3] if len(column) > 2 else "", column[-2], draft.tables)
    draft.take_relation(QName(sequence.schema, sequence.name), table)
    return (*table, column[-1])


def create_view(draft: Draft, statement: Node) -> None:
    qname = draft.created(statement.view)
    if qname in draft.views and not statement.replace:
        raise Refused(f"view {qname} is already defined; the first definition is kept")
    options = read_options(statement.options)
    view = View(
        qname.schema,
        qname.name,
        statement_text(statement.query),
        security_invoker=truth(options.get("security_invoker")),
        security_barrier=truth(options.get("security_barrier")),
        file=draft.file,
        line=draft.line,
    )
    if old := draft.views.get(qname):  # one that is replaced keeps these
        view = replace(view, grants=old.grants, comment=old.comment, owner=old.owner)
    draft.views[qname] = view


def create_table_as(draft: Draft, statement: Node) -> None:
    """A materialized view is kept; the columns of CREATE TABLE AS are known only to a running database."""
    qname = draft.created(statement.into.rel)
    if statement.into.rel.relpersistence == "t":
        raise NotKept("a temporary table is no part of the schema")
    if statement.objtype != pb.OBJECT_MATVIEW:
        draft.unread.add(qname)
        draft.take_relation(qname)
        raise Refused("the columns of CREATE TABLE … AS are known only to a database that runs the query")
    draft.views[qname] = View(
        qname.schema, qname.name, statement_text(statement.query), materialized=True, file=draft.file, line=draft.line
    )
    draft.take_relation(qname)


def statement_text(node: Node) -> str:
    """The SQL text of a statement node."""
    tree = pb.ParseResult()
    tree.stmts.add().stmt.CopyFrom(node)
    return str(postgast.deparse(tree))


def create_extension(draft: Draft, statement: Node) -> None:
    if statement.extname == "plpgsql":
        return  # it is in every database
    options = read_options(statement.options)
    draft.extensions[statement.extname] = Extension(
        statement.extname, options.get("schema"), options.get("new_version"), line=draft.line
    )


def create_schema(draft: Draft, statement: Node) -> str | None:
    """The name of the schema, so that the statements inside it are run there."""
    name = statement.schemaname or (statement.authrole.rolename if statement.HasField("authrole") else None)
    if name and name not in draft.schemas:
        draft.schemas.add(name)
        one = draft.namespaces.get(name) or Namespace(name, file=draft.file, line=draft.line)
        owner = owner_named(draft, statement.authrole) if statement.HasField("authrole") else None
        draft.namespaces[name] = replace(one, owner=owner or one.owner)
    return name
