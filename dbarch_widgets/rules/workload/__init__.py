"""Rules of the area queries: they read the workload."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.workload import (
    cartesian_join,
    correlated_subquery,
    deep_offset,
    implicit_cast,
    leading_wildcard_like,
    n_plus_one_lookup,
    non_sargable_predicate,
    not_in_nullable,
    order_by_random,
    select_star,
    table_never_read,
    unbounded_result,
    unknown_name_in_query,
    write_without_where,
)

RULES: tuple[Rule, ...] = (
    unknown_name_in_query.RULE,
    write_without_where.RULE,
    not_in_nullable.RULE,
    cartesian_join.RULE,
    non_sargable_predicate.RULE,
    implicit_cast.RULE,
    leading_wildcard_like.RULE,
    n_plus_one_lookup.RULE,
    correlated_subquery.RULE,
    deep_offset.RULE,
    unbounded_result.RULE,
    order_by_random.RULE,
    select_star.RULE,
    table_never_read.RULE,
)
