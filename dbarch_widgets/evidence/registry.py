"""All experiments, and which rule has which."""

from __future__ import annotations

from dbarch_widgets.evidence.base import Experiment
from dbarch_widgets.evidence.experiments import (
    bytes_of_growth,
    bytes_selected,
    column_left_alone,
    cost_of_index,
    cost_of_policy,
    deep_page,
    delete_of_parent,
    hour_stored_twice,
    index_for_query,
    json_read,
    key_runs_out,
    largest_value,
    lookups_in_one,
    not_in_with_null,
    order_of_ids,
    partitions_searched,
    random_order,
    record_rewritten,
    rows_of_one_delete,
    rows_of_others,
    subquery_per_row,
    sum_of_floats,
    trigram_index,
    wrong_rows,
)

ALL: tuple[Experiment, ...] = (
    delete_of_parent.EXPERIMENT,
    index_for_query.EXPERIMENT,
    cost_of_index.EXPERIMENT,
    column_left_alone.EXPERIMENT,
    trigram_index.EXPERIMENT,
    subquery_per_row.EXPERIMENT,
    lookups_in_one.EXPERIMENT,
    not_in_with_null.EXPERIMENT,
    deep_page.EXPERIMENT,
    partitions_searched.EXPERIMENT,
    bytes_selected.EXPERIMENT,
    sum_of_floats.EXPERIMENT,
    hour_stored_twice.EXPERIMENT,
    rows_of_one_delete.EXPERIMENT,
    key_runs_out.EXPERIMENT,
    bytes_of_growth.EXPERIMENT,
    largest_value.EXPERIMENT,
    rows_of_others.EXPERIMENT,
    cost_of_policy.EXPERIMENT,
    wrong_rows.EXPERIMENT,
    record_rewritten.EXPERIMENT,
    order_of_ids.EXPERIMENT,
    json_read.EXPERIMENT,
    random_order.EXPERIMENT,
)

EXPERIMENTS: dict[str, Experiment] = {rule: experiment for experiment in ALL for rule in experiment.rules}
