"""Reference without a foreign key.

Symptom: A column is named like a reference to another table (`product_id`, where there is a table of products) and has
that table's key type, but no foreign key ties the two together. A text column named like a reference to a number is
reported too.

Why it matters: Rows can point at something that was never there or is gone, and every reader of the data has to cope with
it. A reference kept in another type also needs a cast for each join, which takes the index out of play.

When it is fine: Very hot append-only tables whose loader has already checked the reference, tables that must survive the
deletion of what they name (audit trails), keys of another system, and one that a flag beside it turns into a key of another
table (`feed_id` with `is_category`). Say so in the table's comment: a comment that
speaks of foreign keys keeps the rule silent.

How to fix: Find the orphans, then add the foreign key NOT VALID and validate it, so that writes go on meanwhile. Give the
column an index if it has none.

Source: PostgreSQL documentation, Foreign Keys; SchemaSpy implied relationships; Azimutt rule
relation-missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, QName, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, free_name, ident
from dbarch_widgets.rules.index_fixes import index_for_key
from dbarch_widgets.rules.widening import WHOLE, is_counted_key
from dbarch_widgets.rules.words import and_list, bag, count_of, singular, snake, words

_TAILS = ("_id", "_uuid", "_ref")
_PEOPLE = bag(
    "actor author owner creator reporter assignee editor approver uploader sender recipient receiver follower"
)
_ABOVE = frozenset(("parent", "root"))
_IS_KIND = re.compile(r"is_[a-z]{3,}\Z", re.IGNORECASE)
_MANY = 20


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column that looks like a reference and is none; one for all when there are very many."""
    found = list(_each(context))
    plain = [finding for finding in found if finding.severity == RULE.severity]
    if len(plain) <= _MANY:
        yield from found
        return
    yield from (finding for finding in found if finding.severity != RULE.severity)
    tables = list(dict.fromkeys(f"{finding.table}" for finding in plain))
    keys = sum(len(table.foreign_keys) for table in context.tables)
    some = and_list((f"{finding.table}.{finding.columns[0]}" for finding in plain), at_most=3)
    yield RULE.finding(
        f"{len(plain)} columns of {count_of(len(tables), 'table')} look like references, and the schema has {keys or 'no'} foreign keys: "
        f"{some}",
        file=context.only_file,
    )


def _each(context: Context) -> Iterator[Finding]:
    keys = _keys(context)
    for table in context.tables:
        if "foreign key" in (table.comment or "").lower() or _is_trail(table):
            continue
        tied = {name for key in table.foreign_keys for name in key.columns}
        for column in table.columns:
            if column.name in tied or column.generated or "foreign key" in (column.comment or "").lower():
                continue
            parent = _target(context, table, column) or _same_key(context, keys, table, column)
            if parent is not None and (finding := _finding(context, table, column, parent)):
                yield finding


def _is_trail(table: Table) -> bool:
    """Audit trails must survive what they speak of."""
    return bool(
        {"audit", "archive", "staging", "stage", "import", "tmp", "backup"} & set(words(f"{table.schema}.{table.name}"))
    )


def _target(context: Context, table: Table, column: Column) -> Table | None:
    name = snake(column.name)
    tail = next((tail for tail in _TAILS if name.endswith(tail) and len(name) > len(tail)), None)
    if tail is None or _is_polymorphic(table, name, tail) or _is_turned(context, table):
        return None
    stem = name[: -len(tail)]
    found = _named(context, table, stem)
    if found is None and stem in _PEOPLE:
        found = _named(context, table, "user")
    if found is None and stem in _ABOVE:
        return table if _is_own_key_type(context, table, column) else None
    # Its own key is not a reference to itself.
    return found if found is not None and found.qname != table.qname else None


def _keys(context: Context) -> dict[str, list[Table]]:
    """Tables by the name of their only key column, where that names more than itself: `customerid`, but not `id`."""
    found: dict[str, list[Table]] = {}
    for table in context.tables:
        key = table.primary_key.columns if table.primary_key else ()
        borrowed = any(fk.columns == key for fk in table.foreign_keys)
        if len(key) != 1 or borrowed:
            continue  # whose key is another table's names no row of its own
        run_together = key[0].lower() == singular(table.name).lower().replace("_", "") + "id"
        if run_together or (
            len(parts := words(key[0])) > 1 and (parts[-1] in ("id", "uuid", "key") or parts[0] == "id")
        ):
            found.setdefault(key[0].lower(), []).append(table)
    return found


def _same_key(context: Context, keys: dict[str, list[Table]], table: Table, column: Column) -> Table | None:
    """The one table whose key has the column's name; of several the one that counts it."""
    if context.is_text(column.type):
        return None  # two tables may have keys of words without speaking of each other
    named = keys.get(column.name.lower(), [])
    counted = [each for each in named if (key := column_of(each, _key_name(each))).identity or key.default]
    (one,) = named if len(named) == 1 else counted if len(counted) == 1 else (None,)
    return one if one is not None and one.qname != table.qname else None


