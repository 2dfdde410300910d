"""A value taken out of a document that is kept as json, and as jsonb."""

from __future__ import annotations

from dbarch_widgets.evidence.base import Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab, Side

_ROWS = 2_000


def run(case: Case, lab: Lab) -> Seen:
    """Documents of twenty keys; the last one is asked for in each."""
    document = "(SELECT jsonb_object_agg('key_' || k, md5(k || '-' || n)) FROM generate_series(1, 20) AS k)"
    lab.execute(
        f"CREATE TEMP TABLE dbarch_documents ON COMMIT DROP AS SELECT CAST({document} AS text)::json AS as_json, {document} AS as_jsonb"
        f" FROM generate_series(1, {_ROWS}) AS n"
    )
    sides = [Side(f"SELECT count({name} ->> 'key_20') FROM dbarch_documents") for name in ("as_json", "as_jsonb")]
    figures = lab.compare(sides[0], sides[1], prove=True)
    sizes = lab.execute(
        "SELECT sum(pg_column_size(as_json)), sum(pg_column_size(as_jsonb)) FROM dbarch_documents"
    ).rows[0]
    return Seen(
        f"one key out of {_ROWS:,} documents of twenty keys, as json and as jsonb",
        {"bytes per document": float(sizes[0]) / _ROWS},
        {"bytes per document": float(sizes[1]) / _ROWS},
        figures.times,
        said="json is parsed again each time a key is asked for",
        not_modelled=(f"the documents are not those of {case.table.name}",),
    )


EXPERIMENT = Experiment("json-read", ("json-instead-of-jsonb",), run, None)
