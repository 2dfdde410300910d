"""Executed statements grouped by fingerprint, and the groups made queries: names, rates, parameters with their sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.guess import columns_of, guess_sources
from dbarch_widgets.measure.normal import Form, Normal, constant_value, masked, normal
from dbarch_widgets.measure.observed import Observed, source_of
from dbarch_widgets.measure.told_constants import united, wildcards, with_fields, with_wildcards
from dbarch_widgets.measure.workload_check import check_query
from dbarch_widgets.model.report import Effect, Problem
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Parameter, Query
from dbarch_widgets.sql.analyse import analyse
from dbarch_widgets.sql.placeholders import parameters, replace_placeholders
from dbarch_widgets.sql.row_statement import SYSTEM_SCHEMAS

# Bounds on what a log of any length may make us keep.
_MOST_GROUPS = 20_000
_MOST_FORMS = 50
_MOST_QUERIES = 1_000
_MOST_PROBLEMS = 30
_SQUASHED = "/*, ... */"  # how PostgreSQL 18 writes the rest of a list of constants


@dataclass
class Variant:
    """The executions of one form of a statement; forms of one fingerprint differ in the length of a list."""

    form: Form
    example: str
    calls: int = 0
    observed: dict[str, Observed] = field(default_factory=dict)
    patterns: dict[str, str | None] = field(
        default_factory=dict
    )  # one value that begins or ends with a wildcard, by name


@dataclass
class Group:
    """All executions with one fingerprint; `calls` counts those outside of transactions too."""

    fingerprint: str
    line: int
    file: str | None
    calls: int = 0
    rows: float = 0.0
    milliseconds: float = 0.0
    timed: int = 0
    roles: Counter[str] = field(default_factory=Counter)
    variants: dict[str, Variant] = field(default_factory=dict)
    engines: tuple[str, ...] = ()

    @property
    def usual(self) -> Variant:
        """The variant that ran most often."""
        return max(self.variants.values(), key=lambda each: each.calls)


@dataclass
class Left:
    """How many executions were left out, by reason."""

    utility: int = 0
    system: int = 0
    no_table: int = 0
    not_understood: int = 0
    too_many: int = 0
    rare: int = 0
    other: Counter[str] = field(default_factory=Counter)

    def notes(self) -> Iterator[str]:
        """A sentence for each reason."""
        for number, reason in (
            (self.utility, "they neither read nor write rows of a table (SET, BEGIN, EXPLAIN …)"),
            (self.system, "they read only the database's own catalogs"),
            (self.no_table, "they name no table"),
            (self.not_understood, "they are not understood (see the problems)"),
            (self.too_many, f"there are more than {_MOST_GROUPS:,} different ones"),
            (self.rare, f"they are of kinds rarer than the {_MOST_QUERIES:,} most frequent ones"),
            *((number, reason) for reason, number in self.other.items()),
        ):
            if number:
                yield f"{number:,} executions left out: {reason}" if number > 1 else f"1 execution left out: {reason}"


class Grouping:
    """Takes executions one by one, keeps what they have in common, and makes queries of it in the end."""

    def __init__(self, schema: Schema | None, file: str | None) -> None:
        self.schema = schema
        self.file = file
        self.groups: dict[str, Group] = {}
        self.left = Left()
        self.problems: list[Problem] = []
        self.renamed: dict[str, dict[str, str]] = {}  # fingerprint → name of a parameter in the form → in the query
        self._unsaid = 0

    def problem(self, line: int, text: str, reason: str, effect: Effect, file: str | None = None) -> None:
        """Report it; after the first thirty they are only counted."""
        if len(self.problems) >= _MOST_PROBLEMS:
            self._unsaid += 1
            return
        start = " ".join(masked(text[:2_000]).split())
        self.problems.append(
            Problem(line, start if len(start) <= 80 else start[:79] + "…", reason, effect, file or self.file)
        )

    def notes(self) -> Iterator[str]:
        """What was left out, and how many problems are not listed."""
        yield from self.left.notes()
        if self._unsaid:
            yield f"{self._unsaid:,} further problems of the same kinds are not listed"

    def add(self, sql: str, line: int, file: str | None = None, calls: int = 1) -> Group | None:
        """The group of an executed statement, counted; None when it is left out, which is counted too."""
        found = normal(sql)
        if (group := self.groups.get(found.fingerprint)) is None:
            if not self._kept(found, sql, line, file, calls):
                return None
            group = self.groups[found.fingerprint] = Group(found.fingerprint, line, file or self.file)
        group.calls += calls
        variant = group.variants.get(found.form.text)
        if variant is None:
            if len(group.variants) >= _MOST_FORMS:
                return group
            variant = group.variants[found.form.text] = Variant(found.form, sql)
            variant.patterns = {f"p{number}": constant_value(text) for number, text in found.constants}
        variant.calls += calls
        return group

    def observe(self, group: Group, sql: str, values: Mapping[str, str | None], times: int = 1) -> None:
        """Count the values of so many executions' parameters, by their names in the form (`p1` …)."""
        variant = group.variants.get(normal(sql).form.text)
        if variant is not None:
            for name, value in values.items():
                variant.observed.setdefault(name, Observed()).add(value, times)
                if any(wildcards(value)):
                    variant.patterns.setdefault(name, value)

    def _kept(self, found: Normal, sql: str, line: int, file: str | None, calls: int) -> bool:
        form = found.form
        if form.error is not None:
            self.left.not_understood += calls
            self.problem(line, sql, form.error, "not_understood", file)
        elif form.does is None:
            self.left.utility += calls
        elif not form.does.tables:
            self.left.no_table += calls
        elif all(self._system(schema, name) for schema, name in form.does.tables):
            self.left.system += calls
        elif len(self.groups) >= _MOST_GROUPS:
            self.left.too_many += calls
        else:
            return True
        return False

    def _system(self, schema: str, name: str) -> bool:
        if schema in SYSTEM_SCHEMAS or name.startswith("pg_stat_statements"):
            return True
        return not schema and name.startswith("pg_") and not (self.schema and self.schema.find(name))

    # ------------------------------------------------------------ queries

    def queries(self, groups: Sequence[Group], seconds: float | None, end: datetime | None) -> dict[str, Query]:
        """A query for each group that can be read, by fingerprint, those that ran most often first.

        Args:
            groups: which.
            seconds: how long the executions were counted; None leaves the rates unknown.
            end: the end of that time, for the age of moments.
        """
        found: dict[str, Query] = {}
        taken: set[str] = set()
        ranked = sorted(groups, key=lambda each: (-each.calls, each.line))
        for group in ranked[_MOST_QUERIES:]:
            self.left.rare += group.calls
        for group in ranked[:_MOST_QUERIES]:
            query = self._query(group, taken, end)
            if query is not None:
                rate = group.calls / seconds if seconds else None
                found[group.fingerprint] = replace(query, rate=rate)
        return found

    def _query(self, group: Group, taken: set[str], end: datetime | None) -> Query | None:
        variant = group.usual
        does = variant.form.does
        assert does is not None
        sql = variant.form.text
        try:
            statement = analyse(sql)
        except InputError as error:
            self.left.not_understood += group.calls
            self.problem(group.line, sql, str(error), "not_understood", group.file)
            return None
        title, number = does.title, 1
        while (title if number == 1 else f"{title}_{number}") in taken:
            number += 1
        name = title if number == 1 else f"{title}_{number}"
        taken.add(name)
        if _SQUASHED in variant.example:
            reason = f"query {name}: how long the list is is not told; one element is taken"
            self.problem(group.line, sql, reason, "partly", group.file)
        sql, renamed = named_by_column(united(with_fields(with_wildcards(sql, variant.patterns), variant.patterns)))
        self.renamed[group.fingerprint] = renamed
        seen = {renamed[old]: observed for old, observed in variant.observed.items() if old in renamed}
        query = Query(
            name=name,
            sql=sql,
            kind="write" if does.writes else "read",
            role=next(iter(group.roles)) if len(group.roles) == 1 else None,
            engines=group.engines,
            description=_description(group),
            file=group.file,
            line=group.line,
            mean=mean_of(group.milliseconds, group.timed),
            calls=group.calls or None,
            rows=group.rows / group.calls if group.rows and group.calls else None,
        )
        query = replace(query, parameters=self._parameters(query, seen, end))
        if self.schema is not None:
            for reason in check_query(self.schema, query, statement):
                self.problem(group.line, sql, reason, "partly", group.file)
        return query

    def _parameters(self, query: Query, seen: Mapping[str, Observed], end: datetime | None) -> tuple[Parameter, ...]:
        names = parameters(query.sql)
        guessed = guess_sources(query.sql, names, self.schema)
        found = []
        for name in names:
            source = source_of(name, seen.get(name, Observed()), guessed.get(name), self.schema, end)
            if source is None:
                reason = f"query {query.name}: parameter :{name} has no source, so the query cannot be replayed"
                self.problem(query.line or 1, query.sql, reason, "partly", query.file)
            else:
                found.append(source)
        return tuple(found)


