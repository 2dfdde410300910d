"""Keys, checks and indexes in the words of the target."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.describe import check_words, foreign_key_words, index_words
from dbarch_widgets.model.schema import Check, ForeignKey, Index, IndexKey, PrimaryKey, Schema, Table, Unique
from dbarch_widgets.sql.write.base import Loss
from dbarch_widgets.sql.write.translate.abilities import ABILITIES
from dbarch_widgets.sql.write.translate.expressions import Expressions
from dbarch_widgets.sql.write.translate.names import Names, renamed

Lose = Callable[[Loss], None]


class Keys:
    """Translates what hangs on the tables of one schema."""

    def __init__(self, schema: Schema, to: str, names: Names, expressions: Expressions, lose: Lose) -> None:
        self.schema, self.to, self.names, self.expressions, self.lose = schema, to, names, expressions, lose
        self.able = ABILITIES[to]

    def _name(self, table: Table, what: str, name: str, *, relation: bool = False) -> str:
        """The constraint's name in the space where the target keeps such names."""
        new = self.names.relations[table.qname]
        space = new.schema if relation else f"{what}s of {new.schema if self.to == 'mysql' else new}"
        if self.to == "mysql" and what == "unique":
            space = f"indexes of {new}"
        return self.names.inside(space, f"{table.qname}: {what} {name}", name)

    def primary_key(self, table: Table, columns: Mapping[str, str]) -> PrimaryKey | None:
        key = table.primary_key
        if key is None or not key.columns:
            return None
        self._late(f"{table.qname}: primary key {key.name}", key)
        name = self._name(table, "primary key", key.name, relation=True) if self.to == "postgres" else key.name
        return PrimaryKey(name, renamed(key.columns, dict(columns)))

    def unique(self, table: Table, columns: Mapping[str, str]) -> Iterator[Unique]:
        for key in table.unique:
            where = f"{table.qname}: unique {key.name}"
            self._late(where, key)
            if not key.nulls_distinct:
                self.lose(
                    Loss(where, "NULLS NOT DISTINCT", "nulls are never equal here", "a unique that takes several nulls")
                )
            name = self._name(table, "unique", key.name, relation=self.to == "postgres")
            yield Unique(name, renamed(key.columns, dict(columns)))

    def _late(self, where: str, key: PrimaryKey | Unique) -> None:
        if key.include:
            self.lose(Loss(where, f"INCLUDE ({', '.join(key.include)})", f"{self.able.title} has none"))
        if key.deferrable:
            self.lose(Loss(where, _when(key), f"{self.able.title} checks it at once", "checked at once"))

    def checks(self, table: Table, columns: Mapping[str, str], more: Iterable[Check]) -> Iterator[Check]:
        for check in table.checks:
            where = f"{table.qname}: check {check.name}"
            if not check.enforced:
                self.lose(Loss(where, "check", "it is not enforced", definition=check_words(check)))
                continue
            try:
                text = self.expressions(check.expression, columns)
            except InputError as error:
                self.lose(Loss(where, "check", error.what, definition=check_words(check)))
                continue
            if not check.validated:
                self.lose(Loss(where, "NOT VALID", f"{self.able.title} checks all rows", "an ordinary check"))
            if check.no_inherit:
                self.lose(Loss(where, "NO INHERIT", "tables do not inherit here", "an ordinary check"))
            yield Check(self._name(table, "check", check.name), text)
        for check in more:
            yield replace(check, name=self._name(table, "check", check.name))

    def foreign_keys(self, table: Table, columns: Mapping[str, str]) -> Iterator[ForeignKey]:
        for key in table.foreign_keys:
            where = f"{table.qname}: foreign key {key.name}"
            target = self.schema.find(key.target)
            if reason := self._impossible(table, key, target):
                self.lose(Loss(where, "foreign key", reason, definition=foreign_key_words(key)))
                continue
            assert target is not None
            yield self._foreign_key(table, key, target, columns, where)

    def _impossible(self, table: Table, key: ForeignKey, target: Table | None) -> str | None:
        if target is None:
            return f"the schema has no table {key.target}"
        if not key.enforced:
            return "it is not enforced"
        if target.partition_of is not None:
            return f"{target.qname} is a partition, and its rows are in the whole table"
        if not key.ref_columns or len(key.ref_columns) != len(key.columns):
            return f"the columns of {target.qname} that it points at are not known"
        new, other = self.names.relations[table.qname], self.names.relations[target.qname]
        if not self.able.foreign_keys_across_schemas and new.schema != other.schema:
            return f"{self.able.title} has none between schemas"
        unique = target.keys()
        keys = {frozenset(columns) for columns in unique}
        if frozenset(key.ref_columns) not in keys:
            return f"the columns that it points at are no key of {target.qname}"
        if self.to == "duckdb" and frozenset(key.ref_columns) not in _constraints(target):
            return f"DuckDB wants a primary key or unique constraint of {target.qname} there, not an index"
        return None

    def _foreign_key(
        self, table: Table, key: ForeignKey, target: Table, columns: Mapping[str, str], where: str
    ) -> ForeignKey:
        pairs = list(zip(key.columns, key.ref_columns, strict=True))
        unique = target.keys()
        order = next((each for each in unique if set(each) == set(key.ref_columns)), key.ref_columns)
        pairs.sort(key=lambda pair: order.index(pair[1]))  # some want the order of the key that is pointed at
        other = self.names.columns.get(target.qname, {})
        able = self.able
        new = ForeignKey(
            self._name(table, "foreign key", key.name),
            renamed((mine for mine, _ in pairs), dict(columns)),
            *self.names.relations[target.qname],
            renamed((its for _, its in pairs), other),
            on_delete=key.on_delete,
            on_update=key.on_update,
            deferrable=key.deferrable and able.deferrable_foreign_keys,
            initially_deferred=key.initially_deferred and able.deferrable_foreign_keys,
        )
        for event, action in (("on_delete", key.on_delete), ("on_update", key.on_update)):
            if reason := self._no_action(table, key, event, action):
                some = (
                    f" ({', '.join(key.on_delete_columns)})" if event == "on_delete" and key.on_delete_columns else ""
                )
                what = f"{event.replace('_', ' ').upper()} {action.upper()}{some}"
                self.lose(Loss(where, what, reason, "a key that refuses the change"))
                new = replace(new, **{event: "no action"})  # type: ignore[arg-type]
        if self.to == "mysql":  # InnoDB takes both for the same, and this one for the default
            new = replace(
                new,
                on_delete="restrict" if new.on_delete == "no action" else new.on_delete,
                on_update="restrict" if new.on_update == "no action" else new.on_update,
            )
        if key.deferrable and not able.deferrable_foreign_keys:
            self.lose(Loss(where, _when(key), f"{able.title} checks it at once", "checked at once"))
        if key.match == "full":
            self.lose(Loss(where, "MATCH FULL", f"{able.title} has only MATCH SIMPLE", "MATCH SIMPLE"))
        if not key.validated:
            self.lose(Loss(where, "NOT VALID", f"{able.title} checks all rows", "an ordinary foreign key"))
        return new

    def _no_action(self, table: Table, key: ForeignKey, event: str, action: str) -> str | None:
        if action == "no action" or (action == "restrict" and self.able.foreign_key_actions):
            return None
        if not self.able.foreign_key_actions:
            return f"{self.able.title} has no actions on foreign keys"
        if event == "on_delete" and key.on_delete_columns and self.to != "postgres":
            return "it sets only some of its columns, which no one else can"
        if self.to == "mysql" and action == "set default":
            return "InnoDB refuses SET DEFAULT"
        if self.to == "mysql" and action == "set null" and not all(table.column(name).nullable for name in key.columns):
            return "one of its columns takes no null"
        return None

    # Indexes

    def indexes(self, table: Table, columns: Mapping[str, str]) -> Iterator[Index]:
        methods = dict(self.able.methods)
        for index in table.indexes:
            where = f"{table.qname}: index {index.name}"
            if reason := self._no_index(index):
                self._left_out(where, index, reason)
                continue
            try:
                keys = tuple(self._index_key(key, columns, where) for key in index.keys)
                condition = None if index.where is None else self.expressions(index.where, columns)
            except InputError as error:
                self._left_out(where, index, error.what)
                continue
            self._lesser(where, index)
            new = self.names.relations[table.qname]
            space = f"indexes of {new}" if self.able.named_indexes_per_table else new.schema
            wanted = index.name if self.able.named_indexes_per_table else self.names.prefix(table.schema) + index.name
            yield Index(
                self.names.inside(space, where, wanted),
                keys,
                method=methods[index.method],
                unique=index.unique,
                where=condition,
                comment=index.comment if self.able.comments else None,
            )

    def _left_out(self, where: str, index: Index, why: str) -> None:
        self.lose(Loss(where, "index", why, definition=named_index_words(index)))
        if index.comment is not None:
            self.lose(Loss(where, "comment", "its index is left out", definition=index.comment))

    def _no_index(self, index: Index) -> str | None:
        title = self.able.title
        if index.method not in dict(self.able.methods):
            return f"{title} has no {index.method} index"
        if index.where is not None and not self.able.partial_indexes:
            whole = ", and a unique index of all rows would mean something else" if index.unique else ""
            return f"{title} has no partial index{whole}"
        if not self.able.expression_indexes and not all(index.columns):
            return f"{title} and MariaDB do not both take expressions in an index"
        if index.unique and any(key.length for key in index.keys) and self.to != "mysql":
            return "it is unique over the first characters only"
        return None

    def _index_key(self, key: IndexKey, columns: Mapping[str, str], where: str) -> IndexKey:
        for word, value in (("operator class", key.opclass), ("collation", key.collation)):
            if value:
                self.lose(Loss(where, f"{word} {value}", f"{self.able.title} has no such one", "the usual one"))
        if key.nulls:
            self.lose(Loss(where, f"NULLS {key.nulls.upper()}", f"{self.able.title} has one place for nulls"))
        if key.length and self.to != "mysql":
            self.lose(
                Loss(where, f"first {key.length} characters", f"{self.able.title} indexes all of them", "all of them")
            )
        if key.order == "desc" and not self.able.descending:
            self.lose(Loss(where, "DESC", f"{self.able.title} has no order in an index", "no order"))
        order = key.order if self.able.descending else "asc"
        length = key.length if self.to == "mysql" else None
        if key.column is not None:
            return IndexKey(column=columns[key.column], order=order, length=length)
        return IndexKey(expression=self.expressions(key.expression or "", columns), order=order)

    def _lesser(self, where: str, index: Index) -> None:
        """What an index that is kept loses."""
        method = dict(self.able.methods)[index.method]
        if method != index.method and (index.method, method) != ("art", "btree"):
            self.lose(Loss(where, f"index method {index.method}", f"{self.able.title} has none", "an ordinary index"))
        if not index.valid:
            self.lose(Loss(where, "INVALID", "it was never finished in the source", "an ordinary index"))
        if index.include:
            self.lose(Loss(where, f"INCLUDE ({', '.join(index.include)})", f"{self.able.title} has none"))
        if not index.nulls_distinct:
            self.lose(Loss(where, "NULLS NOT DISTINCT", "nulls are never equal here", "takes several nulls"))
        if index.comment is not None and not self.able.comments:
            self.lose(Loss(where, "comment", f"{self.able.title} has no comments", definition=index.comment))


def _constraints(table: Table) -> set[frozenset[str]]:
    keys = [table.primary_key.columns] if table.primary_key else []
    return {frozenset(columns) for columns in (*keys, *(unique.columns for unique in table.unique))}


def _when(key: PrimaryKey | Unique | ForeignKey) -> str:
    return "deferrable, initially deferred" if key.initially_deferred else "deferrable"


def named_index_words(index: Index) -> str:
    """The index in short, for the list of losses."""
    return f"INDEX {index.name} {index_words(index)}"
