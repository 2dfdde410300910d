"""Tables, keys and constraints of MySQL and MariaDB."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.schema import Column, ForeignKey, Index, IndexKey, Table
from dbarch_widgets.sql.write.mysql.names import at, literal, named, names
from dbarch_widgets.sql.write.words import after_default, create_table, enclosed, split_commas

_OF_PARTITIONS = frozenset({"partitions", "subpartition_key", "subpartitions"})
_BARE = re.compile(r"\w+")
_WORDS = {"charset": "DEFAULT CHARSET", "collation": "COLLATE", "engine": "ENGINE"}
# What a default may be without parentheses, beside literals.
_NOW = ("current_timestamp", "now(", "localtime")
_NEVER_PLAIN = ("text", "blob", "json", "geometry", "point")


def table(one: Table) -> str:
    """CREATE TABLE with its keys: AUTO_INCREMENT wants its key at once."""
    lines = [_column(column) for column in one.columns]
    plain = {name: value for name, value in one.options.items() if name not in _OF_PARTITIONS}
    parts = [f"{_WORDS.get(name, name.upper())}={_value(value)}" for name, value in plain.items()]
    parts += [f"COMMENT={literal(one.comment)}"] if one.comment is not None else []
    tail = "".join(" " + part for part in parts)
    return create_table(f"CREATE TABLE {at(one.qname)}", [*lines, *_keys(one)], tail + _partitions(one))


def _value(text: str) -> str:
    return text if _BARE.fullmatch(text) else literal(text)


def _partitions(one: Table) -> str:
    """`PARTITION BY` with its partitions, which the model keeps as they are written."""
    if one.partition_key is None:
        return ""
    text = f"\nPARTITION BY {one.partition_key}"
    if key := one.options.get("subpartition_key"):
        count = one.options.get("subpartitions")
        text += f" SUBPARTITION BY {key}" + (f" SUBPARTITIONS {count}" if count else "")
    partitions = one.options.get("partitions", "")
    inner = ", ".join(f"PARTITION {part.strip()}" for part in split_commas(partitions))
    return text + (f" ({inner})" if inner else "")


def _column(column: Column) -> str:
    parts = [named(column.name), column.type]
    parts += [f"COLLATE {named(column.collation)}"] if column.collation else []
    if column.generated is not None:
        kind = (column.generated_kind or "virtual").upper()
        parts.append(f"GENERATED ALWAYS AS {enclosed(column.generated)} {kind}")
    parts += ["NULL" if column.nullable else "NOT NULL"] if column.generated is None else []
    if column.identity:
        parts.append("AUTO_INCREMENT")
    elif column.default is not None:
        parts.append(f"DEFAULT {_default(column)}")
    parts += [f"ON UPDATE {column.on_update}"] if column.on_update else []
    parts += [f"COMMENT {literal(column.comment)}"] if column.comment is not None else []
    return " ".join(parts)


def _default(column: Column) -> str:
    """Texts and JSON take an expression only, which stands in parentheses."""
    expression = column.default or ""
    if column.type.lower().partition("(")[0].endswith(_NEVER_PLAIN) and expression.upper() != "NULL":
        return enclosed(expression)
    if expression.lower().startswith(_NOW):
        return expression
    return enclosed(expression) if "(" in expression else after_default(expression)


def _keys(one: Table) -> Iterator[str]:
    if one.primary_key:
        yield f"PRIMARY KEY ({names(one.primary_key.columns)})"
    for unique in one.unique:
        yield f"UNIQUE KEY {named(unique.name)} ({names(unique.columns)})"
    made = {(key.name, tuple(key.columns)) for key in one.foreign_keys}
    in_memory = one.options.get("engine", "").upper() == "MEMORY"
    for index in one.indexes:
        if (index.name, index.columns) not in made or index.unique:  # MySQL makes that one for the foreign key
            yield _index(index, in_memory)
    for check in one.checks:
        yield f"CONSTRAINT {named(check.name)} CHECK {enclosed(check.expression)}"


def _index(index: Index, in_memory: bool) -> str:
    kind = {"fulltext": "FULLTEXT ", "spatial": "SPATIAL "}.get(index.method, "UNIQUE " if index.unique else "")
    text = f"{kind}KEY {named(index.name)} ({', '.join(_key(key) for key in index.keys)})"
    text += " USING HASH" if index.method == "hash" else ""
    text += " USING BTREE" if index.method == "btree" and in_memory else ""
    return text + (f" COMMENT {literal(index.comment)}" if index.comment is not None else "")


def _key(key: IndexKey) -> str:
    text = named(key.column) if key.column is not None else enclosed(key.expression or "")
    text += f"({key.length})" if key.length else ""
    return text + (" DESC" if key.order == "desc" else "")


def foreign_key(key: ForeignKey, schema: str = "") -> str:
    """`CONSTRAINT … FOREIGN KEY …`; the target's database is named where it is another than `schema`."""
    target = at(key.target) if key.ref_schema != schema else named(key.ref_table)
    text = f"CONSTRAINT {named(key.name)} FOREIGN KEY ({names(key.columns)}) REFERENCES {target}"
    text += f" ({names(key.ref_columns)})"
    text += f" ON DELETE {key.on_delete.upper()}" if key.on_delete != "restrict" else ""
    return text + (f" ON UPDATE {key.on_update.upper()}" if key.on_update != "restrict" else "")
