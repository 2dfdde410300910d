"""Names as the grammar holds them, and words for kinds of objects."""

from __future__ import annotations

from typing import Any

from postgast import pg_query_pb2 as pb

Node = Any
TABLES = (pb.OBJECT_TABLE, pb.OBJECT_FOREIGN_TABLE)
VIEWS = (pb.OBJECT_VIEW, pb.OBJECT_MATVIEW)
TYPES = (pb.OBJECT_TYPE, pb.OBJECT_DOMAIN)
FUNCTIONS = (pb.OBJECT_FUNCTION, pb.OBJECT_PROCEDURE, pb.OBJECT_ROUTINE)
_SPECIAL_ROLES = {
    pb.ROLESPEC_PUBLIC: "public",
    pb.ROLESPEC_CURRENT_USER: "current_user",
    pb.ROLESPEC_CURRENT_ROLE: "current_role",
    pb.ROLESPEC_SESSION_USER: "session_user",
}


def names(nodes: Any) -> tuple[str, ...]:
    """The texts of a list of string nodes."""
    return tuple([node.string.sval for node in nodes])


def role_names(nodes: Any) -> tuple[str, ...]:
    """The names of roles; `public`, `current_user` … for the words that stand for some."""
    return tuple(_SPECIAL_ROLES.get(node.role_spec.roletype, node.role_spec.rolename) for node in nodes)


def split_name(nodes: Any) -> tuple[str, str]:
    """(schema or "", name) of a dotted name."""
    parts = names(nodes)
    return (parts[-2] if len(parts) > 1 else ""), (parts[-1] if parts else "")


def collation(clause: Node) -> str | None:
    """The name after COLLATE; None for `"default"`, which says nothing."""
    name = str(clause.collname[-1].string.sval)
    return None if name == "default" else name


def kind_word(kind: int) -> str:
    """`event trigger` of OBJECT_EVENT_TRIGGER."""
    return str(pb.ObjectType.Name(kind).removeprefix("OBJECT_").lower().replace("_", " "))


def truth(text: str | None, otherwise: bool = False) -> bool:
    """A boolean option as PostgreSQL reads it."""
    return otherwise if text is None else text.lower() in ("true", "on", "yes", "1", "t", "y")
