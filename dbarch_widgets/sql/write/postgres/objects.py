"""What stands beside the tables of PostgreSQL: schemas, extensions, types, sequences, views, triggers."""

from __future__ import annotations

import re

from dbarch_widgets.model.objects import Domain, EnumType, Firing, Sequence, Trigger, View
from dbarch_widgets.model.rights import places_of
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.write.base import Loss, Script
from dbarch_widgets.sql.write.order import in_order, views_in_order, words_of
from dbarch_widgets.sql.write.own_types import Types
from dbarch_widgets.sql.write.postgres.names import GIVEN_SCHEMAS, at, qualified
from dbarch_widgets.sql.write.postgres.tables import index_on
from dbarch_widgets.sql.write.words import after_default, counting, enclosed, events_of, literal, named, split_commas

BEFORE, TYPES, SEQUENCES, VIEWS, TRIGGERS = "Schemas and extensions", "Types", "Sequences", "Views", "Triggers"

# Trigger functions that every PostgreSQL has.
_BUILT_IN = frozenset({"suppress_redundant_updates_trigger", "tsvector_update_trigger", "lo_manage"})
_FIRING: dict[Firing, str] = {
    "origin": "ENABLE",
    "always": "ENABLE ALWAYS",
    "replica": "ENABLE REPLICA",
    "disabled": "DISABLE",
}


def schemas_of(schema: Schema) -> list[str]:
    """Every schema that something of the model lies in or that is told of, `public` left out, in the order of first use."""
    found = places_of(schema) | dict.fromkeys(namespace.name for namespace in schema.namespaces)
    return [name for name in found if name not in GIVEN_SCHEMAS]


def write_before(schema: Schema, script: Script) -> None:
    """Schemas, extensions, and the search path in which unqualified names of expressions are found."""
    places = schemas_of(schema)
    script.add(BEFORE, *(f"CREATE SCHEMA IF NOT EXISTS {named(name)}" for name in places))
    for extension in schema.extensions:
        text = f"CREATE EXTENSION IF NOT EXISTS {named(extension.name)}"
        text += f" WITH SCHEMA {named(extension.schema)}" if extension.schema else ""
        script.add(BEFORE, text + (f" VERSION {literal(extension.version)}" if extension.version else ""))
    if places:
        script.add(BEFORE, search_path(places))
    if schema.functions:
        script.add(BEFORE, "SET check_function_bodies = false")


def search_path(places: list[str], first: str = "public") -> str:
    """`SET search_path` with `first`, then `public`, then the others."""
    return f"SET search_path = {', '.join(named(name) for name in dict.fromkeys((first, 'public', *places)))}"


def write_after(schema: Schema, script: Script) -> None:
    """Takes back what `write_before` set for the session."""
    if schemas_of(schema):
        script.add("Settings of this session", "RESET search_path")
    if schema.functions:
        script.add("Settings of this session", "RESET check_function_bodies")


def write_types(schema: Schema, types: Types, script: Script) -> None:
    """Enums, then domains after the domains that they are made of."""
    script.add(TYPES, *(create_enum(enum) for enum in schema.enums))
    functions = {function.name for function in schema.functions}
    domains = in_order(
        schema.domains,
        lambda domain: types(_printed(domain)),
        lambda domain: [types(domain.type).removesuffix("[]")],
    )
    for domain in domains:
        checks = () if _calls(domain, functions) else domain.checks
        script.add(TYPES, create_domain(domain, checks, types))


def write_domain_checks(schema: Schema, script: Script) -> None:
    """The checks of domains that call functions of the schema, for after those are made."""
    functions = {function.name for function in schema.functions}
    for domain in schema.domains:
        if _calls(domain, functions):
            for name, expression in domain.checks:
                head = f"ALTER DOMAIN {at(domain.schema, domain.name)} ADD CONSTRAINT {named(name)}"
                script.add("Checks of domains", f"{head} CHECK {enclosed(expression)}")


def _printed(domain: Domain) -> str:
    return at(domain.schema, domain.name)


def _calls(domain: Domain, functions: set[str]) -> bool:
    return bool(functions) and any(words_of(text) & functions for _, text in domain.checks)


def create_enum(enum: EnumType) -> str:
    """CREATE TYPE of an enum."""
    return f"CREATE TYPE {at(enum.schema, enum.name)} AS ENUM ({', '.join(literal(value) for value in enum.values)})"


def create_domain(domain: Domain, checks: tuple[tuple[str, str], ...], types: Types) -> str:
    """CREATE DOMAIN with those checks."""
    text = f"CREATE DOMAIN {at(domain.schema, domain.name)} AS {types(domain.type)}"
    text += f" COLLATE {named(domain.collation)}" if domain.collation else ""
    text += f" DEFAULT {after_default(domain.default)}" if domain.default is not None else ""
    text += "" if domain.nullable else " NOT NULL"
    return text + "".join(f"\n    CONSTRAINT {named(name)} CHECK {enclosed(expression)}" for name, expression in checks)


