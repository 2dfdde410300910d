"""What stands around and beside tables: views are translated, and the rest is named as lost where it has no place."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.objects import Sequence, View
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.write.base import Loss
from dbarch_widgets.sql.write.order import views_in_order
from dbarch_widgets.sql.write.translate.abilities import ABILITIES
from dbarch_widgets.sql.write.translate.counting import counting_as, not_counted
from dbarch_widgets.sql.write.translate.expressions import Expressions
from dbarch_widgets.sql.write.translate.names import Names

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
        if self.to == "postgres" and self.schema.dialect == "postgres":
            return found
        if table.rls.enabled or table.rls.forced:
            found.append(("row-level security", f"{title} has none here", None))
        found += [
            (f"policy {policy.name}", f"{title} has none here", policy.using or policy.check)
            for policy in table.rls.policies
        ]
        reason = "its code is in another language"
        found += [
            (f"trigger {t.name}", reason, f"{t.timing} {' or '.join(t.events)}: {t.function}") for t in table.triggers
        ]
        found += [(f"grant to {g.role}", "roles are not carried over", ", ".join(g.privileges)) for g in table.grants]
        if table.owner:
            found.append((f"owner {table.owner}", "roles are not carried over", None))
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
        known = {check.name for check in parent.checks} if parent else set()
        for check in table.checks:
            if check.name not in known:
                self.lose(Loss(where, f"check {check.name}", "it holds for one partition", definition=check.expression))
        for index in table.indexes:
            self.lose(Loss(where, f"index {index.name}", "it is on one partition"))
        for key in table.foreign_keys:
            self.lose(Loss(where, f"foreign key {key.name}", "it is on one partition"))

    def views(self) -> tuple[View, ...]:
        changed = {name for columns in self.names.columns.values() for name in columns if columns[name] != name}
        made = []
        for view in views_in_order(self.schema.views):
            name = QName(view.schema, view.name)
            where = f"view {name}"
            try:
                query = self.expressions.query(view.sql, partial(self._read, view), changed)
            except InputError as error:
                self.lose(Loss(where, "view", error.what, definition=view.sql))
                self._gone.add(name)
                continue
            if view.materialized:
                self.lose(Loss(where, "materialized", f"{self.title} has none here", "an ordinary view"))
            for option, given in (
                ("security_invoker", view.security_invoker),
                ("security_barrier", view.security_barrier),
            ):
                if given:
                    self.lose(Loss(where, option, f"{self.title} has none"))
            for grant in view.grants:
                self.lose(
                    Loss(
                        where,
                        f"grant to {grant.role}",
                        "roles are not carried over",
                        definition=", ".join(grant.privileges),
                    )
                )
            keeps = self.able.comments and self.to != "mysql"
            for index in view.indexes:
                self.lose(Loss(where, f"index {index.name}", f"{self.title} has no indexes on views"))
            if view.comment is not None and not keeps:
                self.lose(Loss(where, "comment", f"{self.title} has none on views", definition=view.comment))
            made.append(View(*self.names.relations[name], query, comment=view.comment if keeps else None))
        return tuple(made)

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

    def sequences(self, counting: Collection[QName]) -> tuple[Sequence, ...]:
        """Those that stand alone; `counting` are those that columns count with, which are written with them."""
        made = []
        for sequence in self.schema.sequences:
            name = QName(sequence.schema, sequence.name)
            if name in counting or sequence.owned_by is not None:
                continue
            if self.able.sequences:
                new = self.names.object(name, f"sequence {name}")
                made.append(counting_as(sequence, *new, kept=self.to == "duckdb"))
                if lost := not_counted(sequence, made[-1]):
                    self.lose(Loss(f"sequence {name}", lost, f"{self.title} is not told"))
            else:
                self.lose(Loss(f"sequence {name}", "sequence", f"{self.title} has none"))
        return tuple(made)

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
            if enum.comment is not None and self.to != "duckdb":
                self.lose(Loss(f"type {name}", "comment", "its type is not written", definition=enum.comment))

    def objects(self) -> None:
        schema, lose = self.schema, self.lose
        for domain in schema.domains:
            name = QName(domain.schema, domain.name)
            instead = "its base type and checks stand at the columns that have it"
            lose(Loss(f"domain {name}", "domain", f"{self.title} has none here", instead))
        for function in schema.functions:
            place = f"{function.kind} {QName(function.schema, function.name)}({function.arguments})"
            lose(Loss(place, function.kind, f"its {function.language or 'unknown'} code is not translated"))
        for extension in schema.extensions:
            lose(Loss(f"extension {extension.name}", "extension", "extensions belong to the other database"))
        for role in schema.roles:
            lose(Loss(f"role {role.name}", "role", "roles are not carried over"))
        for privilege in schema.default_privileges:
            words = f"{', '.join(privilege.privileges)} on {privilege.object_kind}"
            lose(
                Loss(
                    f"default privileges of {privilege.role}",
                    "default privileges",
                    "roles are not carried over",
                    definition=words,
                )
            )
