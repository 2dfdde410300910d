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
_ALL_ON = {
    "sequences": ("select", "update", "usage"),
    "functions": ("execute",),
    "routines": ("execute",),
    "types": ("usage",),
    "schemas": ("create", "usage"),
}
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
    rights = _Rights(before)
    for role in role_names(statement.grantees):
        for privilege, columns in _privileges(statement):
            rights.give(role, privilege, columns, grantable=statement.grant_option, line=draft.line)
    return rights.grants()


def _revoked(draft: Draft, before: tuple[Grant, ...], statement: Node) -> tuple[Grant, ...]:
    rights = _Rights(before)
    for role in role_names(statement.grantees):
        for privilege, columns in _privileges(statement):
            # What is taken from the table is taken from its columns too.
            rights.take(role, privilege, columns, only_option=statement.grant_option)
    return rights.grants()


class _Rights:
    """Grants taken apart: one entry for each role, privilege and column ("" stands for the whole table)."""

    def __init__(self, grants: tuple[Grant, ...]) -> None:
        self._held: dict[tuple[str, str, str], tuple[bool, int | None]] = {}
        for each in grants:
            for privilege in each.privileges:
                for column in each.columns or ("",):
                    self._held[each.role, privilege, column] = (each.with_grant_option, each.line)

    def give(self, role: str, privilege: str, columns: tuple[str, ...], *, grantable: bool, line: int | None) -> None:
        for column in columns or ("",):
            had = self._held.get((role, privilege, column), (False, None))[0]
            self._held[role, privilege, column] = (grantable or had, line)

    def take(self, role: str, privilege: str, columns: tuple[str, ...], *, only_option: bool) -> None:
        for key in [key for key in self._held if key[:2] == (role, privilege)]:
            if columns and key[2] not in columns:
                continue
            if only_option:
                self._held[key] = (False, self._held[key][1])
            else:
                del self._held[key]

    def grants(self) -> tuple[Grant, ...]:
        """One grant for each role and list of columns, its privileges in the order of GRANT ALL."""
        columns: dict[tuple[str, bool, str], list[str]] = {}
        lines: dict[tuple[str, bool, str], int | None] = {}
        for (role, privilege, column), (grantable, line) in self._held.items():
            kind = (role, grantable, privilege if column else f"{privilege}*")
            columns.setdefault(kind, []).append(column)
            lines[kind] = line
        together: dict[tuple[str, bool, tuple[str, ...]], list[str]] = {}
        latest: dict[tuple[str, bool, tuple[str, ...]], int | None] = {}
        for kind, named in columns.items():
            place = (kind[0], kind[1], tuple(name for name in named if name))
            together.setdefault(place, []).append(kind[2].removesuffix("*"))
            latest[place] = lines[kind]
        return tuple(
            Grant(
                role,
                tuple(sorted(privileges, key=_order)),
                on,
                with_grant_option=grantable,
                line=latest[role, grantable, on],
            )
            for (role, grantable, on), privileges in together.items()
        )


def _order(privilege: str) -> tuple[int, str]:
    return (_ALL_ON_TABLES.index(privilege) if privilege in _ALL_ON_TABLES else len(_ALL_ON_TABLES)), privilege


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
    privileges = tuple(privilege for privilege, _ in _privileges(action))
    kind = _KINDS.get(action.objtype, "objects")
    if kind != "tables" and not action.privileges:
        privileges = _ALL_ON.get(kind, privileges)
    for schema in schemas:
        for creator in creators:
            for role in role_names(action.grantees):
                if action.is_grant:
                    fresh = DefaultPrivilege(role, kind, privileges, schema, creator, line=draft.line)
                    draft.default_privileges.append(fresh)
                else:
                    _take_default(draft, DefaultPrivilege(role, kind, privileges, schema, creator))


def _take_default(draft: Draft, gone: DefaultPrivilege) -> None:
    """Takes back what an earlier statement gave; what PostgreSQL gives by itself has no place in the model."""
    found = False
    for number, each in enumerate(draft.default_privileges):
        same = (each.role, each.object_kind, each.schema, each.for_role)
        if same == (gone.role, gone.object_kind, gone.schema, gone.for_role):
            found = True
            left = tuple(privilege for privilege in each.privileges if privilege not in gone.privileges)
            draft.default_privileges[number] = replace(each, privileges=left)
    draft.default_privileges = [each for each in draft.default_privileges if each.privileges]
    if not found:
        draft.remark("ALTER DEFAULT PRIVILEGES … REVOKE of what nothing gave before is not kept")


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
