"""Rows of the catalog → grants, roles and default privileges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dbarch_widgets.importers.postgres_live.session import Row
from dbarch_widgets.importers.postgres_live.tables import Lost
from dbarch_widgets.model.objects import DefaultPrivilege, Grant, Namespace, Role

_ORDER = ("select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain")
_KINDS = {
    "r": "tables",
    "S": "sequences",
    "f": "functions",
    "T": "types",
    "n": "schemas",
    "L": "large objects",
}


def _ordered(privileges: Iterable[str]) -> tuple[str, ...]:
    """In the order in which GRANT ALL names them."""
    return tuple(sorted(set(privileges), key=lambda each: (_ORDER.index(each) if each in _ORDER else 99, each)))


def grants_by_relation(rows: Iterable[Row] | None) -> dict[int, tuple[Grant, ...]]:
    """The grants by the `oid` of their table or view; those on columns are one per list of columns."""
    columns: dict[tuple[int, str, bool, str], list[str]] = {}
    for row in rows or ():
        listed = columns.setdefault((row["oid"], row["role"], row["grantable"], row["privilege"]), [])
        if row["column"] is not None:
            listed.append(row["column"])
        elif "" not in listed:
            listed.append("")
    privileges: dict[tuple[int, str, bool, tuple[str, ...]], list[str]] = {}
    for (oid, role, grantable, privilege), names in columns.items():
        on_columns = tuple(name for name in names if name)
        if "" in names:
            privileges.setdefault((oid, role, grantable, ()), []).append(privilege)
        if on_columns:
            privileges.setdefault((oid, role, grantable, on_columns), []).append(privilege)
    found: dict[int, list[Grant]] = {}
    for (oid, role, grantable, names_of), listed in privileges.items():
        found.setdefault(oid, []).append(Grant(role, _ordered(listed), names_of, with_grant_option=grantable))
    return {oid: tuple(each) for oid, each in found.items()}


def grants_by_object(rows: Iterable[Row] | None) -> dict[tuple[str, int], tuple[Grant, ...]]:
    """The grants on sequences, functions, types, schemas and the database, by kind and `oid`."""
    privileges: dict[tuple[str, int, str, bool, bool], list[str]] = {}
    for row in rows or ():
        key = (row["kind"], row["oid"], row["role"], row["grantable"], row["revoked"])
        privileges.setdefault(key, []).append(row["privilege"])
    found: dict[tuple[str, int], list[Grant]] = {}
    for (kind, oid, role, grantable, revoked), listed in privileges.items():
        grant = Grant(role, _ordered(listed), with_grant_option=grantable, revoked=revoked)
        found.setdefault((kind, oid), []).append(grant)
    return {key: tuple(each) for key, each in found.items()}


def namespaces(
    rows: Iterable[Row] | None, grants: Mapping[tuple[str, int], tuple[Grant, ...]]
) -> tuple[Namespace, ...]:
    return tuple(
        Namespace(row["name"], grants.get(("schema", row["oid"]), ()), row["comment"], owner=row["owner"])
        for row in rows or ()
    )


def roles(rows: Iterable[Row] | None) -> tuple[Role, ...]:
    """The roles of the server, without their passwords."""
    attributes = ("login", "superuser", "bypass_rls", "createdb", "createrole", "replication", "inherit")
    return tuple(
        Role(
            row["name"],
            member_of=tuple(row["member_of"] or ()),
            admin_of=tuple(row["admin_of"] or ()),
            **{name: row[name] for name in attributes},
        )
        for row in rows or ()
    )


def default_privileges(rows: Iterable[Row] | None, lost: Lost) -> tuple[DefaultPrivilege, ...]:
    """What ALTER DEFAULT PRIVILEGES gave, and took from PUBLIC; what it took from the maker goes to `lost`."""
    found: dict[tuple[str, str | None, str, str, bool, bool], list[str]] = {}
    for row in rows or ():
        kind = _KINDS.get(row["kind"], str(row["kind"]))
        if row["revoked"] and row["role"] != "public":
            words = f"{row['privilege']} on {kind} from {row['role']} (objects of {row['creator']})"
            lost.add("ALTER DEFAULT PRIVILEGES … REVOKE", words)
        else:
            key = (row["role"], row["schema"], row["creator"], kind, row["grantable"], row["revoked"])
            found.setdefault(key, []).append(row["privilege"])
    return tuple(
        DefaultPrivilege(
            role, kind, _ordered(privileges), schema, creator, with_grant_option=grantable, revoked=revoked
        )
        for (role, schema, creator, kind, grantable, revoked), privileges in found.items()
    )
