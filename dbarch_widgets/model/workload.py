"""A workload: named queries and transactions with rates, parameters drawn from the data, and service levels."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.ignore import IgnoreComment
from dbarch_widgets.model.report import Problem

Kind = Literal["read", "write"]
Isolation = Literal["read uncommitted", "read committed", "repeatable read", "serializable"]
ISOLATIONS: tuple[Isolation, ...] = ("read uncommitted", "read committed", "repeatable read", "serializable")


@dataclass(frozen=True)
class Parameter:
    """Where the values of `:name` come from: a source function and its arguments as written.

    The source `returned` has the arguments (statement, column): within a transaction the value is what that column
    held in the first row that the statement of that number (from 1) gave. All other sources are drawn beforehand.
    `guessed`: nobody stated or saw these values, so that nothing may be concluded from them.
    """

    name: str
    source: str
    arguments: tuple[str, ...] = ()
    guessed: bool = field(default=False, compare=False, repr=False)

    @property
    def drawn(self) -> bool:
        """Whether its values are drawn before the run; False for one that an earlier statement returns."""
        return self.source != "returned"


@dataclass(frozen=True)
class ServiceLevel:
    """`p99<20ms` is percentile 99.0 under 20 milliseconds."""

    percentile: float
    milliseconds: float

    def __str__(self) -> str:
        return f"p{self.percentile:g} < {self.milliseconds:g} ms"


@dataclass(frozen=True)
class Query:
    """One statement of the workload.

    `rate` is executions per second, `mean` the milliseconds that one took on average where it runs, and `calls` how many
    were counted there; None when the source does not say. `rows` is how many one execution gave or wrote on average, where
    they were counted, and `plan` the slowest plan that was logged, without values: neither is written down as an annotation.
    """

    name: str
    sql: str
    kind: Kind
    rate: float | None = None
    parameters: tuple[Parameter, ...] = ()
    slo: ServiceLevel | None = None
    role: str | None = None
    engines: tuple[str, ...] = ()
    description: str = ""
    file: str | None = None
    line: int | None = None
    mean: float | None = None
    calls: int | None = None
    rows: float | None = field(default=None, compare=False, repr=False)
    plan: str | None = field(default=None, compare=False, repr=False)

    @property
    def load(self) -> float | None:
        """Seconds of work in each second, as it was observed: 2.5 keep two and a half connections busy."""
        return None if self.rate is None or self.mean is None else self.rate * self.mean / 1000


@dataclass(frozen=True)
class Transaction:
    """Several statements that commit together; `rate` is transactions per second.

    A parameter has one value in all the statements that use it. Each statement is a Query named after the transaction
    (`place_order.1`, or `place_order.take_stock` where the step has a name), with the parameters that it uses, the
    transaction's rate, role and engines, and no service level of its own. `isolation` None is the engine's default.
    """

    name: str
    statements: tuple[Query, ...]
    rate: float | None = None
    isolation: Isolation | None = None
    slo: ServiceLevel | None = None
    role: str | None = None
    engines: tuple[str, ...] = ()
    description: str = ""
    file: str | None = None
    line: int | None = None

    @property
    def kind(self) -> Kind:
        """A write when any of its statements is one."""
        return "write" if any(statement.kind == "write" for statement in self.statements) else "read"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of all its statements, each once, in the order of first use."""
        found: dict[str, Parameter] = {}
        for statement in self.statements:
            for parameter in statement.parameters:
                found.setdefault(parameter.name, parameter)
        return tuple(found.values())


@dataclass(frozen=True)
class Workload(Shown):
    """Queries and transactions in the order of the source, and what of the source was not understood.

    `notes` say what the figures rest on: since when a rate is counted, how many statements of which kind were left out.
    """

    queries: tuple[Query, ...] = ()
    problems: tuple[Problem, ...] = ()
    source: str | None = None
    transactions: tuple[Transaction, ...] = ()
    notes: tuple[str, ...] = ()
    ignores: tuple[IgnoreComment, ...] = field(default=(), compare=False)

    @property
    def statements(self) -> tuple[Query, ...]:
        """Every statement: the queries, then those of the transactions."""
        return (*self.queries, *(query for transaction in self.transactions for query in transaction.statements))

    @property
    def items(self) -> tuple[Query | Transaction, ...]:
        """What is executed as one: the queries, then the transactions."""
        return (*self.queries, *self.transactions)

    @property
    def read_share(self) -> float | None:
        """The share of executions that only read, weighed by rate; None where no rate is known."""
        total = sum(item.rate or 0 for item in self.items)
        return sum(item.rate or 0 for item in self.items if item.kind == "read") / total if total else None

    def query(self, name: str) -> Query:
        """The query, or the statement of a transaction, of that name.

        Raises:
            UnknownName: there is no such query.
        """
        for query in self.statements:
            if query.name == name:
                return query
        raise UnknownName("query", name, [query.name for query in self.statements])

    def transaction(self, name: str) -> Transaction:
        """The transaction of that name.

        Raises:
            UnknownName: there is no such transaction.
        """
        for transaction in self.transactions:
            if transaction.name == name:
                return transaction
        raise UnknownName("transaction", name, [transaction.name for transaction in self.transactions])

    def only(self, *names: str) -> Workload:
        """The workload with only those queries and transactions, in the order of the source; a note says how many.

        Raises:
            UnknownName: there is no query or transaction of one of the names.
        """
        known = {item.name for item in self.items}
        for name in names:
            if name not in known:
                raise UnknownName("query", name, known)
        return replace(
            self,
            queries=tuple(query for query in self.queries if query.name in names),
            transactions=tuple(each for each in self.transactions if each.name in names),
            notes=(*self.notes, f"picked {len(set(names))} of {len(known)} queries and transactions"),
        )

    def at_rates(self, factor: float = 1.0, read_share: float | None = None) -> Workload:
        """The workload with all rates times `factor`, and reads and writes so weighed that `read_share` of them read.

        The total rate is the old one times `factor`, whatever the share.

        Raises:
            InputError: the factor is not over 0, or the share cannot be had: it is not within 0 and 1, no rate is
                known, or there are no reads (or no writes) to take it from.
        """
        if not factor > 0:
            raise InputError(f"the factor {factor:g} is not over 0")
        reads = writes = factor
        if read_share is not None:
            now = self.read_share
            if not 0 <= read_share <= 1 or now is None:
                raise InputError(
                    f"the share of reads cannot be {read_share:g}", to_do="give rates, and a share of 0 to 1"
                )
            if (now == 0 and read_share > 0) or (now == 1 and read_share < 1):
                raise InputError(f"the share of reads cannot be {read_share:g}", to_do="the workload has only one kind")
            reads = factor * read_share / now if now else factor
            writes = factor * (1 - read_share) / (1 - now) if now < 1 else factor
        by_kind = {"read": reads, "write": writes}
        return replace(
            self,
            queries=tuple(_faster(query, by_kind[query.kind]) for query in self.queries if by_kind[query.kind]),
            transactions=tuple(
                replace(
                    each,
                    rate=each.rate and each.rate * by_kind[each.kind],
                    statements=tuple(_faster(query, by_kind[each.kind]) for query in each.statements),
                )
                for each in self.transactions
                if by_kind[each.kind]
            ),
        )


def _faster(query: Query, factor: float) -> Query:
    return replace(query, rate=query.rate and query.rate * factor)
