"""What a format of workloads is. To add one: copy `d1_insights.py`, keep these names, and list it in `registry.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dbarch_widgets.measure.workload_sources.opening import Source
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload


@dataclass(frozen=True)
class Reading:
    """What the reader of a format is given beside its files.

    `schema` is where tables, columns and sources of parameters are looked up. `window` are the seconds in which the
    executions were counted, for formats that do not say it themselves.
    """

    schema: Schema | None = None
    window: float | None = None


class Format(Protocol):
    """One format. `name` is what people call it."""

    name: str

    def recognises(self, head: str) -> bool:
        """Whether a file with this beginning (up to 64,000 characters) is of the format."""
        ...

    def read(self, sources: list[Source], reading: Reading) -> Workload:
        """The workload of one or several files of the format, in order.

        Raises:
            InputError: there is nothing in them to make a workload of; where, what, and what to do.
            SourceError: a file cannot be read.
        """
        ...
