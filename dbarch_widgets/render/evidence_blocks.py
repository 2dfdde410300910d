"""What a finding rests on, in words and in blocks: what was done, before and after, on what, and what that leaves out."""

from __future__ import annotations

from dbarch_widgets.model.finding import Evidence
from dbarch_widgets.render.blocks import Block, Blocks, Bullets, Fold, Grid, Para, Pre, Strong
from dbarch_widgets.render.words import number, times


def evidence_words(evidence: Evidence | None) -> str:
    """In a few words: `measured: 1,204 → 3 pages, ×0.010 [×0.008 – ×0.013] of the time`."""
    if evidence is None:
        return "not measured"
    parts = figures(evidence)[:1]
    if evidence.ratio is not None:
        parts.append(f"{times(evidence.ratio)} of the time")
    return f"{evidence.kind}: {', '.join(parts)}" if parts else f"{evidence.kind} on {evidence.engine}"


def evidence_sentence(evidence: Evidence) -> str:
    """All of it in one sentence: what was done, each quantity, engine, rows and seed."""
    parts = figures(evidence)
    if evidence.ratio is not None:
        parts.append(f"{times(evidence.ratio)} of the time")
    parts.append(evidence.engine)
    parts += rows_words(evidence)
    if evidence.seed is not None and evidence.rows:
        parts.append(f"seed {evidence.seed}")
    what = f"{evidence.name}: " if evidence.name else ""
    said = f" — {evidence.said}" if evidence.said else ""
    return f"{evidence.kind}: {what}{', '.join(parts)}{said}"


def figures(evidence: Evidence) -> list[str]:
    """`1,204 → 3 pages` for each quantity."""
    before, after = dict(evidence.before), dict(evidence.after)
    found = []
    for name in dict.fromkeys([*before, *after]):
        values = [number(side[name]) for side in (before, after) if name in side]
        found.append(f"{' → '.join(values)} {name}")
    return found


def rows_words(evidence: Evidence) -> list[str]:
    """`order_items 50,000 rows (1/280 of the stated)` for each table."""
    stated = dict(evidence.stated)
    found = []
    for table, rows in evidence.rows:
        part = stated[table] / rows if rows and table in stated else 1.0
        found.append(f"{table} {rows:,} rows" + (f" (1/{number(round(part))} of the stated)" if part >= 1.5 else ""))
    return found


def evidence_blocks(evidence: Evidence) -> Blocks:
    """Engine, seed, rows, the numbers before and after, what they leave out, and how to get them again."""
    words = f"{evidence.kind} on {evidence.engine}"
    words += f", seed {evidence.seed}" if evidence.seed is not None else ""
    words += f" — {evidence.name}" if evidence.name else ""
    blocks: list[Block] = [Para((Strong("Evidence:"), f" {words}."))]
    if evidence.said:
        blocks.append(Para(f"{evidence.said[:1].upper()}{evidence.said[1:]}."))
    if evidence.rows:
        blocks.append(Para(f"Rows: {', '.join(rows_words(evidence))}."))
    if grid := _before_after(evidence):
        blocks.append(grid)
    if evidence.ratio:
        blocks.append(
            Para(f"After takes {times(evidence.ratio)} of the time of before (median of pairs, 95 % interval).")
        )
    if evidence.not_modelled:
        blocks.append(Fold("What it does not model", (Bullets(evidence.not_modelled),)))
    if evidence.command:
        blocks += [Para("To see it again:"), Pre(evidence.command, "sh")]
    return tuple(blocks)


def _before_after(evidence: Evidence) -> Grid | None:
    before, after = dict(evidence.before), dict(evidence.after)
    names = dict.fromkeys([*before, *after])
    if not names:
        return None
    if not after:
        return Grid(
            "As it is", ("Quantity", "Value"), tuple((name, number(before[name])) for name in names), frozenset({1})
        )
    rows = tuple(
        (name, number(before[name]) if name in before else "–", number(after[name]) if name in after else "–")
        for name in names
    )
    return Grid("Before and after", ("Quantity", "Before", "After"), rows, frozenset({1, 2}))
