"""What stands around and beside tables: views are translated, and the rest is named as lost where it has no place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.describe import domain_words, function_words, policy_words, sequence_words, trigger_words
from dbarch_widgets.model.objects import Sequence, View
from dbarch_widgets.model.rights import places_of
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.write.base import Loss
from dbarch_widgets.sql.write.order import views_in_order
from dbarch_widgets.sql.write.translate.abilities import ABILITIES
from dbarch_widgets.sql.write.translate.counting import counting_as, not_counted
from dbarch_widgets.sql.write.translate.expressions import Expressions
from dbarch_widgets.sql.write.translate.keys import named_index_words
from dbarch_widgets.sql.write.translate.mysql_json import json_columns
from dbarch_widgets.sql.write.translate.names import Names
from dbarch_widgets.sql.write.translate.partition import only_here
from dbarch_widgets.sql.write.translate.rights import rights_lost

_OUR_KINDS = {"postgres": ("public",), "sqlite": ("main",), "duckdb": ("main",), "sqlserver": ("dbo",)}


class Around:
    """Translates what is beside the tables of one schema."""

    def __init__(
        self, schema: Schema, to: str, names: Names, expressions: Expressions, lose: Callable[[Loss], None]
    ) -> None:
        self.schema, self.to, self.names, self.expressions, self.lose = schema, to, names, expressions, lose
        self.able = ABILITIES[to]
        self.title = self.able.title
        self._gone: set[QName] = set()
        self._folded = {table.qname for table in schema.tables if table.partition_of is not None}
        self._by_name: dict[str, list[QName]] = {}
        for name in names.relations:
            self._by_name.setdefault(name.name.lower(), []).append(name)

    def table(self, table: Table) -> None:
        """What hangs on a table beside columns, keys and indexes."""
        where = str(table.qname)
        for lost, reason, definition in self._of_table(table):
            self.lose(Loss(where, lost, reason, definition=definition))
        if table.kind == "foreign":
            self.lose(Loss(where, "foreign table", "where its rows are is not in the model", "an ordinary table"))
        if table.partition_of is not None:
            instead = f"its rows belong into {table.partition_of}"
            self.lose(Loss(where, "partition", "partitions differ", instead, definition=table.partition_bound))
        if table.partition_key is not None:
            self.lose(Loss(where, f"PARTITION BY {table.partition_key}", "partitions differ", "one table"))
        for parent in table.inherits:
            self.lose(Loss(where, f"INHERITS {parent}", "tables do not inherit here", "a table of its own"))
        if table.unlogged:
            self.lose(Loss(where, "UNLOGGED", f"{self.title} has none", "an ordinary table"))
        if table.partition_of is not None:
            self._of_partition(table)

    def _of_table(self, table: Table) -> list[tuple[str, str, str | None]]:
        title = self.title
        found: list[tuple[str, str, str | None]] = []
        found += [(f"exclusion constraint {e.name}", f"{title} has none", e.definition) for e in table.exclusions]
        if table.rls.enabled or table.rls.forced:
            words = ("enabled" if table.rls.enabled else "not enabled") + (", forced" if table.rls.forced else "")
            found.append(("row-level security", f"{title} has none here", words))
        found += [
            (f"policy {policy.name}", f"{title} has none here", policy_words(policy)) for policy in table.rls.policies
        ]
        reason = "its code is in another language"
        found += [(f"trigger {trigger.name}", reason, trigger_words(trigger)) for trigger in table.triggers]
        if table.comment is not None and not self.able.comments:
            found.append(("comment", f"{title} has no comments", table.comment))
        if table.options:
            words = ", ".join(f"{name}={value}" for name, value in table.options.items())
            found.append(("options", "they belong to the other database", words))
        if table.without_rowid:
            found.append(("WITHOUT ROWID", f"{title} has none", None))
        return found

    def _of_partition(self, table: Table) -> None:
        """What only the partition has, and its whole table not."""
        where, parent = str(table.qname), self.schema.find(table.partition_of) if table.partition_of else None
        for what, definition in only_here(table, parent):
            self.lose(Loss(where, what, "it holds for one partition", definition=definition))
        if table.comment is not None and self.able.comments:
            self.lose(Loss(where, "comment", "the partition is not written", definition=table.comment))

    def views(self) -> tuple[View, ...]:
        changed = {name for columns in self.names.columns.values() for name in columns if columns[name] != name}
        texts = json_columns(self.schema) if (self.schema.dialect, self.to) == ("mysql", "postgres") else frozenset()
        made = []
        for view in views_in_order(self.schema.views):
            name = QName(view.schema, view.name)
            where = f"view {name}"
            try:
                query = self.expressions.query(view.sql, partial(self._read, view), changed, texts)
            except InputError as error:
                self.lose(Loss(where, "view", error.what, definition=view.sql))
                self._beside_view(view, where, written=False)
                self._gone.add(name)
                continue
            self._beside_view(view, where, written=True)
            comment = view.comment if self._comments_views else None
            made.append(View(*self.names.relations[name], query, comment=comment))
        return tuple(made)

    def _beside_view(self, view: View, where: str, *, written: bool) -> None:
        """What is lost beside the query, of a view that is written or left out."""
        if view.materialized:
            instead = "an ordinary view" if written else "left out"
            self.lose(Loss(where, "materialized", f"{self.title} has none here", instead))
        for option, given in (("security_invoker", view.security_invoker), ("security_barrier", view.security_barrier)):
            if given:
                self.lose(Loss(where, option, f"{self.title} has none"))
        for index in view.indexes:
            why = f"{self.title} has no indexes on views"
            self.lose(Loss(where, f"index {index.name}", why, definition=named_index_words(index)))
            if index.comment is not None:
                self.lose(Loss(where, f"comment on {index.name}", "its index is left out", definition=index.comment))
        if view.comment is not None and not (written and self._comments_views):
            why = f"{self.title} has none on views" if written else "its view is left out"
            self.lose(Loss(where, "comment", why, definition=view.comment))

    @property
    def _comments_views(self) -> bool:
        return self.able.comments and self.to != "mysql"

    def _read(self, view: View, schema: str, table: str) -> tuple[str, str] | None:
        """The new name of a table that a view reads."""
        for place in [schema] if schema else [view.schema, *_OUR_KINDS.get(self.schema.dialect, ()), ""]:
            if QName(place, table) in self._gone:
                raise InputError(f"it reads the view {QName(place, table)}, which is left out")
            if found := self.names.relations.get(QName(place, table)):
                return self._shown(found)
            if QName(place, table) in self._folded:
                raise InputError(f"it reads the partition {QName(place, table)}, which is a part of its table here")
        same = [name for name in self._by_name.get(table.lower(), ()) if not schema or name.schema == schema]
        return self._shown(self.names.relations[same[0]]) if len(same) == 1 else None

    def _shown(self, name: QName) -> tuple[str, str]:
        return ("" if name.schema == self.able.main else name.schema), name.name

    def sequences(self, counting: Mapping[QName, Sequence | None]) -> tuple[Sequence, ...]:
        """Those that stand alone; `counting` are those that columns count with, and what is written for them."""
        made = []
        for sequence in self.schema.sequences:
            name = QName(sequence.schema, sequence.name)
            if name in counting:
                self._counted(sequence, counting[name])
                continue
            if sequence.owned_by is not None:
                owner = ".".join(sequence.owned_by[1:])
                self.lose(Loss(f"sequence {name}", f"OWNED BY {owner}", "the column does not count with it"))
            if self.able.sequences:
                new = self.names.object(name, f"sequence {name}")
                made.append(counting_as(sequence, *new, kept=self.to == "duckdb"))
                if lost := not_counted(sequence, made[-1]):
                    self.lose(Loss(f"sequence {name}", lost, f"{self.title} is not told"))
            else:
                why = f"{self.title} has none"
                self.lose(Loss(f"sequence {name}", "sequence", why, definition=sequence_words(sequence)))
        return tuple(made)

    def _counted(self, sequence: Sequence, made: Sequence | None) -> None:
        """What is lost of a sequence that columns count with; `made` is the one written, where one is."""
        where = f"sequence {QName(sequence.schema, sequence.name)}"
        if made is None and sequence.owned_by is None:
            instead = "each column that has it counts alone"
            self.lose(Loss(where, "sequence", f"{self.title} has none", instead, sequence_words(sequence)))
            return
        written = made or Sequence(sequence.schema, sequence.name)
        if lost := not_counted(sequence, written):
            self.lose(Loss(where, lost, f"{self.title} is not told"))
        if made is not None and sequence.owned_by is not None:
            owner = ".".join(sequence.owned_by[1:])
            self.lose(Loss(where, f"OWNED BY {owner}", "a sequence belongs to no column here", "a sequence of its own"))

    def enums(self, used: Collection[QName]) -> None:
        """An enum is written where a column has it; one that no column has is told of."""
        for enum in self.schema.enums:
            name = QName(enum.schema, enum.name)
            values = ", ".join(enum.values)
            if self.to in ("sqlite", "mysql"):
                instead = "its values stand at the columns that have it"
                self.lose(Loss(f"type {name}", "enum", f"{self.title} has no types of one's own", instead, values))
            elif name not in used:
                self.lose(Loss(f"type {name}", "enum", "no column has it", definition=values))
            if enum.comment is not None and (self.to != "duckdb" or name not in used):
                self.lose(Loss(f"type {name}", "comment", "its type is not written", definition=enum.comment))

    def objects(self) -> None:
        schema, lose = self.schema, self.lose
        for domain in schema.domains:
            name = QName(domain.schema, domain.name)
            instead = "its base type and checks stand at the columns that have it"
            why = f"{self.title} has none here"
            lose(Loss(f"domain {name}", "domain", why, instead, definition=domain_words(domain)))
            if domain.comment is not None:
                lose(Loss(f"domain {name}", "comment", "its domain is not written", definition=domain.comment))
        for function in schema.functions:
            place = f"{function.kind} {QName(function.schema, function.name)}({function.arguments})"
            why = f"its {function.language or 'unknown'} code is not translated"
            lose(Loss(place, function.kind, why, definition=function_words(function) or None))
            if function.comment is not None:
                lose(Loss(place, "comment", f"its {function.kind} is left out", definition=function.comment))
        for extension in schema.extensions:
            words = " ".join(
                f"{name} {value}"
                for name, value in (("SCHEMA", extension.schema), ("VERSION", extension.version))
                if value
            )
            why = "extensions belong to the other database"
            lose(Loss(f"extension {extension.name}", "extension", why, definition=words or None))
        for namespace in schema.namespaces:
            where = f"schema {namespace.name}"
            if namespace.comment is not None:
                lose(Loss(where, "comment", "comments on schemas are not written", definition=namespace.comment))
            if namespace.name not in places_of(schema) and namespace.name != "public":
                lose(Loss(where, "schema", "nothing is in it"))
        for loss in rights_lost(schema):
            lose(loss)
