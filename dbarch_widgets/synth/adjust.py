"""The last layers of a table's SELECT: nulls, and the relations between columns that the checks ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import Table
from dbarch_widgets.synth.dialects import Words
from dbarch_widgets.synth.hashing import P
from dbarch_widgets.synth.layout import TableLayout
from dbarch_widgets.synth.limits import Choose, Ordered, Rules
from dbarch_widgets.synth.plan import Plan


@dataclass(frozen=True)
class Row:
    """A column's value and the condition under which it is null, both over the row number and bindings."""

    value: str
    null_when: str | None = None


def adjusted(
    plan: Plan,
    words: Words,
    table: Table,
    layout: TableLayout,
    selected: str,
    inner: str,
    flags: Mapping[str, str],
    share: str,
    number: str,
    columns: Sequence[str],
) -> tuple[str, tuple[str, ...]]:
    """The whole SELECT, and what could not be brought about.

    The innermost layer gives every column a value; then relations between columns are set right, then nulls are put in,
    so that a condition such as `status = 'closed'` sees the final status.
    """
    rules = plan.rules[table.qname]
    layers = _Layers(plan, words, table, layout, columns)
    helpers = {layers.flag(column): condition for column, condition in flags.items()}
    helpers |= {layers.share: share} if rules.choose else {}
    helpers |= {layers.number: number} if layout.guards else {}
    layers.helpers = tuple(helpers)
    extra = (f"{expression} AS {name}" for name, expression in helpers.items())
    query = f"SELECT {', '.join([selected, *extra])}\nFROM ({inner}) AS made"
    for rule in rules.ordered:
        query = layers.order(query, rule)
    query = layers.nulls(query, flags, rules)
    domains = plan.domains[table.qname]
    picked = ", ".join(
        f"{words.typed(words.quote(name), domains[name].column, domains[name].kind)} AS {words.quote(name)}"
        for name in columns
    )
    return f"SELECT {picked}\nFROM ({query}) AS filled", tuple(layers.notes)


