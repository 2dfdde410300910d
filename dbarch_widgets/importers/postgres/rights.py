"""Roles with their memberships, and policies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.draft import Draft, NotKept, Refused, with_changes
from dbarch_widgets.importers.postgres.options import option_text
from dbarch_widgets.importers.postgres.owners import rename_owner
from dbarch_widgets.importers.postgres.words import role_names, truth
from dbarch_widgets.model.objects import Grant, Policy, Role

Node = Any

_FLAGS = {
    "canlogin": "login",
    "superuser": "superuser",
    "bypassrls": "bypass_rls",
    "createdb": "createdb",
    "createrole": "createrole",
    "isreplication": "replication",
    "inherit": "inherit",
}


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
        if flag := _FLAGS.get(option.defname):
            role = replace(role, **{flag: truth(option_text(option))})  # type: ignore[arg-type]
        elif option.defname == "addroleto":
            role = _joined(role, role_names(option.arg.list.items), admin=False)
        elif option.defname in ("rolemembers", "adminmembers"):
            for member in role_names(option.arg.list.items):
                if member in draft.roles:
                    admin = option.defname == "adminmembers"
                    draft.roles[member] = _joined(draft.roles[member], (role.name,), admin=admin)
                else:
                    draft.remark(f"the source does not create the role {member}: its membership is not kept")
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


def grant_role(draft: Draft, statement: Node) -> None:
    """GRANT and REVOKE of a membership, with ADMIN OPTION or only that."""
    groups = tuple(node.access_priv.priv_name for node in statement.granted_roles)
    said = {node.def_elem.defname: option_text(node.def_elem) for node in statement.opt}
    admin = truth(said.get("admin"))
    for option in ("inherit", "set"):
        if option in said:
            draft.remark(f"the {option.upper()} option of a membership is not kept")
    for member in role_names(statement.grantee_roles):
        if member not in draft.roles:
            draft.remark(f"the source does not create the role {member}: its membership is not kept")
        elif statement.is_grant:
            draft.roles[member] = _joined(draft.roles[member], groups, admin=admin)
        elif admin or not said:
            draft.roles[member] = _left(draft.roles[member], groups, only_admin=admin)


def _joined(role: Role, groups: tuple[str, ...], *, admin: bool) -> Role:
    member_of = tuple(dict.fromkeys([*role.member_of, *groups]))
    return replace(role, member_of=member_of, admin_of=_some(role.admin_of, groups) if admin else role.admin_of)


def _some(before: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*before, *more}))


def _left(role: Role, groups: tuple[str, ...], *, only_admin: bool) -> Role:
    admin_of = tuple(each for each in role.admin_of if each not in groups)
    member_of = role.member_of if only_admin else tuple(each for each in role.member_of if each not in groups)
    return replace(role, member_of=member_of, admin_of=admin_of)


def every_grant(draft: Draft, change: Callable[[Grant], Grant]) -> None:
    """Changes every grant of the draft, whatever it is on."""

    def changed(grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
        return tuple(map(change, grants))

    for qname, table in draft.tables.items():
        if table.grants:
            draft.tables[qname] = with_changes(table, grants=changed(table.grants))
    among_all: tuple[dict[Any, Any], ...] = (draft.views, draft.sequences, draft.enums, draft.domains, draft.namespaces)
    for among in among_all:
        for name, thing in among.items():
            if thing.grants:
                among[name] = replace(thing, grants=changed(thing.grants))
    draft.functions = [replace(each, grants=changed(each.grants)) if each.grants else each for each in draft.functions]
    draft.database_grants = changed(draft.database_grants)


def mark_external(draft: Draft) -> None:
    """Grants to roles that the source does not create are kept and marked."""
    own = {*draft.roles, "public", "current_user", "session_user", "current_role"}
    every_grant(draft, lambda grant: replace(grant, external_role=grant.role not in own))


def rename_role(draft: Draft, old: str, new: str) -> None:
    """A role under another name: grants, policies, memberships and default privileges follow.

    Raises:
        Refused: the source does not create it.
    """
    if old not in draft.roles:
        raise Refused(f"role {old!r} is not defined before this statement")

    def named(role: str | None) -> str | None:
        return new if role == old else role

    def all_named(roles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if role == old else role for role in roles)

    draft.roles = {
        new if name == old else name: replace(
            role, name=named(name) or name, member_of=all_named(role.member_of), admin_of=all_named(role.admin_of)
        )
        for name, role in draft.roles.items()
    }
    every_grant(draft, lambda grant: replace(grant, role=new) if grant.role == old else grant)
    draft.default_privileges = [
        replace(each, role=named(each.role) or each.role, for_role=named(each.for_role))
        for each in draft.default_privileges
    ]
    rename_owner(draft, named)
    for table in list(draft.tables.values()):
        policies = tuple(with_changes(p, roles=all_named(p.roles)) for p in table.rls.policies)
        owner = named(table.owner)
        if (policies, owner) != (table.rls.policies, table.owner):
            draft.change(table, owner=owner, rls=draft.rls(table, policies=policies))
