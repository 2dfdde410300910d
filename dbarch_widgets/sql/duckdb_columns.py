"""The types of columns in DuckDB, with the schema's own enums and domains resolved."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from dbarch_widgets.model.objects import Domain, EnumType
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.duckdb_types import DuckType, duckdb_type
from dbarch_widgets.sql.names import duckdb_name, qualified

_PART = re.compile(r'"((?:[^"]|"")*)"|([^".]+)')

_DEEPEST = 32  # domains over domains; a broken source may go in circles


def type_name(written: str) -> tuple[str | None, str, int]:
    """`app."Mood"[]` as (schema, name, dimensions); the schema is None when it is not written."""
    text = written.strip()
    dimensions = 0
    while text.endswith("]") and "[" in text:
        text = text[: text.rindex("[")].rstrip()
        dimensions += 1
    parts = [match[1].replace('""', '"') if match[1] is not None else match[2] for match in _PART.finditer(text)]
    if len(parts) == 1:
        return None, parts[0], dimensions
    return (parts[-2], parts[-1], dimensions) if parts else (None, text, dimensions)


@dataclass(frozen=True)
class Resolved:
    """A column's type in DuckDB and the domains that it goes through, the innermost last."""

    type: DuckType
    domains: tuple[Domain, ...] = ()


class ColumnTypes:
    """Looks types up in one schema."""

    def __init__(self, schema: Schema) -> None:
        self._own: dict[QName, EnumType | Domain] = {}
        self._by_name: dict[str, list[EnumType | Domain]] = defaultdict(list)
        owns: list[EnumType | Domain] = [*schema.enums, *schema.domains]
        for own in owns:
            self._own[QName(own.schema, own.name)] = own
            self._by_name[own.name].append(own)
        self.without_type: set[QName] = set()

    def resolve(self, written: str, schema: str, depth: int = 0) -> Resolved:
        """The type for `written` in a table of `schema`; VARCHAR, with a note, for one that is not known."""
        builtin = duckdb_type(written)
        space, name, dimensions = type_name(written)
        if builtin and (space in (None, "pg_catalog") or self._find(space, name, schema) is None):
            return Resolved(builtin)
        own = self._find(space, name, schema) if depth < _DEEPEST else None
        suffix = "[]" * dimensions
        if isinstance(own, Domain):
            inner = self.resolve(own.type, own.schema, depth + 1)
            return Resolved(DuckType(inner.type.sql + suffix, inner.type.lost), () if suffix else (own, *inner.domains))
        if own is None or QName(own.schema, own.name) in self.without_type:
            return Resolved(DuckType("VARCHAR" + suffix, "is text, as the type is not known"))
        return Resolved(DuckType(qualified(duckdb_name(QName(own.schema, own.name))) + suffix))

    def _find(self, space: str | None, name: str, schema: str) -> EnumType | Domain | None:
        if space is not None:
            return self._own.get(QName(space, name))
        for place in (schema, "public"):
            if found := self._own.get(QName(place, name)):
                return found
        same = self._by_name.get(name, [])
        return same[0] if len(same) == 1 else None
