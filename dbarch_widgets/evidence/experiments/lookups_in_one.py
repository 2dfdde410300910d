"""Forty executions of a lookup, against one statement that asks for the forty at once."""

from __future__ import annotations

import time

from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab
from dbarch_widgets.evidence.needs import query_tables
from dbarch_widgets.measure.workload_check import find_column
from dbarch_widgets.sql.placeholders import parameters, replace_placeholders

_LOOKUPS = 40
_TYPES = {"int": "bigint", "decimal": "numeric", "uuid": "uuid"}


def run(case: Case, lab: Lab) -> Seen:
    """The one statement joins a list of the values with the lookup, so that it gives the same rows."""
    sql, names = lab.statement(case.query), parameters(lab.statement(case.query))
    if not names:
        raise CannotMeasure("its query has no parameter")
    rows = lab.values(case.query, _LOOKUPS)
    types = [_type(case, name) for name in names]
    values = {f"{name}_{at}": row[name] for at, row in enumerate(rows) for name in names}
    listed = ", ".join(
        "(" + ", ".join(f"CAST(${name}_{at} AS {type})" for name, type in zip(names, types, strict=True)) + ")"
        for at in range(len(rows))
    )
    inner = replace_placeholders(sql, lambda name: f'dbarch_asked."{name}"')
    asked = ", ".join(f'"{name}"' for name in names)
    one = f"SELECT dbarch_found.* FROM (VALUES {listed}) AS dbarch_asked ({asked}) CROSS JOIN LATERAL ({inner}) AS dbarch_found"
    apart = sum(len(lab.execute(sql, row).rows) for row in rows)
    together = len(lab.execute(one, values).rows)
    if apart != together:
        raise CannotMeasure(f"the one statement gives {together} rows, the lookups {apart}")

    def each(_: int) -> float:
        started = time.perf_counter()
        for row in rows:
            lab.execute(sql, row)
        return (time.perf_counter() - started) * 1000

    def once(_: int) -> float:
        started = time.perf_counter()
        lab.execute(one, values)
        return (time.perf_counter() - started) * 1000

    each(0), once(0)
    return Seen(
        f"{len(rows)} executions of {case.query.name}, and one statement for all of them",
        {"round trips": float(len(rows)), "rows": float(apart)},
        {"round trips": 1.0, "rows": float(together)},
        lab.timed(each, once),
        not_modelled=("each round trip of production adds the time of its network, which is none here",),
    )


def _type(case: Case, name: str) -> str:
    parameter = next((each for each in case.query.parameters if each.name == name), None)
    if parameter is None:
        raise CannotMeasure(f"the parameter :{name} has no source")
    place = find_column(case.schema, parameter.arguments[0]) if parameter.arguments else "no column"
    return _TYPES.get(parameter.source, "text") if isinstance(place, str) else place[0].column(place[1]).type


EXPERIMENT = Experiment("lookups-in-one", ("n-plus-one-lookup",), run, query_tables)
