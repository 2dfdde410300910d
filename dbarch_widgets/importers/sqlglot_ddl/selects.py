"""The columns that a query gives, as far as its text and the tables before it say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dbarch_widgets.sql.dialects import sqlglot_name
from dbarch_widgets.sql.sqlglot_errors import not_understood, quiet

if TYPE_CHECKING:
    from dbarch_widgets.importers.sqlglot_ddl.draft import Draft

LONGEST = 100_000


@dataclass(frozen=True)
class Projected:
    """Pairs of name and type; the type is empty where only an engine could tell it. `reason` says what is missing, if anything."""

    columns: tuple[tuple[str, str], ...]
    reason: str


def projected(draft: Draft, query: str) -> Projected:
    """The columns of `CREATE TABLE … AS query`."""
    import sqlglot
    from sqlglot import errors, exp

    name = draft.dialect.name
    if len(query) > LONGEST:
        return Projected((), "the query is too long to be read: its columns are not known")
    try:
        with quiet():
            tree: Any = sqlglot.parse_one(query, dialect=sqlglot_name(name))
    except (errors.SqlglotError, RecursionError) as error:
        return Projected((), str(not_understood(error, "the columns of the query are not known")))
    if not isinstance(tree, exp.Query):
        return Projected((), "the columns of the query are not known")
    found: list[tuple[str, str]] = []
    whole = True
    for item in tree.selects:
        inner = item.unalias()
        if item.is_star:
            listed = _all_columns(draft, tree)
            whole = whole and listed is not None
            found += listed or []
        elif item.alias_or_name:
            type_ = inner.to.sql(name if name == "mysql" else None) if isinstance(inner, exp.Cast) else ""
            found.append((_fold(draft, item), type_ or _type_of(draft, tree, inner)))
        else:
            whole = False
    if not whole:
        return Projected(tuple(found), "the columns come from a query, and not all are known")
    unknown = [column for column, type_ in found if not type_]
    reason = f"the columns come from a query; the types of {', '.join(unknown[:5])} are not known" if unknown else ""
    return Projected(tuple(found), reason)


def _fold(draft: Draft, item: Any) -> str:
    from dbarch_widgets.importers.sqlglot_ddl.tokens import Token

    alias = item.args.get("alias") or item.this
    quoted = bool(getattr(alias, "args", {}).get("quoted"))
    text = str(item.alias_or_name)
    return draft.dialect.fold(Token("name" if quoted else "word", text, "", 0, 0))


def _tables(draft: Draft, tree: Any) -> list[Any]:
    from sqlglot import exp

    found = []
    source = tree.args.get("from_") or tree.args.get("from")
    for clause in [source, *(tree.args.get("joins") or [])]:
        if clause is not None and isinstance(clause.this, exp.Table):
            table = clause.this
            schema = table.args.get("db")
            key = draft.key(schema.name if schema else draft.current_schema, table.name)
            found.append((table.alias_or_name, draft.tables.get(key) or _folded(draft, key)))
        elif clause is not None:
            found.append((clause.alias_or_name, None))
    return found


def _folded(draft: Draft, key: Any) -> Any:
    return draft.tables.get(draft.key(key.schema.upper(), key.name.upper()))


def _all_columns(draft: Draft, tree: Any) -> list[tuple[str, str]] | None:
    tables = _tables(draft, tree)
    if not tables or any(table is None for _, table in tables):
        return None
    return [(column.name, column.type) for _, table in tables for column in table.columns.values()]


def _type_of(draft: Draft, tree: Any, item: Any) -> str:
    from sqlglot import exp

    if not isinstance(item, exp.Column):
        return ""
    for alias, table in _tables(draft, tree):
        if table is not None and (not item.table or item.table.lower() == str(alias).lower()):
            found = table.columns.get(draft.dialect.column_key(_fold(draft, item)))
            if found:
                return str(found.type)
    return ""