def mean_of(milliseconds: float, executions: int) -> float | None:
    """To the four digits with which it is written down; None when no execution was timed."""
    mean = milliseconds / executions if executions else 0.0
    return float(f"{mean:.4g}") or None


def time_words(seconds: float) -> str:
    """`2.5 hours`, `90.0 s`."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.1f} {unit}"
    return f"{seconds:,.1f} s"


def named_by_column(sql: str) -> tuple[str, dict[str, str]]:
    """The statement with its parameters named after the columns that they are compared with, and old name → new."""
    columns = columns_of(sql)
    renamed: dict[str, str] = {}
    for old in parameters(sql):
        wanted = columns.get(old, old)
        name, number = wanted, 2
        while name in renamed.values():
            name, number = f"{wanted}_{number}", number + 1
        renamed[old] = name
    return replace_placeholders(sql, lambda old: f":{renamed[old]}"), renamed


def _description(group: Group) -> str:
    calls = f"{group.calls:,} {'call' if group.calls == 1 else 'calls'}"
    mean = f", on average {group.milliseconds / group.timed:,.3f} ms" if group.timed else ""
    rows = f" and {group.rows / group.calls:,.1f}".removesuffix(".0") + " rows" if group.rows else ""
    return calls + mean + (rows if mean else "")
