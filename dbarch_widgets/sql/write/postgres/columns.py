"""Columns and constraints of PostgreSQL, as they stand in CREATE TABLE or after ADD."""

from __future__ import annotations

from dbarch_widgets.model.objects import Sequence
from dbarch_widgets.model.schema import Check, Column, Exclusion, ForeignKey, PrimaryKey, Table, Unique
from dbarch_widgets.sql.write.own_types import Types
from dbarch_widgets.sql.write.postgres.names import at, qualified
from dbarch_widgets.sql.write.words import after_default, counting, enclosed, generated, named, names


def column(table: Table, one: Column, types: Types, sequence: Sequence | None = None) -> str:
    """One column with all that belongs to it alone; `sequence` is the one behind its identity."""
    parts = [named(one.name), types(one.type)]
    if one.collation:
        parts.append(f"COLLATE {named(one.collation)}")
    if one.generated is not None:
        parts.append(f"GENERATED ALWAYS AS {enclosed(one.generated)} {(one.generated_kind or 'stored').upper()}")
    elif one.identity:
        parts.append(f"GENERATED {one.identity.upper()} AS IDENTITY{_identity(table, one, sequence)}")
    elif one.default is not None:
        parts.append(f"DEFAULT {after_default(one.default)}")
    in_key = table.primary_key is not None and one.name in table.primary_key.columns
    if not (one.nullable or one.identity or in_key):
        parts.append("NOT NULL")
    return " ".join(parts)


def _identity(table: Table, one: Column, sequence: Sequence | None) -> str:
    """The options of the sequence that differ from what PostgreSQL would choose."""
    if sequence is None:
        return ""
    options = []
    if (sequence.schema, sequence.name) != (table.schema, generated(table.name, one.name, "seq", set())):
        options.append(f"SEQUENCE NAME {at(sequence.schema, sequence.name)}")
    options += counting(sequence)
    return f" ({' '.join(options)})" if options else ""


def primary_key(key: PrimaryKey) -> str:
    return f"CONSTRAINT {named(key.name)} PRIMARY KEY ({names(key.columns)}){_include(key.include)}{late(key)}"


def unique(key: Unique) -> str:
    nulls = "" if key.nulls_distinct else " NULLS NOT DISTINCT"
    return f"CONSTRAINT {named(key.name)} UNIQUE{nulls} ({names(key.columns)}){_include(key.include)}{late(key)}"


def check(one: Check) -> str:
    text = f"CONSTRAINT {named(one.name)} CHECK {enclosed(one.expression)}"
    text += " NO INHERIT" if one.no_inherit else ""
    if not one.enforced:
        return text + " NOT ENFORCED"
    return text + ("" if one.validated else " NOT VALID")


def exclusion(one: Exclusion) -> str:
    return f"CONSTRAINT {named(one.name)} EXCLUDE {one.definition}"


def foreign_key(key: ForeignKey) -> str:
    target = f" ({names(key.ref_columns)})" if key.ref_columns else ""
    text = f"CONSTRAINT {named(key.name)} FOREIGN KEY ({names(key.columns)}) REFERENCES {qualified(key.target)}{target}"
    text += " MATCH FULL" if key.match == "full" else ""
    if key.on_delete != "no action":
        text += f" ON DELETE {key.on_delete.upper()}"
        text += f" ({names(key.on_delete_columns)})" if key.on_delete_columns else ""
    if key.on_update != "no action":
        text += f" ON UPDATE {key.on_update.upper()}"
    text += late(key)
    if not key.enforced:
        return text + " NOT ENFORCED"
    return text + ("" if key.validated else " NOT VALID")


def late(constraint: PrimaryKey | Unique | ForeignKey) -> str:
    """`DEFERRABLE` and when."""
    if not constraint.deferrable:
        return ""
    return " DEFERRABLE INITIALLY DEFERRED" if constraint.initially_deferred else " DEFERRABLE"


def _include(columns: tuple[str, ...]) -> str:
    return f" INCLUDE ({names(columns)})" if columns else ""
