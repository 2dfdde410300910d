"""Columns in the words of the target: types with their enums and domains, defaults, identities, generated values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.objects import Domain, EnumType, Sequence
from dbarch_widgets.model.schema import Check, Column, QName, Schema, Table
from dbarch_widgets.sql.duckdb_columns import type_name
from dbarch_widgets.sql.duckdb_table import sequence_of
from dbarch_widgets.sql.write.base import Loss
from dbarch_widgets.sql.write.translate.abilities import ABILITIES
from dbarch_widgets.sql.write.translate.counting import counting_as
from dbarch_widgets.sql.write.translate.expressions import Expressions
from dbarch_widgets.sql.write.translate.kinds import Kind, kind_of
from dbarch_widgets.sql.write.translate.literals import literal_for
from dbarch_widgets.sql.write.translate.names import Names
from dbarch_widgets.sql.write.translate.scope import Scope
from dbarch_widgets.sql.write.translate.target_types import type_for
from dbarch_widgets.sql.write.words import literal, named

_DEEPEST = 32  # domains over domains; a broken source may go in circles


@dataclass
class Own:
    """The schema's own types, looked up as the source prints them."""

    schema: Schema
    _found: dict[QName, EnumType | Domain] = field(default_factory=dict)
    _by_name: dict[str, list[EnumType | Domain]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        every: list[EnumType | Domain] = [*self.schema.enums, *self.schema.domains]
        for own in every:
            self._found[QName(own.schema, own.name)] = own
            self._by_name.setdefault(own.name, []).append(own)

    def find(self, written: str, schema: str) -> tuple[EnumType | Domain | None, int]:
        """The type and the number of array dimensions."""
        space, name, dimensions = type_name(written)
        places = [space] if space is not None else ["public", "main", "", schema]
        for place in places:
            if found := self._found.get(QName(place, name)):
                return found, dimensions
        same = self._by_name.get(name, []) if space is None else []
        return (same[0] if len(same) == 1 else None), dimensions

    def resolve(self, written: str, schema: str) -> tuple[Kind, EnumType | None, tuple[Domain, ...]]:
        """The kind, the enum that it is, and the domains on the way, the outermost first."""
        domains: list[Domain] = []
        for _ in range(_DEEPEST):
            own, dimensions = self.find(written, schema)
            if not isinstance(own, Domain):
                break
            if dimensions:
                inner, _, _ = self.resolve(own.type, own.schema)
                return Kind("array", item=inner), None, tuple(domains)
            domains.append(own)
            written, schema = own.type, own.schema
        else:
            own, dimensions = None, 0
        if isinstance(own, EnumType):
            kind = Kind("enum", values=own.values)
            return (Kind("array", item=kind), None, tuple(domains)) if dimensions else (kind, own, tuple(domains))
        return kind_of(written, self.schema.dialect), None, tuple(domains)


class Columns:
    """Translates the columns of one schema; what is lost is in `losses`."""

    def __init__(self, schema: Schema, to: str, names: Names, expressions: Expressions) -> None:
        self.to, self.names, self.expressions = to, names, expressions
        self.own, self.source = Own(schema), schema.dialect
        self.losses: list[Loss] = []
        self.enums: dict[QName, EnumType] = {}
        self.sequences: dict[QName, Sequence] = {}
        self.counting: set[QName] = set()
        self._given = {QName(sequence.schema, sequence.name): sequence for sequence in schema.sequences}
        self.able = ABILITIES[to]
        self.autoincrement = {
            sequence.owned_by: sequence for sequence in schema.sequences if sequence.owned_by is not None
        }

    def column(self, table: Table, one: Column, columns: Mapping[str, str]) -> tuple[Column, list[Check]]:
        """The column under its new name, and the checks that stand for its enum and its domains."""
        where = f"{table.qname}.{one.name}"
        kind, enum, domains = self.own.resolve(one.type, table.schema)
        name = columns[one.name]
        written, checks = self._type(table, one, kind, enum)
        for domain in domains:
            label = QName(domain.schema, domain.name)
            self.losses.append(
                Loss(where, f"domain {label}", f"{self.able.title} has none here", "its type and checks")
            )
            checks += self._domain_checks(domain, name, where, kind)
        defaults = (one.default, *(domain.default for domain in domains))
        default = next((each for each in defaults if each is not None), None)
        new = Column(
            name,
            written,
            nullable=one.nullable and all(domain.nullable for domain in domains),
            comment=self._comment(where, one.comment),
        )
        if one.collation:
            self.losses.append(Loss(where, f"collation {one.collation}", "collations differ", "the usual one"))
        if one.on_update:
            self.losses.append(Loss(where, "ON UPDATE", f"{self.able.title} has none", definition=one.on_update))
        if one.generated is not None:
            return self._generated(where, one, new, columns), checks
        return self._with_value(table, one, replace(new, default=default), kind), checks

    def _type(self, table: Table, one: Column, kind: Kind, enum: EnumType | None) -> tuple[str, list[Check]]:
        where = f"{table.qname}.{one.name}"
        if kind.word == "enum" and kind.values and self.to in ("postgres", "duckdb"):
            return self._enum(table, one, kind, enum), []
        target = type_for(kind, self.to)
        if target.lost:
            self.losses.append(Loss(where, f"type {one.type}", target.lost, f"type {target.sql}"))
        if kind.word == "enum" and kind.values and self.to == "sqlite":
            values = ", ".join(literal(value) for value in kind.values)
            name = self.names.columns[table.qname].get(one.name, one.name)
            return target.sql, [Check(f"{table.name}_{name}_values", f"{named(name)} IN ({values})")]
        return target.sql, []

    def _enum(self, table: Table, one: Column, kind: Kind, enum: EnumType | None) -> str:
        """The name of the enum type, which is made here when the source has its values beside the column only."""
        old = QName(enum.schema, enum.name) if enum else QName(table.schema, f"{table.name}_{one.name}")
        if old not in self.enums:
            new = self.names.object(old, f"enum {old}")
            self.enums[old] = EnumType(*new, kind.values, comment=enum.comment if enum else None)
            if enum is None:
                where = f"{table.qname}.{one.name}"
                self.losses.append(Loss(where, "enum of one column", "an enum is a type", f"type {new}"))
        new_name = self.enums[old]
        place = "" if new_name.schema == self.able.main else named(new_name.schema) + "."
        return place + named(new_name.name)

    def _domain_checks(self, domain: Domain, column: str, where: str, kind: Kind) -> list[Check]:
        checks = []
        for name, expression in domain.checks:
            try:
                text = self.expressions(expression, Scope({}, {"value": kind.word, "VALUE": kind.word}), value=column)
                checks.append(Check(f"{column}_{name}", text))
            except InputError as error:
                self.losses.append(Loss(where, f"check {name} of a domain", error.what, definition=expression))
        return checks

    def _generated(self, where: str, one: Column, new: Column, columns: Mapping[str, str]) -> Column:
        try:
            text = self.expressions(one.generated or "", columns)
        except InputError as error:
            what = f"generated as {one.generated}"
            self.losses.append(Loss(where, "generated value", error.what, "an ordinary column", definition=what))
            return replace(new, nullable=True)
        kind = one.generated_kind
        if kind == "stored" and not self.able.stored:
            self.losses.append(Loss(where, "stored generated value", "it is worked out anew", "a virtual one"))
            kind = "virtual"
        return replace(new, generated=text, generated_kind=kind)

    def _with_value(self, table: Table, one: Column, new: Column, kind: Kind) -> Column:
        """With its identity or its default. A default that counts is an identity everywhere."""
        where = f"{table.qname}.{one.name}"
        counts = (new.default or "").lower().startswith("nextval(")
        if one.identity or counts:
            return self._counting(table, one, replace(new, default=None))
        if new.default is None:
            return new
        try:
            return replace(new, default=self._default(new, kind))
        except InputError as error:
            what = f"default {new.default}"
            self.losses.append(Loss(where, "default", error.what, definition=what))
            return replace(new, default=None)

    def _default(self, new: Column, kind: Kind) -> str:
        if (value := literal_for(kind, new.default or "", self.to)) is not None:
            return value
        text = self.expressions.default(new.default or "")
        if self.to == "mysql" and text.upper().startswith("CURRENT_TIMESTAMP") and "(6)" not in new.type:
            digits = new.type.partition("(")[2].partition(")")[0]
            return (
                f"CURRENT_TIMESTAMP({digits})"
                if digits and new.type.startswith(("datetime", "timestamp"))
                else "(CURRENT_TIMESTAMP)"
            )
        return text

    def _counting(self, table: Table, one: Column, new: Column) -> Column:
        where = f"{table.qname}.{one.name}"
        sequence = self.autoincrement.get((*table.qname, one.name))
        key = table.primary_key
        alone = key is not None and key.columns == (one.name,)
        name = QName(sequence.schema, sequence.name) if sequence else sequence_of(table, one)
        if name is not None:
            self.counting.add(name)
        if self.to == "duckdb" and name is not None:
            return self._counted_by(name, new)
        if self.to == "sqlite" and (not alone or new.type != "INTEGER"):
            why = "SQLite counts only in a primary key of one INTEGER column"
            self.losses.append(Loss(where, "identity", why, definition=one.default))
            return new
        if self.to == "mysql" and not _leads_key(table, one.name):
            self.losses.append(Loss(where, "identity", "AUTO_INCREMENT wants a key that begins with it"))
            return new
        if self.to == "mysql" and any(_counts(other) for other in table.columns[: table.columns.index(one)]):
            self.losses.append(Loss(where, "identity", "MySQL has one AUTO_INCREMENT in a table"))
            return new
        if sequence and ((sequence.start or 1) != 1 or (sequence.increment or 1) != 1) and self.to != "postgres":
            what = f"start {sequence.start}, increment {sequence.increment}"
            self.losses.append(Loss(where, what, f"{self.able.title} counts from 1 by 1 here", "counts from 1 by 1"))
        if one.identity == "always" and self.to != "postgres":
            self.losses.append(Loss(where, "GENERATED ALWAYS", "a value that is given is taken", "identity by default"))
        return replace(
            new, identity=one.identity if self.to == "postgres" and one.identity else "by default", nullable=False
        )

    def _counted_by(self, old: QName, new: Column) -> Column:
        """With a default from a sequence, which is how DuckDB counts."""
        if old not in self.sequences:
            given = self._given.get(old)
            new_name = self.names.object(old, f"sequence {old}")
            self.sequences[old] = counting_as(given, *new_name, kept=True) if given else Sequence(*new_name)
        made = self.sequences[old]
        place = "" if made.schema == self.able.main else named(made.schema) + "."
        return replace(new, default=f"nextval({literal(place + named(made.name))})")

    def _comment(self, where: str, text: str | None) -> str | None:
        if text is not None and not self.able.comments:
            self.losses.append(Loss(where, "comment", f"{self.able.title} has no comments", definition=text))
            return None
        return text


def _counts(column: Column) -> bool:
    return bool(column.identity) or (column.default or "").lower().startswith("nextval(")


def _leads_key(table: Table, name: str) -> bool:
    keys = [table.primary_key.columns] if table.primary_key else []
    keys += [unique.columns for unique in table.unique]
    return any(columns[0] == name for columns in keys if columns)
