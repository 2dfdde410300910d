"""What a workload says that the schema does not bear out."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from dbarch_widgets.measure.annotations import FROM_COLUMN
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.model.workload import Parameter, Query
from dbarch_widgets.sql.statement import Statement, TableRef


def find_column(schema: Schema, written: str) -> tuple[Table, str] | str:
    """`schema.table.column` or `table.column` as table and column, or a sentence that says what is not there."""
    parts = [part.strip().strip('"') for part in written.split(".")]
    if len(parts) not in (2, 3):
        return f"{written!r} is no table.column"
    name, column = ".".join(parts[:-1]), parts[-1]
    table = schema.find(QName(*parts[:-1])) if len(parts) == 3 else schema.find(name)
    if table is None:
        return f"table {name!r} is not in the schema{_near(name, _table_names(schema))}"
    if not table.has_column(column):
        return f"table {name!r} has no column {column!r}{_near(column, table.column_names)}"
    return table, column


def check_query(schema: Schema, query: Query, statement: Statement) -> Iterator[str]:
    """One sentence for each table, column or parameter source of the query that is not in the schema."""
    views = {name for view in schema.views for name in (view.name, f"{view.schema}.{view.name}")}
    for name in dict.fromkeys(_written(ref) for ref in statement.tables):
        if (
            name not in views
            and not name.startswith(("pg_catalog.", "information_schema.", "pg_"))
            and not _find(schema, name)
        ):
            near = _near(name, _table_names(schema))
            yield f"query {query.name} names table {name!r} that is not in the schema{near}"
    yield from _columns(schema, query, statement)
    for parameter in query.parameters:
        if parameter.source in FROM_COLUMN:
            yield from _source(schema, query, parameter, parameter.arguments[0])
        elif parameter.source == "row":
            yield from _source(schema, query, parameter, f"{parameter.arguments[0]}.{parameter.arguments[1]}")


def _source(schema: Schema, query: Query, parameter: Parameter, written: str) -> Iterator[str]:
    found = find_column(schema, written)
    if isinstance(found, str):
        yield f"query {query.name}, parameter {parameter.name}: {found}"


def _columns(schema: Schema, query: Query, statement: Statement) -> Iterator[str]:
    """Columns with an alias of a table of the schema that the table does not have."""
    said: set[str] = set()
    for block in statement.blocks:
        tables = {ref.alias: _find(schema, _written(ref)) for ref in block.tables}
        for column in block.columns:
            table = tables.get(column.table or "")
            if (
                table is None
                and column.table is None
                and len(tables) == 1
                and not block.derived
                and block.role == "top"
            ):
                table = next(iter(tables.values()))
            if table is None or table.has_column(column.name) or str(column) in said or _system(column.name):
                continue
            compared = any(column == predicate.column for predicate in block.predicates)
            if column.table is None and (column.name in tables or not (compared or column in block.outputs)):
                continue  # ORDER BY and GROUP BY may name an output
            said.add(str(column))
            near = _near(column.name, table.column_names)
            yield f"query {query.name} names column {str(column)!r} that table {table.qname} does not have{near}"
    if statement.written and (target := _find(schema, _written(statement.written))):
        for name in statement.written_columns:
            if not target.has_column(name):
                near = _near(name, target.column_names)
                yield f"query {query.name} writes column {name!r} that table {target.qname} does not have{near}"


def _system(name: str) -> bool:
    return name in ("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "excluded", "current_user", "session_user")


def _find(schema: Schema, name: str) -> Table | None:
    return schema.find(name)


def _written(ref: TableRef) -> str:
    return f"{ref.schema}.{ref.name}" if ref.schema else ref.name


def _table_names(schema: Schema) -> list[str]:
    return [str(table.qname) for table in schema.base_tables]


def _near(name: str, known: object) -> str:
    close = get_close_matches(name, list(known), n=3, cutoff=0.6)  # type: ignore[call-overload]
    return f"; did you mean {', '.join(close)}?" if close else ""
