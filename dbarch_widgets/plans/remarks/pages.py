"""Visits of the table that an index-only scan or a bitmap could have saved."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.plan_reading import Remark
from dbarch_widgets.plans.families import name_of
from dbarch_widgets.plans.figures import counted, sentence_start, share
from dbarch_widgets.plans.scene import Scene

_FETCHES = 100
_SHARE_OF_ROWS = 0.1


def heap_fetches(scene: Scene) -> Iterator[Remark]:
    """Index-only scans that had to look into the table all the same."""
    for each in scene.executed():
        node = each.node
        fetches = node.number("Heap Fetches") or 0
        looked = max(node.scanned or 0, 1)
        if fetches < _FETCHES or fetches < _SHARE_OF_ROWS * looked:
            continue
        yield Remark(
            "heap fetches",
            f"{sentence_start(name_of(node))} visited the table for {fetches:,.0f} of {counted(looked, 'row')}: "
            "the visibility map does not vouch for their pages.",
            place=each.place,
            advice=f"VACUUM {node.table} marks pages whose rows all can see; after many writes it wants it more often.",
            table=node.table,
            weight=scene.shares.share(each.place),
        )


def lossy_bitmaps(scene: Scene) -> Iterator[Remark]:
    """Bitmaps that remembered pages instead of rows."""
    for each in scene.executed():
        node = each.node
        lossy, exact = node.number("Lossy Heap Blocks") or 0, node.number("Exact Heap Blocks") or 0
        if not lossy:
            continue
        removed = dict(node.removed).get("Index Recheck", 0)
        again = f", and the recheck threw away {counted(removed, 'row')}" if removed else ""
        yield Remark(
            "lossy bitmap",
            f"{sentence_start(name_of(node))} remembered {lossy:,.0f} of {lossy + exact:,.0f} pages as a whole "
            f"({share(lossy, lossy + exact)}), for want of memory{again}.",
            place=each.place,
            advice="A larger work_mem keeps the bitmap exact.",
            table=node.table,
            weight=scene.shares.share(each.place),
        )
