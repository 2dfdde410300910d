"""Asking as a role that row security binds: the role, its rights, and the settings that its policies read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dbarch_widgets.evidence.base import CannotMeasure, Case
from dbarch_widgets.evidence.lab import Lab
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.rules.context import Context
from dbarch_widgets.sql.names import quote, text_literal

_FROM = re.compile(r"\b(?:FROM|JOIN)\s+([\w.\"]+)", re.IGNORECASE)
READER = "dbarch_reader"
_COMPARED = re.compile(r"(\w+)\)?(?:::[\w.]+)?\s*=\s*[^=<>]*?current_setting\(\s*'([^']+)'", re.IGNORECASE)


def tenant_column(case: Case, table: Table) -> str | None:
    """The column that says whose a row is, if the table has it."""
    tenants = Context(case.schema, case.workload, case.intake).tenants
    return tenants.column if tenants and table.has_column(tenants.column) else None


def reader(case: Case, lab: Lab, named: Iterable[str], *relations: QName) -> str:
    """A role that may select from the relations: the first of the named that is there, or one made for it."""
    known = {name for (name,) in lab.execute("SELECT rolname FROM pg_catalog.pg_roles").rows}
    role = next((name for name in named if name in known and name != "public"), READER)
    if role not in known:
        lab.execute(f"CREATE ROLE {quote(role)} NOLOGIN")
    schemas = {thing.schema for things in (case.schema.tables, case.schema.functions) for thing in things}
    there = {name for (name,) in lab.execute("SELECT nspname FROM pg_catalog.pg_namespace").rows}
    for name in sorted(schemas & there):
        lab.execute(f"GRANT USAGE ON SCHEMA {quote(name)} TO {quote(role)}")
    for relation in relations:
        lab.execute(f"GRANT SELECT ON {lab.table(relation)} TO {quote(role)}")
    return role


def as_role(role: str, settings: Iterable[tuple[str, str]] = ()) -> list[str]:
    """The statements that make the rest of the transaction ask as the role."""
    told = [f"SELECT set_config({text_literal(name)}, {text_literal(value)}, true)" for name, value in settings]
    return [*told, f"SET LOCAL ROLE {quote(role)}"]


def settings_of(lab: Lab, table: Table, policies: Iterable[Policy], where: str = "true") -> list[tuple[str, str]]:
    """The settings that the policies compare with columns, with the values of one row of the table.

    Raises:
        CannotMeasure: no row has them.
    """
    compared: dict[str, str] = {}
    others: dict[str, str] = {}
    for policy in policies:
        for text in (policy.using, policy.check):
            for column, setting in _COMPARED.findall(text or ""):
                (compared if table.has_column(column) else others).setdefault(setting, column)
    found = [(setting, value) for setting, column in others.items() if (value := _elsewhere(lab, column)) is not None]
    if not compared:
        return found
    columns = ", ".join(f"CAST({quote(column)} AS text)" for column in compared.values())
    present = " AND ".join(f"{quote(column)} IS NOT NULL" for column in compared.values())
    rows = lab.execute(
        f"SELECT {columns} FROM {lab.table(table.qname)} WHERE {present} AND {where}"
        f" GROUP BY {columns} ORDER BY count(*) DESC, {columns} LIMIT 1"
    ).rows
    if not rows:
        raise CannotMeasure(f"{table.qname} has no row that its policies would let through")
    return [*found, *zip(compared, map(str, rows[0]), strict=True)]


def _elsewhere(lab: Lab, column: str) -> str | None:
    """The commonest value of a column of that name in another table: policies look up who belongs to whom."""
    for table in lab.schema.base_tables:
        if table.has_column(column):
            name = quote(column)
            found = lab.value(
                f"SELECT CAST({name} AS text) FROM {lab.table(table.qname)} WHERE {name} IS NOT NULL"
                f" GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
            )
            return None if found is None else str(found)
    return None


def tables_asked(case: Case) -> tuple[QName, ...]:
    """The finding's table, and those that its policies look into."""
    found = {case.table.qname: None}
    for policy in case.table.rls.policies:
        for name in _FROM.findall(f"{policy.using or ''} {policy.check or ''}"):
            table = case.schema.find(name.replace('"', ""))
            if table is not None:
                found[table.qname] = None
    return tuple(found)
