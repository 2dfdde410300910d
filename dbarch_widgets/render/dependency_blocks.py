"""Functional dependencies in blocks: keys, dependencies with their support, and the parts with their proof."""

from __future__ import annotations

from dbarch_widgets.model.dependency import Decomposition, Dependencies, Dependency
from dbarch_widgets.render.blocks import Block, Blocks, Bullets, Code, Fold, Grid, Para, Strong, Words, capped
from dbarch_widgets.render.words import count

MOST = 200


def dependency_blocks(thing: Dependencies) -> Blocks:
    """What the rows of a table show."""
    head = Para(
        (
            Strong(f"Dependencies of {thing.table}"),
            f": {count(thing.rows, 'row')}, {count(len(thing.columns), 'column')}; by what was found it is in {thing.normal_form}.",
        )
    )
    said: list[Words] = []
    if thing.keys:
        said.append(f"Keys: {'; '.join(', '.join(key) for key in thing.keys)}.")
    else:
        said.append("No key of the columns that were tried.")
    if thing.distinct_rows < thing.rows:
        said.append(f"{count(thing.rows - thing.distinct_rows, 'row')} repeat another one; the parts hold each once.")
    if thing.constant:
        said.append(f"The same value in every row: {', '.join(thing.constant)}.")
    said.append("Rows are a sample: that something holds in them is a question to those who know, not a law.")
    blocks: list[Block] = [head, Bullets(tuple(said)), *_grid("Exact dependencies", thing.exact, "None was found.")]
    if thing.near:
        blocks += _grid("Near dependencies", thing.near, "")
    blocks += [block for each in thing.decompositions for block in _decomposition(each)]
    if thing.notes:
        blocks.append(Fold("What was not tried", (Bullets(thing.notes),)))
    return tuple(blocks)


def _grid(caption: str, found: tuple[Dependency, ...], empty: str) -> Blocks:
    rows = tuple(
        (Code(", ".join(each.left)), Code(each.right), f"{each.support:,}", f"{each.confidence:.2%}") for each in found
    )
    headers = ("Who agrees in", "agrees in", "Rows that could differ", "Confidence")
    return capped(
        Grid(caption, headers, rows, frozenset({2, 3}), empty or None), MOST, "all are in `.exact` and `.near`"
    )


def _decomposition(thing: Decomposition) -> Blocks:
    before, after = thing.cells
    proof = (
        "Joined again the parts give every row, and no other"
        if thing.lossless
        else "Joined again the parts do NOT give the rows back"
    )
    keeps = (
        "keys of the parts enforce every dependency" if thing.preserving else f"no key enforces {'; '.join(thing.lost)}"
    )
    rows = tuple((Code(", ".join(part.columns)), Code(", ".join(part.key)), f"{part.rows:,}") for part in thing.parts)
    return (
        Grid(f"In parts: {thing.form}", ("Columns", "Key", "Rows"), rows, frozenset({2})),
        Para(f"{proof} (checked in DuckDB); {keeps}. {before:,} values become {after:,}."),
    )
