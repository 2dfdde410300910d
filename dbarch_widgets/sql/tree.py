"""Small readers of sqlglot's tree: names as PostgreSQL folds them, the columns of an expression, its canonical text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dbarch_widgets.sql.statement import ColumnRef, TableRef


def fold(identifier: Any) -> str:
    """The name of an identifier: lower case unless it is quoted."""
    text = str(identifier.name)
    return text if identifier.args.get("quoted") else text.lower()


def column_ref(node: Any) -> ColumnRef:
    """The reference that an `exp.Column` makes."""
    table = node.args.get("table")
    return ColumnRef(fold(node.this), fold(table) if table is not None else None)


def table_ref(node: Any) -> TableRef:
    """The reference that an `exp.Table` makes."""
    name = fold(node.this)
    schema = node.args.get("db")
    alias = node.args.get("alias")
    return TableRef(name, fold(schema) if schema is not None else None, fold(alias.this) if alias else name)


def bare_name(node: Any) -> str | None:
    """The name inside an identifier, a column or a key of ORDER BY."""
    from sqlglot import exp

    while isinstance(node, exp.Ordered | exp.Column):
        node = node.this
    return fold(node) if isinstance(node, exp.Identifier) else None


def shallow(node: Any) -> Iterator[Any]:
    """The node and what is below it, in the order of the text, but not what is inside a nested query."""
    from sqlglot import exp

    if node is None:
        return
    stack = [node]
    while stack:
        item = stack.pop()
        yield item
        if not isinstance(item, exp.Query):
            stack.extend(reversed([child for child in item.iter_expressions() if child is not None]))


def columns_of(clauses: Iterable[Any]) -> tuple[ColumnRef, ...]:
    """The columns that the clauses name outside of nested queries, each once, in the order of the text."""
    from sqlglot import exp

    found: dict[ColumnRef, None] = {}
    for clause in clauses:
        for node in shallow(clause):
            if isinstance(node, exp.Column) and not node.is_star:
                found.setdefault(column_ref(node))
    return tuple(found)


def normal_text(node: Any, dialect: str) -> str:
    """An expression in lower case, without table names before the columns and without needless parentheses."""
    from sqlglot import exp

    def tidy(part: Any) -> Any:
        if isinstance(part, exp.Column) and part.args.get("table") is not None:
            return exp.Column(this=part.this)
        if isinstance(part, exp.Paren) and isinstance(part.this, exp.Column | exp.Func | exp.Literal | exp.Cast):
            return part.this
        if isinstance(part, exp.Cast) and isinstance(part.this, exp.Literal) and part.to.is_type("text"):
            return part.this
        return part

    while isinstance(node, exp.Paren):
        node = node.this
    # Twice: the inside of a parenthesis is only seen once the parenthesis is gone.
    tidied = node.copy().transform(tidy).transform(tidy)
    return str(tidied.sql(dialect=dialect, comments=False)).lower()
