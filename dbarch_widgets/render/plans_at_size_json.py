"""Plans at production size and what-if indexes as JSON: fields are added and never changed."""

from __future__ import annotations

from dataclasses import asdict

from dbarch_widgets.model.plans_at_size import PlanAtSize, PlansAtSize, WhatIfs
from dbarch_widgets.render.plan_json import Json, plan_json


def plans_at_size_json(plans: PlansAtSize) -> Json:
    """The plans with the sizes that they were made for."""
    return {
        "engine": "postgres",
        "engine_version": plans.engine_version,
        "seed": plans.seed,
        "at": dict(plans.at),
        "tables": [asdict(table) | {"index_bytes": table.index_bytes} for table in plans.tables],
        "apparent_bytes": plans.apparent_bytes,
        "sample_bytes": plans.sample_bytes,
        "extra_bytes": plans.extra_bytes,
        "seconds": round(plans.seconds, 3),
        "settings": dict(plans.settings),
        "notes": list(plans.notes),
        "not_modelled": list(plans.not_modelled),
        "queries": [_query(query) for query in plans.queries],
    }


def what_ifs_json(tried: WhatIfs) -> Json:
    """The plans without the indexes, and for each set its sizes and the plans with it."""
    sets = [
        {
            "statements": list(each.statements),
            "error": each.error,
            "bytes": each.bytes,
            "indexes": [asdict(index) for index in each.indexes],
            "queries": [
                {"query": one.query, "ratio": one.ratio, "uses": list(one.uses), "after": _query(one.after)}
                for one in each.queries
            ],
        }
        for each in tried.sets
    ]
    return plans_at_size_json(tried.base) | {"what_if": sets}


def _query(query: PlanAtSize) -> Json:
    return {
        "query": query.query,
        "values": dict(query.values),
        "rows": query.rows,
        "cost": query.cost,
        "error": query.error,
        "plan": None if query.plan is None else plan_json(query.plan),
    }
