"""Sorts, hashes and aggregates that did not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.plan import PlanNode
from dbarch_widgets.model.plan_reading import Remark
from dbarch_widgets.plans.families import name_of
from dbarch_widgets.plans.figures import counted, kilobytes, sentence_start
from dbarch_widgets.plans.scene import Placed, Scene

_ROW_OVERHEAD = 56  # header, allocation and sort entry of a row in PostgreSQL's sort memory


def sorts(scene: Scene) -> Iterator[Remark]:
    """Sorts on disk."""
    for each in scene.executed():
        node = each.node
        disk = node.number("Sort Space Used") if node.fact("Sort Space Type") == "Disk" else None
        if disk is None:
            continue
        processes = node.loops or 1
        rows = (node.rows or 0) / processes
        need = rows * (-(-(node.width or 0) // 8) * 8 + _ROW_OVERHEAD) / 1024
        yield Remark(
            "spill",
            f"{sentence_start(name_of(node))} of {counted(node.rows or 0, 'row')} did not fit into work_mem and used "
            f"{kilobytes(disk)} of disk ({node.fact('Sort Method')}).",
            place=each.place,
            advice=f"In memory it would take about {kilobytes(max(need, disk))} of work_mem (estimated from rows and width)"
            f"{_in_order(node)}.",
            weight=scene.shares.share(each.place),
        )


def _in_order(node: PlanNode) -> str:
    below = node.children[0] if node.children else None
    if below is None or below.table is None:
        return ""
    return f"; an index on {below.table} in the order of {node.condition('Sort Key')} would save the sort"


def hashes(scene: Scene) -> Iterator[Remark]:
    """Hash tables of joins in several batches."""
    for each in scene.executed():
        batches, memory = each.node.number("Hash Batches"), each.node.number("Peak Memory Usage")
        if batches is None or batches <= 1:
            continue
        need = f"In memory it would take about {kilobytes(memory * batches)}" if memory else "More memory"
        yield Remark(
            "spill",
            f"The hash table of {counted(each.node.rows or 0, 'row')} under {_user(each)} was split into {batches:,.0f} batches; "
            f"all but one wait on disk{_temp(each.node)}.",
            place=each.place,
            advice=f"{need} (estimated; its limit is work_mem × hash_mem_multiplier).",
            weight=scene.shares.share(each.place),
        )


def _user(each: Placed) -> str:
    return name_of(each.parent) if each.parent else "this plan"


def _temp(node: PlanNode) -> str:
    written = node.pages.temp_written if node.pages else 0
    return f" ({counted(written, 'page')} written)" if written else ""


def aggregates(scene: Scene) -> Iterator[Remark]:
    """Hash aggregates on disk."""
    for each in scene.executed():
        disk, batches = each.node.number("Disk Usage"), each.node.number("HashAgg Batches")
        if not disk:
            continue
        yield Remark(
            "spill",
            f"{sentence_start(name_of(each.node))} did not fit into memory: {kilobytes(disk)} of disk "
            f"in {counted(batches or 1, 'batch', 'batches')}.",
            place=each.place,
            advice="Its limit is work_mem × hash_mem_multiplier; the disk used is a lower bound of what more it needs.",
            weight=scene.shares.share(each.place),
        )
