"""Circle of required references.

Symptom: Tables refer to each other in a circle, every column of the circle is NOT NULL, and no foreign key in it is
deferrable.

Why it matters: No row can be inserted into any of the tables first: each needs one in the next. The tables stay empty, or
somebody turns the checks off to fill them.

When it is fine: Never. A circle with one nullable or one deferrable reference is fine and is not reported.

How to fix: Make one of the foreign keys DEFERRABLE INITIALLY DEFERRED, so that it is checked at commit, or let its column
be null until the other row is there.

Source: PostgreSQL documentation, CREATE TABLE; PostgreSQL documentation, SET CONSTRAINTS; SchemaCrawler linter
TableCycles.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import ForeignKey, QName, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident

_Edges = dict[QName, list[tuple[Table, ForeignKey]]]


def check(context: Context) -> Iterator[Finding]:
    """One finding for each circle, at one of its foreign keys, which does not depend on their order."""
    edges: _Edges = {}
    for table in context.tables:
        hard = [(table, key) for key in table.foreign_keys if _is_hard(table, key)]
        if hard:
            edges[table.qname] = hard
    for group in _circles(edges):
        members = set(group)
        table, key = min(
            ((table, key) for name in group for table, key in edges[name] if key.target in members),
            key=lambda edge: (edge[0].qname, edge[1].name),
        )
        circle = " → ".join(str(name) for name in [*group, group[0]])
        alter = f"ALTER TABLE {dotted(table.qname)} ALTER CONSTRAINT {ident(key.name)}"
        yield RULE.finding(
            f"No first row can be inserted: {circle} require each other, and none of the references can wait",
            table=table,
            columns=key.columns,
            object=key.name,
            line=key.line,
            fix=Fix(f"{alter} DEFERRABLE INITIALLY DEFERRED;", note="Both rows are then inserted in one transaction."),
        )


def _is_hard(table: Table, key: ForeignKey) -> bool:
    if key.deferrable or not key.enforced or key.target == table.qname:
        return False
    return all(table.has_column(name) and not column_of(table, name).nullable for name in key.columns)


def _circles(edges: _Edges) -> Iterator[list[QName]]:
    """The groups of tables that can all reach each other (Tarjan's algorithm, without recursion)."""
    number: dict[QName, int] = {}
    low: dict[QName, int] = {}
    stack: list[QName] = []
    for start in edges:
        if start in number:
            continue
        number[start] = low[start] = len(number)
        stack.append(start)
        work = [(start, iter(edges[start]))]
        while work:
            node, rest = work[-1]
            step = next(rest, None)
            if step is not None:
                target = step[1].target
                if target not in edges:
                    continue
                if target not in number:
                    number[target] = low[target] = len(number)
                    stack.append(target)
                    work.append((target, iter(edges[target])))
                elif target in stack:
                    low[node] = min(low[node], number[target])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == number[node]:
                group = stack[stack.index(node) :]
                del stack[stack.index(node) :]
                if len(group) > 1:
                    yield group


RULE = Rule(
    name="circular-required-reference",
    area="relations",
    severity="high",
    confidence="certain",
    summary="Tables require each other in a circle, so that no first row can be inserted",
    check=check,
)
