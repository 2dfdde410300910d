"""Functions and procedures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import postgast
from google.protobuf.message import DecodeError
from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.deparsing import quote
from dbarch_widgets.importers.postgres.draft import Draft, Refused
from dbarch_widgets.importers.postgres.expressions import canonical_node
from dbarch_widgets.importers.postgres.kinds import base
from dbarch_widgets.importers.postgres.options import option_text, setting_values
from dbarch_widgets.importers.postgres.words import names, split_name, truth
from dbarch_widgets.model.objects import Function
from dbarch_widgets.model.schema import QName

Node = Any
_MODES = {pb.FUNC_PARAM_OUT: "OUT ", pb.FUNC_PARAM_INOUT: "INOUT ", pb.FUNC_PARAM_VARIADIC: "VARIADIC "}
_GIVEN_BACK = (pb.FUNC_PARAM_OUT, pb.FUNC_PARAM_INOUT)


def create_function(draft: Draft, statement: Node) -> None:
    """`CREATE [OR REPLACE] FUNCTION` or PROCEDURE."""
    schema, name = split_name(statement.funcname)
    function = Function(
        schema or draft.creation_schema,
        name,
        arguments=", ".join(
            _argument(draft, node.function_parameter)
            for node in statement.parameters
            if node.function_parameter.mode != pb.FUNC_PARAM_TABLE
        ),
        returns=_returns(draft, statement),
        kind="procedure" if statement.is_procedure else "function",
        file=draft.file,
        line=draft.line,
    )
    function = function_options(function, statement.options)
    draft.argument_types[_identity(function)] = [
        _plain(draft, node.function_parameter.arg_type)
        for node in statement.parameters
        if node.function_parameter.mode not in (pb.FUNC_PARAM_OUT, pb.FUNC_PARAM_TABLE)
    ]
    if statement.replace:
        # The rights, the owner and the comment of the one that is replaced stay.
        same = [old for old in draft.functions if _identity(old) == _identity(function)]
        draft.functions = [old for old in draft.functions if old not in same]
        for old in same[:1]:
            function = replace(function, grants=old.grants, comment=old.comment, owner=old.owner)
    draft.functions.append(function)


def _returns(draft: Draft, statement: Node) -> str | None:
    columns = [
        node.function_parameter for node in statement.parameters if node.function_parameter.mode == pb.FUNC_PARAM_TABLE
    ]
    if columns:
        return f"TABLE({', '.join(f'{quote(each.name)} {_plain(draft, each.arg_type)}' for each in columns)})"
    if not statement.HasField("return_type"):
        given = [
            node.function_parameter for node in statement.parameters if node.function_parameter.mode in _GIVEN_BACK
        ]
        if statement.is_procedure or not given:
            return None
        return _plain(draft, given[0].arg_type) if len(given) == 1 else "record"
    return ("SETOF " if statement.return_type.setof else "") + _plain(draft, statement.return_type)


def _plain(draft: Draft, type_name: Node) -> str:
    """A type without its length, which PostgreSQL does not keep of arguments and results."""
    return base(draft.format_type(type_name))


def _argument(draft: Draft, parameter: Node) -> str:
    kind = _plain(draft, parameter.arg_type)
    text = _MODES.get(parameter.mode, "") + (f"{quote(parameter.name)} " if parameter.name else "") + kind
    return f"{text} DEFAULT {canonical_node(parameter.defexpr, kind)}" if parameter.HasField("defexpr") else text


def canonical_arguments(text: str) -> str:
    """The arguments of a function as the catalog prints them, in the words of the importer of text."""
    try:
        tree = postgast.parse(f"CREATE FUNCTION f({text}) RETURNS int LANGUAGE sql AS ''")
    except (postgast.PgQueryError, DecodeError):
        return text
    draft = Draft()
    parameters = tree.stmts[0].stmt.create_function_stmt.parameters
    return ", ".join(_argument(draft, node.function_parameter) for node in parameters)


def function_options(function: Function, options: Any) -> Function:
    """The function with its options applied."""
    for node in options:
        option = node.def_elem
        if option.defname == "as":
            body = names(option.arg.list.items)
            function = replace(function, body=body[0] if body else None)
        elif option.defname == "language":
            function = replace(function, language=option_text(option).lower())
        elif option.defname == "security":
            function = replace(function, security_definer=truth(option_text(option)))
        elif option.defname == "leakproof":
            function = replace(function, leakproof=truth(option_text(option)))
        elif option.defname == "volatility":
            value: Literal["volatile", "stable", "immutable"] = option_text(option)  # type: ignore[assignment]
            function = replace(function, volatility=value)
        elif option.defname == "set":
            setting = option.arg.variable_set_stmt
            if setting.name == "search_path" or setting.kind == pb.VAR_RESET_ALL:
                # An empty path is one too, and the safest: every name has to say its schema.
                given = ", ".join(setting_values(setting)) if setting.args else None
                function = replace(function, search_path=given)
    return function


def alter_function(draft: Draft, statement: Node) -> None:
    """`ALTER FUNCTION` with options."""
    found = same_function(draft, statement.func)
    draft.functions = [function_options(f, statement.actions) if f in found else f for f in draft.functions]


def same_function(draft: Draft, node: Node) -> list[Function]:
    """The functions that `name(argument types)` means; all of that name where no arguments are given.

    Raises:
        Refused: there is none.
    """
    schema, name = split_name(node.objname)
    places = (schema,) if schema else (*draft.search_path, "public")
    found = [function for function in draft.functions if function.name == name and function.schema in places]
    if not found:
        raise Refused(f"function {name!r} is not defined before this statement")
    if node.args_unspecified or len(found) == 1:
        return found
    wanted = [_plain(draft, argument.type_name) for argument in node.objargs]
    exact = [function for function in found if draft.argument_types.get(_identity(function)) == wanted]
    return exact or found


def _identity(function: Function) -> tuple[str, str, str]:
    return function.schema, function.name, function.arguments


def called(function: Function) -> str:
    """The name by which a trigger calls it."""
    return str(QName(function.schema, function.name))


def change_functions(draft: Draft, found: list[Function], **changes: Any) -> None:
    """The functions with those fields changed; triggers follow a new name or schema."""
    before = {called(function) for function in found}
    fresh = []
    for function in draft.functions:
        if function not in found:
            fresh.append(function)
            continue
        changed = replace(function, **changes)
        draft.argument_types[_identity(changed)] = draft.argument_types.get(_identity(function), [])
        fresh.append(changed)
    draft.functions = fresh
    after = called(replace(found[0], **changes))
    if before == {after}:
        return
    for table in list(draft.tables.values()):
        if any(trigger.function in before for trigger in table.triggers):
            triggers = tuple(replace(t, function=after) if t.function in before else t for t in table.triggers)
            draft.change(table, triggers=triggers)
