"""A query plan as a tree, in one form for every engine.

PostgreSQL tells averages per loop; here every count and every time of a node is a total over its loops. None means that
the engine does not say, or that the statement was not executed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.model.display import Shown

Pair = tuple[str, str]


@dataclass(frozen=True)
class Pages:
    """Pages of 8 KiB that a node and all below it used (PostgreSQL's buffers), totals over the loops."""

    hit: int = 0
    read: int = 0
    dirtied: int = 0
    written: int = 0
    local: int = 0  # hit and read of temporary tables
    temp_read: int = 0
    temp_written: int = 0

    @property
    def touched(self) -> int:
        """Pages hit or read, of tables of any kind and of temporary files."""
        return self.hit + self.read + self.local + self.temp_read


@dataclass(frozen=True)
class PlanNode:
    """One operator, named in the words that its engine prints in a text plan.

    `rows` it gave, `scanned` rows it looked at (scans only), `estimated` rows as the planner thought: totals over the
    loops. `seconds` is the operator's own elapsed time: that of its children is taken off, and time in which several
    workers ran beside each other counts once. `total_seconds` is with its children.

    `cost` and `startup_cost` are of one loop, in the planner's unit, with the children. `conditions` are the expressions
    the operator applies ("Index Cond", "Filter", "Hash Cond", "Sort Key" …), `facts` what else it told ("Sort Method",
    "Heap Fetches" …), both under PostgreSQL's names and in its order. `subplan` is set on the head of a part that
    another expression uses: "InitPlan 1", "SubPlan 2", "CTE recent".
    """

    operator: str
    table: str | None = None
    index: str | None = None
    rows: int | None = None
    scanned: int | None = None
    estimated: float | None = None
    seconds: float | None = None
    detail: str = ""
    children: tuple[PlanNode, ...] = ()
    alias: str | None = None
    subplan: str | None = None
    startup_cost: float | None = None
    cost: float | None = None
    width: int | None = None
    loops: int | None = None
    total_seconds: float | None = None
    pages: Pages | None = None
    wal_bytes: int | None = None
    workers_planned: int | None = None
    workers_launched: int | None = None
    removed: tuple[tuple[str, int], ...] = ()  # rows that "Filter", "Join Filter", "Index Recheck" threw away
    conditions: tuple[Pair, ...] = ()
    facts: tuple[Pair, ...] = ()

    def walk(self) -> Iterator[PlanNode]:
        """This node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def never_executed(self) -> bool:
        """Whether the executor did not need this node at all."""
        return self.loops == 0

    @property
    def rows_removed(self) -> int:
        """Rows that its conditions threw away."""
        return sum(number for _, number in self.removed)

    @property
    def misestimate(self) -> float | None:
        """Rows of a loop for rows estimated, each at least one: 10 is ten times more than thought, 0.1 ten times fewer."""
        if self.rows is None or self.estimated is None or self.never_executed:
            return None
        loops = self.loops or 1
        return max(self.rows / loops, 1.0) / max(self.estimated / loops, 1.0)

    def condition(self, name: str) -> str | None:
        """The expression of that name."""
        return dict(self.conditions).get(name)

    def fact(self, name: str) -> str | None:
        """What the engine told under that name."""
        return dict(self.facts).get(name)

    def number(self, name: str) -> float | None:
        """A fact that is a number."""
        told = self.fact(name)
        try:
            return None if told is None else float(told)
        except ValueError:
            return None


@dataclass(frozen=True)
class Trigger:
    """A trigger that the statement fired; `constraint` is set for one that keeps a foreign key."""

    name: str
    relation: str | None
    calls: int
    seconds: float | None = None
    constraint: str | None = None


@dataclass(frozen=True)
class Plan(Shown):
    """The plan of one statement; `analysed` when it was executed, so that rows are counts and not estimates.

    `jit` and `settings` are what PostgreSQL told of them; `jit_seconds` is the time of just-in-time compilation.
    """

    engine: str
    engine_version: str
    root: PlanNode
    analysed: bool = False
    planning_seconds: float | None = None
    execution_seconds: float | None = None
    settings: tuple[Pair, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    jit: tuple[Pair, ...] = ()
    jit_seconds: float | None = None
    query: str = ""

    @property
    def rows_scanned(self) -> int:
        """Rows that the scans looked at, summed."""
        return sum(node.scanned or 0 for node in self.root.walk())

    @property
    def timed(self) -> bool:
        """Whether the nodes have times."""
        return any(node.seconds is not None for node in self.root.walk())

    @property
    def total_seconds(self) -> float | None:
        """Time of all nodes together."""
        if not self.timed:
            return None
        return sum(node.seconds or 0.0 for node in self.root.walk())
