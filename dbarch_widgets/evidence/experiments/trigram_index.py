"""A search in the middle of a text, without and with a trigram index."""

from __future__ import annotations

from dbarch_widgets.errors import EngineError
from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.experiments import index_for_query
from dbarch_widgets.evidence.lab import Lab
from dbarch_widgets.evidence.needs import query_tables


def run(case: Case, lab: Lab) -> Seen:
    """As with any other index; the extension must be there."""
    try:
        lab.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except EngineError as error:
        raise CannotMeasure("the extension pg_trgm is not to be had here") from error
    return index_for_query.run(case, lab)


EXPERIMENT = Experiment("trigram-index", ("leading-wildcard-like",), run, query_tables)
