"""The difference of two plans in sentences, what matters most first."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.plan import Plan, PlanNode
from dbarch_widgets.model.plan_diff import NodeChange, PlanDiff
from dbarch_widgets.plans.families import bare_name, family, index_of, name_of, plain_operator
from dbarch_widgets.plans.figures import counted, duration, factor, joined, sentence_start

_NOISE = 1.2  # one execution each: a smaller ratio of times says nothing
_MOST = 12


def summary(diff: PlanDiff) -> tuple[str, ...]:
    """The sentences; the last ones tell how many smaller differences are left to the table."""
    sentences = [*_whole(diff), *_scans(diff), *_steps(diff), *_gone_and_new(diff), *_estimates(diff)]
    if not diff.changes:
        return ("The two plans are the same in every figure.",)
    if diff.same_shape:
        sentences.insert(0, "The two plans have the same shape: operators, relations, indexes and order.")
    if len(sentences) > _MOST:
        left = len(sentences) - _MOST
        sentences = [*sentences[:_MOST], f"{counted(left, 'more difference')}: see the table."]
    return tuple(sentences)


def _whole(diff: PlanDiff) -> Iterator[str]:
    before, after = diff.before, diff.after
    if before.engine != after.engine:
        yield f"The first plan is of {before.engine}, the second of {after.engine}: times and costs do not compare."
    elif (before.engine_version and after.engine_version) and before.engine_version != after.engine_version:
        yield f"The first plan is of {before.engine} {before.engine_version}, the second of {after.engine_version}."
    if before.analysed != after.analysed:
        which = "first" if before.analysed else "second"
        yield f"Only the {which} plan was executed: of the other there are estimates alone."
    yield from _answers(before.root, after.root)
    if before.engine == after.engine:
        yield from _totals(before, after)


def _answers(before: PlanNode, after: PlanNode) -> Iterator[str]:
    if family(before) != "write" and None not in (before.rows, after.rows) and before.rows != after.rows:
        yield (
            f"The answers have {counted(before.rows or 0, 'row')} and {counted(after.rows or 0, 'row')}: "
            "the statements, their values or the data are not the same."
        )


def _totals(before: Plan, after: Plan) -> Iterator[str]:
    if before.analysed and after.analysed:
        if before.rows_scanned != after.rows_scanned:
            yield f"Rows that the scans looked at: {before.rows_scanned:,} → {after.rows_scanned:,}."
        pages = [None if plan.root.pages is None else plan.root.pages.touched for plan in (before, after)]
        if None not in pages and pages[0] != pages[1]:
            yield f"Pages used: {pages[0]:,} → {pages[1]:,}."
        first, second = _taken(before), _taken(after)
        if first and second and max(first / second, second / first) >= _NOISE:
            yield (
                f"Time of one execution each: {duration(first)} → {duration(second)}, "
                f"{_times(first, second)}; one execution is no measurement."
            )
    elif not before.analysed and not after.analysed:
        first, second = before.root.cost, after.root.cost
        if first and second and first != second:
            yield f"Estimated cost: {first:,.2f} → {second:,.2f}, {_times(first, second)}."


def _taken(plan: Plan) -> float | None:
    return plan.execution_seconds or plan.total_seconds


def _times(first: float, second: float) -> str:
    return f"{factor(first / second)} times less" if first >= second else f"{factor(second / first)} times more"


def _pairs(diff: PlanDiff) -> Iterator[tuple[NodeChange, PlanNode, PlanNode]]:
    before, after = diff.nodes_before, diff.nodes_after
    for change in diff.changes:
        if change.before is not None and change.after is not None:
            yield change, before[change.before], after[change.after]


def _scans(diff: PlanDiff) -> Iterator[str]:
    """Scans that are done in another way, those that save or lose most rows first."""
    found = []
    for change, old, new in _pairs(diff):
        if family(old) != "scan":
            continue
        saved = abs((old.scanned or 0) - (new.scanned or 0))
        looked = _looked_at(old, new)
        if plain_operator(old.operator) != plain_operator(new.operator) or index_of(old) != index_of(new):
            found.append((-saved, f"{sentence_start(name_of(old))} became {_article(_how(old, new))}{looked}."))
        elif change.figure("rows looked at") and looked:
            found.append((-saved, f"{sentence_start(name_of(old))} is done as before{looked}."))
    yield from (sentence for _, sentence in sorted(found, key=lambda each: each[0]))


def _how(old: PlanNode, new: PlanNode) -> str:
    """The new scan, its table left out where it goes without saying."""
    called = f"{old.table} {old.alias}" if old.alias else str(old.table)
    mine = f"{new.table} {new.alias}" if new.alias else str(new.table)
    return bare_name(new).replace(f" of {mine}", "", 1) if called == mine else bare_name(new)


def _article(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _looked_at(old: PlanNode, new: PlanNode) -> str:
    if old.scanned is None or new.scanned is None or old.scanned == new.scanned:
        return ""
    return f"; rows looked at {old.scanned:,} → {new.scanned:,}"


def _steps(diff: PlanDiff) -> Iterator[str]:
    """Other steps: another operator, swapped inputs, another place, spilling."""
    for change, old, new in _pairs(diff):
        if family(old) != "scan" and (change.figure("operator")):
            over = _over(old)
            yield f"{sentence_start(name_of(old))}{over} became {_article(bare_name(new))}."
        if change.figure("order of its inputs"):
            yield f"The inputs of {name_of(new)}{_over(new)} changed places."
        if moved := change.figure("hangs below"):
            yield f"{sentence_start(name_of(new))} now feeds a {str(moved.after).lower()} instead of a {str(moved.before).lower()}."
        spilled = change.figure("temporary pages")
        if change.before == change.after == 0 and spilled and spilled.before is not None and spilled.after is not None:
            yield f"Temporary pages written: {spilled.before:,} → {spilled.after:,}."


def _over(node: PlanNode) -> str:
    """` of orders and account`, for a join or an aggregate."""
    tables = list(dict.fromkeys(each.table for each in node.walk() if each.table))
    return f" of {joined(tables)}" if 0 < len(tables) <= 3 else ""


def _gone_and_new(diff: PlanDiff) -> Iterator[str]:
    before, after = diff.nodes_before, diff.nodes_after
    gone = [before[each.before] for each in diff.changes if each.kind == "removed" and each.before is not None]
    new = [after[each.after] for each in diff.changes if each.kind == "added" and each.after is not None]
    for nodes, verb in ((gone, "gone"), (new, "new")):
        told = [name_of(node) for node in nodes if family(node) not in ("bitmap", "hash")]
        if told:
            listed = joined(told if len(told) <= 5 else [*told[:5], f"{len(told) - 5} more"])
            yield f"{sentence_start(listed)} {'is' if len(told) == 1 else 'are'} {verb}."


def _estimates(diff: PlanDiff) -> Iterator[str]:
    """Estimates that came much nearer to the truth, or went away from it; the lowest such node alone."""
    told = 0
    for _, old, new in reversed([*_pairs(diff)]):
        was, now = old.misestimate, new.misestimate
        if was is None or now is None or told >= 3:
            continue
        off_before, off_after = max(was, 1 / was), max(now, 1 / now)
        if max(off_before / off_after, off_after / off_before) >= 10:
            told += 1
            yield (
                f"Of {name_of(new)} the planner expected {counted(old.estimated or 0, 'row')} and {old.rows:,} came; "
                f"now it expects {new.estimated or 0:,.0f} and {new.rows:,} come."
            )
