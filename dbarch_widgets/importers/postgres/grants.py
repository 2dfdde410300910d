"""GRANT and REVOKE, on tables, views, sequences, functions, types, schemas and the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.draft import Draft, NotKept, Refused, with_changes
from dbarch_widgets.importers.postgres.functions import same_function
from dbarch_widgets.importers.postgres.held import COLUMNS, Held
from dbarch_widgets.importers.postgres.words import FUNCTIONS, TYPES, kind_word, names, role_names
from dbarch_widgets.model.objects import Function, Grant, Namespace, Sequence, View
from dbarch_widgets.model.rights import ALL_ON, by_itself
from dbarch_widgets.model.schema import QName, Table

Node = Any
_SYSTEM = ("pg_catalog", "information_schema")
_ROUTINES = {pb.OBJECT_FUNCTION: ("function",), pb.OBJECT_PROCEDURE: ("procedure",)}


@dataclass(frozen=True)
class _Target:
    """One object whose rights change. `by_itself` is what PUBLIC has on it anyway, `noted` what is said although it has not."""

    kind: str
    grants: tuple[Grant, ...]
    put: Callable[[tuple[Grant, ...]], object]
    by_itself: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()


def grant(draft: Draft, statement: Node) -> None:
    """GRANT and REVOKE; of other kinds of objects it is said that their rights are not kept."""
    find = _FINDERS.get(statement.objtype)
    if find is None:
        raise NotKept(f"rights on a {kind_word(statement.objtype)} are not kept")
    for target in find(draft, statement):
        held = Held(target.grants, target.by_itself, target.noted)
        for role in role_names(statement.grantees):
            for privilege, columns in privileges(statement, target.kind):
                if statement.is_grant:
                    held.give(
                        role, privilege, columns, grantable=statement.grant_option, place=(draft.file, draft.line)
                    )
                else:
                    # What is taken from the table is taken from its columns too.
                    held.take(
                        role, privilege, columns, only_option=statement.grant_option, place=(draft.file, draft.line)
                    )
        target.put(held.grants())


def privileges(statement: Node, kind: str) -> list[tuple[str, tuple[str, ...]]]:
    """(privilege, columns) pairs; ALL is spelled out as the catalog of PostgreSQL 17 and later would."""
    if not statement.privileges:
        return [(name, ()) for name in ALL_ON[kind]]
    found: list[tuple[str, tuple[str, ...]]] = []
    for node in statement.privileges:
        columns = names(node.access_priv.cols)
        name = node.access_priv.priv_name
        name = "temporary" if name == "temp" else name
        found += [(name, columns)] if name else [(each, columns) for each in COLUMNS]
    return found


def _all_in(statement: Node) -> set[str]:
    return set(names(statement.objects)) if statement.targtype == pb.ACL_TARGET_ALL_IN_SCHEMA else set()


def _relations(draft: Draft, statement: Node) -> Iterator[_Target]:
    if schemas := _all_in(statement):
        yield from [_table(draft, table) for table in draft.tables.values() if table.schema in schemas]
        yield from [_view(draft, view) for view in draft.views.values() if view.schema in schemas]
        return
    for node in statement.objects:
        relation = node.range_var
        view = draft.resolve(relation.schemaname, relation.relname, draft.views)
        sequence = draft.resolve(relation.schemaname, relation.relname, draft.sequences)
        if view in draft.views:
            yield _view(draft, draft.views[view])
        elif sequence in draft.sequences:
            yield _sequence(draft, draft.sequences[sequence])
        else:
            yield _table(draft, draft.table_of(relation))


def _table(draft: Draft, table: Table) -> _Target:
    return _Target("tables", table.grants, lambda grants: draft.put(with_changes(table, grants=grants)))


def _view(draft: Draft, view: View) -> _Target:
    name = QName(view.schema, view.name)
    return _Target("tables", view.grants, lambda new: draft.views.update({name: replace(view, grants=new)}))


def _sequences(draft: Draft, statement: Node) -> Iterator[_Target]:
    if schemas := _all_in(statement):
        yield from [_sequence(draft, each) for each in draft.sequences.values() if each.schema in schemas]
        return
    for node in statement.objects:
        name = draft.resolve(node.range_var.schemaname, node.range_var.relname, draft.sequences)
        if name not in draft.sequences:
            raise Refused(f"sequence {name} is not defined before this statement")
        yield _sequence(draft, draft.sequences[name])


def _sequence(draft: Draft, sequence: Sequence) -> _Target:
    name = QName(sequence.schema, sequence.name)
    return _Target(
        "sequences", sequence.grants, lambda new: draft.sequences.update({name: replace(sequence, grants=new)})
    )


def _functions(draft: Draft, statement: Node) -> Iterator[_Target]:
    if schemas := _all_in(statement):
        kinds = _ROUTINES.get(statement.objtype, ("function", "procedure"))
        yield from [_function(draft, f) for f in draft.functions if f.schema in schemas and f.kind in kinds]
        return
    for node in statement.objects:
        for function in same_function(draft, node.object_with_args):
            yield _function(draft, function)


def _function(draft: Draft, function: Function) -> _Target:
    def put(grants: tuple[Grant, ...]) -> None:
        at = next(number for number, each in enumerate(draft.functions) if each is function)
        draft.functions[at] = replace(function, grants=grants)

    return _Target("functions", function.grants, put, by_itself("function"))


def _types(draft: Draft, statement: Node) -> Iterator[_Target]:
    for node in statement.objects:
        parts = names(node.list.items)
        among_all: tuple[dict[QName, Any], ...] = (draft.enums, draft.domains)
        for among in among_all:
            name = draft.resolve(parts[-2] if len(parts) > 1 else "", parts[-1], among)
            if name in among:
                yield _type(among, name)
                break
        else:
            draft.remark(f"rights on the type {parts[-1]} are not kept")


def _type(among: dict[QName, Any], name: QName) -> _Target:
    thing = among[name]
    return _Target(
        "types", thing.grants, lambda new: among.update({name: replace(thing, grants=new)}), by_itself("type")
    )


def _namespaces(draft: Draft, statement: Node) -> Iterator[_Target]:
    for name in names(statement.objects):
        if name in _SYSTEM:
            draft.remark(f"rights on the schema {name}, which is PostgreSQL's own, are not kept")
        else:
            yield _namespace(draft, draft.namespaces.get(name) or Namespace(name, file=draft.file, line=draft.line))


def _namespace(draft: Draft, one: Namespace) -> _Target:
    """`REVOKE CREATE ON SCHEMA public FROM PUBLIC` is kept, as it says something on servers before PostgreSQL 15."""
    noted = ("create",) if one.name == "public" else ()
    return _Target(
        "schemas",
        one.grants,
        lambda new: draft.namespaces.update({one.name: replace(one, grants=new)}),
        by_itself("schema", one.name),
        noted,
    )


def _databases(draft: Draft, statement: Node) -> Iterator[_Target]:
    for name in names(statement.objects):
        if draft.database in (None, "current_database()"):
            draft.database = name
        if name != draft.database:
            draft.remark(f"rights on the database {name} are not kept: those on {draft.database} are")
        else:
            put = partial(setattr, draft, "database_grants")
            yield _Target("databases", draft.database_grants, put, by_itself("database"))


_FINDERS: dict[int, Callable[[Draft, Node], Iterator[_Target]]] = {
    pb.OBJECT_TABLE: _relations,
    pb.OBJECT_SEQUENCE: _sequences,
    **dict.fromkeys(FUNCTIONS, _functions),
    **dict.fromkeys(TYPES, _types),
    pb.OBJECT_SCHEMA: _namespaces,
    pb.OBJECT_DATABASE: _databases,
}
