"""When executions are due: the rates of a workload, Poisson arrivals, and the mix of a closed loop."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from statistics import median

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.prepared import Item
from dbarch_widgets.model.workload import Workload


@dataclass(frozen=True)
class Load:
    """How a workload is driven.

    Args:
        seconds: how long, without the warm-up.
        connections: sessions at once, each with a thread of its own.
        closed: each connection sends the next query when the last one is answered; otherwise (open) queries are due at
            the workload's rates, as a Poisson process, whether or not a connection is free.
        rate: executions per second of the whole workload, in the place of the sum of the stated rates; the mix stays.
        rate_factor: multiplies all rates.
        read_share: the share of executions that only read, 0 to 1, in the place of the stated mix.
        warm_up: seconds at the beginning that are not counted; a tenth of `seconds` when left out, at most ten.

    Raises:
        InputError: a number is not over 0, or the share not within 0 and 1.
    """

    seconds: float = 10.0
    connections: int = 4
    closed: bool = False
    rate: float | None = None
    rate_factor: float = 1.0
    read_share: float | None = None
    warm_up: float | None = None

    def __post_init__(self) -> None:
        for name in ("seconds", "connections", "rate", "rate_factor"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise InputError(f"{name} {value:g} is not over 0")
        if self.warm_up is not None and self.warm_up < 0:
            raise InputError(f"a warm-up of {self.warm_up:g} s is under 0")
        if self.read_share is not None and not 0 <= self.read_share <= 1:
            raise InputError(f"the share of reads {self.read_share:g} is not within 0 and 1")

    @property
    def warming(self) -> float:
        """Seconds of warm-up."""
        return min(self.seconds / 10, 10.0) if self.warm_up is None else self.warm_up


_PER_SECOND = re.compile(r"(\d+(?:\.\d+)?)(?:/(?:s|sec|second))?")
_FACTOR = re.compile(r"[x×](\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)[x×]")


def parse_load(rate: str | None, connections: int | None, seconds: float | None) -> Load | None:
    """The words of a command line: `200/s` for all queries together, `x2` times the stated rates, `stated`.

    None when nothing is said: one execution at a time. Without a rate it is a closed loop.

    Raises:
        InputError: the rate is not of that form, or a number is not over 0.
    """
    if rate is None and connections is None and seconds is None:
        return None
    length, crew = 10.0 if seconds is None else seconds, 4 if connections is None else connections
    if rate is None:
        return Load(length, crew, closed=True)
    word = rate.strip().lower().replace("_", "")
    if word == "stated":
        return Load(length, crew)
    if match := _PER_SECOND.fullmatch(word):
        return Load(length, crew, rate=float(match[1]))
    if match := _FACTOR.fullmatch(word):
        return Load(length, crew, rate_factor=float(match[1] or match[2]))
    raise InputError(f"the rate {rate!r} is not understood", to_do="write 200/s, x2 or stated")


def rates_of(items: Sequence[Item]) -> list[float]:
    """Executions per second of each; what states no rate gets the median of those that do, or one."""
    stated = [item.rate for item in items if item.rate]
    usual = median(stated) if stated else 1.0
    return [item.rate or usual for item in items]


def rated(workload: Workload, load: Load) -> Workload:
    """The workload with the rates of that load.

    Raises:
        InputError: the share of reads cannot be had.
    """
    from dataclasses import replace

    known = dict(zip((item.name for item in workload.items), rates_of(workload.items), strict=True))
    full = replace(
        workload,
        queries=tuple(replace(query, rate=known[query.name]) for query in workload.queries),
        transactions=tuple(replace(each, rate=known[each.name]) for each in workload.transactions),
    )
    factor = load.rate_factor * (load.rate / sum(known.values()) if load.rate and known else 1.0)
    return full.at_rates(factor, load.read_share)


def arrivals(rates: Sequence[float], seconds: float, seed: int) -> tuple[array[float], array[int]]:
    """When executions are due (seconds from the beginning, in order) and of which item: one Poisson process.

    Independent Poisson processes together are one with the sum of their rates, in which each arrival belongs to an item
    with the probability of its share.
    """
    random = Random(f"arrivals/{seed}")  # noqa: S311 - not a secret
    due, which = array("d"), array("L")
    total = sum(rates)
    if not total > 0:
        return due, which
    mix = _mix(rates, random)
    at = random.expovariate(total)
    while at < seconds:
        due.append(at)
        which.append(next(mix))
        at += random.expovariate(total)
    return due, which


def mixed(rates: Sequence[float], seed: int) -> Iterator[int]:
    """Items without end, each as often as its rate says: what a closed loop sends."""
    return _mix(rates, Random(f"mix/{seed}"))  # noqa: S311 - not a secret


def _mix(rates: Sequence[float], random: Random) -> Iterator[int]:
    totals = list(accumulate(rates))
    items = range(len(rates))
    while True:
        yield from random.choices(items, cum_weights=totals, k=100)
