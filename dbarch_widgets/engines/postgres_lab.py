"""A lab inside the user's own PostgreSQL: schemas that the lab made, and nothing else.

The design's schemas become `dbarch_lab_<random>` (for `public`) and `dbarch_lab_<random>_<name>`. Only they are in the search
path; names that a statement qualifies with one of the design's schemas are led into them, and a statement that names any
other schema, does anything but read and write rows, or calls a function that reaches beyond them is refused.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.names import qualified, quote
from dbarch_widgets.sql.placeholders import replace_placeholders

_PREFIX = "dbarch_lab_"
_SYSTEM = frozenset({"", "pg_catalog", "information_schema"})
_ROWS = frozenset({"SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "ExplainStmt"})
_MADE = re.compile(
    r"CREATE\s+(UNLOGGED\s+)?(TABLE|TYPE|DOMAIN|SEQUENCE|(UNIQUE\s+)?INDEX|(RECURSIVE\s+|MATERIALIZED\s+)?VIEW)\b"
    r"|ALTER\s+(TABLE|SEQUENCE|DOMAIN|TYPE)\b(?!.*\bOWNER\s+TO\b)|COMMENT\s+ON\s+(TABLE|COLUMN|TYPE|DOMAIN|INDEX|VIEW)\b",
    re.IGNORECASE | re.DOTALL,
)
_OURS = re.compile(r"CREATE\s+SCHEMA\b|SET\s+search_path\b|SET\s+check_function_bodies\b", re.IGNORECASE)
# Functions that run SQL of a text, change settings, reach files, other servers or other sessions.
_FAR = re.compile(
    r"pg_(read|ls|stat_file|file|logical|create|drop|terminate|cancel|reload|rotate|switch|promote|backup|advisory|replication)"
    r"|set_config|lo_|dblink|(query|cursor|table|schema|database)_to_xml|setseed|currval_oid|pg_sleep_until"
)
# Skipped whole: comments and strings. A name, quoted or not, before a dot is looked at.
_NAME = re.compile(
    r"""--[^\n]*|/\*.*?\*/|\b[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\$(?P<tag>[^\W\d]\w*|)\$.*?\$(?P=tag)\$
    |(?<![.\w"])(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<bare>[^\W\d][\w$]*))(?P<dot>\s*\.)""",
    re.VERBOSE | re.DOTALL,
)


class PostgresLab:
    """The names of a lab, and what a statement may be in it. `allow` lets every statement through."""

    def __init__(self, *, allow: bool = False) -> None:
        self.main = _PREFIX + secrets.token_hex(4)
        self.allow = allow
        self._places = {"public": self.main}

    def take(self, schema: Schema) -> tuple[str, ...]:
        """Make room for the design's schemas; the lab's schemas that must be made for them."""
        groups = (schema.tables, schema.views, schema.enums, schema.domains, schema.sequences)
        new = []
        for name in dict.fromkeys(thing.schema for group in groups for thing in group):
            if name not in self._places and name not in _SYSTEM:
                self._places[name] = f"{self.main}_{name}".encode()[:63].decode(errors="ignore")
                new.append(self._places[name])
        return tuple(new)

    @property
    def schemas(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._places.values()))

    @property
    def search_path(self) -> str:
        return ", ".join(quote(name) for name in self.schemas)

    def table(self, name: QName) -> str:
        return qualified(QName(self._places.get(name.schema or "public", name.schema), name.name))

    def led(self, sql: str) -> str:
        """The statement with names of the design's schemas led into the lab."""

        def change(match: re.Match[str]) -> str:
            name = match["quoted"].replace('""', '"') if match["quoted"] else (match["bare"] or "").lower()
            if not match["dot"] or name not in self._places:
                return match[0]
            return quote(self._places[name]) + match["dot"]

        return _NAME.sub(change, sql)

    def checked(self, sql: str) -> str:
        """A statement of a workload, led into the lab.

        Raises:
            InputError: it is not one that stays there.
        """
        led = self.led(sql)
        if not self.allow:
            _check(led, frozenset(self.schemas), rows=True)
        return led

    def made(self, statements: Iterable[str]) -> Iterator[tuple[str, str | None]]:
        """Statements of a schema, each led into the lab, with the reason where it is left out."""
        for statement in statements:
            if _OURS.match(statement):
                continue
            led = self.led(statement)
            if self.allow:
                yield led, None
            elif not _MADE.match(statement):
                yield led, "only tables, types, sequences, indexes and views are made in a database of yours"
            else:
                try:
                    _check(led, frozenset(self.schemas), rows=False)
                    yield led, None
                except InputError as error:
                    yield led, error.what


@lru_cache(maxsize=4096)
def _check(sql: str, schemas: frozenset[str], *, rows: bool) -> None:
    import postgast

    try:
        tree = postgast.parse(replace_placeholders(sql, lambda _: "NULL"))
    except Exception as error:  # postgast's errors are of its own types
        raise InputError(f"PostgreSQL's grammar does not know it: {error}") from error
    to_do = "open the engine with allow=True if it may"
    for kind, node in _nodes(tree):
        if rows and kind.endswith("Stmt") and kind not in _ROWS and kind != "RawStmt":
            raise InputError(f"a {kind.removesuffix('Stmt')} statement is not run in a database of yours", to_do=to_do)
        if kind == "SelectStmt" and node.HasField("into_clause"):
            raise InputError("SELECT INTO is not run in a database of yours", to_do=to_do)
        place = _place(kind, node)
        if place not in schemas and place not in _SYSTEM:
            raise InputError(f"the schema {place} is not the lab's", to_do=to_do)
        if kind == "FuncCall" and _FAR.match(node.funcname[-1].string.sval):
            raise InputError(f"{node.funcname[-1].string.sval}() reaches beyond the lab", to_do=to_do)


def _place(kind: str, node: Any) -> str:
    """The schema that a node names."""
    if kind == "RangeVar":
        return str(node.schemaname)
    names: Any = node.funcname if kind == "FuncCall" else node.names if kind == "TypeName" else ()
    return str(names[0].string.sval) if len(names) > 1 else ""


def _nodes(message: Any) -> Iterator[tuple[str, Any]]:
    """Every node of a parse tree with the name of its kind."""
    stack = [message]
    while stack:
        node = stack.pop()
        yield node.DESCRIPTOR.name, node
        for field, value in node.ListFields():
            if field.message_type is not None:
                stack.extend(value if _is_list(value) else [value])


def _is_list(value: Any) -> bool:
    return not hasattr(value, "DESCRIPTOR")


def safe_words(text: str, url: str) -> str:
    """A message without the URL's password."""
    for secret in _secrets(url):
        text = text.replace(secret, "***")
    return text


def _secrets(url: str) -> Iterator[str]:
    from urllib.parse import unquote

    if match := re.match(r"\w+://[^/@:]*:(?P<word>[^@]*)@", url):
        yield match["word"]
        yield unquote(match["word"])
    for match in re.finditer(r"\bpassword\s*=\s*('(?:[^'\\]|\\.)*'|[^\s&]+)", url):
        yield match[1]
        yield match[1].strip("'")
