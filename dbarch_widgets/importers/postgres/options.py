"""Options in parentheses and their values as texts."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.importers.postgres.draft import Refused
from dbarch_widgets.importers.postgres.expressions import deparse

Node = Any


def read_options(options: Any) -> dict[str, str]:
    """Storage parameters as texts."""
    found = {}
    for node in options:
        element = node.def_elem
        if element.defname == "oids":
            continue
        prefix = f"{element.defnamespace}." if element.defnamespace else ""
        found[prefix + element.defname] = option_text(element)
    return found


def option_text(element: Node) -> str:
    """The value of one option; an option without value means true."""
    if not element.HasField("arg"):
        return "true"
    kind = element.arg.WhichOneof("node")
    if kind == "integer":
        return str(element.arg.integer.ival)
    if kind == "float":
        return str(element.arg.float.fval)
    if kind == "string":
        return str(element.arg.string.sval)
    if kind == "boolean":
        return "true" if element.arg.boolean.boolval else "false"
    if kind == "type_name":
        return str(element.arg.type_name.names[-1].string.sval)
    return str(deparse(element.arg))


def whole_number(element: Node) -> int:
    """The value of an option that must be a whole number.

    Raises:
        Refused: it is none.
    """
    text = option_text(element)
    try:
        return int(text)
    except ValueError:
        raise Refused(f"{element.defname.upper()} is no whole number: {text}") from None


def setting_values(statement: Node) -> list[str]:
    """The values of a SET as texts."""
    found = []
    for node in statement.args:
        constant = node.a_const
        kind = constant.WhichOneof("val")
        found.append(str(constant.sval.sval if kind == "sval" else constant.ival.ival))
    return found
