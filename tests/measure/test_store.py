"""Results as JSON and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.measure.store import experiment_json, load_experiment, save_experiment
from dbarch_widgets.model.finding import Ratio
from dbarch_widgets.model.measurement import (
    Comparison,
    Latency,
    Measurement,
    OperatorRows,
    QueryComparison,
    QueryMeasurement,
)

LATENCY = Latency((1.0, 2.5), 1.0, 1.75, 2.5, 2.5, 2.5, (1.0, 2.5))
MEASUREMENT = Measurement(
    "duckdb", "2.0.0", 1, 0.5, (("orders", 10),),
    (
        QueryMeasurement("a", 2, 0, LATENCY, 1.0, 10.0, (OperatorRows("Scan", "orders", 1, 10), OperatorRows("Top")), "ab", True),
        QueryMeasurement("b", error="is for postgres only"),
    ),
    30, 1.5, "Grundlinie – ß", ("no network",),
)  # fmt: skip
COMPARISON = Comparison(
    "c", "a", "b", "duckdb", "2.0.0", 1, 1.0, (("t", 1),), 15,
    (QueryComparison("q", Ratio(1.0, 0.5, 1.5), 1.0, 1.0, 3, 4, True), QueryComparison("r", None, 0, 0, 0, 0, None, "x", "did not run")),
    10, None, ("CREATE INDEX i;",), (), ("note",),
)  # fmt: skip


@pytest.mark.parametrize("result", [MEASUREMENT, COMPARISON], ids=["measurement", "comparison"])
def test_what_is_saved_is_what_is_loaded(result: Measurement | Comparison, tmp_path: Path) -> None:
    path = save_experiment(tmp_path / "new" / "x.json", result)
    assert load_experiment(path) == result
    assert path.read_text(encoding="utf-8") == experiment_json(result)


def test_the_json_is_sorted_and_plain() -> None:
    document = json.loads(experiment_json(MEASUREMENT))
    assert document["kind"] == "measurement"
    assert list(document) == sorted(document)
    assert document["queries"][0]["latency"]["samples"] == [1.0, 2.5]


def test_fields_of_a_later_version_are_left_out(tmp_path: Path) -> None:
    document = json.loads(experiment_json(COMPARISON)) | {"invented_later": 1}
    (tmp_path / "x.json").write_text(json.dumps(document), encoding="utf-8")
    assert load_experiment(tmp_path / "x.json") == COMPARISON


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "odd"}', '{"kind": "measurement"}', "not json"])
def test_what_is_no_experiment_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="JSON of a measurement"):
        load_experiment(tmp_path / "x.json")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        load_experiment(tmp_path / "none.json")
