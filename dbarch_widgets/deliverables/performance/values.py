"""The sets of values that a script's parameters take, as one SELECT over the rows that the database holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dbarch_widgets.deliverables.performance.script import variable
from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.annotations import span_seconds
from dbarch_widgets.measure.guess import guess_sources
from dbarch_widgets.measure.workload_check import find_column
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.model.workload import Parameter, Query, Transaction
from dbarch_widgets.sql.names import qualified, quote, text_literal
from dbarch_widgets.sql.placeholders import parameters

SETS = 1_000
# Of a large table only so many rows are looked at, or sorting them would take longer than the test.
_ENOUGH = 200_000
_WEIGHED = re.compile(r"(?P<value>'(?:[^']|'')*'|[^'\s]+)\s*\*\s*(?P<weight>[1-9]\d*)")
_LENGTH = re.compile(r"char[a-z ]*\((\d+)\)")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def values_sql(item: Query | Transaction, schema: Schema) -> str:
    """A SELECT of `n` from 1 and a column for each parameter; empty when there is none.

    Raises:
        InputError: a parameter has no source, or its column is not in the schema.
    """
    drawn = [parameter for parameter in sources(item, schema) if parameter.drawn]
    if not drawn:
        return ""
    joined, columns = [], []
    rows: dict[tuple[str, ...], list[tuple[Parameter, str]]] = {}
    for at, parameter in enumerate(drawn):
        if parameter.source == "row":
            rows.setdefault((parameter.arguments[0],), []).append((parameter, parameter.arguments[1]))
        elif parameter.source in ("uniform", "zipf"):
            table, column = _found(schema, parameter, parameter.arguments[0])
            joined.append(_sampled(table, [(variable(parameter.name), column)], f"s{at}"))
            columns.append(f"s{at}.{quote(variable(parameter.name))}")
        else:
            columns.append(f"{_made(parameter, schema)} AS {quote(variable(parameter.name))}")
    for at, ((name,), several) in enumerate(rows.items()):
        table, _ = _found(schema, several[0][0], f"{name}.{several[0][1]}")
        joined.append(_sampled(table, [(variable(each.name), column) for each, column in several], f"r{at}"))
        columns += [f"r{at}.{quote(variable(each.name))}" for each, _ in several]
    joins = "".join(f"\nJOIN {each} USING (n)" for each in joined)
    return f"SELECT n, {', '.join(columns)}\nFROM generate_series(1, {SETS}) AS one(n){joins}"


def sources(item: Query | Transaction, schema: Schema) -> tuple[Parameter, ...]:
    """All parameters with their sources; those without one get that of the column which they are compared with.

    Raises:
        InputError: a parameter has no source, and none is to be seen.
    """
    given = {parameter.name: parameter for parameter in item.parameters}
    statements = item.statements if isinstance(item, Transaction) else (item,)
    for statement in statements:
        for name in parameters(statement.sql):
            if name not in given:
                found = guess_sources(statement.sql, (name,), schema).get(name)
                if found is None:
                    raise InputError(f"parameter :{name} has no source")
                given[name] = found
    return tuple(given.values())


def types(item: Query | Transaction, schema: Schema) -> dict[str, str]:
    """The types of parameters, where an untyped value could be taken for another: all but text and literals."""
    found = {}
    for parameter in sources(item, schema):
        type_ = _OF_SOURCE.get(parameter.source, "")
        if parameter.source in ("uniform", "zipf", "recent", "new"):
            type_ = _column_type(schema, parameter, parameter.arguments[0])
        elif parameter.source == "row":
            type_ = _column_type(schema, parameter, f"{parameter.arguments[0]}.{parameter.arguments[1]}")
        if type_ and "char" not in type_ and type_ != "text":
            found[parameter.name] = type_
    return found


def _column_type(schema: Schema, parameter: Parameter, written: str) -> str:
    table, name = _found(schema, parameter, written)
    return next(column.type for column in table.columns if column.name == name)


def _found(schema: Schema, parameter: Parameter, written: str) -> tuple[Table, str]:
    found = find_column(schema, written)
    if isinstance(found, str):
        raise InputError(f"parameter :{parameter.name}: {found}")
    return found


def _sampled(table: Table, columns: Sequence[tuple[str, str]], alias: str) -> str:
    """Values of random rows, each row as likely: a value that many rows have comes often. Repeated when there are few rows."""
    named = ", ".join(f"{quote(column)} AS {quote(as_)}" for as_, column in columns)
    names = ", ".join(quote(as_) for as_, _ in columns)
    present = " AND ".join(f"{quote(column)} IS NOT NULL" for _, column in columns)
    of_many = f"TABLESAMPLE SYSTEM (least(100, {_ENOUGH}.0 * 100 / greatest({_rows(table)}, 1)))"
    some = f"SELECT {named} FROM {qualified(table.qname)} {of_many} WHERE {present} ORDER BY random() LIMIT {SETS}"
    numbered = f"SELECT row_number() OVER () AS place, count(*) OVER () AS total, {names} FROM ({some}) AS picked"
    return f"(SELECT n, {names} FROM ({numbered}) AS numbered, generate_series(1, {SETS}) AS g(n) WHERE (n - 1) % total + 1 = place) AS {alias}"


def _rows(table: Table) -> str:
    """The rows that the statistics know of, with those of partitions."""
    name = f"{text_literal(qualified(table.qname))}::regclass"
    return f"(SELECT sum(reltuples) FROM pg_class WHERE oid = {name} OR oid IN (SELECT relid FROM pg_partition_tree({name}) WHERE isleaf))"


def _made(parameter: Parameter, schema: Schema) -> str:
    """An expression that does not look at rows, or only at the latest."""
    arguments = parameter.arguments
    if parameter.source in ("recent", "new"):
        table, column = _found(schema, parameter, arguments[0])
        type_ = next(each.type for each in table.columns if each.name == column)
        largest = f"(SELECT max({quote(column)}) FROM {qualified(table.qname)})"
        if parameter.source == "recent":
            return _recent(largest, type_, span_seconds(arguments[1]))
        return _new(largest, type_)
    maker = _PLAIN.get(parameter.source)
    if maker is None:
        raise InputError(f"parameter :{parameter.name}: {parameter.source}() is not written for pgbench")
    return maker(arguments)


def _recent(largest: str, type_: str, seconds: float) -> str:
    if type_.startswith(("timestamp", "date", "time")):
        return f"({largest} - random() * interval '{seconds:.0f} seconds')::{type_}"
    return f"({largest} - floor(random() * {seconds:.0f}))"


def _new(largest: str, type_: str) -> str:
    if type_ == "uuid":
        return "gen_random_uuid()"
    if type_ in ("smallint", "integer", "bigint") or type_.startswith("numeric"):
        return f"({largest} + 1000000 + n)"
    if type_.startswith(("timestamp", "date")):
        return f"({largest} + n * interval '1 second')::{type_}"
    length = _LENGTH.search(type_)
    return f"left(md5(n || ' ' || random()), {int(length[1]) if length else 24})"


def _pick(arguments: Sequence[str]) -> str:
    values: list[str] = []
    for written in arguments:
        weighed = _WEIGHED.fullmatch(written)
        value, weight = (weighed["value"], int(weighed["weight"])) if weighed else (written, 1)
        values += [_literal(value)] * min(weight, 100)
    return f"(ARRAY[{', '.join(values)}])[1 + floor(random() * {len(values)})::int]"


def _literal(written: str) -> str:
    return text_literal(written[1:-1].replace("''", "'") if written.startswith("'") else written)


def _whole(arguments: Sequence[str]) -> str:
    low, high = map(int, arguments[:2])
    return f"({low} + floor(random() * {high - low + 1}))::bigint"


def _decimal(arguments: Sequence[str]) -> str:
    low, high, *places = arguments
    if not (_NUMBER.fullmatch(low) and _NUMBER.fullmatch(high)):
        raise InputError(f"decimal({', '.join(arguments)}) is not two numbers")
    return f"round(({low} + random() * ({high} - ({low})))::numeric, {int(places[0]) if places else 2})"


_OF_SOURCE = {"int": "bigint", "decimal": "numeric", "uuid": "uuid", "now": "timestamptz"}
_PLAIN: dict[str, Callable[[Sequence[str]], str]] = {
    "pick": _pick,
    "int": _whole,
    "decimal": _decimal,
    "text": lambda arguments: (
        f"left(repeat(md5(random()::text) || ' ', {int(arguments[0]) // 33 + 1}), {int(arguments[0])})"
    ),
    "uuid": lambda _: "gen_random_uuid()",
    "now": lambda _: "now()",
}