class _Layers:
    """Wraps a query in further layers. Columns in keys are never changed."""

    def __init__(self, plan: Plan, words: Words, table: Table, layout: TableLayout, columns: Sequence[str]) -> None:
        self.plan = plan
        self.words = words
        self.table = table
        self.layout = layout
        self.columns = columns
        self.notes: list[str] = []
        self.share, self.number = words.quote("dbarch share"), words.quote("dbarch number")
        self.helpers: tuple[str, ...] = ()
        in_key = table.primary_key.columns if table.primary_key else ()
        self.fixed = {*in_key, *layout.unique, *layout.sources, *layout.digits, *layout.referenced}
        self.fixed |= {name for name in table.column_names if name in (table.partition_key or "")}

    def flag(self, column: str) -> str:
        return self.words.quote(f"dbarch null {self.columns.index(column)}")

    def expression(self, text: str) -> str | None:
        try:
            return self.words.expression(text)
        except InputError as error:
            self.notes.append(f"{text}: {error.what}")
            return None

    # ------------------------------------------------------------ relations between columns

    def order(self, query: str, rule: Ordered) -> str:
        """A layer that makes `a <= b` and the like true where it is not."""
        expression = self.expression(rule.expression)
        if expression is None or rule.column not in self.columns:
            return query
        single = rule.uses[0] if len(rule.uses) == 1 and rule.expression.strip('"') == rule.uses[0] else None
        if rule.column not in self.fixed:
            changed = self._moved(rule.column, rule.operator, expression)
            target = rule.column
        elif single is not None and single not in self.fixed:
            flipped = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}[rule.operator]
            changed = self._moved(single, flipped, self.words.quote(rule.column))
            target = single
        else:
            return query
        return self._replaced(query, {target: changed})

    def _moved(self, column: str, operator: str, bound: str) -> str:
        own = self.words.quote(column)
        kind = self.plan.domains[self.table.qname][column].kind
        cast = self.words.cast(bound, kind.family)
        if operator == "=":
            return f"({bound})"
        step = self._step(column)
        if operator in (">", ">="):
            edge = f"({cast} + {step})" if operator == ">" and step else cast
            return f"CASE WHEN {own} {operator} {bound} THEN {own} ELSE {edge} END"
        if operator in ("<", "<="):
            edge = f"({cast} - {step})" if operator == "<" and step else cast
            return f"CASE WHEN {own} {operator} {bound} THEN {own} ELSE {edge} END"
        if kind.family == "text":
            return f"CASE WHEN {own} <> {bound} THEN {own} ELSE {own} || '2' END"
        return f"CASE WHEN {own} <> {bound} THEN {own} ELSE {own} + {step} END" if step else own

    def _step(self, column: str) -> str | None:
        kind = self.plan.domains[self.table.qname][column].kind
        if kind.family == "decimal" and kind.scale and kind.precision is not None:
            return f"CAST('0.{'0' * (min(kind.scale, 6) - 1)}1' AS DECIMAL(12, {min(kind.scale, 6)}))"
        steps = {"integer": "1", "decimal": "1", "real": "1", "date": "1"}
        steps |= {"timestamp": "INTERVAL '1 hour'", "timestamptz": "INTERVAL '1 hour'", "time": "INTERVAL '1 minute'"}
        return steps.get(kind.family)

    # ------------------------------------------------------------ nulls

    def nulls(self, query: str, flags: Mapping[str, str], rules: Rules) -> str:
        """A layer that puts nulls in: columns without a condition first, as the conditions may look at them."""
        gated = {gate.column for gate in rules.gates} | {guard.column for guard in self.layout.guards}
        chosen = {column for choose in rules.choose for column in choose.columns}
        plain = {
            column: f"CASE WHEN {self.flag(column)} THEN NULL ELSE {self.words.quote(column)} END"
            for column in flags
            if column not in gated | chosen
        }
        query = self._replaced(query, plain)
        for choose in rules.choose:
            query = self._replaced(query, self._chosen(choose, gated))
        for column in dict.fromkeys(
            [*(gate.column for gate in rules.gates), *(guard.column for guard in self.layout.guards)]
        ):
            changed = self._gated(column, flags, rules)
            if changed is not None:
                query = self._replaced(query, {column: changed})
        return query

    def _gated(self, column: str, flags: Mapping[str, str], rules: Rules) -> str | None:
        if column not in self.columns:
            return None
        branches = [
            f"WHEN {self.number} > 0 THEN {self.words.quote(column) if guard.nulls else 'NULL'}"
            for guard in self.layout.guards
            if guard.column == column and guard.nulls is not None
        ]
        for gate in rules.gates:
            when = self.expression(gate.when) if gate.column == column else None
            if when is not None:
                branches.append(f"WHEN {when} THEN {self.words.quote(column) if gate.filled else 'NULL'}")
        if column in flags:
            branches.append(f"WHEN {self.flag(column)} THEN NULL")
        return f"CASE {' '.join(branches)} ELSE {self.words.quote(column)} END" if branches else None

    def _chosen(self, choose: Choose, gated: set[str]) -> dict[str, str]:
        """Fill as many of the columns as the check asks for, another choice in every row."""
        columns = [column for column in choose.columns if column in self.columns and column not in gated]
        if not columns or min(choose.low, choose.high) >= len(columns):
            return {}
        count = max(choose.low, 1) if choose.high >= 1 else 0
        size = len(columns)
        changed = {}
        for at, column in enumerate(columns):
            place = f"(({self.words.divide(f'{self.share} * {size}', P)} + {at}) % {size})"
            changed[column] = f"CASE WHEN {place} < {count} THEN {self.words.quote(column)} ELSE NULL END"
        return changed

    def _replaced(self, query: str, changes: Mapping[str, str]) -> str:
        if not changes:
            return query
        written = [
            f"{changes[name]} AS {self.words.quote(name)}" if name in changes else self.words.quote(name)
            for name in self.columns
        ]
        return f"SELECT {', '.join([*written, *self.helpers])}\nFROM ({query}{self.words.fence}) AS layer"
