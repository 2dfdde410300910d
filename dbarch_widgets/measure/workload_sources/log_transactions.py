"""Transactions of a log: statements of one session put together again, and like ones counted together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dbarch_widgets.measure.grouping import Grouping
from dbarch_widgets.measure.guess import guess_sources
from dbarch_widgets.measure.sensitive import is_number
from dbarch_widgets.measure.transaction_block import outputs
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Isolation, Parameter, Query, Transaction
from dbarch_widgets.sql.analyse import analyse
from dbarch_widgets.sql.placeholders import replace_placeholders

_LONGEST = 200
_MOST_KINDS = 2_000
_MOST_SAMPLES = 60
_MOST_KEPT = 30
_LEAST_SAMPLES = 3

Values = Mapping[str, str | None]
Place = tuple[int, str]  # number of the statement from 0, name of the parameter


@dataclass(frozen=True)
class Step:
    """One execution within a transaction: its fingerprint, its form, its values by their names in the form."""

    fingerprint: str
    form: str
    values: Values


@dataclass
class Open:
    """A transaction that a session has open. `began`: BEGIN was seen; otherwise its number holds it together."""

    number: str
    began: bool = False
    isolation: Isolation | None = None
    steps: list[Step] = field(default_factory=list)
    line: int = 1
    role: str = ""
    rolled_back: bool = False


@dataclass
class Exact:
    """Transactions of exactly the same statements, and the values of some of them."""

    count: int = 0
    samples: list[list[Step]] = field(default_factory=list)


@dataclass
class TransactionKind:
    """Transactions of the same statements in the same order, however often each is repeated in a row."""

    line: int
    count: int = 0
    rolled_back: int = 0
    isolations: Counter[Isolation | None] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    exact: dict[tuple[str, ...], Exact] = field(default_factory=dict)
    statements: Counter[str] = field(default_factory=Counter)

    @property
    def usual(self) -> tuple[tuple[str, ...], Exact]:
        """The statements that came most often, as one by one executed."""
        return max(self.exact.items(), key=lambda each: each[1].count)


class Transactions:
    """Takes the closed transactions of all sessions."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[str, ...], TransactionKind] = {}
        self.count = 0
        self.short = 0
        self.long = 0

    def close(self, opened: Open) -> None:
        """Count a transaction; one of a single statement is a query, one of very many is not kept."""
        if len(opened.steps) < 2:
            self.short += bool(opened.steps) and opened.began
            return
        self.count += 1
        sequence = tuple(step.fingerprint for step in opened.steps)
        key = tuple(each for at, each in enumerate(sequence) if at == 0 or each != sequence[at - 1])
        if len(sequence) > _LONGEST or (key not in self.kinds and len(self.kinds) >= _MOST_KINDS):
            self.long += 1
            return
        kind = self.kinds.setdefault(key, TransactionKind(opened.line))
        kind.count += 1
        kind.rolled_back += opened.rolled_back
        kind.isolations[opened.isolation] += 1
        kind.roles[opened.role] += 1
        kind.statements.update(sequence)
        if sequence in kind.exact or len(kind.exact) < _MOST_KEPT:
            exact = kind.exact.setdefault(sequence, Exact())
            exact.count += 1
            if len(exact.samples) < _MOST_SAMPLES:
                exact.samples.append(opened.steps)

    def kept(self) -> list[TransactionKind]:
        """The kinds that came often enough to be called one."""
        ranked = sorted(self.kinds.values(), key=lambda each: (-each.count, each.line))
        least = 2 if self.count > 20 else 1
        return [kind for kind in ranked[:_MOST_KEPT] if kind.count >= least]


