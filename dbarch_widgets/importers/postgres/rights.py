"""Roles, policies, grants and default privileges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.draft import Draft, NotKept, Refused, with_changes
from dbarch_widgets.importers.postgres.options import option_text
from dbarch_widgets.importers.postgres.words import names, truth
from dbarch_widgets.model.objects import DefaultPrivilege, Grant, Policy, Role, View
from dbarch_widgets.model.schema import QName, Table

Node = Any

_SPECIAL = {
    pb.ROLESPEC_PUBLIC: "public",
    pb.ROLESPEC_CURRENT_USER: "current_user",
    pb.ROLESPEC_CURRENT_ROLE: "current_role",
    pb.ROLESPEC_SESSION_USER: "session_user",
}
_ALL_ON_TABLES = ("select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain")
_ALL_ON_COLUMNS = ("select", "insert", "update", "references")
_KINDS = {
    pb.OBJECT_TABLE: "tables",
    pb.OBJECT_SEQUENCE: "sequences",
    pb.OBJECT_FUNCTION: "functions",
    pb.OBJECT_ROUTINE: "routines",
    pb.OBJECT_TYPE: "types",
    pb.OBJECT_SCHEMA: "schemas",
}


def role_names(nodes: Any) -> tuple[str, ...]:
    return tuple(_SPECIAL.get(node.role_spec.roletype, node.role_spec.rolename) for node in nodes)


def create_role(draft: Draft, statement: Node) -> None:
    role = Role(statement.role, login=statement.stmt_type == pb.ROLESTMT_USER, line=draft.line)
    draft.roles[role.name] = _role_options(draft, role, statement.options)


def alter_role(draft: Draft, statement: Node) -> None:
    name = statement.role.rolename
    if name not in draft.roles:
        raise NotKept(f"the source does not create the role {name or 'that is changed here'}")
    draft.roles[name] = _role_options(draft, draft.roles[name], statement.options)


def _role_options(draft: Draft, role: Role, options: Any) -> Role:
    for node in options:
        option = node.def_elem
        if option.defname == "canlogin":
            role = replace(role, login=truth(option_text(option)))
        elif option.defname == "superuser":
            role = replace(role, superuser=truth(option_text(option)))
        elif option.defname == "bypassrls":
            role = replace(role, bypass_rls=truth(option_text(option)))
        elif option.defname == "addroleto":
            role = replace(role, member_of=(*role.member_of, *role_names(option.arg.list.items)))
    return role


def create_policy(draft: Draft, statement: Node) -> None:
    table = draft.table_of(statement.table)
    if any(policy.name == statement.policy_name for policy in table.rls.policies):
        raise Refused(f"policy {statement.policy_name!r} is already on table {table.qname}")
    policy = Policy(
        statement.policy_name,
        command=statement.cmd_name,
        permissive=statement.permissive,
        roles=role_names(statement.roles),
        using=draft.expression(statement.qual, table) if statement.HasField("qual") else None,
        check=draft.expression(statement.with_check, table) if statement.HasField("with_check") else None,
        file=draft.file,
        line=draft.line,
    )
    draft.change(table, rls=with_changes(table.rls, policies=(*table.rls.policies, policy)))


def alter_policy(draft: Draft, statement: Node) -> None:
    table = draft.table_of(statement.table)
    policies = list(table.rls.policies)
    at = next((n for n, policy in enumerate(policies) if policy.name == statement.policy_name), None)
    if at is None:
        raise Refused(f"policy {statement.policy_name!r} is not on table {table.qname}")
    changes: dict[str, Any] = {}
    if statement.roles:
        changes["roles"] = role_names(statement.roles)
    if statement.HasField("qual"):
        changes["using"] = draft.expression(statement.qual, table)
    if statement.HasField("with_check"):
        changes["check"] = draft.expression(statement.with_check, table)
    policies[at] = replace(policies[at], **changes)
    draft.change(table, rls=with_changes(table.rls, policies=tuple(policies)))


def grant(draft: Draft, statement: Node) -> None:
    """GRANT and REVOKE on tables and views. Rights on schemas, sequences and functions have no place in the model yet."""
    if statement.objtype != pb.OBJECT_TABLE:
        kind = _KINDS.get(statement.objtype, "other objects")
        raise NotKept(f"rights on {kind} are not kept")
    change = _granted if statement.is_grant else _revoked
    for item in _targets(draft, statement):
        if isinstance(item, Table):
            draft.put(replace(item, grants=change(draft, item.grants, statement)))
        else:
            draft.views[QName(item.schema, item.name)] = replace(item, grants=change(draft, item.grants, statement))


def _targets(draft: Draft, statement: Node) -> list[Table | View]:
    if statement.targtype == pb.ACL_TARGET_ALL_IN_SCHEMA:
        schemas = set(names(statement.objects))
        tables = [table for table in draft.tables.values() if table.schema in schemas]
        return [*tables, *(view for view in draft.views.values() if view.schema in schemas)]
    found: list[Table | View] = []
    for node in statement.objects:
        relation = node.range_var
        view = draft.resolve(relation.schemaname, relation.relname, draft.views)
        if view in draft.views:
            found.append(draft.views[view])
        elif draft.resolve(relation.schemaname, relation.relname, draft.sequences) in draft.sequences:
            draft.remark(f"rights on the sequence {relation.relname} are not kept")
        else:
            found.append(draft.table_of(relation))
    return found


def _privileges(statement: Node) -> list[tuple[str, tuple[str, ...]]]:
    """(privilege, columns) pairs; ALL is spelled out as the catalog of PostgreSQL 17 and later would."""
    if not statement.privileges:
        return [(name, ()) for name in _ALL_ON_TABLES]
    found: list[tuple[str, tuple[str, ...]]] = []
    for node in statement.privileges:
        columns = names(node.access_priv.cols)
        name = node.access_priv.priv_name
        found += [(name, columns)] if name else [(each, columns) for each in _ALL_ON_COLUMNS]
    return found


def _granted(draft: Draft, before: tuple[Grant, ...], statement: Node) -> tuple[Grant, ...]:
    grants = list(before)
    for role in role_names(statement.grantees):
        by_columns: dict[tuple[str, ...], list[str]] = {}
        for privilege, columns in _privileges(statement):
            by_columns.setdefault(columns, []).append(privilege)
        for columns, privileges in by_columns.items():
            old = next((g for g in grants if g.role == role and g.columns == columns), None)
            together = tuple(dict.fromkeys([*(old.privileges if old else ()), *privileges]))
            fresh = Grant(role, together, columns, with_grant_option=statement.grant_option, line=draft.line)
            if old:
                grants[grants.index(old)] = fresh
            else:
                grants.append(fresh)
    return tuple(grants)


def _revoked(draft: Draft, before: tuple[Grant, ...], statement: Node) -> tuple[Grant, ...]:
    gone = {privilege for privilege, _ in _privileges(statement)}
    roles = set(role_names(statement.grantees))
    kept = []
    for old in before:
        if old.role not in roles:
            kept.append(old)
        else:
            privileges = tuple(privilege for privilege in old.privileges if privilege not in gone)
            if privileges:
                kept.append(replace(old, privileges=privileges))
    return tuple(kept)


def grant_role(draft: Draft, statement: Node) -> None:
    groups = tuple(node.access_priv.priv_name for node in statement.granted_roles)
    for member in role_names(statement.grantee_roles):
        if member in draft.roles:
            role = draft.roles[member]
            together = tuple(dict.fromkeys([*role.member_of, *groups]))
            draft.roles[member] = replace(role, member_of=together)
        else:
            draft.remark(f"the source does not create the role {member}: its membership is not kept")


def default_privileges(draft: Draft, statement: Node) -> None:
    schemas: tuple[str | None, ...] = (None,)
    creators: tuple[str | None, ...] = (None,)
    for node in statement.options:
        if node.def_elem.defname == "schemas":
            schemas = names(node.def_elem.arg.list.items)
        elif node.def_elem.defname == "roles":
            creators = role_names(node.def_elem.arg.list.items)
    action = statement.action
    if not action.is_grant:
        draft.remark("ALTER DEFAULT PRIVILEGES … REVOKE is not kept")
        return
    privileges = tuple(privilege for privilege, _ in _privileges(action))
    kind = _KINDS.get(action.objtype, "objects")
    for schema in schemas:
        for creator in creators:
            for role in role_names(action.grantees):
                draft.default_privileges.append(
                    DefaultPrivilege(role, kind, privileges, schema, creator, line=draft.line)
                )


def mark_external(draft: Draft) -> None:
    """Grants to roles that the source does not create are kept and marked."""
    own = {*draft.roles, "public", "current_user", "session_user", "current_role"}
    for qname, table in draft.tables.items():
        if table.grants:
            draft.tables[qname] = with_changes(table, grants=_marked(table.grants, own))
    for qname, view in draft.views.items():
        if view.grants:
            draft.views[qname] = replace(view, grants=_marked(view.grants, own))


def _marked(grants: tuple[Grant, ...], own: set[str]) -> tuple[Grant, ...]:
    return tuple(replace(grant, external_role=grant.role not in own) for grant in grants)
