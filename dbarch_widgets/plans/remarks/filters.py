"""Filters that throw away most of what a scan looked at."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from dbarch_widgets.model.plan import PlanNode
from dbarch_widgets.model.plan_reading import Remark
from dbarch_widgets.plans.columns import Wanted, wanted_columns
from dbarch_widgets.plans.families import family, name_of, reads_whole_table, short
from dbarch_widgets.plans.figures import counted, joined, sentence_start, share
from dbarch_widgets.plans.scene import Placed, Scene

LOOKED_AT = 1000
THROWN_AWAY = 0.9
_WHOLE_SHARE = 0.3
_CALL = re.compile(r"\w+\(.*\)")


def filters(scene: Scene) -> Iterator[Remark]:
    """Scans that looked at many rows and kept few; partitions with the same filter together."""
    groups: dict[object, list[Placed]] = defaultdict(list)
    for each in scene.executed():
        if dict(each.node.removed).get("Filter", 0):
            groups[_group(each)].append(each)
    for found in groups.values():
        looked = sum(each.node.scanned or 0 for each in found)
        kept = sum(each.node.rows or 0 for each in found)
        removed = sum(dict(each.node.removed)["Filter"] for each in found)
        if looked < LOOKED_AT or removed < THROWN_AWAY * looked:
            continue
        node = max(found, key=lambda each: scene.whole_shares[each.place]).node
        condition = node.condition("Filter") or ""
        advice, columns = _advice(scene, node, condition)
        sentence = (
            f"{_subject(found)} looked at {counted(looked, 'row')} and kept {kept:,}: "
            f"{'its' if len(found) == 1 else 'their'} filter {short(condition)} threw away {removed:,} "
            f"({share(removed, looked)}).{_per_loop(found)}"
        )
        weight = sum(scene.whole_shares[each.place] for each in found)
        yield Remark("filter", sentence, found[0].place, True, advice, node.table, columns, min(weight, 1.0))


def _group(each: Placed) -> object:
    """Members of an Append with the same filter belong together, whatever their tables are called."""
    if each.parent is None or family(each.parent) != "append":
        return each.place
    names = {name for name in (each.node.alias, (each.node.table or "").rpartition(".")[2]) if name}
    condition = each.node.condition("Filter") or ""
    for name in names:
        condition = condition.replace(f"{name}.", "")
    return (id(each.parent), each.node.operator, condition)


def _subject(found: list[Placed]) -> str:
    first = found[0].node
    if len(found) == 1:
        return sentence_start(name_of(first))
    tables = [each.node.table or "?" for each in found]
    named = joined(tables if len(tables) <= 3 else [*tables[:2], f"{len(tables) - 2} more"])
    return f"The {len(found)} scans of {named}"


def whole_tables(scene: Scene) -> Iterator[Remark]:
    """In a plan that was not executed: tables read to the end for a filter, at a large part of the cost."""
    if scene.plan.analysed or scene.plan.engine in ("sqlite", "d1"):
        return
    groups: dict[object, list[Placed]] = defaultdict(list)
    for each in scene.placed:
        if reads_whole_table(each.node) and each.node.condition("Filter"):
            groups[_group(each)].append(each)
    for found in groups.values():
        weight = min(sum(scene.whole_shares[each.place] for each in found), 1.0)
        if weight < _WHOLE_SHARE:
            continue
        node = found[0].node
        condition = node.condition("Filter") or ""
        expected = sum(each.node.estimated or 0.0 for each in found)
        advice, columns = _advice(scene, node, condition)
        sentence = (
            f"{_subject(found)} would read the whole table; {counted(expected, 'row')} "
            f"{'is' if round(expected) == 1 else 'are'} expected to pass the filter {short(condition)}."
        )
        yield Remark("filter", sentence, found[0].place, False, advice, node.table, columns, weight)


def _per_loop(found: list[Placed]) -> str:
    loops = max(each.node.loops or 1 for each in found)
    return f" That is the sum of {counted(loops, 'loop')}." if loops > 1 else ""


def _advice(scene: Scene, node: PlanNode, condition: str) -> tuple[str, tuple[str, ...]]:
    if scene.plan.engine == "duckdb":
        return (
            "DuckDB skips row groups by their least and greatest value: rows stored in the order of this column would let it.",
            (),
        )
    if scene.plan.engine != "postgres":
        return "", ()
    wanted = wanted_columns(condition)
    if columns := wanted.columns:
        listed = ", ".join(columns)
        if node.index:
            already = node.condition("Index Cond") or ""
            return (
                f"An index that holds {listed} beside the columns of {node.index} ({short(already, 60) or 'no condition'}) "
                "is a candidate: the filter would be part of the search.",
                columns,
            )
        return f"An index on {node.table} ({listed}) is a candidate.", columns
    return _other_advice(wanted, node), ()


def _other_advice(wanted: Wanted, node: PlanNode) -> str:
    if wanted.casts:
        return (
            f"The column is converted ({wanted.casts[0]}), so that no plain index on it serves: "
            "compare it with a value of its own type."
        )
    if wanted.expressions:
        expression = wanted.expressions[0]
        written = expression if _CALL.fullmatch(expression) else f"({expression})"
        return f"A plain index does not serve an expression: an index on {node.table} ({written}) is a candidate."
    if wanted.patterns:
        return f"Unless the pattern begins with fixed letters, no B-tree serves it: a trigram index on {wanted.patterns[0]} may."
    return ""
