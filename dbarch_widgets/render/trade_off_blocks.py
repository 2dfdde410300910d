"""Designs against each other in blocks: the table, the front, what dominates the rest, the chart."""

from __future__ import annotations

from dbarch_widgets.model.trade_off import Design, Dominated, TradeOff
from dbarch_widgets.render.blocks import Block, Blocks, Bullets, Code, Grid, Para, Strong, Words
from dbarch_widgets.render.trade_off_chart import trade_off_chart
from dbarch_widgets.render.words import count, milliseconds, number, quantity, size


def trade_off_blocks(trade: TradeOff) -> Blocks:
    """Which designs are on the front, why the others are not, and what each costs."""
    blocks: list[Block] = [Para((Strong(f"Trade-off, {trade.name}"), f": {front_words(trade)}"))]
    if picture := trade_off_chart(trade):
        blocks.append(picture)
    headers = ("Design", "On the front", "Latency", "Write cost", "Storage", "Complexity", "Beaten by")
    rows = tuple(_line(trade, design) for design in trade.designs)
    blocks.append(Grid("What each design costs; less is better", headers, rows, frozenset({2, 3, 4, 5})))
    notes = (
        "latency is the mean over the workload of each query's median, weighed by rate; complexity counts tables, "
        "indexes and constraints",
        f"latencies within {trade.margin:.0%} of each other count as alike",
        *trade.notes,
    )
    return (*blocks, Bullets(notes))


def front_words(trade: TradeOff) -> str:
    """`2 of 3 designs are on the front: a, b. c is beaten by a (latency, storage).`"""
    words = f"{len(trade.front)} of {count(len(trade.designs), 'design')} on the front: {', '.join(trade.front)}."
    beaten: dict[str, Dominated] = {}
    for each in trade.dominated:
        beaten.setdefault(each.name, each)
    return words + "".join(f" {each.name} is beaten by {each.by} ({', '.join(each.on)})." for each in beaten.values())


def _line(trade: TradeOff, design: Design) -> tuple[Words, ...]:
    beaten = "; ".join(f"{each.by} ({', '.join(each.on)})" for each in trade.dominating(design.name)[:3])
    return (
        Code(design.name),
        "● yes" if trade.on_front(design.name) else "○ no",
        "–" if design.latency_ms is None else milliseconds(design.latency_ms),
        "–" if design.write_cost is None else write_words(design),
        "–" if design.storage_bytes is None else size(round(design.storage_bytes)),
        "–" if design.complexity is None else number(design.complexity),
        beaten or "–",
    )


def write_words(design: Design) -> str:
    """`1.2 MB/s`, `340 rows/s`."""
    unit, _, per = design.write_unit.partition("/")
    return f"{quantity(design.write_cost or 0.0, unit)}/{per}"
