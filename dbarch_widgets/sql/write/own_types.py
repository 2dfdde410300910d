"""Types that bear the names of the schema's own."""

from __future__ import annotations

from collections.abc import Callable

from dbarch_widgets.model.objects import Domain, EnumType
from dbarch_widgets.model.schema import UNNAMED, QName, Schema, Table
from dbarch_widgets.sql.write.words import is_plain, named


class Types:
    """Types as they are, but for own types whose printed name would not be read again: a reserved word, an odd name."""

    def __init__(self, schema: Schema, at: Callable[[QName], str]) -> None:
        self._quoted: dict[str, str] = {}
        every: list[EnumType | Domain | Table] = [*schema.enums, *schema.domains, *schema.tables]
        for own in every:
            name = QName(own.schema, own.name)
            right = at(name)
            for printed in (str(name), f"{own.schema}.{own.name}", _printed(own.schema, own.name)):
                if printed != right:
                    self._quoted.setdefault(printed, right)

    def __call__(self, printed: str) -> str:
        base = printed.removesuffix("[]")
        return self._quoted.get(base, base) + printed[len(base) :]


def _printed(schema: str, name: str) -> str:
    """As a printer of types quotes it that does not know which words are reserved."""
    parts = [name] if schema in UNNAMED else [schema, name]
    return ".".join(part if is_plain(part) or _bare(part) else named(part) for part in parts)


def _bare(name: str) -> bool:
    return name.isascii() and name.replace("_", "a").isalnum() and name == name.lower() and not name[:1].isdigit()
