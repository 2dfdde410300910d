"""Which columns the policies of a table compare with which setting of the session, for which role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.write.postgres.names import is_real_role

_NAME = r'"(?:[^"]|"")+"|[A-Za-z_]\w*'
_SETTING = r"current_setting\(\s*'([^']+)'"
_LEFT = re.compile(rf"({_NAME})\s*(?:=|IN)\s*[^=]*?{_SETTING}", re.IGNORECASE)
_RIGHT = re.compile(rf"{_SETTING}[^=]*?=\s*\(*({_NAME})", re.IGNORECASE)
_READS = re.compile(_SETTING, re.IGNORECASE)


@dataclass(frozen=True)
class Fence:
    """Rows of `table` are apart by `column`, which policies for `role` compare with `setting`.

    `others` are the further pairs of column and setting that hold for the role.
    """

    table: QName
    column: str
    setting: str
    role: str
    others: tuple[tuple[str, str], ...] = ()


def fences(schema: Schema) -> tuple[Fence, ...]:
    """One for each table, role and column; roles that pass by row security have none."""
    passing = {role.name for role in schema.roles if role.superuser or role.bypass_rls}
    found = []
    for table in schema.tables:
        if not (table.rls.enabled and table.rls.policies):
            continue
        for role in _roles(table):
            if role in passing or not is_real_role(role):
                continue
            pairs = dict(_pairs(schema, table, role))
            for column, setting in pairs.items():
                others = tuple(pair for pair in pairs.items() if pair[0] != column)
                found.append(Fence(table.qname, column, setting, role, others))
    return tuple(found)


def _roles(table: Table) -> list[str]:
    """The roles that the policies name, or where they are for everybody those that have a right on the table."""
    named = {role for policy in table.rls.policies for role in policy.roles}
    if "public" in named:
        named |= {grant.role for grant in table.grants}
    return sorted(named - {"public", table.owner or "public"})


def _pairs(schema: Schema, table: Table, role: str) -> Iterator[tuple[str, str]]:
    for policy in table.rls.policies:
        if role in policy.roles or "public" in policy.roles:
            yield from compared(schema, table, policy)


def compared(schema: Schema, table: Table, policy: Policy) -> Iterator[tuple[str, str]]:
    """(column, setting) pairs of one policy; a function without arguments that reads a setting counts as it."""
    for text in (policy.using, policy.check):
        plain = _inlined(schema, text or "")
        for match in _LEFT.finditer(plain):
            yield from _known(table, match[1], match[2])
        for match in _RIGHT.finditer(plain):
            yield from _known(table, match[2], match[1])


def _known(table: Table, name: str, setting: str) -> Iterator[tuple[str, str]]:
    column = name[1:-1].replace('""', '"') if name.startswith('"') else name
    if table.has_column(column):
        yield column, setting


def _inlined(schema: Schema, text: str) -> str:
    """The text with calls of such functions replaced by what they read."""
    for function in schema.functions:
        read = _READS.search(function.body or "")
        if read and not function.arguments and function.name in text:
            setting = f"current_setting('{read[1]}')".replace("\\", "\\\\")
            text = re.sub(rf"(?:\w+\.)?\b{re.escape(function.name)}\(\)", setting, text)
    return text