def transaction_of(
    kind: TransactionKind, grouping: Grouping, queries: Mapping[str, Query], taken: set[str], seconds: float | None
) -> Transaction | None:
    """The kind as a Transaction; None when one of its statements is not understood."""
    sequence, exact = kind.usual
    if any(fingerprint not in queries for fingerprint in sequence):
        return None
    rate = kind.count / seconds if seconds else None
    steps = [queries[fingerprint] for fingerprint in sequence]
    first = next((query for query in steps if query.kind == "write"), steps[0])
    name, number = f"{first.name}_transaction", 2
    while name in taken:
        name, number = f"{first.name}_transaction_{number}", number + 1
    taken.add(name)
    roles = [role for role in kind.roles if role]
    role = roles[0] if len(roles) == 1 else None
    statements = _joined(steps, _values_by_place(sequence, exact, grouping), grouping.schema)
    ended = f", {kind.rolled_back:,} of them rolled back" if kind.rolled_back else ""
    varied = (
        f"; the number of repeated statements varies, the usual one in {exact.count:,}" if len(kind.exact) > 1 else ""
    )
    return Transaction(
        name=name,
        statements=tuple(
            replace(query, name=f"{name}.{at}", rate=rate, role=role, mean=None, calls=None)
            for at, query in enumerate(statements, start=1)
        ),
        rate=rate,
        isolation=kind.isolations.most_common(1)[0][0],
        role=role,
        description=f"{kind.count:,} times{ended}{varied}",
        file=grouping.file,
        line=kind.line,
    )


def _values_by_place(sequence: Sequence[str], exact: Exact, grouping: Grouping) -> dict[Place, list[str | None]]:
    """For each parameter of each statement its value in every sample that has the usual forms."""
    usual = [grouping.groups[fingerprint].usual.form.text for fingerprint in sequence]
    samples = [steps for steps in exact.samples if [step.form for step in steps] == usual]
    found: dict[Place, list[str | None]] = {}
    for at, fingerprint in enumerate(sequence):
        for old, new in grouping.renamed.get(fingerprint, {}).items():
            if samples and all(old in steps[at].values for steps in samples):
                found[at, new] = [steps[at].values[old] for steps in samples]
    return found


def _joined(queries: Sequence[Query], values: Mapping[Place, list[str | None]], schema: Schema | None) -> list[Query]:
    """The statements with parameters named over the whole transaction: one name where the values always agreed."""
    names: dict[Place, str] = {}
    sources: dict[str, Parameter] = {}
    result: list[Query] = []
    for at, query in enumerate(queries):
        own: dict[str, str] = {}
        returned = _returned(query, result, schema)
        for parameter in query.parameters:
            place = (at, parameter.name)
            same = next((each for each in names if each[0] < at and _agree(values.get(each), values.get(place))), None)
            if same is not None:
                own[parameter.name] = names[place] = names[same]
                continue
            name, number = parameter.name, 2
            while name in sources:
                name, number = f"{parameter.name}_{number}", number + 1
            own[parameter.name] = names[place] = name
            sources[name] = returned.get(parameter.name) or _fixed(parameter, values.get(place)) or parameter
        sql = replace_placeholders(query.sql, lambda old, own=own: f":{own.get(old, old)}")  # type: ignore[misc]
        used = tuple(replace(sources[own[each.name]], name=own[each.name]) for each in query.parameters)
        result.append(replace(query, sql=sql, parameters=tuple(dict.fromkeys(used))))
    return result


def _fixed(parameter: Parameter, seen: list[str | None] | None) -> Parameter | None:
    """The one small number that always stood at this place, such as the number of a line."""
    if not seen or len(seen) < _LEAST_SAMPLES or len(set(seen)) > 1 or seen[0] is None or not is_number(seen[0]):
        return None
    return Parameter(parameter.name, "pick", (seen[0],))


def _agree(one: list[str | None] | None, other: list[str | None] | None) -> bool:
    if not one or not other or len(one) < _LEAST_SAMPLES:
        return False
    return one == other and len(set(one)) > 1 and None not in one


def _returned(query: Query, before: Sequence[Query], schema: Schema | None) -> dict[str, Parameter]:
    """Parameters that refer to a key which an earlier INSERT of the transaction returned."""
    if schema is None:
        return {}
    guessed = guess_sources(query.sql, tuple(each.name for each in query.parameters), schema)
    found: dict[str, Parameter] = {}
    for number, earlier in enumerate(before, start=1):
        statement = analyse(earlier.sql)
        if statement.verb != "insert" or statement.written is None:
            continue
        written = statement.written
        table = schema.find(f"{written.schema}.{written.name}" if written.schema else written.name)
        for column in outputs(earlier):
            if table is None or (column,) not in set(table.keys()):
                continue
            wanted = f"{table.schema}.{table.name}.{column}"
            for name, guess in guessed.items():
                if guess.source == "uniform" and guess.arguments == (wanted,):
                    found[name] = Parameter(name, "returned", (str(number), column))
    return found
