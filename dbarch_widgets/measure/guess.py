"""Guesses where a parameter's values come from: from the column that it is compared with or written to."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.model.workload import Parameter


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


def _guess(node: Any, name: str, tree: Any, schema: Schema | None) -> Parameter | None:
    from sqlglot import exp

    above, below = node.parent, node
    while above is not None:
        if isinstance(above, exp.Limit | exp.Fetch):
            return Parameter(name, "int", ("10", "100"))
        if isinstance(above, exp.Offset):
            return Parameter(name, "int", ("0", "100"))
        if isinstance(above, exp.Binary | exp.Between | exp.In):
            column = next(
                (each for each in _others(above, below) for each in [_column(each)] if each is not None), None
            )
            if column is not None:
                return _from_column(name, *_owner(column, tree, schema)) if schema else None
        if isinstance(above, exp.Tuple) and isinstance(above.parent, exp.Values):
            return _inserted(name, above.expressions.index(below), tree, schema)
        if isinstance(above, exp.Select) and isinstance(above.parent, exp.Insert):
            position = next((at for at, each in enumerate(above.expressions) if each is below), None)
            return _inserted(name, position, tree, schema) if position is not None else None
        above, below = above.parent, above
    return None


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
    source = "new" if (column,) in set(table.keys()) else "uniform"
    return Parameter(name, source, (f"{table.schema}.{table.name}.{column}",))
