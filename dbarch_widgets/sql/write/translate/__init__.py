"""A Schema in the words of another database, and the list of what has no counterpart there.

`kinds` and `target_types` map types, `names` finds names that the target takes, `expressions` (with `plainer` and `known`) does
defaults, checks, index keys and views, `columns` and `keys` put tables together, `around` tells of all that stands
beside them, `mysql_json` finds MySQL's JSON, `fit_mysql` bends to MySQL's limits, and `attempt` asks SQLite and DuckDB
whether they take the result.
"""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.model.schema import Column, Schema, Table
from dbarch_widgets.sql.write.base import Loss
from dbarch_widgets.sql.write.translate.abilities import ABILITIES
from dbarch_widgets.sql.write.translate.around import Around
from dbarch_widgets.sql.write.translate.columns import Columns
from dbarch_widgets.sql.write.translate.expressions import Expressions
from dbarch_widgets.sql.write.translate.keys import Keys
from dbarch_widgets.sql.write.translate.meaning import MYSQL_JSON
from dbarch_widgets.sql.write.translate.mysql_json import as_json
from dbarch_widgets.sql.write.translate.names import Names
from dbarch_widgets.sql.write.translate.scope import Scope


def translate(schema: Schema, to: str) -> tuple[Schema, tuple[Loss, ...]]:
    """The schema as the target can hold it, and what was lost."""
    if (schema.dialect, to) == ("mysql", "postgres"):
        schema = as_json(schema)
    folded = {table.qname for table in schema.tables if table.partition_of is not None}
    names = Names(replace(schema, tables=tuple(table for table in schema.tables if table.qname not in folded)), to)
    losses: list[Loss] = []
    expressions = Expressions(schema.dialect, to)
    columns = Columns(schema, to, names, expressions)
    keys = Keys(schema, to, names, expressions, losses.append)
    around = Around(schema, to, names, expressions, losses.append)
    tables = []
    for table in schema.tables:
        around.table(table)
        if table.qname not in folded:
            tables.append(_table(table, names, columns, keys, to))
    new = Schema(
        dialect=to,
        tables=tuple(tables),
        views=around.views(),
        enums=tuple(columns.enums.values()),
        sequences=(
            *columns.sequences.values(),
            *around.sequences({name: columns.sequences.get(name) for name in columns.counting}),
        ),
    )
    around.objects()
    around.enums(columns.enums)
    found = [*names.losses, *columns.losses, *losses]
    labels = {new_name: str(old) for old, new_name in names.relations.items()}
    if to == "mysql":
        from dbarch_widgets.sql.write.translate.fit_mysql import fit

        new = fit(new, found.append, labels)
    elif to in ("sqlite", "duckdb"):
        from dbarch_widgets.sql.write.translate.attempt import attempted

        new = attempted(new, found.append, labels)
    return new, tuple(dict.fromkeys(found))


def _table(table: Table, names: Names, columns: Columns, keys: Keys, to: str) -> Table:
    changes = names.columns[table.qname]
    kinds = {column.name: columns.own.resolve(column.type, table.schema)[0].word for column in table.columns}
    if (columns.source, to) == ("mysql", "postgres"):  # what reads it there reads text
        kinds = {name: MYSQL_JSON if word == "json" else word for name, word in kinds.items()}
    mapping = Scope({name: changes.get(name, name) for name in table.column_names}, kinds)
    pairs = [columns.column(table, column, mapping) for column in table.columns]
    new = names.relations[table.qname]
    comment = table.comment if ABILITIES[to].comments else None
    options = _mysql_options(columns.source) if to == "mysql" else {}
    made = Table(*new, options=options, columns=tuple(column for column, _ in pairs), comment=comment)
    if not table.columns and to != "postgres":
        made = replace(made, columns=(Column("no_columns", "INTEGER"),))
        columns.losses.append(Loss(str(table.qname), "no columns", "a table has one at least", "a column no_columns"))
    return replace(
        made,
        primary_key=keys.primary_key(table, mapping),
        unique=tuple(keys.unique(table, mapping)),
        foreign_keys=tuple(keys.foreign_keys(table, mapping)),
        checks=tuple(keys.checks(table, mapping, [check for _, checks in pairs for check in checks])),
        indexes=tuple(keys.indexes(table, mapping)),
    )


def _mysql_options(source: str) -> dict[str, str]:
    """InnoDB, and texts that compare as they do in the source: all but SQL Server tell `a` from `A`."""
    collation = {} if source == "sqlserver" else {"collation": "utf8mb4_bin"}
    return {"engine": "InnoDB", "charset": "utf8mb4", **collation}
