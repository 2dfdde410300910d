"""Indexes to weigh: those that findings suggest, and those that a person asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dbarch_widgets.errors import DbarchError, InputError
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Index, QName, Schema


@dataclass(frozen=True)
class Candidate:
    """An index to weigh. `why` is the finding it answers, or that a person asked for it."""

    table: QName
    index: Index
    why: str

    @property
    def label(self) -> str:
        keys = ", ".join(key.column or str(key.expression) for key in self.index.keys)
        where = f" where {self.index.where}" if self.index.where else ""
        return f"index on {self.table} ({keys}){where}"


def suggested(schema: Schema, findings: Iterable[Finding]) -> tuple[Candidate, ...]:
    """The indexes that the findings' fixes would create, each once, in the order of the findings."""
    found: dict[tuple[object, ...], Candidate] = {}
    for finding in findings:
        if finding.fix is None or "create index" not in finding.fix.sql.lower():
            continue
        try:
            indexes = indexes_of(schema, finding.fix.sql)
        except DbarchError:
            # A fix may hold more than we read here; the finding shows its SQL whole.
            continue
        for table, index in indexes:
            found.setdefault(
                (table, index.keys, index.where), Candidate(table, index, f"{finding.rule} on {finding.place}")
            )
    return tuple(found.values())


def asked(schema: Schema, text: str) -> tuple[Candidate, ...]:
    """The index that a person wrote as `table (column, column desc)` or as CREATE INDEX.

    Raises:
        InputError: no index of a table of this schema can be read from it.
    """
    sql = text.strip().rstrip(";")
    if not sql.lower().startswith("create "):
        sql = f"CREATE INDEX ON {sql}"
    indexes = indexes_of(schema, sql)
    if not indexes:
        raise InputError(f"no index can be read from {text!r}", to_do="write it as table (column, column)")
    return tuple(Candidate(table, index, "asked for") for table, index in indexes)


def indexes_of(schema: Schema, sql: str) -> tuple[tuple[QName, Index], ...]:
    """The indexes that the SQL would add, with the names that the database would give them.

    Raises:
        InputError: a statement names a table or a column that is not there.
    """
    from dbarch_widgets.reviewing.sources import read_schema
    from dbarch_widgets.sql.names import qualified, quote

    # The indexes that are there already come along, so that a name is not chosen twice.
    stubs = []
    for table in schema.tables:
        columns = ", ".join(f"{quote(name)} text" for name in table.column_names)
        stubs.append(f"CREATE TABLE {qualified(table.qname)} ({columns});")
        stubs += [f"CREATE INDEX {quote(old.name)} ON {qualified(table.qname)} ((1));" for old in table.indexes]
    after = read_schema("\n".join([*stubs, f"{sql};"]))
    if problems := [problem for problem in after.report.problems if problem.effect == "not_understood"]:
        raise InputError(problems[0].reason, where="the index")
    known = {(table.qname, index.name) for table in schema.tables for index in table.indexes}
    found = ((table.qname, index) for table in after.tables for index in table.indexes)
    return tuple((name, index) for name, index in found if (name, index.name) not in known)
