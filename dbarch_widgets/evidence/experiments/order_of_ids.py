"""Rows put in under random ids, against ids that rise with time: WAL, pages and the size of the key's index."""

from __future__ import annotations

from dbarch_widgets.evidence.base import Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab, Side

_ROWS = 20_000


def run(case: Case, lab: Lab) -> Seen:
    """Two tables with a uuid key and one column more; version 7 is written as the time followed by random digits."""
    del case
    values = {
        "dbarch_random": f"CAST(md5('{lab.seed}-' || n) AS uuid)",
        "dbarch_rising": f"CAST(lpad(to_hex(1760000000000 + n), 12, '0') || '7' || substr(md5('{lab.seed}-' || n), 14) AS uuid)",
    }
    sides, sizes = [], []
    for name, value in values.items():
        lab.execute(f"CREATE TABLE public.{name} (id uuid PRIMARY KEY, n integer)")
        lab.execute(f"INSERT INTO public.{name} SELECT {value}, n FROM generate_series(1, {_ROWS}) AS n")
        sizes.append(lab.bytes_of(f"public.{name}_pkey"))
        sides.append(
            Side(f"INSERT INTO public.{name} SELECT {value}, n FROM generate_series({_ROWS + 1}, {_ROWS + 2_000}) AS n")
        )
    figures = lab.compare(sides[0], sides[1])
    return Seen(
        f"{_ROWS:,} rows under random ids and under ids that rise, then 2,000 more",
        {"index bytes": float(sizes[0]), "WAL bytes per row": figures.before.wal_bytes / 2_000},
        {"index bytes": float(sizes[1]), "WAL bytes per row": figures.after.wal_bytes / 2_000},
        figures.times,
        not_modelled=(
            "full-page writes are off and all pages are in memory: where they are not, random ids cost many times more",
            "the table is a small one with the same key, not the design's own",
        ),
    )


EXPERIMENT = Experiment("order-of-ids", ("random-uuid-key",), run, None)
