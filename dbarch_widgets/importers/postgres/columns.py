"""Columns: type, default, identity, generated expression; their constraints are added to the table later."""

from __future__ import annotations

from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.draft import Draft, with_changes
from dbarch_widgets.importers.postgres.names import sequence_default
from dbarch_widgets.importers.postgres.sequences import counting_options, first_value
from dbarch_widgets.importers.postgres.words import collation, names
from dbarch_widgets.model.objects import Sequence
from dbarch_widgets.model.schema import Column, QName, Table
from dbarch_widgets.model.sequences import usual_bounds

Node = Any
# A constraint, the column that it was written beside, its line.
Late = tuple[Node, str | None, int | None]
_BLANK = Column("", "")


def add_column(draft: Draft, table: Table, definition: Node) -> tuple[Table, list[Late]]:
    """The table with one more column, and the constraints written beside it, which are to be added later."""
    column, late = make_column(draft, table, definition, None)
    return with_changes(table, columns=(*table.columns, column)), late


def make_column(draft: Draft, table: Table, definition: Node, known: Column | None) -> tuple[Column, list[Late]]:
    """The column of a definition. `known` is the one that the table took over from a parent, a type or a partition."""
    name = definition.colname
    fields: dict[str, Any] = (known or _BLANK).__dict__.copy()
    if known is None:
        fields["name"] = name
        fields["line"] = draft.line_of(definition.location)
    if definition.HasField("type_name"):
        fields["type"], serial = draft.column_type(definition.type_name)
        if serial:
            fields["nullable"] = False
            fields["default"] = _serial(draft, table, name, fields["type"], fields["line"])
    if definition.HasField("coll_clause"):
        fields["collation"] = collation(definition.coll_clause)
    late = _constraints(draft, table, fields, definition) if definition.constraints else []
    return _column(fields), late


def new_column(draft: Draft, table: Table, definition: Node, after: int) -> tuple[Column, list[Late]]:
    """The column of a definition that ends before the offset `after` (0: not known).

    Most columns of a schema are spelled like one that was read before, but for the name.
    """
    start, name = definition.location, definition.colname
    spelling = _spelling(draft.source(start, after), name) if after > start else b""
    known = draft.spelled.get(spelling) if spelling else None
    if known is not None:
        return _column({**known, "name": name, "line": draft.line_of(start)}), []
    before = draft.made
    column, late = make_column(draft, table, definition, None)
    # What makes a sequence or a constraint, and what depends on the types of the schema, is never like another.
    if spelling and not late and draft.made == before and not draft.is_own_type(definition.type_name):
        draft.spelled[spelling] = column.__dict__
    return column, late


def _spelling(definition: bytes, name: str) -> bytes:
    """What follows the name in the text of a definition; empty when the name is spelled in an unusual way."""
    plain = name.encode()
    size = len(plain)
    if definition[:size] == plain and definition[size : size + 1].isspace():
        return definition[size:].strip(b" \t\r\n,")
    if definition[: size + 2] == b'"' + plain + b'"':
        return definition[size + 2 :].strip(b" \t\r\n,")
    return b""


def _column(fields: dict[str, Any]) -> Column:
    """A column that owns the dictionary from now on; the usual constructor takes a third of the time of a reading."""
    made = object.__new__(Column)
    object.__setattr__(made, "__dict__", fields)
    return made


def _serial(draft: Draft, table: Table, column: str, kind: str, line: int | None) -> str:
    """Makes the sequence of a serial column; the column's default."""
    name = QName(table.schema, draft.choose_relation(table.schema, table.name, column, "seq"))
    draft.made += 1
    draft.sequences[name] = Sequence(*name, kind, 1, 1, (table.schema, table.name, column), line)
    return sequence_default(name)


def _constraints(draft: Draft, table: Table, fields: dict[str, Any], definition: Node) -> list[Late]:
    """Takes what belongs to the column into `fields` and gives back what belongs to the table."""
    late: list[Late] = []
    for node in definition.constraints:
        constraint = node.constraint
        kind = constraint.contype
        if kind == pb.CONSTR_NOTNULL:
            fields["nullable"] = False
            if constraint.conname:
                draft.made += 1
                draft.not_nulls[(table.qname, constraint.conname)] = fields["name"]
        elif kind == pb.CONSTR_NULL:
            fields["nullable"] = True
        elif kind == pb.CONSTR_DEFAULT:
            fields["default"] = draft.default(constraint.raw_expr, fields["type"])
        elif kind == pb.CONSTR_IDENTITY:
            add_identity(draft, table, fields, constraint.generated_when, constraint.options)
        elif kind == pb.CONSTR_GENERATED:
            fields["generated_kind"] = "virtual" if constraint.generated_kind == "v" else "stored"
            late.append((constraint, fields["name"], fields["line"]))  # it may name columns that come later
        elif kind in (pb.CONSTR_ATTR_DEFERRABLE, pb.CONSTR_ATTR_DEFERRED, pb.CONSTR_ATTR_NOT_ENFORCED):
            _attribute(late, kind)
        elif kind in (pb.CONSTR_ATTR_NOT_DEFERRABLE, pb.CONSTR_ATTR_IMMEDIATE, pb.CONSTR_ATTR_ENFORCED):
            pass
        else:
            late.append((constraint, fields["name"], draft.line_of(constraint.location)))
    return late


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


def add_identity(draft: Draft, table: Table, fields: dict[str, Any], when: str, options: Any = ()) -> None:
    """Makes the column an identity, with its sequence."""
    draft.made += 1
    named = [names(node.def_elem.arg.list.items) for node in options if node.def_elem.defname == "sequence_name"]
    if named:
        name = QName(named[0][-2] if len(named[0]) > 1 else table.schema, named[0][-1])
        draft.take_relation(name, table.qname)
    else:
        name = QName(table.schema, draft.choose_relation(table.schema, table.name, fields["name"], "seq"))
    changes = counting_options(options)
    changes = {"increment": 1, **changes, "start": first_value(changes)}
    owner = (table.schema, table.name, fields["name"])
    made = Sequence(*name, fields["type"], owned_by=owner, line=fields["line"])
    draft.sequences[name] = usual_bounds(with_changes(made, **changes))
    fields["nullable"] = False
    fields["identity"] = "always" if when == "a" else "by default"


def identity_column(draft: Draft, table: Table, column: Column, when: str, options: Any = ()) -> Column:
    """The column as an identity, with its sequence."""
    fields = dict(column.__dict__)
    add_identity(draft, table, fields, when, options)
    return Column(**fields)