def identity_sequences(schema: Schema) -> dict[tuple[str, str, str], Sequence]:
    """The sequences behind identity columns, by (schema, table, column)."""
    own = {(*table.qname, column.name) for table in schema.tables for column in table.columns if column.identity}
    return {sequence.owned_by: sequence for sequence in schema.sequences if sequence.owned_by in own}


def _plain_sequences(schema: Schema) -> list[Sequence]:
    """Those that no identity column makes by itself."""
    made_by_columns = {id(sequence) for sequence in identity_sequences(schema).values()}
    return [sequence for sequence in schema.sequences if id(sequence) not in made_by_columns]


def write_sequences(schema: Schema, script: Script) -> None:
    """Before the tables, whose defaults need them."""
    for sequence in _plain_sequences(schema):
        words = [f"CREATE SEQUENCE {at(sequence.schema, sequence.name)}"]
        words += [f"AS {sequence.type}"] if sequence.type != "bigint" else []
        script.add(SEQUENCES, " ".join(words + counting(sequence)))


def write_sequence_owners(schema: Schema, script: Script) -> None:
    for sequence in _plain_sequences(schema):
        if sequence.owned_by:
            space, table, column = sequence.owned_by
            owner = f"{at(space, table)}.{named(column)}"
            script.add("Owners of sequences", f"ALTER SEQUENCE {at(sequence.schema, sequence.name)} OWNED BY {owner}")


def write_views(schema: Schema, script: Script) -> None:
    """Views after those that they read; each sees the names of its own schema first."""
    places, first = schemas_of(schema), "public"
    for view in views_in_order(schema.views):
        wanted = "public" if view.schema in GIVEN_SCHEMAS else view.schema
        if wanted != first:
            first = wanted
            script.add(VIEWS, search_path(places, first))
        script.add(VIEWS, create_view(view))
        script.add(VIEWS, *(index_on(at(view.schema, view.name), index) for index in view.indexes))
    if first != "public":
        script.add(VIEWS, search_path(places))


def create_view(view: View) -> str:
    """CREATE VIEW or CREATE MATERIALIZED VIEW."""
    options = [
        f"{name} = true"
        for name, given in (("security_invoker", view.security_invoker), ("security_barrier", view.security_barrier))
        if given
    ]
    kind = "MATERIALIZED VIEW" if view.materialized else "VIEW"
    head = f"CREATE {kind} {at(view.schema, view.name)}" + (f" WITH ({', '.join(options)})" if options else "")
    return f"{head} AS\n{view.sql.strip().rstrip(';')}"


def write_triggers(schema: Schema, script: Script) -> None:
    known = {str(QName(function.schema, function.name)): function for function in schema.functions}
    for table in schema.tables:
        for trigger in table.triggers:
            function = known.get(trigger.function)
            name = at(function.schema, function.name) if function else unknown_function(trigger.function)
            text = create_trigger(table, trigger, name)
            if function or trigger.function in _BUILT_IN or schema.extensions:
                script.add(TRIGGERS, text)
                if trigger.fires != "origin":
                    command = f"{_FIRING[trigger.fires]} TRIGGER {named(trigger.name)}"
                    script.add(TRIGGERS, f"ALTER TABLE {qualified(table.qname)} {command}")
            else:
                why = f"the schema has no function {trigger.function}"
                script.lose(Loss(f"{table.qname}: trigger {trigger.name}", "trigger", why, definition=text))


def unknown_function(printed: str) -> str:
    """The name of a function that the schema does not have."""
    space, dot, name = printed.partition(".")
    return at(space, name) if dot else named(printed)


def create_trigger(table: Table, trigger: Trigger, function: str) -> str:
    """CREATE TRIGGER that calls that function."""
    events = " OR ".join(events_of(trigger)) or "INSERT"
    kind = "CONSTRAINT TRIGGER" if trigger.constraint else "TRIGGER"
    text = f"CREATE {kind} {named(trigger.name)} {trigger.timing.upper()} {events} ON {qualified(table.qname)}"
    text += " DEFERRABLE" if trigger.deferrable else ""
    text += " INITIALLY DEFERRED" if trigger.initially_deferred else ""
    tables = (("OLD", trigger.old_table), ("NEW", trigger.new_table))
    rows = " ".join(f"{which} TABLE AS {named(name)}" for which, name in tables if name is not None)
    text += f" REFERENCING {rows}" if rows else ""
    text += f" FOR EACH {'ROW' if trigger.for_each_row else 'STATEMENT'}"
    text += f" WHEN {enclosed(trigger.when)}" if trigger.when is not None else ""
    return f"{text} EXECUTE FUNCTION {function}({', '.join(map(literal, trigger.arguments))})"


def argument_types(arguments: str) -> str:
    """The arguments of a function without their defaults, as they name it in COMMENT ON."""
    return ", ".join(re.split(r"\s+DEFAULT\s|\s*=\s*", one, maxsplit=1)[0].strip() for one in split_commas(arguments))
