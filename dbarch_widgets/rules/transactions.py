"""The transactions of a workload with their statements read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.model.workload import Isolation, Transaction
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.queries import ReadQuery


@dataclass(frozen=True)
class ReadTransaction:
    """One transaction; `steps` are those of its statements that could be read, in their order."""

    transaction: Transaction
    steps: tuple[ReadQuery, ...]

    @property
    def name(self) -> str:
        return self.transaction.name

    @property
    def isolation(self) -> Isolation:
        """The level that it asks for, or PostgreSQL's usual one."""
        return self.transaction.isolation or "read committed"


def transactions(context: Context) -> Iterator[ReadTransaction]:
    """Every transaction of which a statement could be read."""
    if context.workload is None:
        return
    read = {query.name: query for query in context.queries}
    for each in context.workload.transactions:
        steps = tuple(read[step.name] for step in each.statements if step.name in read)
        if steps:
            yield ReadTransaction(each, steps)
