"""Functions of PostgreSQL, as far as the model holds what recreates them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from dbarch_widgets.model.objects import Function
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.write.base import Loss, Script
from dbarch_widgets.sql.write.order import words_of
from dbarch_widgets.sql.write.postgres.names import at
from dbarch_widgets.sql.write.words import literal, named

# Their bodies name a file or a symbol of the server, which the model does not hold.
_NOT_SQL = frozenset({"c", "internal"})


def split_functions(schema: Schema) -> tuple[list[Function], list[Function]]:
    """Functions that tables may call, and those whose arguments or result have the row type of a table or view."""
    relations = {thing.name for group in (schema.tables, schema.views) for thing in group}
    early: list[Function] = []
    late: list[Function] = []
    for function in schema.functions:
        named_here = words_of(f"{function.arguments} {function.returns or ''}")
        (late if named_here & relations and _needs(function, relations) else early).append(function)
    return early, late


def _needs(function: Function, relations: set[str]) -> bool:
    """Whether one of the words stands where a type does: an argument's own name does not count."""
    types = [part.split()[-1] for part in function.arguments.split(",") if part.split()]
    return bool(words_of(" ".join([*types, function.returns or ""])) & relations)


def is_written(function: Function) -> bool:
    """Whether the model holds all that it is made from."""
    return function.body is not None and function.language is not None and function.language not in _NOT_SQL


def write_functions(functions: Iterable[Function], script: Script, heading: str) -> None:
    for function in functions:
        where = f"{function.kind} {QName(function.schema, function.name)}({function.arguments})"
        if function.body is None or function.language is None:
            script.lose(Loss(where, function.kind, "its body is not in the model"))
        elif function.language in _NOT_SQL:
            script.lose(Loss(where, function.kind, f"it is written in {function.language}: its file is not known"))
        else:
            script.add(heading, create_function(function, function.language, function.body))


def create_function(function: Function, language: str, body: str) -> str:
    """CREATE FUNCTION or CREATE PROCEDURE."""
    text = f"CREATE {function.kind.upper()} {at(function.schema, function.name)}({function.arguments})"
    if function.returns and function.kind == "function":
        text += f" RETURNS {function.returns}"
    words = [f"LANGUAGE {named(language)}"]
    words += [function.volatility.upper()] if function.volatility != "volatile" else []
    words += ["LEAKPROOF"] if function.leakproof else []
    words += ["SECURITY DEFINER"] if function.security_definer else []
    words += [f"SET search_path = {_path(function.search_path)}"] if function.search_path is not None else []
    return f"{text}\n    {' '.join(words)}\n    AS {dollar_quoted(body)}"


def _path(path: str) -> str:
    parts = [part.strip().strip('"') for part in path.split(",")]
    return ", ".join(literal(part) for part in parts)


def dollar_quoted(body: str) -> str:
    """The body between dollar quotes that do not occur in it."""
    tags = itertools.chain(("$body$",), (f"$body{number}$" for number in itertools.count(1)))
    tag = next(tag for tag in tags if tag not in body and not body.endswith("$" + tag[1:-1]))
    return f"{tag}{body}{tag}"
