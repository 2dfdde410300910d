"""Relations that nobody declared, told by names and types.

A relation that is inferred is never mixed with the declared ones. Its `confidence` is a share of cases: what part of the
relations found in this way was declared in schemas that declare theirs (`make bench` measures it again).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from dbarch_widgets.model.schema import Column, QName, Schema, Table
from dbarch_widgets.model.type_family import type_family
from dbarch_widgets.model.words import bag, singular, words

_SUFFIX = re.compile(r"_?(?:id|uuid|uid|no|nr|key|code|guid)\Z")
_KEY_WORDS = bag("id uuid ref key no nr num code guid pk fk")
_PEOPLE = bag("actor author owner creator reporter assignee editor approver uploader manager")
_ABOVE = bag("parent root")
_POLYMORPHIC = ("type", "kind", "table", "class")
_PLAIN_KEYS = bag("id uuid name code key type value position line_no")


class Strategy(NamedTuple):
    """A way to tell a relation: its name, how often it was right, and the words for a reader."""

    name: str
    confidence: float
    words: str


COMPOSITE = Strategy("composite key", 0.3, "has all columns of the key")
TABLE_AND_KEY = Strategy("table and key", 0.9, "is named after the table and its key")
SAME_KEY = Strategy("key of the table", 0.9, "has the name of the key")
ROLE_AND_TABLE = Strategy("role, table and key", 0.85, "ends in the name of the table and its key")
PREFIXED_TABLE = Strategy("prefixed table and key", 0.95, "is named after the table without its prefix")
ONLY_KEY = Strategy("only key of that name", 0.2, "has the name of the only key that is called so,")
TABLE = Strategy("table", 0.5, "is named after the table")
PARENT = Strategy("parent", 0.9, "is named like a reference to another row of the same table")
PERSON = Strategy("person", 0.8, "names somebody, and there is a table of people")
STRATEGIES = (COMPOSITE, TABLE_AND_KEY, SAME_KEY, ROLE_AND_TABLE, PREFIXED_TABLE, ONLY_KEY, TABLE, PARENT, PERSON)


@dataclass(frozen=True)
class InferredRelation:
    """`columns` of `table` seem to reference `ref_columns` of `ref_table`; `confidence` is between 0 and 1."""

    table: QName
    columns: tuple[str, ...]
    ref_table: QName
    ref_columns: tuple[str, ...]
    confidence: float
    reason: str
    strategy: str = ""


def infer_relations(schema: Schema, *, at_least: float = 0.5) -> tuple[InferredRelation, ...]:
    """The relations that names and types suggest and no foreign key declares, in the order of the tables.

    One column gets at most one relation, the likeliest. Only whole primary keys are pointed at.
    """
    names = _Names(schema)
    found: list[InferredRelation] = []
    for table in schema.base_tables:
        if table.kind == "foreign":
            continue
        tied = {name for key in table.foreign_keys for name in key.columns}
        composite = list(_composite(names, table, tied))
        found += composite
        tied |= {name for relation in composite for name in relation.columns}
        for column in table.columns:
            if column.name in tied or column.generated:
                continue
            for strategy, parent in _candidates(names, table, column):
                if relation := _relation(strategy, table, column, parent):
                    found.append(relation)
                    break
    return tuple(relation for relation in found if relation.confidence >= at_least)


class _Names:
    """Tables by the names under which columns speak of them."""

    def __init__(self, schema: Schema) -> None:
        self.by_name: dict[str, list[Table]] = defaultdict(list)
        self.by_tail: dict[str, list[Table]] = defaultdict(list)
        self.by_key: dict[str, list[Table]] = defaultdict(list)
        self.own_key: dict[str, list[Table]] = defaultdict(list)
        self.by_first: dict[str, list[Table]] = defaultdict(list)
        for table in schema.base_tables:
            key = table.primary_key.columns if table.primary_key else ()
            if len(key) > 1:
                self.by_first[key[0]].append(table)
            elif key:
                self._add(table, key[0].lower())

    def _add(self, table: Table, key: str) -> None:
        parts = _parts(table.name)
        self.by_name["_".join(parts)].append(table)
        for at in range(1, len(parts)):
            self.by_tail["_".join(parts[at:])].append(table)
        if key in _PLAIN_KEYS:
            return
        self.by_key[key].append(table)
        # `hostid` of `hosts` is that table's own; `product_id` of `stock` is another's.
        stem, name = _SUFFIX.sub("", key).replace("_", ""), "".join(parts)
        if stem and stem != key and name.endswith(stem):
            known = self.own_key[key]
            if name == stem or not known or "".join(_parts(known[0].name)) != stem:
                self.own_key[key] = [table] if name == stem else [*known, table]

    def one(self, found: list[Table] | None, near: Table) -> Table | None:
        """The only one of the candidates: in the same schema first."""
        if not found:
            return None
        same = [table for table in found if table.schema == near.schema]
        chosen = same or found
        return chosen[0] if len(chosen) == 1 else None


def _parts(name: str) -> tuple[str, ...]:
    parts = words(name)
    return (*parts[:-1], singular(parts[-1])) if parts else ()


def _candidates(names: _Names, table: Table, column: Column) -> Iterator[tuple[Strategy, Table]]:
    """The tables that the column may speak of, likeliest first."""
    low, parts = column.name.lower(), words(column.name)
    key_of_own = table.primary_key.columns if table.primary_key else ()
    if not parts or low in _PLAIN_KEYS or _is_polymorphic(table, column.name, parts):
        return
    tail = parts[-1] in _KEY_WORDS and len(parts) > 1
    stem = parts[:-1] if tail else parts
    name = _joined(stem)
    parent = names.one(names.by_name.get(name), table)
    if parent and tail:
        yield TABLE_AND_KEY, parent
    if own := names.one(names.own_key.get(low), table):
        yield SAME_KEY, own
    if key_of_own == (column.name,):
        return
    if tail and stem[-1] in _ABOVE and key_of_own:
        yield PARENT, table
    if tail and (prefixed := names.one(names.by_tail.get(name), table)):
        yield PREFIXED_TABLE, prefixed
    for at in range(1, len(stem) if tail else len(parts)):
        found = names.by_name.get(_joined(stem[at:])) or names.by_tail.get(_joined(stem[at:])) if tail else None
        if other := names.one(found or names.own_key.get("_".join(parts[at:])), table):
            yield ROLE_AND_TABLE, other
    if parent and not tail and type_family(column.type) in ("text", "uuid"):
        yield TABLE, parent
    if only := names.one(names.by_key.get(low), table):
        yield ONLY_KEY, only
    if tail and stem[-1] in _PEOPLE:
        for people in ("user", "person", "employee", "account"):
            if somebody := names.one(names.by_name.get(people), table):
                yield PERSON, somebody
                return


def _joined(stem: tuple[str, ...]) -> str:
    return "_".join((*stem[:-1], singular(stem[-1])))


def _is_polymorphic(table: Table, name: str, parts: tuple[str, ...]) -> bool:
    stem = words(name)[:-1] if len(parts) > 1 else words(name)
    if stem == ("object",) and any(words(other) == ("content", "type", "id") for other in table.column_names):
        return True
    return any(words(other) in {(*stem, kind) for kind in _POLYMORPHIC} for other in table.column_names)


def _relation(strategy: Strategy, table: Table, column: Column, parent: Table) -> InferredRelation | None:
    if parent.primary_key is None or len(parent.primary_key.columns) != 1:
        return None
    target = parent.column(parent.primary_key.columns[0])
    if parent is table and target.name == column.name:
        return None
    mine, theirs = type_family(column.type), type_family(target.type)
    if mine != theirs or (mine in ("other", "boolean", "float", "binary") and column.type != target.type):
        return None
    # A table that shares its key with the parent, and the parent that points back, are one relation.
    back = any(key.target == table.qname and target.name in key.columns for key in parent.foreign_keys)
    if back and table.primary_key and table.primary_key.columns == (column.name,):
        return None
    reason = f"{column.name} {strategy.words} {parent.qname} ({target.name}), and the types agree"
    return InferredRelation(
        table.qname, (column.name,), parent.qname, (target.name,), strategy.confidence, reason, strategy.name
    )


def _composite(names: _Names, table: Table, tied: set[str]) -> Iterator[InferredRelation]:
    """Relations to keys of several columns, of which the table has every one by name and type."""
    for column in table.columns:
        parent = names.one([each for each in names.by_first.get(column.name, ()) if each is not table], table)
        if parent is None or parent.primary_key is None:
            continue
        key = parent.primary_key.columns
        if not all(table.has_column(name) for name in key) or set(key) <= tied or _PLAIN_KEYS.issuperset(key):
            continue
        if any(type_family(table.column(name).type) != type_family(parent.column(name).type) for name in key):
            continue
        own = table.primary_key.columns if table.primary_key else ()
        # With the same key on both sides nothing says which table is the other's child.
        if set(own) == set(key) or any(foreign.target == table.qname for foreign in parent.foreign_keys):
            continue
        reason = f"{table.qname} {COMPOSITE.words} of {parent.qname} ({', '.join(key)}), and the types agree"
        yield InferredRelation(table.qname, key, parent.qname, key, COMPOSITE.confidence, reason, COMPOSITE.name)
        return