def _key_name(table: Table) -> str:
    return table.primary_key.columns[0] if table.primary_key else ""


def _is_own_key_type(context: Context, table: Table, column: Column) -> bool:
    """Whether the column can hold the `id` of another row of the same table."""
    key = table.primary_key.columns if table.primary_key else ()
    return key == ("id",) and context.family(column.type) == context.family(column_of(table, "id").type)


def _is_polymorphic(table: Table, name: str, tail: str) -> bool:
    kinds = {name[: -len(tail)] + other for other in ("_type", "_kind", "_table", "_class")}
    return any(snake(other) in kinds for other in table.column_names)


def _is_turned(context: Context, table: Table) -> bool:
    """Whether a flag says that the number may be one of another table: `is_category`, `is_cat`, where there are categories."""
    kinds = [words(column.name)[1] for column in table.columns if _IS_KIND.match(column.name)]
    heads = {word for other in context.tables for word in words(other.name) if other.qname != table.qname}
    return any(head.startswith(kind) for kind in kinds for head in heads)


def _named(context: Context, table: Table, stem: str) -> Table | None:
    """The one table of that name: in the same schema first; a prefix as in `web_sessions` for `session` will do."""
    exact = context.by_singular.get(stem) or context.by_singular.get(singular(stem)) or []
    same = [other for other in exact if other.schema == table.schema]
    if len(same or exact) == 1:
        return (same or exact)[0]
    if exact:
        return None
    longer = context.by_tail.get(stem, [])
    return longer[0] if len(longer) == 1 else None


def _finding(context: Context, table: Table, column: Column, parent: Table) -> Finding | None:
    key = parent.primary_key.columns if parent.primary_key else ()
    if len(key) != 1:
        return None
    target = column_of(parent, key[0])
    mine, theirs = context.family(column.type), context.family(target.type)
    if mine == theirs or (mine in WHOLE and theirs in WHOLE):
        if key[0] in (fk.columns[0] for fk in parent.foreign_keys) and _shares_key(table, parent.qname):
            return None
        return RULE.finding(
            f"{table.qname}.{column.name} looks like a reference to {_called(table, parent)}, but no foreign key keeps it from "
            f"pointing at nothing{_of_none(column)}",
            table=table,
            columns=(column.name,),
            line=column.line,
            fix=None if _of_none(column) else _fix(context, table, column, parent, target),
        )
    if (
        context.is_text(column.type)
        and (theirs in WHOLE or theirs == "uuid")
        and snake(column.name).endswith(("_id", "_ref"))
    ):
        return RULE.finding(
            f"{table.qname}.{column.name} is {column.type} but seems to hold {parent.qname}.{target.name}, which is "
            f"{target.type}: no foreign key can hold, and a join needs a cast",
            table=table,
            columns=(column.name,),
            line=column.line,
            severity="medium",
        )
    return None


def _of_none(column: Column) -> str:
    """What is said of a default that stands for no row at all."""
    zero = (column.default or "").partition("::")[0].strip("'()") == "0"
    return ", and its default 0 stands for none, which NULL would say" if zero and not column.nullable else ""


def _called(table: Table, parent: Table) -> str:
    return f"another row of {parent.qname}" if parent.qname == table.qname else str(parent.qname)


def _shares_key(table: Table, name: QName) -> bool:
    return any(key.target == name for key in table.foreign_keys)


def _fix(context: Context, table: Table, column: Column, parent: Table, target: Column) -> Fix:
    name = free_name(context, table, [column.name], "fkey")
    action = " NOT VALID" if table.kind == "table" else ""
    alter = f"ALTER TABLE {dotted(table.qname)}"
    sql = (
        f"{alter} ADD CONSTRAINT {ident(name)} FOREIGN KEY ({ident(column.name)}) "
        f"REFERENCES {dotted(parent.qname)} ({ident(target.name)}){action};"
    )
    if action:
        sql += f"\n{alter} VALIDATE CONSTRAINT {ident(name)};"
    if index := index_for_key(context, table, [column.name]):
        sql = f"{index}\n{sql}"
    if wider := _wider(context, column, parent, target):
        sql = f"{alter} ALTER COLUMN {ident(column.name)} TYPE {wider};\n{sql}"
    return Fix(sql, note="Fails while there are orphans; find them first.")


def _wider(context: Context, column: Column, parent: Table, target: Column) -> str | None:
    """The type in which the column has room for all of the key's numbers, also when the key itself is widened one day."""
    mine, theirs = context.family(column.type), context.family(target.type)
    if mine not in WHOLE or theirs not in WHOLE:
        return None
    wanted = "bigint" if is_counted_key(context, parent, target.name) else theirs
    return wanted if WHOLE.index(mine) < WHOLE.index(wanted) else None


RULE = Rule(
    name="missing-foreign-key",
    area="relations",
    severity="low",
    confidence="hint",
    summary="A column looks like a reference to another table but has no foreign key",
    check=check,
)
