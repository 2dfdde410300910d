"""Asks the planner of a miniature about statements, and says how large everything is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dbarch_widgets.errors import EngineError, InputError
from dbarch_widgets.miniature.explaining import Statement
from dbarch_widgets.miniature.inflating import Grown
from dbarch_widgets.miniature.miniature import Miniature
from dbarch_widgets.miniature.relations import PAGE
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.model.plans_at_size import IndexAtSize, PlanAtSize, TableAtSize

_CHANGES = ("Update", "Delete", "Insert", "Merge", "ModifyTable", "LockRows")

NOT_MODELLED = (
    "nothing was executed: a cost is the planner's opinion, not time",
    "distinct values are what ANALYZE would estimate from its 30,000 rows: of a skewed column of a very large table far too few, until ALTER TABLE … ALTER COLUMN … SET (n_distinct = …) says better",
    "statistics are those of a freshly loaded, vacuumed and analysed database: no bloat, no dead rows, no stale ANALYZE",
    "index entries lie as CREATE INDEX packs them; indexes that grew by inserts are up to half larger",
    "values follow the profile: a skew or a correlation that it does not know is not in the plans",
    "extended statistics (CREATE STATISTICS) are those of the sample",
)


def plan_all(
    miniature: Miniature, statements: Sequence[Statement], settings: Mapping[str, str] | None = None
) -> tuple[PlanAtSize, ...]:
    """The plan of each statement, or why there is none.

    Raises:
        InputError: a setting is none of the planner's.
        EngineError: the server is gone.
    """
    explainer = miniature.explainer(settings)
    found = []
    try:
        for statement in statements:
            values = tuple((name, str(value)) for name, value in sorted(statement.values.items()))
            try:
                plan = explainer.plan(statement)
            except (EngineError, InputError) as error:
                if not miniature.cluster.server.running:
                    raise
                found.append(PlanAtSize(statement.name, values, error=error.what))
                continue
            found.append(PlanAtSize(statement.name, values, plan, _rows(plan), plan.root.cost))
    finally:
        explainer.close()
    return tuple(found)


def _rows(plan: Plan) -> float | None:
    node = plan.root
    while node.operator in _CHANGES and node.children:
        node = node.children[0]
    return node.estimated


def tables_at_size(miniature: Miniature) -> tuple[TableAtSize, ...]:
    """Every table that has rows, largest first; a partitioned table is the sum of its partitions."""
    found = []
    for name, sampled in miniature.sampled.items():
        parts = [grown for grown in miniature.sizes.values() if grown.relation.root == name]
        heaps = [grown for grown in parts if grown.relation.kind in ("r", "m")]
        indexes = tuple(index_at_size(grown) for grown in parts if grown.relation.kind == "i")
        toast = sum(round(grown.relation.toast_pages * sampled.factor) for grown in heaps)
        found.append(
            TableAtSize(
                str(name),
                sampled.rows,
                sampled.here,
                sum(grown.pages for grown in heaps) * PAGE,
                toast * PAGE,
                indexes,
            )
        )
    return tuple(sorted(found, key=lambda table: (-table.rows, table.name)))


def index_at_size(grown: Grown) -> IndexAtSize:
    """One index, of a partition where its table has partitions."""
    relation = grown.relation
    levels = grown.level if relation.method == "btree" else None
    return IndexAtSize(str(relation.name), str(relation.table), relation.method, grown.pages * PAGE, levels)
