"""Money in floating point: the sum of the column depends on the order of adding, and is not the exact one."""

from __future__ import annotations

from decimal import Decimal

from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab
from dbarch_widgets.sql.names import quote


def run(case: Case, lab: Lab) -> Seen:
    """The column is given amounts with two decimals, then added up in two orders and as numeric."""
    table, column = case.table, case.column
    name, type = quote(column), table.column(column).type
    if "[" in type:
        raise CannotMeasure("it is an array")
    lab.execute(
        f"CREATE TEMP TABLE dbarch_amounts ON COMMIT DROP AS SELECT exact, CAST(exact AS {type}) AS stored"
        f" FROM (SELECT CAST(CAST(mod(abs(hashtextextended(n::text, {lab.seed})), 9999999) AS numeric) / 100 AS numeric(18, 2)) AS exact"
        f" FROM generate_series(1, (SELECT greatest(count(*), 1000) FROM {lab.table(table.qname)})) AS n) AS x"
    )
    up, down, exact, count = lab.execute(
        "SELECT sum(stored ORDER BY stored), sum(stored ORDER BY stored DESC), sum(exact), count(*) FROM dbarch_amounts"
    ).rows[0]
    off = abs(Decimal(repr(up)) - exact)
    return Seen(
        f"the sum of {count:,} amounts with two decimals in {type}, and in numeric",
        {"error of the sum": float(off)},
        {"error of the sum": 0.0},
        said=f"{count:,} amounts in {name.strip(chr(34))}: {up!r} added up from the smallest, {down!r} from the largest, exactly {exact}",
    )


EXPERIMENT = Experiment("sum-of-floats", ("float-money",), run, version=2)
