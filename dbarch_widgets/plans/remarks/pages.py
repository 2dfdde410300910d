"""Visits of the table that an index-only scan or a bitmap could have saved."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.plan import PlanNode
from dbarch_widgets.model.plan_reading import Remark
from dbarch_widgets.plans.columns import wanted_columns
from dbarch_widgets.plans.families import name_of, plain_operator, short
from dbarch_widgets.plans.figures import counted, sentence_start, share
from dbarch_widgets.plans.scene import Scene

_FETCHES = 100
_WALKED = 200
_PAGES_PER_ROW = 10
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


def index_walks(scene: Scene) -> Iterator[Remark]:
    """Index scans that went through far more pages than their rows can lie on: the condition is no beginning of the index."""
    for each in scene.executed():
        node, looked = each.node, each.node.scanned
        if (
            looked is None
            or node.index is None
            or node.pages is None
            or plain_operator(node.operator) == "Bitmap Heap Scan"
        ):
            continue
        pages, loops = node.pages.touched, node.loops or 1
        if pages < _WALKED or pages < _PAGES_PER_ROW * (looked + 4 * loops):
            continue
        condition = node.condition("Index Cond")
        how = (
            f"its condition {short(condition)} does not begin with the first column"
            if condition
            else "it has no condition"
        )
        again = f" in {counted(loops, 'loop')}" if loops > 1 else ""
        yield Remark(
            "index walk",
            f"{sentence_start(name_of(node))} used {counted(pages, 'page')} for {counted(looked, 'row')}{again}: it walks "
            f"through the index, as {how}, or passes over entries of rows that are gone.",
            place=each.place,
            advice=_in_front(node) if scene.plan.engine == "postgres" else "",
            table=node.table,
            columns=_columns(node),
            weight=scene.whole_shares[each.place],
        )


def _columns(node: PlanNode) -> tuple[str, ...]:
    return wanted_columns(node.condition("Index Cond") or "").columns


def _in_front(node: PlanNode) -> str:
    columns = ", ".join(_columns(node))
    return f"An index on {node.table} that begins with {columns} is a candidate." if columns else ""


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
