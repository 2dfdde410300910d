"""What happens to old rows of the table that grows most."""

from __future__ import annotations

from dbarch_widgets.advisors.base import KEEPS_RECORDS, Advisor, Because, Brief, Option, Weighing
from dbarch_widgets.advisors.row_width import row_bytes

_LARGE = 100_000_000_000
_MANY_ROWS, _HUGE = 100_000_000, 1_000_000_000


def weigh(brief: Brief) -> Weighing | None:
    """Asked for the table that is largest in two years, when it is large."""
    if not brief.growing:
        return None
    table, rows, monthly = brief.growing[0]
    width, later = row_bytes(table), rows + 24 * monthly
    if later < _MANY_ROWS:
        return None
    month, total = monthly * width, later * width
    size = ("in two years", f"{later:,} rows, about {_gb(total)} without indexes (rows of {width} bytes)")
    return Weighing(
        topic="archiving",
        question=f"What becomes of the old rows of {table.qname}?",
        options=_options(brief, table.kind == "partitioned", monthly, month, total, size),
        because=(Because(f"scale.tables.{table.name}", f"{rows:,} rows and {monthly:,} a month"),),
        to_measure="`dbarch compare` of both designs with the workload; `dbarch explain --at` for the plans at that size",
        sources=("PostgreSQL documentation, Table Partitioning",),
    )


def _options(
    brief: Brief, parted: bool, monthly: int, month: int, total: int, size: tuple[str, str]
) -> tuple[Option, ...]:
    """`month` and `total` are bytes: of a month, and of all in two years."""
    large = total > _LARGE
    # A partition that takes a billion rows is as hard to vacuum as the table was.
    period, parts = ("day", 30) if monthly > _HUGE else ("month", 1)
    return (
        Option(
            "keep all in one table",
            "nothing to do; every query stays as it is",
            "indexes, vacuum and backups grow with it; deleting costs as much as inserting did",
            "ruled out" if large and not parted else "possible",
            "too much to vacuum, to restore and to delete row by row" if large and not parted else "",
            (size,),
        ),
        Option(
            f"partition by {period}, detach and drop what is old",
            f"old rows go in a moment; vacuum and indexes work on one {period}",
            "the time must be in every unique key; a query without it asks every partition",
            "favoured",
            "it is partitioned already: a job for detaching is missing or is among the deliverables" if parted else "",
            (
                (f"a {period}", f"{monthly // parts:,} rows, about {_gb(month // parts)}"),
                ("in five years", f"{60 * parts:,} partitions"),
            ),
        ),
        Option(
            f"the same, and detached {period}s become Parquet on object storage",
            "kept for the law and for analysis at a fraction of the disk; DuckDB reads it where it lies",
            "no constraints, no updates, and no row security there; erasure must reach the files too",
            "favoured" if brief.regime(*KEEPS_RECORDS) else "possible",
            "records must be kept for years after anyone reads them" if brief.regime(*KEEPS_RECORDS) else "",
        ),
        Option(
            "delete in batches",
            "no change of the schema",
            "every deleted row is written to the WAL and vacuumed; the table keeps its size",
            "possible" if not large else "ruled out",
            f"{monthly:,} rows a month would be deleted one by one" if large else "",
        ),
    )


def _gb(bytes_: int) -> str:
    return f"{bytes_ / 1e12:,.1f} TB" if bytes_ >= 1e12 else f"{bytes_ / 1e9:,.1f} GB"


ADVISOR = Advisor("archiving", weigh)
