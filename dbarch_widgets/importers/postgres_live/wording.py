"""What a catalog prints, in the words of the text importer: without `public.`, in the deparser's canonical form.

The search path of a session holds PostgreSQL's own schema only, so everything else is printed with its schema. The model
leaves out `public`, as people do.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import postgast

from dbarch_widgets.importers.postgres.deparsing import deparse, quote
from dbarch_widgets.importers.postgres.expressions import canonical, canonical_node
from dbarch_widgets.importers.postgres.kinds import Columns
from dbarch_widgets.importers.postgres.triggers import read_trigger
from dbarch_widgets.model.objects import Trigger
from dbarch_widgets.sql.row_statement import NOT_UNDERSTOOD

Node = Any

_PUBLIC = "public."
# Text in single quotes is left alone; a name in double quotes may follow the schema.
_QUOTED_OR_PUBLIC = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\bpublic\.(?=[\w"])""")
_NAME_LISTS = {"TypeName": "names", "FuncCall": "funcname", "A_Expr": "name", "CollateClause": "collname"}


@lru_cache(maxsize=65_536)
def default(text: str, column_type: str) -> str:
    """The canonical form of an expression that is assigned to a column of that type."""
    return canonical(bare(text), column_type)


def bare(text: str) -> str:
    """An expression without the schema `public`, in no particular form: `settled` gives the whole schema that."""
    if _PUBLIC not in text:
        return text
    try:
        node = postgast.parse(f"SELECT {text}").stmts[0].stmt.select_stmt.target_list[0].res_target.val
    except NOT_UNDERSTOOD:
        return text
    return bare_node(node)


def bare_node(node: Node) -> str:
    """The same for an expression that is parsed already; the node is changed."""
    without_public(node)
    return deparse(node)


def without_public(node: Node) -> None:
    """Take the schema `public` off every name of a type, function, operator, collation and table below a node."""
    for _, found in [*postgast.walk(node)]:
        kind = type(found).__name__
        if kind == "RangeVar":
            if found.schemaname == "public":
                found.schemaname = ""
        elif kind in _NAME_LISTS:
            names = getattr(found, _NAME_LISTS[kind])
            if len(names) == 2 and names[0].string.sval == "public":
                del names[0]


def type_name(text: str) -> str:
    """A type as `format_type` prints it."""
    return text.removeprefix(_PUBLIC)


def plain(text: str) -> str:
    """Arguments or a result of a function, which are no expression, without the schema `public`."""
    if _PUBLIC not in text:
        return text
    return _QUOTED_OR_PUBLIC.sub(lambda match: "" if match[0] == _PUBLIC else match[0], text)


def query(text: str) -> str:
    """The query of a view in the deparser's form; as the catalog prints it when it is not understood."""
    bare = text.strip().removesuffix(";")
    try:
        tree = postgast.parse(bare)
        without_public(tree)
        return str(postgast.deparse(tree))
    except NOT_UNDERSTOOD:
        return bare


def partition_key(text: str, columns: Columns) -> str:
    """`RANGE (at)` with its expressions in canonical form."""
    try:
        tree = postgast.parse(f"CREATE TABLE x () PARTITION BY {text}")
    except NOT_UNDERSTOOD:
        return text
    parts = []
    for node in tree.stmts[0].stmt.create_stmt.partspec.part_params:
        element = node.partition_elem
        without_public(element)
        part = quote(element.name) if element.name else f"({canonical_node(element.expr, None, columns)})"
        parts.append(f"{part} {quote(element.opclass[-1].string.sval)}" if element.opclass else part)
    return f"{text.partition(' ')[0]} ({', '.join(parts)})"


def search_path(settings: list[str] | None) -> str | None:
    """The search path among a function's settings, its schemas without quotes; None when it has none."""
    for setting in settings or ():
        name, _, value = setting.partition("=")
        if name == "search_path":
            found = re.findall(r'"((?:[^"]|"")*)"|([^\s,"]+)', value)
            return ", ".join((quoted or bare).replace('""', '"') for quoted, bare in found)
    return None


def index_statement(definition: str) -> Node | None:
    """`CREATE INDEX …` parsed, or None when it is not understood."""
    try:
        return postgast.parse(definition).stmts[0].stmt.index_stmt
    except NOT_UNDERSTOOD:
        return None


def constraint_node(definition: str) -> Node | None:
    """A constraint's definition parsed, or None when it is not understood."""
    try:
        tree = postgast.parse(f"ALTER TABLE x ADD {definition}")
    except NOT_UNDERSTOOD:
        return None
    return getattr(tree.stmts[0].stmt.alter_table_stmt.cmds[0].alter_table_cmd, "def").constraint


def trigger(definition: str, function: str) -> Trigger | None:
    """The trigger that the catalog prints so; None when it is not understood."""
    try:
        statement = postgast.parse(definition).stmts[0].stmt.create_trig_stmt
    except NOT_UNDERSTOOD:
        return None
    when = bare_node(statement.when_clause) if statement.HasField("when_clause") else None
    return read_trigger(statement, function, when)
