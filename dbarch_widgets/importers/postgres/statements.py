"""Which handler takes which kind of statement, and which kinds change no structure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres import (
    alter,
    comments,
    default_rights,
    drops,
    functions,
    grants,
    indexes,
    objects,
    owners,
    renames,
    rights,
    tables,
    triggers,
)
from dbarch_widgets.importers.postgres.draft import Draft
from dbarch_widgets.importers.postgres.options import setting_values
from dbarch_widgets.model.objects import Function

Node = Any
_MAKES = re.compile(r"\b(?:CREATE|ALTER|DROP)\s+(?:TABLE|INDEX|UNIQUE|VIEW|TYPE|SEQUENCE)\b", re.IGNORECASE)
_PATH = re.compile(r'"[^"]*"|[^\s,"]+')
_PATH_PART = re.compile(r'^"(.*)"$')
Handler = Callable[[Draft, Node], object]

HANDLERS: dict[str, Handler] = {
    "create_stmt": tables.create_table,
    "create_foreign_table_stmt": lambda draft, s: tables.create_table(draft, s.base_stmt, foreign=True),
    "create_table_as_stmt": objects.create_table_as,
    "alter_table_stmt": alter.alter_table,
    "index_stmt": indexes.create_index,
    "create_enum_stmt": objects.create_enum,
    "alter_enum_stmt": objects.alter_enum,
    "create_domain_stmt": objects.create_domain,
    "alter_domain_stmt": objects.alter_domain,
    "composite_type_stmt": objects.create_composite,
    "create_range_stmt": objects.create_range,
    "create_seq_stmt": objects.create_sequence,
    "alter_seq_stmt": objects.alter_sequence,
    "view_stmt": objects.create_view,
    "create_function_stmt": functions.create_function,
    "alter_function_stmt": functions.alter_function,
    "create_trig_stmt": triggers.create_trigger,
    "create_extension_stmt": objects.create_extension,
    "create_policy_stmt": rights.create_policy,
    "alter_policy_stmt": rights.alter_policy,
    "create_role_stmt": rights.create_role,
    "alter_role_stmt": rights.alter_role,
    "grant_stmt": grants.grant,
    "grant_role_stmt": rights.grant_role,
    "alter_default_privileges_stmt": default_rights.default_privileges,
    "alter_owner_stmt": owners.alter_owner,
    "drop_stmt": drops.drop,
    "rename_stmt": renames.rename,
    "alter_object_schema_stmt": renames.set_schema,
    "comment_stmt": comments.comment,
    "drop_role_stmt": lambda draft, s: [draft.roles.pop(n.role_spec.rolename, None) for n in s.roles],
}

# Statements that change no structure: settings, data, transactions.
SKIPPED = frozenset({
    "select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt", "truncate_stmt", "copy_stmt",
    "transaction_stmt", "variable_show_stmt", "explain_stmt", "vacuum_stmt", "cluster_stmt", "reindex_stmt",
    "lock_stmt", "notify_stmt", "listen_stmt", "unlisten_stmt", "discard_stmt", "check_point_stmt", "load_stmt",
    "call_stmt", "prepare_stmt", "execute_stmt", "deallocate_stmt", "constraints_set_stmt", "alter_role_set_stmt",
    "createdb_stmt", "alter_database_stmt", "alter_database_set_stmt", "alter_system_stmt", "refresh_mat_view_stmt",
    "sec_label_stmt", "variable_set_stmt",
})  # fmt: skip


def makes_objects(draft: Draft, kind: str, node: Node) -> Function | None:
    """A function of the source that a SELECT or CALL runs and that has DDL in its body."""
    if kind == "call_stmt":
        calls = [node.funccall]
    elif kind == "select_stmt":
        calls = [target.res_target.val.func_call for target in node.target_list]
    else:
        return None
    names = {call.funcname[-1].string.sval for call in calls if call.funcname}
    for function in draft.functions if names else ():
        if function.name in names and _MAKES.search(function.body or ""):
            return function
    return None


def settings(draft: Draft, kind: str, node: Node) -> None:
    """`SET search_path`, or pg_dump's `set_config`, decides where the later objects go; `SET ROLE` who makes them."""
    if kind == "transaction_stmt" or (kind == "variable_set_stmt" and node.name in ("role", "session_authorization")):
        _acting(draft, kind, node)
    elif kind == "variable_set_stmt" and node.name == "search_path":
        draft.search_path = tuple(setting_values(node)) or ("$user", "public")
    elif kind == "select_stmt" and len(node.target_list) == 1:
        call = node.target_list[0].res_target.val.func_call
        arguments = [argument.a_const.sval.sval for argument in call.args]
        if call.funcname and call.funcname[-1].string.sval == "set_config" and arguments[:1] == ["search_path"]:
            draft.search_path = tuple(_PATH_PART.sub(r"\1", part.strip()) for part in _PATH.findall(arguments[1]))


def _acting(draft: Draft, kind: str, node: Node) -> None:
    """Who makes the later objects: until RESET, and of SET LOCAL until the end of the transaction."""
    if kind == "transaction_stmt":
        if node.kind in (pb.TRANS_STMT_COMMIT, pb.TRANS_STMT_ROLLBACK) and draft.before_local is not None:
            (draft.acting,) = draft.before_local
            draft.before_local = None
        return
    named = next(iter(setting_values(node)), None)
    if node.is_local:
        draft.before_local = draft.before_local or (draft.acting,)
    else:
        draft.before_local = None
    if node.name == "session_authorization":
        draft.session_role = named
    draft.acting = named if named not in (None, "none") else draft.session_role
