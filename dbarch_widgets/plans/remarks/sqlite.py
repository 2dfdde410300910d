"""Plans of SQLite and D1 have steps and no figures: what the kind of a step means."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.plan_reading import Remark
from dbarch_widgets.plans.families import reads_whole_table
from dbarch_widgets.plans.scene import Placed, Scene


def sqlite_steps(scene: Scene) -> Iterator[Remark]:
    """Full scans, indexes made for one execution, sorts."""
    if scene.plan.engine not in ("sqlite", "d1"):
        return
    materialised = {each.node.operator.partition(" ")[2] for each in scene.placed if _makes_rows(each)}
    for each in scene.placed:
        node = each.node
        if reads_whole_table(node) and node.table not in materialised and not node.table.startswith("("):  # type: ignore[union-attr]
            yield _remark("full scan", each, f"Every row of {node.table} is read{_inside(each, scene)}.", "")
        elif node.fact("Automatic"):
            columns = tuple(part.split("=")[0].strip() for part in (node.condition("Index Cond") or "").split(" AND "))
            yield _remark(
                "automatic index",
                each,
                f"SQLite builds an index on {node.table} ({', '.join(columns)}) for this one execution, and drops it.",
                f"A lasting index on {node.table} ({', '.join(columns)}) is a candidate.",
                columns,
            )
        elif node.operator.startswith("USE TEMP B-TREE FOR"):
            what = node.operator.removeprefix("USE TEMP B-TREE FOR ")
            yield _remark(
                "temporary tree",
                each,
                f"All rows go through a temporary tree for {what}.",
                "An index that gives them in this order would save it." if "ORDER BY" in what else "",
            )


def _makes_rows(each: Placed) -> bool:
    return each.node.operator.startswith(("MATERIALIZE ", "CO-ROUTINE "))


def _inside(each: Placed, scene: Scene) -> str:
    """A scan below a subquery that depends on the outer row runs again and again; so does one behind another scan."""
    if any(above.operator.startswith("CORRELATED") for above in each.above):
        return ", again for each row of the outer query"
    before = [
        other for other in scene.placed if other.parent is each.parent and other.place < each.place and other.node.table
    ]
    return f", again for each row of {before[-1].node.table}" if before else ""


def _remark(kind: str, each: Placed, sentence: str, advice: str, columns: tuple[str, ...] = ()) -> Remark:
    return Remark(kind, sentence, each.place, False, advice, each.node.table, columns)
