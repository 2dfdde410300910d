"""What several designs cost in latency, writes, storage and complexity, and which of them are worth a thought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dbarch_widgets.model.display import Shown

Axis = Literal["latency", "write cost", "storage", "complexity"]
AXES: tuple[Axis, ...] = ("latency", "write cost", "storage", "complexity")


@dataclass(frozen=True)
class Design:
    """One design's costs; None where it is not known. Of all of them less is better.

    `latency_ms` is the mean over the workload's executions of each query's median; `write_cost` what the workload's
    writes cost per second (or per execution of each, where no rates are known), in `write_unit`; `complexity` the number
    of tables, indexes and constraints.
    """

    name: str
    latency_ms: float | None = None
    write_cost: float | None = None
    storage_bytes: float | None = None
    complexity: float | None = None
    write_unit: str = "bytes/s"

    def cost(self, axis: Axis) -> float | None:
        """The cost on one axis."""
        by_axis: dict[Axis, float | None] = {
            "latency": self.latency_ms,
            "write cost": self.write_cost,
            "storage": self.storage_bytes,
            "complexity": self.complexity,
        }
        return by_axis[axis]


@dataclass(frozen=True)
class Dominated:
    """A design that another one beats: no cost of `by` is higher, and those named in `on` are lower."""

    name: str
    by: str
    on: tuple[Axis, ...]


@dataclass(frozen=True)
class TradeOff(Shown):
    """The designs, the front (those that no other one dominates), and for each of the rest what dominates it.

    `axes` are the costs known of every design: only these are compared. `margin` is the relative difference in latency
    below which two designs count as alike.
    """

    name: str
    designs: tuple[Design, ...]
    front: tuple[str, ...]
    dominated: tuple[Dominated, ...] = ()
    axes: tuple[Axis, ...] = AXES
    margin: float = 0.05
    notes: tuple[str, ...] = ()

    def on_front(self, name: str) -> bool:
        """Whether no other design dominates this one."""
        return name in self.front

    def dominating(self, name: str) -> tuple[Dominated, ...]:
        """What dominates a design, the nearest first; empty for one on the front."""
        return tuple(each for each in self.dominated if each.name == name)
