"""What a rule may look at: the schema, the workload, the intake, and what several rules need, computed once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from dbarch_widgets.classification.classify import classify
from dbarch_widgets.classification.samples import Rows
from dbarch_widgets.errors import InputError
from dbarch_widgets.model.classification import Classification
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.objects import Domain
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.model.workload import Query, Workload
from dbarch_widgets.rules.access import Access, accesses, unique_keys
from dbarch_widgets.rules.answers import Answers
from dbarch_widgets.rules.bookkeeping import is_bookkeeping
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.tenants import Tenants, tenants_of
from dbarch_widgets.rules.words import singular, snake

_ARRAY = re.compile(r"(\[\d*\])+\Z")
_MODIFIER = re.compile(r"\(([^)]*)\)")


@dataclass(frozen=True)
class Context(Answers):
    """The schema and, where there is one, the workload and the intake of the review (its answers: see `Answers`)."""

    schema: Schema
    workload: Workload | None = None
    intake: Intake | None = None
    rows: Rows | None = None
    original: Schema | None = None

    @property
    def source(self) -> Schema:
        """The schema in the words of its own database; `schema` has the types and expressions in PostgreSQL's."""
        return self.original or self.schema

    # ------------------------------------------------------------ tables

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The tables that a reviewer speaks of: no partitions (the parent speaks for them), no foreign tables."""
        return tuple(table for table in self.schema.base_tables if table.kind != "foreign")

    @cached_property
    def designed(self) -> tuple[Table, ...]:
        """The tables whose names and types the designer chose: without those that a framework keeps for itself."""
        return tuple(table for table in self.tables if not is_bookkeeping(table))

    @cached_property
    def _accesses(self) -> dict[QName, tuple[Access, ...]]:
        return {}

    def accesses(self, table: Table) -> tuple[Access, ...]:
        """All that the table can be searched by; a partition also has what its parents declare."""
        known = self._accesses.get(table.qname)
        if known is None:
            parent = self.schema.find(table.partition_of) if table.partition_of else None
            known = (*(self.accesses(parent) if parent else ()), *accesses(table))
            self._accesses[table.qname] = known
        return known

    def is_unique(self, table: Table, columns: set[str]) -> bool:
        """Whether at most one row has given values in these columns."""
        return any(set(key) <= columns for key in unique_keys(table))

    def partition_columns(self, table: Table) -> tuple[str, ...]:
        """The columns of the table that its partition key names."""
        if not table.partition_key:
            return ()
        found = set(re.findall(r"\w+", table.partition_key.partition("(")[2]))
        return tuple(name for name in table.column_names if name in found)

    @cached_property
    def only_file(self) -> str | None:
        """The file of the schema when it is in a single one; for things that do not know theirs."""
        files = {table.file for table in self.schema.tables}
        return files.pop() if len(files) == 1 else None

    @cached_property
    def _names(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for table in self.schema.tables:
            names = found.setdefault(table.schema, set())
            names |= {table.name, *(access.name for access in accesses(table))}
        return found

    def names_in(self, schema: str) -> set[str]:
        """The names that tables and indexes of a database schema have taken."""
        return self._names.get(schema, set())

    @cached_property
    def view_words(self) -> tuple[frozenset[str], ...]:
        """The words of each view's text: what a view may name."""
        return tuple(frozenset(re.findall(r"\w+|\*", view.sql)) for view in self.schema.views)

    # ------------------------------------------------------------ types

    @cached_property
    def _domains(self) -> dict[str, Domain]:
        short: dict[str, Domain] = {domain.name: domain for domain in reversed(self.schema.domains)}
        return short | {f"{domain.schema}.{domain.name}": domain for domain in self.schema.domains}

    @cached_property
    def _enums(self) -> dict[str, tuple[str, ...]]:
        short = {enum.name: enum.values for enum in reversed(self.schema.enums)}
        return short | {f"{enum.schema}.{enum.name}": enum.values for enum in self.schema.enums}

    def domain(self, type: str) -> Domain | None:
        """The domain of that type name."""
        return self._domains.get(type.replace('"', ""))

    def enum(self, type: str) -> tuple[str, ...] | None:
        """The values of the enum of that type name."""
        return self._enums.get(type.replace('"', ""))

    def base_type(self, type: str) -> str:
        """The type beneath domains and arrays: `ref.price[]` is `numeric(31,13)`."""
        for _ in range(8):
            bare = _ARRAY.sub("", type)
            domain = self.domain(bare)
            if domain is None:
                return bare
            type = domain.type
        return type

    def family(self, type: str) -> str:
        """The base type without length or precision: `character varying`, `timestamp without time zone`, `numeric`."""
        known = self._families.get(type)
        if known is None:
            known = re.sub(r"\s+", " ", _MODIFIER.sub("", self.base_type(type))).strip()
            self._families[type] = known
        return known

    @cached_property
    def _families(self) -> dict[str, str]:
        return {}

    def is_text(self, type: str) -> bool:
        """Whether the type holds text of any length."""
        return self.family(type) in ("text", "character varying", "character", "citext", "bpchar")

    # ------------------------------------------------------------ workload

    @cached_property
    def _read(self) -> tuple[tuple[ReadQuery, ...], tuple[tuple[Query, str], ...]]:
        if self.workload is None:
            return (), ()
        from dbarch_widgets.sql.analyse import analyse

        read, unread = [], []
        for query in self.workload.statements:
            try:
                read.append(ReadQuery(query, analyse(query.sql), self.schema))
            except InputError as error:
                unread.append((query, str(error)))
        return tuple(read), tuple(unread)

    @property
    def queries(self) -> tuple[ReadQuery, ...]:
        """The queries of the workload that could be read."""
        return self._read[0]

    @property
    def unread(self) -> tuple[tuple[Query, str], ...]:
        """The queries that could not be read, each with the reason."""
        return self._read[1]

    @cached_property
    def _by_table(self) -> dict[QName, list[ReadQuery]]:
        found: dict[QName, list[ReadQuery]] = {}
        for query in self.queries:
            for table in query.tables:
                root = self.root(table)
                found.setdefault(root.qname, []).append(query)
        return found

    def queries_on(self, table: Table) -> tuple[ReadQuery, ...]:
        """The queries that name the table or one of its partitions."""
        return tuple(self._by_table.get(table.qname, ()))

    def root(self, table: Table) -> Table:
        """The partitioned table at the top, or the table itself."""
        while table.partition_of and (parent := self.schema.find(table.partition_of)):
            table = parent
        return table

    # ------------------------------------------------------------ names

    @cached_property
    def by_singular(self) -> dict[str, list[Table]]:
        """Tables by the singular of their name."""
        found: dict[str, list[Table]] = {}
        for table in self.tables:
            found.setdefault(snake(singular(table.name)), []).append(table)
        return found

    @cached_property
    def by_tail(self) -> dict[str, list[Table]]:
        """Tables by the singular of their name without its first word: `web_sessions` as `session`."""
        found: dict[str, list[Table]] = {}
        for table in self.tables:
            head, _, tail = snake(singular(table.name)).partition("_")
            if head and tail:
                found.setdefault(tail, []).append(table)
        return found

    @property
    def tenants(self) -> Tenants | None:
        """The tenant column and the tables that have it; None when there is no sign of several tenants."""
        self._ask("tenancy.tenants")  # each rule that looks at them rests on it, not only the first
        return self._tenants

    @cached_property
    def _tenants(self) -> Tenants | None:
        return tenants_of(self)

    @cached_property
    def classification(self) -> Classification:
        """What kind of data each column holds; values are looked at where the review has rows."""
        return classify(self.schema, self.rows)

    @cached_property
    def protected(self) -> frozenset[QName]:
        """The tables with row-level security on."""
        return frozenset(table.qname for table in self.schema.tables if table.rls.enabled)
