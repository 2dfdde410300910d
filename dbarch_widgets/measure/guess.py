"""Guesses where a parameter's values come from: from the column that it is compared with or written to."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.model.workload import Parameter

# What the fields of a moment can be.
_FIELDS = {"year": ("2020", "2026"), "month": ("1", "12"), "day": ("1", "28"), "hour": ("0", "23"), "dow": ("0", "6")}


def guess_sources(sql: str, names: tuple[str, ...], schema: Schema | None) -> dict[str, Parameter]:
    """A source for each of the named parameters that the statement tells something about."""
    from sqlglot import exp, parse_one

    tree = parse_one(sql, dialect="postgres")
    found: dict[str, Parameter] = {}
    for node in tree.find_all(exp.Placeholder):
        name = node.name
        if name not in names or name in found:
            continue
        if (parameter := _guess(node, name, tree, schema)) is not None:
            found[name] = parameter
    return found


def columns_of(sql: str) -> dict[str, str]:
    """For each parameter the name of the column that it is compared with or written to; `limit` and `offset` too.

    A statement that sqlglot does not understand has none.
    """
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    try:
        tree = parse_one(sql, dialect="postgres")
    except SqlglotError:
        return {}
    found: dict[str, str] = {}
    for node in tree.find_all(exp.Placeholder):
        if node.name and node.name not in found and (column := _place(node, tree)):
            name = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in column.lower())
            found[node.name] = name if name[:1].isalpha() else f"c_{name}"
    return found


def _place(node: Any, tree: Any) -> str | None:
    from sqlglot import exp

    above, below = node.parent, node
    while above is not None:
        if isinstance(above, exp.Limit | exp.Fetch | exp.Offset):
            return "offset" if isinstance(above, exp.Offset) else "limit"
        if _is_interval(above):
            return "span"
        if isinstance(above, exp.Binary | exp.Between | exp.In):
            columns = [_column(side) for side in _others(above, below)]
            if named := [column.name for column in columns if column is not None]:
                return str(named[0])
        if isinstance(above, exp.Tuple) and isinstance(above.parent, exp.Values):
            return _target(tree, above.expressions.index(below))
        above, below = above.parent, above
    return None


def _target(tree: Any, position: int) -> str | None:
    """The name of the column that an INSERT writes at that position, where it names its columns."""
    from sqlglot import exp

    insert = tree if isinstance(tree, exp.Insert) else tree.find(exp.Insert)
    if insert is None or not isinstance(insert.this, exp.Schema) or position >= len(insert.this.expressions):
        return None
    return str(insert.this.expressions[position].name)


def _guess(node: Any, name: str, tree: Any, schema: Schema | None) -> Parameter | None:
    from sqlglot import exp

    above, below = node.parent, node
    while above is not None:
        if isinstance(above, exp.Limit | exp.Fetch):
            return Parameter(name, "int", ("10", "100"), guessed=True)
        if isinstance(above, exp.Offset):
            return Parameter(name, "int", ("0", "100"), guessed=True)
        if isinstance(above, exp.TimestampTrunc | exp.DateTrunc) and above.args.get("unit") is below:
            return Parameter(name, "pick", ("'day'", "'month'"), guessed=True)
        if _is_interval(above):
            return Parameter(name, "pick", ("'1 day'", "'7 days'", "'30 days'"))
        if isinstance(above, exp.Binary | exp.Between | exp.In):
            column = next(
                (each for each in _others(above, below) for each in [_column(each)] if each is not None), None
            )
            if column is not None and (field := _field_of(column)):
                return Parameter(name, "int", _FIELDS.get(field, ("0", "59")), guessed=True)
            if column is not None and _is_rank(column, tree):
                return Parameter(name, "int", ("1", "10"), guessed=True)
            if column is not None:
                return _from_column(name, *_owner(column, tree, schema)) if schema else None
        if isinstance(above, exp.Tuple) and isinstance(above.parent, exp.Values):
            return _inserted(name, above.expressions.index(below), tree, schema)
        if isinstance(above, exp.Select) and isinstance(above.parent, exp.Insert):
            position = next((at for at, each in enumerate(above.expressions) if each is below), None)
            return _inserted(name, position, tree, schema) if position is not None else None
        above, below = above.parent, above
    return None


def _field_of(column: Any) -> str | None:
    """`month` of `extract(month FROM column)`."""
    from sqlglot import exp

    above = column.find_ancestor(exp.Extract)
    return str(above.this.name).lower() if above is not None else None


def _is_rank(column: Any, tree: Any) -> bool:
    """Whether the name is that of a `row_number()` or the like in a query below FROM."""
    from sqlglot import exp

    ranks = exp.RowNumber | exp.Rank | exp.DenseRank
    return any(each.alias == column.name and any(each.find_all(ranks)) for each in tree.find_all(exp.Alias))


def _is_interval(node: Any) -> bool:
    from sqlglot import exp

    return isinstance(node, exp.Interval) or (isinstance(node, exp.Cast) and node.to.is_type("interval"))


def _others(above: Any, below: Any) -> list[Any]:
    from sqlglot import exp

    if isinstance(above, exp.Between | exp.In):
        return [above.this]
    return [side for side in (above.this, above.expression) if side is not below]


def _column(node: Any) -> Any:
    """The only column of a side of a comparison."""
    from sqlglot import exp

    if not isinstance(node, exp.Expr):
        return None
    columns = list(node.find_all(exp.Column))
    return columns[0] if len(columns) == 1 else None


def _owner(column: Any, tree: Any, schema: Schema) -> tuple[Table | None, str]:
    from sqlglot import exp

    tables = [(each.alias_or_name, schema.find(_written(each))) for each in tree.find_all(exp.Table)]
    name = column.name
    if column.table:
        named = [table for alias, table in tables if table and alias == column.table]
        return (named[0] if named else None), name
    return next((table for _, table in tables if table is not None and table.has_column(name)), None), name


def _written(node: Any) -> QName | str:
    return QName(node.db, node.name) if node.db else str(node.name)


def _from_column(name: str, table: Table | None, column: str) -> Parameter | None:
    if table is None or not table.has_column(column):
        return None
    return Parameter(name, "uniform", (f"{table.schema}.{table.name}.{column}",))


def _inserted(name: str, position: int | None, tree: Any, schema: Schema | None) -> Parameter | None:
    """A value of an INSERT: new for a key, one that exists for a reference."""
    from sqlglot import exp

    insert = tree if isinstance(tree, exp.Insert) else tree.find(exp.Insert)
    if insert is None or schema is None or position is None:
        return None
    target = insert.this
    node = target.this if isinstance(target, exp.Schema) else target
    table = schema.find(_written(node))
    written = [each.name for each in target.expressions] if isinstance(target, exp.Schema) else []
    columns = written or (list(table.column_names) if table else [])
    if table is None or position >= len(columns) or not table.has_column(columns[position]):
        return None
    column = columns[position]
    for key in table.foreign_keys:
        if key.columns == (column,):
            return Parameter(name, "uniform", (f"{key.ref_schema}.{key.ref_table}.{key.ref_columns[0]}",))
    source = "new" if column in _told_apart_by(table) else "uniform"
    return Parameter(name, source, (f"{table.schema}.{table.name}.{column}",))


def _told_apart_by(table: Table) -> set[str]:
    """The columns in which a new row must differ from all others: of each key the last one that is no reference."""
    references = {column for key in table.foreign_keys for column in key.columns}
    found = set()
    for key in table.keys():  # noqa: SIM118 - it is no mapping
        own = [column for column in key if column not in references]
        if own and (len(key) == 1 or not any((column,) in set(table.keys()) for column in key)):
            found.add(own[-1])
    return found
